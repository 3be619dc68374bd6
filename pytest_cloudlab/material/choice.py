"""The part of a course that somebody asks about: some of its rules, some of its pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.material.configuration import require_rule
from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.pattern import matches
from pytest_cloudlab.material.rule import Rule


def chosen_rules(rules: Sequence[Rule], only: Iterable[str]) -> tuple[Rule, ...]:
    """Those that `only` names, all when it names none. Raises `UsageError` for one that there is not."""
    names = set(only)
    for name in sorted(names):
        require_rule(name, (rule.id for rule in rules), "--only")
    return tuple(rule for rule in rules if not names or rule.id in names)


def chosen_paths(course: Course, focus: str, patterns: Sequence[str] = ()) -> Callable[[str], bool] | None:
    """Tells the paths in `focus`, a folder or a page, that one of the `patterns` names, which may be a file's
    name alone; None when all are asked about, as they are in a folder that holds the site's pages.

    Raises `UsageError` when that leaves no page: nothing looked at would be green.
    """
    if f"{course.site.docs}/".startswith(f"{focus}/"):
        focus = ""

    def wanted(path: str) -> bool:
        if focus and not matches(path, _literal(focus)):
            return False
        return not patterns or any(
            matches(path, pattern) or ("/" not in pattern and matches(path.rpartition("/")[2], pattern))
            for pattern in patterns
        )

    if not course.pages:
        raise UsageError(
            f"{course.root}: there is no page in this course, expected Markdown below its folder of pages",
            remedy='Name the folder: docs = "…" in [tool.cloudlab.material] of its pyproject.toml.',
        )
    if not any(map(wanted, course.pages)):
        asked = " and ".join(filter(None, (focus, *(f"--page {pattern}" for pattern in patterns))))
        raise UsageError(
            f"{asked}: no page of the course in {course.root} is that",
            remedy=f"The course has {len(course.pages)} pages, e.g. {next(iter(course.pages))}.",
        )
    return wanted if focus or patterns else None


def _literal(path: str) -> str:
    """A pattern that only `path` matches, and what is below it."""
    return "".join(f"[{character}]" if character in "*?[" else character for character in path)
