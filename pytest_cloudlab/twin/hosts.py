"""Which hosts a twin answers for. The proxy asks before it connects; the server routes by the same table."""

from __future__ import annotations

COMPUTE = ("compute.googleapis.com", "www.googleapis.com")
STORAGE = ("storage.googleapis.com",)
TOKENS = ("oauth2.googleapis.com",)
REGISTRIES = ("gcr.io", "*.gcr.io", "*.pkg.dev")
ARTIFACTS = ("artifactregistry.googleapis.com",)
RESOURCE_MANAGER = ("cloudresourcemanager.googleapis.com",)
SERVICE_USAGE = ("serviceusage.googleapis.com",)
HUB = ("registry-1.docker.io", "index.docker.io")
HUB_TOKENS = ("auth.docker.io",)
GIT = ("github.com",)
GITHUB = ("api.github.com",)
RELAY = ("codespaces-relay.test",)
"""Of the twin's own making, in place of GitHub's: only its stand-in for gh asks there."""
KUBERNETES = ("kubernetes.cloudlab.test",)
"""Every cluster has a name of its own; this is the twin's."""
PREVIEWS = ("*.app.github.dev",)
HARBOR = ("registry.aisingapore.net",)
WORKSPACES = ("*.runai.aisingapore.net",)

SERVICES = {
    "compute": COMPUTE,
    "storage": STORAGE,
    "tokens": TOKENS,
    "registry": REGISTRIES,
    "artifactregistry": ARTIFACTS,
    "cloudresourcemanager": RESOURCE_MANAGER,
    "serviceusage": SERVICE_USAGE,
    "hub": HUB + HUB_TOKENS,
    "git": GIT,
    "github": GITHUB,
    "codespaces": RELAY + PREVIEWS,
    "kubernetes": KUBERNETES,
    "harbor": HARBOR,
    "workspaces": WORKSPACES,
}
"""The names that faults and the request log have for them."""

ALL = tuple(pattern for patterns in SERVICES.values() for pattern in patterns)


def service(host: str) -> str:
    """The service that answers for that host; empty when none does.

    >>> service("eu.gcr.io"), service("compute.googleapis.com"), service("example.org")
    ('registry', 'compute', '')
    """
    host = host.partition(":")[0].lower()
    return next((name for name, patterns in SERVICES.items() if _among(host, patterns)), "")


def served(host: str) -> bool:
    """Whether the twin answers for that host.

    >>> served("eu.gcr.io"), served("gcr.io"), served("example.org")
    (True, True, False)
    """
    return bool(service(host))


def _among(host: str, patterns: tuple[str, ...]) -> bool:
    return any(
        host == pattern or (pattern.startswith("*.") and host.endswith(pattern[1:])) for pattern in patterns
    )
