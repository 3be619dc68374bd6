"""Where a link leads."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Problem(StrEnum):
    """Why a link leads nowhere."""

    NOTHING = "nothing"
    """There is no such file."""
    CASE = "case"
    """Only one whose name has other capital letters."""
    SUFFIX = "suffix"
    """A page is there, and the link leaves out its `.md`."""
    BUILT = "built"
    """The page is there, but not at an address that ends in `.html`."""
    OUTSIDE = "outside"
    """The file is there, but not in the folder that the site is made of."""
    LEFT_OUT = "left out"
    """The file is there, and mkdocs.yml keeps it off the site."""
    RAW = "raw"
    """The file is there, seen from the page's source; HTML's addresses start from the page's own."""
    ABSOLUTE = "absolute"
    """The file is there, but a slash at the beginning means the top of the whole host."""
    BACKSLASH = "backslash"
    """The file is there; its folders are to be parted by slashes."""
    SCHEME = "scheme"
    """It is another site's address without its `https://`."""


@dataclass(frozen=True)
class Destination:
    """`Destination("docs/build.md", "run")` is the part `run` of that page."""

    path: str = ""
    """From the course's folder: of the file that the link leads to, or would lead to. Empty for what is on
    other sites, and for what nobody can tell."""
    fragment: str = ""
    """The anchor, decoded."""
    problem: Problem | None = None
    tracked: bool = True
    """False for a file that is on this disk and not in git."""
    write: str = ""
    """What to write instead, where that is known."""


ELSEWHERE = Destination()
