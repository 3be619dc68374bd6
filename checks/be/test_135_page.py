"""1.3.5 See the page and share it."""

from collections.abc import Callable

import pytest

from pytest_cloudlab.fixtures.page import MascotPage
from pytest_cloudlab.fixtures.recording import Measure
from pytest_cloudlab.model import Lab, Member

pytestmark = pytest.mark.step("1.3.5")


@pytest.mark.outcome(points=1, needs="test_port_is_mapped")
def test_page_shows_the_mascot(
    page: MascotPage, teammate: Member, screenshot: Callable[[str, str], None], measure: Measure
) -> None:
    """The page shows your teammate's mascot.

    The web page behind the VM's web port should be the app of the image you chose to run.
    """
    measure(mascot=page.mascot, status=page.loaded.status)
    screenshot("page.png", page.url)
    wanted = teammate.choices["mascot"]
    assert page.mascot == wanted, f"The page shows {page.mascot or 'no mascot'}, expected {wanted}."


@pytest.mark.outcome(points=2, needs="test_port_is_mapped")
def test_page_names_the_author(page: MascotPage, teammate: Member, measure: Measure) -> None:
    """The page names your teammate as its author.

    The name is baked into the image. Ask your teammate to edit AUTHOR.txt, build and push again; then pull.
    """
    measure(author=page.author)
    assert page.same_name(page.author, teammate.name), (
        f"The page names {page.author or 'nobody'} as its author, expected {teammate.name}."
    )


@pytest.mark.outcome(points=2, needs=("test_port_is_mapped", "test_container_knows_your_name"))
def test_page_names_you(page: MascotPage, member: Member, measure: Measure) -> None:
    """The page names you as the one who runs it.

    It shows the variable USER of the container. Run the container again with -e USER and your name.
    """
    measure(user=page.user)
    assert page.same_name(page.user, member.name), (
        f"The page names {page.user or 'nobody'} as its user, expected {member.name}."
    )


@pytest.mark.outcome(points=1, needs="test_port_is_mapped")
def test_page_changes_its_picture(page: MascotPage, lab: Lab, measure: Measure) -> None:
    """The page shows another picture when it is refreshed.

    Refresh it a few times. If the picture stays the same, the app or something before it keeps the page.
    """
    seen = {page.picture}
    for _ in range(lab.parameters.page_shows.refreshes):
        if len(seen - {""}) > 1:
            break
        page.refresh()
        seen.add(page.picture)
    pictures = sorted(seen - {""})
    measure(pictures=pictures)
    assert pictures, "The page shows no picture."
    assert len(pictures) > 1, (
        f"After {lab.parameters.page_shows.refreshes} refreshes it still shows {pictures[0]}."
    )
