from __future__ import annotations

import pytest

from pytest_cloudlab.checks.be import sabotages as be
from pytest_cloudlab.checks.codespaces import sabotages as codespaces
from tests.checks.played import played


class A:
    red = frozenset({"a"})


class AB:
    red = frozenset({"a", "b"})


class B:
    red = frozenset({"b"})


class C:
    red = frozenset({"c"})


def test_every_check_turns_red_in_every_run() -> None:
    """With few; the others are there for who runs all."""
    chosen = played([A, AB, B, C])
    assert [one for one in chosen if isinstance(one, type)] == [AB, C]
    others = [one for one in chosen if not isinstance(one, type)]
    assert [one.values for one in others] == [(A,), (B,)]
    assert all(mark.name == "exhaustive" for one in others for mark in one.marks)


@pytest.mark.parametrize("sabotages", [be.SABOTAGES, be.PUBLISHED, codespaces.SABOTAGES])
def test_no_check_is_left_out(sabotages: tuple[type[A], ...]) -> None:
    kept = [one for one in played(sabotages) if isinstance(one, type)]
    assert frozenset().union(*(one.red for one in kept)) == frozenset().union(*(one.red for one in sabotages))
