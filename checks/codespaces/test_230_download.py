"""2.3 Bring the model home."""

from dataclasses import dataclass
from posixpath import splitext

import pytest

from pytest_cloudlab.checks.codespaces.saved_models import OTHER_NAMES, newest_model
from pytest_cloudlab.checks.codespaces.training import find_model
from pytest_cloudlab.copies import Copy, copies
from pytest_cloudlab.errors import CouldNotLook, NotFound
from pytest_cloudlab.fixtures.recording import Measure, Recall
from pytest_cloudlab.model import Lab
from pytest_cloudlab.targets import Target

pytestmark = pytest.mark.step("2.3")

FOLDERS = ("", "~/Downloads/")
TRAINING = ("test_model_reads_unseen_digits", "test_model_is_trained", "test_model_is_saved")
"""Who measured the model; who is asked later comes first."""


@dataclass(frozen=True)
class Original:
    """The model in the codespace."""

    size_bytes: int
    sha256: str
    unseen: CouldNotLook | None = None
    """Why this is what an earlier check measured, and not what is there now."""


@pytest.fixture
def original(request: pytest.FixtureRequest, lab: Lab, recall: Recall) -> Original:
    """As it is now; as it was, where it is gone or the codespace has been stopped since."""
    wanted = lab.parameters
    try:
        codespace: Target = request.getfixturevalue("codespace")
        path = newest_model(codespace, wanted.codespace.workspace, wanted.model.file)
        size = find_model(codespace, path, max_bytes=0).size_bytes
        for found in copies(codespace, size, path):
            if found.sha256:
                return Original(size, found.sha256)
        raise CouldNotLook(f"{path} changes while it is looked at")
    except (CouldNotLook, NotFound) as error:
        measured = next(filter(lambda one: one.get("sha256"), map(recall, TRAINING)), None)
        if measured is None:
            raise
        unseen = error if isinstance(error, CouldNotLook) else None
        return Original(measured["size_bytes"], measured["sha256"], unseen)


@pytest.mark.outcome(points=2, needs="test_model_is_saved")
def test_model_is_on_your_laptop(laptop: Target, original: Original, lab: Lab, measure: Measure) -> None:
    """The model is on your laptop, byte for byte.

    Download it from the file explorer, or run `gh codespace cp` on your laptop. It is looked for where you
    check and in Downloads; if it is elsewhere, write into the roster where: `download = "PATH"`.
    """
    wanted = lab.parameters
    patterns = [wanted.home.file] if wanted.home.file else _usual_places(wanted.model.file)
    found = copies(laptop, original.size_bytes, *patterns)
    same = [one.path for one in found if one.sha256 == original.sha256]
    measure(
        path=same[0] if same else None,
        size_bytes=original.size_bytes,
        sha256=original.sha256,
        found=[[one.path, one.size_bytes, one.sha256] for one in found],
    )
    if not same and original.unseen:
        raise original.unseen  # it may have been trained again since it was measured
    assert found, (
        f"There is no file {wanted.home.file} on your laptop."
        if wanted.home.file
        else f"There is no {wanted.model.file} and no other model, neither where you check nor in Downloads."
    )
    assert same, _difference(found, original)


def _usual_places(name: str) -> list[str]:
    stem, suffix = splitext(name)
    # A browser numbers what it downloads again.
    names = (name, f"{stem}*{suffix}", *OTHER_NAMES)
    return [f"{folder}{each}" for folder in FOLDERS for each in names]


def _difference(found: list[Copy], original: Original) -> str:
    alike = next((one for one in found if one.sha256), None)
    if alike:
        return (
            f"{alike.path} is as long as the model in your codespace and holds something else: it is that of "
            "another training."
        )
    other = found[0]
    why = "its download was cut short" if other.size_bytes < original.size_bytes else "it is another file"
    return (
        f"{other.path} has {other.size_bytes:,} bytes, the model in your codespace {original.size_bytes:,}: "
        f"{why}."
    )
