"""Folders that are entered although the page is in them."""

from __future__ import annotations

import pytest

from pytest_cloudlab.material.rules.directories import entered_twice
from tests.material.rules.on_page import found_on, marked, messages, shell

STEPS = """\
# Lab

## 1. Get it

```bash
{first}
```

{between}

## 2. Run it

{label}

```bash
{second}
```
"""


def _steps(
    first: str = "mkdir web-app\ncd web-app",
    second: str = "cd web-app\nls",
    between: str = "",
    label: str = "",
) -> str:
    return STEPS.format(first=first, second=second, between=between, label=label)


@pytest.mark.parametrize(
    ("page", "place"),
    [
        (shell("mkdir app\ncd app\ncd app"), (6, 4, "app")),
        (shell("cd app\nls", "cd app\nls"), (10, 4, "app")),
        (shell("cd app && ls", "make", "cd app && ls"), (14, 4, "app")),
        (shell("cd app", "cd app/api"), (9, 4, "app/api")),
        (shell("cd app/api", "cd api"), (9, 4, "api")),
        (shell("cd app", "cd api", "cd app"), (14, 4, "app")),
        (shell("cd ./app", "cd app/"), (9, 4, "app/")),
        (shell("git clone https://a.test/o/web-app.git\ncd web-app", "cd web-app"), (10, 4, "web-app")),
        ("# Page\n\nGo on: `cd app` and look.\n\n```bash\ncd app\n```\n", (6, 4, "app")),
        (_steps(), (17, 4, "web-app")),
        (_steps(label="Go into the folder `web-app`:"), (17, 4, "web-app")),
        (_steps(label="Now cd to the directory:"), (17, 4, "web-app")),
        (_steps(between="Look at the files in the folder."), (17, 4, "web-app")),
    ],
)
def test_a_folder_that_is_entered_again_is_found(page: str, place: tuple[int, int, str]) -> None:
    assert marked(entered_twice, page) == [place]


def test_the_message_names_both_lines() -> None:
    assert "which line 4 entered" in messages(entered_twice, shell("cd app", "cd app"))[0]


def test_parts_without_numbers_count_where_one_relies_on_the_folder() -> None:
    page = _steps().replace("1. ", "").replace("2. ", "")
    assert marked(entered_twice, page) == []
    relying = page.replace("## Run it", "## Build it\n\n```bash\ndocker build -t a .\n```\n\n## Run it")
    assert [text for *_, text in marked(entered_twice, relying)] == ["web-app"]


@pytest.mark.parametrize(
    "page",
    [
        shell("cd app", "cd ..", "cd app"),
        shell("cd app\ncd ..\ncd app"),
        shell("cd app/api", "cd ../..", "cd app"),
        shell("cd app/api", "cd ..", "cd api"),
        shell("cd app", "cd ~", "cd app"),
        shell("cd app", "cd", "cd app"),
        shell("cd app", "cd -", "cd app"),
        shell("cd app", "cd /srv", "cd app"),
        shell("cd app", 'cd "$HOME"', "cd app"),
        shell("cd app", "pushd /tmp", "cd app"),
        shell("(cd app && make)", "cd app"),
        shell("cd app", "cd web"),
        shell("cd app", "cd ../app"),
        shell("cd app", "mkdir app", "cd app"),
        shell("cd app", "git clone https://a.test/o/app.git", "cd app"),
        shell("cd app", "tar xf app.tar.gz", "cd app"),
        shell("cd app", "cargo new app", "cd app"),
        shell("django-admin startproject app", "cd app\nls", "cd app\nls"),
        shell("git clone https://a.test/o/app.git\ncd app", "cd app"),
        shell("cd app", "ssh me@vm", "cd app"),
        shell("cd app", "exit", "cd app"),
        shell("cd app", "docker exec -it web bash", "cd app"),
        shell("cd {yourname}", "cd {yourname}"),
        shell("cd app", "# in a second terminal\ncd app"),
        shell("cd app") + "\nOpen another terminal:\n\n```bash\ncd app\n```\n",
        shell("cd app") + "\nGo back to the project's root.\n\n```bash\ncd app\n```\n",
        shell("cd app") + "\nOn your laptop, locally:\n\n```bash\ncd app\n```\n",
        shell("cd app") + "\nFrom the root of the repository:\n\n```bash\ncd app\n```\n",
        shell("cd app") + "\nRestart the machine.\n\n```bash\ncd app\n```\n",
        shell("cd app") + '\n!!! note "For teachers"\n    Build it:\n\n    ```bash\n    cd app\n    ```\n',
        shell("cd app") + "\nOr, with npm:\n\n```bash\ncd app\n```\n",
        shell("cd app") + "\n```powershell\ncd app\n```\n",
        '# Page\n\n=== "Linux"\n\n    ```bash\n    cd app\n    ```\n\n'
        '=== "macOS"\n\n    ```bash\n    cd app\n    ```\n',
        "# Page\n\n## Option A\n\n```bash\ncd app\n```\n\n## Option B\n\n```bash\ncd app\n```\n",
        "# Page\n\n**Linux**\n\n```bash\ncd app\n```\n\n**Windows**\n\n```bash\ncd app\n```\n",
        "# Page\n\n```console\n$ cd app\n~/app$ ls\ncd app\n```\n",
        "# Page\n\n```text\ncd app\ncd app\n```\n",
        "# Page\n\nDo not type `cd app` twice.\n\n```bash\ncd app\n```\n",
        _steps(between="Leave the folder again."),
        _steps(between="Go into the folder `docs`, and read.", label="Then:"),
        _steps(label="Go to the root of the project:"),
        shell("cd app") + "\n> ```bash\n> cd app\n> ```\n",
        _steps(label="In a new terminal:"),
        _steps(first="cd web-app\ncd ..\nls"),
    ],
)
def test_whoever_may_have_left_is_left_alone(page: str) -> None:
    assert marked(entered_twice, page) == []


def test_a_folder_of_the_same_name_in_the_companion_is_left_alone() -> None:
    page = shell("cd app", "cd app")
    assert marked(entered_twice, page, companion={"app/main.py": ""}) == []
    assert len(marked(entered_twice, page, companion={"main.py": ""})) == 1


def test_a_page_of_nothing_but_cd_is_read_quickly() -> None:
    assert len(found_on(entered_twice, shell("cd app\n" * 3000))) <= 20
