"""Write the folders that students download, one per mascot, and draw their pictures and the first app's.

    python checks/be/resources/make.py           # everything; needs Pillow
    python checks/be/resources/make.py --text    # all but the pictures

The text comes from source/, the pictures from drawing/. Edit those, never the folders.
"""

from __future__ import annotations

import sys
from pathlib import Path
from string import Template

HERE = Path(__file__).resolve().parent
BUCKET = HERE.parent / "bucket" / "be"
"""What the course's bucket holds; a rehearsal's twin serves it."""
SKIES = HERE.parent / "streamlit" / "first" / "pictures"
"""What the first Streamlit app compares."""
PORTS = {"cat": 5001, "dog": 5002, "owl": 5003, "panda": 5004, "yoda": 5005}


def write(root: Path) -> None:
    """Write every mascot's text files below `root`."""
    for mascot, port in PORTS.items():
        folder = root / mascot
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("app.py", "Dockerfile"):
            text = Template((HERE / "source" / name).read_text(encoding="utf-8"))
            (folder / name).write_text(text.substitute(mascot=mascot, port=port), encoding="utf-8")
        for name in ("AUTHOR.txt", "template.html.jinja2"):
            (folder / name).write_bytes((HERE / "source" / name).read_bytes())


def draw(root: Path) -> None:
    """Draw every mascot's imgs/1.gif to 5.gif and favicon.ico below `root`. Needs Pillow."""
    # Found beside this script when it runs; mypy looks from the top of the repository.
    from drawing.pictures import draw_all  # type: ignore[import-not-found]

    for mascot in PORTS:
        draw_all(mascot, root / mascot)


def draw_first_app(folder: Path) -> None:
    """Draw the two skies, each as two telescopes see it, into `folder`. Needs Pillow."""
    from drawing.sky import draw_skies  # type: ignore[import-not-found]

    draw_skies(folder)


if __name__ == "__main__":
    write(BUCKET)
    if sys.argv[1:] != ["--text"]:
        draw(BUCKET)
        draw_first_app(SKIES)
