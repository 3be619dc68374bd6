"""What could not be looked at is nobody's fault: the far end is gone, the way is slow, a machine is lost."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from pytest_cloudlab import webpage
from pytest_cloudlab.chain import Answer, asking, ending
from pytest_cloudlab.chain.asking import Far, ask, far_page
from pytest_cloudlab.chain.ending import Place
from pytest_cloudlab.chain.nonce import Nonce, served
from pytest_cloudlab.errors import CouldNotLook, TimedOut
from pytest_cloudlab.targets import Lost, Target
from pytest_cloudlab.targets.local import local
from pytest_cloudlab.targets.result import Result
from tests.chain.test_looking import Quiet, Wiki, page, passing_on


@pytest.fixture
def here() -> Iterator[Target]:
    with local() as target:
        yield target


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ending, "ARRIVE_S", 0.3)
    monkeypatch.setattr(ending, "PAUSE_S", 0.03)


@pytest.fixture
def free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        port: int = one.getsockname()[1]
        return port


@contextmanager
def silent() -> Iterator[int]:
    """A port that takes connections and answers none."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as listener:
        yield listener.getsockname()[1]


def test_what_was_put_at_the_far_end_is_gone(here: Target, free: int) -> None:
    """It lives for half a minute: a right tunnel then leads to nobody."""
    with page(Wiki) as door, pytest.raises(CouldNotLook, match="so nothing could be seen to lead there"):
        ask("codespace", door, Far("codespace", free, Nonce("/", "0123")), {"codespace": here})


def test_somebody_else_is_at_the_far_end_now(here: Target) -> None:
    """Nothing says any more what the near port led to."""
    with page(Wiki) as door, page(Quiet) as far, pytest.raises(CouldNotLook, match="is not there any more"):
        ask("codespace", door, Far("codespace", far, Nonce("/nonce", "0123")), {"codespace": here})


def test_who_listened_at_the_far_end_is_gone(here: Target, free: int) -> None:
    with page(Wiki) as door, pytest.raises(CouldNotLook, match="so nothing could be seen to lead there"):
        ask("codespace", door, Far("codespace", free), {"codespace": here})


def test_a_slow_way_is_not_wrong(here: Target, free: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webpage, "fetch", partial(webpage.fetch, timeout_s=0.5))
    machines = {"codespace": here}
    with silent() as door, served(here, free) as nonce, pytest.raises(TimedOut):
        ask("codespace", door, Far("codespace", free, nonce), machines)


def test_a_slow_way_to_another_port_is_wrong(
    here: Target, free: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Connections were seen to come there."""
    monkeypatch.setattr(webpage, "fetch", partial(webpage.fetch, timeout_s=0.5))
    machines = {"codespace": here}
    with silent() as other, passing_on(other) as door, served(here, free) as nonce:
        said = ask("codespace", door, Far("codespace", free, nonce), machines)
    assert said.answer is Answer.ELSEWHERE
    assert f"port {other}" in said.ended


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (
            Place("codespace", 1, "ssh", "10.0.0.7:22", "vm", closed=True),
            "leads to the vm, and there to nobody",
        ),
        (Place("codespace", 1, "ssh", "10.0.0.9:22"), "leaves the chain"),
        (Place("codespace", 1, "gh", closed=True), "leaves the chain"),
        (Place("codespace", 1, "docker-proxy"), "leaves the chain"),
        (Place("codespace", 1, "python3"), "ends there"),
        (Place("codespace", 1), "ends there"),
        (Place("codespace", 1, "ssh", "10.0.0.7:22", "vm"), None),
        (Place("codespace", 1, "code"), None),
        (Place("codespace", 1, "ssh"), None),
    ],
)
def test_what_is_on_its_way_is_not_wrong(
    here: Target, place: Place, words: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Connections that stay open with a program that passes them on may still come."""
    with page(Wiki) as door, page(Wiki) as far:
        monkeypatch.setattr(asking, "ending", lambda *_, **__: replace(place, port=door))
        machines = {"codespace": here}
        if words is None:
            with pytest.raises(CouldNotLook, match="stay open"):
                ask("codespace", door, Far("codespace", far), machines)
        else:
            assert words in ask("codespace", door, Far("codespace", far), machines).ended


def test_connections_that_are_closed_from_beyond_are_seen(here: Target) -> None:
    """As `ssh` does for a port where nobody listens."""

    def refuse(listener: socket.socket) -> None:
        while True:
            try:
                listener.accept()[0].close()
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0), backlog=50) as listener:
        port = listener.getsockname()[1]
        refusing = threading.Thread(target=refuse, args=(listener,))
        refusing.start()
        place = ending.ending("codespace", port, {"codespace": here})
        listener.shutdown(socket.SHUT_RDWR)
        refusing.join()
    assert place.closed
    with silent() as open_port:
        assert not ending.ending("codespace", open_port, {"codespace": here}).closed


