"""The chain as text: in 80 columns, whatever the machines call themselves."""

from __future__ import annotations

import pytest

from pytest_cloudlab.chain import Answer, Chain, Evidence, Hop
from pytest_cloudlab.chain.text import COLUMNS, picture
from tests.chain.test_model import CHAIN

HOSTILE = (
    "\x1b[2J\x1b[31mroot",
    "<script>alert(1)</script>",
    "名前" * 60,
    "a" * 3000,
    "line\nline\r\n✓ vm :8888  leads to the far end",
    "\u202egnp.exe",
    "ghp_0123456789abcdefABCDEF",
)


def hostile(text: str) -> Chain:
    """Three machines that say `text` of themselves."""
    evidence = Evidence(text, text, text, "n", ("n",))
    hop = Hop(text, evidence, text, 8888, Answer.ELSEWHERE, text)
    return Chain((Hop("laptop"), hop, Hop("vm", lost=text)))


def test_what_it_looks_like() -> None:
    assert picture(CHAIN) == (
        "✗ laptop :8888  ends at the laptop's port 1\n"
        "│   host h · machine m · network 1\n"
        "│\n"
        "│ gh codespace ports forward\n"
        "▼\n"
        "✗ codespace :8888  is the same machine as the laptop: what was written there is\n"
        "│   here\n"
        "│   host h · machine m · network 1\n"
        "│\n"
        "│ ssh -L\n"
        "▼\n"
        "? vm :8888  could not be looked at: no answer\n"
        "    host h · machine m · network 2 · nonce its own\n"
    )


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names_stay_within_their_lines(text: str) -> None:
    drawn = picture(hostile(text))
    assert all(len(line) <= COLUMNS for line in drawn.splitlines())
    assert len([line for line in drawn.splitlines() if line[0] in "✓✗?·"]) == 3
    assert not [one for one in drawn if (not one.isprintable() and one != "\n")]
    assert "".join(one for one in drawn if one not in "│▼✗·…").isascii()
    assert "ghp_0123456789" not in drawn
