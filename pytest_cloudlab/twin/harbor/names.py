"""Names of images in the twin's Harbor."""

from __future__ import annotations

PREFIX = "harbor"
"""Its part of the registry's files: the other hosts' images are beside it."""


def split(reference: str) -> tuple[str, str, str]:
    """Host, repository, and tag or digest.

    >>> split("registry.example/ml/tool:1.0")
    ('registry.example', 'ml/tool', '1.0')
    """
    host, _, rest = reference.partition("/")
    if "@" in rest:
        repository, _, tag = rest.partition("@")
        return host, repository.partition(":")[0], tag
    repository, _, tag = rest.partition(":")
    return host, repository, tag or "latest"
