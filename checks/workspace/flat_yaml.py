"""Config files that are one YAML mapping of words: what such a file says for sure, and nothing else.

A YAML parser is no dependency of whoever only checks this lab. What one might read in another way raises.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from pytest_cloudlab.errors import CouldNotLook

_PAIR = re.compile(r"""(?P<quote>["']?)(?P<key>[\w.-]+)(?P=quote)[ ]*:(?:[ \t]+(?P<value>.*))?""")
_SINGLE = re.compile(r"'((?:[^']|'')*)'(?:[ \t]+#.*)?")
_DOUBLE = re.compile(r'("(?:[^"\\]|\\.)*")(?:[ \t]+#.*)?')
_COMMENT = re.compile(r"(?:^|[ \t]+)#.*$")
# What YAML takes for something else than text, and what begins something else than a plain word.
_NO_TEXT = re.compile(
    r"[-+]?(?:0[xob][0-9a-fA-F_]+|(?:[0-9][0-9_]*)?\.?[0-9_]+(?:[eE][-+]?[0-9]+)?|[0-9][0-9_]*\.|\.inf|\.nan)"
    r"|~|null|true|false|yes|no|on|off|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*|[0-9]+(?::[0-9]+)+",
    re.IGNORECASE,
)
_PLAIN_NUMBER = re.compile(r"0|[1-9][0-9]{0,14}")
_INDICATORS = tuple("[]{}&*!|>%@`,?\"'#")


@dataclass(frozen=True)
class FlatYaml:
    _values: Mapping[str, str]
    """As written, behind the colon."""

    @classmethod
    def parse(cls, data: bytes) -> FlatYaml:
        """Raises `CouldNotLook` for what is no mapping, and for a key that is there twice."""
        try:
            lines = data.decode("utf-8-sig").replace("\r\n", "\n").split("\n")
        except UnicodeDecodeError:
            raise _doubt("is no text") from None
        values: dict[str, str] = {}
        last = ""
        for line in lines:
            if not line.strip() or line.lstrip().startswith("#") or line.rstrip() == "---":
                continue
            if line[0] in " \t" or line.startswith("- "):
                if not last:
                    raise _doubt("begins in the middle of something")
                # It goes on with the value before, which is then more than it looks like.
                values[last] += f"\n{line}"
                continue
            found = _PAIR.fullmatch(line.rstrip())
            if not found:
                raise _doubt("has a line that is no `key: value`")
            last = found["key"]
            if last in values:
                raise _doubt(f"says {last} twice")
            values[last] = (found["value"] or "").strip()
        return cls(values)

    def has(self, key: str) -> bool:
        return key in self._values

    def text(self, key: str) -> str:
        """Empty when it is not there. Raises `CouldNotLook` where it is no text of one line beyond doubt."""
        value = self._values.get(key, "")
        if single := _SINGLE.fullmatch(value):
            return single[1].replace("''", "'")
        if double := _DOUBLE.fullmatch(value):
            try:
                return str(json.loads(double[1]))
            except ValueError:
                raise _doubt(f"writes {key} in a way that is not read here") from None
        plain = _COMMENT.sub("", value)
        strange = plain.startswith((*_INDICATORS, "- ", ": ")) or ": " in plain or plain.endswith(":")
        no_text = _NO_TEXT.fullmatch(plain) and not _PLAIN_NUMBER.fullmatch(plain)
        if "\n" in value or strange or no_text:
            raise _doubt(f"writes {key} in a way that is not read here")
        return plain


def _doubt(how: str) -> CouldNotLook:
    return CouldNotLook(
        f"the config file {how}", remedy="Write each as `key: value`, the value in single quotes if need be."
    )
