"""The files that a Python script saves and loads."""

from __future__ import annotations

import pytest

from pytest_cloudlab.material.companions.saved_file import files_of_source


def _saved(source: str) -> list[str]:
    files = files_of_source(source)
    assert files is not None
    return [each.name for each in files.files if each.saved]


@pytest.mark.parametrize(
    "source",
    [
        "import torch\ntorch.save(net, 'out/a.pt')",
        "from torch import save\nsave(net, 'a.pt')",
        "import torch\ntorch.save(net, f='a.pt')",
        "import joblib as j\nj.dump(net, 'a.pt')",
        "NAME = 'a.pt'\nimport torch\ntorch.save(net, NAME)",
        "import torch\ndef main():\n    path = out / 'a.pt'\n    torch.save(net, path)",
        "import os, torch\ntorch.save(net, os.path.join(out, 'a.pt'))",
        "import torch\ntorch.save(net, f'{out}/a.pt')",
        "net.save('a.pt')",
        "frame.to_csv('a.pt')",
        "open('a.pt', 'wb').write(b'')",
        "with open('a.pt', mode='w') as file: pass",
        "from pathlib import Path\nPath('out', 'a.pt').write_bytes(b'')",
        "(out / 'a.pt').write_text('')",
        "import numpy as np\nnp.savez('a.pt', a=1)",
    ],
)
def test_names_are_read(source: str) -> None:
    assert _saved(source) == ["a.pt"]


@pytest.mark.parametrize(
    ("source", "unnamed"),
    [
        ("import torch\ntorch.save(net, path)", {"weights"}),
        ("import torch\ntorch.save(net, f'net-{epoch}.pt')", {"weights"}),
        ("import torch\npath = 'a.pt'\npath = 'b.pt'\ntorch.save(net, path)", {"weights"}),
        ("import torch\ndef save(path='a.pt'):\n    torch.save(net, path)", {"weights"}),
        ("frame.to_csv(f'{name}.csv')", {"table"}),
        ("open(path, 'w')", {"*"}),
        ("import matplotlib.pyplot as plt\nplt.savefig(path)", {"picture"}),
    ],
)
def test_names_that_are_made_up_are_told_apart(source: str, unnamed: set[str]) -> None:
    files = files_of_source(source)
    assert files is not None
    assert [each for each in files.files if each.saved] == []
    assert files.unnamed == unnamed


@pytest.mark.parametrize(
    "source",
    ["print('a.pt')", "open('a.pt')", "import torch\ntorch.load('a.pt')", "form.save()", "os.open(a, 1)"],
)
def test_what_saves_nothing(source: str) -> None:
    assert _saved(source) == []


def test_options_name_files() -> None:
    source = "p.add_argument('--out-file', default='a.pt')\nimport torch\ntorch.save(net, args.out_file)"
    files = files_of_source(source)
    assert files is not None
    assert [(each.name, each.option) for each in files.files] == [("a.pt", "--out-file")]


def test_what_is_no_python_says_nothing() -> None:
    assert files_of_source("torch.save(net, 'a.pt'") is None
    assert files_of_source("(" * 5000) is None
    assert files_of_source("a\0b") is None
