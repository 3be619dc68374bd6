"""What a rule says of a course, in a line each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.finding import Found
from pytest_cloudlab.material.testing import course_of

MKDOCS = "site_name: A course\nsite_url: https://octo.github.io/course/\n"
PNG = b"\x89PNG"


def site_of(files: Mapping[str, str | bytes], mkdocs: str = "", **options: Any) -> Course:
    """A course with an mkdocs.yml that says so, and `mkdocs`."""
    return course_of({"mkdocs.yml": MKDOCS + mkdocs, **files}, **options)


def ask(rule: Any, course: Course) -> list[Found]:
    """In the order of the pages."""
    if rule.__name__ in ("gone_link", "moved_link") or rule.__module__.endswith(".navigation"):
        return list(rule(course))
    return [found for page in course.pages.values() for found in rule(page, course)]


def told(rule: Any, course: Course) -> list[str]:
    """As in `docs/a.md:3:5 What is wrong. | What to do.`"""
    return [f"{each.place} {each.message} | {each.remedy}" for each in ask(rule, course)]
