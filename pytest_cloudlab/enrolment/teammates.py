"""The others of a team, where a lab needs one: as options give them, or asked for."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field

from pytest_cloudlab.enrolment.question import Ask, Question, a_name, a_slug
from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.model import Choice, Lab
from pytest_cloudlab.people.spelling import slug

OPTION = "--teammate"


@dataclass
class Person:
    id: str
    name: str
    keys: dict[str, object] = field(default_factory=dict)
    """The lab's choices and parameters."""
    email: str = ""
    codespace: str = ""
    given: dict[str, str] = field(default_factory=dict)
    """What an option has said already, not looked at yet."""


def example(lab: Lab) -> str:
    own = "".join(f', {choice.key}="{choice.one_of[-1]}"' for choice in lab.choices if not choice.teammates)
    return f"""{OPTION} 'name="Bob Dupont"{own}'"""


def teammates(lab: Lab, me: Person, ask: Ask, given: Sequence[str] | None, more: Ask | None) -> list[Person]:
    """Nobody, for a lab that does not ask for one. Fills in what all of the team choose of each other.

    Raises `UsageError` for an option that cannot be read or a teammate who is not enough.
    """
    pointing = [choice for choice in lab.choices if choice.teammates]
    if not pointing:
        if given:
            raise UsageError(f"{OPTION}: this lab asks for no teammate", remedy="Leave it out.")
        return []
    people = [me]
    for person in _given(lab, given) if given else ():
        people.append(_completed(person, lab, people, ask))
    while not given and more:
        nth = "A teammate's name" if len(people) == 1 else "Another one's name (empty: that is all)"
        name = more(Question(OPTION, nth, optional=len(people) > 1, check=a_name))
        if not name:
            break
        people.append(_completed(Person("", name), lab, people, more))
    if len(people) == 1:
        ask(Question(OPTION, f"at least one teammate, such as {example(lab)}"))
        return []
    for choice in pointing:
        _point(choice, people, ask, more)
    return people[1:]


def _given(lab: Lab, options: Sequence[str]) -> list[Person]:
    known = {"id", "name", "email", *(choice.key for choice in lab.choices)}
    found = []
    for text in options:
        try:
            read = tomllib.loads(f"it = {{{text}}}")
        except tomllib.TOMLDecodeError:
            read = {}
        words = read.get("it")
        if (
            len(read) != 1
            or not isinstance(words, dict)
            or not all(isinstance(v, str) for v in words.values())
        ):
            raise UsageError(
                f'{OPTION} {text}: expected KEY="VALUE" pairs with commas between',
                remedy=f"For example: {example(lab)}",
            )
        if unknown := sorted(set(words) - known):
            raise UsageError(
                f"{OPTION}: there is no {unknown[0]!r}", remedy=f"Known: {', '.join(sorted(known))}."
            )
        found.append(
            Person(words.pop("id", ""), words.pop("name", ""), email=words.pop("email", ""), given=words)
        )
    return found


def _completed(person: Person, lab: Lab, team: Sequence[Person], ask: Ask) -> Person:
    """With an id that nobody in the team has, and the choices that are hers alone."""

    def said(key: str, value: str, text: str, **more: object) -> str:
        question = Question(OPTION, text, **more)  # type: ignore[arg-type]
        if not value:
            return ask(question)
        try:
            return question.accept(value)
        except UsageError as error:
            raise UsageError(f"{OPTION}: {key}: found {value!r}, {error.message}") from None

    person.name = said("name", person.name, "A teammate's name", check=a_name)
    taken = [other.id for other in team]
    near = slug(person.name.split()[0] if person.name.split() else "") or "mate"
    free = next(
        name for n in range(len(taken) + 1) if (name := f"{near}-{n + 1}" if n else near) not in taken
    )
    if person.given or person.id:
        person.id = said("id", person.id or free, f"A short name for {person.name}", check=a_slug)
    else:
        person.id = ask(Question(OPTION, f"A short name for {person.name}", free, check=a_slug))
    for choice in lab.choices:
        value = person.given.get(choice.key, "")
        if not choice.teammates:
            text = f"{person.name}'s {choice.key}"
            person.keys[choice.key] = said(choice.key, value, text, one_of=choice.one_of)
    return person


def _point(choice: Choice, people: Sequence[Person], ask: Ask, more: Ask | None) -> None:
    """What each takes of another: asked for only where there is more than one to take from."""
    for index, person in enumerate(people):
        others = [other for other in people if other is not person]
        offered = tuple(dict.fromkeys(str(other.keys[choice.teammates]) for other in others))
        # Around the circle: then everybody's is taken once.
        following = people[(index + 1) % len(people)]
        near = str(following.keys[choice.teammates]) if len(people) > 1 else ""
        if person is people[0]:
            forced = len(offered) == 1
            question = Question(
                f"--{choice.key}", f"Your {choice.key}", near, one_of=offered, optional=forced
            )
            person.keys[choice.key] = ask(question) or near
        elif said := person.given.get(choice.key):
            person.keys[choice.key] = said
        elif more and len(offered) > 1:
            question = Question(OPTION, f"{person.name}'s {choice.key}", near, one_of=offered)
            person.keys[choice.key] = more(question)
        else:
            person.keys[choice.key] = near
