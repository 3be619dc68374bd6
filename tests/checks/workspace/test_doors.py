"""What is taken for an answer of the workspace's own server, and what is not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pytest_cloudlab.checks.workspace import code_server
from pytest_cloudlab.checks.workspace import test_110_vscode as checks
from pytest_cloudlab.checks.workspace.doors import Address
from pytest_cloudlab.checks.workspace.workspace import workspace
from pytest_cloudlab.clouds.http import Http
from pytest_cloudlab.errors import CouldNotLook, NotFound
from tests.checks.workspace.stubs import Machine, Measured, alice, said
from tests.clouds.odd_server import Asked, OddServer

FORM = '<form><input required class="password" type="password" name="password" />{}</form>'
EDITOR = '<meta id="vscode-workbench-web-configuration" data-settings="{}">'
SESSION = "code-server-session=0123456789abcdef; Path=/"


@pytest.fixture
def server() -> Iterator[OddServer]:
    with OddServer() as one:
        yield one


@pytest.fixture
def elsewhere() -> Iterator[OddServer]:
    with OddServer() as one:
        one.script = lambda asked: asked.say(200, FORM.format(""))
        yield one


@pytest.fixture
def address(server: OddServer) -> Iterator[Address]:
    opened = Address(f"http://{server.host}", "alice-vscode", Http(plain=True, first_pause_s=0.05))
    yield opened
    opened.close()


def test_another_host_is_not_the_workspace_s_server(
    address: Address, server: OddServer, elsewhere: OddServer
) -> None:
    """A platform may ask for its own sign-in first. It is not shown the session."""
    server.script = lambda asked: asked.say(302, location=f"http://{elsewhere.host}/sign-in")
    with pytest.raises(CouldNotLook, match="sends whoever asks on"):
        address.get("/", {"Cookie": SESSION, "Authorization": "token s3cret"})
    assert not {"Cookie", "Authorization"} & elsewhere.seen[0][2].keys()


def test_a_wrong_password_is_refused_with_the_form(address: Address, server: OddServer) -> None:
    error = '<div class="error">Incorrect password</div>'
    server.script = lambda asked: asked.say(200, FORM.format(error))
    assert code_server.refusal(address) == "Incorrect password"
    with pytest.raises(NotFound, match="Incorrect password"):
        code_server.sign_in(address, "right")


@pytest.mark.parametrize("status", [200, 302, 403])
def test_any_other_answer_to_a_password_says_nothing(
    address: Address, server: OddServer, status: int
) -> None:
    """Neither that a wrong one is refused, nor that the right one is."""
    server.script = lambda asked: asked.say(status, "no form", location="https://sign-in.example/")
    for ask in (code_server.refusal, lambda at: code_server.sign_in(at, "right")):
        with pytest.raises(CouldNotLook, match="form"):
            ask(address)


def test_a_wrong_password_that_is_let_in_fails_the_check(
    address: Address, server: OddServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lets_in(asked: Asked) -> None:
        if asked.command == "POST":
            asked.say(302, location="./", set_cookie=SESSION)
        else:
            asked.say(200, FORM.format(""))

    server.script = lets_in
    monkeypatch.setattr("pytest_cloudlab.checks.workspace.doors.address", lambda _: Opened(address))
    measured = Measured()
    with pytest.raises(AssertionError, match="lets a wrong password in"):
        checks.test_vscode_asks_for_its_password(workspace(alice(), "vscode"), measured)
    assert measured["login"] is True


class Opened:
    def __init__(self, address: Address) -> None:
        self._address = address

    def __enter__(self) -> Address:
        return self._address

    def __exit__(self, *_: object) -> None:
        """Its fixture closes it."""


@pytest.mark.parametrize(
    ("body", "beat"),
    [
        ('{"status":"alive","lastHeartbeat":1763784000123}', 1763784000123),
        ('{"status":"expired","lastHeartbeat":0}', 0),
        ('{"lastHeartbeat":"now"}', 0),
        ("[]", 0),
        (EDITOR, 0),
    ],
)
def test_a_server_tells_since_when_it_is_in_use(body: str, beat: int) -> None:
    assert code_server.heartbeat(body) == beat


def test_a_config_file_in_doubt_is_not_judged() -> None:
    with pytest.raises(CouldNotLook, match="quotes"):
        code_server.read_config(Machine(said("password: 0123\n")), "/config.yaml")
