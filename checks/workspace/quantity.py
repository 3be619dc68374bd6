"""Amounts as Kubernetes writes them."""

from __future__ import annotations

import re
from decimal import Decimal

_QUANTITY = re.compile(r"(?P<number>[0-9]{1,18}(?:\.[0-9]{1,18})?)(?P<unit>m|[kMGTPE]|[KMGTPE]i)?")
_UNITS = {
    "": Decimal(1),
    "m": Decimal("0.001"),
    **{unit: Decimal(1000) ** power for power, unit in enumerate("kMGTPE", 1)},
    **{f"{unit}i": Decimal(1024) ** power for power, unit in enumerate("KMGTPE", 1)},
}


def quantity(text: str) -> Decimal | None:
    """
    >>> quantity("500m"), quantity("4Gi") == quantity("4096Mi"), quantity("much")
    (Decimal('0.500'), True, None)
    """
    found = _QUANTITY.fullmatch(text.strip())
    return Decimal(found["number"]) * _UNITS[found["unit"] or ""] if found else None
