"""1.1.1 Start your development environment."""

import pytest

from pytest_cloudlab.errors import CouldNotLook, NotFound
from pytest_cloudlab.fixtures.recording import Measure
from pytest_cloudlab.model import Course
from pytest_cloudlab.targets import Target

pytestmark = pytest.mark.step("1.1.1")

GCLOUD_S = 60
"""Its first start in a fresh codespace compiles itself."""
NO_SUCH_COMMAND = 127


@pytest.mark.outcome(points=1)
def test_gcloud_knows_the_project(codespace: Target, course: Course, measure: Measure) -> None:
    """gcloud is installed in your codespace and works on your team's project.

    Run `gcloud init` and choose the project you were given access to, or `gcloud config set project`.
    """
    answer = codespace.run("gcloud config get-value project", timeout_s=GCLOUD_S, max_bytes=64 << 10)
    if answer.exit_status == NO_SUCH_COMMAND:
        raise NotFound(
            "The codespace has no command gcloud.",
            remedy="Install the Google Cloud SDK there, then run `gcloud init`.",
        )
    if not answer.ok:
        said = (answer.error_text.splitlines() or ["no message"])[-1][:300]
        raise CouldNotLook(f"gcloud in the codespace does not run: {said}")
    # The last line: a fresh one has other things to say first.
    project = (answer.text.splitlines() or [""])[-1].strip()[:100]
    measure(project=project)
    assert project not in ("", "(unset)"), "gcloud is installed and has no project."
    assert project == course.project, f"gcloud works on {project}, your team's project is {course.project}."
