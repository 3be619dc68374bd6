"""What happens at `localhost:PORT` of a machine, judged by a nonce at the far end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from pytest_cloudlab.chain.ending import Place, ending
from pytest_cloudlab.chain.model import Answer
from pytest_cloudlab.chain.nonce import Nonce, placed, served
from pytest_cloudlab.errors import CouldNotLook, NotFound, TargetLost, TimedOut
from pytest_cloudlab.sockets import sockets
from pytest_cloudlab.targets import Lost, Target
from pytest_cloudlab.webpage import fetch_through


@dataclass(frozen=True)
class Said:
    answer: Answer
    ended: str = ""
    """Where instead, in words."""


@dataclass(frozen=True)
class Far:
    """The place that a port should lead to; with a nonce, which is then read."""

    machine: str
    port: int
    nonce: Nonce | None = None

    def __str__(self) -> str:
        return f"port {self.port} of the {self.machine}"


@contextmanager
def far_end(name: str, port: int, machines: Mapping[str, Target]) -> Iterator[Far]:
    """The place itself, with a nonce where nobody listens there yet: somebody has to be there to be seen.

    Its port is then ours, until this is left: for as long as it takes to ask.
    """
    machine = machines[name]
    if port in sockets(machine).listening:
        yield Far(name, port)
        return
    with served(machine, port) as nonce:
        yield Far(name, port, nonce)


@contextmanager
def far_page(name: str, port: int, machines: Mapping[str, Target], folder: str) -> Iterator[Far]:
    """The place itself, with a nonce in the folder that its web server serves: without one where the folder
    takes no file, or no file of it is served."""
    machine = machines[name]
    with placed(machine, folder) as nonce:
        yield Far(name, port, nonce if nonce and _serves(machine, port, nonce) else None)


def _serves(machine: Target, port: int, nonce: Nonce) -> bool:
    try:
        return not _read(machine, port, nonce)
    except Lost as lost:
        if lost.reason == "tools":  # it runs, and has nothing to pass a connection on with
            return False
        raise


def ask(near: str, port: int, far: Far, machines: Mapping[str, Target]) -> Said:
    """Whether `near`'s own localhost:`port` leads to `far`; where to, if not. Only these two machines have to
    be there.

    Raises `CouldNotLook` for what cannot be said: one of them is lost, the way is slow, what was to be
    reached is gone itself, or the way is right and the nonce is not served at its end.
    """
    if port not in sockets(machines[near]).listening:
        _require_all_ports(near, machines[near])
        return Said(Answer.NOTHING, f"nobody listens on port {port} of the {near}")
    told, slow = "", None
    if far.nonce:
        try:
            told = _read(machines[near], port, far.nonce)
        except TimedOut as error:
            told, slow = error.message, error
        if not told:
            return Said(Answer.REACHED)
    try:
        place = ending(near, port, machines, expected=(far.machine, far.port))
    except NotFound:  # gone meanwhile
        return Said(Answer.NOTHING, f"nobody listens on port {port} of the {near}")
    if (place.machine, place.port) == (far.machine, far.port):
        if far.nonce is None:
            return Said(Answer.REACHED)
        raise slow or CouldNotLook(
            f"connections to port {port} of the {near} come to {place}, yet not to what was put there: {told}"
        )
    _require_there(far, machines[far.machine])
    if (place.machine, place.port) == (near, port):
        if slow:
            raise slow
        if far.nonce is None and place.may_be_slow:
            raise CouldNotLook(
                f"connections to {place}, stay open and were not seen to come to {far} in time",
                remedy="If the tunnel is slow, check again. If it leads elsewhere, open it anew.",
            )
    return Said(Answer.ELSEWHERE, _elsewhere(place, near, port, told))


def _read(machine: Target, port: int, nonce: Nonce) -> str:
    """Empty when the nonce comes; else what came instead. Raises `TimedOut`."""
    with machine.forward(port) as url:
        try:
            page = fetch_through(machine, url + nonce.path, port)
        except NotFound:
            return "nobody answers"
        except (TargetLost, TimedOut):
            raise
        except CouldNotLook as error:
            return error.message
    came = page.status == 200 and page.body.strip() == nonce.text
    return "" if came else f"another page answers, HTTP {page.status}"


def _require_there(far: Far, machine: Target) -> None:
    """Nothing leads to who is gone: that may be us, on a machine that has much to do."""
    if far.port not in sockets(machine).listening:
        raise CouldNotLook(f"nobody listens on {far} any more, so nothing could be seen to lead there")
    if far.nonce and (instead := _read(machine, far.port, far.nonce)):
        raise CouldNotLook(f"what was put on {far} is not there any more: {instead}")


def _require_all_ports(name: str, machine: Target) -> None:
    """WSL shows its own listeners, and not those of Windows, whose browser and editor people use."""
    if machine.run("grep -qi microsoft /proc/sys/kernel/osrelease").ok:
        raise CouldNotLook(
            f"your {name} is a WSL, which does not show the ports that Windows' own programs listen on",
            remedy="Forward the port inside WSL: there, leave `gh codespace ports forward` open.",
        )


def _elsewhere(place: Place, near: str, port: int, told: str) -> str:
    tail = f" ({told})" if told else ""
    if (place.machine, place.port) != (near, port):
        return f"ends at {place}{tail}"
    if place.next:
        return f"leads to the {place.next}, and there to nobody: {place}{tail}"
    if place.passes_on:
        return f"leaves the chain: {place}{tail}"
    return f"ends there: {place}{tail}"
