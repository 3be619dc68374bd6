"""Files that are saved under one name and fetched under another."""

from __future__ import annotations

import pytest

from pytest_cloudlab.material.rules.artifacts import renamed_artifact
from tests.material.rules.on_page import found_on, marked, messages, shell

TRAIN = """\
import argparse
import torch
parser = argparse.ArgumentParser()
parser.add_argument("--epochs", type=int)
parser.add_argument("--out", default="net.pt")
options = parser.parse_args()
torch.save({}, {name})
"""
URL = "https://github.com/octo/app"
PAGE = """\
# Lab

The code is at <https://github.com/octo/app>.

## Train

```bash
git clone https://github.com/octo/app
cd app
python train.py --epochs 2
```

{after}

## Keep

{later}
"""


def _page(after: str = "", later: str = "") -> str:
    return PAGE.format(after=after, later=later)


def _marked(page: str, name: str = '"net.pt"', **files: str) -> list[tuple[int, int, str]]:
    companion = {"train.py": TRAIN.replace("{name}", name), **files}
    return marked(renamed_artifact, page, companion=companion, companions=_table())


def _table() -> list[dict[str, object]]:
    return [{"path": "companion", "url": URL, "checkout": ["app"]}]


@pytest.mark.parametrize(
    ("after", "place"),
    [
        ("It saves a model (e.g., `model.pth`) when it is done.", (13, 26, "model.pth")),
        ("Then you see a new file, `weights.pt`.", (13, 27, "weights.pt")),
        ("Right-click on `model.pth`, then *Download*.", (13, 17, "model.pth")),
        ("```bash\nscp vm:app/model.pth .\n```", (14, 12, "model.pth")),
        ("```bash\ngh codespace cp remote:/workspaces/app/model.pth ./model.pth\n```", (14, 40, "model.pth")),
        ("```bash\ngcloud compute scp vm:~/model.pth . --zone=b\n```", (14, 25, "model.pth")),
        ("```bash\ndocker cp web:/srv/model.pth .\n```", (14, 20, "model.pth")),
        ("```bash\ngsutil cp net.pth gs://a/\n```", (14, 11, "net.pth")),
        ("```bash\ncp net.pth /tmp/\n```", (14, 4, "net.pth")),
    ],
)
def test_the_literal_in_the_companions_script_counts(after: str, place: tuple[int, int, str]) -> None:
    assert _marked(_page(after)) == [place]


def test_both_places_are_named() -> None:
    page = _page("It saves `model.pth`.")
    companion = {"train.py": TRAIN.replace("{name}", '"net.pt"')}
    (found,) = found_on(renamed_artifact, page, companion=companion, companions=_table())
    assert "`train.py`, run on line 10, saves `net.pt` (its line 7)" in found.message
    assert "Write `net.pt` here" in found.remedy


@pytest.mark.parametrize(
    "name", ['"net.pt"', 'Path("out") / "net.pt"', 'os.path.join(d, "net.pt")', "options.out"]
)
def test_names_are_read_however_they_are_put_together(name: str) -> None:
    assert len(_marked(_page("It saves `model.pth`."), name)) == 1


def test_later_parts_count_where_the_names_are_near() -> None:
    assert _marked(_page(later="```bash\nscp vm:net.pth .\n```")) == [(18, 8, "net.pth")]
    assert _marked(_page(later="```bash\nscp vm:resnet50.pth .\n```")) == []


@pytest.mark.parametrize(
    "after",
    [
        "It saves `net.pt`.",
        "It saves `out/net.pt`.",
        "```bash\nscp vm:app/net.pt .\n```",
        "```bash\nscp vm:app/net.pt model.pth\nls model.pth\n```",
        "```bash\nmv net.pt model.pth\nscp model.pth vm:\n```",
        "```bash\nwget https://a.test/model.pth\ncp model.pth /tmp\n```",
        "It saves `metrics.json`, too.",
        "A file such as `model.pth` is a model.",
        "Download `resnet.pth` from [the hub](https://a.test/resnet.pth).",
        "```bash\nscp 'vm:*.pth' .\n```",
        "```bash\nscp vm:{model}.pth .\n```",
        "```bash\nscp vm:$MODEL.pth .\n```",
        "```bash\nscp labels.csv vm:\n```",
        "```text\nsaved model.pth\n```",
    ],
)
def test_other_files_and_what_the_page_explains_are_left_alone(after: str) -> None:
    assert _marked(_page(after)) == []


@pytest.mark.parametrize("name", ["name", 'f"net-{epoch}.pt"', "sys.argv[1]", 'options.name + ".pt"'])
def test_names_that_are_made_up_as_the_script_runs_are_left_alone(name: str) -> None:
    assert _marked(_page("It saves `model.pth`."), name) == []


def test_an_option_that_renames_it_is_left_alone() -> None:
    page = _page("It saves `model.pth`.").replace("--epochs 2", "--out model.pth")
    assert _marked(page, "options.out") == []


def test_a_file_that_lies_in_the_companion_is_left_alone() -> None:
    assert _marked(_page("Copy `model.pth` to the VM."), **{"models/model.pth": "x"}) == []


def test_a_script_that_is_only_asked_for_help_saves_nothing() -> None:
    assert _marked(_page("It saves `model.pth`.").replace("--epochs 2", "--help")) == []


def test_listed_words_are_right() -> None:
    companion = {"train.py": TRAIN.replace("{name}", '"net.pt"')}
    page = _page("It saves `model.pth`.")
    assert marked(renamed_artifact, page, companion=companion, companions=_table(), words=["model.pth"]) == []


