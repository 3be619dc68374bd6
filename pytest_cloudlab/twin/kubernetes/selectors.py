"""Label and field selectors."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from pytest_cloudlab.twin.kubernetes.errors import KubeError
from pytest_cloudlab.twin.kubernetes.kinds import Object

Fits = Callable[[Object], bool]


def selection(labels: str, fields: str) -> Fits:
    """Raises `KubeError` 400 for a selector that the twin does not know."""
    tests = [_label(part) for part in re.split(r",(?![^()]*\))", labels) if part.strip()]
    tests += [_field(part) for part in fields.split(",") if part.strip()]
    return lambda item: all(test(item) for test in tests)


def _label(part: str) -> Fits:
    said = part.strip()
    if found := re.fullmatch(r"([\w./-]+)\s*(=|==|!=)\s*([\w.-]*)", said):
        key, sign, value = found.groups()
        return lambda item: (_labels(item).get(key) == value) == (sign != "!=")
    if found := re.fullmatch(r"([\w./-]+)\s+(in|notin)\s*\(([^()]*)\)", said):
        key, sign = found[1], found[2]
        values = {value.strip() for value in found[3].split(",")}
        return lambda item: (_labels(item).get(key) in values) == (sign == "in")
    if found := re.fullmatch(r"(!?)([\w./-]+)", said):
        return lambda item: (found[2] in _labels(item)) == (not found[1])
    raise KubeError(400, f"unable to parse requirement: {said}")


def _field(part: str) -> Fits:
    found = re.fullmatch(r"([\w.]+)(=|==|!=)(.*)", part.strip())
    if not found:
        raise KubeError(400, f"invalid selector: {part}")
    path, sign, value = found.groups()
    return lambda item: (str(_at(item, path)) == value) == (sign != "!=")


def _labels(item: Object) -> dict[str, Any]:
    return item["metadata"].get("labels") or {}


def _at(item: Any, path: str) -> Any:
    for key in path.split("."):
        item = item.get(key, "") if isinstance(item, dict) else ""
    return item
