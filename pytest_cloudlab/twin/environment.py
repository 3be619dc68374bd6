"""The environment variables that turn Google's and Docker's own clients towards a twin."""

from __future__ import annotations

import base64
import os
from pathlib import Path

from pytest_cloudlab.twin.state import Files, TwinInfo

IN_MACHINE = Path("/etc/cloudlab")
"""Where a machine's boot script puts the token and the credentials."""

MACHINE_BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")


def on_this_machine(info: TwinInfo) -> dict[str, str]:
    files = Files(info.state)
    others = [each for each in os.environ.get("PATH", "").split(os.pathsep) if each != str(files.bin)]
    return {
        **_proxy(info, "127.0.0.1"),
        **_trust(files.bundle),
        **_cloud(info, files.token, files.credentials),
        "BOTO_CONFIG": str(files.boto),
        # git asks no other variable which certificates to trust.
        "GIT_SSL_CAINFO": str(files.bundle),
        # The clients keep keys and settings at home; those of the twin are gone with it.
        "HOME": str(files.home),
        "CLOUDSDK_CONFIG": str(files.home / "gcloud"),
        **at_github(info),
        "GH_CONFIG_DIR": str(files.home / "gh"),
        "KUBECONFIG": str(files.kubeconfig),
        # The stand-ins for gh and runai go first.
        "PATH": os.pathsep.join([str(files.bin), *others]),
    }


def at_github(info: TwinInfo) -> dict[str, str]:
    """For gh, here and in machines that people work in; a VM of a project has no such token."""
    token = Files(info.state).github_token
    return {
        "GH_TOKEN": token.read_text() if token.exists() else "",
        "GH_NO_UPDATE_NOTIFIER": "1",
    }


def in_a_machine(info: TwinInfo) -> dict[str, str]:
    """For a container of the machine image; its boot script makes the files that these name."""
    files = Files(info.state)
    return {
        **_proxy(info, info.gateway),
        **_trust(MACHINE_BUNDLE),
        **_cloud(info, IN_MACHINE / "token", IN_MACHINE / "adc.json"),
        "CLOUDLAB_CA": base64.b64encode(files.ca.read_bytes()).decode(),
        "CLOUDLAB_TOKEN": files.token.read_text().strip(),
        "CLOUDLAB_ADC": base64.b64encode(files.credentials.read_bytes()).decode(),
        "CLOUDLAB_BOTO": base64.b64encode(files.boto.read_bytes()).decode(),
    }


def in_a_pod(info: TwinInfo) -> dict[str, str]:
    """For a pod of the twin's cluster: the way out, and whom to trust. The cluster puts the certificates
    there; of the project's credentials it has none."""
    trust = _trust(MACHINE_BUNDLE)
    return {**_proxy(info, info.gateway), **trust, "GIT_SSL_CAINFO": str(MACHINE_BUNDLE)}


def _proxy(info: TwinInfo, address: str) -> dict[str, str]:
    url = f"http://{address}:{info.port}"
    direct = f"localhost,127.0.0.1,{info.subnet}"
    return {"HTTPS_PROXY": url, "https_proxy": url, "NO_PROXY": direct, "no_proxy": direct}


def _trust(bundle: Path) -> dict[str, str]:
    names = ("CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
    return dict.fromkeys(names, str(bundle))


def _cloud(info: TwinInfo, token: Path, credentials: Path) -> dict[str, str]:
    return {
        "CLOUDSDK_AUTH_ACCESS_TOKEN_FILE": str(token),
        "CLOUDSDK_CORE_PROJECT": info.project,
        "CLOUDSDK_COMPUTE_ZONE": info.zones[0],
        "CLOUDSDK_CORE_DISABLE_PROMPTS": "1",
        "GOOGLE_APPLICATION_CREDENTIALS": str(credentials),
        "GOOGLE_CLOUD_PROJECT": info.project,
    }
