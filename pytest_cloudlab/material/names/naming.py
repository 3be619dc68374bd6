"""The names of things that a page makes and uses later: images, containers, machines, environments."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from pytest_cloudlab.material.names.container_naming import containers_in
from pytest_cloudlab.material.names.name import Name, name_of
from pytest_cloudlab.material.place import Place
from pytest_cloudlab.material.shell.command import Command, Word
from pytest_cloudlab.material.shell.options import arguments


def names_in(command: Command) -> Iterator[Name]:
    reader = _READERS.get(command.program)
    if reader:
        yield from reader(command)
    for word in command.words[1:]:
        yield from _bucket(word)


_GCLOUD_SWITCHES = (
    "-q --quiet --internal-ip --tunnel-through-iap --plain --dry-run --recurse --async --preemptible"
    " --no-address"
    " --no-user-output-enabled --can-ip-forward --shielded-secure-boot --container-privileged --compress"
)
_GCLOUD = frozenset(_GCLOUD_SWITCHES.split())


def _gcloud(command: Command) -> Iterator[Name]:
    texts = [word.text for word in command.words[1:4]]
    if texts[:1] != ["compute"]:
        return
    if texts[1:2] == ["instances"] and len(texts) == 3:
        given = arguments(command.words[4:], _GCLOUD)
        made = texts[2] in ("create", "create-with-container")
        if made or texts[2] in ("delete", "start", "stop", "describe", "reset", "suspend", "resume"):
            for word in given.positional:
                yield from name_of("instance", word, made=made)
    elif texts[1:2] == ["ssh"]:
        for word in arguments(command.words[3:], _GCLOUD).positional[:1]:
            yield from name_of("instance", _after(word, "@"))
    elif texts[1:2] == ["scp"]:
        for word in arguments(command.words[3:], _GCLOUD).positional:
            host, colon, _ = word.text.partition(":")
            if colon and "/" not in host:
                yield from name_of("instance", _after(_until(word, ":"), "@"))


def _after(word: Word, mark: str) -> Word:
    skipped = word.text.find(mark) + 1
    at = word.place
    place = Place(at.path, at.line, at.column + skipped, max(at.length - skipped, 0))
    return Word(word.text[skipped:], place, word.variables, word.dynamic, word.placeholder)


def _until(word: Word, mark: str) -> Word:
    end = word.text.find(mark)
    at = word.place
    return Word(
        word.text[:end],
        Place(at.path, at.line, at.column, end),
        word.variables,
        word.dynamic,
        word.placeholder,
    )


def _python(command: Command) -> Iterator[Name]:
    texts = [word.text for word in command.words]
    if texts[1:3] == ["-m", "venv"] or texts[1:3] == ["-m", "virtualenv"]:
        yield from _venv(command.words[3:])


def _virtualenv(command: Command) -> Iterator[Name]:
    yield from _venv(command.words[1:])


def _uv(command: Command) -> Iterator[Name]:
    if [word.text for word in command.words[1:2]] == ["venv"]:
        rest = command.words[2:]
        given = arguments(rest, frozenset({"--seed", "--clear", "-q", "--allow-existing"}), letters="p")
        if given.positional:
            yield from name_of("virtual environment", given.positional[0], made=True)
        else:
            yield Name("virtual environment", ".venv", command.place, made=True)


_VENV_SWITCHES = "--system-site-packages --symlinks --copies --clear --upgrade --without-pip --upgrade-deps"
_VENV = frozenset(_VENV_SWITCHES.split())


def _venv(words: tuple[Word, ...]) -> Iterator[Name]:
    for word in arguments(words, _VENV, letters="p").positional:
        yield from name_of("virtual environment", _trimmed(word), made=True)


def _trimmed(word: Word) -> Word:
    text = word.text.removeprefix("./").rstrip("/")
    return Word(text, word.place, word.variables, word.dynamic, word.placeholder)


_ACTIVATE = re.compile(r"(?:\./)?([^/]+)/bin/activate\Z")


def _source(command: Command) -> Iterator[Name]:
    for word in command.words[1:2]:
        if found := _ACTIVATE.match(word.text):
            at = word.place
            place = Place(at.path, at.line, at.column + found.start(1), len(found[1]))
            yield Name("virtual environment", found[1], place, made=False)


def _conda(command: Command) -> Iterator[Name]:
    texts = [word.text for word in command.words[1:3]]
    words = command.words[3:] if texts[:1] == ["env"] else command.words[2:]
    verb = " ".join(texts) if texts[:1] == ["env"] else "".join(texts[:1])
    given = arguments(
        words, frozenset({"--yes", "-y", "--all", "--quiet", "--force", "--clone"}), letters="nfpc"
    )
    if verb == "activate":
        for word in given.positional[:1]:
            if word.text != "base" and "/" not in word.text:
                yield from name_of("conda environment", word)
    elif verb in ("create", "env create"):
        for word in given.all("-n", "--name"):
            yield from name_of("conda environment", word, made=True)
    elif verb in ("install", "remove", "run", "env remove", "env export", "list", "update", "env update"):
        for word in given.all("-n", "--name"):
            yield from name_of("conda environment", word)


def _tmux(command: Command) -> Iterator[Name]:
    verb = command.words[1].text if len(command.words) > 1 else ""
    given = arguments(command.words[2:], frozenset(), letters="stnc")
    if verb in ("new", "new-session"):
        for word in given.all("-s"):
            yield from name_of("tmux session", word, made=True)
    elif verb in ("attach", "attach-session", "a", "at", "kill-session", "switch-client"):
        for word in given.all("-t"):
            yield from name_of("tmux session", word, certain=False)


def _git(command: Command) -> Iterator[Name]:
    words = command.words[1:]
    verb = words[0].text if words else ""
    texts = [word.text for word in words]
    if (verb == "checkout" and texts[1:2] == ["-b"]) or (
        verb == "switch" and texts[1:2] in (["-c"], ["--create"])
    ):
        for word in words[2:3]:
            yield from name_of("branch", word, made=True)
    elif verb in ("checkout", "switch", "merge", "rebase") and len(words) == 2:
        yield from name_of("branch", words[1], certain=False)
    elif verb == "push":
        rest = [word for word in words[1:] if not word.text.startswith("-")]
        if len(rest) == 2 and ":" not in rest[1].text:
            yield from name_of("branch", rest[1], certain=False)


def _key(command: Command) -> Iterator[Name]:
    if command.program == "ssh-keygen":
        for word in arguments(command.words[1:], frozenset(), letters="tbfCNPO").all("-f"):
            yield from name_of("key", word, made=True)
    elif command.program == "ssh-add":
        for word in command.words[1:]:
            yield from name_of("key", word, certain=False)
    else:
        for word in arguments(command.words[1:], frozenset(), letters="bcDEeFIiJLlmOopQRSWwP", stop=True).all(
            "-i"
        ):
            yield from name_of("key", word, certain=False)


_BUCKET = re.compile(r"(?:gs|s3)://([^/\s*]+)")


def _bucket(word: Word) -> Iterator[Name]:
    if found := _BUCKET.match(word.text):
        at = word.place
        place = Place(at.path, at.line, at.column + found.start(1), len(found[1]))
        yield Name("bucket", found[1], place, made=False, certain=False)


_READERS: dict[str, Callable[[Command], Iterator[Name]]] = {
    "docker": containers_in,
    "podman": containers_in,
    "nerdctl": containers_in,
    "gcloud": _gcloud,
    "python": _python,
    "python3": _python,
    "virtualenv": _virtualenv,
    "uv": _uv,
    "source": _source,
    ".": _source,
    "conda": _conda,
    "mamba": _conda,
    "micromamba": _conda,
    "tmux": _tmux,
    "git": _git,
    "ssh-keygen": _key,
    "ssh-add": _key,
    "ssh": _key,
    "scp": _key,
}
