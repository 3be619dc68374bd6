"""Files that are saved under one name and fetched under another."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from pytest_cloudlab.material.companions.saved_file import NamedFile, NamedFiles, files_of_source
from pytest_cloudlab.material.companions.walk import walk
from pytest_cloudlab.material.companions.walker import Run
from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.finding import Found, Severity
from pytest_cloudlab.material.names.artifact import Artifact, artifacts_of
from pytest_cloudlab.material.names.family import family_of
from pytest_cloudlab.material.names.nearness import near
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.rule import rule
from pytest_cloudlab.material.shell.typed import part_at
from pytest_cloudlab.material.site.neighbours import neighbours_of

FAMILIES = ("weights", "table", "picture", "record")
MOST = 300
"""Mentions of files on one page; further ones are not compared."""
MOST_RUNS = 30
_MOST_SIMILAR = 0.75
"""How much of two archives' names is the same at both ends, where one is a misspelling of the other."""


@rule("renamed-artifact", severity=Severity.ERROR, scope="page")
def renamed_artifact(page: Page, course: Course) -> Iterator[Found]:
    """A file is saved under one name and fetched under another.

    Looks at what a companion's script saves and loads by the literal in its source (`torch.save(…,
    "cnn.pt")`), at what the page's Python blocks and commands save, and at what its sentences say is saved;
    and at the files of the same kind that are downloaded, copied, loaded or unpacked after it in the same
    part of the page. Left alone: names that are made in another way on the page, on an earlier or a linked
    one, or lie in a companion; names that a script makes up as it runs; downloads from elsewhere; and other
    kinds of files than models and archives, unless the names are near.
    """
    judge = _Judge(page, course)
    seen: set[int] = set()
    for found in (*judge.by_scripts(), *judge.by_sentences(), *judge.by_blocks(), *judge.of_archives()):
        if found.place.line not in seen:
            seen.add(found.place.line)
            yield found


@dataclass(frozen=True)
class _Ran:
    run: Run
    files: NamedFiles

    def names(self, family: str) -> dict[str, NamedFile]:
        """Files of that kind that this run saves; empty where one of them is not known."""
        if self.files.unnamed & {family, "*"}:
            return {}
        found: dict[str, NamedFile] = {}
        for each in self.files.saved(family):
            if each.option and any(
                word.text.split("=")[0] == each.option for word in self.run.launch.arguments
            ):
                return {}
            found[each.name] = each
        return found


