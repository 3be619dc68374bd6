"""Sentences that speak of files of the companion, and pages that only seem to begin in it."""

from __future__ import annotations

import pytest

from pytest_cloudlab.material.rules.companion_paths import companion_folder, companion_path
from tests.material.rules.companions import CLONED, HERE, URL, found, quoted, typed


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        ("The script `training/trainer.py` has a loop.", "training/trainer.py"),
        ("Open `training/Train.py` and read it.", "training/Train.py"),
        ("See `configs/bsae.yaml` for its settings.", "configs/bsae.yaml"),
        ("Go through `trianing/train.py`.", "trianing/train.py"),
        ("Models are in the `trainning/` folder.", "trainning/"),
        ("Look at `./training/evaluate.py`.", "./training/evaluate.py"),
    ],
)
def test_paths_in_sentences(sentence: str, quote: str) -> None:
    assert quoted(companion_path, HERE + sentence + "\n") == [f"5 {quote}"]


@pytest.mark.parametrize(
    "sentence",
    [
        "The script `training/train.py` has a loop.",
        "Models are in `models/cnn.py`.",
        "The `training/` folder holds it, `training/models` too.",
        "Create a file `training/mine.py` for it.",
        "Save it\nas `training/mine.py`.",
        "It writes `data/result.yaml`.",
        "In your own project, `training/mine.py` would be the place.",
        "Older versions had `training/loop.py`, which was removed.",
        "A path such as `training/xyz.py` is relative.",
        "Do not use `training/loop.py`.",
        "Set `training/loss` to 3.",
        "The image `octo/app.one` is there.",
        "It is `application/json`, or `text/plain.x`.",
        "Bare names like `trian.py` are anything, and so is `trian.py` alone.",
        "Its address is `github.com/octo/app.git`.",
        "In the container it is `/srv/training/loop.py`.",
        "Of `{folder}/train.py` and `<folder>/train.py` choose one.",
        "The data is in `data/images.zip`.",
        "Results are in `training/output/`.",
        "Either/or: `input/output.py`.",
        "There isn't any `training/utils.py` yet.",
        "*New file*: `training/mine.py`. Open it.",
        "In `training/mine.py`, type the lines above.",
        "We will split it into `training/data.py` later.",
        "Créez un module `training/mine.py`.",
        "Le programme `training/mine.py` convient.",
    ],
)
def test_sentences_that_may_be_right(sentence: str) -> None:
    assert quoted(companion_path, HERE + sentence + "\n") == []


def test_a_page_that_is_not_about_the_companion() -> None:
    """Folders that the companion does not have are another project's."""
    assert quoted(companion_path, HERE + "In `lib/loop.py`, see more.\n") == []
    page = "# A\n\n" + typed(
        "git clone https://github.com/octo/other", "cd other", "python training/trian.py"
    )
    assert quoted(companion_path, page) == []


@pytest.mark.parametrize(
    ("command", "quote"),
    [
        ("python training/trian.py", "training/trian.py"),
        ("python training/evaluate.py", "training/evaluate.py"),
        ("cat Training/train.py", "Training/train.py"),
        ("pip install -r requirments.txt", "requirments.txt"),
        ("python serving/server.py", ""),
        ("python old/train.py", "old/train.py"),
        ("cat /workspaces/app/training/evaluate.py", "/workspaces/app/training/evaluate.py"),
    ],
)
def test_pages_that_seem_to_begin_in_the_companion(command: str, quote: str) -> None:
    """Slips, what is missing in a folder that is there, and what another folder has by a telling name."""
    assert quoted(companion_path, HERE + typed(command)) == ([f"6 {quote}"] if quote else [])


@pytest.mark.parametrize(
    "command",
    [
        "python train.py",
        "python evaluate.py",
        "python models/cnn.py",
        "cat src/main.py",
        "mkdir work && cd work && python training/evaluate.py",
        "cd work && python training/trian.py",
        "git clone https://github.com/octo/other && cd other && python training/trian.py",
        "cat data/more.csv",
    ],
)
def test_pages_that_may_begin_elsewhere(command: str) -> None:
    assert quoted(companion_path, HERE + typed(command)) == []


@pytest.mark.parametrize(
    "said",
    ["You are in the folder `app`.", "All is typed in the `app` directory.", "From the root of `app`, run:",
     "Go to the directory `app`:"],
)  # fmt: skip
def test_pages_that_say_where_they_are(said: str) -> None:
    page = f"# A\n\n{said}\n\n{typed('python evaluate.py')}"
    assert quoted(companion_path, page) == ([] if "root of" in said else ["6 evaluate.py"])


