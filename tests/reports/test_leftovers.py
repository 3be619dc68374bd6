"""What is left, shown to people and to programs."""

from __future__ import annotations

import io

from rich.console import Console

from pytest_cloudlab.leftovers.found import Found, Unseen
from pytest_cloudlab.leftovers.leftover import Kind, Leftover, Owner
from pytest_cloudlab.leftovers.prices import price_table
from pytest_cloudlab.reports.leftovers import as_json, print_leftovers


def left(kind: Kind, name: str, owner: Owner, price: float | None, about: str = "it") -> Leftover:
    return Leftover(kind, name, "europe-west1-b", owner, about, price, lambda: None)


ALICE = Owner("rocket", "alice")
FOUND = Found(
    (
        left(Kind.VM, "be-cloud-mascot-rocket-alice", ALICE, 1.4402, "n1-standard-1, running"),
        left(Kind.DISK, "be-cloud-mascot-rocket-bob", Owner("rocket", "bob"), None),
        left(Kind.IMAGE, "sdd/webapp:1.0", Owner("rocket"), 0.0001),
        left(Kind.FIREWALL_RULE, "open-8501", Owner(), 0.0, "opens tcp:8501"),
    ),
    (),
    price_table(),
)


def shown(found: Found, width: int = 80) -> str:
    stream = io.StringIO()
    print_leftovers(found, Console(file=stream, width=width, highlight=False))
    return stream.getvalue()


def test_each_team_has_its_block_with_prices() -> None:
    """The sum leaves out what has no known price, and says so."""
    lines = shown(FOUND).splitlines()
    assert lines[0] == "shared by all teams"
    assert "rocket" in lines
    assert next(line for line in lines if "rocket-alice" in line).endswith("$1.44")
    assert next(line for line in lines if "rocket-bob" in line).rstrip().endswith("?")
    assert next(line for line in lines if "webapp" in line).endswith("<$0.01")
    assert "4 left, about $1.44 a day." in lines
    assert "1 without a known price" in shown(FOUND, 200)
    assert str(price_table().as_of) in shown(FOUND)


def test_it_fits_a_narrow_terminal() -> None:
    """Long names fold; nothing runs over the edge."""
    long = left(Kind.IMAGE, "sdd2526/" + "~" * 120 + ":1.0", ALICE, 0.5)
    for width in (60, 80):
        text = shown(Found((long,), (), price_table()), width)
        assert max(map(len, text.splitlines())) <= width
        assert text.count("~") == 120


def test_names_do_not_steer_the_terminal() -> None:
    """What comes from a cloud is text, neither markup nor an escape sequence."""
    odd = left(Kind.VM, "[red]vm\x1b[31m", ALICE, 1.0, "about\x07 [/]it")
    text = shown(Found((odd,), (), price_table()))
    assert "[red]vm" in text
    assert "\x1b" not in text
    assert "\x07" not in text


def test_nothing_left_is_said_only_when_all_was_looked_at() -> None:
    unseen = (Unseen("buckets", "no answer from storage.googleapis.com (503)"),)
    assert shown(Found((), (), price_table())) == "Nothing is left.\n"
    text = shown(Found((), unseen, price_table()))
    assert "? buckets could not be looked at: no answer" in text
    assert "Nothing is left." not in text


def test_json_has_every_field() -> None:
    data = as_json(FOUND)
    assert data["prices"]["currency"] == "USD"
    assert data["leftovers"][0] == {
        "team": "rocket",
        "member": "alice",
        "kind": "VM",
        "name": "be-cloud-mascot-rocket-alice",
        "where": "europe-west1-b",
        "about": "n1-standard-1, running",
        "usd_a_day": 1.4402,
    }
    assert data["leftovers"][1]["usd_a_day"] is None
    assert data["not_looked_at"] == []
