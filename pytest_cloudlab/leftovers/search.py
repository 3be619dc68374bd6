"""Looking for leftovers in every place that a lab uses."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pytest_cloudlab.errors import CouldNotLook, NotFound
from pytest_cloudlab.leftovers.found import Found, Unseen
from pytest_cloudlab.leftovers.leftover import Kind, Leftover
from pytest_cloudlab.leftovers.naming import Naming
from pytest_cloudlab.leftovers.prices import Prices, price_table
from pytest_cloudlab.model import Lab, Roster

Progress = Callable[[str], None]


def look(lab: Lab, roster: Roster, progress: Progress = lambda _: None) -> Found:
    """Everything of the roster's and the lab's names that still exists, in the order of `Kind`.

    A place that cannot be looked at is told in `unseen`, and the others are looked at all the same.
    """
    naming = Naming(lab, roster)
    leftovers: list[Leftover] = []
    unseen: list[Unseen] = []
    prices = price_table()
    for what, find in _places(roster, naming, prices):
        progress(f"looking for {what}")
        try:
            leftovers.extend(find())
        except (CouldNotLook, NotFound) as error:  # what is not found here is the place itself
            unseen.append(Unseen(what, error.message))
    order = list(Kind)
    leftovers.sort(key=lambda one: (one.owner.team, order.index(one.kind), one.name))
    return Found(tuple(leftovers), tuple(unseen), prices)


def _places(
    roster: Roster, naming: Naming, prices: Prices
) -> Iterator[tuple[str, Callable[[], Iterator[Leftover]]]]:
    """What is looked for, and how. Clients are made, and their libraries imported, only for what is named."""
    from pytest_cloudlab.clouds.credentials import access_token

    if naming.of("vms") or naming.of("addresses") or naming.of("firewall_rules"):
        from pytest_cloudlab.clouds.compute import Compute
        from pytest_cloudlab.leftovers import machines

        compute = Compute(roster.course.project)
        yield "VMs and disks", lambda: machines.machines(compute, naming, prices)
        if naming.of("addresses"):
            yield "reserved addresses", lambda: machines.addresses(compute, naming, prices)
        if naming.of("firewall_rules"):
            yield "firewall rules", lambda: machines.firewall_rules(compute, naming)
    if naming.of("images"):
        from pytest_cloudlab.clouds.registry import Registry
        from pytest_cloudlab.leftovers.images import images

        yield "images", lambda: images(lambda host: Registry(host, access_token), naming, prices)
    if naming.of("buckets"):
        from pytest_cloudlab.clouds.storage import Bucket
        from pytest_cloudlab.leftovers.buckets import buckets

        yield "buckets", lambda: buckets(lambda name: Bucket(name, access_token), naming, prices)
    if naming.codespaces:
        yield "codespaces", lambda: _codespaces(naming, prices)


def _codespaces(naming: Naming, prices: Prices) -> Iterator[Leftover]:
    from pytest_cloudlab.clouds.codespaces import Codespaces
    from pytest_cloudlab.clouds.github_token import github_token
    from pytest_cloudlab.leftovers.codespaces import codespaces

    yield from codespaces(Codespaces(github_token()), naming, prices)
