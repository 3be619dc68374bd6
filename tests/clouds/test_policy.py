from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from pytest_cloudlab.clouds.policy import policy
from pytest_cloudlab.errors import CloudlabError, CouldNotLook, Forbidden, Unreachable

from .internet import Internet
from .odd_server import Asked

EDITOR = {"role": "roles/editor", "members": ["user:Alice@example.com", "group:staff@example.com"]}
UNTIL = {"title": "until", "expression": "request.time < timestamp('2030-01-01T00:00:00Z')"}
TEMPORARY = {"role": "roles/editor", "members": ["user:bob@example.com"], "condition": UNTIL}


def says(*bindings: Any) -> dict[str, Any]:
    return {"version": 3, "etag": "BwX=", "bindings": list(bindings)}


def test_members_of_a_role(internet: Internet) -> None:
    """Groups and domains are members themselves; whoever is in them is not asked."""
    asked_for: list[bytes] = []

    def script(asked: Asked) -> None:
        asked_for.append(asked.body)
        asked.say(200, says(EDITOR, TEMPORARY, {"role": "roles/viewer"}))

    internet.script = script
    found = policy("sdd", lambda: "t0ken")
    assert found.members("roles/editor") == {"user:Alice@example.com", "group:staff@example.com"}
    assert found.members("roles/viewer") == frozenset()
    assert found.members("roles/owner") == frozenset()
    assert internet.seen[0][:2] == ("POST", "/v3/projects/sdd:getIamPolicy")
    assert internet.seen[0][2]["Authorization"] == "Bearer t0ken"
    assert json.loads(asked_for[0]) == {"options": {"requestedPolicyVersion": 3}}


def test_a_conditional_role_is_told_apart(internet: Internet) -> None:
    """Who has a role until tomorrow does not have it; also when the condition says nothing."""
    nothing = {**TEMPORARY, "members": ["user:carol@example.com"], "condition": {"expression": ""}}
    internet.script = lambda asked: asked.say(200, says(EDITOR, TEMPORARY, nothing))
    found = policy("sdd", lambda: "t0ken")
    assert found.conditional("roles/editor") == {"user:bob@example.com", "user:carol@example.com"}
    assert not found.members("roles/editor") & found.conditional("roles/editor")
    assert found.bindings[1].condition == UNTIL["expression"]


def test_case_does_not_matter(internet: Internet) -> None:
    """An address is written in the roster as its owner writes it."""
    internet.script = lambda asked: asked.say(200, says(EDITOR, TEMPORARY))
    found = policy("sdd", lambda: "t0ken")
    assert found.holds("user:alice@EXAMPLE.com", "roles/editor")
    assert not found.holds("user:bob@example.com", "roles/editor")
    assert not found.holds("alice@example.com", "roles/editor")


DISABLED = {"details": [{"reason": "SERVICE_DISABLED"}]}
OLD_DISABLED = {"errors": [{"reason": "accessNotConfigured"}]}


def refused(status: int, **more: Any) -> Callable[[Asked], None]:
    return lambda asked: asked.say(status, {"error": {"code": status, "message": "no", **more}})


@pytest.mark.parametrize(
    ("script", "kind", "said"),
    [
        (refused(403), Forbidden, r"see the policy of project sdd \(HTTP 403\)"),
        (refused(403, **DISABLED), Forbidden, "Cloud Resource Manager API is not enabled"),
        (refused(403, **OLD_DISABLED), Forbidden, "Cloud Resource Manager API is not enabled"),
        (refused(403, details="x", errors=[3]), Forbidden, "HTTP 403"),
        (refused(503), Unreachable, "503"),
        (lambda a: a.say(200, "<html>Sign in"), Unreachable, "a web page"),
        (lambda a: a.say(200, {}), Unreachable, "not the Cloud Resource Manager API's"),
        (lambda a: a.say(200, {"etag": "x", "bindings": 3}), CouldNotLook, "cannot be read"),
        (lambda a: a.say(200, says(3)), CouldNotLook, "cannot be read"),
        (lambda a: a.say(200, says({"role": "r", "members": [3]})), CouldNotLook, "cannot be read"),
        (lambda a: a.say(200, says({"role": "r", "members": 3})), CouldNotLook, "cannot be read"),
        (lambda a: a.say(200, says({"role": "r", "condition": {}})), CouldNotLook, "cannot be read"),
    ],
)
def test_errors(
    internet: Internet, script: Callable[[Asked], None], kind: type[CloudlabError], said: str
) -> None:
    """What cannot be seen is never taken for a policy without members."""
    internet.script = script
    with pytest.raises(kind, match=said):
        policy("sdd", lambda: "t0ken", deadline_s=0.8)
