"""Which names belong to whom, by the roster and the lab's templates; every other name is a stranger's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.leftovers.leftover import Owner
from pytest_cloudlab.model import Lab, Roster

CODESPACE = "gh://"


class Naming:
    """The names that the members of `roster` may have given to what they made in `lab`.

    `lab.leaves` says where the templates stand: `{"vms": ("names.instance",)}` means the parameter
    `instance` of the table `[names]`.
    """

    def __init__(self, lab: Lab, roster: Roster) -> None:
        self._lab = lab
        self._roster = roster
        self._names = {kind: self._owners(paths) for kind, paths in lab.leaves.items()}

    def of(self, kind: str) -> Mapping[str, Owner]:
        """Name -> owner, for `vms`, `images`, `firewall_rules`, `addresses` or `buckets`."""
        return self._names.get(kind, {})

    @property
    def codespaces(self) -> Mapping[str, Owner]:
        """Those that the roster names as somebody's target."""
        return {
            address.removeprefix(CODESPACE): Owner(team.id, member.id)
            for team, member in self._roster.everyone
            for address in member.targets.values()
            if address.startswith(CODESPACE)
        }

    def _owners(self, paths: tuple[str, ...]) -> dict[str, Owner]:
        owners: dict[str, Owner] = {}
        for path in paths:
            template = self._template(path)
            # Filled for each member, one name comes out once for every one who shares it.
            for team, member in self._roster.everyone:
                one = Assignment(self._lab, self._roster, team, member)
                name = one.fill(template)
                owner = Owner(team.id, member.id)
                before = owners.get(name, owner)
                if before != owner:
                    owner = Owner(team.id) if before.team == team.id else Owner()
                owners[name] = owner
        return owners

    def _template(self, path: str) -> str:
        value: Any = self._lab.parameters
        for part in path.split("."):
            value = getattr(value, part, None)
        if not isinstance(value, str):
            raise UsageError(
                f"{self._lab.folder}/lab.toml: leaves: {path!r} names no text among the lab's parameters",
                remedy='Write table and key of a name, e.g. "names.instance".',
            )
        return value
