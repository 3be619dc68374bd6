"""Commands that put students on another machine: what they type next runs there."""

from __future__ import annotations

import re

from pytest_cloudlab.material.shell.command import Command, Word

_SHELLS = frozenset({"bash", "sh", "zsh", "ash", "fish", "dash"})
_SSH_VALUES = frozenset(f"-{letter}" for letter in "bcDEeFIiJLlmOopQRSWw")
_NO_SHELL = re.compile(r"-[A-Za-z]*[NfTVGQW]")
_OTHERS = frozenset({("vagrant", "ssh"), ("multipass", "shell"), ("minikube", "ssh"), ("limactl", "shell")})


def logs_in(command: Command) -> bool:
    """Whether it opens a shell on another machine or in a container, for students to type in.

    >>> logs_in(command)  # ssh -p 2222 me@host
    True
    >>> logs_in(command)  # ssh me@host uptime
    False
    """
    words = command.words[1:]
    texts = tuple(word.text for word in words)
    program = command.program
    if program == "ssh":
        return _ssh(words)
    if program == "gcloud" and texts[:2] in (("compute", "ssh"), ("cloud-shell", "ssh")):
        return _gcloud(texts[2:])
    if program == "gh" and texts[:2] == ("codespace", "ssh"):
        return "--" not in texts and not any(text.startswith("--config") for text in texts)
    if program in ("docker", "podman", "kubectl", "oc") and texts:
        return _container(texts)
    return bool(texts) and (program, texts[0]) in _OTHERS and "-c" not in texts


def logs_out(command: Command) -> bool:
    return command.program in ("exit", "logout")


def _ssh(words: tuple[Word, ...]) -> bool:
    hosts = 0
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word.text in _SSH_VALUES:
            skip = True
        elif word.text.startswith("-") and not hosts:
            if _NO_SHELL.fullmatch(word.text):
                return False
        elif not word.text.startswith("-"):
            hosts += 1
    return hosts == 1


def _gcloud(texts: tuple[str, ...]) -> bool:
    if any(text == "-c" or text.startswith("--command") for text in texts):
        return False
    if "--" not in texts:
        return True
    passed = texts[texts.index("--") + 1 :]
    return not any(_NO_SHELL.fullmatch(text) for text in passed) and _only_options(passed)


def _only_options(texts: tuple[str, ...]) -> bool:
    skip = False
    for text in texts:
        if skip:
            skip = False
        elif text in _SSH_VALUES:
            skip = True
        elif not text.startswith("-"):
            return False
    return True


def _container(texts: tuple[str, ...]) -> bool:
    verb = texts[1] if texts[0] in ("container", "compose") and len(texts) > 1 else texts[0]
    if verb not in ("exec", "run", "attach"):
        return False
    interactive = any(re.fullmatch(r"-[a-z]*[it][a-z]*|--interactive|--tty|--stdin", text) for text in texts)
    last = texts[-1].rsplit("/", 1)[-1]
    return verb == "attach" or ((interactive or texts[0] == "compose") and last in _SHELLS)
