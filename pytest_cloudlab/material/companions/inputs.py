"""The files and folders that have to be there before a command is typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from pytest_cloudlab.material.companions.launch import effective, launch_of, program_of
from pytest_cloudlab.material.shell.arguments import plain, shifted, values, writes
from pytest_cloudlab.material.shell.command import Command, Word

Kind = Literal["script", "file", "folder", "any", "module", "edited", "argument"]
"""`any`: a file or a folder. `edited`: an editor opens it, and makes it when it is not there. `argument`:
given to a script, which may read or write it."""


@dataclass(frozen=True)
class Input:
    word: Word
    kind: Kind


_READERS = {
    "cat": "",
    "less": "",
    "more": "",
    "bat": "",
    "nl": "",
    "head": "-n -c --lines --bytes",
    "tail": "-n -c --lines --bytes",
    "wc": "",
    "diff": "-U -C",
    "stat": "-c -f --format",
    "file": "",
}
_LISTERS = {"ls": "", "tree": "-L -I -P", "du": "-d"}
_EDITORS = frozenset({"code", "nano", "vim", "vi", "nvim", "emacs", "micro", "gedit", "subl", "codium"})
_SERVERS = frozenset({"uvicorn", "gunicorn", "hypercorn"})
_APPLICATION = re.compile(r"([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*):[A-Za-z_][\w.()]*\Z", re.ASCII)
_MODULE = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*\Z", re.ASCII)
_REMOTE = re.compile(r"remote:|(?:[\w.-]+@)?[\w.-]+:|[a-z][a-z0-9]*://", re.ASCII)
_VERBS = frozenset({"apply", "create", "delete", "replace", "diff"})


def inputs_of(command: Command) -> tuple[Input, ...]:
    found = [Input(word, "file") for operator, word in command.redirects if operator == "<"]
    launch = launch_of(command)
    if launch is not None:
        if launch.kind != "module":
            found.append(Input(launch.script, "script"))
        elif _MODULE.match(launch.script.text):
            found.append(Input(launch.script, "module"))
        found += _arguments(launch.arguments)
    words = effective(command)
    read = _BY_PROGRAM.get(program_of(words))
    if read is not None:
        found += read(words[1:])
    return tuple(found)


def _arguments(words: Sequence[Word]) -> Iterator[Input]:
    """Paths that a script is given, but those that it is to write."""
    for index, word in enumerate(words):
        before = words[index - 1].text if index else ""
        name, equals, value = word.text.partition("=")
        if word.text.startswith("-"):
            if equals and "/" in value and not writes(name):
                yield Input(shifted(word, len(name) + 1), "argument")
        elif "/" in word.text and not (before.startswith("-") and writes(before)):
            yield Input(word, "argument")


def _files(words: Sequence[Word], with_value: str = "", kind: Kind = "file") -> Iterator[Input]:
    for word in plain(words, frozenset(with_value.split())):
        yield Input(word, kind)


def _reader(with_value: str, kind: Kind) -> Callable[[Sequence[Word]], Iterator[Input]]:
    return lambda words: _files(words, with_value, kind)


def _all_but_last(words: Sequence[Word], with_value: str = "") -> Iterator[Input]:
    for word in plain(words, frozenset(with_value.split()))[:-1]:
        if not _REMOTE.match(word.text):
            yield Input(word, "any")


def _chmod(words: Sequence[Word]) -> Iterator[Input]:
    for word in plain(words)[1:]:
        yield Input(word, "any")


def _pip(words: Sequence[Word]) -> Iterator[Input]:
    for word in values(words, "-r", "--requirement", "-c", "--constraint"):
        yield Input(word, "file")


def _uv(words: Sequence[Word]) -> Iterator[Input]:
    if words and words[0].text in ("pip", "add"):
        yield from _pip(words)
        for word in values(words, "--requirements"):
            yield Input(word, "file")


def _conda(words: Sequence[Word]) -> Iterator[Input]:
    if words and words[0].text in ("env", "create", "install"):
        for word in values(words, "-f", "--file"):
            yield Input(word, "file")


def _docker(words: Sequence[Word]) -> Iterator[Input]:
    verbs = [word.text for word in words[:2]]
    if "compose" in verbs[:1]:
        yield from _compose(words[1:])
    elif "build" in verbs:
        for word in values(words, "-f", "--file"):
            yield Input(word, "file")
    elif "run" in verbs[:1]:
        for word in values(words, "--env-file"):
            yield Input(word, "file")
    elif "cp" in verbs:
        yield from _all_but_last(words[verbs.index("cp") + 1 :])


def _compose(words: Sequence[Word]) -> Iterator[Input]:
    for index, word in enumerate(words):
        if not word.text.startswith("-") and (not index or not words[index - 1].text.startswith("-")):
            words = words[:index]  # what comes after `up` or `logs` is theirs
            break
    for word in values(words, "-f", "--file", "--env-file"):
        yield Input(word, "file")


def _kubectl(words: Sequence[Word]) -> Iterator[Input]:
    if words and words[0].text in _VERBS:
        for word in values(words, "-f", "--filename"):
            yield Input(word, "any")
        for word in values(words, "-k", "--kustomize"):
            yield Input(word, "folder")


def _make(words: Sequence[Word]) -> Iterator[Input]:
    for word in values(words, "-f", "--file", "--makefile"):
        yield Input(word, "file")
    for word in values(words, "-C", "--directory"):
        yield Input(word, "folder")


def _pytest(words: Sequence[Word]) -> Iterator[Input]:
    for word in plain(words, frozenset({"-k", "-m", "-n", "-p", "-o", "-c", "--rootdir", "--cov"})):
        yield Input(shifted(word, 0, word.text.find("::")) if "::" in word.text else word, "any")


def _jupyter(words: Sequence[Word]) -> Iterator[Input]:
    for word in words:
        if word.text.endswith(".ipynb") and not word.text.startswith("-"):
            yield Input(word, "file")


def _copied(words: Sequence[Word]) -> Iterator[Input]:
    """`gsutil -m cp -r a b gs://…`, `aws s3 cp a s3://…`, `gcloud storage cp a gs://…`."""
    verbs = [index for index, word in enumerate(words[:4]) if word.text == "cp"]
    if verbs:
        yield from _all_but_last(words[verbs[0] + 1 :])


def _gh(words: Sequence[Word]) -> Iterator[Input]:
    """Of `gh codespace cp remote:x .`, what is on the codespace."""
    if len(words) > 2 and words[0].text in ("codespace", "cs") and words[1].text == "cp":
        for word in plain(words[2:], frozenset({"-c", "--codespace", "-p", "--profile", "-R", "--repo"}))[
            :-1
        ]:
            if word.text.startswith("remote:/"):
                yield Input(shifted(word, len("remote:")), "any")


def _server(words: Sequence[Word]) -> Iterator[Input]:
    if any(word.text.startswith(("--app-dir", "--chdir", "--factory", "--pythonpath")) for word in words):
        return
    for word in plain(words)[:1]:
        if match := _APPLICATION.match(word.text):
            yield Input(shifted(word, 0, match.end(1)), "module")


def _app(words: Sequence[Word]) -> Iterator[Input]:
    """`fastapi dev main.py`, `marimo edit lab.py`."""
    for word in words[1:2]:
        if word.text.endswith(".py"):
            yield Input(word, "script")


_BY_PROGRAM: dict[str, Callable[[Sequence[Word]], Iterator[Input]]] = {
    **{name: _reader(with_value, "file") for name, with_value in _READERS.items()},
    **{name: _reader(with_value, "any") for name, with_value in _LISTERS.items()},
    **{name: _reader("", "edited") for name in _EDITORS},
    **dict.fromkeys(_SERVERS, _server),
    **dict.fromkeys(("cp", "mv"), _all_but_last),
    "scp": lambda words: _all_but_last(words, "-P -i -o -F -J -S -l -c"),
    "rsync": lambda words: _all_but_last(words, "-e --exclude --include --rsh"),
    **dict.fromkeys(("pip", "pip3"), _pip),
    **dict.fromkeys(("conda", "mamba", "micromamba"), _conda),
    **dict.fromkeys(("docker", "podman", "nerdctl"), _docker),
    **dict.fromkeys(("gsutil", "gcloud", "aws"), _copied),
    **dict.fromkeys(("fastapi", "marimo"), _app),
    "uv": _uv,
    "chmod": _chmod,
    "docker-compose": _compose,
    "kubectl": _kubectl,
    "make": _make,
    "pytest": _pytest,
    "jupyter": _jupyter,
    "gh": _gh,
    "unzip": lambda words: iter([Input(word, "file") for word in plain(words)[:1]]),
    "ansible-playbook": _reader("-i -e -l -t -u", "file"),
}
