"""What the check of the whole chain says of what it is told at each hop: nothing is started."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_cloudlab.chain import Answer, Evidence
from pytest_cloudlab.chain.asking import Far, Said
from pytest_cloudlab.chain.document import read
from pytest_cloudlab.chain.nonce import Nonce
from pytest_cloudlab.checks.tunnels import test_600_chain
from pytest_cloudlab.checks.tunnels.preview import Seen
from pytest_cloudlab.errors import CouldNotLook
from pytest_cloudlab.webpage import Page
from tests.checks.tunnels.test_verdicts import Measured

ALICE = '<p id="member">Alice Martin</p>'
NONCE = Nonce("/nonce.txt", "0123")


class World:
    """All leads on, and the page names Alice; a test changes what it is about."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.nonce: Nonce | None = NONCE
        self.preview: Seen | None = None
        self.page = ALICE
        self.said: dict[str, Said | CouldNotLook] = {}
        self.asked: list[str] = []
        self.kept: dict[str, bytes] = {}
        self.measured = Measured()
        for name in ("look_at", "far_page", "said_at", "look", "forwarded", "fetch_through"):
            monkeypatch.setattr(test_600_chain, name, getattr(self, name))

    def look_at(self, machines: dict[str, object], *_: object) -> dict[str, Evidence]:
        return {name: Evidence(name, "", str(at), name, (name,)) for at, name in enumerate(machines)}

    @contextmanager
    def far_page(self, name: str, port: int, *_: object) -> Iterator[Far]:
        yield Far(name, port, self.nonce)

    def said_at(self, name: str, *_: object) -> Said | CouldNotLook:
        self.asked.append(name)
        return self.said.get(name, Said(Answer.REACHED))

    def look(self, name: str, port: int, found: object, path: str) -> Seen:
        assert path == (NONCE.path if self.nonce else "/")
        assert self.preview
        return self.preview

    def forwarded(self, *_: object) -> None: ...

    def fetch_through(self, *_: object) -> Page:
        return Page("", 200, self.page)

    def judge(self) -> None:
        machine: Any = SimpleNamespace(forward=lambda port: nullcontext("http://127.0.0.1:1"))
        parameters = SimpleNamespace(
            ports=SimpleNamespace(laptop=8888, codespace=8888, vm=8888),
            served=SimpleNamespace(folder="/srv", member=SimpleNamespace(select="#member", value="text")),
            preview=SimpleNamespace(visibility="public" if self.preview else "private"),
        )
        assignment: Any = SimpleNamespace(
            lab=SimpleNamespace(parameters=parameters), member=SimpleNamespace(name="Alice Martin")
        )
        inside: Any = SimpleNamespace(machine=machine, port=8000)
        test_600_chain.test_page_comes_through_every_hop(
            machine, machine, machine, inside, "x", assignment, self.measured, self.keep
        )

    def keep(self, name: str, data: bytes, media_type: str) -> None:
        self.kept[name] = data


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return World(monkeypatch)


@pytest.mark.parametrize(("nonce", "told_by"), [(NONCE, "nonce"), (None, "connections")])
def test_all_leads_on(world: World, nonce: Nonce | None, told_by: str) -> None:
    """With a nonce, or with connections counted where none can be put: the record says which."""
    world.nonce = nonce
    world.judge()
    assert world.measured["told_by"] == told_by
    assert world.asked == ["container", "vm", "codespace", "laptop"]


def test_a_port_that_could_not_be_asked_is_drawn_before_it_is_told(world: World) -> None:
    """Nothing nearer is asked: it may suffer from that one."""
    world.said["vm"] = CouldNotLook("the way is slow")
    with pytest.raises(CouldNotLook, match="the way is slow"):
        world.judge()
    chain = read(world.measured["chain"])
    assert chain
    assert [hop.answer for hop in chain.hops] == [
        Answer.UNASKED,
        Answer.UNASKED,
        Answer.UNKNOWN,
        Answer.REACHED,
    ]
    assert "the way is slow" in world.kept["chain.txt"].decode()
    assert world.asked == ["container", "vm"]


def test_a_port_that_leads_elsewhere_breaks_the_chain(world: World) -> None:
    world.said["codespace"] = Said(Answer.ELSEWHERE, "ends there")
    with pytest.raises(AssertionError, match="breaks at your codespace, port 8888: ends there"):
        world.judge()


@pytest.mark.parametrize(
    ("nonce", "body", "right"),
    [
        (NONCE, "0123\n", True),
        (NONCE, ALICE, False),
        (None, ALICE, True),
        (None, ALICE.replace("Alice", "Bob"), False),
        (None, "0123", False),
    ],
)
def test_a_public_preview_shows_the_nonce_or_the_name(
    world: World, nonce: Nonce | None, body: str, right: bool
) -> None:
    world.nonce, world.preview = nonce, Seen(True, 200, body)
    if right:
        world.judge()
    else:
        with pytest.raises(AssertionError, match="shows another page"):
            world.judge()
