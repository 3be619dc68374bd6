"""Files that went from one machine to the other."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pytest_cloudlab.copies import copies
from pytest_cloudlab.errors import CouldNotLook, TooMuch
from pytest_cloudlab.targets import Target

MOST = 10
_LINE = re.compile(r"(\d{1,18})\|([^\n]{1,400})")
# Its arguments are patterns. The sizes alone are looked at.
_LIST = f"""
left={MOST}; IFS=
for pattern; do
  case $pattern in '~/'*) pattern=$HOME/${{pattern#??}};; esac
  for file in $pattern; do
    [ -f "$file" ] && [ $left -gt 0 ] && size=$(wc -c < "$file" | tr -d ' ') || continue
    left=$((left - 1)); printf '%s|%s\\n' "$size" "$file"
  done
done
"""


@dataclass(frozen=True)
class Lying:
    path: str
    size_bytes: int


@dataclass(frozen=True)
class Went:
    originals: tuple[Lying, ...]
    arrived: tuple[Lying, ...]
    """What has such a name where it was to go."""
    path: str = ""
    """Of the copy; empty when there is none."""
    size_bytes: int = 0
    sha256: str = ""

    def wrong(self, pattern: str, here: str, there: str) -> str:
        """Why there is no copy, for a machine called `here` and another; empty when there is one."""
        if self.path:
            return ""
        for lying, where in ((self.originals, here), (self.arrived, there)):
            if not lying:
                return f"There is no file {pattern} on your {where}."
            if not any(each.size_bytes for each in lying):
                return f"{lying[0].path} on your {where} is empty."
        first = next(each for each in self.originals if each.size_bytes)
        other = next(each for each in self.arrived if each.size_bytes)
        if first.size_bytes == other.size_bytes:
            alike = f"is as long as the one on your {here}, and holds something else"
            return f"{other.path} on your {there} {alike}."
        return (
            f"{other.path} on your {there} has {other.size_bytes:,} bytes, the one on your {here} "
            f"{first.size_bytes:,}: it was cut short on its way, or is another file."
        )


def compared(pattern: str) -> tuple[str, ...]:
    """Where a file of that name may lie: where the pattern says; else in the home folder or in Downloads."""
    return (pattern,) if pattern.startswith(("~", "/")) else (f"~/{pattern}", f"~/Downloads/{pattern}")


def lying_there(machine: Target, pattern: str) -> list[Lying]:
    """The files of that name, of whatever size. Raises `CouldNotLook`."""
    patterns = compared(pattern)
    done = machine.run("sh -c %s sh" + " %s" * len(patterns), _LIST, *patterns, max_bytes=64 << 10)
    if not done.ok:
        raise CouldNotLook(f"the files of {machine.address} cannot be listed: {done.error_text[-200:]}")
    found = (_LINE.fullmatch(each) for each in done.stdout.decode("utf-8", "replace").splitlines())
    return [Lying(each[2], int(each[1])) for each in found if each]


def went_across(source: Target, sink: Target, pattern: str, max_mb: int) -> Went:
    """The first file of that name that lies on both machines, by hash.

    Raises `TooMuch` where only one that is too large to read may be it, and what `lying_there` does.
    """
    originals, arrived = lying_there(source, pattern), lying_there(sink, pattern)
    sizes = dict.fromkeys(each.size_bytes for each in originals)
    for size in sizes:
        if not 0 < size <= max_mb << 20:
            continue
        mine, theirs = copies(source, size, *compared(pattern)), copies(sink, size, *compared(pattern))
        same = {each.sha256 for each in mine if each.sha256} & {each.sha256 for each in theirs}
        if same:
            path = next(each.path for each in theirs if each.sha256 in same)
            return Went(tuple(originals), tuple(arrived), path, size, min(same))
    large = next(
        (each for each in arrived if each.size_bytes > max_mb << 20 and each.size_bytes in sizes), None
    )
    if large:
        raise TooMuch(
            f"{large.path} has {large.size_bytes:,} bytes, and what has more than {max_mb} MB is not read",
            remedy="Take a smaller file.",
        )
    return Went(tuple(originals), tuple(arrived))
