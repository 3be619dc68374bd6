"""Paths that are not in the companion repository are found; whatever may be there in another way is not."""

from __future__ import annotations

import pytest

from pytest_cloudlab.material.rules.companion_paths import companion_path
from tests.material.rules.companions import CLONED, FILES, URL, found, quoted, typed


@pytest.mark.parametrize(
    ("command", "quote"),
    [
        ("python train.py", "train.py"),
        ("python training/trian.py --epochs 2", "training/trian.py"),
        ("python3 -u training/evaluate.py", "training/evaluate.py"),
        ("uv run training/trian.py", "training/trian.py"),
        ("torchrun --nproc_per_node=2 training/trian.py", "training/trian.py"),
        ("python -m serve.sever", "serve.sever"),
        ("uvicorn serve.main:app --reload", "serve.main"),
        ("streamlit run src/app.py", "src/app.py"),
        ("bash scripts/setup.sh", "scripts/setup.sh"),
        ("./Setup.sh", "./Setup.sh"),
        ("source env.sh", "env.sh"),
        ("cat training/training.py", "training/training.py"),
        ("head -n 3 data/Labels.csv", "data/Labels.csv"),
        ("pip install -r requirement.txt", "requirement.txt"),
        ("python -m pip install -r training/requirements.txt", "training/requirements.txt"),
        ("docker build -f docker/Dockerfile.gpu .", "docker/Dockerfile.gpu"),
        ("docker compose -f compose.yaml up", "compose.yaml"),
        ("kubectl apply -f k8s/app.yaml", "k8s/app.yaml"),
        ("cp configs/default.yaml configs/mine.yaml", "configs/default.yaml"),
        ("jupyter lab explore.ipynb", "explore.ipynb"),
        ("python training/train.py --config configs/bsae.yaml", "configs/bsae.yaml"),
        ("python training/train.py --config=configs/bsae.yaml", "configs/bsae.yaml"),
        ("cat ~/app/training/trian.py", "~/app/training/trian.py"),
        ("psql < schema.sql", "schema.sql"),
        ("npm install\nnode server.js", "server.js"),
        ("./run", "./run"),
        ("head labels.csv", "labels.csv"),
        ("python -m venv .venv\nsource .venv/bin/activate\npython train.py", "train.py"),
    ],
)
def test_commands_that_read_what_is_not_there(command: str, quote: str) -> None:
    line = 9 + command.count("\n")
    assert quoted(companion_path, CLONED + typed(command)) == [f"{line} {quote}"]


def test_line_and_column() -> None:
    """Where in the block, in a list, behind a prompt."""
    page = CLONED + "1. Run it:\n\n    ```console\n    $ python training/trian.py\n    ```\n"
    (each,) = found(companion_path, page)
    assert (each.place.line, each.place.column, each.place.length) == (11, 14, 17)


def test_what_is_said() -> None:
    """The path in the repository, and what may be meant."""
    (each,) = found(companion_path, CLONED + typed("cd training", "python trian.py"))
    assert each.message == "There is no `training/trian.py` in the companion repository `app`."
    assert each.remedy == "Did you mean `training/train.py`?"
    (each,) = found(companion_path, CLONED + typed("python Training/train.py"))
    assert each.message.startswith(
        "`Training/train.py` is `training/train.py` in the companion repository `app`:"
    )
    (each,) = found(companion_path, CLONED + typed("python train.py"))
    assert each.remedy == "Did you mean `training/train.py`?"
    (each,) = found(companion_path, CLONED + typed("python zebra.py"))
    assert each.remedy == "Name a file that is there, or say how to make it."


@pytest.mark.parametrize(
    "command",
    [
        "python training/train.py --epochs 2",
        "cd training && python train.py",
        "(cd training && python train.py) && python app.py",
        "pushd training; python train.py; popd; python app.py",
        "python -m serve.server",
        "python -m serve",
        "python -m http.server",
        "python -m pytest tests",
        "uvicorn serve.server:app",
        "uvicorn other.main:app",
        "uvicorn main:app --app-dir serve",
        "cat /etc/os-release /proc/cpuinfo",
        "cat ~/.ssh/id_ed25519.pub",
        "cat $CONFIG/base.yaml training/*.py",
        "python {script}.py",
        "python <script>.py",
        "python your_script.py",
        "python path/to/script.py",
        "cat output.log metrics.json",
        "ls results",
        "docker build -t app .",
        "docker run --rm app python /srv/train.py",
        "docker run app cat train.py",
        "docker cp web:/srv/train.py .",
        "scp host:train.py .",
        "gsutil cp gs://bucket/model.yaml .",
        "git clone https://github.com/octo/other && cd other && python other.py",
        "cd .. && python other.py",
        "cd /tmp && python other.py",
        "cd && python other.py",
        'cd "$WORK" && python other.py',
        "python training/train.py --out results/run.yaml",
        "curl -O https://a.test/extra.py && python extra.py",
        "wget https://a.test/extra.py\npython extra.py",
        "curl https://a.test/x -o extra.py\npython extra.py",
        "touch extra.py\npython extra.py",
        "cat > extra.py <<'END'\nprint()\nEND\npython extra.py",
        "echo 'print()' | tee extra.py\npython extra.py",
        "cp app.py extra.py\npython extra.py",
        "mkdir src\npython src/extra.py",
        "nano extra.py\npython extra.py",
        "unzip more.zip\npython extra.py",
        "git checkout solution\npython extra.py",
        "git switch part-2\npython extra.py",
        "bash setup.sh\npython extra.py",
        "cookiecutter template\npython src/extra.py",
        "python training/train.py --epochs 1\nhead net.pt net.json",
        "python -m venv .venv\nsource .venv/bin/activate",
        "uv sync\nsource .venv/bin/activate",
        "source venv/bin/activate",
        "source .env",
        "node dist/server.js",
        "npm create vite\nnode server.js",
        "make\n./hello",
        "gcc hello.c\n./hello",
        "python training\\extra.py",
        "cd training\\models\npython extra.py",
        "ssh me@host\npython extra.py",
        "docker exec -it web bash\npython extra.py",
        "kubectl exec -it web -- sh\ncat extra.py",
        "gcloud compute ssh vm\npython extra.py",
        "gh codespace ssh\npython extra.py",
    ],
)
def test_commands_that_may_be_right(command: str) -> None:
    """It is there, may have been made, is elsewhere, or nobody can tell."""
    assert quoted(companion_path, CLONED + typed(*command.split("\n"))) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Create a file `extra.py` and copy the code above.",
        "Save this as `extra.py`.",
        "Write your solution\ninto `extra.py`.",
        "Download `extra.py` from the course's page.",
        "A new file called `extra.py` appears.",
        "In `extra.py`, type:\n\n```python\nprint()\n```",
        '```python title="extra.py"\nprint()\n```',
        "```python\n# extra.py\nprint()\n```",
        "```python\nopen('extra.py', 'w').write('print()')\n```",
        "```python\nshutil.copy(\n    first,\n    'extra.py',\n)\n```",
    ],
)
def test_what_the_text_makes(sentence: str) -> None:
    assert quoted(companion_path, f"{CLONED}{sentence}\n\n{typed('python extra.py')}") == []
    assert quoted(companion_path, CLONED + typed("python extra.py")) != []


