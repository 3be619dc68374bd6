"""Draw what the Streamlit app compares: four pieces of an invented sky, each as two telescopes see it.

    python checks/codespaces/resources/make_skies.py [FOLDER]    # needs NumPy and Pillow

The older telescope's mirror is small: its picture is dimmer and less sharp, and its bright stars have four
rays. The newer one sees warmth through the dust, and its stars have six.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

PICTURES = Path(__file__).resolve().parents[1] / "app" / "pictures"
WIDE, TALL = 560, 350
QUALITY = 82

Plane = np.ndarray[Any, np.dtype[np.float64]]
"""Brightness by row and column; with a third axis, of red, green and blue."""

DOWN, ACROSS = np.mgrid[0:TALL, 0:WIDE].astype(float)
RED, AMBER, GOLD, CREAM = (0.75, 0.16, 0.10), (0.95, 0.45, 0.16), (1.0, 0.78, 0.42), (1.0, 0.92, 0.78)
BLUE, TEAL, ROSE, ICE = (0.16, 0.30, 0.75), (0.12, 0.55, 0.62), (0.70, 0.26, 0.42), (0.75, 0.86, 1.0)


class Sky:
    """Light that adds up. The same seed gives both telescopes the same sky."""

    def __init__(self, seed: int, *, newer: bool) -> None:
        self.newer = newer
        self.chance = np.random.default_rng(seed)
        self.light: Plane = np.full((TALL, WIDE, 3), (0.012, 0.014, 0.035))

    def add(self, shape: Plane, ink: tuple[float, float, float]) -> None:
        self.light += shape[..., None] * np.array(ink)

    def clouds(self, smoothness: float) -> Plane:
        """From 0 to 1, alike at every scale: the smoother, the less there is of the small ones."""
        rows, columns = np.fft.fftfreq(TALL)[:, None], np.fft.fftfreq(WIDE)[None, :]
        scale = np.hypot(rows, columns)
        scale[0, 0] = np.inf
        waves = np.fft.fft2(self.chance.normal(size=(TALL, WIDE))) / scale**smoothness
        cloud = np.real(np.fft.ifft2(waves))
        return np.clip((cloud - cloud.mean()) / cloud.std() * 0.22 + 0.5, 0, 1)

    def star(self, x: float, y: float, bright: float, ink: tuple[float, float, float] = CREAM) -> None:
        right, below = ACROSS - x, DOWN - y
        self.add(bright * np.exp(-(right**2 + below**2) / 1.6), ink)
        rays = 3 if self.newer else 2
        for ray in range(rays if bright > 1.2 else 0):
            angle = np.pi * (ray / rays + 0.5)
            along = np.abs(right * np.cos(angle) + below * np.sin(angle))
            beside = right * np.sin(angle) - below * np.cos(angle)
            self.add(0.4 * bright * np.exp(-(beside**2) / 0.8 - along / (3.2 * bright)), ink)

    def stars(self, count: int) -> None:
        """The older telescope misses the fainter half."""
        for _ in range(count):
            x, y = self.chance.uniform(0, WIDE), self.chance.uniform(0, TALL)
            bright = min(0.12 + 0.22 * self.chance.pareto(1.5), 2.6)
            ink = (CREAM, ICE, GOLD)[self.chance.integers(3)]
            if self.newer or bright > 0.24:
                self.star(x, y, bright, ink)

    def galaxy(
        self,
        x: float,
        y: float,
        size: float,
        ink: tuple[float, float, float],
        arms: float,
        *,
        faint: bool = False,
    ) -> None:
        """A bright middle in a disc that is seen at some angle; `arms`, up to 1, says how they stand out.
        The older telescope misses a faint one."""
        turn, flat = self.chance.uniform(0, np.pi), self.chance.uniform(0.35, 0.85)
        if faint and not self.newer:
            return
        right, below = ACROSS - x, DOWN - y
        along = right * np.cos(turn) + below * np.sin(turn)
        away = (below * np.cos(turn) - right * np.sin(turn)) / flat
        radius = np.hypot(along, away) / size
        spiral = 0.5 + 0.5 * np.cos(2 * np.arctan2(away, along) - 5.5 * np.log(radius + 0.15))
        self.add((1 - arms + arms * spiral**2) * np.exp(-2.2 * radius), ink)
        self.add(0.9 * np.exp(-9 * radius), CREAM)

    def picture(self) -> Image.Image:
        """What reaches the plate, its brightest parts held back as film would."""
        if self.newer:
            seen = 1.15 * self.light
        else:
            rows, columns = np.fft.fftfreq(TALL)[:, None, None], np.fft.fftfreq(WIDE)[None, :, None]
            blur = np.exp(-2 * (np.pi * 1.3) ** 2 * (rows**2 + columns**2))
            seen = 0.8 * np.real(np.fft.ifft2(np.fft.fft2(self.light, axes=(0, 1)) * blur, axes=(0, 1)))
        kept = (1 - np.exp(-1.7 * np.clip(seen, 0, None))) ** 0.85
        return Image.fromarray((255 * np.clip(kept, 0, 1)).astype(np.uint8))


def ring_nebula(sky: Sky) -> None:
    """Shells of gas that a dying star has thrown off."""
    inner, outer, haze = (ICE, AMBER, RED) if sky.newer else (BLUE, ROSE, RED)
    gas, veil = sky.clouds(1.7), sky.clouds(1.3)
    right, below = ACROSS - WIDE / 2, DOWN - TALL / 2
    along, away = 0.94 * right + 0.34 * below, 0.94 * below - 0.34 * right
    radius = np.hypot(along, away * 1.25) / 105 + 0.35 * (gas - 0.5)
    for at, width, ink, strength in (
        (0.62, 0.15, inner, 0.5),
        (0.95, 0.11, outer, 0.95),
        (1.3, 0.3, haze, 0.5),
    ):
        sky.add(strength * np.exp(-(((radius - at) / width) ** 2)) * (0.35 + 1.3 * veil**1.5), ink)
    sky.add(0.32 * np.exp(-((radius / 0.6) ** 2)), inner)
    sky.stars(150)
    sky.star(WIDE / 2, TALL / 2, 3.4)
    sky.star(WIDE / 2 - 9, TALL / 2 + 5, 1.1, GOLD)


def deep_field(sky: Sky) -> None:
    """A cluster of galaxies, and what lies behind it bent into arcs around it."""
    for place in range(75):
        x, y, size = sky.chance.uniform(0, WIDE), sky.chance.uniform(0, TALL), sky.chance.uniform(2.5, 9)
        ink = (AMBER, GOLD, ICE, CREAM, RED)[sky.chance.integers(5)]
        sky.galaxy(x, y, size, ink, 0.4, faint=place % 2 == 0)
    for x, y, size in ((290, 180, 26), (262, 160, 14), (322, 199, 15), (300, 150, 11), (250, 205, 12)):
        sky.galaxy(x, y, size, CREAM, 0.0)
    right, below = ACROSS - 288, (DOWN - 178) * 1.15
    angle, radius = np.arctan2(below, right), np.hypot(right, below)
    for at, middle, length in (
        (78, 0.4, 0.35),
        (84, 2.5, 0.3),
        (96, -1.9, 0.25),
        (70, -0.9, 0.2),
        (112, 1.5, 0.22),
    ):
        turned = np.angle(np.exp(1j * (angle - middle)))
        arc = np.exp(-(((radius - at) / 1.7) ** 2) - (turned / length) ** 2)
        sky.add((0.75 if sky.newer else 0.4) * arc, AMBER if sky.newer else BLUE)
    sky.stars(35)
    sky.star(402, 96, 3.2)


def cosmic_cliffs(sky: Sky) -> None:
    """The edge of a cloud that young stars eat away."""
    gas, dust, edge = sky.clouds(1.8), sky.clouds(1.4), sky.clouds(2.1)
    height = DOWN / TALL - 0.5 - 0.1 * np.sin(ACROSS / 75) - 0.75 * (edge - 0.5) - 0.22 * (gas - 0.5)
    inside = 1 / (1 + np.exp(-height * 42))
    rim = np.exp(-((height / 0.035) ** 2))
    rock, lit, air = (AMBER, GOLD, BLUE) if sky.newer else (RED, ROSE, TEAL)
    sky.add((1 - inside) * (0.2 + 0.5 * gas**1.6), air)
    sky.add(inside * (0.1 + 1.3 * dust**2.2) * np.exp(-1.3 * np.clip(height, 0, None)), rock)
    sky.add(0.7 * rim * (0.3 + dust), lit)
    sky.stars(230)
    for x, y, bright in ((96, 58, 2.4), (338, 40, 2.9), (474, 118, 2.0)):
        sky.star(x, y, bright, ICE)


def five_galaxies(sky: Sky) -> None:
    """Neighbours, two of which have run into each other."""
    sky.stars(60)
    for x, y, size, ink, arms in (
        (178, 246, 56, ICE, 0.85),
        (330, 120, 46, AMBER if sky.newer else ROSE, 0.8),
        (372, 144, 34, GOLD, 0.55),
        (438, 236, 42, CREAM, 0.7),
        (250, 78, 26, CREAM, 0.1),
    ):
        sky.galaxy(x, y, size, ink, arms)
    right, below = ACROSS - 352, DOWN - 140
    shock = np.exp(-(((np.hypot(right * 0.6, below) - 62) / 9) ** 2) - (np.arctan2(below, right) - 0.9) ** 2)
    sky.add((0.85 if sky.newer else 0.3) * shock * sky.clouds(1.3), RED)
    for _ in range(45):
        x, y, size = sky.chance.uniform(0, WIDE), sky.chance.uniform(0, TALL), sky.chance.uniform(1.5, 4)
        sky.galaxy(x, y, size, GOLD, 0.2, faint=size < 3)
    sky.star(84, 78, 2.7)


SKIES = {
    "ring-nebula": ring_nebula,
    "deep-field": deep_field,
    "cosmic-cliffs": cosmic_cliffs,
    "five-galaxies": five_galaxies,
}


def draw(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for seed, (name, paint) in enumerate(SKIES.items(), start=1):
        for telescope in ("hubble", "webb"):
            sky = Sky(seed, newer=telescope == "webb")
            paint(sky)
            sky.picture().save(folder / f"{name}-{telescope}.jpg", quality=QUALITY, optimize=True)


if __name__ == "__main__":
    draw(Path(sys.argv[1]) if sys.argv[1:] else PICTURES)
