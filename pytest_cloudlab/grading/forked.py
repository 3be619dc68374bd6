"""What a process that the server has forked does to become one member's session."""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from typing import NoReturn

PLUGIN = "pytest_cloudlab.plugin"
NO_AUTOLOAD = "PYTEST_DISABLE_PLUGIN_AUTOLOAD"
PR_SET_PDEATHSIG = 1


def become(
    words: Sequence[str], environment: Mapping[str, str], folder: str, output: int, events: int
) -> NoReturn:
    """Pytest with `words`, in which `{events}` becomes the descriptor `events`; all that it writes goes to
    `output`."""
    status = 3
    try:
        os.setsid()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        _die_with_parent()
        nothing = os.open(os.devnull, os.O_RDONLY)
        for source, target in ((nothing, 0), (output, 1), (output, 2)):
            os.dup2(source, target)
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        told = [word.replace("{events}", str(events)) for word in words]
        sys.argv = ["pytest", *told]
        status = _pytest(told)
    except KeyboardInterrupt:
        status = 2
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
        os._exit(status)


def _pytest(words: list[str]) -> int:
    """Only the plugins that the lab names: those that happen to be installed may shuffle its checks, and cost
    as much time as all the rest. The commands that a check runs are not told so."""
    import pytest

    plugin = importlib.import_module(PLUGIN)  # as pytest itself finds it, by its name
    told = os.environ.get(NO_AUTOLOAD)
    os.environ[NO_AUTOLOAD] = "1"

    class Environment:
        @pytest.hookimpl(tryfirst=True)
        def pytest_configure(self) -> None:
            del os.environ[NO_AUTOLOAD]
            if told is not None:
                os.environ[NO_AUTOLOAD] = told

    return int(pytest.main(words, plugins=[plugin, Environment()]))


def _die_with_parent() -> None:
    """A server that is killed takes its sessions with it; Linux only, elsewhere they end at their own."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
