"""Findings that are known and accepted."""

from __future__ import annotations

import dataclasses
import datetime
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.material.baseline import HEAD, Baseline, read_baseline
from pytest_cloudlab.material.gate import Gate
from tests.material.gating import (
    BUILD,
    TODAY,
    baseline_of,
    finding,
    gate_of,
    named_once,
    no_oops,
    outcome_of,
    rules_of,
    said,
)

ONE = finding()
OTHER = finding("docker run web")


def entry(fingerprint: str, more: str = 'reason = "It is what the registry calls it."') -> str:
    return f'[[finding]]\nfingerprint = "{fingerprint}"\nrule = "image-tag"\npage = "docs/build.md"\n{more}\n'


def oops() -> list[str]:
    """Fingerprints of what `no-oops` finds in the sample."""
    return [one.fingerprint for one in outcome_of(rules=rules_of(no_oops)).findings]


def test_what_has_an_entry_is_covered(tmp_path: Path) -> None:
    """Wherever on the page it moves to, and however it is indented; nothing else is."""
    baseline = baseline_of(entry(ONE.fingerprint), tmp_path / "b.toml")
    moved = replace(ONE, place=replace(ONE.place, line=90), quote="   docker  run app")
    under_another = replace(ONE, heading="ship")
    stand, covered = baseline.judge([ONE, OTHER, moved, under_another], TODAY)
    assert (stand, covered) == ([OTHER, under_another], [ONE, moved])


@pytest.mark.parametrize(("until", "covers"), [("2026-03-01", True), ("2026-02-28", False)])
def test_an_entry_covers_up_to_its_day(tmp_path: Path, until: str, covers: bool) -> None:
    """The day itself is its last; afterwards the finding says how long it was accepted."""
    text = entry(ONE.fingerprint, f'reason = "Until the move."\nuntil = {until}')
    baseline = baseline_of(text, tmp_path / "b.toml")
    stand, covered = baseline.judge([ONE], datetime.date(2026, 3, 1))
    assert bool(covered) is covers
    if not covers:
        assert stand[0].remedy == "Write app:1.0. It was accepted until 2026-02-28 (b.toml:2)."
        assert stand[0].fingerprint == ONE.fingerprint


def test_an_entry_that_matches_nothing_is_an_error_on_its_line(tmp_path: Path) -> None:
    """An accepted finding that was mended must not wait there for the next one like it."""
    text = f"# ours\n\n{entry(oops()[0])}\n{entry('0123456789abcdef')}"
    outcome = outcome_of(baseline=baseline_of(text, tmp_path / "b.toml"), rules=rules_of(no_oops))
    (stale,) = (one for one in outcome.findings if one.rule == "baseline")
    assert stale.message == "This entry matches nothing any more: rule 'image-tag' on docs/build.md."
    line = text.splitlines()[stale.place.line - 1]
    assert line == 'fingerprint = "0123456789abcdef"' == stale.quote
    assert outcome.accepted == 1


def test_an_entry_needs_a_reason(tmp_path: Path) -> None:
    """One without covers the finding, so that it is not told twice, and keeps the gate closed itself."""
    first, *rest = oops()
    text = "\n".join([entry(first, 'reason = " "'), *map(entry, rest)])
    outcome = outcome_of(baseline=baseline_of(text, tmp_path / "b.toml"), rules=rules_of(no_oops))
    assert [one.rule for one in outcome.findings] == ["baseline"]
    assert "gives no reason" in outcome.errors[0].message
    assert outcome.status == 1


def test_the_same_line_twice_under_a_heading_is_accepted_twice(tmp_path: Path) -> None:
    """A fingerprint is of the line's words; what is right once is right again beside it."""
    page = "# Build\n\n```bash\necho oops\necho oops\n```\n"
    outcome = outcome_of({"docs/a.md": page}, rules=rules_of(no_oops))
    assert len({one.fingerprint for one in outcome.findings}) == 1
    baseline = baseline_of(entry(outcome.findings[0].fingerprint), tmp_path / "b.toml")
    again = outcome_of({"docs/a.md": page}, rules=rules_of(no_oops), baseline=baseline)
    assert (again.accepted, again.findings, again.status) == (2, (), 0)


def test_entries_are_judged_only_when_their_rule_and_page_were_looked_at(tmp_path: Path) -> None:
    """With one rule, or one page, nobody knows about the others."""
    baseline = baseline_of(entry("0123456789abcdef"), tmp_path / "b.toml")
    assert outcome_of(baseline=baseline, unasked=("image-tag",)).accepted == 0
    stale = "b.toml:2:1 error baseline"
    assert stale not in said(outcome_of(baseline=baseline, unasked=("image-tag",)))
    assert stale not in said(outcome_of(baseline=baseline, wanted=lambda path: path == "docs/ship.md"))
    assert stale in said(outcome_of(baseline=baseline, wanted=lambda path: path == "docs/build.md"))
    assert stale in said(outcome_of(baseline=baseline)), "a rule that is no more has nothing to accept"


