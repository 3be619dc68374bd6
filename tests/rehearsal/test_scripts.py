"""The folder `page/` of a lab: what its names say, and what is wrong with those that say nothing."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.lab import find_lab
from pytest_cloudlab.rehearsal.scripts import PageFolder, read_page

BE = find_lab("be")
SCRIPTS = [pytest.param(script.path, id=script.name) for script in read_page(BE).scripts]


def page_of(folder: Path, **files: str) -> PageFolder:
    """The page with these files: `member__1.1-do.sh="# Do"`."""
    (folder / "page").mkdir(exist_ok=True)
    for name, text in files.items():
        file = folder / "page" / name.replace("__", "/")
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    return read_page(folder)


def test_scripts_are_played_step_by_step_the_leader_first(tmp_path: Path) -> None:
    """1.10 comes after 1.9, 1 before 1.1, and in a step the leader, then the files by name."""
    names = [
        "member/1.10-late.sh",
        "member/1.9-b.sh",
        "member/1.9-a.sh",
        "leader/1.9-z.sh",
        "member/1-first.sh",
    ]
    page = page_of(tmp_path, **{name.replace("/", "__"): "# Title\n" for name in names})
    assert [script.name for script in page.scripts] == [
        "member/1-first.sh", "leader/1.9-z.sh", "member/1.9-a.sh", "member/1.9-b.sh", "member/1.10-late.sh",
    ]  # fmt: skip


def test_a_name_says_what_a_script_is(tmp_path: Path) -> None:
    """Role, step and marks come from its name, the title from its first line."""
    (script,) = page_of(tmp_path, **{"member__2.3-serve.vm.curtain.sh": "# Serve the app\ntrue\n"}).scripts
    assert (script.role, script.step, script.title) == ("member", "2.3", "Serve the app")
    assert script.marks == {"vm", "curtain"}


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("member__create.sh", "# Title", "create.sh: expected a script named STEP-NAME.sh"),
        ("member__1.1-Create.sh", "# Title", "1.1-Create.sh: expected a script named STEP-NAME.sh"),
        ("member__1.1-create.txt", "# Title", "1.1-create.txt: expected a script named STEP-NAME.sh"),
        ("member__1.1-create.vn.sh", "# Title", "1.1-create.vn.sh: .vn cannot stand there"),
        ("member__1.1-create.vm.vm.sh", "# Title", "1.1-create.vm.vm.sh: .vm cannot stand there"),
        ("member__1.1-create.curtain.cleanup.sh", "# Title", "judge once the whole cleanup is done"),
        ("member__1.1-create.sh", "gcloud version\n", "1.1-create.sh: its first line has to be a title"),
        ("member__1.1-create.sh", "#!/bin/bash\n# Title\n", "its first line has to be a title"),
        ("member__1.1-create.sh", "#\ntrue\n", "its first line has to be a title"),
        ("member__1.1-create.sh", "", "its first line has to be a title"),
        ("member__1.1-create.sh", "# " + "x" * 70_000, "larger than 65536 bytes"),
        ("boss__1.1-create.sh", "# Title", "boss: nobody knows what this is for"),
        ("1.1-create.sh", "# Title", "1.1-create.sh: nobody knows what this is for"),
        ("page.toml", '[variables]\nPROJECT_ID = "{project}"', "page: there is no script"),
        ("member__1.4-delete.cleanup.sh", "# Title", "page: there is no script"),
        ("page.toml", '[variables]\nproject = "{project}"', "variables.project: no name of a variable"),
        ("page.toml", "[variables]\nPORT = 8080", "page.toml: variables[...]: expected str, found"),
        ("page.toml", "[variable]\nA = 'b'", "the file: object contains unknown field variable, expected"),
        ("page.toml", "[files]\n'/etc' = '.'", "page.toml: files: '/etc' is no folder of a codespace"),
        ("page.toml", "[files]\n'~/../etc' = '.'", "'~/../etc' is no folder of a codespace"),
        ("page.toml", "[files]\n'~/first' = 'gone'", "gone is not a folder"),
    ],
)  # fmt: skip
def test_what_says_nothing_is_an_error_with_its_name(tmp_path: Path, name: str, text: str, said: str) -> None:
    files = {name: text}
    if name == "page.toml" and "there is no script" not in said:
        files["member__1.1-create.sh"] = "# Title\n"
    with pytest.raises(UsageError) as error:
        page_of(tmp_path, **files)
    assert said in error.value.message
    assert error.value.remedy


def test_a_lab_without_the_folder_says_what_else_there_is(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="has no folder page/") as error:
        read_page(tmp_path)
    assert "--by api" in error.value.remedy


def test_a_variant_copies_its_bases_files(tmp_path: Path) -> None:
    """Its page is its own, the files are where the code is."""
    (tmp_path / "base" / "first").mkdir(parents=True)
    variant = tmp_path / "variant"
    (variant / "page" / "member").mkdir(parents=True)
    (variant / "page" / "member" / "1.1-do.sh").write_text("# Do\n")
    (variant / "page" / "page.toml").write_text('[files]\n"~/first" = "first"\n')
    assert read_page(variant, tmp_path / "base").files == {"~/first": tmp_path / "base" / "first"}


@pytest.mark.parametrize("script", SCRIPTS)
def test_the_scripts_of_be_are_bash(script: Path) -> None:
    """Bash can read each of them to its end."""
    done = subprocess.run(["bash", "-n", str(script)], capture_output=True, text=True, timeout=20)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_scripts_of_be_follow_its_steps() -> None:
    """Each step of the lab that a student types something for has a script."""
    from pytest_cloudlab.lab import load_lab

    numbers = {step.number for step in load_lab(BE).steps}
    assert {script.step for script in read_page(BE).scripts} <= numbers
