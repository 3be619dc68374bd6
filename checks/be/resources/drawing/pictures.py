"""Which scenes each mascot plays, and how they become files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PIL import Image

from . import favourites
from .canvas import SIZE, Canvas
from .cat_and_dog import Cat, Dog
from .face import Pose
from .mascot import Mascot
from .owl_and_panda import Owl, Panda
from .scenes import asleep, flight, hello, tea
from .yoda import Yoda

FRAMES = 10
FRAME_MS = 120
COLOURS = 32

Scene = Callable[[float, Mascot], Canvas]

MASCOTS: dict[str, tuple[Mascot, Scene]] = {
    "cat": (Cat(), favourites.yarn),
    "dog": (Dog(), favourites.ball),
    "owl": (Owl(), favourites.book),
    "panda": (Panda(), favourites.bamboo),
    "yoda": (Yoda(), favourites.pebbles),
}


def draw_all(name: str, folder: Path) -> None:
    """Write imgs/1.gif to imgs/5.gif and favicon.ico into `folder`."""
    mascot, favourite = MASCOTS[name]
    (folder / "imgs").mkdir(parents=True, exist_ok=True)
    for number, scene in enumerate((hello, asleep, tea, flight, favourite), start=1):
        frames = [scene(i / FRAMES, mascot).finished() for i in range(FRAMES)]
        save_gif(frames, folder / "imgs" / f"{number}.gif")
    save_icon(mascot, folder / "favicon.ico")


def save_gif(frames: list[Image.Image], path: Path) -> None:
    """One palette for all frames, so that what stands still is stored once."""
    strip = Image.new("RGB", (SIZE, SIZE * len(frames)))
    for i, frame in enumerate(frames):
        strip.paste(frame, (0, SIZE * i))
    palette = strip.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, kmeans=2)
    flat = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
    flat[0].save(path, save_all=True, append_images=flat[1:], duration=FRAME_MS, loop=0, optimize=True)


def save_icon(mascot: Mascot, path: Path) -> None:
    """The face alone, 32 x 32, on a clear ground."""
    canvas = Canvas()
    with canvas.at(160, 184, wide=mascot.icon_scale, tall=mascot.icon_scale):
        mascot.head(canvas, Pose())
    canvas.finished().resize((32, 32), Image.Resampling.LANCZOS).save(path, sizes=[(32, 32)])
