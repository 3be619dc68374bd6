"""code-server as its visitors meet it: the config file with its password, the login form, the session."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import msgspec

from pytest_cloudlab.checks.workspace.doors import Address, Secrets
from pytest_cloudlab.checks.workspace.flat_yaml import FlatYaml
from pytest_cloudlab.clouds.answer import Answer
from pytest_cloudlab.errors import CouldNotLook, NotFound
from pytest_cloudlab.redaction import register_secret
from pytest_cloudlab.targets import Target

CONFIG_BYTES = 64 << 10
LOGIN_FIELD = re.compile(r"""<input[^>]{0,400}\bname=["']password["']""", re.IGNORECASE)
WORKBENCH = re.compile(r"vscode-workbench-web-configuration|monaco-workbench|workbench\.web\.main")
LIMITED = re.compile(r"rate limited", re.IGNORECASE)
ERROR = re.compile(r"""<div class=["']error["']>([^<]{1,200})""")
SESSION = re.compile(r"(?:^|[\s,])(code-server-session[\w.-]*|key)=([^;,\s]+)")
WRONG = "not-the-password-of-this-workspace"


@dataclass(frozen=True)
class Config:
    auth: str
    password: str
    """Registered as a secret. Never shown: see `__repr__`."""
    hashed: bool

    def __repr__(self) -> str:
        return f"Config(auth={self.auth!r})"


def read_config(machine: Target, path: str) -> Config:
    """What the config file says. Raises `NotFound` where there is none, `CouldNotLook` where that is in
    doubt, and what a target's `read` does."""
    found = FlatYaml.parse(machine.read(path, max_bytes=CONFIG_BYTES))
    password = found.text("password")
    register_secret(password)
    return Config(found.text("auth") or "password", password, found.has("hashed-password"))


def is_login(page: str) -> bool:
    return LOGIN_FIELD.search(page) is not None


def is_workbench(page: str) -> bool:
    return not is_login(page) and WORKBENCH.search(page) is not None


def text(answer: Answer) -> str:
    return answer.body.decode("utf-8", "replace")


def refusal(address: Address) -> str:
    """What a wrong password is told; empty when it is let in. One try: the server counts them.

    Raises `CouldNotLook` where somebody has tried too often of late, and where the form does not come back.
    """
    answer = address.post("/login", {"password": WRONG, "base": "/"})
    _require_patience(answer)
    if _session(answer):
        return ""
    return _refused(answer)


def sign_in(address: Address, password: str) -> Secrets:
    """Headers of a session. Raises `NotFound` when the password is refused, else as `refusal` does."""
    answer = address.post("/login", {"password": password, "base": "/"})
    _require_patience(answer)
    session = _session(answer)
    if not session:
        said = _refused(answer)
        raise NotFound(
            f"The password in the pod's config file is refused at the workspace's address: {said}."
        )
    return session


def _refused(answer: Answer) -> str:
    """What the login form says when it comes back. Raises `CouldNotLook` for any other answer: that is not
    VS Code server's, which shows its form again to whoever it does not let in."""
    page = text(answer)
    if not is_login(page):
        raise CouldNotLook(
            f"the workspace's address answers a password with HTTP {answer.status}, and not with VS Code "
            "server's form"
        )
    said = ERROR.search(page)
    return said[1].strip() if said else f"HTTP {answer.status}"


def heartbeat(body: str | bytes) -> int:
    """Since when its server is in use, in ms, from what it says under `/healthz` to whoever asks; 0 when it
    says none. Each process keeps its own, and any question but this one sets it anew, once a minute."""
    try:
        found = msgspec.json.decode(body, type=dict[str, Any]).get("lastHeartbeat")
    except (msgspec.DecodeError, RecursionError):
        return 0
    return int(found) if isinstance(found, int | float) and found > 0 else 0


def _session(answer: Answer) -> Secrets:
    found = SESSION.search(answer.headers.get("Set-Cookie", ""))
    if not found or not found[2].strip('"'):
        return Secrets()
    register_secret(found[2])
    return Secrets({"Cookie": f"{found[1]}={found[2]}"})


def _require_patience(answer: Answer) -> None:
    if LIMITED.search(text(answer)):
        raise CouldNotLook(
            "VS Code server lets nobody try for now: too many wrong passwords of late",
            remedy="Wait for a minute, or an hour if that does not help, and check again.",
        )
