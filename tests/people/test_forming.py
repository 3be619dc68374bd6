"""Teams formed and choices drawn: the same by the same seed, and kept when people come and go."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from pytest_cloudlab.lab import find_lab, load_lab
from pytest_cloudlab.model import Course, Lab, Roster, Team
from pytest_cloudlab.people.forming import Formed, Wish, form
from tests.people.lists import refused, write

BE = load_lab(find_lab("be"))
CODESPACES = load_lab(find_lab("codespaces"))
HEAD = "name,email"


def line(name: str) -> str:
    return f"{name.title()},{name}@example.org"


CLASS = [line(f"student{at}") for at in range(20)]


def formed(folder: Path, lines: list[str], head: str = HEAD, lab: Lab = BE, **wish: object) -> Formed:
    file = write(folder, "\n".join([head, *lines]) + "\n")
    return form(file, {}, lab, Wish(**wish))  # type: ignore[arg-type]


def some(count: int, seed: int) -> list[str]:
    """So many lines of the class, in some order."""
    return sorted(CLASS, key=lambda line: hashlib.sha256(f"{seed} {line}".encode()).digest())[:count]


def kept(before: Formed) -> Roster:
    return Roster(Course(), before.teams)


def ids(teams: tuple[Team, ...]) -> dict[str, list[str]]:
    return {team.id: [one.id for one in team.members] for team in teams}


def assert_a_ring(team: Team) -> None:
    """Each runs somebody else's, and each one's is run once."""
    mascots = [one.choices["mascot"] for one in team.members]
    assert len(set(mascots)) == len(mascots)
    assert sorted(one.choices["runs"] for one in team.members) == sorted(mascots)
    assert all(one.choices["runs"] != one.choices["mascot"] for one in team.members)


def assert_playable(teams: tuple[Team, ...]) -> None:
    """Another mascot for each; each runs a teammate's."""
    for team in teams:
        mascots = {one.id: one.choices["mascot"] for one in team.members}
        assert len(set(mascots.values())) == len(mascots)
        for one in team.members:
            assert one.choices["runs"] in {mascot for who, mascot in mascots.items() if who != one.id}


def test_one_seed_forms_one_class_of_teams(tmp_path: Path) -> None:
    """Whatever the order of the lines; another seed forms another."""
    first = formed(tmp_path, CLASS, size=3, seed=2026)
    assert formed(tmp_path, some(20, 1), size=3, seed=2026).teams == first.teams
    assert formed(tmp_path, CLASS, size=3, seed=2027).teams != first.teams
    assert sorted(len(team.members) for team in first.teams) == [3, 3, 3, 3, 4, 4]
    for team in first.teams:
        assert_a_ring(team)


def test_a_late_student_reshuffles_nobody(tmp_path: Path) -> None:
    """All who were there keep id, team, mascot and whose they run, wherever the new line stands."""
    before = formed(tmp_path, CLASS, size=3, seed=1)
    after = formed(tmp_path, [line("aaron"), *CLASS], seed=99, keep=kept(before))
    old = {one.id: (team.id, one) for team in before.teams for one in team.members}
    new = {one.id: (team.id, one) for team in after.teams for one in team.members}
    assert {who: new[who] for who in old} == old
    assert after.new == {"aaron"}
    assert not after.moved
    assert not after.gone
    assert_playable(after.teams)


@pytest.mark.parametrize("come", [0, 1, 2, 7])
@pytest.mark.parametrize("leave", [0, 1, 3, 13])
def test_whoever_comes_and_leaves_the_teams_stay_playable(tmp_path: Path, come: int, leave: int) -> None:
    """Nobody is alone, and nobody moves who has a teammate left."""
    before = formed(tmp_path, CLASS, size=2, seed=5)
    there = some(20 - leave, come)
    after = formed(tmp_path, [*there, *(line(f"late{at}") for at in range(come))], keep=kept(before))
    assert_playable(after.teams)
    assert sum(len(team.members) for team in after.teams) == len(there) + come
    assert len(after.gone) == leave
    assert len(after.new) == come
    stayed = {one.partition(",")[0].lower() for one in there}
    for team in before.teams:
        left = [one.id for one in team.members if one.id in stayed]
        assert len(left) < 2 or not set(left) & set(after.moved), "a team of two or more stays together"
    same = {team.id: team for team in before.teams if all(one.id in stayed for one in team.members)}
    for team in after.teams:
        if team.id in same and len(team.members) == len(same[team.id].members):
            assert team == same[team.id]


def test_who_runs_the_image_of_one_who_left_runs_another(tmp_path: Path) -> None:
    """And nobody else does."""
    before = formed(tmp_path, CLASS[:4], size=4, seed=1)
    team = before.teams[0].members
    gone = team[1]
    after = formed(
        tmp_path, [one for one in CLASS[:4] if not one.lower().startswith(f"{gone.id},")], keep=kept(before)
    )
    changed = [one.id for one in after.teams[0].members if one not in team]
    assert changed == [one.id for one in team if one.choices["runs"] == gone.choices["mascot"]]
    assert_playable(after.teams)


def test_what_an_instructor_has_mended_stays(tmp_path: Path) -> None:
    """Names and addresses in the roster are better than the list's; what only the list has is added."""
    before = formed(tmp_path, CLASS[:2], size=2)
    team = before.teams[0]
    mended = replace(team.members[0], name="Mended", email="")
    roster = Roster(Course(), (Team("rocket", (mended, team.members[1])),))
    head = HEAD + ",codespace"
    after = formed(tmp_path, [f"{one},gh://x-{at}" for at, one in enumerate(CLASS[:2])], head, keep=roster)
    (one, _) = after.teams[0].members
    assert (one.id, one.name, after.teams[0].id) == (mended.id, "Mended", "rocket")
    assert one.email == team.members[0].email
    assert one.targets["codespace"].startswith("gh://x-")