def test_two_scripts_have_to_agree() -> None:
    page = _page("```bash\npython predict.py\n```")
    load = "import torch\ntorch.load('{}')\n"
    assert _marked(page, **{"predict.py": load.format("model.pt")}) == [(14, 8, "predict.py")]
    assert _marked(page, **{"predict.py": load.format("net.pt")}) == []
    assert _marked(page, **{"predict.py": load.format("model.pt"), "model.pt": "x"}) == []


SENTENCES = "# Lab\n\n## Train\n\nThe script saves the model as `model.pth`.\n\n{}\n"


@pytest.mark.parametrize(
    ("after", "place"),
    [
        ("- Right-click on the `mnist_cnn.pt` file\n- Select *Download*", (7, 23, "mnist_cnn.pt")),
        ("Then copy `net.pt` to your laptop.", (7, 12, "net.pt")),
        ("```bash\nscp vm:net.pt .\n```", (8, 8, "net.pt")),
        ("## Fetch\n\n```bash\nscp vm:model.pt .\n```", (10, 8, "model.pt")),
    ],
)
def test_what_a_sentence_says_is_saved_counts_without_a_companion(
    after: str, place: tuple[int, int, str]
) -> None:
    assert marked(renamed_artifact, SENTENCES.format(after)) == [place]
    assert (
        "line 5 says that it is saved as `model.pth`"
        in messages(renamed_artifact, SENTENCES.format(after))[0]
    )


@pytest.mark.parametrize(
    "after",
    [
        "```bash\nscp vm:model.pth .\n```",
        "Download `model.pth`.",
        "Download `yolov5s.pt` from [there](https://a.test).",
        "It saves `last.pt`, too.\n\n```bash\nscp vm:last.pt .\n```",
        "```bash\nmv model.pth net.pt\nscp net.pt vm:\n```",
        "```bash\ntorch-convert -o net.onnx\nscp net.onnx vm:\n```",
        "## Another model\n\nDownload `resnet.pth`.",
        "Download `labels.csv`.",
        "`net.pt` would do as well.",
    ],
)
def test_sentences_that_agree_are_left_alone(after: str) -> None:
    assert marked(renamed_artifact, SENTENCES.format(after)) == []


def test_what_was_there_before_it_was_saved_is_left_alone() -> None:
    page = "# Lab\n\n## Train\n\nCopy `start.pt` to the VM.\n\nThe script saves `model.pth`.\n"
    assert marked(renamed_artifact, page) == []


PYTHON = "# Lab\n\n```python\nimport torch\ntorch.save(net, 'model.pt')\n```\n\n```python\n{}\n```\n"


def test_the_pages_own_python_has_to_agree() -> None:
    assert marked(renamed_artifact, PYTHON.format("torch.load('model.pth')")) == [(9, 13, "model.pth")]
    assert marked(renamed_artifact, PYTHON.format("torch.load('models.pt')")) == [(9, 13, "models.pt")]


@pytest.mark.parametrize(
    "code",
    [
        "torch.load('model.pt')",
        "torch.load('other.pt')",
        "torch.load(path)",
        "open('model.txt')",
        "torch.save(net, 'model.pth')\ntorch.load('model.pth')",
    ],
)
def test_python_that_agrees_is_left_alone(code: str) -> None:
    assert marked(renamed_artifact, PYTHON.format(code)) == []


@pytest.mark.parametrize(
    ("code", "place"),
    [
        (
            "curl -O https://a.test/sdk-1.0-x86_64.tar.gz\ntar -xf sdk-1.0-x86.tar.gz",
            (5, 9, "sdk-1.0-x86.tar.gz"),
        ),
        ("wget https://a.test/sdk-1.0.zip\nunzip sdk-1.1.zip", (5, 7, "sdk-1.1.zip")),
        ("curl -LO https://a.test/readings.zip\nunzip reading.zip", (5, 7, "reading.zip")),
        ("curl -o readings.zip https://a.test/x\nunzip -q reading.zip", (5, 10, "reading.zip")),
        ("tar czf results.tar.gz out\ntar xzf result.tar.gz", (5, 9, "result.tar.gz")),
    ],
)
def test_an_archive_is_unpacked_under_the_name_that_it_has(code: str, place: tuple[int, int, str]) -> None:
    assert marked(renamed_artifact, shell(code)) == [place]


@pytest.mark.parametrize(
    "code",
    [
        "curl -O https://a.test/sdk-1.0.tar.gz\ntar -xf sdk-1.0.tar.gz",
        "curl -O https://a.test/sdk-$VERSION.tar.gz\ntar -xf sdk-1.0.tar.gz",
        "curl https://a.test/sdk-1.0.tar.gz > a.tar.gz\ntar -xf a.tar.gz",
        "curl -L https://a.test/sdk.tar.gz | tar xz",
        "wget https://a.test/images.zip\nunzip labels.zip",
        "wget 'https://a.test/get?file=a.zip'\nunzip a.zip",
        "wget https://a.test/readings.zip -O data.zip\nunzip data.zip",
        "unzip data.zip",
    ],
)
def test_archives_that_agree_are_left_alone(code: str) -> None:
    assert marked(renamed_artifact, shell(code)) == []


def test_a_page_of_nothing_but_files_is_read_quickly() -> None:
    lines = "\n".join(f"It saves `a{n}.pt`. Download `b{n}.pt`." for n in range(3000))
    found_on(renamed_artifact, f"# Page\n\n{lines}\n")
