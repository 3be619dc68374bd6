"""Links between the project's pages lead somewhere."""

from __future__ import annotations

import pytest

from tests.docs.markdown import PAGES, Page

LINKS = [
    pytest.param(one, link, id=f"{one.name} -> {link}")
    for one in PAGES
    for link in one.links
    if "://" not in link and not link.startswith("mailto:")
]


def test_the_pages_have_links() -> None:
    """Else the test below would pass on nothing."""
    assert len(LINKS) >= 3


@pytest.mark.parametrize(("one", "link"), LINKS)
def test_relative_links_and_anchors_exist(one: Page, link: str) -> None:
    path, _, anchor = link.partition("#")
    target = (one.path.parent / path).resolve() if path else one.path
    assert target.exists(), f"{one.name} links to {path}, which is not there"
    if anchor:
        assert anchor in Page(target).anchors
