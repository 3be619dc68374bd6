"""What the checks make of files, logs and amounts."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_cloudlab.checks.workspace import jupyter
from pytest_cloudlab.checks.workspace.code_server import is_login, is_workbench, read_config
from pytest_cloudlab.checks.workspace.quantity import quantity
from pytest_cloudlab.checks.workspace.settings import HANDLER, read_settings
from pytest_cloudlab.errors import CouldNotLook, NotFound
from pytest_cloudlab.redaction import redact
from pytest_cloudlab.targets.local import local

TOKEN = "0123456789abcdef" * 3


@pytest.mark.parametrize(
    ("one", "other"), [("2", "2000m"), ("4Gi", "4096Mi"), ("1.5", "1500m"), ("1k", "1000"), ("2", "2.0")]
)
def test_the_same_amount_may_be_written_in_several_ways(one: str, other: str) -> None:
    assert quantity(one) == quantity(other)


@pytest.mark.parametrize("text", ["", "much", "4 Gi", "-1", "4GiB", "9" * 30])
def test_what_is_no_amount_is_none(text: str) -> None:
    assert quantity(text) is None


@pytest.mark.parametrize("quote", ["", '"', "'"])
def test_the_password_is_read_and_shown_nowhere(tmp_path: Path, quote: str) -> None:
    file = tmp_path / "config.yaml"
    password = f"correct-horse-{len(quote)}-{tmp_path.name}"
    file.write_text(
        f"bind-addr: 127.0.0.1:8080\nauth: password\npassword: {quote}{password}{quote}\r\ncert: false\n"
    )
    with local() as here:
        config = read_config(here, str(file))
    assert (config.auth, config.password, config.hashed) == ("password", password, False)
    assert password not in repr(config)
    assert password not in redact(f"it said {password}")


def test_the_newest_token_of_a_log_counts() -> None:
    """An older one is of a server that has ended; each is a secret."""
    log = f"http://pod:8888/lab?token={'f' * 48}\nhttp://127.0.0.1:8888/lab?token={TOKEN}\n"
    headers = jupyter.token(log)
    assert headers == {"Authorization": f"token {TOKEN}"}
    assert TOKEN not in repr(headers)
    assert TOKEN not in redact(f"it said {TOKEN}")


STARTED = "[I] Jupyter Server 2.14.0 is running at:\n[I] http://pod:8888/lab{}\n"


@pytest.mark.parametrize("shown", ["", "?token=..."])
def test_a_log_without_a_token_is_told(shown: str) -> None:
    with pytest.raises(NotFound):
        jupyter.token(STARTED.format(shown))


@pytest.mark.parametrize("log", ["", "[I] 200 GET /api/status\n"])
def test_a_log_without_its_beginning_says_nothing(log: str) -> None:
    """A node keeps the newest part of a long log only."""
    with pytest.raises(CouldNotLook, match="does not show its start"):
        jupyter.token(log)


def test_the_folder_that_is_served_is_that_of_the_newest_start() -> None:
    line = "[I 2026-01-05 08:00:00.000 ServerApp] Serving notebooks from local directory: {}\r\n"
    log = line.format("/home/jovyan") + line.format("/sdd-pvc/my work")
    assert jupyter.notebook_directory(log) == "/sdd-pvc/my work"
    with pytest.raises(CouldNotLook):
        jupyter.notebook_directory("")


def test_the_machine_s_settings_go_over_the_user_s(tmp_path: Path) -> None:
    for place, text in {
        "User": f'{{"{HANDLER}": true, // mine\n}}',
        "Machine": f'{{"{HANDLER}": false,}}',
    }.items():
        (tmp_path / place).mkdir()
        (tmp_path / place / "settings.json").write_text(text)
    with local() as here:
        assert read_settings(here, f"{tmp_path}/{{}}/settings.json") == {HANDLER: False}
        assert read_settings(here, f"{tmp_path}/none/{{}}/settings.json") == {}


def test_settings_that_are_no_json_are_nobody_s_fault(tmp_path: Path) -> None:
    (tmp_path / "User").mkdir()
    (tmp_path / "User" / "settings.json").write_text("{")
    with local() as here, pytest.raises(CouldNotLook):
        read_settings(here, f"{tmp_path}/{{}}/settings.json")


def test_a_login_page_is_no_editor() -> None:
    login = '<form><input required class="password" type="password" name="password" /></form>'
    editor = '<meta id="vscode-workbench-web-configuration" data-settings="{}">'
    assert (is_login(login), is_workbench(login)) == (True, False)
    assert (is_login(editor), is_workbench(editor)) == (False, True)
