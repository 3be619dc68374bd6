"""What of a page is an alternative to something else on it: tabs, options, asides."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from pytest_cloudlab.material.page import Page

_TAB = re.compile(r"\s*===[!+]?\s+[\"']")
_ASIDE = re.compile(r"\s*(?:!!!|\?\?\?\+?)\s*[\w\"']")
_OPTION = re.compile(
    r"(?:option|method|m[ée]thode|approach|variante?|way|choice|path|scenario)\s*(?:#\s*)?(?:[A-Z]"
    r"|\d{1,2})\b",
    re.IGNORECASE,
)
_PLATFORM = re.compile(
    r"(?:(?:on|for|with|sur|using)\s+)?(?:windows|linux|mac\s?os|macos|mac|osx|os x|ubuntu|debian|fedora|wsl"
    r"|power\s?shell|git bash|cmd|zsh|bash|fish)\b",
    re.IGNORECASE,
)
_SIDE = re.compile(
    r"\b(?:alternatives?|alternatively|alternativement|optional|optionnel(?:le)?|facultatif|bonus"
    r"|appendix|annexe?"
    r"|troubleshoot\w*|faq|recap\w*|summary|cheat\s?sheet|reference|going further|in short|tl;?dr|exercises?"
    r"|for teachers|instructors?)\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"\W*(?:or|ou|alternatively|otherwise|sinon|if|si|in case|instead|another way"
    r"|you (?:can|could|may) (?:also|instead)|(?:to|for) (?:windows|linux|mac\w*) users|on (?:windows"
    r"|linux|mac\w*))\b",
    re.IGNORECASE,
)
_ENDS_WITH_OR = re.compile(r"\b(?:or|ou)\s*:?\s*$", re.IGNORECASE)
_BOLD = re.compile(r"\s*(?:[-*+]|\d+[.)])?\s*\*\*(.{1,80}?)\*\*")


@dataclass(frozen=True)
class Branch:
    """Where a line stands among the page's alternatives."""

    choices: frozenset[tuple[int, int]] = frozenset()
    """`(group, choice)`: two choices of one group exclude each other."""
    sides: frozenset[int] = frozenset()
    """What is optional, conditional or another way: whoever reads on need not have done it."""
    aside: int = 0
    """Line of the innermost admonition, details or quotation around it; 0 without one."""

    def excludes(self, other: Branch) -> bool:
        """Whether nobody does both: they are choices of one group."""
        if not self.choices or not other.choices:
            return False
        mine = dict(self.choices)
        return any(mine.get(group, choice) != choice for group, choice in other.choices)

    def apart(self, other: Branch) -> bool:
        """Whether whoever does the one may well not do the other."""
        return self.sides != other.sides or self.aside != other.aside or self.excludes(other)


_PLAIN = Branch()


@lru_cache(maxsize=2048)
def branches_of(page: Page) -> tuple[Branch, ...]:
    """For each line of the page."""
    reader = _Reader(page)
    return tuple(reader.read(number, line) for number, line in enumerate(page.lines, 1))


def branch_at(page: Page, line: int) -> Branch:
    branches = branches_of(page)
    return branches[line - 1] if 0 < line <= len(branches) else _PLAIN


@dataclass
class _Container:
    indent: int
    group: int
    choice: int
    tab: bool


class _Reader:
    def __init__(self, page: Page) -> None:
        self._not_prose = page.scanned.not_prose
        self._headings = {heading.line: heading for heading in page.headings}
        self._stack: list[_Container] = []
        self._tabs: dict[int, int] = {}
        """By indent, the line of the first tab of the group that is being read."""
        self._sections: list[tuple[int, int, int]] = []
        """`(level, group, choice)` of headings that are options; group 0 for a side."""
        self._section = 0
        self._label: tuple[int, int] | None = None
        self._paragraph: list[str] = []
        self._run = 0
        self._blank = True
        self._quote = 0
        """Line on which the quotation began that is being read."""
        self._last = _PLAIN

    def read(self, number: int, line: str) -> Branch:
        if not line.strip():
            self._blank = True
            self._run = self._run if number in self._not_prose else 0
            self._quote = 0
            return self._last
        stripped = line.lstrip()
        indent = len(line) - len(stripped)
        self._quote = (self._quote or number) if stripped.startswith(">") else 0
        prose = number not in self._not_prose
        heading = self._headings.get(number)
        while self._stack and indent <= self._stack[-1].indent:
            self._stack.pop()
        if heading:
            self._head(number, heading.level, heading.text)
        elif prose:
            self._prose(number, line, indent)
        else:
            self._code(number)
        self._blank = False
        self._last = self._branch()
        return self._last

    def _head(self, number: int, level: int, text: str) -> None:
        self._sections = [each for each in self._sections if each[0] < level]
        parent = self._section
        if _OPTION.match(text) or _PLATFORM.match(text):
            self._sections.append((level, parent * 8 + level, number))
        elif _SIDE.search(text):
            self._sections.append((level, 0, number))
        if not self._sections or self._sections[-1][2] != number:
            self._section = number
        self._label = None
        self._paragraph = []
        self._run = 0
        self._tabs = {}

    def _prose(self, number: int, line: str, indent: int) -> None:
        self._run = 0
        if _TAB.match(line[:200]):
            first = self._tabs.setdefault(indent, number)
            self._tabs = {at: group for at, group in self._tabs.items() if at <= indent}
            self._stack.append(_Container(indent, first, number, tab=True))
            self._paragraph = []
            return
        self._tabs = {at: group for at, group in self._tabs.items() if at < indent}
        if _ASIDE.match(line[:200]):
            self._stack.append(_Container(indent, 0, number, tab=False))
            self._paragraph = []
            return
        label = _BOLD.match(line[:200])
        if label and (_OPTION.match(label[1]) or _PLATFORM.match(label[1])):
            self._label = (-self._section - 1, number)
        if self._blank:
            self._paragraph = []
        self._paragraph = [*self._paragraph[-3:], line[:400]]

    def _code(self, number: int) -> None:
        if self._run:
            return
        self._tabs = {
            at: group for at, group in self._tabs.items() if self._stack and at < self._stack[-1].indent + 1
        }
        said = self._paragraph
        conditional = said and (
            _CONDITION.match(said[0]) or _CONDITION.match(said[-1]) or _ENDS_WITH_OR.search(said[-1])
        )
        self._run = number if conditional else -1
        self._paragraph = []

    def _branch(self) -> Branch:
        choices = {(each.group, each.choice) for each in self._stack if each.tab}
        choices.update((-group, choice) for _, group, choice in self._sections if group)
        if self._label:
            choices.add(self._label)
        sides = {choice for _, group, choice in self._sections if not group}
        if self._run > 0:
            sides.add(self._run)
        aside = self._quote or next((each.choice for each in reversed(self._stack) if not each.tab), 0)
        if not choices and not sides and not aside:
            return _PLAIN
        return Branch(frozenset(choices), frozenset(sides), aside)
