"""Where this runs as a chain of machines, with those that its user's roster names. Nothing is started."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace

from pytest_cloudlab.chain import Chain, Evidence, Hop
from pytest_cloudlab.chain.identity import identify
from pytest_cloudlab.doctor.machine import Machine
from pytest_cloudlab.doctor.place import HERE, Place
from pytest_cloudlab.errors import CloudlabError, CouldNotLook, NotFound
from pytest_cloudlab.targets import Target
from pytest_cloudlab.targets.local import local
from pytest_cloudlab.waiting import Deadline

Openers = Mapping[str, Callable[[], Target]]
"""What the roster calls a machine -> how to open it."""
WITHIN_S = 8.0
RANKS = {
    "laptop": 0,
    "wsl": 0,
    "codespace": 1,
    "cloud-shell": 1,
    "vm": 2,
    "compute-engine": 2,
    "container": 3,
}
WAYS = {"gh": "gh codespace ssh", "ssh": "ssh", "docker": "docker exec", "kube": "kubectl exec"}


class Survey:
    """Opens the machines, each in a thread of its own, beside whatever else is looked at."""

    def __init__(self, openers: Openers) -> None:
        self._deadline = Deadline.after(WITHIN_S)
        self._lock = threading.Lock()
        self._over = False
        self._opened: dict[str, Target | CloudlabError] = {}
        self._threads = {
            name: threading.Thread(target=self._open, args=(name, opener), daemon=True)
            for name, opener in openers.items()
        }
        for thread in self._threads.values():
            thread.start()

    def finish(self, place: Place, machine: Machine) -> Chain:
        """The chain as far as it could be seen by now, or a few seconds after the beginning."""
        here = own_hop(place, machine)
        before = [Hop(HERE), *(Hop(hop.to) for hop in place.hops[:-1])] if place.hops else []
        if not self._threads:
            return Chain((*before, here))
        for thread in self._threads.values():
            thread.join(self._deadline.remaining_s())
        with self._lock:
            self._over = True
            opened = dict(self._opened)
        machines = {name: one for name, one in opened.items() if isinstance(one, Target)}
        with ExitStack() as open_ones:
            for one in machines.values():
                open_ones.callback(one.close)
            told = identify({"": open_ones.enter_context(local()), **machines})
        mine = told.pop("")
        if isinstance(mine, Evidence):
            here = replace(here, evidence=mine)
        hops = [hop for name in self._threads if (hop := _hop(name, opened.get(name), told.get(name)))]
        return _in_order(before, here, hops, RANKS.get(place.kind, 0))

    def _open(self, name: str, opener: Callable[[], Target]) -> None:
        try:
            target = opener()
            try:
                # Here, and not where all wait: only the first use of a target opens its connection.
                target.run("true", timeout_s=WITHIN_S)
            except CloudlabError:
                target.close()
                raise
            with self._lock:
                late = self._over  # nobody waits for it any more
                if not late:
                    self._opened[name] = target
            if late:
                target.close()
        except CloudlabError as error:
            self._opened[name] = error
        except Exception as error:  # of a library that is in no good state: of no interest here
            self._opened[name] = CouldNotLook(type(error).__name__)


def own_hop(place: Place, machine: Machine) -> Hop:
    """This machine, read from its files alone."""
    hostname = machine.read("/proc/sys/kernel/hostname").strip()
    evidence = Evidence(
        hostname=hostname,
        machine_id=machine.read("/etc/machine-id").strip(),
        network="".join(one for one in machine.link("/proc/self/ns/net") if one.isdigit()),
    )
    return Hop(place.name, evidence, ended="you are here")


def _hop(
    name: str, opened: Target | CloudlabError | None, told: Evidence | CouldNotLook | None
) -> Hop | None:
    """None for what does not exist yet."""
    if isinstance(opened, NotFound):
        return None
    if isinstance(told, Evidence) and isinstance(opened, Target):
        return Hop(name, told, WAYS.get(opened.address.partition("://")[0], ""))
    error = opened if isinstance(opened, CloudlabError) else told
    why = error.message if isinstance(error, CloudlabError) else f"no answer within {WITHIN_S:g} s"
    return Hop(name, lost=why)


def _in_order(before: list[Hop], here: Hop, hops: list[Hop], rank: int) -> Chain:
    """What the roster calls this machine is this machine; the others stand before or behind it."""
    mine = [hop.name for hop in hops if hop.evidence.same_as(here.evidence)]
    others = [hop for hop in hops if hop.name not in mine]
    if mine:
        here = replace(here, ended=f"you are here; in the roster it is the {' and the '.join(mine)}")
        rank = min((RANKS[name] for name in mine if name in RANKS), default=rank)
    nearer = [hop for hop in others if RANKS.get(hop.name, 9) < rank]
    farther = [hop for hop in others if hop not in nearer]
    # The one that its user sits at has a name of its own then.
    return Chain((*([] if nearer else before), *nearer, here, *farther))
