"""1.1.2 Get the resources from Cloud Storage."""

import pytest

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.clouds.storage import Bucket
from pytest_cloudlab.errors import CouldNotLook, NotFound
from pytest_cloudlab.fixtures.recording import Measure
from pytest_cloudlab.model import Lab, Member
from pytest_cloudlab.targets import Target

pytestmark = pytest.mark.step("1.1.2")


@pytest.mark.outcome(points=1)
def test_resources_are_complete(
    codespace: Target, bucket: Bucket, assignment: Assignment, lab: Lab, folder: str, measure: Measure
) -> None:
    """Your mascot's resources are complete.

    Download the whole folder of your mascot from the bucket, and leave every file but AUTHOR.txt as it is.
    """
    prefix = assignment.fill(lab.parameters.names.bucket_folder) + "/"
    wanted = _offered(bucket, prefix)
    found = _md5_of_files(codespace, folder, list(wanted))
    missing = sorted(name for name in wanted if not found[name])
    changed = sorted(
        name for name in wanted
        if found[name] and wanted[name] and found[name] != wanted[name] and name != lab.parameters.author.file
    )  # fmt: skip
    measure(files=len(wanted) - len(missing), missing=missing, changed=changed)
    assert len(missing) < len(wanted), f"There is no folder {folder} in the codespace, or it is empty."
    assert not missing, f"{folder} lacks {', '.join(missing)}."
    assert not changed, f"{', '.join(changed)} in {folder} is not what the bucket has."


@pytest.mark.outcome(points=1, needs="test_resources_are_complete")
def test_no_other_mascot_is_downloaded(
    codespace: Target, folders: dict[str, str], member: Member, measure: Measure
) -> None:
    """You downloaded your own mascot only.

    The others' work comes to you as images. Remove their folders from your codespace.
    """
    others = {mascot: path for mascot, path in folders.items() if mascot != member.choices["mascot"]}
    answers = codespace.run_many([("test -e %s", path) for path in others.values()])
    if any(answer.exit_status not in (0, 1) for answer in answers):
        raise CouldNotLook("the codespace's shell could not tell which folders there are")
    present = [mascot for mascot, answer in zip(others, answers, strict=True) if answer.ok]
    measure(others=present)
    assert not present, f"The codespace also has the resources of {', '.join(present)}."


def _offered(bucket: Bucket, prefix: str) -> dict[str, str]:
    """Relative path -> MD5 of what the course's bucket offers; MD5 is what Cloud Storage keeps of a file.

    An empty or missing bucket is the course's mistake, never a student's.
    """
    try:
        blobs = {blob.name.removeprefix(prefix): blob.md5 for blob in bucket.list(prefix)}
        found = f"the course's bucket has nothing under {prefix}"
    except NotFound as error:
        blobs, found = {}, error.message
    offered = {name: md5 for name, md5 in blobs.items() if name and not name.endswith("/")}
    if not offered:
        raise CouldNotLook(
            found, remedy="Tell whoever keeps the course: its bucket and bucket_folder do not fit together."
        )
    return offered


def _md5_of_files(codespace: Target, folder: str, names: list[str]) -> dict[str, str]:
    """Name -> MD5 of that file in `folder`; empty for one that is not there."""
    command = "[ -f %s ] || exit 44; md5sum < %s"
    paths = [f"{folder}/{name}" for name in names]
    answers = codespace.run_many([(command, path, path) for path in paths])
    for path, answer in zip(paths, answers, strict=True):
        if answer.exit_status not in (0, 44):
            raise CouldNotLook(f"{path} in the codespace cannot be read: {answer.error_text[:200]}")
    return {
        name: answer.text.partition(" ")[0] if answer.ok else ""
        for name, answer in zip(names, answers, strict=True)
    }
