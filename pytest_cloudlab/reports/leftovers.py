"""What is left in the cloud, as a table for people and as data for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pytest_cloudlab.redaction import plain

if TYPE_CHECKING:
    from pytest_cloudlab.leftovers.found import Found

NOTHING = "Nothing is left."
WIDEST = 96


def print_leftovers(found: Found, console: Console) -> None:
    """A block a team with its price a day, then what could not be looked at, then the sum."""
    for team in sorted({one.owner.team for one in found.leftovers}):
        console.print(Text(team or "shared by all teams", style="bold"))
        table = Table(
            box=None,
            show_header=False,
            pad_edge=False,
            padding=(0, 2, 0, 0),
            width=min(console.width, WIDEST),
        )
        for width, ratio, justify in ((15, None, "left"), (None, 1, "left"), (8, None, "right")):
            table.add_column(width=width, ratio=ratio, justify=justify, overflow="fold")  # type: ignore[arg-type]
        for one in found.of(team):
            name = Text(plain(one.name))
            name.append(f"\n{plain(one.about)}; {plain(one.where)}; {one.owner}", style="dim")
            table.add_row(Text(f"  {one.kind}"), name, Text(_price(one.usd_a_day)))
        console.print(table)
        console.print()
    for place in found.unseen:
        console.print(Text(f"? {place.what} could not be looked at: {plain(place.why)}", style="yellow"))
    if not found.leftovers:
        console.print(NOTHING if not found.unseen else "Nothing else is left.")
        return
    prices = found.prices
    known = sum(one.usd_a_day or 0 for one in found.leftovers)
    unpriced = sum(one.usd_a_day is None for one in found.leftovers)
    console.print(Text(f"{len(found.leftovers)} left, about {_price(known)} a day.", style="bold"))
    note = f"Estimated from list prices of {prices.as_of} in {prices.region}; no traffic, discounts or tax."
    console.print(Text(note + (f" {unpriced} without a known price." if unpriced else ""), style="dim"))


def as_json(found: Found) -> dict[str, Any]:
    """The same for programs; prices in US dollars a day, null where the table knows none."""
    return {
        "prices": {"as_of": found.prices.as_of.isoformat(), "region": found.prices.region, "currency": "USD"},
        "leftovers": [
            {
                "team": one.owner.team,
                "member": one.owner.member,
                "kind": str(one.kind),
                "name": one.name,
                "where": one.where,
                "about": one.about,
                "usd_a_day": None if one.usd_a_day is None else round(one.usd_a_day, 4),
            }
            for one in found.leftovers
        ],
        "not_looked_at": [{"what": place.what, "why": place.why} for place in found.unseen],
    }


def _price(usd: float | None) -> str:
    if usd is None:
        return "?"
    return f"${usd:,.2f}" if usd >= 0.005 or usd == 0 else "<$0.01"
