"""The words of the project as frozen data: no input, no output, no third-party import."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from pytest_cloudlab.bounds import Bound
from pytest_cloudlab.needs import Needs
from pytest_cloudlab.reconnection import Reconnection

Holds = Literal["ever", "at_end"]
Source = Literal["", "receipt", "override", "withdrawal"]
"""Who an observation is from: whoever keeps the journal looked; a student's receipt says so; an instructor
set it, or took back what was set."""


class Verdict(StrEnum):
    """What one observation says. Declared from best to worst."""

    PASSED = "passed"
    INCONCLUSIVE = "inconclusive"
    BLOCKED = "blocked"
    FAILED = "failed"


@dataclass(frozen=True)
class Step:
    """One section of a lab's page."""

    number: str
    title: str
    see: str
    """The anchor on the lab's page that teaches it, e.g. `#113-build-your-docker-image`."""


@dataclass(frozen=True)
class Check:
    """One outcome, as its test function and mark declare it. Its identity is lab + name."""

    name: str
    """The test function's name, e.g. `test_page_names_the_author`."""
    title: str
    """The docstring's first line: what the student reads."""
    hint: str
    """The rest of the docstring: shown when the check fails."""
    step: str
    """The number of the step it belongs to."""
    points: float = 1.0
    needs: tuple[str, ...] = ()
    """Names of the checks that must stand as passed before this one can be asked."""
    holds: Holds = "ever"
    acts: bool = False
    """True when it changes something to find out; runs only when acting was asked for."""
    bounds: tuple[Bound, ...] = field(default=(), hash=False)
    """What its measured values have to be, besides all that it asserts itself."""


@dataclass(frozen=True)
class Choice:
    """A key that a lab asks of every member in the roster, such as `mascot` or `runs`."""

    key: str
    one_of: tuple[str, ...]
    teammates: str = ""
    """When set, the value must be what a teammate has chosen under this other key."""


@dataclass(frozen=True)
class Lab:
    """One hands-on session, read from its `lab.toml`."""

    id: str
    title: str
    page: str
    """The address of the lab's page; a step's `see` is appended to it."""
    steps: tuple[Step, ...]
    choices: tuple[Choice, ...]
    parameters: Any
    """The lab's own frozen `Parameters` (its `parameters.py`), filled from `lab.toml`."""
    folder: str
    leaves: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What members make in the cloud: kind -> the parameters that name it, e.g.
    `{"vms": ("names.instance",)}`."""
    own: Mapping[str, str] = field(default_factory=dict)
    """Parameters that a member may set in the roster: key there -> parameter, e.g.
    `{"tunnel": "ports.tunnel"}`."""
    base_folder: str = ""
    """Of a variant: the folder of the lab that its code comes from."""
    leave_out: tuple[str, ...] = ()
    """Of a variant: its base's checks, by name, and steps, by number, that it does not have."""
    needs: Needs = field(default_factory=Needs)

    @property
    def source(self) -> str:
        """The folder of its checks, walkthrough and resources."""
        return self.base_folder or self.folder

    def step(self, number: str) -> Step:
        """The step of that number; KeyError if there is none."""
        for step in self.steps:
            if step.number == number:
                return step
        raise KeyError(number)

    def link(self, step: str) -> str:
        return self.page + self.step(step).see


@dataclass(frozen=True)
class Member:
    """One person who does the lab."""

    id: str
    """A slug: safe in file names, image names and commands."""
    name: str
    """Any text; quote it wherever it travels, compare it with `same_text`."""
    choices: Mapping[str, str] = field(default_factory=dict)
    """What the lab asks each member to choose, e.g. `{"mascot": "cat", "runs": "dog"}`."""
    targets: Mapping[str, str] = field(default_factory=dict)
    """Where the member works, e.g. `{"codespace": "docker://alice"}`."""
    email: str = ""
    """The address the cloud knows the member by; empty where the roster does not say."""
    own: Mapping[str, Any] = field(default_factory=dict)
    """Parameters of the lab that the member has set, by the key of the roster."""


