"""The chain that this lab is about: its machines by name, how one comes from each to the next, its ports."""

from __future__ import annotations

from collections.abc import Mapping, Set

from pytest_cloudlab.chain import Answer, Chain, Evidence, Hop
from pytest_cloudlab.chain.asking import Far, Said, ask
from pytest_cloudlab.chain.document import document
from pytest_cloudlab.chain.identity import identify
from pytest_cloudlab.errors import CouldNotLook
from pytest_cloudlab.fixtures.recording import Measure
from pytest_cloudlab.targets import Target

LAPTOP, CODESPACE, VM, CONTAINER = "laptop", "codespace", "vm", "container"
WAYS = {
    CODESPACE: "forwarded port",
    VM: "ssh -L",
    CONTAINER: "docker run -p",
}
UNASKED = Said(Answer.UNASKED)


Told = Mapping[str, Evidence | CouldNotLook]


def look_at(
    machines: Mapping[str, Target],
    measure: Measure,
    ports: Mapping[str, int] | None = None,
    *,
    optional: Set[str] = frozenset(),
) -> Told:
    """Who the machines are. Raises `CouldNotLook` when one cannot be asked that is not `optional`; which, the
    picture shows."""
    told = identify(machines)
    lost = [one for name, one in told.items() if isinstance(one, CouldNotLook) and name not in optional]
    if lost:
        measure(chain=document(chain_of(told, ports)))
        raise lost[0]
    return told


def said_at(near: str, port: int, far: Far, machines: Mapping[str, Target]) -> Said | CouldNotLook:
    """As `ask`; what could not be looked at is told, so that it can be drawn before it is raised."""
    try:
        return ask(near, port, far, machines)
    except CouldNotLook as error:
        return error


def chain_of(
    told: Told,
    ports: Mapping[str, int] | None = None,
    said: Mapping[str, Said | CouldNotLook] | None = None,
) -> Chain:
    """The machines in the order in which they are named, as far as they were asked."""
    ports, said = ports or {}, said or {}
    return Chain(
        tuple(_hop(name, one, ports.get(name, 0), said.get(name, UNASKED)) for name, one in told.items())
    )


def _hop(name: str, told: Evidence | CouldNotLook, port: int, said: Said | CouldNotLook) -> Hop:
    way = WAYS.get(name, "")
    if isinstance(told, CouldNotLook):
        return Hop(name, way=way, port=port, answer=Answer.UNKNOWN, lost=told.message)
    if isinstance(said, CouldNotLook):
        return Hop(name, told, way, port, Answer.UNKNOWN, lost=said.message)
    return Hop(name, told, way, port, said.answer, said.ended)


def require_apart(chain: Chain, measure: Measure) -> None:
    """Each machine is another than all before it. Raises `CouldNotLook` where nothing tells."""
    measure(chain=document(chain))
    for at, hop in enumerate(chain.hops):
        twin = chain.same_machine_as(at)
        assert twin is None, (
            f"Your {hop.name} is the same machine as your {twin.name}: what was written there is here."
        )
        for before in chain.hops[:at]:
            if hop.lost or before.lost:
                continue
            if before.evidence.same_as(hop.evidence) is None:
                raise CouldNotLook(f"nothing tells the {hop.name} from the {before.name}: both look alike")


def require_leads(
    told: Told, ports: Mapping[str, int], said: Mapping[str, Said | CouldNotLook], measure: Measure
) -> None:
    """No port breaks the chain. Raises the `CouldNotLook` of a port that could not be asked."""
    chain = chain_of(told, ports, said)
    measure(chain=document(chain))
    for one in said.values():
        if isinstance(one, CouldNotLook):
            raise one
    broken = chain.broken
    assert broken is None, f"The chain breaks at your {broken.name}, port {broken.port}: {broken.ended}."
