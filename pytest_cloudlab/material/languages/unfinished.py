"""Whether what was typed so far is a whole command, or the shell would ask for more."""

from __future__ import annotations

import re

_HEREDOC = re.compile(r"(?<!<)<<(?!<)-?[ \t]*([\"']?)([A-Za-z_]\w{0,40})\1")
_ENDS_OPEN = re.compile(r"(?:\||&&|\|\|)[ \t]*$")
_OPENS = re.compile(r"(?:^|[;&|(][ \t]*|\b(?:do|then|else)[ \t]+)(?:for|while|until|select|if|case)(?=[ \t])")
_CLOSES = re.compile(r"(?:^|[;&|][ \t]*|[ \t])(?:done|fi|esac)(?=$|[ \t;&|)<>])")


class Unfinished:
    """Reads typed lines one after the other."""

    def __init__(self, shell: str = "shell") -> None:
        self._escape = {"powershell": "`", "batch": "^"}.get(shell, "\\")
        self._quotes = shell == "shell"
        self._quote = ""
        self._heredocs: list[str] = []
        self._continues = False
        self._depth = 0

    @property
    def within(self) -> bool:
        """Inside a here-document, where nothing is a prompt."""
        return bool(self._heredocs)

    @property
    def open(self) -> bool:
        return bool(self._continues or self._quote or self._heredocs or self._depth > 0)

    def read(self, line: str) -> None:
        if self._heredocs:
            if line.strip() == self._heredocs[0]:
                self._heredocs.pop(0)
            return
        ending = line.rstrip(" \t")  # blanks behind it are a mistake, and the next line is typed all the same
        self._continues = ending.endswith(self._escape) and not ending.endswith(self._escape * 2)
        if not self._quotes:
            return
        bare = self._unquoted(line)
        self._heredocs = [match.group(2) for match in _HEREDOC.finditer(line)] if "<<" in bare else []
        if not self._quote:
            self._continues = self._continues or _ENDS_OPEN.search(bare) is not None
        stripped = bare.strip()
        self._depth = max(self._depth + len(_OPENS.findall(stripped)) - len(_CLOSES.findall(stripped)), 0)

    def _unquoted(self, line: str) -> str:
        kept: list[str] = []
        escaped = False
        for index, each in enumerate(line):
            if escaped:
                escaped = False
            elif self._quote:
                if each == "\\" and self._quote == '"':
                    escaped = True
                elif each == self._quote:
                    self._quote = ""
            elif each == "\\":
                escaped = True
            elif each == "#" and (index == 0 or line[index - 1] in " \t;"):
                break
            elif each in "\"'":
                self._quote = each
            else:
                kept.append(each)
        return "".join(kept)
