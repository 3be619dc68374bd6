"""The container that a VM's metadata declares: text that anybody may have written, read with care."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

CONTAINER_DECLARATION = "gce-container-declaration"
"""The metadata entry that holds it."""

MAX_CHARACTERS = 32 * 1024
MAX_ENTRIES = 200
POLICIES = ("Always", "OnFailure", "Never")

_IMAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/:@-]{0,510}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,254}")


@dataclass(frozen=True)
class DeclaredContainer:
    image: str
    """As it was written, e.g. `eu.gcr.io/sdd2526/app:1.0`."""
    restart_policy: str = "Always"
    """`Always`, `OnFailure` or `Never`."""
    name: str = "container"
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Left out of the repr: it may hold secrets."""
    command: tuple[str, ...] = ()
    """In place of the image's entrypoint."""
    arguments: tuple[str, ...] = ()
    privileged: bool = False
    stdin: bool = False
    tty: bool = False
    mounts: tuple[str, ...] = ()
    """Paths in the container at which volumes are mounted."""


def declared(text: str) -> DeclaredContainer:
    """The container of a `gce-container-declaration`. Raises `ValueError` saying what is wrong with it.

    >>> declared("spec: {containers: [{image: nginx}], restartPolicy: Never}").restart_policy
    'Never'
    """
    if not text.strip():
        raise ValueError("there is no declaration")
    if len(text) > MAX_CHARACTERS:
        raise ValueError(f"the declaration is longer than {MAX_CHARACTERS} characters")
    import yaml

    try:
        document = yaml.load(text, Loader=_loader())  # noqa: S506 # a subclass of the safe one
    except RecursionError:
        raise ValueError("the declaration is nested too deeply") from None
    except (yaml.YAMLError, ValueError, TypeError) as error:
        problem = " ".join(str(getattr(error, "problem", "") or type(error).__name__).split())
        raise ValueError(f"the declaration is not YAML: {problem[:200]}") from None
    spec = _mapping(_mapping(document, "the declaration").get("spec"), "spec")
    containers = _list(spec.get("containers"), "spec.containers")
    if len(containers) != 1:
        raise ValueError(f"exactly one container must be declared, not {len(containers)}")
    return _container(_mapping(containers[0], "spec.containers[0]"), spec.get("restartPolicy"))


def _container(found: Mapping[str, Any], policy: Any) -> DeclaredContainer:
    image = found.get("image")
    if not isinstance(image, str) or not _IMAGE.fullmatch(image):
        raise ValueError(f"no image's name: {str(image)[:100]!r}")
    policy = "Always" if policy is None else policy
    if policy not in POLICIES:
        raise ValueError(f"restart policy {str(policy)[:100]!r} is none of {', '.join(POLICIES)}")
    name = found.get("name") or "container"
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ValueError(f"no container's name: {str(name)[:100]!r}")
    context = _mapping(found.get("securityContext") or {}, "securityContext")
    mounts = _list(found.get("volumeMounts") or [], "volumeMounts")
    return DeclaredContainer(
        image=image,
        restart_policy=policy,
        name=name,
        environment=_environment(_list(found.get("env") or [], "env")),
        command=_words(found.get("command"), "command"),
        arguments=_words(found.get("args"), "args"),
        privileged=context.get("privileged") is True,
        stdin=found.get("stdin") is True,
        tty=found.get("tty") is True,
        mounts=tuple(str(_mapping(each, "volumeMounts").get("mountPath"))[:200] for each in mounts),
    )


def _environment(entries: list[Any]) -> dict[str, str]:
    result = {}
    for entry in entries:
        name = _mapping(entry, "env").get("name")
        if not isinstance(name, str) or not _VARIABLE.fullmatch(name):
            raise ValueError(f"no variable's name: {str(name)[:100]!r}")
        result[name] = _word(entry.get("value", ""), f"env {name}")
    return result


def _words(values: Any, what: str) -> tuple[str, ...]:
    return tuple(_word(value, what) for value in _list(values or [], what))


def _word(value: Any, what: str) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str | int | float) or "\0" in str(value):
        raise ValueError(f"{what} holds something that is no text")
    return str(value)


def _mapping(value: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{what} is no mapping")
    return value


def _list(value: Any, what: str) -> list[Any]:
    if not isinstance(value, list) or len(value) > MAX_ENTRIES:
        raise ValueError(f"{what} is no list of at most {MAX_ENTRIES}")
    return value


def _loader() -> Any:
    """The safe one, without references: a few lines of those unfold into gigabytes when they are shown."""
    import yaml

    class Plain(yaml.SafeLoader):
        def compose_node(self, parent: Any, index: Any) -> Any:
            if self.check_event(yaml.AliasEvent):
                raise yaml.composer.ComposerError(None, None, "references are not read here", None)
            return super().compose_node(parent, index)

    return Plain
