"""A canvas that draws smooth shapes under a movable, turnable origin."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import cos, pi, radians, sin

from PIL import Image, ImageDraw

SIZE = 320
FINE = 4  # drawn this many times larger, then reduced: that is what smooths the edges

Point = tuple[float, float]
Colour = tuple[int, int, int] | tuple[int, int, int, int]


def colour(code: str, opacity: float = 1) -> Colour:
    """The colour of an RRGGBB code."""
    red, green, blue = (int(code[i : i + 2], 16) for i in (0, 2, 4))
    return (red, green, blue, round(255 * opacity))


def egg(x: float, y: float, rx: float, ry: float, heavy: float = 0) -> list[Point]:
    """An ellipse; `heavy` above 0 widens its lower half and narrows the upper."""
    turns = [2 * pi * i / 96 for i in range(96)]
    return [(x + rx * cos(t) * (1 + heavy * sin(t)), y + ry * sin(t)) for t in turns]


def smooth(points: Sequence[Point], *, closed: bool = True) -> list[Point]:
    """A Catmull-Rom curve through `points`."""
    count = len(points)
    curve: list[Point] = []
    for i in range(count if closed else count - 1):
        if closed:
            a, b, c, d = (points[(i + k) % count] for k in (-1, 0, 1, 2))
        else:
            a, b, c, d = (points[min(max(i + k, 0), count - 1)] for k in (-1, 0, 1, 2))
        curve += [(_spline(a[0], b[0], c[0], d[0], s / 14), _spline(a[1], b[1], c[1], d[1], s / 14))
                  for s in range(14)]  # fmt: skip
    return curve if closed else [*curve, points[-1]]


def _spline(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)


class Canvas:
    def __init__(self, ground: str = "") -> None:
        """`ground` is an RRGGBB code; without it the ground is clear and takes opaque ink only."""
        side = SIZE * FINE
        if ground:
            self._image = Image.new("RGB", (side, side), "#" + ground)
        else:
            self._image = Image.new("RGBA", (side, side), (0, 0, 0, 0))
        self._draw = ImageDraw.Draw(self._image, "RGBA")
        self._place = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

    def finished(self) -> Image.Image:
        return self._image.resize((SIZE, SIZE), Image.Resampling.LANCZOS)

    @contextmanager
    def at(self, x: float, y: float, *, turn: float = 0, wide: float = 1, tall: float = 1) -> Iterator[None]:
        """Draw with the origin at (x, y), turned by `turn` degrees (clockwise) and scaled."""
        before = a, b, c, d, e, f = self._place
        cosine, sine = cos(radians(turn)), sin(radians(turn))
        ra, rb, rc, rd = cosine * wide, sine * wide, -sine * tall, cosine * tall
        self._place = (
            *(a * ra + c * rb, b * ra + d * rb),
            *(a * rc + c * rd, b * rc + d * rd),
            *(a * x + c * y + e, b * x + d * y + f),
        )
        yield
        self._place = before

    def shape(
        self, points: Sequence[Point], fill: Colour, edge: Colour | None = None, width: float = 3
    ) -> None:
        self._draw.polygon(self._placed(points), fill=fill)
        if edge is not None:
            self.line([*points, points[0]], edge, width)

    def oval(
        self,
        x: float,
        y: float,
        rx: float,
        ry: float,
        fill: Colour,
        edge: Colour | None = None,
        *,
        turn: float = 0,
    ) -> None:
        with self.at(x, y, turn=turn):
            self.shape(egg(0, 0, rx, ry), fill, edge)

    def line(self, points: Sequence[Point], ink: Colour, width: float = 3) -> None:
        """A line with round ends and joints through `points`; `ink` must be opaque."""
        placed = self._placed(points)
        thick = width * FINE * self._scale()
        self._draw.line(placed, fill=ink, width=round(thick))
        for x, y in placed:  # Pillow's own joints leave notches in thick lines
            r = thick / 2 - 0.7
            self._draw.ellipse((x - r, y - r, x + r, y + r), fill=ink)

    def curve(self, points: Sequence[Point], ink: Colour, width: float = 3) -> None:
        """A smooth line through `points`."""
        self.line(smooth(points, closed=False), ink, width)

    def limb(self, points: Sequence[Point], fill: Colour, edge: Colour, width: float) -> None:
        """A thick smooth line with an edge around it: an arm, a tail."""
        self.curve(points, edge, width + 5)
        self.curve(points, fill, width)

    def _scale(self) -> float:
        a, b, c, d, _, _ = self._place
        return float(abs(a * d - b * c) ** 0.5)

    def _placed(self, points: Sequence[Point]) -> list[Point]:
        a, b, c, d, e, f = self._place
        return [((a * x + c * y + e) * FINE, (b * x + d * y + f) * FINE) for x, y in points]
