"""A student who follows a page and does what it says, on paper."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, replace

from pytest_cloudlab.material.block import Block
from pytest_cloudlab.material.companions.companion import Companion
from pytest_cloudlab.material.companions.inputs import inputs_of
from pytest_cloudlab.material.companions.launch import Launch, launch_of
from pytest_cloudlab.material.companions.missing import Missing
from pytest_cloudlab.material.companions.needs import EVERYWHERE, Needs
from pytest_cloudlab.material.companions.outputs import Reach, outputs_of
from pytest_cloudlab.material.companions.said import Said, says_to_type
from pytest_cloudlab.material.companions.script_reach import reach_of_script
from pytest_cloudlab.material.companions.shown import LINES_ABOVE
from pytest_cloudlab.material.companions.subject import clone_of, clones_other, companions_of
from pytest_cloudlab.material.companions.whereabouts import Spot, Whereabouts
from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.markdown.branch import Branch
from pytest_cloudlab.material.page import Page
from pytest_cloudlab.material.shell.command import Word
from pytest_cloudlab.material.shell.login import logs_in, logs_out
from pytest_cloudlab.material.shell.typed import Typed


@dataclass(frozen=True)
class Run:
    """A script of a companion that the page runs."""

    typed: Typed
    launch: Launch
    companion: Companion
    path: str


@dataclass
class _Choice:
    """One group of alternatives, such as tabs."""

    current: int
    began: Spot
    ended: list[Spot]
    """Where the alternatives before this one led."""


class Walker:
    def __init__(self, page: Page, course: Course) -> None:
        self._page = page
        self._companions = course.companions
        about, begins_in = companions_of(page, course)
        self.missing = Missing(about, about or (course.companions if len(course.companions) == 1 else ()))
        self._present = list(begins_in)
        """Companions that students have by now."""
        self._where = Whereabouts(course.companions, begins_in)
        self.needs = Needs(self._where, self.missing)
        self._foreign = clones_other(page, course)
        """Whether another repository is cloned, whose files may be meant."""
        self.runs: list[Run] = []
        self.written: set[str] = set()
        """Names of the files that commands of the page write or edit."""
        self._block: Block | None = None
        self._branch: Branch | None = None
        self._choices: dict[int, _Choice] = {}
        self._line = 0
        self._led_here: int | None = None
        """Line of the heading of the section that has led into a companion."""
        self._led = False
        """Whether the text has led somewhere since the last command."""
        self._returned = -100
        """Line that led back from another machine: what it says of machines is said of that."""
        self._aside: Spot | None = None
        """Where the student was before the text turned to another machine."""
        self._subshell: tuple[int, Spot] | None = None
        self._pushed: list[Spot] = []

    def hear(self, said: Said) -> None:
        """A sentence, a heading or a block that is no command."""
        self._line = said.line
        where = self._where
        for name in said.makes:
            self.missing.make(name)
        if said.heading and self._aside is not None:
            where.spot, self._aside = replace(self._aside, sure=False), None
        if said.returns and where.away:
            where.go_home()
            self._returned = said.line
        self._led = self._led or said.leads
        if said.elsewhere and self._aside is None and said.line - self._returned > LINES_ABOVE + 2:
            self._aside, where.spot = where.spot, where.anywhere()
        if said.inside and not where.away and (named := where.named(said.inside)):
            self._go(named)
            self._led = False
        for mention in said.mentions:
            self.needs.check_mention(mention)

    def follow(self, typed: Typed) -> None:
        self._line = typed.line
        self._settle(typed)
        self._leave_subshell(typed)
        command = typed.command
        told = self._is_told(typed)
        for each in inputs_of(command):
            if not self._is_windows(each.word):
                self.needs.check(typed, each, told=told)
        if (launch := launch_of(command)) is not None:
            self._run(typed, launch)
        if command.program in ("cd", "pushd", "popd", "chdir"):
            self._change_folder(typed)
        elif logs_in(command):
            self._where.log_in()
        elif logs_out(command):
            self._where.log_out()
        elif clone := clone_of(command, self._companions):
            self._clone(typed, *clone)
        self._leave_behind(typed)

    def _is_windows(self, word: Word) -> bool:
        """`training\\train.py`: what the shell makes of it is not what is meant."""
        start = word.place.column - 1
        return "\\" in self._page.lines[word.place.line - 1][start : start + word.place.length]

    def _is_told(self, typed: Typed) -> bool:
        """Whether it is to be typed. Code in a sentence may be an example, unless the same section has led
        into the companion and the sentence says to run it."""
        if typed.span is None:
            return True
        heading = self._page.heading_at(typed.line)
        return self._led_here == (heading.line if heading else 0) and says_to_type(typed.span)

    def _leave_behind(self, typed: Typed) -> None:
        outputs = outputs_of(typed.command)
        for path in outputs.paths:
            if path not in EVERYWHERE:
                self.missing.make(path)
                self.written.add(posixpath.basename(path.rstrip("/")))
        reach, spot = outputs.reach, self._where.spot
        if reach in (Reach.FILES, Reach.SOME):
            run = self.runs[-1] if self.runs and self.runs[-1].typed is typed else None
            reach = reach_of_script(reach, run, typed.command, spot, self.missing)
        if spot.companion is not None:
            self.missing.change((spot.companion,), reach)
        elif not self._where.away:
            self.missing.change(self._present, reach)

    def _settle(self, typed: Typed) -> None:
        """Alternatives begin where the first of them began; where they end apart, nobody knows."""
        now = dict(typed.branch.choices)
        for group in [group for group in self._choices if group not in now]:
            choice = self._choices.pop(group)
            if len({each for each in (*choice.ended, self._where.spot) if each != choice.began}) > 1:
                self._where.go(None)
        for group, current in now.items():
            choice = self._choices.setdefault(group, _Choice(current, self._where.spot, []))
            if choice.current != current:
                choice.ended.append(self._where.spot)
                choice.current = current
                self._where.go(choice.began)
        if typed.block is not self._block:
            apart = self._branch is not None and self._branch.apart(typed.branch)
            enters = typed.command.program in ("cd", "pushd")
            if apart or (self._led and not enters):
                self._where.spot = replace(self._where.spot, sure=False)
        self._led = False
        self._block, self._branch = typed.block, typed.branch

    def _leave_subshell(self, typed: Typed) -> None:
        """`(cd app && make)` comes back by itself."""
        before = self._page.lines[typed.line - 1][: typed.place.column - 1]
        inside = before.count("(") > before.count(")")
        if self._subshell and (self._subshell[0] != typed.line or not inside):
            self._where.spot = self._subshell[1]
            self._subshell = None
        if inside and not self._subshell:
            self._subshell = (typed.line, self._where.spot)

    def _go(self, spot: Spot | None) -> None:
        self._where.go(spot)
        self.needs.cloned = None
        self.needs.entered = None
        if spot is not None and spot.companion is not None:
            heading = self._page.heading_at(self._line)
            self._led_here = heading.line if heading else 0
            self.missing.visit(spot)
            self._aside = None
            self.needs.entered = self._block if spot.path else None

    def _change_folder(self, typed: Typed) -> None:
        program = typed.command.program
        words = [
            word for word in typed.command.words[1:] if not word.text.startswith("-") or word.text == "-"
        ]
        if program == "popd":
            self._go(self._pushed.pop() if self._pushed else None)
        elif not words or words[0].text in ("~", "$HOME"):
            self._go(None)
        elif words[0].text == "-":
            self._where.go_back()
        else:
            if program == "pushd":
                self._pushed.append(self._where.spot)
            self._enter(typed, words[0])

    def _enter(self, typed: Typed, word: Word) -> None:
        unclear = word.placeholder or self._is_windows(word)
        spot = None if unclear else self._where.locate(word.text)
        if spot is None or spot.companion is None:
            self.needs.check_clone(word)
            self._go(None if self.needs.check_entered(typed, word) else spot)
        elif not spot.path or spot.path in spot.companion.folders:
            self._go(spot)
        else:
            self.needs.check_folder(typed, spot, word)
            self._go(None)

    def _clone(self, typed: Typed, companion: Companion, name: str, judged: bool) -> None:
        self.missing.renew(companion)
        self._present.append(companion)
        if not judged:
            self.missing.change((companion,), Reach.ALL)
        if name == ".":
            self._go(Spot(companion, ""))
            return
        if self._where.spot.companion is not None:
            self._where.go(None)  # nobody clones a repository into itself
        self._where.clone(companion, name)
        self.missing.visit(Spot(companion, ""))
        self.needs.cloned = (typed.block, companion, posixpath.basename(name.rstrip("/")))
        self._aside = None

    def _run(self, typed: Typed, launch: Launch) -> None:
        word = launch.script
        if word.placeholder or word.dynamic:
            return
        path = word.text.replace(".", "/") if launch.kind == "module" else word.text
        for text in (f"{path}.py", f"{path}/__main__.py") if launch.kind == "module" else (path,):
            spot = self._where.locate(text)
            unclear = spot is None or spot.companion is None
            if unclear and (self._foreign or self._where.away):
                continue
            if found := self.missing.hit(spot, text, anywhere=typed.span is None):
                self.runs.append(Run(typed, launch, found.companion, found.path))
                return
