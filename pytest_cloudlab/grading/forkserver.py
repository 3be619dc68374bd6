"""Starts sessions quickly: has imported what they need, and forks one for each request.

    python -P -m pytest_cloudlab.grading.forkserver DESCRIPTOR MODULE...

Spoken to over a socket of whole messages; see `pytest_cloudlab.grading.sessions`. When whoever started it is
gone, its sessions are ended, and then itself.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import importlib
import os
import signal
import socket
import sys
from collections.abc import Iterable

from pytest_cloudlab.grading.forked import PLUGIN, become_session, become_template
from pytest_cloudlab.grading.forking import Forked, Forking, kill
from pytest_cloudlab.grading.line import LONGEST_MESSAGE, line
from pytest_cloudlab.grading.messages import End, Ready, Start, said
from pytest_cloudlab.grading.template import Template
from pytest_cloudlab.grading.unused import UNUSED

PRELOADED = (
    "pytest",
    PLUGIN,
    "pytest_cloudlab.grading.session",
    "pytest_cloudlab.grading.variant",
    "pytest_cloudlab.fixtures",
)
AFTERWARDS = (
    "pdb",
    "testinfra.host",
    "pytest_cloudlab.targets.backend",
    "pytest_cloudlab.targets.ssh",
    "pytest_cloudlab.clouds.artifacts",
    "pytest_cloudlab.clouds.compute",
    "pytest_cloudlab.clouds.policy",
    "pytest_cloudlab.clouds.registry",
    "pytest_cloudlab.clouds.storage",
    "pytest_cloudlab.soup",
    "pytest_cloudlab.webpage",
)
"""What most sessions import sooner or later: the first, perhaps the only one, is not kept waiting for it."""


def main() -> None:
    descriptor, *modules = sys.argv[1:]
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever started us to handle
    preload((*PRELOADED, *_pytest_s_own(), *modules))
    with socket.socket(fileno=int(descriptor)) as line:
        forked = Server(line).serve()
    if forked:
        become_session(forked)


def preload(modules: Iterable[str]) -> None:
    for module in modules:
        with contextlib.suppress(ImportError):
            importlib.import_module(module)
    gc.freeze()  # what is here now is shared by all sessions, and no garbage of any


def _pytest_s_own() -> list[str]:
    """The modules of pytest's own plugins that every session imports."""
    with contextlib.suppress(ImportError, AttributeError):
        names = importlib.import_module("_pytest.config").default_plugins
        return [f"_pytest.{name}" for name in names if name not in UNUSED]
    return []


class Server(Forking):
    """From the second session on that is like the one before, a template of the lab forks them."""

    def __init__(self, line: socket.socket) -> None:
        super().__init__(line)
        self._before: Start | None = None
        self._templates: list[Template] = []

    def _start(self, wanted: Forked) -> Forked | None:
        before, self._before = self._before, wanted.order
        if before is None or not wanted.order.alike(before):
            return self._fork(wanted)
        template = self._template_for(wanted)
        if template.of_no_use:
            return self._fork(wanted)
        template.take(wanted)
        return None

    def _template_for(self, wanted: Forked) -> Template:
        for template in self._templates:
            if template.fits(wanted.order):
                return template
            if not template.sessions:
                template.leave()
        preload(AFTERWARDS)
        ours, theirs = line()
        pid = os.fork()
        if pid == 0:
            self._let_go()
            wanted.close()
            ours.close()
            become_template(wanted.order, theirs)
        theirs.close()
        made = Template(wanted.order, ours, pid)
        self._templates.append(made)
        self._hear(ours, functools.partial(self._listen_to, made))
        return made

    def _listen_to(self, template: Template) -> Forked | None:
        try:
            message = template.line.recv(LONGEST_MESSAGE)
        except OSError:
            message = b""
        if not message:
            return self._lost(template)
        told = said(message)
        if isinstance(told, Ready):
            template.is_ready(told)
        else:
            template.sessions.discard(told.session)
            self._tell(told.session, told.status)
        return None

    def _lost(self, template: Template) -> Forked | None:
        """Its sessions end with it. What still waits for it is started without."""
        self._selector.unregister(template.line)
        template.line.close()
        template.over = True
        if not template.gone:
            kill(template.pid)
        for session in template.sessions:
            self._tell(session, -signal.SIGKILL)
        while template.waiting:
            if forked := self._fork(template.waiting.pop(0)):
                return forked
        return None

    @property
    def _waiting(self) -> bool:
        return super()._waiting or any(template.pending for template in self._templates)

    def _look(self) -> None:
        super()._look()
        for template in self._templates:
            template.die_when_overdue()

    def _let_go(self) -> None:
        super()._let_go()
        for template in self._templates:
            template.line.close()
            for wanted in template.waiting:
                wanted.close()

    def _end(self, order: End) -> None:
        super()._end(order)
        for template in self._templates:
            if order.session in template.sessions:
                template.end(order)
            for wanted in [one for one in template.waiting if one.order.session == order.session]:
                self._never_mind(template, wanted)

    def _never_mind(self, template: Template, wanted: Forked) -> None:
        template.waiting.remove(wanted)
        wanted.close()
        self._tell(wanted.order.session, -signal.SIGINT)

    def _die(self, *_: object) -> None:
        for template in self._templates:
            template.die()
            with contextlib.suppress(ChildProcessError):
                os.waitpid(template.pid, 0)
        super()._die()

    def _ended(self, pid: int, status: int) -> None:
        for template in self._templates:
            if template.pid == pid and not template.gone:
                template.is_gone()
                return
        super()._ended(pid, status)

    def _leave(self) -> None:
        for template in self._templates:
            for wanted in list(template.waiting):
                self._never_mind(template, wanted)
            template.leave()
        super()._leave()

    @property
    def _at_work(self) -> bool:
        return super()._at_work or not all(template.gone for template in self._templates)


if __name__ == "__main__":
    main()
