"""Numbers that may be ports: in addresses, in a page's code, in a companion's files."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pytest_cloudlab.material.block import Block
from pytest_cloudlab.material.course import Course
from pytest_cloudlab.material.languages.language import language_of
from pytest_cloudlab.material.languages.script import script_of
from pytest_cloudlab.material.shell.shell import commands_of

_HOST = (
    r"localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]|<[^<>\s]{1,60}>|\{[^{}\s]{1,60}\}|\[[^\[\]\n]{1,60}\]"
    r"|\$\{?\w{1,60}\}?"
    r"|\d{1,3}(?:\.\d{1,3}){3}|(?i:[a-z-]{0,20}(?:ip|vm|machine|instance)[a-z-]{0,20})"
)
ADDRESS = re.compile(rf"(?:https?://(?:{_HOST})|\b(?:localhost|127\.0\.0\.1)):(\d{{2,5}})(?!\d)")
_FAR = re.compile(
    r"((?:^|\s)(?:-[a-zA-Z]*p|--publish)[ =]?\s*[\"']?(?:[\d.]+:)?\d{2,5}):\d{2,5}"
    r"|((?:^|\s)-L\s*[\"']?(?:[\w.*]+:)?\d{2,5}:[\w.]+):\d{2,5}"
)
NUMBER = re.compile(r"(?<![\w.])\d{2,5}(?![\w]|\.\d)")


def numbers_in(block: Block) -> Iterator[str]:
    """Without those of addresses, and of the other ends of containers and tunnels."""
    if language_of(block) == "dockerfile":
        return
    script = script_of(block)
    typed = bool(commands_of(block))
    for number, line in enumerate(block.code.split("\n"), 1):
        line = line[:2000]
        if typed and number not in script.output:
            line = _FAR.sub(lambda match: match[1] or match[2], ADDRESS.sub(" ", line))
            yield from NUMBER.findall(line.replace(":", " ").replace("=", " "))
        else:
            yield from re.findall(r"(?<!\d)\d{2,5}(?!\d)", line)


_SEARCHED = (
    ".py",
    ".js",
    ".ts",
    ".toml",
    ".yml",
    ".yaml",
    ".json",
    ".env",
    ".sh",
    ".cfg",
    ".ini",
    ".conf",
    "Makefile",
)
MOST_FILES = 400


def in_companions(port: str, course: Course) -> bool:
    """Whether a companion's configuration or code names the port."""
    pattern = re.compile(rf"(?<!\d){port}(?!\d)")
    for companion in course.companions:
        paths = [path for path in sorted(companion.files) if path.endswith(_SEARCHED)]
        if any(pattern.search(companion.text(path) or "") for path in paths[:MOST_FILES]):
            return True
    return False
