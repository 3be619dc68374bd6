"""The questions that a lab has for the one who does it, in order, and what the answers make."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from pytest_cloudlab.enrolment.question import Ask, Question, a_name, a_slug, an_email
from pytest_cloudlab.enrolment.teammates import Person, teammates
from pytest_cloudlab.model import Lab
from pytest_cloudlab.needs import COURSE
from pytest_cloudlab.people.spelling import slug

COURSE_TEXT = {
    "project": "The course's cloud project",
    "registry": "The course's registry, in front of every image's name",
    "bucket": "The course's bucket",
    "zones": "Zones, with commas between",
    "ssh_user": "Your user on VMs",
    "ssh_key": "The private key that opens VMs",
}
MAY_BE_EMPTY = ("zones", "ssh_user", "ssh_key")
HERE = "local://"


@dataclass(frozen=True)
class Enrolment:
    """All that a student's roster says."""

    lab: str
    team: str
    people: tuple[Person, ...]
    """The one it belongs to comes first."""
    course: Mapping[str, str | Sequence[str]] = field(default_factory=dict)


def interview(
    lab: Lab,
    lab_name: str,
    ask: Ask,
    *,
    proposed: Mapping[str, str],
    in_codespace: bool,
    mates: Sequence[str] | None,
    more_mates: Ask | None,
) -> Enrolment:
    """`mates` are teammates as options give them; without, they are asked for with `more_mates`.

    Raises `UsageError` for an answer that cannot be.
    """
    name = ask(Question("--name", "Your name, as you write it", proposed.get("name", ""), check=a_name))
    first = slug(name.split()[0]) if name.split() else ""
    one = ask(Question("--id", "A short name for you, for use in names", first or "me", check=a_slug))
    email = ask(Question("--email", "The address of your account in the cloud (may be empty)",
                         proposed.get("email", ""), optional=True, check=an_email))  # fmt: skip
    team = ask(Question("--team", "Your team", check=a_slug))
    keys: dict[str, object] = {
        choice.key: ask(Question(f"--{choice.key}", f"Your {choice.key}", one_of=choice.one_of))
        for choice in lab.choices
        if not choice.teammates
    }
    me = Person(one, name, keys, email)
    others = teammates(lab, me, ask, mates, more_mates)
    me.keys.update(_own(lab, ask))
    if not in_codespace:
        me.codespace = ask(_workplace(lab))
    course = _course(lab, ask, proposed)
    return Enrolment(lab_name, team, (me, *others), course)


def _workplace(lab: Lab) -> Question:
    if "github" in lab.needs.credentials:
        return Question(
            "--codespace",
            "Your codespace, like gh://NAME (may be empty: your account's one of the course's repository)",
            optional=True,
        )
    return Question("--codespace", "Where you work (local:// is this machine)", HERE)


def course_keys(lab: Lab) -> tuple[str, ...]:
    """What of a course the lab needs: as it declares, else by its templates and by what it leaves."""
    if lab.needs.course:
        return lab.needs.course
    words = set(re.findall(r"\{(\w+)\}", str(msgspec.to_builtins(lab.parameters))))
    if "vms" in lab.leaves:
        words |= {"project", "zones", "ssh_user", "ssh_key"}
    if "registry" in words:
        words.add("project")
    return tuple(key for key in COURSE if key in words)


def _course(lab: Lab, ask: Ask, proposed: Mapping[str, str]) -> dict[str, str | Sequence[str]]:
    answers: dict[str, str | Sequence[str]] = {}
    for key in course_keys(lab):
        option = "--" + key.replace("_", "-")
        answer = ask(Question(option, COURSE_TEXT[key], proposed.get(key, ""), optional=key in MAY_BE_EMPTY))
        if answer:
            zones = [zone.strip() for zone in answer.split(",") if zone.strip()]
            answers[key] = zones if key == "zones" else answer
    return answers


def _own(lab: Lab, ask: Ask) -> dict[str, object]:
    """Parameters that are the member's; one that is as the lab has it is not written."""
    found: dict[str, object] = {}
    for key, path in lab.own.items():
        table, _, name = path.partition(".")
        usual = getattr(getattr(lab.parameters, table), name)
        text = f"Your {key}" if usual else f"Your {key}, for the lab's {path} (may be empty)"
        answer = ask(Question(f"--{key}", text, str(usual), optional=True))
        if answer and answer != str(usual):
            found[key] = _value(answer, usual)
    return found


def _value(answer: str, usual: object) -> object:
    """Of a text, the text; of anything else, what TOML reads in it: the lab's own types are checked later."""
    if isinstance(usual, str):
        return answer
    try:
        return tomllib.loads(f"value = {answer}")["value"]
    except (tomllib.TOMLDecodeError, KeyError):
        return answer
