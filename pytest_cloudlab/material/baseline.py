"""The file of findings that are known and accepted, each with a reason."""

from __future__ import annotations

import datetime
import os
import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.files import convert, read_toml
from pytest_cloudlab.material.day import require_day
from pytest_cloudlab.material.finding import Finding, Found, Severity
from pytest_cloudlab.material.place import Place
from pytest_cloudlab.material.rule import Rule
from pytest_cloudlab.redaction import plain
from pytest_cloudlab.toml_text import toml_text

HEAD = """\
# Findings of `cloudlab gate` that are known and accepted. Each needs a reason; with `until = 2027-01-31` it
# is accepted up to that day. Delete an entry once it is mended: one that matches nothing is an error.
"""


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Covers every finding of its fingerprint: the same line twice under a heading is accepted twice."""

    fingerprint: str
    rule: str
    """This, the page and the quote are for people; the fingerprint decides."""
    page: str
    quote: str = ""
    reason: str = ""
    until: datetime.date | None = None
    """The last day that it covers anything."""


class BaselineTables(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    finding: list[Entry] = []


def _needs_mending(course: object) -> Iterator[Found]:
    """An entry of the baseline accepts nothing, or nobody says why.

    Looks at the baseline file itself: entries without a reason, and entries that match nothing that is found
    any more. It is asked of the entries whose rule and page were looked at, and cannot be disabled.
    """
    yield from ()


BASELINE = Rule("baseline", Severity.ERROR, "course", _needs_mending)


@dataclass(frozen=True)
class Baseline:
    file: Path
    path: str
    """From the course's folder, for reports."""
    entries: tuple[Entry, ...] = ()
    text: str = ""

    def line(self, entry: Entry) -> int:
        """Where the entry's fingerprint stands."""
        stated = re.search(rf"""^[ \t]*fingerprint[ \t]*=[ \t]*["']{re.escape(entry.fingerprint)}""",
                           self.text, re.MULTILINE)  # fmt: skip
        at = stated.end() if stated else self.text.find(entry.fingerprint)
        return self.text.count("\n", 0, max(at, 0)) + 1

    def judge(self, findings: Iterable[Finding], today: datetime.date) -> tuple[list[Finding], list[Finding]]:
        """Those that stand, and those that an entry covers. What was accepted up to a day that is over stands
        and says so."""
        entries = {entry.fingerprint: entry for entry in self.entries}
        stand, covered = [], []
        for finding in findings:
            entry = entries.get(finding.fingerprint)
            if entry is None:
                stand.append(finding)
            elif entry.until and entry.until < today:
                over = f"It was accepted until {entry.until} ({self.path}:{self.line(entry)})."
                stand.append(replace(finding, remedy=f"{finding.remedy} {over}".strip()))
            else:
                covered.append(finding)
        return stand, covered

    def problems(self, found: Collection[str], was_asked: Callable[[Entry], bool]) -> Iterator[Finding]:
        """Entries without a reason, and those that match none of the fingerprints `found` although their rule
        was asked about their page."""
        for entry in self.entries:
            what = plain(f"{entry.rule!r} on {entry.page}", 200)
            if entry.fingerprint not in found:
                if was_asked(entry):
                    yield self._problem(
                        entry,
                        f"This entry matches nothing any more: rule {what}.",
                        "Delete the entry: the page was mended, or the line is another one now.",
                    )
            elif not entry.reason.strip():
                yield self._problem(
                    entry,
                    f"This entry gives no reason for accepting rule {what}.",
                    "Mend the page and delete the entry, or write why it is right as it is.",
                )

    def _problem(self, entry: Entry, message: str, remedy: str) -> Finding:
        line = self.line(entry)
        lines = self.text.splitlines()
        quote = lines[line - 1] if line <= len(lines) else ""
        place = Place(self.path, line)
        return Finding(BASELINE.id, Severity.ERROR, place, message, remedy, "", quote)

    def with_entries(self, findings: Iterable[Finding]) -> tuple[str, int]:
        """The file's text with an entry, without a reason yet, for each finding that has none, and how many
        those are. What stands there is kept, byte by byte. Raises `UsageError` where that cannot be."""
        known = {entry.fingerprint for entry in self.entries}
        added: dict[str, Mapping[str, Any]] = {}
        for finding in findings:
            if finding.fingerprint not in known and finding.rule != BASELINE.id:
                added[finding.fingerprint] = {
                    "fingerprint": finding.fingerprint,
                    "rule": finding.rule,
                    "page": plain(finding.place.path),
                    "quote": plain(" ".join(finding.quote.split()), 200),
                    "reason": "",
                }
        if not added:
            return self.text, 0
        before = self.text if not self.text or self.text.endswith("\n") else f"{self.text}\n"
        text = f"{before or HEAD}\n{toml_text({'finding': list(added.values())})}"
        if not self._extends(text, len(added)):
            raise UsageError(
                f"{self.file}: entries cannot be added after what stands there, expected [[finding]] tables",
                remedy="Write each entry as a [[finding]] table of its own, with nothing after them.",
            )
        return text, len(added)

    def _extends(self, text: str, added: int) -> bool:
        try:
            tables = convert(tomllib.loads(text), BaselineTables, file=self.file)
        except (tomllib.TOMLDecodeError, UsageError):
            return False
        return len(tables.finding) == len(self.entries) + added and all(
            old == new for old, new in zip(self.entries, tables.finding, strict=False)
        )


def read_baseline(file: Path, root: Path, *, may_be_new: bool = False) -> Baseline:
    """Raises `UsageError` naming file and key: an unknown key, a wrong type, the same fingerprint twice."""
    path = Path(os.path.relpath(file.resolve(), root)).as_posix()
    if may_be_new and not file.exists():
        return Baseline(file, path)
    tables = read_toml(file)
    listed = tables.get("finding")
    for index, table in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(table, dict):
            require_day(table, "until", file, f"finding[{index}]")
    entries = convert(tables, BaselineTables, file=file).finding
    text = file.read_text(encoding="utf-8")
    at: dict[str, list[int]] = defaultdict(list)
    for index, entry in enumerate(entries):
        at[entry.fingerprint].append(index)
    for fingerprint, places in at.items():
        if len(places) > 1:
            raise UsageError(
                f"{file}: finding[{places[1]}].fingerprint: that of finding[{places[0]}], {fingerprint!r}",
                remedy="Delete one of the two entries: one covers every finding of its fingerprint.",
            )
    return Baseline(file, path, tuple(entries), text)
