"""This lab's fixtures: every lab's, and the names that this one agrees on."""

from __future__ import annotations

import pytest

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.clouds.compute import Compute, Instance
from pytest_cloudlab.clouds.declaration import CONTAINER_DECLARATION, DeclaredContainer, declared
from pytest_cloudlab.clouds.registry import ImageName, split_image
from pytest_cloudlab.errors import NotFound
from pytest_cloudlab.fixtures import *  # noqa: F403
from pytest_cloudlab.model import Lab, Member
from pytest_cloudlab.targets import Target


@pytest.fixture
def folders(codespace: Target, assignment: Assignment, lab: Lab) -> dict[str, str]:
    """Mascot -> the absolute path that the codespace would keep its resources under."""
    template = lab.parameters.names.resources
    if template.startswith("~/"):
        home = codespace.run('printf %s "$HOME"').text
        template = home.replace("{", "{{").replace("}", "}}") + template[1:]
    mascots = next(choice.one_of for choice in lab.choices if choice.key == "mascot")
    return {mascot: assignment.fill(template.replace("{mascot}", mascot)) for mascot in mascots}


@pytest.fixture
def folder(folders: dict[str, str], member: Member) -> str:
    """Where the codespace keeps the member's own resources."""
    return folders[member.choices["mascot"]]


@pytest.fixture(scope="session")
def image_name(assignment: Assignment, lab: Lab) -> str:
    """The agreed name of the member's own image."""
    return assignment.fill(lab.parameters.names.image)


@pytest.fixture(scope="session")
def own_image(image_name: str) -> ImageName:
    return split_image(image_name)


@pytest.fixture(scope="session")
def teammate_image_name(assignment: Assignment, lab: Lab, teammate: Member) -> str:
    """The agreed name of the image that the member runs."""
    return assignment.fill(lab.parameters.names.image, teammate)


@pytest.fixture(scope="session")
def teammate_image(teammate_image_name: str) -> ImageName:
    return split_image(teammate_image_name)


@pytest.fixture(scope="session")
def app_image_name(assignment: Assignment, lab: Lab) -> str:
    """The agreed name of the image that the member makes of the second Streamlit app."""
    return assignment.fill(lab.parameters.streamlit.image)


@pytest.fixture(scope="session")
def app_image(app_image_name: str) -> ImageName:
    return split_image(app_image_name)


@pytest.fixture
def container_vm(compute: Compute, assignment: Assignment, lab: Lab) -> Instance:
    """The VM that runs that image, as Compute Engine describes it now. Not found: the check fails."""
    return compute.instance(assignment.fill(lab.parameters.streamlit.instance), assignment.course.zones)


@pytest.fixture
def declared_container(container_vm: Instance) -> DeclaredContainer:
    """What that VM is told to run. Not found when nothing, or what nobody can read."""
    text = container_vm.metadata.get(CONTAINER_DECLARATION, "")
    if not text:
        raise NotFound(
            "The VM was created without a container.",
            remedy="Delete it, and create it with `gcloud compute instances create-with-container`.",
        )
    try:
        return declared(text)
    except ValueError as error:
        raise NotFound(f"The VM is told to run what it cannot: {error}.") from None
