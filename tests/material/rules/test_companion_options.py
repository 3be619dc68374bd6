"""Options that a companion's script does not take are found on the page that gives them."""

from __future__ import annotations

import pytest

from pytest_cloudlab.material.rules.companion_options import companion_option
from tests.material.rules.companions import CLONED, FILES, HERE, TRAIN, URL, found, quoted, typed

REQUIRED = TRAIN.replace("import torch\n", "").replace(
    "options =", 'parser.add_argument("data")\nparser.add_argument("--name", required=True)\noptions ='
)


@pytest.mark.parametrize(
    ("line", "quote", "message"),
    [
        ("--epoch-count 2", "--epoch-count", "`training/train.py` has no option `--epoch-count`."),
        ("--epochs 2 --save", "", ""),
        ("-e 2", "-e", "`training/train.py` has no option `-e`."),
        ("--model rnn", "rnn",
         "`rnn` is no choice for `--model` of `training/train.py`: it takes `cnn`, `mlp`."),
        ("--model=CNN", "--model=CNN",
         "`CNN` is no choice for `--model` of `training/train.py`: it takes `cnn`, `mlp`."),
        ("--epochs 1.5", "1.5",
         "`1.5` is not a whole number, which `--epochs` of `training/train.py` takes."),
        ("--epochs", "--epochs", "The option `--epochs` of `training/train.py` needs a value."),
        ("--save-model=yes", "--save-model=yes",
         "The option `--save-model` of `training/train.py` takes no value, and is given `yes`."),
        ("--save-model True", "True",
         "`training/train.py` does not take the argument `True`: its option `--save-model` takes no value."),
        ("data", "data", "`training/train.py` does not take the argument `data`."),
    ],
)  # fmt: skip
def test_what_the_script_refuses(line: str, quote: str, message: str) -> None:
    page = CLONED + typed(f"python training/train.py {line}")
    assert quoted(companion_option, page) == ([f"9 {quote}"] if quote else [])
    assert [each.message for each in found(companion_option, page)] == ([message] if message else [])


def test_remedies() -> None:
    def remedy(line: str) -> str:
        (each,) = found(companion_option, CLONED + typed(f"python training/train.py {line}"))
        return each.remedy

    assert remedy("--epohcs 2") == "Did you mean `--epochs`?"
    assert remedy("--lr 2") == "Its options are `--epochs`, `--model`, `--config`, `--save-model`."
    assert remedy("--model MLP") == "Write `mlp`, or add the choice to the script."


def test_what_is_required() -> None:
    files = {**FILES, "training/train.py": REQUIRED}
    page = CLONED + typed("cd training", "python train.py --epochs 2")
    assert [each.message for each in found(companion_option, page, files)] == [
        "`training/train.py` requires the argument `data`, which is not given.",
        "`training/train.py` requires the option `--name`, which is not given.",
    ]
    assert quoted(companion_option, page, files) == ["10 train.py", "10 train.py"]
    right = CLONED + typed("python training/train.py data --name a")
    assert quoted(companion_option, right, files) == []
    assert quoted(companion_option, CLONED + "Start `python training/train.py`, and wait.\n", files) == []


@pytest.mark.parametrize(
    "command",
    [
        "cd training && python train.py --lr 1",
        "uv run training/train.py --lr 1",
        "uv run python -u training/train.py --lr 1",
        "poetry run python training/train.py --lr 1",
        "torchrun --nproc-per-node 2 training/train.py --lr 1",
        "nohup python training/train.py --lr 1 > log.txt 2>&1 &",
        "CUDA_VISIBLE_DEVICES=0 python training/train.py --lr 1",
        "./training/train.py --lr 1",
        "python -m training.train --lr 1",
        "streamlit run training/train.py -- --lr 1",
    ],
)
def test_whatever_starts_it(command: str) -> None:
    assert [each.split()[1] for each in quoted(companion_option, CLONED + typed(command))] == ["--lr"]


@pytest.mark.parametrize(
    "line",
    [
        "--epochs 2 --model mlp --save-model",
        "--ep 2",
        "--epochs=2",
        "--epochs {n}",
        "--epochs <n>",
        "--epochs N",
        "--model MODEL",
        "--epochs $EPOCHS $MORE",
        "[--epochs N]",
        "--help",
        "-h",
        "--epochs 2 | tee log",
        "--epochs 2 && echo --lr",
        "--epochs 2  # not --lr 1",
        "--epochs \\\n  2",
        '--config "$HOME/a b.yaml"',
    ],
)
def test_what_the_script_takes(line: str) -> None:
    assert quoted(companion_option, CLONED + typed(f"python training/train.py {line}")) == []


@pytest.mark.parametrize(
    "page",
    [
        CLONED + typed("python other/train.py --lr 1"),
        CLONED + typed("python -c 'import train' --lr 1"),
        CLONED + typed("streamlit run training/train.py --server.port 80"),
        CLONED + typed("python -m pytest --lr 1"),
        CLONED + typed("python app.py --lr 1"),
        CLONED + typed("echo 'x' > training/train.py", "python training/train.py --lr 1"),
        CLONED + typed("cp ~/mine.py training/train.py", "python training/train.py --lr 1"),
        CLONED + typed("nano training/train.py", "python training/train.py --lr 1"),
        CLONED + '```python\nparser.add_argument("--lr")\n```\n\n' + typed("python training/train.py --lr 1"),
        CLONED + typed("ssh me@host", "python train.py --lr 1"),
        CLONED + typed("cd /srv", "git clone https://github.com/octo/b", "cd b", "python train.py --lr 1"),
        "# A\n\nCreate a file `train.py`.\n\n" + typed("python train.py --lr 1"),
        CLONED + "```text\npython training/train.py --lr 1\n```\n",
    ],
)
def test_other_scripts_and_changed_ones(page: str) -> None:
    assert quoted(companion_option, page) == []


def test_scripts_whose_options_are_open() -> None:
    for line in ("parser.add_subparsers()", "common.add(parser)", "for n in NAMES: parser.add_argument(n)"):
        files = {**FILES, "training/train.py": TRAIN.replace("options =", f"{line}\noptions =")}
        assert quoted(companion_option, CLONED + typed("python training/train.py --lr 1"), files) == []


def test_pages_that_do_not_say_where_they_begin() -> None:
    """The script is the only one of its name in the companion."""
    page = HERE + typed("python train.py --lr 1")
    assert quoted(companion_option, page) == ["6 --lr"]
    files = {**FILES, "serve/train.py": "print()"}
    assert quoted(companion_option, page, files) == []


def test_code_in_a_sentence() -> None:
    page = f"# A\n\nSee {URL}. Run `python training/train.py --lr 1` and wait.\n"
    (each,) = found(companion_option, page)
    assert (each.place.line, each.place.column, each.place.length) == (3, 64, 4)
    assert quoted(companion_option, page.replace("training/train.py", "train.py")) == []


def test_the_source_is_never_run() -> None:
    """Reading it has no effects, whatever it says."""
    source = TRAIN + "\nraise SystemExit(1)\nimport nowhere\n"
    files = {**FILES, "training/train.py": source}
    assert quoted(companion_option, CLONED + typed("python training/train.py --lr 1"), files) == ["9 --lr"]
