"""Outcomes for the tests of the writers."""

from __future__ import annotations

from pathlib import Path

from pytest_cloudlab.material.baseline import BASELINE
from pytest_cloudlab.material.finding import Finding, Severity
from pytest_cloudlab.material.look import Broken, Look
from pytest_cloudlab.material.outcome import Outcome
from tests.material.gating import RULES, finding

PAGE = "docs/build.md"
ERROR = finding(rule="no-oops")
SECOND = finding("echo oops", line=20, column=6, length=4, rule="no-oops", message="This says oops.")
WARNING = finding("It is fishy.", line=3, column=7, length=5, severity=Severity.WARNING, rule="no-fish",
                  message="This is fishy.", remedy="")  # fmt: skip
ELSEWHERE = finding("theme: material", path="mkdocs.yml", line=1, column=1, length=0, rule="site-named",
                    message="The site has no name.", remedy="")  # fmt: skip
BROKEN = Broken("named-once", "docs/ship.md", "KeyError: 'title' (names.py:12)")
HOSTILE = (
    "\x1b[31mred\x1b[0m \u202egnp\u2066",
    "</code><script>alert(1)</script>",
    "| a | b |\n# head\n- [x](https://evil.test) ![y](z) `code` *b* _i_ <!-- c",
    "::error file=a,line=1::no\n::set-output name=x::y\n##[add-mask]x",
    "100%, a:b,c\r\n%0A::end",
    "\ud800 half \x00 nul \ufffe",
    "]]> &amp; &lt; @everyone",
    "long " * 5_000,
)


def outcome(*looks: Look, root: Path = Path("/srv/course"), blocks: int = 2) -> Outcome:
    pages = len({look.page for look in looks if look.page})
    return Outcome(root, (*RULES, BASELINE), looks, pages, blocks)


def sample(root: Path = Path("/srv/course")) -> Outcome:
    return outcome(
        Look(PAGE, PAGE, 1, (WARNING,), accepted=2, disabled=1),
        Look(f"{PAGE}::build::1", PAGE, 6, (ERROR,)),
        Look(f"{PAGE}::build::2", PAGE, 19, (SECOND,)),
        Look("docs/ship.md", "docs/ship.md", 1, (), (BROKEN,)),
        Look("course", "", 1, (ELSEWHERE,)),
        root=root,
    )


def of(*findings: Finding) -> Outcome:
    return outcome(Look(PAGE, PAGE, 1, findings), Look("course"), blocks=0)


def green() -> Outcome:
    return of()


def hostile(text: str) -> Outcome:
    """With the text wherever a page or a file's name may put it."""
    path = f"docs/{text[:40]}.md"
    found = finding(text, path=path, column=3, message=f"Found {text}", remedy=f"Mend {text}")
    look = Look(
        f"{path}::{text[:20]}::1", path, 6, (found,), (Broken("no-oops", path, f"ValueError: {text}"),)
    )
    fine = Look(path, path, 1, (found,))
    return outcome(fine, look, Look("course"))
