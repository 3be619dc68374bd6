"""Pages by chance: containers in containers, with fences, headings and text in them."""

from __future__ import annotations

from hypothesis import strategies as st

_WORDS = st.sampled_from(
    ["Run it.", "one two", "a `code` b", "see [x](y.md)", "x < y", "**bold** text", "1.5 GB"]
)
_CODE = st.lists(
    st.sampled_from(
        [
            "ls -l",
            "",
            "    indented",
            "# not a heading",
            "```",
            "~~~",
            "- no item",
            "> quoted",
            "\ttab",
            "<b>",
        ]
    ),
    max_size=4,
)
_MARKS = st.sampled_from(["```", "~~~", "````", "~~~~"])
_SAID = st.sampled_from(
    ["", "bash", " python", '{.yaml title="a b"}', 'bash title="x"', 'py hl_lines="1 2"', "c++ {.x}"]
)
_INDENTS = st.sampled_from(["", " ", "  ", "   ", "    ", "      ", "        ", "\t"])


def _fence(draw: st.DrawFn) -> list[str]:
    mark, said = draw(_MARKS), draw(_SAID)
    code = [line for line in draw(_CODE) if not line.startswith(mark)]
    ends = draw(st.sampled_from([[mark], [mark], [mark], [mark + " "], [], [mark + mark[0]]]))
    return [mark + said, *code, *ends]


def _simple(draw: st.DrawFn) -> list[str]:
    kind = draw(st.integers(0, 9))
    if kind <= 3:
        return _fence(draw)
    if kind == 4:
        return [
            "#" * draw(st.integers(1, 4))
            + " "
            + draw(st.sampled_from(["Run", "Run", "Go `on`", "The end {#end}"]))
        ]
    if kind == 5:
        return [draw(_WORDS), draw(st.sampled_from(["===", "---", "- - -", "***"]))]
    if kind == 6:
        return ["    " + line if line else "" for line in draw(_CODE)]
    if kind == 7:
        return ["| a | b |", "|---|---|", f"| {draw(_WORDS)} | 2 |"]
    return [draw(_WORDS) for _ in range(draw(st.integers(1, 2)))]


def _indented(lines: list[str], by: str) -> list[str]:
    return [by + line if line else line for line in lines]


def _pieces(draw: st.DrawFn, depth: int) -> list[str]:
    found: list[str] = []
    for _ in range(draw(st.integers(1, 3))):
        found += _piece(draw, depth)
        found += [""] * draw(st.sampled_from([1, 1, 1, 0, 2]))
    return found


def _piece(draw: st.DrawFn, depth: int) -> list[str]:
    if depth >= 3:
        return _simple(draw)
    kind = draw(st.integers(0, 9))
    if kind > 6:
        return _indented(_simple(draw), draw(_INDENTS))
    inner = _pieces(draw, depth + 1)
    gap = [""] * draw(st.integers(0, 1))
    by = draw(st.sampled_from(["    ", "    ", "    ", "  ", "\t", "     "]))
    if kind == 0:
        return [draw(st.sampled_from(["!!! note", '!!! tip "Do"', "!!! x y"])), *gap, *_indented(inner, by)]
    if kind == 1:
        return [
            draw(st.sampled_from(["??? note", '???+ tip "Do"', '??? "Only"'])),
            *gap,
            *_indented(inner, by),
        ]
    if kind == 2:
        return ['=== "A"', *gap, *_indented(inner, by), '=== "B"', "", *_indented(_simple(draw), by)]
    if kind == 3:
        return [
            draw(st.sampled_from(["1. ", "- ", "* ", "10. "])) + draw(_WORDS),
            *gap,
            *_indented(inner, by),
        ]
    if kind == 4:
        return [f"> {line}" if line else ">" for line in inner]
    if kind == 5:
        opened = draw(
            st.sampled_from(["<div>", "<details>", "<details markdown>", '<div class="x" markdown="1">'])
        )
        return [opened, "", *inner, "", f"</{opened[1:].split()[0].rstrip('>')}>"]
    return [draw(_WORDS), f":   {draw(_WORDS)}", *gap, *_indented(inner, by)]


@st.composite
def pages(draw: st.DrawFn) -> str:
    return "\n".join(_pieces(draw, 0))


_FRAGMENTS = (
    *(
        "\n",
        "\n\n",
        "    ",
        "\t",
        "```",
        "~~~",
        "`",
        "> ",
        "- ",
        "1. ",
        "!!! note",
        '=== "A"',
        "???",
        "#",
        "---",
    ),
    *(
        "<div>",
        "</div>",
        "<!--",
        "-->",
        "<pre><code>",
        "<",
        "|",
        "{",
        "}",
        "[^1]:",
        ":   ",
        "\x02f0\x03",
        "\\",
    ),
    *("<div markdown>", '"', "'", "===", "a", " ", "<script>", "[x](", "](", "*", "_", "&amp;", "http://a.b"),
)


def fragments() -> st.SearchStrategy[str]:
    """Arbitrary text, of pieces that mean something somewhere."""
    pieces = st.one_of(st.sampled_from(_FRAGMENTS), st.text(max_size=3))
    return st.lists(pieces, max_size=40).map("".join)
