"""A page of HTML taken apart, within a limit of time."""

from __future__ import annotations

from typing import Any, Self

from bs4 import BeautifulSoup, Tag
from bs4.exceptions import ParserRejectedMarkup
from soupsieve import SelectorSyntaxError

from pytest_cloudlab.errors import CouldNotLook, TimedOut, UsageError
from pytest_cloudlab.waiting import Deadline

PARSE_S = 10.0
"""For taking a page apart: the parser needs minutes for 100 KB that are written to keep it busy."""


class Soup(BeautifulSoup):
    """Looks at the clock at every piece of the page that the parser hands over."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self._deadline = Deadline.after(PARSE_S)
        super().__init__(*args, **options)

    @classmethod
    def of(cls, page: str) -> Self:
        """Raises `TimedOut` and `CouldNotLook` for a page that cannot be taken apart."""
        try:
            return cls(page, "html.parser", multi_valued_attributes=None)
        except ParserRejectedMarkup:
            raise CouldNotLook("the page is not HTML that can be read") from None

    def first(self, selector: str) -> Tag | None:
        """The first element that the CSS selector is for. Raises `UsageError` where it is no CSS."""
        try:
            return self.select_one(selector)
        except SelectorSyntaxError as error:
            raise UsageError(
                f"the lab's selector {selector!r} is no CSS: {str(error).splitlines()[0]}",
                remedy="Correct `select` in lab.toml, or under [parameters] in the roster.",
            ) from None

    def handle_starttag(self, *args: Any, **options: Any) -> Any:
        self._look_at_the_clock()
        return super().handle_starttag(*args, **options)

    def handle_data(self, data: str) -> None:
        self._look_at_the_clock()
        super().handle_data(data)

    def _look_at_the_clock(self) -> None:
        if self._deadline.passed:
            raise TimedOut(f"the page cannot be taken apart within {PARSE_S:g} s")
