"""How a thing is installed on this operating system, in one line."""

from __future__ import annotations

from pytest_cloudlab.doctor.machine import Machine

MANAGERS = {
    "apt": "{sudo}apt-get install -y {package}",
    "dnf": "{sudo}dnf install -y {package}",
    "apk": "{sudo}apk add {package}",
    "pacman": "{sudo}pacman -S {package}",
    "zypper": "{sudo}zypper install {package}",
    "brew": "brew install {package}",
    "winget": "winget install {package}",
}
_OF_RELEASE = {
    "debian": "apt",
    "ubuntu": "apt",
    "fedora": "dnf",
    "rhel": "dnf",
    "centos": "dnf",
    "alpine": "apk",
    "arch": "pacman",
    "suse": "zypper",
    "opensuse": "zypper",
}
# By tool, what a manager calls it where that is not the tool's own name.
PACKAGES: dict[str, dict[str, str]] = {
    "docker": {
        "apt": "docker.io",
        "dnf": "moby-engine",
        "brew": "--cask docker",
        "winget": "Docker.DockerDesktop",
    },
    "ssh": {
        "apt": "openssh-client",
        "dnf": "openssh-clients",
        "apk": "openssh-client",
        "pacman": "openssh",
        "zypper": "openssh-clients",
        "brew": "openssh",
        "winget": "Microsoft.OpenSSH.Beta",
    },
    "timeout": dict.fromkeys(("apt", "dnf", "apk", "pacman", "zypper", "brew"), "coreutils"),
    "git": {"winget": "Git.Git"},
    "gh": {"apk": "github-cli", "pacman": "github-cli", "winget": "GitHub.cli"},
    "kubectl": {"apt": "kubernetes-client", "dnf": "kubernetes-client", "winget": "Kubernetes.kubectl"},
    "chromium": {"apt": "chromium chromium-driver", "apk": "chromium chromium-chromedriver",
                 "dnf": "chromium chromedriver", "brew": "--cask chromium chromedriver"},
}  # fmt: skip
CLOUD_SDK = "curl -sSL https://sdk.cloud.google.com | bash"
ELSEWHERE = {
    "gcloud": {"brew": "brew install --cask google-cloud-sdk", "winget": "winget install Google.CloudSDK"},
    "chromium": {"winget": "winget install Google.Chrome, and chromedriver from googlechromelabs.github.io"},
}
FROM_PYPI = {"jupyter": "jupyterlab", "jupyter-lab": "jupyterlab", "streamlit": "streamlit"}


def manager(machine: Machine) -> str:
    """The package manager of the operating system; empty for one that is not known."""
    if machine.system in ("Darwin", "Windows"):
        return {"Darwin": "brew", "Windows": "winget"}[machine.system]
    words = [machine.release.get("ID", ""), *machine.release.get("ID_LIKE", "").split()]
    return next((_OF_RELEASE[word] for word in words if word in _OF_RELEASE), "")


def install(tool: str, machine: Machine) -> str:
    """
    >>> install("ssh", Machine(root=debian, is_root=False))
    'sudo apt-get install -y openssh-client'
    """
    if tool in FROM_PYPI:
        return f"pip install {FROM_PYPI[tool]}"
    known = manager(machine)
    if tool in ("gcloud", "gsutil"):
        return ELSEWHERE["gcloud"].get(known, CLOUD_SDK)
    if known in ELSEWHERE.get(tool, {}):
        return ELSEWHERE[tool][known]
    if not known:
        return f"Install {tool} and have it on the PATH."
    sudo = "" if machine.is_root else "sudo "
    return MANAGERS[known].format(sudo=sudo, package=PACKAGES.get(tool, {}).get(known, tool))


def ca_variable(machine: Machine) -> str:
    """Make Python and this command trust the authority of a network."""
    file = "CA.pem"
    return (
        f"set REQUESTS_CA_BUNDLE={file}"
        if machine.system == "Windows"
        else f"export REQUESTS_CA_BUNDLE={file}"
    )


def set_clock(machine: Machine) -> str:
    return {
        "Windows": "w32tm /resync",
        "Darwin": "sudo sntp -sS time.apple.com",
    }.get(machine.system, "sudo timedatectl set-ntp true")
