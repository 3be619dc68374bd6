"""Pytest that has collected a lab and waits: every session that is forked from there finds that done.

To set pytest up and to collect the lab is half of what a session's own work takes.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import os
import socket
import sys
from collections.abc import Generator, Sequence
from pathlib import Path

import pytest

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.grading.forked import enter, own_options
from pytest_cloudlab.grading.forking import Forking
from pytest_cloudlab.grading.messages import Ready
from pytest_cloudlab.grading.stamps import stamps
from pytest_cloudlab.lab import lab_folders


class Collected:
    """The plugin of a template. In each process that is forked there, pytest goes on from where it waits."""

    def __init__(self, line: socket.socket, words: Sequence[str]) -> None:
        """It is told on `line` what to fork; the last of `words` is the lab's folder."""
        self._line = line
        self._folders = _folders(Path(words[-1]))
        # Before they are read: a change in between is one that is noticed.
        self._stamps = stamps(self._folders)
        self._modules = set(sys.modules)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        judging = session.config.pluginmanager.get_plugin("cloudlab-session")
        if session.testsfailed or judging is None or self._holds_on():
            os._exit(1)  # each session says itself what is wrong, or does what cannot be shared
        roster = judging.read_ahead(session.config)
        sys.stdout.flush()
        gc.freeze()  # what is here now is shared by all sessions, and no garbage of any
        self._line.send(Ready(self._folders, self._stamps | stamps((), self._imported()) | roster).packed())
        forked = Forking(self._line).serve()
        if forked is None:
            os._exit(0)
        enter(forked)
        faulthandler.enable(sys.stderr)
        option = session.config.option
        for word, value in own_options(forked).items():
            name = word.lstrip("-").replace("-", "_")
            setattr(option, name, type(getattr(option, name))(value))
        return (yield)

    def _holds_on(self) -> bool:
        """Whether the lab's modules began what no process can share: threads, or connections."""
        try:
            if len(os.listdir("/proc/self/task")) > 1:
                return True
            return any(
                _is_socket(int(each))
                for each in os.listdir("/proc/self/fd")
                if int(each) != self._line.fileno()
            )
        except OSError:
            return True  # who cannot know shares nothing

    def _imported(self) -> list[str]:
        """The files of modules that only this lab brought, but for installed ones."""
        new = [sys.modules[name] for name in set(sys.modules) - self._modules]
        files = [file for module in new if (file := getattr(module, "__file__", None))]
        return [file for file in files if not file.startswith(sys.prefix)]


def _folders(lab: Path) -> list[str]:
    with contextlib.suppress(UsageError):
        return [str(folder) for folder in lab_folders(lab)]
    return [str(lab)]


def _is_socket(descriptor: int) -> bool:
    with contextlib.suppress(OSError):
        return os.readlink(f"/proc/self/fd/{descriptor}").startswith("socket:")
    return False
