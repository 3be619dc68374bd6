"""Days in files that people write."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pytest_cloudlab.errors import UsageError


def require_day(table: Mapping[str, Any], key: str, file: Path, at: str) -> None:
    """Raises `UsageError` unless `table[key]`, where there is one, is a day or a text that is one."""
    value = table.get(key)
    if isinstance(value, str):
        with contextlib.suppress(ValueError):
            value = datetime.date.fromisoformat(value)
    # A moment is a day too, for Python.
    if value is not None and type(value) is not datetime.date:
        raise UsageError(
            f"{file}: {at}.{key}: expected a day such as 2027-01-31, found {str(value)[:40]!r}",
            remedy="Mend the key; nothing was read.",
        )
