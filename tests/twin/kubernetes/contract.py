"""What the official Python client's models say of the API, made strict: unknown fields are refused."""

from __future__ import annotations

import json
import re
from typing import Any

import requests
from kubernetes import client

MODELS = {
    "APIGroupList": "V1APIGroupList",
    "APIResourceList": "V1APIResourceList",
    "APIVersions": "V1APIVersions",
    "Event": "CoreV1Event",
    "EventList": "CoreV1EventList",
    "Namespace": "V1Namespace",
    "NamespaceList": "V1NamespaceList",
    "PersistentVolumeClaim": "V1PersistentVolumeClaim",
    "PersistentVolumeClaimList": "V1PersistentVolumeClaimList",
    "Pod": "V1Pod",
    "PodList": "V1PodList",
    "SelfSubjectAccessReview": "V1SelfSubjectAccessReview",
    "SelfSubjectReview": "V1SelfSubjectReview",
    "StatefulSet": "V1StatefulSet",
    "StatefulSetList": "V1StatefulSetList",
    "Status": "V1Status",
}
TABLE = {"kind", "apiVersion", "metadata", "columnDefinitions", "rows"}
COLUMN = {"name", "type", "format", "description", "priority"}


class Contract:
    """Checks every answer it is shown; `checked` says which kinds those were."""

    def __init__(self) -> None:
        api: Any = client.ApiClient(client.Configuration())
        # The client's models refuse what lacks a required field.
        self._deserialize = api._ApiClient__deserialize
        self.checked: set[str] = set()

    def hook(self, session: requests.Session) -> requests.Session:
        session.hooks["response"].append(lambda response, **_: self.check_response(response))
        return session

    def check_response(self, response: requests.Response) -> None:
        if "watch=" in response.url and response.ok:
            for line in response.text.splitlines():
                self.check(json.loads(line)["object"])
        elif response.headers["Content-Type"].startswith("application/json"):
            self.check(response.json())

    def check(self, body: Any) -> None:
        """Raises `AssertionError` for an unknown field, `ValueError` for a missing one."""
        if "openapi" in body or set(body) == {"paths"}:
            return  # a description of the API is no object of it
        kind = body.get("kind", "")
        self.checked.add(kind or "version")
        if kind == "Table":
            self._check_table(body)
            return
        model = MODELS[kind] if kind else "VersionInfo"
        require_known(body, model, kind)
        self._deserialize(body, model)

    def _check_table(self, body: Any) -> None:
        assert body.keys() == TABLE
        for column in body["columnDefinitions"]:
            assert column.keys() == COLUMN
        for row in body["rows"]:
            assert len(row["cells"]) == len(body["columnDefinitions"])
            assert row["object"]["kind"] == "PartialObjectMetadata"
            require_known(row["object"]["metadata"], "V1ObjectMeta", "Table")


def require_known(data: Any, model: str, where: str) -> None:
    """Every field of `data` is one that the model has, of the type that it has there."""
    if data is None:
        return
    if inner := re.fullmatch(r"list\[(.+)\]", model):
        assert isinstance(data, list), f"{where} is no list"
        for number, item in enumerate(data):
            require_known(item, inner[1], f"{where}[{number}]")
    elif inner := re.fullmatch(r"dict\(str, (.+)\)", model):
        assert isinstance(data, dict), f"{where} is no object"
        for key, item in data.items():
            require_known(item, inner[1], f"{where}.{key}")
    elif kind := getattr(client, model, None):
        assert isinstance(data, dict), f"{where} is no object"
        fields = {json: attribute for attribute, json in kind.attribute_map.items()}
        unknown = data.keys() - fields.keys()
        assert not unknown, f"{where} has fields that {model} has not: {unknown}"
        for key, item in data.items():
            require_known(item, kind.openapi_types[fields[key]], f"{where}.{key}")
    elif model == "datetime":
        assert MOMENT.fullmatch(str(data)), f"{where} is {data!r}, no moment"
    elif model in PLAIN:
        assert isinstance(data, PLAIN[model]), f"{where} is {data!r}, no {model}"


PLAIN: dict[str, type] = {"str": str, "int": int, "bool": bool}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
