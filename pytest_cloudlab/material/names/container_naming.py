"""The names of images, containers, networks and volumes in Docker's commands."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_cloudlab.material.names.name import Name, name_of
from pytest_cloudlab.material.shell.command import Command
from pytest_cloudlab.material.shell.options import docker

_CONTAINERS = frozenset({"stop", "start", "restart", "kill", "pause", "unpause", "wait", "stats"})


def containers_in(command: Command) -> Iterator[Name]:
    found = docker(command)
    if not found:
        return
    verb, given = found
    first = given.positional[:1]
    if verb in ("run", "create"):
        for word in first:
            yield from name_of("image", word)
        for word in given.all("--name"):
            yield from name_of("container", word, made=True)
        for word in given.all("--network", "--net"):
            if ":" not in word.text:
                yield from name_of("network", word)
    elif verb == "build":
        for word in given.all("-t", "--tag"):
            yield from name_of("image", word, made=True)
    elif verb == "pull":
        for word in first:
            yield from name_of("image", word, made=True)
    elif verb == "tag" and len(given.positional) == 2:
        yield from name_of("image", given.positional[0])
        yield from name_of("image", given.positional[1], made=True)
    elif verb == "commit" and len(given.positional) == 2:
        yield from name_of("container", given.positional[0])
        yield from name_of("image", given.positional[1], made=True)
    elif verb in ("push", "rmi", "save", "history"):
        for word in given.positional:
            yield from name_of("image", word)
    elif verb in ("exec", "logs", "attach", "top", "port"):
        for word in first:
            yield from name_of("container", word)
    elif verb in _CONTAINERS or (verb == "rm" and command.words[1].text != "image"):
        for word in given.positional:
            yield from name_of("container", word)
    elif verb in ("network", "volume") and len(given.positional) == 2:
        does, word = given.positional
        if does.text in ("create", "rm", "inspect"):
            yield from name_of(verb, word, made=does.text == "create")


def bare(image: str) -> tuple[str, str]:
    """An image's name and tag: `("registry:5000/web", "1.0")`; the tag is empty where none is written.

    >>> bare("web:1.0")
    ('web', '1.0')
    """
    image = image.partition("@")[0]
    name, colon, tag = image.rpartition(":")
    if not colon or "/" in tag:
        return image, ""
    return name, tag
