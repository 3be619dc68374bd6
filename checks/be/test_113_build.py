"""1.1.3 Build your Docker image."""

import pytest

from pytest_cloudlab import containers
from pytest_cloudlab.fixtures.recording import Measure
from pytest_cloudlab.model import Lab, Member, same_text
from pytest_cloudlab.targets import Target

pytestmark = pytest.mark.step("1.1.3")

MAX_NAME_BYTES = 4096


@pytest.mark.outcome(points=1, needs="test_resources_are_complete")
def test_author_file_names_you(
    codespace: Target, folder: str, lab: Lab, member: Member, measure: Measure
) -> None:
    """AUTHOR.txt names you.

    Replace the placeholder in the file by your name, as the roster writes it.
    """
    author = lab.parameters.author
    written = _text(codespace.read(f"{folder}/{author.file}", max_bytes=MAX_NAME_BYTES))
    measure(author=written)
    assert written != author.placeholder, f"{author.file} still has its placeholder, {written!r}."
    assert same_text(written, member.name), f"{author.file} says {written!r}, the roster {member.name!r}."


@pytest.mark.outcome(points=1, needs="test_resources_are_complete")
def test_image_is_built(codespace: Target, image_name: str, measure: Measure) -> None:
    """Your image is built under the agreed name.

    Build it in your mascot's folder with `docker build -t` and the agreed name: registry, project, group,
    mascot and version all count.
    """
    measure(image=image_name, id=containers.image(codespace, image_name).id)


@pytest.mark.outcome(points=2, needs=("test_image_is_built", "test_author_file_names_you"))
def test_image_holds_your_name(
    codespace: Target, image_name: str, lab: Lab, member: Member, measure: Measure
) -> None:
    """Your image carries your name.

    The image keeps AUTHOR.txt as it was when you built it. Build it again after you edit the file.
    """
    inside = _text(containers.file_in_image(codespace, image_name, lab.parameters.author.in_image))
    measure(author=inside)
    assert same_text(inside, member.name), (
        f"The image's {lab.parameters.author.file} says {inside!r}, yours says {member.name!r}: "
        "the image was built before you edited the file."
    )


@pytest.mark.outcome(points=1, needs="test_image_is_built")
def test_image_exposes_a_port(codespace: Target, image_name: str, measure: Measure) -> None:
    """Your image exposes the port of its web app.

    The Dockerfile you downloaded has an EXPOSE line. Keep it, and tell your teammate the port.
    """
    ports = containers.image(codespace, image_name).exposed_ports
    measure(ports=list(ports))
    assert len(ports) == 1, f"The image exposes {', '.join(map(str, ports)) or 'no port'}; expected one port."


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace").strip()
