"""Two pieces of an invented sky, each as two telescopes see it: an older one, and a larger, colder one."""

from __future__ import annotations

import random
from math import cos, exp, sin, tau
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from .canvas import Colour, colour

WIDE, TALL = 480, 300
FINE = 2


class Sky:
    """Drawn larger, then reduced. The same seed gives the same sky to both telescopes."""

    def __init__(self, seed: str) -> None:
        self._chance = random.Random(seed)  # noqa: S311
        self._image = Image.new("RGB", (WIDE * FINE, TALL * FINE), "#05060f")

    def cloud(self, x: float, y: float, size: float, ink: Colour, wisps: int) -> None:
        """Gas: many faint discs that gather around a bent line, lighter where they meet."""
        bend = self._chance.uniform(0.4, 1.1)
        glow = Image.new("RGB", self._image.size)
        draw = ImageDraw.Draw(glow)
        for _ in range(wisps):
            along = self._chance.gauss(0, 0.5)
            away = self._chance.gauss(0, 0.12) * (1 + abs(along))
            at = (x + size * (along - away * sin(bend)), y + size * (bend * along**2 - 0.3 + away))
            radius = size * 0.11 * self._chance.uniform(0.3, 1.2)
            strength = 0.16 * exp(-abs(along))
            self._disc(draw, *at, radius, tuple(round(part * strength) for part in ink[:3]))
            if self._chance.random() < 0.2:
                self._image = ImageChops.screen(self._image, glow.filter(ImageFilter.GaussianBlur(9 * FINE)))
                glow.paste((0, 0, 0), (0, 0, *glow.size))
        self._image = ImageChops.screen(self._image, glow.filter(ImageFilter.GaussianBlur(9 * FINE)))

    def galaxy(self, x: float, y: float, size: float, ink: Colour) -> None:
        draw = ImageDraw.Draw(self._image)
        turn, flat = self._chance.uniform(0, tau), self._chance.uniform(0.35, 0.9)
        for step in range(140):
            out = step / 140
            angle = turn + out * 5 + (tau / 2 if step % 2 else 0)
            at = (x + size * out * cos(angle), y + size * out * sin(angle) * flat)
            fade = tuple(round(part * (1 - 0.8 * out)) for part in ink[:3])
            self._disc(draw, *at, size * 0.06 * (1.3 - out), fade)

    def stars(self, count: int, brightest: float, points: int) -> None:
        """`points`: rays around the bright ones, 4 or 6, as the telescope's mirror makes them."""
        draw = ImageDraw.Draw(self._image)
        for _ in range(count):
            x, y = self._chance.uniform(0, WIDE), self._chance.uniform(0, TALL)
            bright = self._chance.paretovariate(1.6) - 1
            ink = self._chance.choice(("fff4d6", "ffffff", "cfe0ff", "ffd9b0"))
            radius = min(0.35 + bright * 0.25, brightest)
            self._disc(draw, x, y, radius, colour(ink)[:3])
            for ray in range(points if radius > brightest * 0.5 else 0):
                angle = tau * (ray / points + 1 / 12)
                length = radius * 6
                end = ((x + length * cos(angle)) * FINE, (y + length * sin(angle)) * FINE)
                draw.line((x * FINE, y * FINE, *end), fill="#" + ink, width=1)

    def seen(self, blur: float) -> Image.Image:
        """What reaches the plate: the smaller the mirror, the larger `blur`, in pixels."""
        return self._image.filter(ImageFilter.GaussianBlur(blur * FINE)).resize(
            (WIDE, TALL), Image.Resampling.LANCZOS
        )

    @staticmethod
    def _disc(draw: ImageDraw.ImageDraw, x: float, y: float, radius: float, ink: tuple[int, ...]) -> None:
        box = [(x - radius) * FINE, (y - radius) * FINE, (x + radius) * FINE, (y + radius) * FINE]
        draw.ellipse(box, fill=ink)


def nebula(*, sharp: bool) -> Image.Image:
    sky = Sky("nebula")
    inks = ("c8502a", "e8a050", "3a78c8") if sharp else ("8a3040", "b06048", "305090")
    for ink, x, y, size in zip(inks, (230, 260, 180), (180, 150, 90), (250, 190, 210), strict=True):
        sky.cloud(x, y, size, colour(ink), 150)
    sky.stars(420 if sharp else 170, 2.6, 6 if sharp else 4)
    return sky.seen(0.2 if sharp else 1.1)


def cluster(*, sharp: bool) -> Image.Image:
    sky = Sky("cluster")
    places = random.Random("cluster's galaxies")  # noqa: S311
    for _ in range(34 if sharp else 15):
        ink = places.choice(("f0c890", "e89a70", "b0c8f8", "f8e8c8"))
        size = places.uniform(6, 26)
        sky.galaxy(places.uniform(20, WIDE - 20), places.uniform(20, TALL - 20), size, colour(ink))
    sky.stars(260 if sharp else 90, 2.4, 6 if sharp else 4)
    return sky.seen(0.2 if sharp else 1.2)


def draw_skies(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, draw in (("nebula", nebula), ("cluster", cluster)):
        for telescope, sharp in (("hubble", False), ("webb", True)):
            picture = draw(sharp=sharp)
            picture.save(folder / f"{name}-{telescope}.jpg", quality=80, optimize=True, subsampling=0)