def test_commands_in_sentences_are_judged_with_care() -> None:
    """They may be examples: only slips, and what is missing in a folder that is there, unless the section has
    led into the clone and the sentence tells to type them."""
    told = CLONED + "Then run the program with `python first.py`.\n"
    assert quoted(companion_path, told) == ["8 first.py"]
    assert quoted(companion_path, told.replace("Then", "\n## Later\n\nThen")) == []
    assert quoted(companion_path, told.replace("Then", "For example, then")) == []
    assert quoted(companion_path, CLONED + "A program is started by a line like `python first.py`.\n") == []
    assert quoted(companion_path, CLONED + "The command `python first.py` is short.\n") == []
    (each,) = found(companion_path, CLONED + "Run `python training/trian.py` now.\n")
    assert (each.place.line, each.place.column, each.place.length) == (8, 13, 17)


def test_code_in_a_sentence_changes_the_folder() -> None:
    page = f"# A\n\nClone it with `git clone {URL}`, then `cd app` and go on:\n\n" + typed(
        "python training/trian.py"
    )
    assert quoted(companion_path, page) == ["6 training/trian.py"]


@pytest.mark.parametrize(
    ("lines", "quote"),
    [
        (("cd trainning",), "trainning"),
        (("cd recordings",), "recordings"),
        (("cd Training/models",), "Training/models"),
        (("pushd training/model",), "training/model"),
        (("cd training", "cd data"), "data"),
        (("cd ~/app/trainings",), "~/app/trainings"),
    ],
)
def test_folders_that_are_not_there(lines: tuple[str, ...], quote: str) -> None:
    page = CLONED + typed(*lines)
    expected = [] if lines == ("cd training", "cd data") else [f"{8 + len(lines)} {quote}"]
    assert quoted(companion_folder, page) == expected
    assert quoted(companion_path, page) == []


def test_what_is_said_of_a_folder() -> None:
    (each,) = found(companion_folder, CLONED + typed("cd training/model"))
    assert each.message == "There is no folder `training/model` in the companion repository `app`."
    assert each.remedy == "Did you mean `training/models`?"
    assert (each.place.line, each.place.column, each.place.length) == (9, 4, 14)


def test_the_folder_of_a_clone_under_another_name() -> None:
    """A slip of what `git clone` has called it; any other folder may be there."""
    url = "https://github.com/octo/birds.git"
    page = "# A\n\n" + typed(f"git clone {url}", "cd bird")
    (each,) = found(companion_folder, page, url=url, checkout=["birds"])
    assert (each.place.line, each.place.column, each.place.length) == (5, 4, 4)
    assert each.message == "`git clone` has made the folder `birds`, and there is no `bird`."
    for folder in ("birds", "songs", "./birds/training", "~/birds", "$X", "birds-old", "birds2"):
        assert (
            quoted(companion_folder, page.replace("cd bird", f"cd {folder}"), url=url, checkout=["birds"])
            == []
        )
    assert (
        quoted(companion_folder, page.replace("cd bird", "mkdir bird; cd bird"), url=url, checkout=["birds"])
        == []
    )


@pytest.mark.parametrize(
    "lines",
    [
        ("cd training", "cd models"),
        ("cd training/", "cd ./models"),
        ("cd training", "cd .."),
        ("cd app",),
        ("cd $HOME/work",),
        ("cd {yourname}",),
        ("cd <folder>",),
        ("cd -",),
        ("cd /srv/recordings",),
        ("cd ~/recordings",),
        ("cd ../recordings",),
        ("mkdir recordings", "cd recordings"),
        ("mkdir -p out/recordings && cd out/recordings",),
        ("git clone https://github.com/octo/recordings.git", "cd recordings"),
        ("tar xzf recordings.tar.gz", "cd recordings"),
        ("python app.py", "cd recordings"),
        ("python -m venv recordings", "cd recordings"),
        ("ssh me@host", "cd recordings"),
    ],
)
def test_folders_that_may_be_there(lines: tuple[str, ...]) -> None:
    assert quoted(companion_folder, CLONED + typed(*lines)) == []


def test_a_page_that_seems_to_begin_in_the_companion_may_enter_any_folder() -> None:
    assert quoted(companion_folder, HERE + typed("cd recordings")) == []
    assert quoted(companion_folder, HERE + typed("cd trainning")) == ["6 trainning"]
