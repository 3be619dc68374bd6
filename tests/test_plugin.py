"""The plugin as pytest's users meet it: whole runs on small labs."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_cloudlab.journal import Journal
from pytest_cloudlab.model import Observation
from tests.labs import write_lab, write_roster

TAKE = '''
import pytest

from pytest_cloudlab.errors import TargetLost, NotFound

pytestmark = pytest.mark.step("1")


@pytest.mark.outcome(points=1)
def test_rope_is_taken(member, measure, keep):
    """You took a rope.

    Take one from the hook.
    """
    from pathlib import Path
    measure(rope=member.choices["rope"])
    keep("rope.txt", b"a rope", "text/plain")
    state = Path(__file__).parent.parent / "state"
    word = state.read_text() if state.exists() else "taken"
    if word == "lost":
        raise TargetLost("the harbour does not answer", remedy="wait for the tide")
    if word == "broken":
        raise KeyError("hook")
    assert word == "taken", f"The rope is {word}."


@pytest.mark.outcome(points=2, needs="test_rope_is_taken")
def test_rope_is_long():
    """Your rope is long."""
'''
AWAY = '''
import pytest

pytestmark = pytest.mark.step("2")


@pytest.mark.outcome(needs="test_rope_is_long", holds="at_end")
def test_rope_is_away():
    """Your rope is put away."""


@pytest.mark.outcome(acts=True)
def test_rope_floats():
    """Your rope floats."""
'''
FLOAT = '''
import pytest

pytestmark = pytest.mark.step("1")


@pytest.mark.outcome(acts=True)
def test_rope_sinks():
    """Your rope sinks."""


@pytest.mark.outcome(needs="test_rope_sinks")
def test_rope_floats_again():
    """Your rope floats again."""
'''


@pytest.fixture
def lab(pytester: pytest.Pytester) -> Path:
    folder = write_lab(pytester.path, {"test_1_take.py": TAKE, "test_2_away.py": AWAY})
    write_roster(pytester.path, folder)
    return folder


def run(pytester: pytest.Pytester, *args: str) -> pytest.RunResult:
    return pytester.runpytest_subprocess(
        "knots", "--cloudlab-as", "alice", "--cloudlab-retry", "0", "-rA", "-W", "error", *args
    )


def observed(pytester: pytest.Pytester, lab: str = "knots") -> list[Observation]:
    journal = Journal(pytester.path / ".cloudlab" / "journal.sqlite")
    try:
        return list(journal.observations(lab, "sailors", "alice"))
    finally:
        journal.close()


@pytest.mark.usefixtures("lab")
def test_a_run_judges_and_keeps_what_it_saw(pytester: pytest.Pytester) -> None:
    """Passed checks pass; the cleanup is not due, and what would act is not asked."""
    result = run(pytester)
    result.assert_outcomes(passed=2, skipped=2)
    assert result.ret == 0
    first, second = observed(pytester)
    assert (first.check, first.verdict, first.measured) == ("test_rope_is_taken", "passed", {"rope": "red"})
    assert [evidence.name for evidence in first.evidence] == ["rope.txt"]
    assert second.check == "test_rope_is_long"


@pytest.mark.usefixtures("lab")
def test_a_failure_blocks_what_needs_it_and_says_so_in_words(pytester: pytest.Pytester) -> None:
    """The student reads the message and the hint, and no traceback."""
    (pytester.path / "state").write_text("wet")
    result = run(pytester, "--cloudlab-final")
    result.assert_outcomes(failed=1, skipped=3)
    assert result.ret == 1
    output = result.stdout.str()
    assert "The rope is wet." in output
    assert "Take one from the hook." in output
    assert "waits for: You took a rope" in output
    assert "Traceback" not in output
    assert "def test_rope_is_taken" not in output
    verdicts = {one.check: (one.verdict, one.waits_for) for one in observed(pytester)}
    assert verdicts["test_rope_is_long"] == ("blocked", "test_rope_is_taken")
    assert verdicts["test_rope_is_away"] == ("blocked", "test_rope_is_taken"), "cleanup is never vacuous"


def test_a_check_after_blocked_ones_is_asked_as_usual(pytester: pytest.Pytester, lab: Path) -> None:
    """Checks that are not asked leave nothing of the module before them set up."""
    (pytester.path / "state").write_text("wet")
    (lab / "test_2_away.py").write_text(AWAY.replace("acts=True", "points=1"))
    result = run(pytester, "--cloudlab-final")
    result.assert_outcomes(failed=1, skipped=2, passed=1)


def test_what_acts_is_asked_when_all_else_was(pytester: pytest.Pytester, lab: Path) -> None:
    """What it undoes is no longer needed, and what needs it comes behind it."""
    (lab / "test_0_float.py").write_text(FLOAT)
    run(pytester, "--cloudlab-act").assert_outcomes(passed=5, skipped=1)
    first, second, *acting = [one.check for one in observed(pytester)]
    assert (first, second) == ("test_rope_is_taken", "test_rope_is_long")
    assert acting == ["test_rope_sinks", "test_rope_floats_again", "test_rope_floats"]


@pytest.mark.usefixtures("lab")
@pytest.mark.parametrize("state", ["lost", "broken"])
def test_what_could_not_be_judged_is_an_error_never_a_failure_or_a_skip(
    pytester: pytest.Pytester, state: str
) -> None:
    """Skips exit 0; an inconclusive check must not. What needs it is inconclusive too."""
    (pytester.path / "state").write_text(state)
    result = run(pytester)
    result.assert_outcomes(errors=1, skipped=3)
    assert result.ret == 1
    assert {one.check: str(one.verdict) for one in observed(pytester)} == {
        "test_rope_is_taken": "inconclusive",
        "test_rope_is_long": "inconclusive",
    }


@pytest.mark.usefixtures("lab")
def test_what_was_achieved_stays_achieved(pytester: pytest.Pytester) -> None:
    """An `ever` check is not asked again, unless that is asked for; then its first success still stands."""
    run(pytester)
    (pytester.path / "state").write_text("wet")
    second = run(pytester)
    second.assert_outcomes(passed=2, skipped=2)
    assert len(observed(pytester)) == 2
    third = run(pytester, "--cloudlab-again")
    third.assert_outcomes(failed=1, passed=1, skipped=2)


@pytest.mark.usefixtures("lab")
def test_one_check_alone_reads_its_needs_from_earlier_runs(pytester: pytest.Pytester) -> None:
    """Needs are standings, so they hold across runs; a need never asked blocks, and the run is no success."""
    alone = run(pytester, "-k", "long")
    alone.assert_outcomes(skipped=1)
    assert alone.ret == 1
    run(pytester, "-k", "taken")
    again = run(pytester, "-k", "long")
    again.assert_outcomes(passed=1)


@pytest.mark.usefixtures("lab")
@pytest.mark.parametrize("option", ["--setup-plan", "--setup-only", "--collect-only"])
def test_what_was_not_run_is_not_judged(pytester: pytest.Pytester, option: str) -> None:
    """pytest's options that run no test leave no observation, least of all a success."""
    run(pytester, option)
    assert not (pytester.path / ".cloudlab").exists()


