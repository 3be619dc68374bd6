"""A course with two members, and what a student's own machine has."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_cloudlab.evidence import EvidenceStore
from pytest_cloudlab.model import Lab, Member, Roster
from pytest_cloudlab.roster import load_roster
from tests.labs import write_lab, write_roster
from tests.receipts import maker


@pytest.fixture
def course(tmp_path: Path) -> tuple[Lab, Roster]:
    return load_roster(write_roster(tmp_path, write_lab(tmp_path, {})))


@pytest.fixture
def lab(course: tuple[Lab, Roster]) -> Lab:
    return course[0]


@pytest.fixture
def alice(course: tuple[Lab, Roster]) -> Member:
    return course[1].find("alice")[1]


@pytest.fixture
def hers(tmp_path: Path) -> EvidenceStore:
    """The evidence on the student's machine."""
    return EvidenceStore(tmp_path / "hers")


@pytest.fixture
def receipt(lab: Lab, alice: Member, hers: EvidenceStore) -> bytes:
    return maker.packed(lab, alice, hers).data
