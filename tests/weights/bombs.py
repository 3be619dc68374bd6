"""Files that mean harm, and what they leave behind if they are let."""

from __future__ import annotations

import io
import os
import pickle
import zipfile
from collections.abc import Mapping
from pathlib import Path


class Bomb:
    """Whoever unpickles it has a shell write `canary`."""

    def __init__(self, canary: Path) -> None:
        self.canary = canary

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, (f"touch {self.canary}",)


def archive(
    entries: Mapping[str, bytes], *, folder: str = "model/", packed: int = zipfile.ZIP_STORED
) -> bytes:
    """A zip archive laid out as torch.save does it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", packed) as made:
        for name, content in entries.items():
            made.writestr(folder + name, content)
    return file.getvalue()


def pickled(content: object, protocol: int = 2) -> bytes:
    return pickle.dumps(content, protocol=protocol)


def hungry(dictionaries: int) -> bytes:
    """An order of some ten kB to build many large dictionaries, of nothing but what weights need too."""
    pairs = b"".join(b"M" + at.to_bytes(2, "little") + b"N\x86" for at in range(8_000))
    build = b"h\x00h\x01\x85R"
    return b"\x80\x02(ccollections\nOrderedDict\nq\x00]q\x01(" + pairs + b"e" + build * dictionaries + b"t."