@dataclass(frozen=True)
class Team:
    id: str
    members: tuple[Member, ...]

    def member(self, member_id: str) -> Member:
        """The member of that id; KeyError if there is none."""
        for member in self.members:
            if member.id == member_id:
                return member
        raise KeyError(member_id)

    def teammates(self, member: Member) -> tuple[Member, ...]:
        return tuple(other for other in self.members if other.id != member.id)


@dataclass(frozen=True)
class Course:
    """What all teams share: where the course's cloud is."""

    project: str = ""
    registry: str = ""
    """Host and path in front of every image name, e.g. `eu.gcr.io/sdd2526`."""
    bucket: str = ""
    zones: tuple[str, ...] = ()
    ssh_user: str = ""
    ssh_key: str = ""
    """Path of the private key that opens the members' VMs."""
    trust_new_host_keys: bool = False
    """Accept the key of a host never seen before, where no better source knows it."""
    witness: str = ""
    """`host:port` of an SSH server on the VMs' network that always runs: a closed VM, or a closed network?"""


@dataclass(frozen=True)
class Roster:
    course: Course
    teams: tuple[Team, ...]
    me: str = ""
    """In a student's own file: whose it is."""

    def find(self, member_id: str) -> tuple[Team, Member]:
        """The member of that id and the team it is in; KeyError if there is none."""
        for team in self.teams:
            for member in team.members:
                if member.id == member_id:
                    return team, member
        raise KeyError(member_id)

    @property
    def everyone(self) -> tuple[tuple[Team, Member], ...]:
        return tuple((team, member) for team in self.teams for member in team.members)


@dataclass(frozen=True)
class Evidence:
    """A file kept as proof, stored by its content."""

    name: str
    """What it shows, e.g. `page.png`."""
    sha256: str
    media_type: str
    size_bytes: int


@dataclass(frozen=True)
class Observation:
    """One check, one member, one moment. Appended to the journal, never changed."""

    lab: str
    team: str
    member: str
    check: str
    verdict: Verdict
    message: str
    """What was found, in plain words; empty when passed."""
    at: datetime
    """Timezone-aware, UTC."""
    duration_s: float
    remedy: str = ""
    """What to do about it; where empty, the check's hint serves."""
    waits_for: str = ""
    """For a blocked or inconclusive check: the one check to get right first."""
    measured: Mapping[str, Any] = field(default_factory=dict)
    """The values that led to the verdict, as plain JSON data."""
    evidence: tuple[Evidence, ...] = ()
    run: str = ""
    """The run it was made in."""
    missed: tuple[str, ...] = ()
    """The measured values that were out of bounds. The check itself then found nothing wrong."""
    source: Source = ""
    said_by: str = ""
    """Who set it, where somebody did."""
    reconnections: tuple[Reconnection, ...] = ()
    """Connections that were lost and opened again before it was made; they say nothing about the work."""


@dataclass(frozen=True)
class Standing:
    """What the journal's observations add up to, for one check and one member."""

    check: Check
    verdict: Verdict | None
    """None: not asked yet, or not due before the end."""
    observation: Observation | None = None
    """The one that decides: the first success of an `ever` check, else the latest."""

    @property
    def points(self) -> float:
        return self.check.points if self.verdict is Verdict.PASSED else 0.0


def covers(number: str, other: str) -> bool:
    """Whether step `number` is `other` or has it as a part: `1.1` has `1.1.3`, and not `1.10`."""
    return other == number or other.startswith(number + ".")


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst of them; `passed` when there is none.

    >>> worst([Verdict.PASSED, Verdict.INCONCLUSIVE])
    <Verdict.INCONCLUSIVE: 'inconclusive'>
    """
    return max(verdicts, key=list(Verdict).index, default=Verdict.PASSED)


def same_text(a: str, b: str) -> bool:
    """Whether two texts are the same to a reader: compared after Unicode NFC, surrounding space aside.

    >>> same_text("Zoe\\u0308 ", "Zo\\u00eb")
    True
    """
    return unicodedata.normalize("NFC", a).strip() == unicodedata.normalize("NFC", b).strip()
