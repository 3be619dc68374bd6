"""A lab done at home: a twin, a teammate who has played her part, and a roster for the one who practises."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.lab import lab_module
from pytest_cloudlab.model import Course, Lab, Member, Roster, Team
from pytest_cloudlab.providers import key_pair
from pytest_cloudlab.rehearsal.cast import NAMES
from pytest_cloudlab.rehearsal.clients import BUCKET, REGISTRY_HOST, Clients, environment
from pytest_cloudlab.rehearsal.page import variables
from pytest_cloudlab.rehearsal.play import Scene, play
from pytest_cloudlab.rehearsal.scripts import FOLDER, read_page
from pytest_cloudlab.rehearsal.stage import BUCKET_FOLDER, SSH_USER, repositories
from pytest_cloudlab.roster import FILES
from pytest_cloudlab.roster_file import lab_name, roster_text
from pytest_cloudlab.targets import Target
from pytest_cloudlab.targets.docker import docker
from pytest_cloudlab.twin import control
from pytest_cloudlab.twin.shell import DEFAULT_NAME, Shell, opened
from pytest_cloudlab.twin.state import TwinInfo

TEAM = "home"
ROSTER = "teams.toml"
# Pointing gcloud at the project is a step of a lab's.
LEFT_TO_THE_MEMBER = ("CLOUDSDK_CORE_PROJECT",)


class Practice(Clients):
    """What the teammate's scenes ask of their stage."""

    def __init__(self, lab: Lab, twin: TwinInfo, roster: Roster, teammate: Shell) -> None:
        self.lab = lab
        self.twin = twin
        self.roster = roster
        self.teammate = docker(teammate.container)

    @property
    def mine(self) -> Assignment:
        team, me = self.roster.find(self.roster.me)
        return Assignment(self.lab, self.roster, team, me)

    @property
    def hers(self) -> Assignment:
        one = self.mine
        return replace(one, member=one.team.teammates(one.member)[0])

    def codespace(self, one: Assignment) -> Target:
        return self.teammate

    def values(self) -> dict[str, str]:
        """What the lab's page has a student set, where the lab says it."""
        folder = Path(self.lab.source)
        return variables(read_page(folder), self.mine) if (folder / FOLDER).is_dir() else {}


def prepare(
    lab: Lab,
    name: str,
    choices: Mapping[str, str],
    *,
    folder: Path,
    twin_state: Path,
    progress: Callable[[str], None],
) -> Practice:
    """Make everything ready for `name` to do `lab` in the twin of `twin_state`; started if none is up.

    A made-up teammate plays what the lab's `Walkthrough.teammate_plays` names, in a machine of her own.
    `folder` then has the roster. Played again after an error, it goes on with what is there.

    Raises `UsageError` when `folder` has a roster, or `choices` are not the lab's.
    """
    for file in FILES:
        if (folder / file).exists():
            raise UsageError(
                f"{file} is there already, and nothing is written over it.",
                remedy="Go on with it (cloudlab check), or practise in another folder.",
            )
    me, mate = _team(lab, name, choices)
    walkthrough_type, scenes = _scenes(lab)
    twin = control.status(twin_state) or _twin(lab, twin_state, progress)
    with ThreadPoolExecutor(2) as pool:
        asked = [
            pool.submit(opened, twin, name, without=LEFT_TO_THE_MEMBER, progress=progress)
            for name in (DEFAULT_NAME, mate.id)
        ]
        own, hers = (one.result() for one in asked)
    key = _key(folder)
    course = Course(
        project=twin.project,
        registry=f"{REGISTRY_HOST}/{twin.project}",
        bucket=BUCKET,
        zones=twin.zones,
        ssh_user=SSH_USER,
        ssh_key=str(key),
    )
    members = [
        replace(member, targets={"codespace": shell.address}, email=f"{member.id}@example.com")
        # She comes first, and so leads the team: what a leader does, she has done.
        for member, shell in ((mate, hers), (me, own))
    ]
    practice = Practice(lab, twin, Roster(course, (Team(TEAM, tuple(members)),), me.id), hers)
    with environment(twin.environment()):
        practice.project.own(f"user:{practice.hers.member.email}")
        _admit(practice, key)
        walkthrough = walkthrough_type(practice)
        try:
            play(lambda one: walkthrough, scenes, [practice.hers], progress)
        finally:
            practice.teammate.close()
    with (folder / ROSTER).open("x", encoding="utf-8") as roster:
        roster.write("# You and a made-up teammate, on the local cloud twin.\n")
        roster.write(roster_text(lab_name(lab, folder), practice.roster))
    return practice


def member_id(name: str) -> str:
    """A slug of the first word that has one.

    >>> member_id("Zoë O'Neil"), member_id("陈美")
    ('zoe', 'me')
    """
    ascii_only = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    found = re.search(r"[a-z0-9]{1,20}", ascii_only)
    return found[0] if found else "me"


def _team(lab: Lab, name: str, choices: Mapping[str, str]) -> tuple[Member, Member]:
    own = {choice.key: choice.one_of for choice in lab.choices if not choice.teammates}
    for key, value in choices.items():
        if value not in own.get(key, ()):
            known = ", ".join(f"--{key} {'|'.join(values)}" for key, values in own.items())
            raise UsageError(
                f"--{key} {value}: the lab {lab.id!r} does not offer that.",
                remedy=f"It has {known or 'nothing to choose'}.",
            )
    mine = {key: choices.get(key, values[0]) for key, values in own.items()}
    hers = {key: next((one for one in values if one != mine[key]), values[0]) for key, values in own.items()}
    for choice in lab.choices:
        if choice.teammates:
            mine[choice.key], hers[choice.key] = hers[choice.teammates], mine[choice.teammates]
    me = Member(member_id(name), name, mine)
    her_name = next(one for one in NAMES if member_id(one) != me.id)
    return me, Member(member_id(her_name), her_name, hers)


def _scenes(lab: Lab) -> tuple[type, list[Scene]]:
    walkthrough: type = lab_module(Path(lab.source), "walkthrough").Walkthrough
    scenes = {scene.name: scene for scene in getattr(walkthrough, "scenes", ())}
    names = getattr(walkthrough, "teammate_plays", ())
    if unknown := [name for name in names if name not in scenes]:
        raise UsageError(
            f"{lab.id}: Walkthrough.teammate_plays names {', '.join(unknown)}, which is no scene of it",
            remedy=f"Its scenes: {', '.join(scenes)}.",
        )
    numbers = {step.number for step in lab.steps}
    return walkthrough, [scenes[name] for name in names if scenes[name].step in numbers]


def _twin(lab: Lab, state: Path, progress: Callable[[str], None]) -> TwinInfo:
    bucket = Path(lab.source) / BUCKET_FOLDER
    return control.up(
        state,
        buckets={BUCKET: bucket} if bucket.is_dir() else {},
        repositories=repositories(Path(lab.source)),
        progress=progress,
    )


def _key(folder: Path) -> Path:
    """The private key that the checks open the VMs with."""
    own = folder.resolve() / ".cloudlab" / "practice"
    own.mkdir(parents=True, exist_ok=True, mode=0o700)
    (own / ".gitignore").write_text("*\n")
    return key_pair.generate(own)


def _admit(practice: Practice, key: Path) -> None:
    from pytest_cloudlab.clouds.common_metadata import CommonMetadata

    CommonMetadata(practice.twin.project).add_key(SSH_USER, key_pair.public_half(key))
