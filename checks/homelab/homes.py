"""The homes of the members, as a rehearsal has them: each behind a name that dynamic DNS knows."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from pytest_cloudlab.model import Member, Roster
from pytest_cloudlab.rehearsal import Stage
from pytest_cloudlab.twin.lan import Home, Resolver

DOMAIN = "example.net"
NAS_PORT = 2223
PROP = "homes"


@dataclass(frozen=True)
class Household:
    """A member's home, and the name server of who provides for it."""

    home: Home
    dns: Resolver
    name: str

    def tell_dns(self) -> None:
        """What an internet box does that knows a dynamic DNS service."""
        self.dns.leads(self.name, self.home.box.address)


@contextmanager
def surroundings(stage: Stage, roster: Roster) -> Iterator[Roster]:
    """A home for each member. Nobody gets in from outside yet."""
    everyone = [member for _, member in roster.everyone]
    port = stage.lab.parameters.ssh.port
    with ExitStack() as stack:
        dns = stack.enter_context(Resolver(stage.twin, PROP))
        homes = {one.id: Home(stage.twin, one.id, user=one.id) for one in everyone}
        with ThreadPoolExecutor() as pool:
            entering = {one.id: pool.submit(homes[one.id].__enter__) for one in everyone}
            for each in entering.values():
                each.exception()
        for home_id, entered in entering.items():
            if not entered.exception():
                stack.push(homes[home_id])
        for entered in entering.values():
            entered.result()
        stage.props[PROP] = {one.id: Household(homes[one.id], dns, f"{one.id}.{DOMAIN}") for one in everyone}
        for one in everyone:
            dns.serve(urlsplit(one.targets["laptop"]).netloc)
            stage.props[PROP][one.id].tell_dns()

        def at_home(one: Member) -> Member:
            at = f"ssh://{one.id}@{one.id}.{DOMAIN}"
            targets = {**one.targets, "desktop": f"{at}:{port}", "nas": f"{at}:{NAS_PORT}"}
            return replace(one, targets=targets, own={**one.own, "mac": homes[one.id].mac})

        teams = tuple(replace(team, members=tuple(map(at_home, team.members))) for team in roster.teams)
        yield replace(roster, teams=teams)
