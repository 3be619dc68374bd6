"""Who may do what in the project, as its IAM policy says. It is kept and changed, and enforced nowhere."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from typing import Any

from pytest_cloudlab.twin.members import BASIC_ROLES, wrong_member, wrong_role
from pytest_cloudlab.twin.rpc_error import RpcError, an_object
from pytest_cloudlab.twin.saved import Saved

WITH_CONDITIONS = 3
"""The version of a policy that may hold conditions."""

CONDITION = {"title", "description", "expression", "location"}

Resource = dict[str, Any]


def account(project: str) -> str:
    """The e-mail address of the twin's own account, the owner of its project."""
    return f"student@{project}.example"


class Policy:
    """The policy of one project."""

    def __init__(self, project: str, saved: Saved) -> None:
        self._saved = saved
        self._state = saved.read("policy")
        if not self._state:
            self._set([{"role": "roles/owner", "members": [f"user:{account(project)}"]}])

    def get(self, version: int = 1) -> Resource:
        """As who asks for that version gets it: who knows no conditions sees that there is one, not which."""
        if version not in (0, 1, WITH_CONDITIONS):
            raise RpcError(400, f"Requested policy version {version} is invalid. It must be 0, 1 or 3.")
        bindings: list[Resource] = self._state["bindings"]
        plain = not any("condition" in each for each in bindings)
        if version != WITH_CONDITIONS:
            bindings = [_veiled(each) for each in bindings]
        shown = 1 if plain or version != WITH_CONDITIONS else WITH_CONDITIONS
        return {"version": shown, "etag": self._state["etag"], "bindings": bindings}

    def set(self, policy: Any) -> Resource:
        """Replace it, unless it has changed since the `etag` that it carries. Raises `RpcError`."""
        policy = an_object(policy, {"version", "bindings", "etag", "auditConfigs"}, "policy")
        version, etag = policy.get("version", 0), policy.get("etag", "")
        if version not in (0, 1, WITH_CONDITIONS):
            raise RpcError(400, f"Invalid policy version {version}. It must be 0, 1 or 3.")
        bindings = _bindings(policy.get("bindings", []))
        if version != WITH_CONDITIONS and any("condition" in each for each in bindings):
            raise RpcError(400, "Policies with conditional bindings must have version 3.")
        # Both alphabets of base64 are about: gcloud sends the one, Google the other.
        if etag and str(etag).replace("-", "+").replace("_", "/") != self._state["etag"]:
            message = (
                "There were concurrent policy changes. Please retry the whole read-modify-write with "
                f"exponential backoff. The request's ETag '{etag}' did not match the current policy's "
                f"ETag '{self._state['etag']}'."
            )
            raise RpcError(409, message, status="ABORTED")
        if not any(each["role"] == "roles/owner" for each in bindings):
            kind = "type.googleapis.com/google.cloudresourcemanager.projects.v1beta1.ProjectIamPolicyError"
            detail = {"@type": kind, "type": "SOLO_REQUIRE_TOS_ACCEPTOR", "role": "roles/owner"}
            raise RpcError(400, "Request contains an invalid argument.", details=[detail])
        self._set(bindings)
        return self.get(WITH_CONDITIONS)

    def _set(self, bindings: list[Resource]) -> None:
        # Google's, too, are points in time; no two are the same.
        last = int.from_bytes(base64.b64decode(self._state["etag"])[1:], "big") if self._state else 0
        now = max(time.time_ns() // 1000, last + 1)
        etag = base64.b64encode(b"\x07" + now.to_bytes(7, "big")).decode()
        self._state = {"bindings": bindings, "etag": etag}
        self._saved.write("policy", self._state)


def _bindings(given: Any) -> list[Resource]:
    """Checked, those of one role and condition made one, in order. Raises `RpcError` 400."""
    if not isinstance(given, list):
        raise RpcError(400, "Invalid value at 'policy.bindings' (type.googleapis.com/google.iam.v1.Binding)")
    merged: dict[tuple[str, str], set[str]] = {}
    for number, each in enumerate(given):
        where = f"policy.bindings[{number}]"
        binding = an_object(each, {"role", "members", "condition"}, where)
        role, members, condition = binding.get("role"), binding.get("members", []), binding.get("condition")
        if not isinstance(role, str) or not isinstance(members, list):
            raise RpcError(400, f"Invalid value at '{where}'")
        if wrong := wrong_role(role):
            raise RpcError(400, wrong)
        for member in members:
            if not isinstance(member, str):
                raise RpcError(400, f"Invalid value at '{where}.members' (TYPE_STRING), {json.dumps(member)}")
            if wrong := wrong_member(member):
                raise RpcError(400, wrong)
        merged.setdefault((role, _condition(condition, role, where)), set()).update(members)
    return [
        {"role": role, "members": sorted(members), **({"condition": json.loads(text)} if text else {})}
        for (role, text), members in sorted(merged.items())
        if members
    ]


def _condition(given: Any, role: str, where: str) -> str:
    """The condition as a text that is equal for equal ones; empty for none."""
    if given is None:
        return ""
    condition = an_object(given, CONDITION, f"{where}.condition")
    if not all(isinstance(value, str) for value in condition.values()):
        raise RpcError(400, f"Invalid value at '{where}.condition' (TYPE_STRING)")
    if not condition.get("expression") or not condition.get("title"):
        raise RpcError(400, f"The condition of role {role} needs an expression and a title.")
    if role in BASIC_ROLES:
        raise RpcError(400, f"Conditions cannot be set on basic roles such as {role}.")
    return json.dumps(condition, sort_keys=True)


def _veiled(binding: Resource) -> Resource:
    """A binding as an old client sees it: under a role of another name where it has a condition."""
    if "condition" not in binding:
        return binding
    mark = hashlib.sha256(json.dumps(binding["condition"], sort_keys=True).encode()).hexdigest()[:20]
    return {"role": f"{binding['role']}_withcond_{mark}", "members": binding["members"]}
