"""A made-up lab with made-up members, for every report to be tested on."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from pytest_cloudlab.evidence import EvidenceStore
from pytest_cloudlab.model import Check, Choice, Evidence, Lab, Member, Observation, Step, Team, Verdict
from pytest_cloudlab.standing import Card, card_of

PASSED, FAILED, BLOCKED, INCONCLUSIVE = Verdict.PASSED, Verdict.FAILED, Verdict.BLOCKED, Verdict.INCONCLUSIVE
AT = datetime(2025, 11, 21, 9, 30, tzinfo=UTC)
HOSTILE = (
    "<script>alert(1)</script>",
    '=HYPERLINK("http://evil","x")',
    "\x1b[31mred\x1b[0m\x1b]0;t\x07 [red]x[/red] {{ 7*7 }}",
    "x" * 300,
    "عمر الخيام",
    "nul\x00 \x08 \ud800 \ufffe ]]> &amp; \u202eevil",
    '" onload="alert(1)',
)

LAB = Lab(
    id="be",
    title="Build, ship, run as a team",
    page="https://example.org/1_5_be.html",
    steps=(
        Step("1.1.2", "Get the resources", "#112-get-the-resources"),
        Step("1.1.3", "Build your Docker image", "#113-build-your-docker-image"),
        Step("1.2.1", "Push your image to the shared registry", "#121-push"),
        Step("1.3.2", "Connect to your VM with SSH", "#132-connect"),
        Step("1.3.5", "See the page and share it", "#135-display"),
        Step("1.4", "Clean up", "#14-cleanup"),
    ),
    choices=(Choice("mascot", ("cat", "dog")), Choice("runs", ("cat", "dog"), teammates="mascot")),
    parameters=None,
    folder="/labs/be",
)
CHECKS = (
    Check("test_resources", "Your mascot's resources are complete", "Download the whole folder.", "1.1.2"),
    Check(
        "test_author", "AUTHOR.txt names you", "Replace the placeholder in the file by your name.", "1.1.3"
    ),
    Check(
        "test_image_name",
        "Your image carries your name",
        "The image keeps AUTHOR.txt as it was when you built it. Build it again after you edit the file.",
        "1.1.3",
        points=2,
        needs=("test_author",),
    ),
    Check("test_pushed", "Your image is in the registry", "Push it.", "1.2.1", 2, ("test_image_name",)),
    Check(
        "test_digest",
        "The registry has the image you built last",
        "Push again.",
        "1.2.1",
        1.5,
        ("test_image_name",),
    ),
    Check("test_ssh", "Your VM answers SSH", "Start it.", "1.3.2", 1.5),
    Check("test_restart", "It comes back after a restart", "Add --restart.", "1.3.2", acts=True),
    Check(
        "test_page_author",
        "The page names your teammate as its author",
        "Pull again.",
        "1.3.5",
        2,
        ("test_ssh",),
    ),
    Check("test_page_mascot", "The page shows your teammate's mascot", "Run the other image.", "1.3.5", 2),
    Check("test_vm_gone", "Your VM is deleted", "Delete it.", "1.4", 2, ("test_ssh",), holds="at_end"),
)
ALICE = Member("alice", "Alice Martin", {"mascot": "cat", "runs": "dog"})
ROCKET = Team("rocket", (ALICE,))


def seen(check: str, verdict: Verdict, message: str = "", **more: Any) -> Observation:
    at = AT + timedelta(seconds=7 * [one.name for one in CHECKS].index(check))
    one = Observation("be", "rocket", "alice", check, verdict, message, at, 0.31, run="r1")
    return replace(one, **more)


def observations() -> list[Observation]:
    """One of everything: passed, failed, blocked, inconclusive, not asked, not due."""
    return [
        seen("test_resources", PASSED, measured={"files": 7}),
        seen("test_author", PASSED, duration_s=0.04, measured={"author": "Alice Martin"}),
        seen(
            "test_image_name",
            FAILED,
            'The image\'s AUTHOR.txt says "<your name>", yours says "Alice Martin": '
            "the image was built before you edited the file.",
            measured={"author": "<your name>", "layers": [{"digest": "sha256:" + "0a" * 32, "size": 1234}]},
        ),
        seen("test_pushed", BLOCKED, "waits for: …", waits_for="test_image_name"),
        seen("test_digest", BLOCKED, "waits for: …", waits_for="test_image_name"),
        seen(
            "test_ssh", INCONCLUSIVE, "no answer from Compute Engine (503, 4 tries in 20 s)", duration_s=20.2
        ),
        seen("test_page_author", INCONCLUSIVE, "waits for: …", waits_for="test_ssh"),
        seen("test_page_mascot", PASSED, duration_s=2.4, measured={"mascot": "dog", "accuracy": 0.934}),
    ]


def card(
    member: Member = ALICE,
    *,
    team: Team = ROCKET,
    changes: Mapping[str, Mapping[str, Any]] | None = None,
    final: bool = False,
    lab: Lab = LAB,
    checks: tuple[Check, ...] = CHECKS,
) -> Card:
    """Alice's card, or another's; `changes` maps a check's name to fields of its observation."""
    ones = [replace(one, member=member.id, **(changes or {}).get(one.check, {})) for one in observations()]
    return card_of(lab, team, member, checks, ones, final=final)


def all_passed(member: Member = ALICE) -> Card:
    ones = [seen(check.name, PASSED) for check in CHECKS]
    return card_of(LAB, ROCKET, member, CHECKS, ones, final=True)


def hostile(text: str) -> Card:
    """A card on which everything that comes from outside is `text`."""
    member = Member("mallory", text, {"mascot": text, "runs": text})
    same: dict[str, Any] = {"message": text, "remedy": text, "measured": {text: [text, {text: text}]}}
    return card(member, team=Team("rocket", (member,)), changes={one.check: same for one in observations()})


def png(width: int = 640, height: int = 400) -> bytes:
    """A picture with some structure, without any imaging library."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(
        b"\0" + b"".join(bytes((40 + x * 160 // width, 90 + y * 120 // height, 160)) for x in range(width))
        for y in range(height)
    )
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def with_evidence(store: EvidenceStore) -> Card:
    """Alice's card with a picture, a text, and evidence whose file is gone."""
    picture = store.put("page.png", png(), "image/png")
    log = store.put("docker-logs.txt", b"Running on http://0.0.0.0:8081\n" * 40, "text/plain")
    gone = Evidence("gone.txt", "0" * 64, "text/plain", 9)
    return card(
        changes={
            "test_page_mascot": {"evidence": (picture, log)},
            "test_image_name": {"evidence": (log, gone)},
        }
    )