@pytest.mark.usefixtures("lab")
def test_a_check_of_several_parameters_is_refused(pytester: pytest.Pytester) -> None:
    """One of them passing must not stand for all; a fixture with parameters cannot slip them in."""
    conftest = pytester.path / "knots" / "conftest.py"
    many = "import pytest\n@pytest.fixture(params=[1, 2], autouse=True)\ndef many(request): pass\n"
    conftest.write_text(conftest.read_text() + many)
    result = run(pytester)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "runs several times" in result.stderr.str() + result.stdout.str()


@pytest.mark.usefixtures("lab")
def test_words_of_a_machine_steer_no_terminal_and_tell_no_secret(pytester: pytest.Pytester) -> None:
    """Under plain pytest too, and in the journal."""
    (pytester.path / "state").write_text("\x1b[31mred Bearer ya29.abcdefghijklmnopqrstuvwxyz0123456789")
    result = run(pytester)
    first, _ = observed(pytester)
    for text in (result.stdout.str(), first.message):
        assert "\x1b[31m" not in text
        assert "ya29.abc" not in text
        assert "The rope is" in text


@pytest.mark.usefixtures("lab")
def test_a_step_is_chosen_with_its_parts(pytester: pytest.Pytester) -> None:
    result = run(pytester, "--cloudlab-step", "2", "--cloudlab-act")
    result.assert_outcomes(passed=1, skipped=1)
    assert [one.check for one in observed(pytester)] == ["test_rope_floats"]


