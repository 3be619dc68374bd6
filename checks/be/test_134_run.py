"""1.3.4 Run it in a container."""

import pytest

from pytest_cloudlab import containers
from pytest_cloudlab.containers import Container
from pytest_cloudlab.fixtures.recording import Measure
from pytest_cloudlab.model import Lab, Member, same_text
from pytest_cloudlab.targets import Target

pytestmark = pytest.mark.step("1.3.4")


@pytest.mark.outcome(points=1, needs="test_teammate_image_is_pulled")
def test_container_runs_teammate_image(
    runner: Target, container: Container, image_name: str, teammate_image_name: str, measure: Measure
) -> None:
    """A container runs your teammate's image, not your own.

    `docker run` the image you pulled from your teammate.
    """
    measure(image=container.image, image_id=container.image_id)
    assert container.image != image_name, f"It runs your own image, {container.image}."
    assert container.image_id == containers.image(runner, teammate_image_name).id, (
        f"It runs {container.image}, not {teammate_image_name} as it was pulled."
    )


@pytest.mark.outcome(points=1, needs="test_container_runs_teammate_image")
def test_port_is_mapped(
    runner: Target, container: Container, lab: Lab, teammate_image_name: str, measure: Measure
) -> None:
    """The web port leads to the port of the app.

    Map it with -p: first the machine's port, then the one your teammate's image exposes. Ask your teammate.
    """
    exposed = containers.image(runner, teammate_image_name).exposed_ports
    web = lab.parameters.ports.web
    measure(
        published={str(outer): inner for outer, inner in container.published.items()}, exposed=list(exposed)
    )
    inner = container.published.get(web)
    assert inner is not None, f"Port {web} is not mapped to the container."
    assert inner in exposed, (
        f"Port {web} leads to the container's {inner}, but the app is on "
        f"{', '.join(map(str, exposed)) or 'none that its image names'}."
    )


@pytest.mark.outcome(points=1, needs="test_container_runs_teammate_image")
def test_container_knows_your_name(container: Container, member: Member, measure: Measure) -> None:
    """The container knows your name.

    Set the environment variable USER to your name with -e when you run it.
    """
    user = container.environment.get("USER", "")
    measure(user=user)
    assert user, "The container has no variable USER."
    assert same_text(user, member.name), f"USER is {user!r}, the roster says {member.name!r}."
