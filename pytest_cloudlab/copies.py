"""Files compared across machines by their SHA-256, computed where they lie."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pytest_cloudlab.errors import CouldNotLook
from pytest_cloudlab.targets import Target

MOST = 20
"""Files that are hashed, and files of other sizes that are told of."""
HASH_S = 120
LINE = re.compile(r"(?P<size>\d{1,18})\|(?P<sha256>[0-9a-f]{64}|-)\|(?P<path>.+)")
# Its arguments: a size, then paths and patterns. For any POSIX sh: a laptop may have neither GNU's find nor
# its sha256sum. A file of another size is another file, and is not read.
LOOK = rf"""
size=$1; shift; alike=0; others=0; IFS=
if command -v sha256sum >/dev/null; then sum() {{ sha256sum; }}
elif command -v shasum >/dev/null; then sum() {{ shasum -a 256; }}
elif command -v python3 >/dev/null; then sum() {{
  python3 -c 'import hashlib, sys; print(hashlib.sha256(sys.stdin.buffer.read()).hexdigest())'
}}
else exit 3
fi
for pattern; do
  case $pattern in '~/'*) pattern=$HOME/${{pattern#??}};; esac
  for file in $pattern; do
    [ -f "$file" ] && found=$(wc -c < "$file" | tr -d ' ') || continue
    if [ "$found" = "$size" ]; then
      [ $alike -lt {MOST} ] || continue
      alike=$((alike + 1)); printf '%s|%s|%s\n' "$found" "$(sum < "$file" | cut -c1-64)" "$file"
    else
      [ $others -lt {MOST} ] || continue
      others=$((others + 1)); printf '%s|-|%s\n' "$found" "$file"
    fi
  done
done
"""
NO_HASH = 3


@dataclass(frozen=True)
class Copy:
    path: str
    size_bytes: int
    sha256: str
    """Empty for a file of another size than was asked about."""


def copies(machine: Target, size_bytes: int, *patterns: str) -> list[Copy]:
    """The files that `patterns` lead to, from the machine's current folder or, with ~/, its home folder;
    each once, in the order of the patterns.

    Raises `CouldNotLook` for a machine that can hash nothing, and what `Target.run` raises.
    """
    words = " %s" * len(patterns)
    done = machine.run(f"sh -c %s sh %s{words}", LOOK, str(size_bytes), *patterns, timeout_s=HASH_S)
    if done.exit_status == NO_HASH:
        raise CouldNotLook("the machine has none of sha256sum, shasum and python3")
    lines = done.stdout.decode("utf-8", "replace").splitlines()
    found = {line["path"]: line for line in map(LINE.fullmatch, lines) if line}
    return [Copy(path, int(line["size"]), line["sha256"].removeprefix("-")) for path, line in found.items()]
