"""YAML as its author wrote it: values with the lines they stand on. Tags are text and mean nothing here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from pytest_cloudlab.errors import UsageError

MAX_BYTES = 1 << 20
MOST_VALUES = 50_000
DEEPEST = 60
_PLAIN_TAG = "tag:yaml.org,2002:"


@dataclass(frozen=True)
class Value:
    """A scalar (`text`), a list (`items`) or a table (`pairs`)."""

    line: int
    kind: str
    """`text`, `list` or `table`."""
    text: str = ""
    quoted: bool = False
    items: tuple[Value, ...] = ()
    pairs: tuple[tuple[Value, Value], ...] = ()
    tag: str = ""
    """A tag of its own without the `!`, e.g. `python/name:pymdownx.slugs.uslugify` or `ENV`."""

    def get(self, key: str) -> Value | None:
        return next((value for name, value in reversed(self.pairs) if name.text == key), None)

    def string(self, key: str) -> str:
        found = self.get(key)
        return found.text if found is not None and found.kind == "text" and not found.tag else ""

    def plain(self) -> Any:
        """Strings, numbers, lists and tables; a tagged value is `{"tag": …, "value": …}`."""
        if self.tag:
            return {"tag": self.tag, "value": _untagged(self)}
        return _untagged(self)

    def walk(self) -> Iterator[Value]:
        stack = [self]
        while stack:
            found = stack.pop()
            yield found
            stack.extend(reversed(found.items))
            for key, value in reversed(found.pairs):
                stack.extend((value, key))


def read_yaml(path: Path, *, shown: str) -> Value:
    """The first document of a file. Raises `UsageError` naming `shown` when it is no YAML, or too much."""
    yaml: Any = import_module("yaml")
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{shown}: cannot be read ({error.strerror})", remedy="Check the path.") from None
    if len(data) > MAX_BYTES:
        raise UsageError(f"{shown}: larger than {MAX_BYTES} bytes", remedy="Is it the right file?")
    try:
        text = data.decode("utf-8-sig")
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        node = yaml.compose(text, Loader=loader)
        return Value(1, "table") if node is None else _Reader(shown).value(node, 0)
    except UnicodeDecodeError as error:
        raise UsageError(f"{shown}: not UTF-8 at byte {error.start}", remedy="Save it as UTF-8.") from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{shown}:{mark.line + 1}" if mark is not None else shown
        problem = getattr(error, "problem", None) or type(error).__name__
        raise UsageError(f"{where}: not YAML: {problem}", remedy="Mend the line it names.") from None


class _Reader:
    """Nodes to values, as many as a person would write: references may not multiply them."""

    def __init__(self, shown: str) -> None:
        self._shown = shown
        self._left = MOST_VALUES

    def value(self, node: Any, depth: int) -> Value:
        self._left -= 1
        if self._left < 0 or depth > DEEPEST:
            raise UsageError(
                f"{self._shown}: more than {MOST_VALUES} values, or nested deeper than {DEEPEST}",
                remedy="Is it the right file?",
            )
        line = node.start_mark.line + 1
        tag = "" if node.tag.startswith(_PLAIN_TAG + "python/") else _own(node.tag)
        if node.tag.startswith(_PLAIN_TAG + "python/"):
            tag = node.tag.removeprefix(_PLAIN_TAG)
        if node.id == "scalar":
            return Value(line, "text", node.value, node.style in ("'", '"'), tag=tag)
        if node.id == "sequence":
            return Value(
                line, "list", items=tuple(self.value(each, depth + 1) for each in node.value), tag=tag
            )
        pairs = tuple((self.value(key, depth + 1), self.value(each, depth + 1)) for key, each in node.value)
        return Value(line, "table", pairs=_merged(pairs), tag=tag)


def _own(tag: str) -> str:
    return "" if tag.startswith(_PLAIN_TAG) else tag.lstrip("!")


def _merged(pairs: tuple[tuple[Value, Value], ...]) -> tuple[tuple[Value, Value], ...]:
    """With `<<: *other` put in, before what the table says itself."""
    found: list[tuple[Value, Value]] = []
    for key, value in pairs:
        if key.text == "<<" and not key.quoted:
            for each in value.items or (value,):
                found.extend(each.pairs)
    return (*found, *(pair for pair in pairs if pair[0].text != "<<"))


_WORDS = {
    "true": True,
    "yes": True,
    "on": True,
    "false": False,
    "no": False,
    "off": False,
    "null": None,
    "~": None,
    "": None,
}


def _untagged(value: Value) -> Any:
    if value.kind == "list":
        return [each.plain() for each in value.items]
    if value.kind == "table":
        return {key.text: each.plain() for key, each in value.pairs}
    if value.quoted:
        return value.text
    if value.text.lower() in _WORDS:
        return _WORDS[value.text.lower()]
    for number in (int, float):
        try:
            return number(value.text)
        except ValueError:
            continue
    return value.text
