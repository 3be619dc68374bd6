"""2 Control your desktop from afar."""

from collections.abc import Callable

import pytest

from pytest_cloudlab.checks.homelab.dropping import drop_and_return
from pytest_cloudlab.errors import CouldNotLook
from pytest_cloudlab.fixtures.recording import Measure
from pytest_cloudlab.model import Lab
from pytest_cloudlab.targets import Target

pytestmark = pytest.mark.step("2")

UNSEEN = ("near", "dns", "tools", "engine", "host-key")


@pytest.mark.outcome(points=2, needs="test_desktop_answers_ssh")
def test_dropped_connection_is_picked_up(
    desktop: Target, nas_answers: Callable[[], bool], lab: Lab, measure: Measure
) -> None:
    """A connection that drops can be opened again at once.

    The check ends its own connection to your desktop, as a laptop does that falls asleep, and opens another.
    Look what keeps the second one out: a limit of logins, or a guard that locks out who comes back too soon.
    """
    within_s = lab.parameters.ssh.back_within_s
    back = drop_and_return(desktop, within_s)
    measure(back_after_s=back.after_s, tries=back.tries, refused=back.refused)
    if not back.opened and (back.reason in UNSEEN or not nas_answers()):
        raise CouldNotLook(f"nobody at home can be reached since: {back.refused}")
    assert back.opened, f"Your NAS answers, and your desktop lets nobody in for {within_s} s: {back.refused}"
    assert back.same_machine, "Another machine answers since the connection was dropped."
