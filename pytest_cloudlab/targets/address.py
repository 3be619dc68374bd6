"""From an address to a target: `ssh://user@host:22`, `docker://name`, `gh://codespace`,
`kube://namespace/pod`, `local://`."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any
from urllib.parse import urlsplit

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.targets.target import Target

ENTRY_POINTS = "pytest_cloudlab.targets"
"""Third parties: an entry point named for the scheme, on a callable (SplitResult, **options) -> Target."""

_OWN = {
    "local": "pytest_cloudlab.targets.local",
    "ssh": "pytest_cloudlab.targets.ssh",
    "docker": "pytest_cloudlab.targets.docker",
    "gh": "pytest_cloudlab.targets.gh",
    "kube": "pytest_cloudlab.targets.kube",
}


def open_target(address: str, **options: Any) -> Target:
    """The target an address names; nothing is connected before its first command.

    `options` are those of the kind's own factory, e.g. `key=` for `ssh://`.

    Raises `UsageError` for a scheme that nobody provides and for options the kind does not have.
    """
    parts = urlsplit(address)
    factory: Callable[..., Target]
    if parts.scheme in _OWN:
        factory = import_module(_OWN[parts.scheme]).from_address
    else:
        found = tuple(entry_points(group=ENTRY_POINTS, name=parts.scheme))
        if not found:
            others = {entry.name for entry in entry_points(group=ENTRY_POINTS)}
            known = ", ".join(f"{scheme}://" for scheme in sorted(_OWN.keys() | others))
            raise UsageError(f"{address!r} names no kind of target.", remedy=f"Known are {known}.")
        factory = found[0].load()
    try:
        return factory(parts, **options)
    except (TypeError, ValueError) as error:
        raise UsageError(f"{address!r} cannot be opened: {error}") from error
