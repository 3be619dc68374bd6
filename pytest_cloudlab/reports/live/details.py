"""What was found about one member, and the evidence: for the instructor's own screen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pytest_cloudlab.errors import CloudlabError
from pytest_cloudlab.evidence import EvidenceStore, write_atomically
from pytest_cloudlab.model import Evidence, Standing
from pytest_cloudlab.redaction import plain
from pytest_cloudlab.reports import not_seen_here, sentence, shown, waits_for, why_unasked
from pytest_cloudlab.reports.live.moment import Place

LONGEST = 1_500
# What begins like a picture is shown as one, whatever its record says; anything else only as text.
PICTURES = {
    b"\x89PNG\r\n\x1a\n": "png",
    b"\xff\xd8\xff": "jpg",
    b"GIF8": "gif",
    b"RIFF": "webp",
}


def details_of(place: Place, store: EvidenceStore, folder: Path) -> list[dict[str, Any]]:
    """By outcome, in the lab's order; its evidence is copied to `folder`, under names made of hashes."""
    titles = {name: one.check.title for name, one in place.standings.items()}
    return [_found(one, titles, store, folder) for one in place.standings.values()]


def _found(standing: Standing, titles: dict[str, str], store: EvidenceStore, folder: Path) -> dict[str, Any]:
    seen, check = standing.observation, standing.check
    if seen is None:
        return {"found": why_unasked(check)}
    told: dict[str, Any] = {"at": f"{seen.at.astimezone():%H:%M:%S}"}
    if standing.verdict is None or seen.waits_for:
        told["found"] = waits_for(standing, titles) or why_unasked(check)
    elif seen.source:
        told["found"] = not_seen_here(standing)
    elif standing.verdict != "passed":
        message = str(shown(seen.message, LONGEST))
        unsure = standing.verdict == "inconclusive"
        told["found"] = f"Could not tell: {sentence(message)}" if unsure else message
        told["hint"] = str(shown(seen.remedy or ("" if unsure else check.hint), LONGEST))
    told["evidence"] = [one for each in seen.evidence if (one := _exhibit(each, store, folder))]
    return told


def _exhibit(evidence: Evidence, store: EvidenceStore, folder: Path) -> list[str] | None:
    """Its name, and its file in `folder`; none for what a browser cannot show."""
    try:
        data = store.read(evidence)
    except CloudlabError:
        return [plain(evidence.name, 120), ""]
    kind = next((suffix for beginning, suffix in PICTURES.items() if data.startswith(beginning)), "")
    if not kind and evidence.media_type.startswith(("text/", "application/json")):
        kind = "txt"
    if not kind:
        return None
    file = folder / f"{evidence.sha256}.{kind}"
    if not file.exists():
        write_atomically(file, data)
    return [plain(evidence.name, 120), file.name]
