"""What stands before a command without being it: `sudo`, `env A=b`, `time`."""

from __future__ import annotations

import re
from dataclasses import replace

from pytest_cloudlab.material.place import Place
from pytest_cloudlab.material.shell.command import Assignment, Command, Word

_OF_SUDO = "-u -g -h -p -C -T -U -D -R --user --group --host --chdir"
_TAKES_VALUE = {
    "sudo": frozenset(_OF_SUDO.split()),
    "doas": frozenset({"-u", "-C"}),
    "env": frozenset({"-u", "-C", "--unset", "--chdir"}),
    "nice": frozenset({"-n"}),
    "time": frozenset({"-f", "-o"}),
    "nohup": frozenset[str](),
    "command": frozenset[str](),
    "exec": frozenset({"-a"}),
    "builtin": frozenset[str](),
}
_ASSIGNS = re.compile(r"([A-Za-z_]\w*)=(.*)\Z", re.ASCII | re.DOTALL)
_SHOWS_ONLY = frozenset({"-v", "-V"})


def unwrapped(command: Command) -> Command:
    """The command that is run in the end.

    >>> unwrapped(command).program  # sudo -u www env PORT=80 python app.py
    'python'
    """
    words, assignments = command.words, command.assignments
    while words and words[0].text in _TAKES_VALUE:
        prefix = words[0].text
        rest = 1
        found: list[Assignment] = []
        while rest < len(words):
            text = words[rest].text
            if prefix in ("sudo", "env") and (match := _ASSIGNS.match(text)):
                found.append(Assignment(match[1], _value(words[rest], match), exported=True))
            elif prefix == "command" and text in _SHOWS_ONLY:
                return command
            elif text == "--":
                rest += 1
                break
            elif not text.startswith("-") or text == "-":
                break
            elif text in _TAKES_VALUE[prefix]:
                rest += 1
            rest += 1
        if rest >= len(words):
            break
        words = words[rest:]
        assignments += tuple(found)
    if words is command.words:
        return command
    return replace(command, words=words, assignments=assignments)


def _value(word: Word, match: re.Match[str]) -> Word:
    skipped = match.start(2)
    at = word.place
    place = Place(at.path, at.line, at.column + skipped, max(at.length - skipped, 0))
    return replace(word, text=match[2], place=place)
