"""A chain of machines, each entered from the one before, and what happens at a port of each. Data; no I/O."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Answer(StrEnum):
    """What a machine's port leads to."""

    UNASKED = "unasked"
    REACHED = "reached"
    """What is served at the far end of the chain comes there."""
    NOTHING = "nothing"
    """Nobody listens."""
    ELSEWHERE = "elsewhere"
    """It ends at another machine, or at another port."""
    UNKNOWN = "unknown"
    """It could not be looked at."""

    @property
    def breaks(self) -> bool:
        return self in (Answer.NOTHING, Answer.ELSEWHERE)


@dataclass(frozen=True)
class Evidence:
    """What tells a machine from others; what it does not say is empty.

    Boot ids are not among it: all containers of one machine have the same.
    """

    hostname: str = ""
    machine_id: str = ""
    network: str = ""
    """Inode of its network namespace. Two kernels may well have the same number."""
    nonce: str = ""
    """What was written there; empty where nothing can be."""
    found: tuple[str, ...] = ()
    """The nonces of all machines that were found there."""

    def apart(self, other: Evidence) -> tuple[str, ...]:
        """What tells the two apart.

        >>> Evidence(hostname="laptop", network="1").apart(Evidence(hostname="vm", network="1"))
        ('host name',)
        """
        pairs = {
            "host name": (self.hostname, other.hostname),
            "machine id": (self.machine_id, other.machine_id),
            "network namespace": (self.network, other.network),
        }
        told = [name for name, (mine, theirs) in pairs.items() if mine and theirs and mine != theirs]
        if (self.nonce or other.nonce) and not self._meets(other):
            told.append("nonce")
        return tuple(told)

    def same_as(self, other: Evidence) -> bool | None:
        """Whether they are one machine; None when nothing tells.

        A nonce of the one that is read on the other says so; what is merely alike does not: VMs made of one
        image may share a machine id. A folder may be shared, but not by one machine with itself across two
        network namespaces or two machine ids.
        """
        apart = self.apart(other)
        if self._meets(other):
            return not {"machine id", "network namespace"} & set(apart)
        return False if apart else None

    def _meets(self, other: Evidence) -> bool:
        return bool((self.nonce and self.nonce in other.found) or (other.nonce and other.nonce in self.found))


@dataclass(frozen=True)
class Hop:
    """One machine of a chain, and its port of the page."""

    name: str
    """What people call it: `codespace`."""
    evidence: Evidence = Evidence()
    way: str = ""
    """How one comes there from the machine before: `ssh -L`."""
    port: int = 0
    answer: Answer = Answer.UNASKED
    ended: str = ""
    """Where its port leads to instead, in words."""
    lost: str = ""
    """Why the machine could not be looked at."""


@dataclass(frozen=True)
class Chain:
    """From the machine that somebody sits at to the one that serves.

    >>> Chain((Hop("laptop"), Hop("vm", answer=Answer.NOTHING, port=8888))).broken.name
    'vm'
    """

    hops: tuple[Hop, ...]

    @property
    def broken(self) -> Hop | None:
        """The hop to blame: the farthest whose port does not lead on. All before it suffer from it."""
        return next((hop for hop in reversed(self.hops) if hop.answer.breaks), None)

    def same_machine_as(self, at: int) -> Hop | None:
        """The earlier hop that is in truth the same machine as the hop `at`."""
        one = self.hops[at]
        return next((hop for hop in self.hops[:at] if hop.evidence.same_as(one.evidence)), None)

    def told_by(self, at: int) -> tuple[str, ...]:
        """What tells the hop `at` from the one before it."""
        return self.hops[at].evidence.apart(self.hops[at - 1].evidence) if at else ()
