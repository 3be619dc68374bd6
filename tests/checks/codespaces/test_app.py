"""The first Streamlit app, judged on the twin: served as it should be, sabotaged in every way, and where
nobody can tell."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pytest_cloudlab.checks.codespaces.app_scenes import COMPARISON
from pytest_cloudlab.checks.codespaces.sabotages import Sabotage
from pytest_cloudlab.checks.codespaces.sabotages.app import APP, EditedApp
from pytest_cloudlab.checks.codespaces.test_320_app import require_drawn
from pytest_cloudlab.errors import CouldNotLook, NotFound
from pytest_cloudlab.fixtures.frames import Drawing, Frames
from pytest_cloudlab.grading.sessions import Sessions
from pytest_cloudlab.lab import find_lab, load_lab
from pytest_cloudlab.rehearsal import Stage
from tests.checks.codespaces.soloist import PATIENCE_S, Soloist
from tests.checks.played import played
from tests.checks.verdicts import by_verdict

pytestmark = pytest.mark.xdist_group("codespaces-app")  # its stage is its module's

WANTED = load_lab(find_lab("codespaces")).parameters.app
SHOWN = "test_app_shows_its_comparisons"
DRAWING = Drawing(".jx-handle", 4, ("cdn.example",))


@pytest.fixture(scope="module")
def soloist(stage: Stage, tmp_path_factory: pytest.TempPathFactory, sessions: Sessions) -> Soloist:
    return Soloist(stage, tmp_path_factory.mktemp("soloist"), "3.2", sessions)


@pytest.mark.docker
@pytest.mark.gh
@pytest.mark.browser
def test_the_walkthrough_achieves_everything(soloist: Soloist, data: Path) -> None:
    """Four comparisons are found, and a picture of all of them is kept."""
    soloist.put_right()
    card = soloist.judge(data, retry_s=PATIENCE_S)
    assert by_verdict(card)["passed"] == soloist.lasting
    served, shown = (one.observation for one in card.standings if one.check.step == "3.2")
    assert served
    assert re.fullmatch(r"\d+\.\d+\.\d+", served.measured["streamlit"])
    assert shown
    assert shown.measured["comparisons"] == WANTED.comparisons
    (picture,) = shown.evidence
    assert (picture.name, picture.media_type) == ("app.png", "image/png")
    assert picture.size_bytes > 200_000


@pytest.mark.docker
@pytest.mark.gh
@pytest.mark.browser
@pytest.mark.parametrize("sabotage", played(APP), ids=lambda sabotage: sabotage.title())
def test_a_sabotage_turns_its_checks_red_and_no_other(
    soloist: Soloist, data: Path, sabotage: type[Sabotage]
) -> None:
    soloist.turns_red(sabotage, data)


class ScriptElsewhere(EditedApp):
    """The comparisons need a script of another host, which no browser here reaches."""

    edit = f"sed -i 's|^<script>|<script src=\"https://cdn.example/comparison.js\">|' {COMPARISON}"


@pytest.mark.docker
@pytest.mark.gh
@pytest.mark.browser
def test_what_only_others_can_see_is_not_judged(soloist: Soloist, data: Path) -> None:
    """A page that is blank for want of a script from elsewhere may be fine: inconclusive, with the host."""
    soloist.put_right()
    ScriptElsewhere(soloist.stage).serve_app(soloist.alice)
    try:
        card = soloist.judge(data)
        assert by_verdict(card)["inconclusive"] == {SHOWN}
        (shown,) = (one.observation for one in card.standings if one.check.name == SHOWN)
        assert shown
        assert "does not reach cdn.example" in shown.message
        assert "add cdn.example to scripts_from" in shown.remedy
        assert shown.measured["unreached"] == ["cdn.example"]
    finally:
        soloist.walkthrough.serve_app(soloist.alice)


@pytest.mark.parametrize(
    ("frames", "outcome", "said"),
    [
        (Frames(4, 0, 0, ()), None, ""),
        (Frames(5, 9, 9, ("cdn.example",)), None, ""),
        (Frames(0, 4, 4, ("cdn.example",)), CouldNotLook, "blank here: .* cdn.example.*\nCheck from"),
        (Frames(3, 1, 1, ("other.example",)), CouldNotLook, "reach other.example.*\n.*add other.example to"),
        (Frames(0, 3, 3, ("cdn.example",)), NotFound, "0 of 4 comparisons; frames that stay blank: 3"),
        (Frames(1, 3, 2, ("cdn.example",)), NotFound, "1 of 4 .*\nOpen the page"),
        (Frames(3, 0, 0, ()), NotFound, "3 of 4 comparisons.\nCopy the whole"),
    ],
)
def test_blank_frames_are_whose_fault(frames: Frames, outcome: type[Exception] | None, said: str) -> None:
    """The page's, unless all that it lacks could be there if a script could be reached."""
    if outcome is None:
        require_drawn(frames, DRAWING)
        return
    with pytest.raises(outcome, match=said):
        require_drawn(frames, DRAWING)
