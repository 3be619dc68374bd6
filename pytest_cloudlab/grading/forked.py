"""What a process that the server has forked does to become one member's session, or a lab's template."""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import itertools
import os
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from pytest_cloudlab.grading.forking import Forked
from pytest_cloudlab.grading.messages import Start

PLUGIN = "pytest_cloudlab.plugin"
NO_AUTOLOAD = "PYTEST_DISABLE_PLUGIN_AUTOLOAD"
PR_SET_PDEATHSIG = 1


def become_session(forked: Forked) -> NoReturn:
    """Pytest with the words of its order; all that it writes goes to its output."""

    def session() -> int:
        enter(forked)
        return _pytest(sys.argv[1:])

    _end_with(session)


def become_template(order: Start, line: socket.socket) -> NoReturn:
    """Pytest with what `order` has in common with others. What it is to fork is told on `line`; what it
    writes itself is told to nobody: a session that fails as it did says why."""

    def template() -> int:
        from pytest_cloudlab.grading.collected import Collected

        _stand_alone(order, os.open(os.devnull, os.O_WRONLY))
        return _pytest(order.words, Collected(line, order.words))

    _end_with(template)


def enter(forked: Forked) -> None:
    """From here on, this is the process of that session."""
    _stand_alone(forked.order, forked.output)
    sys.argv[1:1] = itertools.chain.from_iterable(own_options(forked).items())


def own_options(forked: Forked) -> dict[str, str]:
    return {name: value.replace("{events}", str(forked.events)) for name, value in forked.order.own.items()}


def _stand_alone(order: Start, output: int) -> None:
    os.setsid()
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    _die_with_parent()
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(source, target)
    os.chdir(order.folder)
    os.environ.clear()
    os.environ.update(order.environment)
    sys.argv = ["pytest", *order.words]


def _end_with(work: Callable[[], int]) -> NoReturn:
    status = 3
    try:
        status = work()
    except KeyboardInterrupt:
        status = 2
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
        os._exit(status)


def _pytest(words: Sequence[str], *plugins: object) -> int:
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

    return int(pytest.main(list(words), plugins=[plugin, Environment(), *plugins]))


def _die_with_parent() -> None:
    """A server that is killed takes its sessions with it; Linux only, elsewhere they end at their own."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