class _Judge:
    def __init__(self, page: Page, course: Course) -> None:
        self._page = page
        self._course = course
        self._artifacts = artifacts_of(page)[:MOST]
        self._saved: dict[str, list[Artifact]] = {}
        for each in self._artifacts:
            if each.role == "saved":
                self._saved.setdefault(each.name, []).append(each)
        self._ran = [
            _Ran(run, files)
            for run in walk(page, course).runs[:MOST_RUNS]
            if run.path.endswith(".py")
            and not any(word.text in ("-h", "--help") for word in run.launch.arguments)
            and (files := files_of_source(run.companion.text(run.path) or "")) is not None
        ]
        self._kept = {posixpath.basename(path) for each in course.companions for path in each.files}

    def by_scripts(self) -> Iterator[Found]:
        """What the companion's scripts save against what the page calls it, and against what they load."""
        for index, ran in reversed(list(enumerate(self._ran))):
            for family in FAMILIES:
                if saved := ran.names(family):
                    yield from self._called_otherwise(ran, family, saved)
            yield from self._loads_another(ran, self._ran[:index])

    def _called_otherwise(self, ran: _Ran, family: str, saved: dict[str, NamedFile]) -> Iterator[Found]:
        line = ran.run.typed.line
        for each in self._artifacts:
            if each.role not in ("said to be saved", "fetched", "unpacked") or each.family != family:
                continue
            if each.name in saved or each.place.line < line or self._explained(each):
                continue
            similar = next((name for name in saved if _misspelt(each.name, name)), None)
            if similar is None and (family != "weights" or len(saved) > 1 or not self._same_part(line, each)):
                continue
            other = saved[similar or next(iter(saved))]
            yield Found(
                each.place,
                f"`{each.name}` is what the page calls it; `{ran.run.path}`, run on line {line}, saves"
                f" `{other.name}`"
                f" (its line {other.line}).",
                f"Write `{other.name}` here, or have the script save `{each.name}`.",
            )

    def _loads_another(self, ran: _Ran, before: list[_Ran]) -> Iterator[Found]:
        saved = {
            name: (earlier, file) for earlier in before for name, file in earlier.names("weights").items()
        }
        if len(saved) != 1 or any(earlier.files.unnamed & {"weights", "*"} for earlier in before):
            return
        (name, (earlier, file)), *_ = saved.items()
        for each in ran.files.loaded("weights"):
            if each.option or each.name in saved or each.name in self._kept or self._made(each.name):
                continue
            yield Found(
                ran.run.launch.script.place,
                f"`{ran.run.path}` loads `{each.name}` (its line {each.line}); `{earlier.run.path}`, run"
                f" on line"
                f" {earlier.run.typed.line}, saves `{name}` (its line {file.line}).",
                "Give the file one name in both scripts.",
            )

    def by_sentences(self) -> Iterator[Found]:
        """What the page itself says is saved against what it has students fetch."""
        said = [
            each for each in self._artifacts if each.role == "said to be saved" and each.family == "weights"
        ]
        said = [each for each in said if not any(each.name in ran.names("weights") for ran in self._ran)]
        for each in self._artifacts:
            if each.role != "fetched" or each.family != "weights" or self._explained(each):
                continue
            before = [
                other
                for other in said
                if other.place < each.place
                and (self._same_part(other.place.line, each) or _misspelt(each.name, other.name))
            ]
            names = {other.name for other in before}
            if len(names) != 1 or each.name in names or each.name in {other.name for other in said}:
                continue
            if any(each.name in ran.names("weights") for ran in self._ran):
                continue
            yield Found(
                each.place,
                f"`{each.name}` is fetched here; line {before[0].place.line} says that it is saved as"
                f" `{before[0].name}`.",
                "Give the file one name in both places.",
            )

    def by_blocks(self) -> Iterator[Found]:
        """What the page's Python saves against what it loads or has students copy."""
        saved = [each for each in self._artifacts if each.role == "saved" and not each.typed]
        for each in self._artifacts:
            if each.role not in ("loaded", "fetched") or self._explained(each):
                continue
            similar = [
                other for other in saved if other.place < each.place and _misspelt(each.name, other.name)
            ]
            if len({other.name for other in similar}) != 1 or each.name in {other.name for other in saved}:
                continue
            if each.branch.excludes(similar[0].branch):
                continue
            yield Found(
                each.place,
                f"`{each.name}` is read here; line {similar[0].place.line} saves `{similar[0].name}`.",
                "Give the file one name in both places.",
            )

    def of_archives(self) -> Iterator[Found]:
        """What is downloaded or packed against what is unpacked."""
        saved = [each for each in self._artifacts if each.role == "saved" and each.family == "archive"]
        names = {each.name for each in saved}
        for each in self._artifacts:
            if each.role != "unpacked" or each.name in names or self._explained(each):
                continue
            before = [
                other
                for other in saved
                if other.place < each.place
                and not other.branch.excludes(each.branch)
                and part_at(self._page, other.place.line, 6) == part_at(self._page, each.place.line, 6)
                and _shared(other.name, each.name) >= _MOST_SIMILAR
            ]
            if len({other.name for other in before}) == 1:
                yield Found(
                    each.place,
                    f"`{each.name}` is unpacked here; what line {before[0].place.line} makes is"
                    f" `{before[0].name}`.",
                    f"Write `{before[0].name}` in both places.",
                )

    def _same_part(self, line: int, each: Artifact) -> bool:
        return part_at(self._page, line) == part_at(self._page, each.place.line)

    def _explained(self, each: Artifact) -> bool:
        return (
            each.name in self._kept or each.name in self._course.settings.words or self._made(each.name, each)
        )

    def _made(self, name: str, but: Artifact | None = None) -> bool:
        """Whether anything else on this page, or before it, brings a file of that name about."""
        own = self._saved.get(name, ())
        return (
            any(not (but and each.typed is but.typed is not None) for each in own) or name in self._elsewhere
        )

    @cached_property
    def _elsewhere(self) -> set[str]:
        return {
            each.name
            for page in neighbours_of(self._page, self._course)
            for each in artifacts_of(page)
            if each.role in ("saved", "said to be saved")
        }


def _misspelt(one: str, other: str) -> bool:
    """Whether they are near, or the same but for the end: `model.pt` and `model.pth`."""
    if one == other:
        return False
    if posixpath.splitext(one)[0] == posixpath.splitext(other)[0]:
        return family_of(one) == family_of(other) == "weights"
    return near(one, other) and posixpath.splitext(one)[1] == posixpath.splitext(other)[1]


def _shared(one: str, other: str) -> float:
    """How much of the longer name both begin and end with."""
    begin = len(posixpath.commonprefix([one, other]))
    end = len(posixpath.commonprefix([one[begin:][::-1], other[begin:][::-1]]))
    return (begin + end) / max(len(one), len(other), 1)
