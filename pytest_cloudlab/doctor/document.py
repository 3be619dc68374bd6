"""The findings as plain data, for programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from pytest_cloudlab.chain import document as chain
from pytest_cloudlab.doctor.examination import Examination
from pytest_cloudlab.redaction import plain, redact

SCHEMA = 1


def document(examination: Examination) -> dict[str, Any]:
    """
    >>> document(examination)["findings"][0]
    {'part': 'place', 'name': 'here', 'state': 'fact', 'found': 'a GitHub codespace …', 'fix': ''}
    """
    place = examination.place
    return {
        "schema": SCHEMA,
        "lab": examination.lab.id if examination.lab else None,
        "exit_code": examination.exit_code,
        "offline": examination.offline,
        "place": {
            "kind": place.kind,
            "hops": len(place.hops),
            "at_least": place.at_least,
            "path": [asdict(hop) for hop in place.hops],
        },
        "chain": [
            {key: _clean(value) for key, value in hop.items()} for hop in chain.document(examination.chain)
        ],
        "findings": [
            {key: redact(plain(str(value))) for key, value in asdict(finding).items()}
            for finding in examination.findings
        ],
    }


def _clean(value: Any) -> Any:
    return redact(plain(value)) if isinstance(value, str) else value
