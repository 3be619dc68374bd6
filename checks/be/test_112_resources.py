"""1.1.2 Get the resources from Cloud Storage."""

import pytest

from pytest_cloudlab.assignment import Assignment
from pytest_cloudlab.clouds.storage import Bucket
from pytest_cloudlab.errors import CouldNotLook
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
    wanted = {blob.name.removeprefix(prefix): blob.md5 for blob in bucket.list(prefix)}
    wanted = {name: md5 for name, md5 in wanted.items() if name}
    if not wanted:
        raise CouldNotLook(
            f"the course's bucket has nothing under {prefix}",
            remedy="Tell whoever keeps the course: bucket and bucket_folder do not fit together.",
        )
    found = _md5_of_files(codespace, folder)
    missing = sorted(wanted.keys() - found.keys())
    changed = sorted(
        name for name in wanted.keys() & found.keys()
        if found[name] != wanted[name] and name != lab.parameters.author.file
    )  # fmt: skip
    measure(files=len(found), missing=missing, changed=changed)
    assert found, f"There is no folder {folder} in the codespace, or it is empty."
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
    present = [mascot for mascot, answer in zip(others, answers, strict=True) if answer.ok]
    measure(others=present)
    assert not present, f"The codespace also has the resources of {', '.join(present)}."


def _md5_of_files(codespace: Target, folder: str) -> dict[str, str]:
    """Relative path -> MD5 of every file below `folder`; empty when there is no such folder.

    MD5 because it is what Cloud Storage keeps of each object.
    """
    result = codespace.run(
        "cd %s 2>/dev/null || exit 0; find . -type f -print0 | head -z -n 1000 | xargs -0r md5sum -b -z",
        folder,
    )
    if not result.ok:
        raise CouldNotLook(f"listing {folder} in the codespace ended with {result.error_text[:200]!r}")
    entries = (entry.split(b" *./", 1) for entry in result.stdout.split(b"\0") if entry)
    return {name.decode("utf-8", "replace"): md5.decode() for md5, name in entries}