@pytest.mark.usefixtures("lab")
def test_an_inconclusive_check_is_tried_again_within_its_time(pytester: pytest.Pytester) -> None:
    """One retry fits into the time; the observation is the last try's."""
    flaky = TAKE.replace(
        'word = state.read_text() if state.exists() else "taken"',
        'word = "taken" if state.exists() else "lost"; state.write_text("")',
    )
    (pytester.path / "knots" / "test_1_take.py").write_text(flaky)
    result = pytester.runpytest_subprocess("knots", "--cloudlab-as", "alice", "--cloudlab-retry", "5")
    result.assert_outcomes(passed=2, skipped=2)
    assert [str(one.verdict) for one in observed(pytester)] == ["passed", "passed"]


@pytest.mark.usefixtures("lab")
def test_a_first_try_takes_nothing_of_the_time_for_retries(pytester: pytest.Pytester) -> None:
    """However long it takes to find that something cannot be judged, it is asked again."""
    flaky = TAKE.replace(
        'word = state.read_text() if state.exists() else "taken"',
        'word = "taken" if state.exists() else "lost"; '
        'word == "taken" or __import__("time").sleep(1.5); state.write_text("")',
    )
    (pytester.path / "knots" / "test_1_take.py").write_text(flaky)
    result = pytester.runpytest_subprocess("knots", "--cloudlab-as", "alice", "--cloudlab-retry", "1.2")
    result.assert_outcomes(passed=2, skipped=2)


@pytest.mark.usefixtures("lab")
def test_usage_errors_are_one_sentence_and_pytest_s_own_exit_code(pytester: pytest.Pytester) -> None:
    """Nothing is judged, nothing half-written."""
    result = pytester.runpytest_subprocess("knots")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: it is open whose work to look at; the roster has: alice, bob"])
    assert not (pytester.path / ".cloudlab").exists()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("pytest.mark.outcome", "pytest.mark.outcme", "unknown mark pytest.mark.outcme"),
        ('needs="test_rope_is_taken"', 'needs="test_rope_is_takn"', "test_rope_is_takn"),
        ('needs="test_rope_is_taken"', 'needs="test_rope_is_long"', "can never be asked"),
    ],
)
def test_a_broken_lab_is_an_error_at_collection(
    pytester: pytest.Pytester, lab: Path, old: str, new: str, said: str
) -> None:
    """A misspelt mark, a need that names nothing and a cycle are told before anything is asked."""
    (lab / "test_1_take.py").write_text(TAKE.replace(old, new))
    result = run(pytester)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert said in result.stderr.str() + result.stdout.str()


@pytest.mark.usefixtures("lab")
def test_collecting_needs_no_roster(pytester: pytest.Pytester) -> None:
    (pytester.path / "teams.toml").unlink()
    result = pytester.runpytest_subprocess("knots", "--collect-only", "-q")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["*test_rope_is_taken"])


@pytest.mark.usefixtures("lab")
def test_fixtures_exist_below_a_lab_only(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """pytest-playwright's `browser` stays its own in the user's other tests, in the same run."""
    monkeypatch.delenv("PYTEST_ADDOPTS")
    pytester.makepyfile(
        test_other="""
        def test_browser_is_playwrights(request):
            fixture, = request._fixturemanager.getfixturedefs("browser", request.node)
            assert fixture.func.__module__.startswith("pytest_playwright"), fixture.func.__module__
            assert not request._fixturemanager.getfixturedefs("codespace", request.node)
        """
    )
    result = run(pytester, "test_other.py")
    result.assert_outcomes(passed=3, skipped=2)


def test_an_idle_plugin_imports_nothing_heavy(pytester: pytest.Pytester) -> None:
    """A run without a lab loads neither our engine nor what it stands on."""
    pytester.makepyfile(
        """
        import sys

        def test_nothing_is_loaded():
            heavy = {"torch", "google.cloud.compute_v1", "docker", "selenium", "rich", "requests", "msgspec",
                     "jinja2", "click", "aiohttp", "bs4"}
            assert not heavy & set(sys.modules)
            assert {m for m in sys.modules if m.startswith("pytest_cloudlab")} == {
                "pytest_cloudlab", "pytest_cloudlab.plugin"}
        """
    )
    plugins = (
        "-p",
        "no:playwright",
        "-p",
        "no:base_url",
        "-p",
        "no:pytester",
        "-p",
        "no:xdist",
        "-p",
        "no:testinfra",
    )
    pytester.runpytest_subprocess(*plugins).assert_outcomes(passed=1)
