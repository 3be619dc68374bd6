"""GitHub's own description of its API, made strict: unknown fields and missing ones are refused."""

from __future__ import annotations

import functools
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import requests

VERSION = "23.0.2"
FILE = (
    Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    / "cloudlab"
    / f"github-openapi-{VERSION}.json"
)

FORMATS = {"date-time": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", "uri": r"^[a-z]+[:@].+"}
KEPT = ("enum", "required", "pattern", "minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems")
UNDOCUMENTED = (422,)
"""GitHub tells of validation errors once for all of its API, not at each call."""


def why_not() -> str:
    """Why nothing can be held against the description here; empty when it can."""
    return (
        "" if FILE.exists() else f"GitHub's OpenAPI description {VERSION} is not here (scripts/setup.sh test)"
    )


class Contract:
    """Checks every answer it is shown; `checked` says which operations those were."""

    def __init__(self) -> None:
        self._document = _document()
        self.checked: set[str] = set()

    def hook(self, session: requests.Session) -> requests.Session:
        session.hooks["response"].append(lambda response, **_: self.check_response(response))
        return session

    def check_response(self, response: requests.Response) -> None:
        assert response.headers["Content-Type"].startswith("application/json"), response.url
        path = re.sub(r"^https?://[^/]+", "", response.url).partition("?")[0]
        self.check(str(response.request.method), path, response.status_code, response.json())

    def check(self, method: str, path: str, status: int, body: Any) -> None:
        """Raises `AssertionError` or jsonschema's `ValidationError`."""
        # gh names repositories by their number, which is described nowhere but answers the same.
        path = re.sub(r"^/repositories/\d+", "/repos/octo/course", path)
        found = [
            (template, operations[method.lower()])
            for template, operations in self._document["paths"].items()
            if method.lower() in operations and _pattern(template).fullmatch(path)
        ]
        if not found:
            assert status == 404, f"GitHub describes no {method} {path}"
            self.checked.add(f"{method} of what is described nowhere")
            self._validate(body, {"$ref": "#/components/schemas/basic-error"})
            return None
        template, operation = min(found, key=lambda each: each[0].count("{"))
        self.checked.add(f"{method} {template}")
        if status in UNDOCUMENTED:
            return self._validate(body, {"$ref": "#/components/schemas/validation-error"})
        answers = operation["responses"]
        assert str(status) in answers, f"{method} {template} never answers {status}"
        answer = answers[str(status)]
        if "$ref" in answer:
            answer = self._document["components"]["responses"][answer["$ref"].rpartition("/")[2]]
        return self._validate(body, answer["content"]["application/json"]["schema"])

    def _validate(self, body: Any, schema: dict[str, Any]) -> None:
        reached: dict[str, Any] = {}
        strict = _strict(schema)
        todo = list(_references(strict))
        while todo:
            if (name := todo.pop()) not in reached:
                reached[name] = _strict(self._document["components"]["schemas"][name])
                todo += _references(reached[name])
        jsonschema.validate(body, {**strict, "components": {"schemas": reached}})


@functools.cache
def _document() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(FILE.read_text())
    assert document["info"]["version"] == VERSION
    return document


@functools.cache
def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{[^/]+?\\\}", "[^/]+", re.escape(template)))


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        for key, value in schema.items():
            if key == "$ref":
                yield value.rpartition("/")[2]
            else:
                yield from _references(value)
    elif isinstance(schema, list):
        for each in schema:
            yield from _references(each)


def _strict(schema: dict[str, Any]) -> dict[str, Any]:
    """An OpenAPI 3.0 schema as JSON schema with nothing left open that it describes."""
    if "$ref" in schema:
        return {"$ref": schema["$ref"]}
    strict: dict[str, Any] = {key: schema[key] for key in KEPT if key in schema}
    for choice in ("oneOf", "anyOf", "allOf"):
        if choice in schema:
            strict[choice] = [_strict(each) for each in schema[choice]]
    if pattern := FORMATS.get(schema.get("format", "")):
        strict["pattern"] = pattern
    if "type" in schema:
        strict["type"] = schema["type"]
    if "properties" in schema:
        strict["properties"] = {name: _strict(each) for name, each in schema["properties"].items()}
        strict["additionalProperties"] = False
    if isinstance(more := schema.get("additionalProperties"), dict):
        strict["additionalProperties"] = _strict(more)
    if "items" in schema:
        strict["items"] = _strict(schema["items"])
    return {"anyOf": [strict, {"type": "null"}]} if schema.get("nullable") else strict
