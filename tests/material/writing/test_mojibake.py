"""What is mojibake, and what only looks like it."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_cloudlab.material.writing.mojibake import CODECS, mended, mojibake_in


def garbled(text: str, codec: str) -> str:
    """As a wrong editor would have saved it; bytes without a character pass as control characters."""
    return "".join(bytes([byte]).decode(codec, "ignore") or chr(byte) for byte in text.encode("utf-8"))


SENTENCES = [
    "Le café est déjà prêt, où l’on s’assied.",
    "Die Prüfung beginnt um zwölf Uhr – pünktlich!",
    "El niño comió una piña en la montaña.",
    "Zażółć gęślą jaźń",
    "Привет, мир",
    "Γειά σου Κόσμε",
    "你好，世界",
    "こんにちは世界",
    "مرحبا بالعالم",
    "שלום עולם",
    "It’s “quoted” — with dashes…",
    "🧰 tools, 💡 ideas and ➡️ arrows",
    "Costs 5 € → pay",
    "20 °C ± 2",
]


@pytest.mark.parametrize("codec", list(CODECS))
@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_line_saved_through_the_wrong_character_set_is_found(sentence, codec):
    """Most of it is put right; what is too short to be certain of stays."""
    line = garbled(sentence, codec)
    runs = mojibake_in(line)
    assert runs
    assert {run.codec for run in runs} == {codec}
    assert mended(line, runs).casefold() != line.casefold()


@pytest.mark.parametrize("sentence", SENTENCES)
def test_the_same_line_as_it_should_be_is_none(sentence):
    """The sentences themselves are correct."""
    assert mojibake_in(sentence) == []
    assert mojibake_in(sentence.upper()) == []


@pytest.mark.parametrize(
    ("line", "reads"),
    [
        ("dÃ©jÃ\xa0 vu", "déjà vu"),
        ("voilÃ ! and then", "voilà! and then"),
        ("naÃ¯ve", "naïve"),
        ("10Â°C", "10°C"),
        ("ÃƒÂ©tat", "état"),
        ("a right quoteâ€", "a right quote”"),
        ("a right quoteâ€\ufffd here", "a right quote” here"),
        ("voil√†!", "voilà!"),
        ("l‚Äô√©t√©", "l’été"),
        ("se√±or", "señor"),
        ("decomposed eÃÅ", "decomposed e\u0301"),
        ("\uf8ffüí° idea", "💡 idea"),
        ("cÅ“ur", "cœur"),
        ("Î± and Ïƒ", "α and σ"),
    ],
)
def test_it_is_known_what_it_should_read(line, reads):
    """By taking the run back to its bytes."""
    assert mended(line, mojibake_in(line)) == reads


def test_an_emoji_that_lost_its_last_byte_is_found_with_what_it_may_have_been():
    """The byte had no character in cp1252, or was a soft hyphen that an editor dropped."""
    (run,) = mojibake_in('title("ðŸ”")')
    assert (run.start, run.end, run.fixed) == (7, 10, "")
    assert "🔭" in run.choices


@pytest.mark.parametrize(
    "line",
    [
        "∫₀^∞ e^{-x²} dx = √π / 2",
        "2√π, 3√∞, √±1, x ≈ ∂y, ƒ(x) ≈ √Ω",
        "sin√πx ≤ √∑aᵢ² and ¬∃x",
        "«À», «Â», «Ã» et «É»",
        "NÃO, IRMÃ” e MAÇû",
        "JÄÄ… ÅÄÖ, TYÖ”, HÄ»",
        "Il dit «état» —à peine– «à» …»",
        "passé…» et à\xa0«\xa0bonjour\xa0»",
        "‚Äpfel‘ und „Öl“, groß“",
        "Copyright © 2024 ® ™ § ¶ • † ‡",
        "½ × ¾ ÷ ±1 µm 20°C",
        "l’été, d’être, “é” ‘à’",
        "œuvre, cœur, Œdipe, ƒ/2.8",
        "Straße, ÄÖÜ, Ångström, naïve, façade, São Paulo",
        "C’est « très » bien – n’est-ce pas ?",
        "Ðóra Þór æðar, Íslenska",
        "Tiếng Việt, Âu Cơ, Ấn Độ",
        "κόσμος, мир, 世界, عالم, שלום, 🎉",
    ],
)
def test_correct_text_and_formulas_are_none(line):
    """Their characters stand in an order that mojibake has as well."""
    assert mojibake_in(line) == []


def test_where_other_lines_convince_less_is_needed():
    """`20±2` alone may be an odd formula."""
    assert mojibake_in("20¬±2") == []
    assert [run.fixed for run in mojibake_in("20¬±2", frozenset({"mac_roman"}))] == ["±"]


@given(st.text())
def test_any_text_is_looked_at_without_an_error(text):
    """And what is found lies inside it, in order."""
    runs = mojibake_in(text)
    assert all(0 <= run.start < run.end <= len(text) for run in runs)
    assert all(one.end <= two.start for one, two in pairwise(runs))


@pytest.mark.parametrize("piece", ["Ã", "ðŸ", "√", "Ã©", "â€"])
def test_the_work_is_linear(piece):
    """However a line is built, ten times as long takes about ten times as long."""
    start = time.process_time()
    for _ in range(10):
        mojibake_in(piece * 100_000)
    assert time.process_time() - start < 60