def test_entries_of_rules_for_the_network_wait_until_it_is_used(tmp_path: Path) -> None:
    """Without `--online` nobody looked whether the address still leads nowhere."""
    asks = dataclasses.replace(rules_of(named_once)[0], id="asks", online=True)
    baseline = baseline_of(entry("0123456789abcdef").replace("image-tag", "asks"), tmp_path / "b.toml")
    gate = gate_of(rules=(asks,), baseline=baseline)
    assert gate.outcome().findings == ()
    online = dataclasses.replace(gate.course, online=object())  # type: ignore[arg-type]
    again = Gate(online, (asks,), today=TODAY, baseline=baseline)
    assert [one.rule for one in again.outcome().findings] == ["baseline"]


def test_a_disabled_rule_leaves_its_entries_without_a_match(tmp_path: Path) -> None:
    """One of the two is enough."""
    texts = "\n".join(map(entry, oops()))
    disabled = [{"rule": "no-oops", "reason": "Oops is a command here."}]
    baseline = baseline_of(texts, tmp_path / "b.toml")
    outcome = outcome_of(rules=rules_of(no_oops), disabled=disabled, baseline=baseline)
    assert [one.rule for one in outcome.findings] == ["baseline"] * 3
    assert outcome.disabled == 3


def test_writing_keeps_all_that_stands_there(tmp_path: Path) -> None:
    """Comments, reasons, the order and entries that match nothing: byte by byte."""
    text = f"# mine\n\n{entry('0123456789abcdef')}# the end, without a line end"
    baseline = baseline_of(text, tmp_path / "b.toml")
    written, added = baseline.with_entries([ONE, OTHER, ONE])
    assert added == 2
    assert written.startswith(text)
    entries = tomllib.loads(written)["finding"]
    assert [one["fingerprint"] for one in entries] == ["0123456789abcdef", ONE.fingerprint, OTHER.fingerprint]
    assert entries[1] == {
        "fingerprint": ONE.fingerprint,
        "rule": "image-tag",
        "page": "docs/build.md",
        "quote": "docker run app",
        "reason": "",
    }
    again = baseline_of(written, tmp_path / "b.toml")
    assert again.with_entries([ONE, OTHER]) == (written, 0)


def test_a_first_baseline_says_what_it_is(tmp_path: Path) -> None:
    baseline = read_baseline(tmp_path / "new.toml", tmp_path, may_be_new=True)
    written, _ = baseline.with_entries([ONE])
    assert written.startswith(HEAD)
    assert not (tmp_path / "new.toml").exists()
    with pytest.raises(UsageError, match="there is no such file"):
        read_baseline(tmp_path / "new.toml", tmp_path)


def test_hostile_words_make_no_other_entries(tmp_path: Path) -> None:
    quote = '"\n[[finding]]\nfingerprint = "x\x1b[31m\u202e\ud800'
    baseline = Baseline(tmp_path / "b.toml", "b.toml")
    written, added = baseline.with_entries([finding(quote)])
    assert (added, len(tomllib.loads(written)["finding"])) == (1, 1)
    assert "\x1b" not in written
    assert "\u202e" not in written
    written.encode("utf-8")


def test_a_file_that_entries_cannot_be_added_to_is_left_alone(tmp_path: Path) -> None:
    """An inline array takes no tables after it."""
    text = f'finding = [{{ fingerprint = "{OTHER.fingerprint}", rule = "a", page = "b", reason = "c" }}]\n'
    baseline = baseline_of(text, tmp_path / "b.toml")
    assert baseline.judge([OTHER], TODAY) == ([], [OTHER])
    assert baseline.line(baseline.entries[0]) == 1
    with pytest.raises(UsageError, match="entries cannot be added"):
        baseline.with_entries([ONE])
    assert (tmp_path / "b.toml").read_text() == text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (entry("a") + entry("a"), r"finding\[1\]\.fingerprint: that of finding\[0\], 'a'"),
        ("[[findings]]\n", "unknown field findings, expected one of finding"),
        ("[[finding]]\nrule = 'a'\n", r"finding\[0\].*fingerprint"),
        (entry("a", 'reason = "b"\nuntil = "soon"'), r"finding\[0\]\.until: expected a day .*'soon'"),
        (entry("a", "reason = 7"), r"finding\[0\]\.reason: expected str, found 7"),
        ("finding = 7", "finding: expected array, found 7"),
    ],
)
def test_what_is_wrong_with_the_file_is_named(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        baseline_of(text, tmp_path / "b.toml")


def test_a_rule_that_broke_leaves_its_entries_alone(tmp_path: Path) -> None:
    """What it would have found is not known."""
    from tests.material.gating import breaks

    text = entry("0123456789abcdef").replace("image-tag", "breaks")
    outcome = gate_of({"docs/a.md": BUILD}, rules=rules_of(breaks),
                      baseline=baseline_of(text, tmp_path / "b.toml")).outcome()  # fmt: skip
    assert "baseline" not in {one.rule for one in outcome.findings}
    assert outcome.status == 2
