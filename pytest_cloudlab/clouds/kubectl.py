"""One call of the user's own kubectl, within a deadline and a number of bytes."""

from __future__ import annotations

import os
import re
import selectors
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from typing import IO

from pytest_cloudlab.clouds.tries import Lost, Tries
from pytest_cloudlab.errors import CouldNotLook, Forbidden, NotFound, TooMuch, UsageError
from pytest_cloudlab.redaction import redact
from pytest_cloudlab.waiting import Deadline

INSTALL = "Install it: https://kubernetes.io/docs/tasks/tools"
READ_BYTES = 65_536
SAID_BYTES = 20_000
END_S = 1.0
LOGIN = "Sign in to the cluster again, and look with `kubectl config current-context` which one it is."

_SERVER = re.compile(r"^Error from server \((\w+)\):\s*(.*)", re.MULTILINE)
_GONE = re.compile(r"\"?[\w.-]+\"? not found")
_UNAUTHORIZED = re.compile(r"Unauthorized|must be logged in|the server has asked for the client to provide")
_SETTINGS = re.compile(
    r"context .*(?:does not exist|exists with the name)|context was not found|no context exists"
    r"|cluster .* does not exist|no server found|error loading config|unable to read client-cert"
    r"|unable to load root certificates|invalid configuration",
    re.IGNORECASE,
)
_NOBODY = re.compile(r"localhost:8080|127\.0\.0\.1:8080")
_REFUSED_LOGIN = re.compile(r"getting credentials|exec plugin|executable .* not found", re.IGNORECASE)


class Kubectl:
    """Runs `kubectl ARGS` as whoever runs us would, with their kubeconfig and, unless told, their context."""

    def __init__(self, context: str = "") -> None:
        if context.startswith("-"):
            raise UsageError(f"{context!r} is no context's name.", remedy="`kubectl config get-contexts`")
        self._words = ("kubectl", *((f"--context={context}",) if context else ()))

    def ask(self, args: Sequence[str], what: str, *, deadline: Deadline, max_bytes: int) -> bytes:
        """What it wrote to stdout. `what` is looked for, e.g. `pod web in runai-sdd`.

        Asks again where the cluster does not answer, while the deadline lasts. Raises `NotFound` only when
        the cluster itself says so; else `Forbidden`, `Unreachable`, `TooMuch` or another `CouldNotLook`.
        """

        def attempt(deadline: Deadline) -> bytes:
            status, out, said = self._run(args, deadline, max_bytes)
            if status:
                raise trouble(said, what)
            return out

        return Tries("the Kubernetes cluster", deadline).run(attempt)

    def _run(self, args: Sequence[str], deadline: Deadline, max_bytes: int) -> tuple[int, bytes, str]:
        left_s = max(1, int(deadline.remaining_s()))
        try:
            process = subprocess.Popen(
                (*self._words, f"--request-timeout={left_s}s", *args),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                # A session of its own: Ctrl-C is for us to handle. Its words are read here: in English.
                start_new_session=True,
                env={**os.environ, "LC_ALL": "C"},
            )
        except FileNotFoundError:
            raise CouldNotLook("this machine has no kubectl", remedy=INSTALL) from None
        try:
            out, said = _read(process, deadline, max_bytes)
            return process.wait(END_S), out, said
        except subprocess.TimeoutExpired:
            raise Lost("timed out", final=True) from None
        finally:
            _end(process)


def trouble(said: str, what: str) -> Exception:
    """What kubectl's words mean for who looked for `what`."""
    if server := _SERVER.search(said):
        reason, message = server.groups()
        if reason == "NotFound" and _GONE.search(message):
            return NotFound(f"the Kubernetes cluster has no {what}")
        if reason == "Forbidden":
            return Forbidden(
                f"the Kubernetes cluster does not let this account see the {what}",
                remedy="`kubectl auth whoami` says as whom you ask.",
            )
        if reason != "NotFound":
            # What it does not understand now it will not understand later.
            return Lost(
                f"it answered {reason}: {_last_line(message)}", final=reason in ("BadRequest", "Invalid")
            )
    if _UNAUTHORIZED.search(said):
        return Forbidden("the Kubernetes cluster does not accept the credentials of kubectl", remedy=LOGIN)
    if _REFUSED_LOGIN.search(said):
        return Forbidden("kubectl could not get credentials for the cluster", remedy=LOGIN)
    if _NOBODY.search(said):
        return CouldNotLook("kubectl knows no cluster on this machine", remedy="Set KUBECONFIG, or sign in.")
    if _SETTINGS.search(said):
        return CouldNotLook(
            f"kubectl's settings do not lead to a cluster: {_last_line(said)}",
            remedy="`kubectl config get-contexts` shows what it knows.",
        )
    return Lost(_last_line(said))


def _read(process: subprocess.Popen[bytes], deadline: Deadline, max_bytes: int) -> tuple[bytes, str]:
    assert process.stdout
    assert process.stderr
    out, err = bytearray(), bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ, out)
        selector.register(process.stderr, selectors.EVENT_READ, err)
        while selector.get_map():
            ready = selector.select(deadline.remaining_s())
            if not ready or deadline.passed:
                raise Lost("timed out", final=True)
            for key, _ in ready:
                pipe: IO[bytes] = key.fileobj  # type: ignore[assignment]  # what was registered
                data = os.read(pipe.fileno(), READ_BYTES)
                if not data:
                    selector.unregister(pipe)
                elif key.data is out or len(err) < SAID_BYTES:
                    key.data.extend(data)
                if len(out) > max_bytes:
                    raise TooMuch(f"the Kubernetes cluster sent more than {max_bytes} bytes")
    return bytes(out), err.decode("utf-8", "replace")


def _last_line(said: str) -> str:
    lines = [line for line in said.splitlines() if line.strip()]
    return str(redact(re.sub(r"[^\x20-\x7e]+", " ", lines[-1])))[:200] if lines else "kubectl said nothing"


def _end(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()
    if process.poll() is None:
        process.kill()
        with suppress(subprocess.TimeoutExpired):
            process.wait(END_S)
