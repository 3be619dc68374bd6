"""Cards as one HTML file that needs nothing else: no script, no font, no picture from elsewhere."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pytest_cloudlab.errors import CloudlabError
from pytest_cloudlab.evidence import EvidenceStore, write_atomically
from pytest_cloudlab.model import Evidence, Standing
from pytest_cloudlab.reports import (
    MARKS,
    NOT_YOUR_FAULT,
    WORDS,
    chosen,
    counts,
    link,
    next_words,
    not_seen_here,
    number,
    reconnected,
    sentence,
    shown,
    waits_for,
    why_unasked,
)
from pytest_cloudlab.reports.chain import hops
from pytest_cloudlab.standing import Card, State

LONGEST_TEXT = 20_000
LONGEST_VALUE = 600
MAX_PICTURE_BYTES = 3 * 1024 * 1024
# A picture is what begins like one, whatever its record says. SVG is not among them: it can carry script.
PICTURES = {
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
    "image/gif": b"GIF8",
    "image/webp": b"RIFF",
}


@dataclass(frozen=True)
class Exhibit:
    """A piece of evidence as the page shows it: as a picture, as text, or as a note why as neither."""

    name: str
    size: str
    picture: str = ""
    text: str = ""
    note: str = ""


def write(cards: Sequence[Card], store: EvidenceStore, path: Path, title: str = "") -> None:
    """Write the page to `path`, with the evidence that `store` has.

    Raises `UsageError` when `path` cannot be written.
    """
    page = (
        _environment()
        .get_template("report.html.j2")
        .render(
            title=title or (cards[0].lab.title if cards else "Report"),
            cards=cards,
            latest=max((card.latest for card in cards if card.latest), default=None),
            exhibits=lambda standing: _exhibits(standing, store),
            titles={
                standing.check.name: standing.check.title for card in cards for standing in card.standings
            },
        )
    )
    write_atomically(path, page.encode("utf-8", "replace"))


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("pytest_cloudlab.reports", ""),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        marks=MARKS, words=WORDS, chosen=chosen, counts=counts, link=link, next_words=next_words,
        not_seen_here=not_seen_here, number=number, reconnected=reconnected, sentence=sentence,
        waits_for=waits_for, why_unasked=why_unasked, value=_value, hops=hops, slug=_slug,
        not_your_fault=NOT_YOUR_FAULT,
    )  # fmt: skip
    return environment


def _shown(value: Any) -> Any:
    """Every expression of the template passes here before it is escaped; `Markup` is our own."""
    return shown(value, LONGEST_TEXT) if isinstance(value, str) and not isinstance(value, Markup) else value


def _slug(state: State) -> str:
    return state.replace(" ", "-")


def _value(measured: Any) -> str:
    """A measured value, on as little room as it needs."""
    text = measured if isinstance(measured, str) else json.dumps(measured, ensure_ascii=False)
    return str(shown(text, LONGEST_VALUE))


def _exhibits(standing: Standing, store: EvidenceStore) -> list[Exhibit]:
    return [_exhibit(one, store) for one in standing.observation.evidence] if standing.observation else []


def _exhibit(evidence: Evidence, store: EvidenceStore) -> Exhibit:
    name, size = evidence.name, _size(evidence.size_bytes)
    try:
        data = store.read(evidence)
    except CloudlabError:
        return Exhibit(name, size, note="its file is gone, or was changed after it was stored")
    beginning = PICTURES.get(evidence.media_type)
    if beginning and data.startswith(beginning):
        if len(data) > MAX_PICTURE_BYTES:
            return Exhibit(name, size, note=f"too large to show here; sha256 {evidence.sha256}")
        coded = base64.b64encode(data).decode("ascii")
        return Exhibit(name, size, picture=Markup(f"data:{evidence.media_type};base64,{coded}"))  # noqa: S704 - a known type and base64
    if evidence.media_type.startswith(("text/", "application/json")):
        text = data.decode("utf-8", "replace")
        note = f"the first {LONGEST_TEXT:,} of {len(text):,} characters" if len(text) > LONGEST_TEXT else ""
        return Exhibit(name, size, text=text[:LONGEST_TEXT], note=note)
    return Exhibit(name, size, note=f"{evidence.media_type}, not shown here; sha256 {evidence.sha256}")


def _size(size_bytes: int) -> str:
    return f"{size_bytes / 1024:,.0f} KB" if size_bytes >= 10_240 else f"{size_bytes:,} bytes"
