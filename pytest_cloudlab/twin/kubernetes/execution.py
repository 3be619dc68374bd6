"""`kubectl exec`: a command in a container, its streams in one websocket (`v5.channel.k8s.io`)."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import signal
from collections.abc import Iterable
from typing import Any

from aiohttp import WSMsgType, web

from pytest_cloudlab.twin.engine import EngineError, docker_async
from pytest_cloudlab.twin.kubernetes.containers import Containers
from pytest_cloudlab.twin.kubernetes.entry import entered, require_running
from pytest_cloudlab.twin.kubernetes.errors import KubeError
from pytest_cloudlab.twin.kubernetes.kinds import Object
from pytest_cloudlab.twin.kubernetes.store import Store
from pytest_cloudlab.twin.kubernetes.terminal import Terminal

PROTOCOLS = ("v5.channel.k8s.io", "v4.channel.k8s.io")
STDIN, STDOUT, STDERR, STATUS, RESIZE, CLOSE = 0, 1, 2, 3, 4, 255
READ_BYTES = 32 * 1024
MESSAGE_BYTES = 16 * 1024 * 1024
LONGEST_COMMAND = 500_000
NEVER_STARTED = (1, 126, 127)
"""docker's exit codes for a command that it could not start; a command may have them, too."""
_NOT_STARTED = re.compile(rb"^(OCI runtime exec failed: .*|Error response from daemon: .*)", re.DOTALL)
_NO_LONGER = re.compile(rb"is not running|No such (container|exec)|Cannot connect", re.IGNORECASE)


class Execution:
    def __init__(self, store: Store, containers: Containers) -> None:
        self._store = store
        self._containers = containers

    def add_to(self, app: web.Application) -> None:
        pod = "/api/v1/namespaces/{namespace}/pods/{name}"
        app.router.add_get(f"{pod}/exec", self._exec, allow_head=False)
        app.router.add_post(f"{pod}/exec", self._spdy)
        for method in ("GET", "POST"):
            app.router.add_route(method, f"{pod}/portforward", _no_forward)
            app.router.add_route(method, f"{pod}/attach", _no_attach)

    async def _exec(self, request: web.Request) -> web.StreamResponse:
        pod, container = self._checked(request)
        socket = web.WebSocketResponse(protocols=PROTOCOLS, max_msg_size=MESSAGE_BYTES, compress=False)
        if not socket.can_prepare(request).ok:
            raise KubeError(400, "Upgrade request required")
        await socket.prepare(request)
        if socket.ws_protocol is None:
            await socket.close(code=1002, message=b"no protocol that both know")
            return socket
        await _Session(self._containers, socket, pod, container, request).run()
        return socket

    async def _spdy(self, request: web.Request) -> web.Response:
        """kubectl's other way, which it takes when the first one failed: its errors are what people see."""
        self._checked(request)
        raise KubeError(400, "the twin's exec speaks websockets only; kubectl has done so since 1.31")

    def _checked(self, request: web.Request) -> tuple[Object, str]:
        pod, container = entered(self._store, request)
        words = request.query.getall("command", [])
        if not words:
            raise KubeError(400, "you must specify at least one command for the container")
        if sum(map(len, words)) > LONGEST_COMMAND:
            raise KubeError(400, "the command is too long")
        require_running(pod, container)
        return pod, container


