"""The page's folder: `index.html`, which stays, and what changes beside it.

A page opened from a disk may not read files, but it may load scripts: so the data are scripts, `board.js` and
one in `members/` for each member, which the page loads again and again.
"""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.evidence import EvidenceStore, write_atomically
from pytest_cloudlab.reports.live.details import details_of
from pytest_cloudlab.reports.live.moment import Moment, Place

HEARTBEAT_S = 15.0
"""The page is told so often that its writer is alive."""
EVIDENCE, MEMBERS = "evidence", "members"


class LivePage:
    def __init__(self, folder: Path, evidence: EvidenceStore | None = None) -> None:
        """With `evidence` the page says what was found, and has points and evidence; else names and marks.

        Raises `UsageError` when others could find an earlier page's details in `folder`.
        """
        self._folder, self._store = folder, evidence
        left = [name for name in (MEMBERS, EVIDENCE) if (folder / name).exists()]
        if left and evidence is None:
            raise UsageError(
                f"{folder}: has {' and '.join(left)} of a page with details",
                remedy="Name another folder, or remove these first: this page is for everybody's eyes.",
            )
        self._told: dict[str, Any] = {}
        self._at_s = -HEARTBEAT_S
        self._details: dict[str, str] = {}
        """Member -> what its file says."""

    def show(self, moment: Moment) -> None:
        """Write what has changed. Raises `UsageError` when the folder cannot be written."""
        data = moment.data(points=self._store is not None)
        if self._store is not None:
            data["versions"] = [self._write_details(place, self._store) for place in moment.places]
        now_s = time.monotonic()
        if data == self._told and now_s - self._at_s < HEARTBEAT_S:
            return
        stamped = {**data, "at": time.time(), "clock": time.strftime("%H:%M:%S")}
        if not self._told or moment.over:
            # What the page shows before its first script is loaded, and when somebody takes a copy of it.
            write_atomically(self._folder / "index.html", _page(moment.title, stamped).encode())
        self._write("board.js", "cloudlabBoard", [stamped])
        self._told, self._at_s = data, now_s

    def _write_details(self, place: Place, store: EvidenceStore) -> str:
        """The version of the member's file, which is written if it is another one."""
        found = details_of(place, store, self._folder / EVIDENCE)
        version = hashlib.sha256(_json(found).encode()).hexdigest()[:12]
        member = place.member.id
        if self._details.get(member) != version:
            self._write(f"{MEMBERS}/{member}.js", "cloudlabMember", [member, version, found])
            self._details[member] = version
        return version

    def _write(self, name: str, function: str, arguments: Sequence[Any]) -> None:
        script = f"{function}({', '.join(map(_json, arguments))});\n"
        write_atomically(self._folder / name, script.encode())


def _json(value: Any) -> str:
    """Plain ASCII that neither a script element nor an encoding can spoil."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _page(title: str, data: dict[str, Any]) -> str:
    environment = Environment(
        loader=PackageLoader("pytest_cloudlab.reports", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style, script = (
        environment.get_template(f"live/{name}").render() for name in ("page.css.j2", "page.js.j2")
    )
    return environment.get_template("live/page.html.j2").render(
        title=title,
        style=Markup(style),  # noqa: S704 - our own files
        script=Markup(script),  # noqa: S704
        style_hash=_hash(style),
        script_hash=_hash(script),
        data=Markup(_json(data)),  # noqa: S704 - without < > &
    )


def _hash(text: str) -> str:
    """As a content security policy names an inline script."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
