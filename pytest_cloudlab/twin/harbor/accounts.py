"""Harbor's projects, the robot accounts that may push to them, and the tokens they are given."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pytest_cloudlab.twin.saved import Saved

ADMIN = "admin"
TOKEN_S = 1800
MOST_TOKENS = 10_000
PROJECT = re.compile(r"[a-z0-9](?:[a-z0-9]|[._-](?=[a-z0-9])){0,254}")
ROBOT = re.compile(r"[a-z0-9](?:[a-z0-9]|[._-](?=[a-z0-9])){0,254}")
SCOPE = re.compile(r"repository:(?P<name>[a-z0-9._/-]+):(?P<actions>[a-z,*]+)")
ACTIONS = ("pull", "push", "delete")


@dataclass(frozen=True)
class Account:
    """Whoever asks: the administrator, a robot, or nobody."""

    name: str
    project: str
    """A robot's own."""
    actions: frozenset[str]

    def may(self, repository: str, *, public: bool) -> frozenset[str]:
        """What it may do there."""
        if self.name == ADMIN:
            return frozenset(ACTIONS)
        mine = self.actions if repository.partition("/")[0] == self.project else frozenset[str]()
        return mine | ({"pull"} if public else set())


NOBODY = Account("", "", frozenset())


@dataclass(frozen=True)
class Token:
    expires: float
    access: dict[str, frozenset[str]]
    """What may be done, by repository."""


class Accounts:
    def __init__(self, saved: Saved, is_admin: Callable[[str], bool], public: frozenset[str]) -> None:
        """`public` are projects of the twin's own that everybody may read."""
        self._saved = saved
        self._is_admin = is_admin
        state = saved.read("harbor")
        self._projects: dict[str, bool] = {**state.get("projects", {}), **dict.fromkeys(public, True)}
        self._robots: dict[str, dict[str, Any]] = state.get("robots", {})
        self._tokens: dict[str, Token] = {}

    def sign_in(self, user: str, password: str) -> Account | None:
        """None for a wrong user or password."""
        if user == ADMIN:
            return Account(ADMIN, "", frozenset(ACTIONS)) if self._is_admin(password) else None
        robot = self._robots.get(user)
        if robot is None or not hmac.compare_digest(_digest(password), robot["secret"]):
            return None
        return Account(user, robot["project"], frozenset(robot["actions"]))

    def has_project(self, name: str) -> bool:
        return name in self._projects

    def add_project(self, name: str, *, public: bool) -> None:
        self._projects[name] = public
        self._write()

    def add_robot(self, project: str, name: str, actions: list[str]) -> tuple[str, str]:
        """Its full name, and its secret, which is told this once."""
        full, secret = f"robot${project}+{name}", secrets.token_urlsafe(24)
        kept = [action for action in actions if action in ACTIONS]
        self._robots[full] = {"project": project, "secret": _digest(secret), "actions": kept}
        self._write()
        return full, secret

    def has_robot(self, project: str, name: str) -> bool:
        return f"robot${project}+{name}" in self._robots

    def may(self, account: Account, repository: str) -> frozenset[str]:
        public = self._projects.get(repository.partition("/")[0], False)
        return account.may(repository, public=public)

    def token(self, account: Account, scopes: list[str]) -> str:
        """A token for as much of `scopes` as the account may do: the registry refuses the rest when it is
        tried."""
        access: dict[str, frozenset[str]] = {}
        for scope in (found for text in scopes for found in SCOPE.finditer(text)):
            asked = set(scope["actions"].split(","))
            asked = set(ACTIONS) if "*" in asked else asked
            access[scope["name"]] = self.may(account, scope["name"]) & asked
        now = time.monotonic()
        self._tokens = {key: one for key, one in self._tokens.items() if one.expires > now}
        while len(self._tokens) >= MOST_TOKENS:
            self._tokens.pop(next(iter(self._tokens)))
        token = secrets.token_urlsafe(32)
        self._tokens[token] = Token(now + TOKEN_S, access)
        return token

    def granted(self, token: str) -> Token | None:
        """What that token is good for; None when it is none."""
        one = self._tokens.get(token)
        return one if one and one.expires > time.monotonic() else None

    def _write(self) -> None:
        self._saved.write("harbor", {"projects": self._projects, "robots": self._robots})


def _digest(secret: str) -> str:
    """Enough for a secret that was made by chance."""
    return hashlib.sha256(secret.encode()).hexdigest()