def test_of_two_with_one_name_the_roster_knows_who_is_who(tmp_path: Path) -> None:
    """By their addresses; a third of that name is new."""
    jeans = ["Jean Dupont,jean@example.org", "Jean Dupont,jean@example.com"]
    before = formed(tmp_path, jeans, size=2)
    after = formed(tmp_path, ["Jean Dupont,jean@example.net", *reversed(jeans)], keep=kept(before))
    by_email = {one.email: one.id for team in before.teams for one in team.members}
    found = {one.email: one.id for team in after.teams for one in team.members}
    assert {email: found[email] for email in by_email} == by_email
    assert after.new == {found["jean@example.net"]}


def test_two_lines_that_may_be_one_member_are_refused(tmp_path: Path) -> None:
    before = formed(tmp_path, ["Ada,ada", "Bob,bob"], "name,username", size=2)
    said = refused(
        lambda: formed(tmp_path, ["Eve,ada,x", "Ann,y,ada"], "name,username,ID number", keep=kept(before))
    )
    assert "lines 2 and 3: found 'Eve' and 'Ann', who may both be the member 'ada'" in said


def test_what_the_list_says_stays_and_the_rest_is_drawn(tmp_path: Path) -> None:
    """Teams in any case and space; a mascot that is said, and whose is run; those without a team join one."""
    lines = ["Ann,Rocket,yoda,", "Bob,rocket ,,yoda", "Cid,Les Fusées,,", "Dee,Les Fusées,,", "Eve,,,"]
    after = formed(tmp_path, lines, "name,team,mascot,runs", size=3)
    assert ids(after.teams) in (
        {"rocket": ["ann", "bob", "eve"], "les-fusees": ["cid", "dee"]},
        {"rocket": ["ann", "bob"], "les-fusees": ["cid", "dee", "eve"]},
    )
    ann, bob, *_ = after.teams[0].members
    assert (ann.choices["mascot"], bob.choices["runs"]) == ("yoda", "yoda")
    assert_playable(after.teams)


def test_the_list_may_move_somebody(tmp_path: Path) -> None:
    """Then a mascot that is taken in the new team is drawn anew, and it is said."""
    lines = ["Ann,a,cat,", "Bob,a,,", "Eve,a,,", "Cid,b,cat,", "Dee,b,dog,"]
    before = formed(tmp_path, lines, "name,team,mascot,runs")
    lines = ["Ann,b", "Bob,a", "Eve,a", "Cid,b", "Dee,b"]
    after = formed(tmp_path, lines, "name,team", keep=kept(before))
    assert ids(after.teams) == {"a": ["bob", "eve"], "b": ["cid", "dee", "ann"]}
    assert after.moved == {"ann": "a"}
    assert [one.choices["mascot"] for one in after.teams[1].members[:2]] == ["cat", "dog"]
    assert_playable(after.teams)


def test_a_lab_without_choices_has_teams_of_any_size(tmp_path: Path) -> None:
    for size in (1, 7, 20):
        teams = formed(tmp_path, CLASS, lab=CODESPACES, size=size).teams
        assert {len(team.members) for team in teams} <= {size, size + 1, size - 1}
        assert not any(one.choices for team in teams for one in team.members)


def test_a_choice_that_nobody_points_at_may_be_chosen_twice(tmp_path: Path) -> None:
    """Each another while the lab offers enough, then those that fewest have."""
    folder = tmp_path / "shells"
    folder.mkdir()
    step = '[[step]]\nnumber = "1"\ntitle = "S"\nsee = "#s"\n'
    shell = '[member.shell]\none_of = ["sh", "fish"]\n'
    (folder / "lab.toml").write_text(f'title = "T"\npage = "p"\n{shell}{step}')
    (team,) = formed(tmp_path, CLASS[:5], lab=load_lab(folder), size=5).teams
    assert sorted(one.choices["shell"] for one in team.members) in (
        ["fish"] * 2 + ["sh"] * 3,
        ["fish"] * 3 + ["sh"] * 2,
    )


@pytest.mark.parametrize(
    ("lines", "head", "wish", "message"),
    [
        (CLASS, HEAD, {}, "people.csv: no column says who is in which team"),
        (["A,x", "B,"], "name,team", {}, "people.csv: found no team for b"),
        (["A,x", "B,x"], "name,team", {"size": 2}, "everybody is in a team already"),
        (CLASS, HEAD, {"size": 6}, "teams of 6 are too large for the lab 'be', which offers 5 of mascot"),
        (CLASS, HEAD, {"size": 1}, "teams of one are too small for the lab 'be': everybody chooses"),
        (CLASS[:1], HEAD, {"size": 2}, "1 cannot be put into teams of 2 without one being alone"),
        ([f"A{at},x" for at in range(6)], "name,team", {},
         "people.csv: team 'x' has 6 members, and the lab 'be' offers 5 of mascot: cat, dog, owl"),
        (["A,x", "B,y", "C,y"], "name,team", {},
         "team 'x' has one member, 'a', and in the lab 'be' everybody chooses a teammate's mascot (runs)"),
        (["A,x,cat,dog", "B,x,owl,cat"], "name,team,mascot,runs", {},
         "people.csv: line 2, column runs: found 'dog', expected the mascot of a teammate in 'x': owl"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said(
    tmp_path: Path, lines: list[str], head: str, wish: dict[str, object], message: str
) -> None:
    assert message in refused(lambda: formed(tmp_path, lines, head, **wish))
