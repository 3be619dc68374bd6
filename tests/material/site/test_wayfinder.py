"""Where links lead: whatever a page says, there is an answer, and soon."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.markdown.link import Link
from pytest_cloudlab.material.rules.anchors import broken_anchor
from pytest_cloudlab.material.rules.images import missing_image
from pytest_cloudlab.material.rules.links import broken_link, undefined_reference
from pytest_cloudlab.material.rules.own_addresses import own_address
from pytest_cloudlab.material.rules.untracked import untracked_file
from pytest_cloudlab.material.testing import course_of
from tests.material.growth import TIMES, in_proportion
from tests.material.rules.told import site_of

FILES: dict[str, str | bytes] = {
    "docs/index.md": "# A\n",
    "docs/part/one.md": "# B\n",
    "docs/img/a.png": b"",
    "slides/talk.md": "---\nseparator: x\n---\n",
}
COURSES = [
    site_of(FILES, decks=["slides/*.md"]),
    site_of(FILES, "use_directory_urls: false\nplugins: [gen-files]\n"),
    course_of(FILES, docs="."),
    course_of(FILES),
]
RULES = (broken_link, missing_image, broken_anchor, undefined_reference, own_address, untracked_file)
PIECES = st.sampled_from(
    [
        "/", "..", ".", "#", "?", "%", "%2e", "%00", "\\", ":", "//", "http", "https://octo.github.io/course/",
        "docs", "index", ".md", ".html", "part", "one", "img", "a.png", "A", "é", " ", "\x00", "[", "]", "~",
    ]
)  # fmt: skip
TARGETS = st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=12).map("".join))


@given(TARGETS, st.sampled_from(["a", "img", "iframe"]), st.integers(0, 3), st.integers(0, 9))
@example("https://octo.github.io/course//nowhere", "a", 1, 0)
@settings(max_examples=600, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_target_has_an_answer(target: str, tag: str, which: int, page: int) -> None:
    course: Course = COURSES[which]
    pages = list(course.pages.values())
    here = pages[page % len(pages)]
    found = course.wayfinder.follow(here, Link(tag, "href", target, 1, 1, "x"))
    assert not found.path.startswith("/")
    if found.problem is None and found.path in course.files:
        assert found.tracked


def repeated(piece: Callable[[int], str], count: int) -> str:
    return "# A\n\n" + " ".join(map(piece, range(count)))


@pytest.mark.parametrize("is_site", [True, False])
@pytest.mark.parametrize(
    "piece",
    [
        lambda n: f"[x](gone{n}.md#a)",
        lambda n: f"[x](#gone{n})",
        lambda n: f"<img src='gone{n}.png'>",
        lambda n: f"[text {n}][name {n}]",
        lambda n: f"https://octo.github.io/course/gone{n}/",
    ],
    ids=["links", "anchors", "pictures", "references", "addresses"],
)
def test_the_work_is_linear(piece: Callable[[int], str], is_site: bool) -> None:
    """Rendering apart, which is not these rules'. A guess at what was meant is made so often and no more."""
    few = 500
    files: dict[str, str | bytes] = {f"docs/{n}gone.md": "" for n in range(1000)}
    files |= {f"docs/a{count}.md": repeated(piece, count) for count in (few, TIMES * few)}
    course = site_of(files) if is_site else course_of(files)
    for page in course.pages.values():
        assert page.rendered
        assert page.blocks == ()

    def follow(count: int) -> None:
        for rule in RULES:
            list(rule(course.pages[f"docs/a{count}.md"], course))

    in_proportion(follow, few)
