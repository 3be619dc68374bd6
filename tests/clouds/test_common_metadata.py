"""A project's common metadata: what is there stays, and who comes second looks again."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from google.oauth2.credentials import Credentials

from pytest_cloudlab.clouds.common_metadata import CommonMetadata
from pytest_cloudlab.errors import Forbidden, TimedOut, UsageError

from .internet import Internet
from .odd_server import Asked

PROJECT = "/compute/v1/projects/sdd"
OTHERS = "root:ssh-rsa AAAA root@codespace"
KEY = "ssh-ed25519 BBBB"
DONE = {"kind": "compute#operation", "name": "op-1", "status": "DONE"}
STALE = "Supplied fingerprint does not match current metadata fingerprint."


class Project:
    """Answers as the API does, and keeps what it is told."""

    def __init__(self, internet: Internet, **items: str) -> None:
        self.items = items
        self.written = 0
        self.before: list[Callable[[], None]] = []
        """What happens just before a write arrives, one for each."""
        self.operation: dict[str, Any] = DONE
        internet.script = self._answer

    def _answer(self, asked: Asked) -> None:
        path = asked.path.partition("?")[0]
        if path == PROJECT:
            asked.say(200, {"name": "sdd", "commonInstanceMetadata": self._metadata()})
        elif path == f"{PROJECT}/setCommonInstanceMetadata":
            if self.before:
                self.before.pop()()
            sent = json.loads(asked.body)
            if sent["fingerprint"] != self._metadata()["fingerprint"]:
                asked.say(412, {"error": {"code": 412, "message": STALE, "errors": []}})
                return
            self.items = {item["key"]: item["value"] for item in sent["items"]}
            self.written += 1
            asked.say(200, self.operation)
        else:
            assert path == f"{PROJECT}/global/operations/op-1/wait"
            asked.say(200, self.operation if self.operation["status"] == "PENDING" else DONE)

    def _metadata(self) -> dict[str, Any]:
        items = [{"key": key, "value": value} for key, value in self.items.items()]
        return {"fingerprint": f"f{len(json.dumps(items))}", "items": items}


def metadata(**seconds: float) -> CommonMetadata:
    return CommonMetadata("sdd", credentials=Credentials("t0ken"), **seconds)  # type: ignore[no-untyped-call]


def test_a_key_comes_beside_what_is_there(internet: Internet) -> None:
    """Other keys and other entries stay; VMs are told to publish their host keys."""
    project = Project(internet, **{"ssh-keys": OTHERS, "a": "1"})
    metadata().add_key("student", KEY)
    wanted = {"ssh-keys": f"{OTHERS}\nstudent:{KEY}", "a": "1", "enable-guest-attributes": "TRUE"}
    assert project.items == wanted
    assert metadata().items() == wanted


def test_a_key_that_is_there_is_not_written_again(internet: Internet) -> None:
    project = Project(internet)
    metadata().add_key("student", KEY)
    metadata().add_key("student", KEY)
    assert (project.items["ssh-keys"], project.written) == (f"student:{KEY}", 1)


def test_who_comes_second_looks_again(internet: Internet) -> None:
    """Somebody's gcloud wrote its key in between: both keys are there in the end."""
    project = Project(internet)
    project.before = [lambda: project.items.update({"ssh-keys": OTHERS})]
    metadata().add_key("student", KEY)
    assert project.items["ssh-keys"] == f"{OTHERS}\nstudent:{KEY}"


def test_it_is_written_when_the_operation_is_done(internet: Internet) -> None:
    """A running one is waited for, one without end only so long, and its errors are raised."""
    project = Project(internet)
    project.operation = {**DONE, "status": "RUNNING"}
    metadata().add_key("student", KEY)
    waits = [path for path in internet.paths if "/wait" in path]
    assert len(waits) == 1

    project.operation = {**DONE, "status": "PENDING"}
    with pytest.raises(TimedOut, match="not finished in time"):
        metadata(deadline_s=0.5).add_key("student", "another")

    project.operation = {**DONE, "error": {"errors": [{"code": "X", "message": "Too large."}]}}
    with pytest.raises(UsageError, match="Too large"):
        metadata().add_key("student", "a third")


def test_who_may_not_write_is_told(internet: Internet) -> None:
    internet.script = lambda asked: asked.say(
        403, {"error": {"code": 403, "message": "Required permission", "errors": []}}
    )
    with pytest.raises(Forbidden, match="Required permission"):
        metadata().add_key("student", KEY)
