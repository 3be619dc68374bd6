"""Which hosts a twin answers for. The proxy asks before it connects; the server routes by the same table."""

from __future__ import annotations

COMPUTE = ("compute.googleapis.com", "www.googleapis.com")
STORAGE = ("storage.googleapis.com",)
TOKENS = ("oauth2.googleapis.com",)
REGISTRIES = ("gcr.io", "*.gcr.io", "*.pkg.dev")
HUB = ("registry-1.docker.io", "index.docker.io")
HUB_TOKENS = ("auth.docker.io",)

ALL = COMPUTE + STORAGE + TOKENS + REGISTRIES + HUB + HUB_TOKENS


def served(host: str) -> bool:
    """Whether the twin answers for that host.

    >>> served("eu.gcr.io"), served("gcr.io"), served("example.org")
    (True, True, False)
    """
    return any(
        host == pattern or (pattern.startswith("*.") and host.endswith(pattern[1:])) for pattern in ALL
    )
