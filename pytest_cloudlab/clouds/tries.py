"""Trying again: only while the deadline lasts, and saying afterwards how often and how long."""

from __future__ import annotations

import re
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import requests
import urllib3

from pytest_cloudlab.errors import Unreachable
from pytest_cloudlab.waiting import Deadline

T = TypeVar("T")
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 8.0


class Lost(Exception):
    """This try got no answer; another may. Never leaves `Tries`."""

    def __init__(self, reason: str, *, wait_s: float = 0.0, final: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.wait_s = wait_s
        """What the other side asked us to wait at least, in seconds."""
        self.final = final
        """Trying again cannot help."""


@dataclass
class Tries:
    """Calls an attempt until it answers or the deadline passes, and counts.

    >>> Tries("eu.gcr.io", Deadline.after(20)).run(lambda deadline: 7)
    7
    """

    host: str
    deadline: Deadline
    first_pause_s: float = FIRST_PAUSE_S

    def run(self, attempt: Callable[[Deadline], T]) -> T:
        """What `attempt` returns. Raises `Unreachable` saying why, how often and how long."""
        started = time.monotonic()
        pause_s, tries = self.first_pause_s, 0
        while True:
            tries += 1
            try:
                return attempt(self.deadline)
            except Lost as lost:
                wait_s = max(pause_s, lost.wait_s)
                if not lost.final and wait_s < self.deadline.remaining_s():
                    time.sleep(wait_s)
                    pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
                    continue
                spent_s = time.monotonic() - started
                raise Unreachable(
                    f"no answer from {self.host} ({lost.reason}, "
                    f"{tries} {'try' if tries == 1 else 'tries'} in {spent_s:.0f} s)"
                ) from lost


def chain(error: BaseException) -> list[BaseException]:
    """An error and all that led to it, whichever way the libraries wrapped it."""
    seen: list[BaseException] = []
    todo: list[object] = [error]
    while todo:
        one = todo.pop(0)
        if isinstance(one, BaseException) and one not in seen:
            seen.append(one)
            todo += [getattr(one, "reason", None), one.__cause__, one.__context__, *one.args]
    return seen


def untrusted(error: BaseException) -> bool:
    return any(isinstance(one, ssl.SSLCertVerificationError) for one in chain(error))


def why(error: BaseException) -> str:
    """In a few words, without addresses: what kept a connection from working."""
    links = chain(error)
    words: list[tuple[type[BaseException], str]] = [
        (ssl.SSLCertVerificationError, "its certificate is not one this machine trusts"),
        (socket.gaierror, "no such host"),
        (ConnectionRefusedError, "connection refused"),
        (TimeoutError, "timed out"),
        (urllib3.exceptions.TimeoutError, "timed out"),
        (requests.exceptions.Timeout, "timed out"),
        (ConnectionError, "connection broken"),
        (ssl.SSLError, "TLS failed"),
    ]
    for one in links:
        if found := re.search(r"Tunnel connection failed: (\d{3})", str(one)):
            return f"the proxy answered {found[1]}"
    return next(
        (text for kind, text in words if any(isinstance(e, kind) for e in links)), "connection broken"
    )
