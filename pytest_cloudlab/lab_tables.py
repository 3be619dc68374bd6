"""What `lab.toml` may hold."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from pytest_cloudlab.needs import HOST, TOOL, Needs, Tool


class StepTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    number: str
    title: str
    see: str


class MemberKeyTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A choice that every member makes (`one_of`), or a parameter that a member may set (`parameter`)."""

    one_of: list[str] = []
    teammates: str = ""
    parameter: str = ""


class LeavesTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """By kind, the parameters (`table.key`) whose templates name what members make in the cloud."""

    vms: list[str] = []
    addresses: list[str] = []
    firewall_rules: list[str] = []
    images: list[str] = []
    buckets: list[str] = []


class NeedsTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a machine has to have: see `Needs`. A tool may name its lowest version: `gcloud>=450`."""

    tools: list[Annotated[str, msgspec.Meta(pattern=f"^{TOOL}$")]] = []
    hosts: list[Annotated[str, msgspec.Meta(pattern=f"^{HOST}$")]] = []
    credentials: list[Literal["google", "github", "registry", "ssh"]] = []
    extras: list[str] = []
    course: list[Literal["project", "registry", "bucket", "zones", "ssh_user", "ssh_key"]] = []
    browser: bool = False

    def read(self) -> Needs:
        tables = msgspec.structs.asdict(self)
        lists = {key: tuple(value) for key, value in tables.items() if isinstance(value, list)}
        return Needs(**{**lists, "tools": tuple(map(Tool.parse, self.tools))}, browser=self.browser)


class ShownTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the lab's page shows a parameter's value: `{}` stands for it."""

    command: str = ""
    """A command line, e.g. `docker push {}`."""
    text: str = ""
    """What stands around it anywhere else, e.g. `http://localhost:{}`."""
    step: str = ""
    """Only in the section that this step sees."""


Shown = str | ShownTable | list[str | ShownTable]


class LabTables(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What every lab.toml has; every other table is the lab's own and goes into its `Parameters`."""

    title: str
    page: str
    step: list[StepTable]
    member: dict[str, MemberKeyTable] = {}
    leaves: LeavesTable = LeavesTable()
    needs: NeedsTable = NeedsTable()
    agrees: dict[str, dict[str, Shown]] = {}
    """By table and key, the parameters that the page's commands show too: for `cloudlab gate`."""


class NoParameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For a lab without a `parameters.py`: it has no tables of its own."""
