"""1.3.3 Pull a teammate's image."""

import pytest

from pytest_cloudlab import containers
from pytest_cloudlab.clouds.registry import ImageName, Registry
from pytest_cloudlab.errors import CouldNotLook, NotFound
from pytest_cloudlab.fixtures.recording import Measure
from pytest_cloudlab.model import Member
from pytest_cloudlab.targets import Target

pytestmark = pytest.mark.step("1.3.3")


@pytest.mark.outcome(points=2, needs=("test_vm_answers_ssh", "test_shared_registry_exists"))
def test_teammate_image_is_pulled(
    runner: Target,
    registry: Registry,
    teammate: Member,
    teammate_image: ImageName,
    teammate_image_name: str,
    measure: Measure,
) -> None:
    """Your teammate's image is on the machine that is to run it.

    `docker pull` there the image your teammate pushed; again if it was pushed again since.
    """
    try:
        pulled = containers.image(runner, teammate_image_name)
    except NotFound:
        raise NotFound(f"There is no image {teammate_image_name} on it.") from None
    try:
        pushed = registry.manifest(teammate_image.repository, teammate_image.tag)
    except NotFound:
        raise CouldNotLook(
            f"the registry no longer has {teammate_image_name} to compare with",
            remedy=f"Ask {teammate.name} to push it again.",
        ) from None
    measure(pulled=list(pulled.digests), pushed=pushed.digest, index=pushed.index_digest)
    assert {pushed.digest, pushed.index_digest} & set(pulled.digests), (
        f"It is not the image that {teammate.name} pushed last, or it was built and not pulled."
    )
