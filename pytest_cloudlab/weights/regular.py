"""Files that may be pipes, devices or far too long, read without waiting and without filling memory."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from pytest_cloudlab.errors import CouldNotLook, NotFound


class TooLong(Exception):
    """The file has more bytes than are read; `size_bytes` says how many it claims to have."""

    def __init__(self, size_bytes: int) -> None:
        super().__init__(size_bytes)
        self.size_bytes = size_bytes


def read_regular(path: Path, max_bytes: int) -> bytes:
    """The bytes of a regular file. Its size is looked at before anything is read.

    Raises `TooLong`, `NotFound` for what is not there or no file, and `CouldNotLook` where reading failed.
    """
    try:
        # Without O_NONBLOCK, opening a pipe would wait for a writer.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        raise NotFound(f"There is no file {path}.") from None
    except OSError as error:
        raise CouldNotLook(f"{path} cannot be opened: {error.strerror}") from None
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        os.close(descriptor)
        raise NotFound(f"{path} is no regular file.")
    with os.fdopen(descriptor, "rb") as file:
        if found.st_size > max_bytes:
            raise TooLong(found.st_size)
        try:
            # One more than allowed, for a file that grows meanwhile.
            data = file.read(max_bytes + 1)
        except OSError as error:
            raise CouldNotLook(f"{path} cannot be read: {error.strerror}") from None
    if len(data) > max_bytes:
        raise TooLong(len(data))
    return data
