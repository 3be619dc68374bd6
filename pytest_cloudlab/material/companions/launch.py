"""Which script a command runs, whatever starts it, and with which arguments."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pytest_cloudlab.material.shell.command import Command, Word

Kind = Literal["python", "module", "shell", "other"]

_PYTHON = re.compile(r"(?:python|pypy|ipython)[\d.]*\Z|py\Z")
_SHELLS = frozenset({"bash", "sh", "zsh", "dash", "ksh"})
_OTHERS = frozenset({"node", "Rscript", "julia", "ruby", "perl", "php", "ts-node"})
_LAUNCHERS = frozenset(
    {
        "torchrun",
        "accelerate",
        "deepspeed",
        "spark-submit",
        "mpirun",
        "mpiexec",
        "srun",
        "coverage",
        "kernprof",
    }
)
_RUNNERS = frozenset(
    {"uv", "poetry", "pipenv", "pdm", "hatch", "rye", "conda", "mamba", "micromamba", "pixi"}
)
_RUNNERS_VALUES = frozenset(
    {"--with", "--python", "-p", "--extra", "--group", "--env-file", "--package", "-n", "--name", "--prefix"}
    | {"--directory", "--project", "-e", "--environment", "--with-requirements"}
)
_TOOLS = frozenset("streamlit pytest pip uvicorn gunicorn coverage jupyter fastapi flask venv".split())  # noqa: SIM905
"""Modules that are commands of their own name."""


@dataclass(frozen=True)
class Launch:
    kind: Kind
    script: Word
    """Its path; of a module, its dotted name."""
    arguments: tuple[Word, ...]


def launch_of(command: Command) -> Launch | None:
    """
    >>> launch_of(command).script.text  # uv run python -u train.py --epochs 2
    'train.py'
    """
    return _launch(command.words)


def effective(command: Command) -> tuple[Word, ...]:
    """The command's words without `uv run`, `conda run -n env` and `python -m` before a tool.

    >>> [word.text for word in effective(command)]  # uv run python -m pip install -r requirements.txt
    ['pip', 'install', '-r', 'requirements.txt']
    """
    words: Sequence[Word] = command.words
    for _ in range(4):
        shorter = _without_runner(words)
        if len(shorter) == len(words):
            break
        words = shorter
    return tuple(words)


def program_of(words: Sequence[Word]) -> str:
    return words[0].text.rsplit("/", 1)[-1] if words else ""


def _without_runner(words: Sequence[Word]) -> Sequence[Word]:
    program = program_of(words)
    if program in _RUNNERS and len(words) > 2 and words[1].text == "run":
        at = 2
        while at < len(words) and words[at].text.startswith("-"):
            at += 2 if words[at].text in _RUNNERS_VALUES else 1
        return words[at:]
    if _PYTHON.match(program) and len(words) > 2 and words[1].text == "-m" and words[2].text in _TOOLS:
        return words[2:]
    return words


def _launch(words: Sequence[Word], depth: int = 4) -> Launch | None:
    if not words or not depth:
        return None
    shorter = _without_runner(words)
    if len(shorter) < len(words):
        return _launch(shorter, depth - 1)
    first, program = words[0].text, program_of(words)
    if _PYTHON.match(program):
        return _python(words)
    if program in _SHELLS:
        return _shell(words)
    if first in ("source", "."):
        return Launch("shell", words[1], tuple(words[2:])) if len(words) > 1 else None
    if program in _LAUNCHERS:
        return _first_python_file(words)
    if program == "streamlit" and len(words) > 2 and words[1].text == "run":
        return _streamlit(words)
    if program in _OTHERS:
        at = next((index for index, word in enumerate(words) if index and word.text[:1] != "-"), 0)
        return Launch("other", words[at], tuple(words[at + 1 :])) if at else None
    elsewhere = first.startswith(("/usr/", "/bin/", "/opt/", "~"))
    if ("/" in first and not elsewhere) or first.endswith((".py", ".sh")):
        kind: Kind = "python" if first.endswith(".py") else "shell" if first.endswith(".sh") else "other"
        return Launch(kind, words[0], tuple(words[1:]))
    return None


def _python(words: Sequence[Word]) -> Launch | None:
    at = 1
    while at < len(words):
        text = words[at].text
        if text == "-m":
            return Launch("module", words[at + 1], tuple(words[at + 2 :])) if at + 1 < len(words) else None
        if text in ("-", "-c", "-V", "--version", "-h", "--help") or text.startswith("-c"):
            return None
        if not text.startswith("-"):
            return Launch("python", words[at], tuple(words[at + 1 :]))
        at += 2 if text in ("-W", "-X") else 1
    return None


def _shell(words: Sequence[Word]) -> Launch | None:
    at = 1
    while at < len(words):
        text = words[at].text
        if not text.startswith(("-", "+")):
            return Launch("shell", words[at], tuple(words[at + 1 :]))
        if text.startswith("-") and not text.startswith("--") and ("c" in text or "s" in text):
            return None
        takes_value = text in ("--rcfile", "--init-file") or (text[1:2] != "-" and text[-1] in "oO")
        at += 2 if takes_value else 1
    return None


def _first_python_file(words: Sequence[Word]) -> Launch | None:
    for index, word in enumerate(words):
        if index and word.text.endswith(".py"):
            return Launch("python", word, tuple(words[index + 1 :]))
    return None


def _streamlit(words: Sequence[Word]) -> Launch | None:
    """Only what stands behind `--` is the script's own."""
    at = next((index for index in range(2, len(words)) if not words[index].text.startswith("-")), 0)
    if not at:
        return None
    own = next((index for index in range(at + 1, len(words)) if words[index].text == "--"), len(words))
    return Launch("python", words[at], tuple(words[own + 1 :]))
