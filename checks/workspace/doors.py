"""The two ways to a workspace's server: the address that CONNECT opens, and a forwarded port."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode

from pytest_cloudlab.checks.workspace.workspace import Workspace
from pytest_cloudlab.clouds.answer import Answer, Reply
from pytest_cloudlab.clouds.http import Http
from pytest_cloudlab.errors import CouldNotLook, NotFound
from pytest_cloudlab.targets import Target
from pytest_cloudlab.waiting import Deadline
from pytest_cloudlab.webpage import Page, fetch_through

MOST_BYTES = 4 << 20
ANSWER_S = 20.0
FORM = "application/x-www-form-urlencoded"


class Secrets(dict[str, str]):
    """Headers for sending only: nothing that prints them shows them."""

    def __repr__(self) -> str:
        return "<headers>"


@dataclass(frozen=True)
class Address:
    """Where CONNECT leads. Follows redirects, keeps no cookies."""

    url: str
    name: str
    """What the workspace is called."""
    _http: Http = field(default_factory=Http, repr=False)

    def get(self, path: str, headers: Mapping[str, str] | None = None, *, may_miss: bool = False) -> Answer:
        """Raises `Unreachable`, and `NotFound` where nobody serves that workspace: on 404, which what
        `may_miss` is also told by the server itself. Raises `CouldNotLook` where another host answers, such
        as one that the platform's own users sign in at: it is not the workspace's server."""
        return self._ask("GET", path, dict(headers or {}), None, may_miss=may_miss)

    def post(self, path: str, form: Mapping[str, str]) -> Answer:
        """The answer to that form, not what it redirects to. Raises as `get` does; whoever reads the answer
        has to see that it is the server's, and no redirect of the platform's."""
        return self._ask("POST", path, {"Content-Type": FORM}, urlencode(form).encode())

    def _ask(
        self, method: str, path: str, headers: dict[str, str], body: bytes | None, *, may_miss: bool = False
    ) -> Answer:
        def whole(reply: Reply) -> Answer:
            return reply.whole(MOST_BYTES)

        answer = self._http.ask(
            method,
            f"{self.url}{path}",
            headers=headers,
            body=body,
            deadline=Deadline.after(ANSWER_S),
            take=whole,
        )
        if answer.moved:
            raise CouldNotLook(
                f"{self.url} sends whoever asks on to {answer.host}, which is not the workspace's server",
                remedy="Does the platform ask for its own sign-in there? Then look at it in a browser.",
            )
        if answer.status == 404 and not may_miss:
            raise NotFound(
                f"{self.url} leads to no workspace (HTTP 404).",
                remedy=f"Is it called {self.name}, and does CONNECT open that address?",
            )
        return answer

    def close(self) -> None:
        self._http.close()


@contextmanager
def address(one: Workspace) -> Iterator[Address]:
    opened = Address(one.address, one.name)
    try:
        yield opened
    finally:
        opened.close()


@dataclass(frozen=True)
class Port:
    """The server's port, through a tunnel into the pod."""

    machine: Target
    port: int
    url: str

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Page:
        """Raises what `fetch_through` does."""
        return fetch_through(self.machine, self.url + path, self.port, headers=headers)


@contextmanager
def port(machine: Target, one: Workspace) -> Iterator[Port]:
    with machine.forward(one.port) as url:
        yield Port(machine, one.port, url)
