"""What a command may leave behind: files by name, or nobody can tell what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from pytest_cloudlab.material.companions.launch import effective, launch_of, program_of
from pytest_cloudlab.material.shell.arguments import plain, values, writes
from pytest_cloudlab.material.shell.command import Command, Word


class Reach(IntEnum):
    """How much of a folder a command may have changed beyond what it names."""

    NOTHING = 0
    FILES = 1
    """It may write data, models, pictures: no source code, and no settings."""
    SOME = 2
    """Files of any kind, under names that nobody can tell."""
    ALL = 3
    """Another state of the repository, or the content of an archive."""


@dataclass(frozen=True)
class Outputs:
    paths: tuple[str, ...]
    reach: Reach


_OF_HARMLESS = """
    . [ [[ alias apk apt apt-get awk aws az base64 bat bg black break brew cat cd chmod chown clear code
    codium conda continue coverage cp curl cut date deactivate declare df diff dnf docker docker-compose
    dpkg du echo egrep emacs env exit export false fastapi fg file find flake8 flask free gcloud gedit gh
    git grep gsutil gunicorn head helm help history hostname htop hypercorn id ifconfig ip isort jobs
    journalctl jq jupyter kill killall kind kubectl less ll ln local logout ls lscpu lsof mamba man md5sum
    micro micromamba minikube mkdir more mv mypy mysql nano nc netstat nl nproc nvidia-smi nvim ollama
    open ping pip pip3 pkill podman popd printf ps psql pushd pwd pylint pytest read redis-cli return rg
    rm rmdir rsync ruff scp screen sed seq service set sha256sum sleep sort source sqlite3 ss ssh ssh-add
    ssh-copy-id ssh-keygen stat streamlit subl sudo systemctl tail tee test time tmux top touch tr tree
    true type uname uniq unset uv uvicorn venv vi vim virtualenv wait watch wc wget which whoami xargs
    xdg-open yq yum
"""
_HARMLESS = frozenset(_OF_HARMLESS.split())
"""They write what they are told to write, or nothing into the folder that they are typed in."""
_STATES = frozenset({"checkout", "switch", "reset", "merge", "rebase", "stash", "submodule", "cherry-pick"})
_SAME_STATE = frozenset({"-b", "-c", "-B", "--", "main", "master"})
_UNPACKERS = frozenset(
    {"unzip", "tar", "7z", "bsdtar", "cookiecutter", "copier", "django-admin", "npx", "patch"}
)
_PACKAGERS = frozenset(
    {"npm", "yarn", "pnpm", "cargo", "dotnet", "terraform", "dvc", "kaggle", "poetry", "pdm", "rails", "hugo"}
)
_BEGINNINGS = frozenset({"create", "init", "new", "generate", "g", "exec", "dlx"})
_ASKS = frozenset({"--version", "-V", "--help", "-h"})
_SCAFFOLDS = re.compile(
    r"start|init|new|create|scaffold|generat|template|setup|download|fetch|solution", re.IGNORECASE
)
_SETTINGS = re.compile(r"(?:^|/)(?:activate|\.[\w.-]+|[\w.-]*rc|[\w.-]*env(?:\.sh)?|conda\.sh)\Z")
_REMOTE = re.compile(r"remote:|(?:[\w.-]+@)?[\w.-]+:|[a-z][a-z0-9]*://", re.ASCII)


def outputs_of(command: Command) -> Outputs:
    words = effective(command)
    paths = [word.text for operator, word in command.redirects if ">" in operator and not word.dynamic]
    paths += _by_options(words)
    program = program_of(words)
    paths += _named(program, words[1:])
    return Outputs(
        tuple(path for path in paths if path and "://" not in path), _reach(command, program, words)
    )


def _by_options(words: Sequence[Word]) -> Iterator[str]:
    for index, word in enumerate(words):
        name, equals, value = word.text.partition("=")
        if name.startswith("-") and writes(name):
            if equals:
                yield value
            elif index + 1 < len(words) and not words[index + 1].text.startswith("-"):
                yield words[index + 1].text


def _named(program: str, words: Sequence[Word]) -> Iterator[str]:
    texts = [word.text for word in plain(words)]
    if program in ("touch", "mkdir", "tee", "nano", "vim", "vi", "nvim", "code", "emacs", "micro", "gedit"):
        yield from (word.text for word in plain(words, frozenset({"-m"})))
    elif program in ("cp", "mv", "ln", "scp", "rsync", "install"):
        yield from _copied(texts)
    elif program in ("gsutil", "gcloud", "aws", "docker", "podman", "gh") and "cp" in texts[:4]:
        yield from _copied(texts[texts.index("cp") + 1 :])
    elif program == "wget":
        yield from (
            word.text for word in values(words, "-O", "--output-document", "-P", "--directory-prefix")
        )
        yield from (text.rstrip("/").rsplit("/", 1)[-1].split("?")[0] for text in texts)
    elif program == "curl":
        yield from (word.text for word in values(words, "-o", "--output"))
        yield from (text.rsplit("/", 1)[-1].split("?")[0] for text in texts)
    elif program in ("virtualenv", "venv") or (program.startswith("python") and "venv" in texts):
        yield from texts
    elif program == "uv":
        yield from ("pyproject.toml", "uv.lock", "main.py", ".python-version", ".venv", *texts[1:])
    elif program == "jupyter":
        yield from (
            text.rsplit(".", 1)[0] + suffix for text in texts for suffix in (".py", ".html", ".ipynb")
        )
    elif program == "git" and texts[:1] in (["init"], ["clone"]):
        yield from (text.rstrip("/").rsplit("/", 1)[-1].removesuffix(".git") for text in texts[1:])
    elif program == "gh" and texts[:2] == ["repo", "clone"]:
        yield from (text.rsplit("/", 1)[-1] for text in texts[2:])
    elif program == "ssh-keygen":
        yield from (word.text for word in values(words, "-f"))


def _copied(texts: Sequence[str]) -> Iterator[str]:
    if len(texts) > 1 and not _REMOTE.match(texts[-1]):
        yield texts[-1]
        yield from (text.rstrip("/").rsplit("/", 1)[-1] for text in texts[:-1])


def _reach(command: Command, program: str, words: Sequence[Word]) -> Reach:
    if not words:
        return Reach.NOTHING
    texts = [word.text for word in words[1:]]
    if program == "git":
        if texts[:1] and texts[0] in _STATES and not _SAME_STATE & set(texts):
            return Reach.ALL
        return Reach.NOTHING
    if program in _UNPACKERS or (program in _PACKAGERS and texts[:1] and texts[0] in _BEGINNINGS):
        return Reach.ALL
    if program in _PACKAGERS:
        return Reach.FILES
    if program in ("docker", "podman") and any(
        word.text in ("-v", "--volume", "--mount") or word.text.startswith(("-v=", "--volume=", "--mount="))
        for word in words
    ):
        return Reach.SOME
    if program == "uv":
        return Reach.SOME if texts[:1] == ["init"] else Reach.NOTHING
    launch = launch_of(command)
    if launch is None:
        asks = program.startswith("python") and bool(texts) and texts[0] in _ASKS
        return Reach.NOTHING if asks or program in _HARMLESS else Reach.SOME
    script = launch.script.text
    if launch.kind == "module" and script in ("venv", "http.server", "pip", "ensurepip"):
        return Reach.NOTHING
    if program in ("source", ".") and _SETTINGS.search(script):
        return Reach.NOTHING
    scaffolds = any(_SCAFFOLDS.search(word.text) for word in (launch.script, *launch.arguments))
    return Reach.FILES if launch.kind in ("python", "module") and not scaffolds else Reach.SOME
