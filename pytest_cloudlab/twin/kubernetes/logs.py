"""`kubectl logs`: what a container has written, and what it goes on writing."""

from __future__ import annotations

import asyncio
import contextlib

from aiohttp import web

from pytest_cloudlab.twin.kubernetes import pod_status as status
from pytest_cloudlab.twin.kubernetes.containers import Containers
from pytest_cloudlab.twin.kubernetes.entry import entered
from pytest_cloudlab.twin.kubernetes.errors import KubeError
from pytest_cloudlab.twin.kubernetes.kinds import name_of
from pytest_cloudlab.twin.kubernetes.store import Store

READ_BYTES = 64 * 1024


class Logs:
    def __init__(self, store: Store, containers: Containers) -> None:
        self._store = store
        self._containers = containers

    def add_to(self, app: web.Application) -> None:
        app.router.add_get("/api/v1/namespaces/{namespace}/pods/{name}/log", self._log, allow_head=False)

    async def _log(self, request: web.Request) -> web.StreamResponse:
        pod, container = entered(self._store, request)
        told = request.query
        if told.get("previous") == "true":
            said = f'previous terminated container "{container}" in pod "{name_of(pod)}" not found'
            raise KubeError(400, said)
        known = status.of(pod, container)
        if "containerID" not in known:
            reason = known.get("state", {}).get("waiting", {}).get("reason", "ContainerCreating")
            said = f'container "{container}" in pod "{name_of(pod)}" is waiting to start: {reason}'
            raise KubeError(400, said)
        options = []
        if told.get("follow") == "true":
            options.append("--follow")
        if told.get("timestamps") == "true":
            options.append("--timestamps")
        if "tailLines" in told:
            options.append(f"--tail={_number(told['tailLines'])}")
        if "sinceSeconds" in told:
            options.append(f"--since={_number(told['sinceSeconds'])}s")
        left = _number(told["limitBytes"]) if "limitBytes" in told else -1
        process = await asyncio.create_subprocess_exec(
            *("docker", "logs", *options, self._containers.name(pod, container)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        assert process.stdout is not None
        response = web.StreamResponse(headers={"Content-Type": "text/plain"})
        try:
            await response.prepare(request)
            while left and (data := await process.stdout.read(READ_BYTES)):
                data = data[:left] if left > 0 else data
                left -= len(data) if left > 0 else 0
                await response.write(data)
            if left:  # it has said all, and ends by itself
                await process.wait()
            await response.write_eof()
        except ConnectionError:
            pass
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        return response


def _number(told: str) -> int:
    if not (told.isascii() and told.isdigit() and len(told) < 12):
        raise KubeError(400, f"{told!r} is not a number")
    return int(told)
