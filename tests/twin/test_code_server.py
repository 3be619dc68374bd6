"""The stand-in for code-server, run as a program of this machine."""

from __future__ import annotations

import runpy
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from pytest_cloudlab.twin.images import FOLDER
from pytest_cloudlab.waiting import Deadline, NotYet, until

LOGIN = runpy.run_path(str(FOLDER / "code-server" / "login.py"))["Login"]
PROGRAM = FOLDER / "code-server" / "code_server.py"
ARGV = (sys.executable, "-B", str(PROGRAM))


@dataclass(frozen=True)
class Server:
    url: str
    home: Path

    @property
    def password(self) -> str:
        lines = (self.home / ".config/code-server/config.yaml").read_text().splitlines()
        return next(line.removeprefix("password: ") for line in lines if line.startswith("password: "))

    def post(self, password: str) -> requests.Response:
        form = {"password": password}
        return requests.post(f"{self.url}/login", data=form, timeout=10, allow_redirects=False)

    def get(self, path: str, **options: object) -> requests.Response:
        return requests.get(f"{self.url}{path}", timeout=10, allow_redirects=False, **options)  # type: ignore[arg-type]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    one = Server(f"http://127.0.0.1:{port}", tmp_path)
    argv = (*ARGV, "--bind-addr", f"127.0.0.1:{port}", ".")
    process = subprocess.Popen(argv, env={"HOME": str(tmp_path)}, stdout=subprocess.PIPE, cwd=tmp_path)

    def answers(_: Deadline) -> None:
        try:
            one.get("/healthz")
        except requests.ConnectionError:
            raise NotYet("nobody listens") from None

    try:
        until(answers, what="it answers", within_s=20)
        yield one
    finally:
        process.terminate()
        process.communicate(timeout=10)


def test_its_config_file_is_code_server_s(server: Server) -> None:
    """Made at the first start, with a password made by chance."""
    file = server.home / ".config/code-server/config.yaml"
    assert file.read_text() == (
        f"bind-addr: 127.0.0.1:8080\nauth: password\npassword: {server.password}\ncert: false\n"
    )
    assert len(server.password) == 24
    assert file.stat().st_mode & 0o077 == 0


def test_the_password_opens_the_workbench(server: Server) -> None:
    stranger = server.get("/")
    assert (stranger.status_code, stranger.headers["Location"]) == (302, "./login")
    answer = server.post(server.password)
    assert (answer.status_code, answer.headers["Location"]) == (302, "./")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("code-server-session=")
    assert server.password not in cookie
    inside = server.get("/?folder=/", headers={"Cookie": cookie.partition(";")[0]})
    assert "vscode-workbench-web-configuration" in inside.text
    assert server.get("/?folder=/", headers={"Cookie": "code-server-session=forged"}).status_code == 302


def test_wrong_passwords_are_refused_and_counted(server: Server) -> None:
    """Two a minute and twelve an hour; after that, even the right one has to wait."""
    assert server.post(server.password).status_code == 302
    assert "Missing password" in server.post("").text
    for _ in range(14):
        answer = server.post("wrong")
        assert answer.status_code == 200
        assert "Incorrect password" in answer.text
        assert "Set-Cookie" not in answer.headers
    assert "Login rate limited!" in server.post(server.password).text


def test_it_tells_since_when_it_is_in_use(server: Server) -> None:
    """Any question but this one counts, once a minute."""
    assert server.get("/healthz").json() == {"status": "expired", "lastHeartbeat": 0}
    server.get("/login")
    first = server.get("/healthz").json()
    assert first["status"] == "alive"
    assert abs(first["lastHeartbeat"] / 1000 - time.time()) < 30
    server.get("/")
    assert server.get("/healthz").json() == first


def test_a_session_is_any_hash_of_the_password() -> None:
    """Another server that has the same password takes it: it does not tell one from the other."""
    one, other = (LOGIN("correct-horse", "") for _ in range(2))
    assert one.cookie() != one.cookie()
    assert other.signed_in(one.cookie())
    assert not LOGIN("another", "").signed_in(one.cookie())
    for forged in ("", ".", "00", "zz.00", f".{one.cookie()}"):
        assert not one.signed_in(forged)


def test_extensions_are_installed_listed_and_removed(tmp_path: Path) -> None:
    def run(*args: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            (*ARGV, *args), env={"HOME": str(tmp_path)}, capture_output=True, text=True, timeout=20
        )

    assert run("--list-extensions").stdout == ""
    for name in ("ms-toolsai.jupyter", "ms-toolsai.jupyter-keymap", "MS-Python.python"):
        assert run("--install-extension", name).returncode == 0
    assert run("--install-extension", "nobody.nothing").returncode == 1
    assert run("--uninstall-extension", "ms-toolsai.jupyter").returncode == 0
    listed = run("--list-extensions", "--show-versions").stdout.splitlines()
    assert [line.partition("@")[0] for line in listed] == ["ms-python.python", "ms-toolsai.jupyter-keymap"]
