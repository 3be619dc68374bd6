"""Receipts into the journal, each for itself: what is wrong with one is said of it, and stops no other."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.evidence import EvidenceStore
from pytest_cloudlab.journal import Journal
from pytest_cloudlab.model import Check, Lab, Member, Observation, Roster, Team, Verdict
from pytest_cloudlab.receipts.manifest import SUFFIX, Manifest, Seen
from pytest_cloudlab.receipts.unpacking import Receipt, unpack
from pytest_cloudlab.redaction import clean, clean_values, plain

MOST_RECEIPTS = 5_000
DEEPEST = 20
MOST_VALUES = 10_000
LARGEST_NUMBER = 1 << 63
AHEAD = timedelta(days=1)
"""How far a student's clock may be."""
MEDIA_TYPE = re.compile(r"[\w.+-]{1,40}/[\w.+-]{1,80}(?:; ?charset=[\w-]{1,20})?", re.ASCII)

UNKNOWN_TYPE = "application/octet-stream"


@dataclass(frozen=True)
class Taken:
    """What became of one receipt."""

    file: Path
    member: Member | None = None
    """None: it was refused."""
    added: int = 0
    """Observations that the journal did not have."""
    notes: tuple[str, ...] = ()
    """What was left out, or why it was refused."""


class Intake:
    def __init__(
        self, lab: Lab, roster: Roster, checks: Sequence[Check], journal: Journal, store: EvidenceStore
    ) -> None:
        self._lab = lab
        self._roster = roster
        self._checks = checks
        self._names = frozenset(check.name for check in checks)
        self._journal = journal
        self._store = store
        self._run = ""

    def take_all(self, folder: Path) -> list[Taken]:
        """Of every file in `folder` and below that has a receipt's name; taken before, it adds nothing.

        Raises `UsageError` when there is no such folder, and when the journal cannot be written.
        """
        if not folder.is_dir():
            raise UsageError(f"{folder}: there is no such folder", remedy="Name the one with the receipts.")
        files = sorted(
            file for file in folder.rglob(f"*{SUFFIX}*") if file.is_file() and not file.is_symlink()
        )
        if len(files) > MOST_RECEIPTS:
            raise UsageError(
                f"{folder}: found {len(files):,} files, expected {MOST_RECEIPTS:,} at most",
                remedy="Give the receipts a folder of their own.",
            )
        taken = [self.take(file) for file in files]
        if self._run:
            self._journal.finish_run(self._run)
        return taken

    def take(self, file: Path) -> Taken:
        try:
            receipt = unpack(file)
            team, member = self._whose(receipt.manifest)
        except UsageError as error:
            return Taken(file, notes=(error.message,))
        notes: dict[str, list[str]] = {}
        known = {
            (one.check, one.at, one.verdict)
            for one in self._journal.observations(self._lab.id, team.id, member.id)
            if one.source == "receipt"
        }
        added = []
        for seen in receipt.manifest.observations:
            if problem := self._problem(seen):
                notes.setdefault(problem, []).append(seen.check)
            elif (key := (seen.check, seen.at, Verdict(seen.verdict))) not in known:
                known.add(key)
                added.append(self._observation(seen, receipt, team, member, notes))
        if added:
            self._run = self._run or self._journal.start_run(self._lab.id, self._checks, kind="receipts")
            self._journal.append(*(replace(one, run=self._run) for one in added))
        return Taken(file, member, len(added), tuple(_words(notes)))

    def _whose(self, told: Manifest) -> tuple[Team, Member]:
        """Whoever has that id and that name; else the only one who has that name."""
        if told.lab != self._lab.id:
            raise UsageError(f"it is of the lab {plain(told.lab, 60)}, not of {self._lab.id}")
        named = [one for one in self._roster.everyone if _same_person(one[1].name, told.name)]
        same = [one for one in named if one[1].id == told.member] or named
        if len(same) == 1:
            return same[0]
        name = plain(told.name, 60)
        if named:
            raise UsageError(f"it is of {name}, and the roster has several of that name")
        try:
            _, other = self._roster.find(told.member)
        except KeyError:
            raise UsageError(f"it is of {name}, whom the roster does not have") from None
        raise UsageError(f"it is of {name}, and {other.id} in the roster is {plain(other.name, 60)}")

    def _problem(self, seen: Seen) -> str:
        """Why an observation cannot be taken in; empty when it can."""
        if seen.check not in self._names:
            return "the lab has no such check"
        if not _is_plain(seen.measured):
            return "its values are no plain ones"
        try:
            at = seen.at.astimezone(UTC)
        except OverflowError:
            return "its time is none that can be"
        return "its time has not come yet" if at > datetime.now(UTC) + AHEAD else ""

    def _observation(
        self, seen: Seen, receipt: Receipt, team: Team, member: Member, notes: dict[str, list[str]]
    ) -> Observation:
        """With its evidence in the store."""
        evidence = []
        for file in seen.evidence:
            data = receipt.files.get(file.sha256)
            if data is None:
                notes.setdefault("evidence is missing", []).append(seen.check)
                continue
            known = MEDIA_TYPE.fullmatch(file.media_type)
            kept = self._store.put(clean(file.name), data, file.media_type if known else UNKNOWN_TYPE)
            evidence.append(kept)
        return Observation(
            lab=self._lab.id,
            team=team.id,
            member=member.id,
            check=seen.check,
            verdict=Verdict(seen.verdict),
            message=clean(seen.message),
            remedy=clean(seen.remedy),
            at=seen.at.astimezone(UTC),
            duration_s=seen.duration_s,
            measured=clean_values(seen.measured),
            missed=tuple(map(clean, seen.missed)) if seen.verdict == "failed" else (),
            evidence=tuple(evidence),
            source="receipt",
        )


def _same_person(name: str, other: str) -> bool:
    """Whether two names have the same words: lists put family names first, or in capitals."""
    words = [sorted(unicodedata.normalize("NFKC", one).casefold().split()) for one in (name, other)]
    return bool(words[0]) and words[0] == words[1]


def _is_plain(value: Any) -> bool:
    """Whether JSON data is shallow and small, and its numbers are such as everybody can read."""
    left = [(value, 0)]
    count = 0
    while left:
        one, depth = left.pop()
        count += 1
        if depth > DEEPEST or count > MOST_VALUES:
            return False
        if isinstance(one, dict | list):
            left += [(inner, depth + 1) for inner in (one.values() if isinstance(one, dict) else one)]
        elif isinstance(one, int | float) and not abs(one) <= LARGEST_NUMBER:  # nor is NaN
            return False
    return True


def _words(notes: dict[str, list[str]]) -> Iterator[str]:
    """A sentence of each problem, with the first of the checks that have it."""
    for problem, checks in notes.items():
        names = list(dict.fromkeys(plain(check, 60) for check in checks))
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        yield f"{problem}: {', '.join(names[:3])}{more}"
