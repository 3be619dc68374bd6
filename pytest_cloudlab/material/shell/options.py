"""The options of commands whose arguments pages have to agree on, as far as they take a value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pytest_cloudlab.material.place import Place
from pytest_cloudlab.material.shell.command import Command, Word


@dataclass(frozen=True)
class Arguments:
    """What follows a command's verb, sorted."""

    options: tuple[tuple[str, Word], ...]
    """`("--name", word)`, `("-p", word)`; those without a value are left out."""
    switches: frozenset[str]
    positional: tuple[Word, ...]
    passed: tuple[Word, ...] = ()
    """What follows `--`."""

    def all(self, *names: str) -> Iterator[Word]:
        return (word for name, word in self.options if name in names)

    def last(self, *names: str) -> Word | None:
        return next((word for name, word in reversed(self.options) if name in names), None)


def arguments(
    words: Sequence[Word], switches: frozenset[str], *, letters: str = "", stop: bool = False
) -> Arguments:
    """`switches` take no value, nor do short options unless their last letter is among `letters`.

    With `stop`, all that follows the first positional argument is positional too.
    """
    options: list[tuple[str, Word]] = []
    seen: set[str] = set()
    positional: list[Word] = []
    index = 0
    while index < len(words):
        word = words[index]
        text = word.text
        index += 1
        if text == "--":
            return Arguments(tuple(options), frozenset(seen), tuple(positional), tuple(words[index:]))
        if not text.startswith("-") or text == "-":
            positional.append(word)
            if stop:
                positional += words[index:]
                break
            continue
        name, equals, _ = text.partition("=")
        if equals and name.startswith("-"):
            options.append((name, _part(word, len(name) + 1)))
        elif text in switches:
            seen.add(text)
        elif text.startswith("--"):
            if index < len(words):
                options.append((text, words[index]))
                index += 1
        else:
            index = _short(word, words, index, letters, options, seen)
    return Arguments(tuple(options), frozenset(seen), tuple(positional))


def _short(
    word: Word,
    words: Sequence[Word],
    index: int,
    letters: str,
    options: list[tuple[str, Word]],
    seen: set[str],
) -> int:
    """`-it`, `-p 80:80`, `-p80:80`, `-dp 80:80`."""
    text = word.text
    for at in range(1, len(text)):
        if text[at] not in letters:
            seen.add(f"-{text[at]}")
            continue
        if at + 1 < len(text):
            options.append((f"-{text[at]}", _part(word, at + 1)))
        elif index < len(words):
            options.append((f"-{text[at]}", words[index]))
            index += 1
        break
    return index


def _part(word: Word, skipped: int) -> Word:
    at = word.place
    place = Place(at.path, at.line, at.column + skipped, max(at.length - skipped, 0))
    return Word(word.text[skipped:], place, word.variables, word.dynamic, word.placeholder)


_RUN = (
    "--detach --init --interactive --no-healthcheck --oom-kill-disable --privileged --publish-all --quiet"
    " --read-only --rm --tty"
)
_BUILD = "--load --no-cache --pull --push --quiet --rm --force-rm --squash --check"
_OTHER = (
    "--all --force --link --volumes --follow --timestamps --details --no-trunc --no-stream --interactive"
    " --tty --privileged --detach --latest --size --no-prune --archive --follow-link --quiet --time-stamps"
)
SWITCHES = {
    "run": frozenset(_RUN.split()),
    "create": frozenset(_RUN.split()),
    "build": frozenset(_BUILD.split()),
}
_LETTERS = {
    "run": "pevwuhmlca",
    "create": "pevwuhmlca",
    "build": "tfmo",
    "exec": "euw",
    "logs": "n",
    "commit": "acm",
    "stop": "ts",
    "restart": "ts",
    "kill": "s",
    "inspect": "f",
    "cp": "",
}


def docker(command: Command) -> tuple[str, Arguments] | None:
    """`("run", …)` of `docker run …` and `docker container run …`; None for what is no such command."""
    if command.program not in ("docker", "podman", "nerdctl"):
        return None
    words = command.words[1:]
    while words and words[0].text.startswith("-") and "=" in words[0].text:
        words = words[1:]
    if words and words[0].text in ("container", "image", "buildx", "builder"):
        words = words[1:]
    if not words:
        return None
    verb = {"remove": "rm"}.get(words[0].text, words[0].text)
    switches = SWITCHES.get(verb, frozenset(_OTHER.split()))
    stop = verb in ("run", "create", "exec")
    return verb, arguments(words[1:], switches, letters=_LETTERS.get(verb, ""), stop=stop)
