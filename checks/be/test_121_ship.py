"""1.2.1 Push your image to the shared registry."""

import pytest

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.checks.be.pushed import require_pushed, require_the_built_one
from pytest_cloudlab.clouds.artifacts import Artifacts
from pytest_cloudlab.clouds.registry import ImageName, Registry, split_image
from pytest_cloudlab.errors import NotFound
from pytest_cloudlab.fixtures.recording import Measure
from pytest_cloudlab.model import Course, Lab, Member, Team, same_text
from pytest_cloudlab.targets import Target

pytestmark = pytest.mark.step("1.2.1")


@pytest.mark.outcome(points=1)
def test_shared_registry_exists(artifacts: Artifacts, course: Course, measure: Measure) -> None:
    """Your team's shared registry exists.

    One of you creates it, once: a Docker repository in Artifact Registry, under the agreed name.
    """
    try:
        found = artifacts.repository(course.registry)
    except NotFound as error:
        raise NotFound(f"There is no registry {course.registry}: {error.message}.") from None
    measure(registry=found.path, format=found.format, created=found.created.isoformat())
    assert found.format == "DOCKER", f"It holds {found.format} packages, not Docker images."


@pytest.mark.outcome(points=2, needs=("test_image_is_built", "test_shared_registry_exists"))
def test_image_is_pushed(registry: Registry, own_image: ImageName, image_name: str, measure: Measure) -> None:
    """Your image is in the shared registry.

    Push it with `docker push` under the very name you built it with.
    """
    require_pushed(registry, own_image, image_name, measure)


@pytest.mark.outcome(points=1, needs="test_image_is_pushed")
def test_pushed_image_is_the_built_one(
    codespace: Target, registry: Registry, own_image: ImageName, image_name: str, measure: Measure
) -> None:
    """The registry has the image you built last.

    Push again after every build: the registry keeps what was pushed, not what you have.
    """
    require_the_built_one(codespace, registry, own_image, image_name, measure)


@pytest.mark.outcome(points=1, needs=("test_image_is_pushed", "test_image_holds_your_name"))
def test_pushed_image_names_you(
    registry: Registry, own_image: ImageName, lab: Lab, member: Member, measure: Measure
) -> None:
    """The image in the registry carries your name.

    What your teammates pull still has another author. Build again, then push again.
    """
    author = lab.parameters.author
    content = registry.read_file(own_image.repository, own_image.tag, author.in_image, max_bytes=4096)
    inside = content.decode("utf-8", "replace").strip()
    measure(author=inside)
    assert same_text(inside, member.name), f"The pushed image's {author.file} says {inside!r}."


@pytest.mark.outcome(points=1, needs="test_image_is_pushed")
def test_team_mascots_are_distinct(
    registry: Registry, assignment: Assignment, lab: Lab, team: Team, member: Member, measure: Measure
) -> None:
    """Your team's mascots are all different.

    Two of you chose the same mascot, or pushed the same image. Agree on another one.
    """
    chosen = {mate.id: mate.choices["mascot"] for mate in team.members}
    digests: dict[str, str] = {}
    for mate in team.members:
        name = split_image(assignment.fill(lab.parameters.names.image, mate))
        try:
            digests[mate.id] = registry.manifest(name.repository, name.tag).digest
        except NotFound:
            continue  # not pushed yet: that is the teammate's own check
    measure(mascots=chosen, digests=digests)
    same = [mate for mate, mascot in chosen.items() if mate != member.id and mascot == chosen[member.id]]
    assert not same, f"{', '.join(same)} chose {chosen[member.id]} too."
    copies = [mate for mate in digests if mate != member.id and digests[mate] == digests.get(member.id)]
    assert not copies, f"{', '.join(copies)} pushed the very same image as you."
