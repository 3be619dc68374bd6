"""What a Container-Optimized OS does after its boot: it pulls and runs the container that it was declared."""

from __future__ import annotations

import asyncio
import json
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import Callable

from pytest_cloudlab.clouds.declaration import CONTAINER_DECLARATION, DeclaredContainer, declared
from pytest_cloudlab.twin.compute.instance import Instance
from pytest_cloudlab.twin.compute.metadata import value

SOURCE = "konlet-startup"
WITHIN_S = 600
POLICIES = {"Always": "always", "OnFailure": "on-failure", "Never": "no"}


class Agent:
    """`changed` is called when it is done with a VM."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed

    def start(self, instance: Instance) -> None:
        """In the background: the VM runs, whatever becomes of its container."""
        text = value(instance.resource["metadata"], CONTAINER_DECLARATION)
        if text and instance.of_container_os:
            instance.agent = asyncio.create_task(self._run(instance, text))

    async def _run(self, instance: Instance, text: str) -> None:
        def say(line: str) -> None:
            instance.serial.write(SOURCE, line)

        say("Starting the declared container")
        try:
            order = _order(declared(text))
            await asyncio.wait_for(_deploy(instance, order, say), WITHIN_S)
        except ValueError as error:
            say(f"Error: Failed to start container: {error}")
        except TimeoutError:
            say(f"Error: Failed to start container: not done after {WITHIN_S} s")
        except OSError as error:
            say(f"Error: Failed to start container: {error.strerror}")
        instance.declared = True
        self._changed()


def _order(container: DeclaredContainer) -> dict[str, object]:
    """Raises `ValueError` for what the twin does not do."""
    if container.mounts:
        raise ValueError(f"the twin mounts no volumes ({', '.join(container.mounts)})")
    return {
        "name": container.name,
        "image": container.image,
        "restart": POLICIES[container.restart_policy],
        "environment": dict(container.environment),
        "command": list(container.command),
        "arguments": list(container.arguments),
        "privileged": container.privileged,
        "stdin": container.stdin,
        "tty": container.tty,
    }


async def _deploy(instance: Instance, order: dict[str, object], say: Callable[[str], None]) -> None:
    args = ("docker", "exec", "--interactive", instance.container, "cloudlab-container")
    process = await asyncio.create_subprocess_exec(*args, stdin=PIPE, stdout=PIPE, stderr=STDOUT)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        # Values of variables may be secret: they go through stdin.
        process.stdin.write(json.dumps(order).encode())
        process.stdin.close()
        while line := await process.stdout.readline():
            say(line.decode(errors="replace").rstrip())
        await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
