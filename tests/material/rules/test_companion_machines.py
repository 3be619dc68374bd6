"""Which machine students are on, and in which alternative of the page, decides which paths are theirs."""

from __future__ import annotations

import pytest

from pytest_cloudlab.material.rules.companion_paths import companion_path
from tests.material.rules.companions import CLONED, URL, found, quoted, typed


def test_another_machine_until_it_is_left() -> None:
    there = typed("ssh me@host", "python extra.py")
    assert quoted(companion_path, CLONED + there + typed("python extra.py")) == []
    assert quoted(companion_path, CLONED + there + typed("exit", "python extra.py")) == ["14 extra.py"]
    back = "\n## Results\n\nBack on your laptop:\n\n"
    page = CLONED + there + back + typed("python training/trian.py")
    assert quoted(companion_path, page) == ["18 training/trian.py"]


def test_a_clone_on_another_machine_is_one() -> None:
    page = "# A\n\n" + typed("ssh me@host", f"git clone {URL}", "cd app", "python extra.py")
    assert quoted(companion_path, page) == ["7 extra.py"]


@pytest.mark.parametrize(
    "said",
    ["On your laptop, run:", "Inside the container:", "On the VM, type this:", "Then, on the remote host:"],
)
def test_what_is_said_to_be_typed_elsewhere(said: str) -> None:
    page = f"{CLONED}The VM answers to `ssh`.\n\n{said}\n\n{typed('python extra.py')}"
    assert quoted(companion_path, page) == []


def test_a_comment_that_says_where() -> None:
    page = "# A\n\nIn your codespace, see <https://github.com/octo/app>.\n\n"
    page += typed("# From your local machine", "python training/trian.py")
    assert quoted(companion_path, page) == []
    assert quoted(companion_path, page.replace("# From your local machine", "# Train")) == [
        "7 training/trian.py"
    ]


def test_tabs_begin_where_the_first_began() -> None:
    page = CLONED + '=== "A"\n\n    ```bash\n    cd training\n    ```\n\n=== "B"\n\n    ```bash\n'
    assert quoted(companion_path, page + "    python training/train.py\n    ```\n") == []
    assert quoted(companion_path, page + "    python trainings/train.py\n    ```\n") == [
        "17 trainings/train.py"
    ]


def test_absolute_folders_of_the_students() -> None:
    """Wherever they stand, `/workspaces/app` is the clone."""
    page = "# A\n\n" + typed("gh codespace cp remote:/workspaces/app/training/trian.py .")
    (each,) = found(companion_path, page, checkout=["/workspaces/app"])
    assert (each.place.line, each.place.column, each.place.length) == (4, 24, 33)
    assert quoted(companion_path, page.replace("trian", "train"), checkout=["/workspaces/app"]) == []
