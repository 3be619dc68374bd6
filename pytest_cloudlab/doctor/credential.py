"""Which credentials are here. What is in them is never shown, kept or sent: no part of it."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

from pytest_cloudlab.clouds.credentials import TOKEN_FILE
from pytest_cloudlab.doctor.finding import Finding, State, judged
from pytest_cloudlab.doctor.machine import Machine, read
from pytest_cloudlab.model import Course
from pytest_cloudlab.needs import CREDENTIALS, Needs

PART = "credentials"
ADC = "GOOGLE_APPLICATION_CREDENTIALS"
Looked = tuple[State, str, str]
KINDS = {
    "authorized_user": "a user's",
    "service_account": "a service account's",
    "external_account": "an external account's",
    "impersonated_service_account": "an impersonated service account's",
}
"""The types that Google's libraries know; another text in that place is not shown."""


def look_at_credentials(
    needs: Needs, course: Course, machine: Machine, *, beside: Path, on_compute_engine: bool = False
) -> list[Finding]:
    """`beside` is the folder that a relative path of the roster starts in."""
    needed = {*needs.credentials, *(["ssh"] if course.ssh_key else [])}
    looks = {
        "google": lambda: _google(machine, on_compute_engine),
        "github": lambda: _github(machine),
        "registry": lambda: _registry(machine, course.registry.partition("/")[0]),
        "ssh": lambda: _ssh(machine, course.ssh_key, beside),
    }
    found = []
    for name in CREDENTIALS:
        state, text, fix = looks[name]()
        found.append(judged(PART, name, state, text, fix=fix, needed=name in needed))
    return found


def _google(machine: Machine, on_compute_engine: bool) -> Looked:
    fix = "gcloud auth application-default login"
    if token := machine.env.get(TOKEN_FILE):
        if read(Path(token)).strip():
            return State.OK, f"a token file, named by {TOKEN_FILE}", ""
        return State.WRONG, f"{TOKEN_FILE} names a file without a token", f"unset {TOKEN_FILE}"
    if named := machine.env.get(ADC):
        kind = _kind(Path(named))
        if kind:
            return State.OK, f"{kind} Application Default Credentials, named by {ADC}", ""
        return State.WRONG, f"{ADC} names no file of credentials", f"unset {ADC}, then {fix}"
    file = gcloud_folder(machine) / "application_default_credentials.json"
    if kind := _kind(file):
        return State.OK, f"{kind} Application Default Credentials", ""
    if file.exists():
        return State.WRONG, "Application Default Credentials that cannot be read", fix
    if on_compute_engine:
        return State.OK, "the VM's own service account", ""
    return State.WRONG, "no Application Default Credentials", fix


def _kind(file: Path) -> str:
    try:
        document = json.loads(read(file))
        return KINDS.get(document["type"], "some") if isinstance(document, dict) else ""
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""


def gcloud_folder(machine: Machine) -> Path:
    if named := machine.env.get("CLOUDSDK_CONFIG"):
        return Path(named)
    if machine.system == "Windows":
        return Path(machine.env.get("APPDATA") or machine.home) / "gcloud"
    return machine.home / ".config" / "gcloud"


def _github(machine: Machine) -> Looked:
    for name in ("GH_TOKEN", "GITHUB_TOKEN"):
        if machine.env.get(name):
            return State.OK, f"a token, in {name}", ""
    config = machine.env.get("XDG_CONFIG_HOME")
    folder = machine.env.get("GH_CONFIG_DIR") or (
        Path(config) / "gh" if config else machine.home / ".config" / "gh"
    )
    if re.search(r"^github\.com:", read(Path(folder) / "hosts.yml"), re.MULTILINE):
        return State.OK, "gh is signed in to github.com", ""
    return State.WRONG, "no token of GitHub's", "gh auth login --scopes codespace"


def _registry(machine: Machine, host: str) -> Looked:
    folder = Path(machine.env.get("DOCKER_CONFIG") or machine.home / ".docker")
    google = re.fullmatch(r"(?:[a-z0-9-]+\.)?gcr\.io|[a-z0-9-]+-docker\.pkg\.dev", host)
    fix = f"gcloud auth configure-docker {host}" if google else f"docker login {host}".strip()
    text = read(folder / "config.json")
    try:
        document = json.loads(text) if text else {}
        helpers, auths = document.get("credHelpers") or {}, document.get("auths") or {}
        store = document.get("credsStore") or ""
        program = str(helpers.get(host) or "") or (str(store) if host in auths else "")
        known = sorted({*map(str, helpers), *map(str, auths)})
    except (ValueError, AttributeError, TypeError, RecursionError):
        return State.WRONG, "docker's config.json cannot be read", f"Mend or remove {folder / 'config.json'}"
    if not host:
        return State.WRONG, f"docker is signed in to {len(known) or 'no'} registries", fix
    if program and not machine.which(f"docker-credential-{program}"):
        return State.WRONG, "docker's helper for it is not on the PATH", fix
    if program or auths.get(host):
        return State.OK, f"docker is signed in to {host}", ""
    return State.WRONG, f"docker is not signed in to {host}", fix


def _ssh(machine: Machine, key: str, beside: Path) -> Looked:
    if not key:
        agent = bool(machine.env.get("SSH_AUTH_SOCK"))
        return (State.OK, "an SSH agent", "") if agent else (State.WRONG, "no key named, no agent", "")
    named = key.replace("~", str(machine.home), 1) if key.startswith("~/") else key
    file = beside / named
    shown = str(file)
    if not file.is_file():
        return State.WRONG, f"there is no {key}", f"ssh-keygen -t ed25519 -f {key}"
    if not os.access(file, os.R_OK):
        return State.WRONG, f"{key} is there, but you may not read it", f"sudo chown $USER {key}"
    if "PRIVATE KEY-----" not in read(file)[:200]:
        return State.WRONG, f"{key} is no private key", "Name the private key in ssh_key, not its .pub."
    if os.name != "nt" and file.stat().st_mode & 0o077:
        return State.WRONG, f"{key} can be read by others: ssh will not use it", f"chmod 600 {shown}"
    return State.OK, f"the key {key}", ""
