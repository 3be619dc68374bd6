"""The libraries that the gate stands on, and that an installation without its extra lacks."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.languages import sql_text
from pytest_cloudlab.material.rule import Rule

LIBRARIES = ("dockerfile", "html5lib", "markdown", "pymdownx", "tree_sitter", "tree_sitter_bash", "yaml")


def require_libraries() -> None:
    """Raises `UsageError` naming those that are missing: rules that cannot look must not look green."""
    missing = [name for name in LIBRARIES if find_spec(name) is None]
    if missing:
        raise UsageError(
            f"the gate needs libraries that are not installed: {', '.join(missing)}",
            remedy="Install them: pip install 'pytest-cloudlab[gate]'",
        )


def unread_sql(course: Course, asked: Iterable[Rule]) -> str:
    """How many blocks a rule that was asked could not look at, e.g. `2 blocks`; empty when none."""
    if sql_text.available() or all(rule.id != "sql-syntax" for rule in asked):
        return ""
    blocks = (block for page in course.pages.values() for block in page.blocks)
    count = sum(block.language in sql_text.DIALECTS for block in blocks)
    return f"{count} block{'s' * (count > 1)}" if count else ""
