"""`cloudlab watch`: a class, or one's own work, again and again."""

from __future__ import annotations

import json
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pytest_cloudlab.cli.pace import Pace, ends_s
from pytest_cloudlab.errors import UsageError
from tests.cli.rooms import Room, processes_in


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path, ada="Ada", bob="<b>Bob</b>")


def board(folder: Path) -> dict[str, Any]:
    text = (folder / "board.js").read_text()
    found: dict[str, Any] = json.loads(text.removeprefix("cloudlabBoard(").removesuffix(");\n"))
    return found


def test_a_log_is_told_what_is_new(room: Room) -> None:
    """What was achieved stays so and is not asked again; when the next round begins is said; Ctrl-C between
    rounds ends it as if the time were over."""
    room.does("ada", "rope")
    with room.started("watch", "teams.toml", "--every", "2s") as watch:
        watch.until(lambda: "team-ada/ada: ✓ You took a rope" in watch.out)
        watch.until(lambda: "next round at" in watch.err)
        room.does("ada", "knot")  # the rope is gone, and counts
        watch.until(lambda: "team-ada/ada: ✓ Your knot holds" in watch.out)
        watch.until(lambda: watch.err.count("next round at") > 3)
        watch.signal()
        status, out, err = watch.ended()
    assert status == 0, err
    assert "Traceback" not in err
    assert out.count("You took a rope") == 2, "once for Ada, and once that Bob has not"
    assert "3 / 3" in out
    assert "<b>Bob</b>" in out


def test_ctrl_c_lets_sessions_take_down_what_they_set_up(room: Room) -> None:
    room.does("ada", "rope knot")
    room.does("bob", "wait")
    with room.started("watch", "teams.toml") as watch:
        watch.until(lambda: "team-ada/ada: ✓ Your knot holds" in watch.out and room.waits())
        watch.signal()
        status, out, err = watch.ended()
    assert status == 0, err
    assert "Ctrl-C again kills" in err
    assert room.took_down("bob")
    assert "3 / 3" in out
    assert processes_in(room.folder) == []


def test_what_could_not_be_judged_is_exit_code_3(room: Room) -> None:
    room.does("ada", "lost")
    status, _, err = room.run("watch", "teams.toml", "--only", "team-ada", "--every", "5s", "--for", "1s")
    assert status == 3, err


def test_the_roster_may_be_edited_meanwhile(room: Room) -> None:
    """Who comes late is judged from the next round on; a slip is said, and ends nothing."""
    for one in ("ada", "bob", "eve"):
        room.does(one, "rope")
    with room.started("watch", "teams.toml", "--every", "2s") as watch:
        watch.until(lambda: "team-bob/<b>" not in watch.out and "team-bob/bob: ✓" in watch.out)
        (room.folder / "teams.toml").write_text("lab = [\n")
        watch.until(lambda: "teams.toml" in watch.err)
        room.roster(ada="Ada", bob="Bob", eve="Eve")
        watch.until(lambda: "team-eve/eve: ✓ You took a rope" in watch.out)
        watch.signal()
        status, out, err = watch.ended()
    assert (status, "Eve" in out, "Traceback" in err) == (0, True, False)


def test_ones_own_checklist_until_all_is_achieved(room: Room) -> None:
    """In a student's own folder: the card once, then what has changed; nothing is left, so it ends."""
    (room.folder / "teams.toml").unlink()
    room.roster(me="ada", ada="Ada")
    with room.started("watch", "--every", "2s") as watch:
        watch.until(lambda: "· Your knot holds" in watch.out)
        room.does("ada", "rope")
        watch.until(lambda: "✓ You took a rope" in watch.out and "It slips." in watch.out)
        time.sleep(3)
        room.does("ada", "rope knot")
        status, out, err = watch.ended()
    assert status == 0, err
    assert out.count("It slips.") == 1, "said once, as long as it stays so"
    assert out.count("You took a rope") - out.count("waits for: You took a rope") == 2
    assert "Next: nothing, all is achieved." in out


def test_a_page_for_the_projector_has_marks_only(room: Room) -> None:
    """And says at the end that it is over."""
    room.does("ada", "rope")
    with room.started("watch", "teams.toml", "--every", "2s", "--html", "page") as watch:
        watch.until(lambda: (room.folder / "page" / "board.js").exists())
        page = room.folder / "page"
        watch.until(lambda: [one["marks"] for one in board(page)["members"]] == ["pf", "fb"])
        watch.until(lambda: "next round at" in board(page)["words"])
        watch.signal()
        assert watch.ended()[0] == 0
    assert board(page)["over"]
    assert {file.name for file in page.iterdir()} == {"index.html", "board.js"}
    everything = "".join(file.read_text() for file in page.iterdir())
    assert "It slips" not in everything
    assert "<b>Bob" not in everything


def test_a_page_with_details_has_what_was_found(room: Room) -> None:
    room.does("ada", "rope")
    options = ("--html", "page", "--details", "--every", "9s", "--for", "1s")
    assert room.run("watch", "teams.toml", *options)[0] == 0
    assert "It slips." in (room.folder / "page" / "members" / "ada.js").read_text()
    assert board(room.folder / "page")["members"][0]["points"] == "1 / 3"
    status, _, err = room.run("watch", "teams.toml", "--html", "page", "--for", "1s")
    assert (status, "has members of a page with details" in err) == (2, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--until", "noon"), "expected a time of day such as 16:30"),
        (("--details",), "found without --html"),
        (("--only", "nobody"), "there is no such team"),
        (("--step", "7"), "the lab has no step '7'"),
        (("--as", "nobody"), "nobody"),
    ],
)
def test_slips_are_said_before_anything_is_asked(room: Room, words: tuple[str, ...], said: str) -> None:
    status, out, err = room.run("watch", "teams.toml", *words)
    assert (status, out) == (2, "")
    assert said in err


def test_until_is_the_next_time_of_that_hour() -> None:
    now = datetime.now()
    soon = now + timedelta(hours=2)
    left = ends_s(f"{soon:%H:%M}", None) - time.monotonic()
    assert 2 * 3600 - 61 <= left <= 2 * 3600
    with pytest.raises(UsageError, match="that has passed"):
        ends_s(f"{now - timedelta(minutes=2):%H:%M}", None)
    assert ends_s(f"{soon:%H:%M}", 60) - time.monotonic() <= 60, "the earlier one counts"


def test_rounds_keep_their_pace() -> None:
    """From begin to begin; at once, after a moment, when a round took longer; none after the end."""
    now = time.monotonic()
    assert Pace(60).next_s(now) == pytest.approx(now + 60)
    assert Pace(60).next_s(now - 300) == pytest.approx(now + 2, abs=0.5)
    assert Pace(60, now + 30).next_s(now) is None
    words = Pace(60, now + 7200).pause(now + 30).words
    assert words.startswith("next round at ")
    assert ", in 30 s, the last before " in words
