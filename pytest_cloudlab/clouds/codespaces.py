"""Asks GitHub for the codespaces of whoever the token belongs to, over its REST API."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import quote

from pytest_cloudlab.clouds.answer import Answer
from pytest_cloudlab.clouds.codespace import Codespace, Machine, codespace, machine
from pytest_cloudlab.clouds.github_refusal import refusal
from pytest_cloudlab.clouds.http import Http
from pytest_cloudlab.errors import CloudlabError, TooMuch, UsageError
from pytest_cloudlab.waiting import Deadline

__all__ = ["Codespace", "Codespaces", "Machine"]

T = TypeVar("T")
ADDRESS = "https://api.github.com"
API = "GitHub API"
VERSION = "2022-11-28"
PER_PAGE, PAGES = 100, 20
DOCUMENT_BYTES = 8 * 1024 * 1024
AS_IT_WAS = (304, 409)
"""GitHub's answers to starting what runs, or is on its way to."""


class Codespaces:
    """Ends within `deadline_s`, and raises `NotFound`, `Forbidden`, `Unreachable` or `TooMuch`.

    >>> github = Codespaces(token)
    >>> github.get("fuzzy-space-waffle-4q7r").state
    'Available'
    """

    def __init__(self, token: str, *, address: str = ADDRESS, deadline_s: float = 20) -> None:
        self._address = address
        self._headers = {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {token}",
            "X-GitHub-Api-Version": VERSION,
        }
        self._deadline_s = deadline_s
        self._http = Http(plain=address.startswith("http:"))
        # What was asked for may be done although the answer got lost: asking again would make a second one.
        self._http_once = Http(plain=address.startswith("http:"), first_pause_s=math.inf)

    def list(self) -> list[Codespace]:
        deadline = Deadline.after(self._deadline_s)
        found: list[Codespace] = []
        for page in range(1, PAGES + 1):
            path = f"user/codespaces?per_page={PER_PAGE}&page={page}"
            answer = self._ask("GET", path, "list of codespaces", deadline)
            items = _items(answer, "codespaces", codespace)
            found += items
            if len(items) < PER_PAGE:
                return found
        raise TooMuch(f"GitHub lists codespaces on more than {PAGES} pages")

    def get(self, name: str) -> Codespace:
        return codespace(self._ask("GET", _path(name), f"codespace {name}").json())

    def create(
        self,
        repository: str,
        *,
        ref: str = "",
        machine: str = "",
        idle_timeout_minutes: int | None = None,
        retention_period_minutes: int | None = None,
        display_name: str = "",
    ) -> Codespace:
        """Ask for a codespace of `owner/name`; it may still be starting when this returns.

        Asked once: when no answer comes, there may be one nevertheless. What is left out is GitHub's
        choice. Raises `UsageError` when GitHub does not accept what is asked.
        """
        wanted = {
            "ref": ref or None,
            "machine": machine or None,
            "idle_timeout_minutes": idle_timeout_minutes,
            "retention_period_minutes": retention_period_minutes,
            "display_name": display_name or None,
        }
        body = {key: value for key, value in wanted.items() if value is not None}
        path = f"repos/{_repository(repository)}/codespaces"
        what = f"repository {repository} that codespaces could be made of"
        return codespace(self._ask("POST", path, what, body=body, once=True).json())

    def start(self, name: str) -> Codespace:
        """As it is afterwards: it may still be starting. One that runs goes on running."""
        answer = self._ask("POST", f"{_path(name)}/start", f"codespace {name}", fine=AS_IT_WAS)
        return codespace(answer.json()) if answer.ok else self.get(name)

    def stop(self, name: str) -> Codespace:
        """As it is afterwards: it may still be shutting down."""
        return codespace(self._ask("POST", f"{_path(name)}/stop", f"codespace {name}").json())

    def delete(self, name: str) -> None:
        """GitHub accepts it at once and does it a little later."""
        self._ask("DELETE", _path(name), f"codespace {name}")

    def machines(self, repository: str, *, ref: str = "") -> Sequence[Machine]:
        """The sizes that a codespace of `owner/name` can have."""
        query = f"?ref={quote(ref, safe='')}" if ref else ""
        path = f"repos/{_repository(repository)}/codespaces/machines{query}"
        return _items(self._ask("GET", path, f"repository {repository}"), "machines", machine)

    def close(self) -> None:
        self._http.close()
        self._http_once.close()

    def _ask(
        self,
        method: str,
        path: str,
        what: str,
        deadline: Deadline | None = None,
        *,
        body: Mapping[str, Any] | None = None,
        once: bool = False,
        fine: tuple[int, ...] = (),
    ) -> Answer:
        http = self._http_once if once else self._http
        answer = http.ask(
            method,
            f"{self._address}/{path}",
            headers=self._headers if body is None else {**self._headers, "Content-Type": "application/json"},
            body=None if body is None else json.dumps(body).encode(),
            deadline=deadline or Deadline.after(self._deadline_s),
            take=lambda reply: reply.whole(DOCUMENT_BYTES),
        )
        if not answer.ok and answer.status not in fine:
            raise _refusal(answer, what)
        return answer


def _refusal(answer: Answer, what: str) -> CloudlabError:
    return refusal(answer, what) or answer.unexpected(API)


def _items(answer: Answer, key: str, read: Callable[[Any], T]) -> list[T]:
    document = answer.json()
    items = document.get(key) if isinstance(document, dict) else None
    if not isinstance(items, list):
        raise answer.unexpected(API)
    return [read(item) for item in items]


def _path(name: str) -> str:
    if name in ("", ".", ".."):
        raise UsageError(f"{name!r} is no codespace's name.", remedy="`gh codespace list` shows them.")
    return f"user/codespaces/{quote(name, safe='')}"


def _repository(name: str) -> str:
    owner, slash, repository = name.partition("/")
    if not slash or "/" in repository or {owner, repository} & {"", ".", ".."}:
        raise UsageError(f"{name!r} is no repository's name.", remedy="Use owner/name.")
    return f"{quote(owner, safe='')}/{quote(repository, safe='')}"
