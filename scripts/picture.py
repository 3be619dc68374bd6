"""Draw a terminal's output, colours included, as a PNG: the pictures of the README are made with it.

    export FORCE_COLOR=1 TTY_INTERACTIVE=0 COLUMNS=80
    make demo 2>&1 | .venv/bin/python scripts/picture.py docs/pictures/demo.png "make demo"

An optional third argument, FIRST:LAST, picks lines.
"""

from __future__ import annotations

import io
import re
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

from pytest_cloudlab.browser import chromium


def draw(ansi: str, picture: Path, title: str) -> None:
    console = Console(record=True, width=80, file=io.StringIO(), force_terminal=True)
    for line in ansi.splitlines():
        console.print(Text.from_ansi(line), no_wrap=True, crop=False, highlight=False)
    svg = console.export_svg(title=title, theme=MONOKAI)
    # Its font would come from the network; this machine's own monospace does.
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL).replace("Fira Code", "DejaVu Sans Mono")
    width, height = (float(n) for n in re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)[0])
    with tempfile.NamedTemporaryFile("w", suffix=".html", encoding="utf-8") as page, chromium() as driver:
        page.write(f"<style>body{{margin:0}}svg{{width:{width}px;height:{height}px}}</style>{svg}")
        page.flush()
        driver.set_window_size(int(width), int(height) + 200)
        driver.get(f"file://{page.name}")
        picture.parent.mkdir(parents=True, exist_ok=True)
        picture.write_bytes(driver.find_element("css selector", "svg").screenshot_as_png)


if __name__ == "__main__":
    first, _, last = (sys.argv[3] if len(sys.argv) > 3 else ":").partition(":")
    # What a terminal would have erased is not in the picture.
    lines = [re.split(r"\x1b\[2K|\r", line)[-1] for line in sys.stdin.read().split("\n")]
    lines = [re.sub(r"\x1b\[\??[0-9]*[hlA]", "", line) for line in lines]
    lines = lines[int(first or 1) - 1 : int(last) if last else None]
    draw("\n".join(lines), Path(sys.argv[1]), sys.argv[2])