@pytest.mark.parametrize(
    "sentence",
    [
        "Have a look at `extra.py`:\n\n```python\nprint()\n```",
        "The heart of `extra.py` is a loop:\n\n```python\nprint()\n```",
        "```python\nrows = read('extra.py')\n```",
    ],
)
def test_what_the_text_takes_for_granted(sentence: str) -> None:
    """To show a file, or to read it, does not make it."""
    page = f"{CLONED}{sentence}\n\n{typed('python extra.py')}"
    assert [each.split()[1] for each in quoted(companion_path, page)] == ["extra.py"]


def test_what_another_page_makes() -> None:
    """Students may have it from there."""
    other = {"docs/b.md": "# B\n\nCreate a file `extra.py`.\n"}
    assert found(companion_path, CLONED + typed("python extra.py"), more=other) == []


def test_a_folder_that_is_made_into_makes_no_other_file() -> None:
    page = CLONED + typed("touch training/notes.md", "python training/trian.py")
    assert quoted(companion_path, page) == ["10 training/trian.py"]


def test_what_git_ignores_and_submodules() -> None:
    files = {
        **FILES,
        ".gitignore": "results/\n*.local.yaml\n",
        ".gitmodules": '[submodule "x"]\n  path = vendor/x\n',
    }
    page = CLONED + typed("cat results/run.yaml", "cat configs/my.local.yaml", "python vendor/x/run.py")
    assert quoted(companion_path, page, files) == []
    assert len(quoted(companion_path, page)) == 3


def test_right_after_the_clone() -> None:
    """In the same block, nobody has entered it."""
    page = "# A\n\n" + typed(f"git clone {URL}.git", "pip install -r requirements.txt")
    (each,) = found(companion_path, page)
    assert (each.place.line, each.place.column) == (5, 16)
    assert (
        each.message == "`requirements.txt` is in the clone, and nothing has entered that since `git clone`."
    )
    assert each.remedy == "Let students `cd app` first."


def test_from_within_a_folder() -> None:
    """What the same block has entered is not written again."""
    (each,) = found(companion_path, CLONED + typed("cd training", "python training/train.py"))
    assert (each.place.line, each.place.column) == (10, 8)
    assert each.remedy == "Write `train.py`, or go back up first."


@pytest.mark.parametrize(
    "page",
    [
        "# A\n\n" + typed(f"git clone {URL}") + "\nEnter it.\n\n" + typed("pip install -r requirements.txt"),
        "# A\n\n" + typed(f"git clone {URL} work", "cd work", "python app.py"),
        "# A\n\n" + typed(f"git clone {URL} .", "python app.py"),
        "# A\n\n" + typed(f"git clone {URL}", "python app/training/train.py"),
        "# A\n\n" + typed("git clone git@github.com:octo/app.git", "cd app/training", "python train.py"),
        "# A\n\n" + typed("gh repo clone octo/app", "cd app", "python app.py"),
        "# A\n\n" + typed("git clone https://github.com/<you>/app", "cd app", "python app.py"),
        "# A\n\n" + typed(f"git clone -b part-2 {URL}", "cd app", "python part2.py"),
        CLONED + typed("cd training") + "\n## Again\n\n" + typed("python training/train.py"),
        CLONED + typed("cd training") + "\nIn another terminal:\n\n" + typed("python training/train.py"),
    ],
)
def test_clones_and_folders_that_are_right(page: str) -> None:
    assert quoted(companion_path, page) == []


def test_scripts_whose_source_shows_what_they_make() -> None:
    """A Makefile that unpacks something may make anything; one that builds an image makes no script."""
    page = CLONED + typed("make image", "python training/extra.py")
    assert quoted(companion_path, page) == ["10 training/extra.py"]
    assert quoted(companion_path, page, {**FILES, "Makefile": "image:\n\tunzip more.zip\n"}) == []
    assert quoted(companion_path, page, {**FILES, "Makefile": "image:\n\tcat > training/extra.py\n"}) == []
    assert quoted(companion_path, page, {k: v for k, v in FILES.items() if k != "Makefile"}) == []


def test_no_companion_no_finding() -> None:
    assert quoted(companion_path, "# A\n\n" + typed("python train.py", "cat training/trian.py")) == []