class _Session:
    """One command, from its start to its status."""

    def __init__(
        self,
        containers: Containers,
        socket: web.WebSocketResponse,
        pod: Object,
        container: str,
        request: web.Request,
    ) -> None:
        self._socket = socket
        self._name = containers.name(pod, container)
        self._stdin = request.query.get("stdin") in ("1", "true")
        self._tty = request.query.get("tty") in ("1", "true")
        self._words = request.query.getall("command")
        self._held: dict[int, bytes] = {}
        """By channel, what may be docker's own words instead of the command's."""

    async def run(self) -> None:
        terminal = Terminal() if self._tty else None
        try:
            await self._run(terminal)
        except (ConnectionError, asyncio.CancelledError):
            pass  # who asked has gone
        finally:
            if terminal is not None:
                terminal.close()
            with contextlib.suppress(ConnectionError, asyncio.TimeoutError):
                await self._socket.close()

    async def _run(self, terminal: Terminal | None) -> None:
        flags = [flag for flag, on in (("--interactive", self._stdin), ("--tty", self._tty)) if on]
        pipe, none = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        streams = (pipe if self._stdin else none, pipe, pipe) if terminal is None else (terminal.slave,) * 3
        process = await asyncio.create_subprocess_exec(
            *("docker", "exec", *flags, self._name, *self._words),
            stdin=streams[0],
            stdout=streams[1],
            stderr=streams[2],
            start_new_session=True,
        )
        if terminal is not None:
            terminal.started()
        sources = (process.stdout, process.stderr) if terminal is None else (terminal.output,)
        pumps = [
            asyncio.create_task(self._pump(source, channel))
            for source, channel in zip(sources, (STDOUT, STDERR), strict=False)
            if source is not None
        ]
        heard = asyncio.create_task(self._listen(process, terminal))
        ended = asyncio.create_task(_ended(process, pumps))
        try:
            # So that the client knows that it is connected.
            await self._socket.send_bytes(bytes([STDOUT]))
            await asyncio.wait({ended, heard}, return_when=asyncio.FIRST_COMPLETED)
            if ended.done():
                status = await self._status(ended.result())
                await self._socket.send_bytes(bytes([STATUS]) + json.dumps(status).encode())
        finally:
            for task in (*pumps, heard, ended):
                task.cancel()
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()

    async def _pump(self, stream: asyncio.StreamReader, channel: int) -> None:
        first = True
        while data := await stream.read(READ_BYTES):
            if first and _NOT_STARTED.match(data):
                self._held[channel] = data
            else:
                await self._socket.send_bytes(bytes([channel]) + self._held.pop(channel, b"") + data)
            first = False

    async def _listen(self, process: asyncio.subprocess.Process, terminal: Terminal | None) -> None:
        """What the client sends, until it goes."""
        async for message in self._socket:
            if message.type is not WSMsgType.BINARY or not message.data:
                continue
            channel, data = message.data[0], message.data[1:]
            with contextlib.suppress(OSError):
                if terminal is not None:
                    if channel == STDIN:
                        await terminal.write(data)
                    elif channel == RESIZE:
                        terminal.resize(data)
                        process.send_signal(signal.SIGWINCH)
                elif process.stdin is not None and channel == STDIN:
                    process.stdin.write(data)
                    await process.stdin.drain()
                elif process.stdin is not None and channel == CLOSE and data[:1] == bytes([STDIN]):
                    process.stdin.close()

    async def _status(self, code: int) -> dict[str, Any]:
        said = b"".join(self._held.values())[:2000]
        if said and code in NEVER_STARTED:
            if _NO_LONGER.search(said):
                return _failure(f'container not found in pod ("{self._name}")')
            text = said.decode(errors="replace").strip()
            return _failure(f"error executing command in container: {text}")
        for channel, data in self._held.items():
            await self._socket.send_bytes(bytes([channel]) + data)
        if code == 0 and not await self._runs():
            # The engine has no exit code of what it killed, and calls that zero.
            return _failure("error executing command in container: the container ended meanwhile")
        if code == 0:
            return {"metadata": {}, "status": "Success"}
        return {
            "metadata": {},
            "status": "Failure",
            "message": f"command terminated with non-zero exit code: exit status {code}",
            "reason": "NonZeroExitCode",
            "details": {"causes": [{"reason": "ExitCode", "message": str(code)}]},
        }

    async def _runs(self) -> bool:
        try:
            told = await docker_async("inspect", "--format", "{{.State.Running}}", self._name, within_s=20)
        except EngineError:
            return False
        return told.strip() == "true"


async def _ended(process: asyncio.subprocess.Process, pumps: Iterable[asyncio.Task[None]]) -> int:
    await asyncio.gather(*pumps)
    return await process.wait()


def _failure(said: str) -> dict[str, Any]:
    return {
        "metadata": {},
        "status": "Failure",
        "message": f"Internal error occurred: {said}",
        "reason": "InternalError",
        "details": {"causes": [{"message": said}]},
        "code": 500,
    }


async def _no_forward(_: web.Request) -> web.Response:
    raise KubeError(501, "the twin forwards no ports of pods: reach them with kubectl exec")


async def _no_attach(_: web.Request) -> web.Response:
    raise KubeError(501, "the twin attaches to no container: use kubectl logs --follow, or kubectl exec")
