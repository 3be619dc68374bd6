"""What a member leaves running in a terminal of its own; here a process of the machine."""

from __future__ import annotations

from pytest_cloudlab.sockets import sockets
from pytest_cloudlab.targets import Target
from pytest_cloudlab.waiting import Deadline, NotYet, until

PLACE = "/tmp/cloudlab-{}"  # noqa: S108  # of a machine that is nobody else's
UP_S = 60


def start(machine: Target, name: str, port: int, *words: str) -> None:
    """Run it in place of what runs under that name, and wait until it listens on `port`."""
    stop(machine, name)
    place = PLACE.format(name)
    machine.check(
        f"setsid sh -c 'echo $$ > {place}.pid; exec \"$@\"' sh{' %s' * len(words)} "
        f"> {place}.log 2>&1 < /dev/null &",
        *words,
    )

    def listens(_: Deadline) -> None:
        if port not in sockets(machine).listening:
            raise NotYet(machine.run(f"tail -n 3 {place}.log").text or "nobody listens")

    until(listens, what=f"{words[0]} listens on port {port}", within_s=UP_S)


def stop(machine: Target, name: str) -> None:
    """End it, and all that it has started."""
    place = PLACE.format(name)
    machine.check(
        f"read -r it < {place}.pid 2>/dev/null && rm {place}.pid && kill -- -$it 2>/dev/null && "
        "while kill -0 -- -$it 2>/dev/null; do sleep 0.1; done; true"
    )
