"""devcontainer.json: what a codespace of the repository has to come with.

It is JSON as VS Code writes it: comments, and a comma too many before a closing bracket.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from pytest_cloudlab.errors import NotFound, TooMuch
from pytest_cloudlab.fixtures.jsonc import plain
from pytest_cloudlab.targets import Target

PLACES = (".devcontainer/devcontainer.json", ".devcontainer.json")
MAX_BYTES = 64 << 10
RESTORE = "Restore it with `git checkout`, and rebuild the container."

_EXTENSION = re.compile(r"(?P<no>-?)(?P<id>[a-z0-9][a-z0-9-]*\.[a-z0-9][a-z0-9._-]*)(?:@.*)?", re.IGNORECASE)


@dataclass(frozen=True)
class DevContainer:
    """What it names, in its order.

    >>> parse('{"features": {"ghcr.io/devcontainers/features/sshd:1": {}}}', "x").features
    ('ghcr.io/devcontainers/features/sshd',)
    """

    extensions: tuple[str, ...]
    """Of VS Code: `publisher.name`, in lower case."""
    features: tuple[str, ...]
    """Without their versions."""
    unknown: tuple[str, ...] = ()
    """Extensions that are named in another way, e.g. by a file."""


def read_devcontainer(machine: Target, workspace: str) -> DevContainer:
    """That of the repository in `workspace`. Raises `NotFound` for none, and for one that cannot be read."""
    for place in PLACES:
        try:
            data = machine.read(f"{workspace}/{place}", max_bytes=MAX_BYTES)
        except NotFound:
            continue
        except TooMuch:
            raise NotFound(f"{place} has more than {MAX_BYTES} bytes.", remedy=RESTORE) from None
        return parse(data.decode("utf-8-sig", "replace"), place)
    raise NotFound(f"There is no {' and no '.join(PLACES)} in {workspace}.", remedy=RESTORE)


def parse(text: str, place: str) -> DevContainer:
    """Raises `NotFound` saying what is wrong with it, and where in `place`."""
    try:
        told = json.loads(plain(text))
    except json.JSONDecodeError as error:
        at = f"line {error.lineno}, column {error.colno}"
        raise NotFound(f"{place} is no JSON: {error.msg} ({at}).", remedy=RESTORE) from None
    except (ValueError, RecursionError):
        raise NotFound(f"{place} is nested too deep, or has a number too long.", remedy=RESTORE) from None
    file = _expect(told, dict, "The file", place)
    features = _expect(file.get("features", {}), dict, "features", place)
    inner = _expect(file.get("customizations", {}), dict, "customizations", place)
    vscode = _expect(inner.get("vscode", {}), dict, "customizations.vscode", place)
    named = _expect(vscode.get("extensions", []), list, "customizations.vscode.extensions", place)
    for each in named:
        _expect(each, str, "Each of customizations.vscode.extensions", place)
    matches = [(each, _EXTENSION.fullmatch(each)) for each in named]
    known = [(match["no"], match["id"].lower()) for _, match in matches if match]
    refused = {name for no, name in known if no}
    return DevContainer(
        # As the keys of a dict: each once, in their order.
        extensions=tuple({name: None for no, name in known if not no and name not in refused}),
        features=tuple({without_version(name): None for name in features}),
        unknown=tuple(each for each, match in matches if not match),
    )


def without_version(feature: str) -> str:
    """
    >>> without_version("ghcr.io/devcontainers/features/git:1.2")
    'ghcr.io/devcontainers/features/git'
    """
    folder, slash, name = feature.partition("@")[0].rpartition("/")
    return f"{folder}{slash}{name.partition(':')[0]}"


def not_installed(extensions: tuple[str, ...], folders: list[str]) -> list[str]:
    """Those of `extensions` that have no folder `publisher.name-VERSION`."""
    have = [folder.lower() for folder in folders]
    return [name for name in extensions if not any(re.match(rf"{re.escape(name)}-\d", each) for each in have)]


def _expect(value: Any, kind: type, what: str, place: str) -> Any:
    if not isinstance(value, kind):
        names: dict[type, str] = {dict: "an object", list: "a list", str: "a string"}
        raise NotFound(f"{what} in {place} has to be {names[kind]}.", remedy=RESTORE)
    return value