def test_the_machine_that_an_address_is_of(here: Target) -> None:
    own = here.run("hostname -I").text.split()[0]
    reached = Target("ssh://student@203.0.113.7:22", ("false", "sh"))  # its own tables know nothing of that
    machines = {"codespace": here, "vm": reached}
    assert ending._whose(f"{own}:22", machines) == "codespace"
    assert ending._whose("203.0.113.7:22", machines) == "vm"
    assert ending._whose("[::ffff:203.0.113.7]:22", machines) == "vm"
    assert ending._whose("203.0.113.9:22", machines) == ending._whose("", machines) == ""


def test_a_machine_that_is_no_part_of_a_hop_decides_nothing(here: Target) -> None:
    gone = Target("gone://", ("false", "sh"))
    with page(Quiet) as port, passing_on(port) as door:
        machines = {"laptop": gone, "codespace": here}
        assert ask("codespace", door, Far("codespace", port), machines).answer is Answer.REACHED
        with pytest.raises(CouldNotLook):
            ask("codespace", door, Far("laptop", port), machines)


class Wsl(Target):
    """Its kernel says so."""

    def run(self, command: str, *args: str, **limits: object) -> Result:
        if command.startswith("grep -qi microsoft"):
            return Result(0, b"", b"")
        return super().run(command, *args)


def test_windows_own_ports_are_not_seen_from_wsl(free: int) -> None:
    with Wsl("local://", ("sh",)) as wsl, pytest.raises(CouldNotLook, match="WSL") as caught:
        ask("laptop", free, Far("laptop", 1), {"laptop": wsl})
    assert "gh codespace ports forward" in caught.value.remedy


def test_a_folder_that_is_not_the_pages_has_no_nonce(here: Target, tmp_path: Path) -> None:
    """The web server is an app; or the folder takes no file. Its connections can still be counted."""
    with page(Wiki) as port:
        with far_page("vm", port, {"vm": here}, str(tmp_path)) as far:
            assert far == Far("vm", port)
        with far_page("vm", port, {"vm": here}, f"{tmp_path}/none") as far:
            assert far.nonce is None
    assert not list(tmp_path.iterdir())

    def serve(*words: object) -> Quiet:
        return Quiet(*words, directory=str(tmp_path))  # type: ignore[arg-type]

    with page(serve) as port, far_page("vm", port, {"vm": here}, str(tmp_path)) as far:
        assert far.nonce
        assert ask("vm", port, far, {"vm": here}).answer is Answer.REACHED


def test_a_container_without_tools_has_no_nonce(
    here: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that was lost is lost."""
    for reason, kept in (("tools", True), ("gone", False)):

        def forward(port: int, reason: str = reason) -> None:
            raise Lost("no", reason=reason)  # type: ignore[arg-type]

        monkeypatch.setattr(here, "forward", forward)
        if kept:
            with far_page("vm", 1, {"vm": here}, str(tmp_path)) as far:
                assert far.nonce is None
        else:
            with pytest.raises(Lost), far_page("vm", 1, {"vm": here}, str(tmp_path)):
                pass
