"""What a worker of xdist tells its controller of a lab, attached to pytest's own reports."""

from __future__ import annotations

import msgspec

from pytest_cloudlab.model import Check, Observation, Verdict

KEY = "cloudlab_dispatch"
"""The attribute of a report that holds a dispatch, as JSON text."""


class Opening(msgspec.Struct, frozen=True):
    """Before a worker asks its first check."""

    lab: str
    team: str
    member: str
    data: str
    """Folder of the journal and the evidence."""
    checks: tuple[Check, ...]
    node_ids: dict[str, str]
    """Node id -> the check's name."""
    sent: str
    """The node id that xdist has given the worker, and knows all of the lab's checks by."""


class Dispatch(msgspec.Struct, frozen=True):
    node_id: str
    """Of the check that the report is about."""
    opening: Opening | None = None
    observations: tuple[Observation, ...] = ()
    stands: Verdict | None = None
    """Where the check stands now."""

    def text(self) -> str:
        return msgspec.json.encode(self).decode()


def read_dispatch(text: str) -> Dispatch:
    return msgspec.json.decode(text, type=Dispatch)


def asked_by(test_run: str) -> str:
    """What the journal calls the run of the controller whose xdist calls it `test_run`."""
    return f"xdist {test_run}"
