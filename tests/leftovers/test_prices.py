"""The price table, and what is made of it."""

from __future__ import annotations

import datetime

import pytest

from pytest_cloudlab.leftovers.prices import GIB, price_table

PRICES = price_table()


def test_a_vm_costs_its_processors_and_its_memory() -> None:
    """One processor and 3.75 GB of the N1 family in Belgium: 5.2 cents an hour by the list."""
    assert PRICES.vm("n1-standard-1") == pytest.approx(24 * 0.0523, abs=0.01)
    assert PRICES.vm("e2-standard-2") == pytest.approx(24 * 0.0737, abs=0.01)


def test_what_the_table_does_not_know_has_no_price() -> None:
    """None, and never a price of nothing."""
    assert PRICES.vm("a3-megagpu-8g") is None
    assert PRICES.vm("n1-standard-999") is None
    assert PRICES.disk("pd-extreme", 10) is None


def test_what_is_priced_by_the_month_is_told_by_the_day() -> None:
    """50 GB of standard disk cost 2 dollars a month."""
    assert PRICES.disk("pd-standard", 50) * 30.4 == pytest.approx(2.0)  # type: ignore[operator]
    assert PRICES.stored("image", 10 * GIB) * 30.4 == pytest.approx(1.0)


def test_a_reserved_address_that_nothing_uses_costs_more() -> None:
    assert PRICES.address(in_use=False) > PRICES.address(in_use=True) > 0


def test_a_stopped_codespace_costs_its_disk_only() -> None:
    runs = PRICES.a_codespace(cpus=2, disk_bytes=32 * GIB, runs=True)
    stopped = PRICES.a_codespace(cpus=2, disk_bytes=32 * GIB, runs=False)
    assert runs - stopped == pytest.approx(24 * 0.18)
    assert stopped > 0


def test_every_machine_type_has_the_price_of_its_family() -> None:
    assert all(PRICES.vm(name) for name in PRICES.machine_types)


def test_the_table_is_dated() -> None:
    """In the past, so that a reader knows how old the estimate is."""
    assert datetime.date(2025, 1, 1) <= PRICES.as_of <= datetime.datetime.now(datetime.UTC).date()
