"""2.5 Make an image of the app."""

import pytest

from pytest_cloudlab import containers
from pytest_cloudlab.checks.be.pushed import require_pushed, require_the_built_one
from pytest_cloudlab.clouds.registry import ImageName, Registry
from pytest_cloudlab.errors import NotFound
from pytest_cloudlab.fixtures.recording import Measure
from pytest_cloudlab.fixtures.streamlit import app_on, is_well
from pytest_cloudlab.model import Lab
from pytest_cloudlab.targets import Target

pytestmark = pytest.mark.step("2.5")


@pytest.mark.outcome(points=1)
def test_app_image_is_built(codespace: Target, app_image_name: str, measure: Measure) -> None:
    """Your app's image is built under the agreed name.

    Write a Dockerfile beside the app, and build it with `docker build -t` and the agreed name.
    """
    measure(image=app_image_name, id=containers.image(codespace, app_image_name).id)


@pytest.mark.outcome(points=1, needs="test_app_image_is_built")
def test_app_image_exposes_its_port(
    codespace: Target, app_image_name: str, lab: Lab, measure: Measure
) -> None:
    """Your app's image exposes Streamlit's port and no other.

    The Dockerfile needs one EXPOSE line, with the port that Streamlit serves. Build again after you add it.
    """
    exposed = containers.image(codespace, app_image_name).exposed_ports
    measure(exposed=list(exposed))
    port = lab.parameters.streamlit.port
    assert exposed == (port,), (
        f"The image exposes {', '.join(map(str, exposed)) or 'no port'}; expected {port} alone."
    )


@pytest.mark.outcome(points=2, needs="test_app_image_is_built")
def test_app_container_serves(codespace: Target, app_image_name: str, lab: Lab, measure: Measure) -> None:
    """A container of your image serves the app in your codespace.

    Quit the app that you started by hand, `docker run` the image with -p, and check while it runs.
    """
    port = lab.parameters.streamlit.port
    built = containers.image(codespace, app_image_name)
    running = containers.running_containers(codespace)
    own = [one for one in running if one.image_id == built.id]
    measure(running=[one.image for one in running])
    assert own, (
        f"No container of {app_image_name} as it was built last runs in the codespace; running there: "
        f"{', '.join(one.image for one in running) or 'none'}."
    )
    behind = [one for one in own if port in one.published]
    assert behind, f"It runs, but the codespace's port {port} is not mapped to it."
    inner = behind[0].published[port]
    measure(inner=inner)
    try:
        with app_on(codespace, port) as (_, answer):
            measure(status=answer.status)
    except NotFound:
        raise NotFound(
            f"It runs, and the codespace's port {port} leads to its port {inner}, but nothing answers there."
        ) from None
    assert is_well(answer), f"Something else than Streamlit answers from it (HTTP {answer.status})."


@pytest.mark.outcome(points=1, needs="test_app_image_is_built")
def test_app_image_is_pushed(
    registry: Registry, app_image: ImageName, app_image_name: str, measure: Measure
) -> None:
    """Your app's image is in the shared registry.

    Push it with `docker push` under the very name you built it with.
    """
    require_pushed(registry, app_image, app_image_name, measure)


@pytest.mark.outcome(points=1, needs="test_app_image_is_pushed")
def test_pushed_app_image_is_the_built_one(
    codespace: Target, registry: Registry, app_image: ImageName, app_image_name: str, measure: Measure
) -> None:
    """The registry has the app's image that you built last.

    Push again after every build: the VM runs what was pushed, not what you have.
    """
    require_the_built_one(codespace, registry, app_image, app_image_name, measure)
