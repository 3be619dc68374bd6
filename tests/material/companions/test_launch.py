"""Scripts, what commands read and what they leave behind are told from the words of a command."""

from __future__ import annotations

import pytest

from pytest_cloudlab.material.block import Block
from pytest_cloudlab.material.companions.inputs import inputs_of
from pytest_cloudlab.material.companions.launch import launch_of
from pytest_cloudlab.material.companions.outputs import Reach, outputs_of
from pytest_cloudlab.material.shell.command import Command
from pytest_cloudlab.material.shell.shell import commands_of


def command(line: str) -> Command:
    (found,) = commands_of(Block("docs/a.md", "fence", "bash", "", line, 1, 1, "", 1))
    return found


@pytest.mark.parametrize(
    ("line", "kind", "script", "arguments"),
    [
        ("python train.py --lr 1", "python", "train.py", "--lr 1"),
        ("python3.12 -u -W ignore train.py", "python", "train.py", ""),
        ("python -m serve.main -p 1", "module", "serve.main", "-p 1"),
        ("uv run --with rich train.py a", "python", "train.py", "a"),
        ("conda run -n lab python train.py", "python", "train.py", ""),
        ("torchrun --nproc_per_node 2 train.py a", "python", "train.py", "a"),
        ("accelerate launch --cpu train.py", "python", "train.py", ""),
        ("streamlit run app.py --server.port 1 -- --lr 1", "python", "app.py", "--lr 1"),
        ("python -m streamlit run app.py", "python", "app.py", ""),
        ("bash -x run.sh a", "shell", "run.sh", "a"),
        ("bash -euo pipefail run.sh", "shell", "run.sh", ""),
        ("source env.sh", "shell", "env.sh", ""),
        (". ./env.sh", "shell", "./env.sh", ""),
        ("./run.sh a", "shell", "./run.sh", "a"),
        ("scripts/run a", "other", "scripts/run", "a"),
        ("node server.js", "other", "server.js", ""),
        ("sudo -E nice -n 19 python train.py", "python", "train.py", ""),
    ],
)
def test_launches(line: str, kind: str, script: str, arguments: str) -> None:
    found = launch_of(command(line))
    assert found is not None
    assert (found.kind, found.script.text) == (kind, script)
    assert " ".join(word.text for word in found.arguments) == arguments


@pytest.mark.parametrize(
    "line",
    [
        "python",
        "python -c 'print()'",
        "python --version",
        "python -m",
        "bash -c 'a'",
        "bash -lc a",
        "/usr/bin/env",
        "pip list",
        "streamlit hello",
        "uv sync",
        "torchrun --help",
        "source",
    ],
)
def test_no_launch(line: str) -> None:
    assert launch_of(command(line)) is None


@pytest.mark.parametrize(
    ("line", "inputs"),
    [
        ("cat a b", "a:file b:file"),
        ("head -n 3 a", "a:file"),
        ("ls -la a", "a:any"),
        ("cp -r a b c", "a:any b:any"),
        ("scp -P 22 a host:b", "a:any"),
        ("scp host:a b", ""),
        ("pip install -r a -c b x", "a:file b:file"),
        ("uv pip install -r a", "a:file"),
        ("conda env create -f a", "a:file"),
        ("docker build -t x -f a .", "a:file"),
        ("docker compose -f a up -d", "a:file"),
        ("docker compose logs -f a", ""),
        ("docker-compose --file=a up", "a:file"),
        ("docker cp a web:/b", "a:any"),
        ("docker cp web:/a b", ""),
        ("docker run -f a x", ""),
        ("kubectl apply -f a", "a:any"),
        ("kubectl logs -f a", ""),
        ("make -C a", "a:folder"),
        ("pytest a/b.py::test -k c", "a/b.py:any"),
        ("gsutil -m cp -r a gs://b", "a:any"),
        ("gsutil cp gs://a b", ""),
        ("gh codespace cp remote:/workspaces/a b", "/workspaces/a:any"),
        ("uvicorn a.b:app", "a.b:module"),
        ("python -m a.b", "a.b:module"),
        ("python a.py --in b/c --out d/e f/g", "a.py:script b/c:argument f/g:argument"),
        ("chmod +x a", "a:any"),
        ("code a", "a:edited"),
        ("sort < a > b", "a:file"),
        ("grep a b", ""),
    ],
)
def test_inputs(line: str, inputs: str) -> None:
    assert " ".join(f"{each.word.text}:{each.kind}" for each in inputs_of(command(line))) in (
        inputs, " ".join(sorted(inputs.split()))
    )  # fmt: skip


@pytest.mark.parametrize(
    ("line", "paths"),
    [
        ("echo > a", {"a"}),
        ("x | tee a", set()),
        ("touch a b", {"a", "b"}),
        ("mkdir -p a/b", {"a/b"}),
        ("cp a b", {"a", "b"}),
        ("wget https://a.test/b.zip", {"b.zip"}),
        ("wget -O a https://a.test/b", {"a", "b"}),
        ("curl -o a https://a.test/b", {"a", "b"}),
        ("python -m venv a", {"a"}),
        ("train --out a --epochs 2", {"a"}),
        ("train --save-path=a", {"a"}),
        ("docker cp web:/x/a .", {"a", "."}),
        ("scp host:x/a b", {"a", "b"}),
        ("scp a host:b", set()),
        ("git clone https://a.test/b/c.git", {"c"}),
        ("jupyter nbconvert --to script a.ipynb", {"a.py", "a.html", "a.ipynb"}),
    ],
)
def test_outputs(line: str, paths: set[str]) -> None:
    commands = commands_of(Block("docs/a.md", "fence", "bash", "", line, 1, 1, "", 1))
    assert set(outputs_of(commands[0]).paths) >= paths


@pytest.mark.parametrize(
    ("line", "reach"),
    [
        ("pip install x", Reach.NOTHING),
        ("git pull", Reach.NOTHING),
        ("git checkout -b mine", Reach.NOTHING),
        ("git checkout part-2", Reach.ALL),
        ("unzip a", Reach.ALL),
        ("npm create x", Reach.ALL),
        ("npm install", Reach.FILES),
        ("python train.py", Reach.FILES),
        ("python --version", Reach.NOTHING),
        ("python manage.py startapp a", Reach.SOME),
        ("bash run.sh", Reach.SOME),
        ("make", Reach.SOME),
        ("docker run a", Reach.NOTHING),
        ("docker run -v .:/a b", Reach.SOME),
        ("unheard-of", Reach.SOME),
    ],
)
def test_reach(line: str, reach: Reach) -> None:
    """How much else may be there afterwards."""
    assert outputs_of(command(line)).reach is reach
