"""What the scenes are furnished with."""

from __future__ import annotations

from math import cos, pi, sin

from .canvas import Canvas, Colour, Point, colour, egg, smooth

OUTLINE = colour("5b4a57")
CREAM = colour("fffaf0")


def backdrop(canvas: Canvas, glow: str, floor: str) -> None:
    """A round glow and a floor to sit on; the floor's top is at 262."""
    canvas.oval(160, 150, 132, 132, colour(glow))
    canvas.shape(
        [(0, 258), (80, 251), (160, 249), (240, 251), (320, 258), (320, 320), (0, 320)], colour(floor)
    )
    canvas.oval(160, 287, 84, 11, colour("3b2c35", 0.13))


def heart(canvas: Canvas, x: float, y: float, size: float, fill: Colour) -> None:
    turns = [2 * pi * i / 40 for i in range(40)]
    outline = [
        (x + size * sin(t) ** 3, y - size * (13 * cos(t) - 5 * cos(2 * t) - 2 * cos(3 * t) - cos(4 * t)) / 16)
        for t in turns
    ]
    canvas.shape(outline, fill)


def star(canvas: Canvas, x: float, y: float, size: float, fill: Colour) -> None:
    points = [
        (size * (1, 0.36)[i % 2] * sin(pi * i / 4), size * (1, 0.36)[i % 2] * cos(pi * i / 4))
        for i in range(8)
    ]
    canvas.shape([(x + dx, y + dy) for dx, dy in points], fill)


def letter_z(canvas: Canvas, x: float, y: float, size: float, ink: Colour) -> None:
    canvas.line(
        [(x - size, y - size), (x + size, y - size), (x - size, y + size), (x + size, y + size)],
        ink,
        size / 2,
    )


def cup(canvas: Canvas, x: float, y: float, fill: Colour) -> None:
    with canvas.at(x, y):
        canvas.curve([(21, -10), (34, -8), (32, 8), (18, 10)], OUTLINE, 9)
        canvas.curve([(21, -10), (34, -8), (32, 8), (18, 10)], fill, 4)
        canvas.shape(smooth([(-23, -20), (23, -20), (22, 6), (14, 20), (-14, 20), (-22, 6)]), fill, OUTLINE)
        canvas.oval(0, -19, 22, 6, colour("9a6244"), OUTLINE)
        heart(canvas, 0, 3, 8, CREAM)


def steam(canvas: Canvas, x: float, y: float, t: float) -> None:
    for i in range(3):
        age = (t + i / 3) % 1
        up = y - 8 - 34 * age
        wave = 5 * sin(2 * pi * (age + i / 3))
        canvas.oval(x + (i - 1) * 11 + wave, up, 5 + 3 * age, 6 + 4 * age, colour("ffffff", 0.75 * (1 - age)))


def rocket(canvas: Canvas, flame: float, fill: Colour, trim: Colour) -> None:
    """A rocket that flies to the right, its open seat at the origin; `flame` is 0 to 1."""
    for length, tall, tint in ((66, 22, "ff9a3d"), (44, 14, "ffd75e"), (24, 7, "fff6c9")):
        reach = -104 - length * (0.7 + 0.3 * flame)
        canvas.shape(smooth([(-98, 36 - tall), (-98, 36 + tall), (reach * 0.92, 36 + tall * 0.4), (reach, 36),
                             (reach * 0.92, 36 - tall * 0.4)]), colour(tint))  # fmt: skip
    canvas.shape(smooth([(-60, 10), (-92, -20), (-116, -24), (-106, 16), (-90, 32)]), trim, OUTLINE)
    canvas.shape(smooth([(-60, 62), (-92, 92), (-116, 96), (-106, 56), (-90, 40)]), trim, OUTLINE)
    hull = [(-100, 20), (-62, 2), (0, -4), (62, 2), (104, 22), (122, 36), (104, 52), (62, 72), (0, 80),
            (-62, 70), (-100, 54)]  # fmt: skip
    canvas.shape(smooth(hull), fill, OUTLINE)
    canvas.shape(smooth([(84, 11), (106, 23), (123, 36), (106, 51), (84, 63), (90, 37)]), trim, OUTLINE)
    canvas.line([(-80, 64), (-30, 74), (30, 74), (74, 64)], trim, 5)
    for x in (-46, 0, 46):
        canvas.oval(x, 38, 13, 13, colour("bfe6f5"), OUTLINE)
        canvas.oval(x - 4, 34, 3.5, 3.5, colour("ffffff"))


def book(canvas: Canvas, x: float, y: float, page: float, cover: Colour) -> None:
    """An open book seen from its outside; `page` is how far a page has turned, 0 to 1."""
    with canvas.at(x, y):
        for side in (-1, 1):
            canvas.shape(
                [(0, -20), (side * 25, -29), (side * 46, -25), (side * 46, 18), (0, 24)], CREAM, OUTLINE
            )
        tip = 44 * cos(pi * page)
        lift = 14 * sin(pi * page)
        canvas.shape([(0, -20), (tip, -26 - lift), (tip, 16 - lift), (0, 24)], CREAM, OUTLINE, 2)
        for side in (-1, 1):
            canvas.shape([(0, -13), (side * 48, -20), (side * 48, 25), (0, 31)], cover, OUTLINE)
        star(canvas, 25, 5, 11, colour("ffe08a"))
        star(canvas, -25, 5, 11, colour("ffe08a"))


def glasses(canvas: Canvas) -> None:
    """Round glasses, for a head at the origin."""
    ring = egg(0, 0, 24, 24)
    for side in (-1, 1):
        canvas.line([(side * 28 + x, 4 + y) for x, y in [*ring, ring[0]]], colour("f2a65a"), 4.5)
    canvas.curve([(-5, 0), (0, -3), (5, 0)], colour("f2a65a"), 4.5)


def yarn(canvas: Canvas, x: float, y: float, turn: float, fill: Colour, thread: Colour) -> None:
    with canvas.at(x, y, turn=turn):
        canvas.oval(0, 0, 27, 27, fill, OUTLINE)
        for bend in (-13, -1, 11):
            canvas.curve([(-20, bend * 0.7 - 6), (0, bend + 4), (20, bend * 0.7 - 6)], thread, 3)
        canvas.curve([(-6, -23), (9, 0), (-2, 23)], thread, 3)


def ball(canvas: Canvas, x: float, y: float, turn: float, squash: float) -> None:
    with canvas.at(x, y, wide=1 + squash, tall=1 - squash), canvas.at(0, 0, turn=turn):
        canvas.oval(0, 0, 20, 20, colour("d4e157"), OUTLINE)
        for side in (-1, 1):
            canvas.curve([(side * 13, -14), (side * 6, 0), (side * 13, 14)], CREAM, 3.5)


def bamboo(canvas: Canvas, bottom: Point, length: float) -> None:
    """A stalk that leans to the left from `bottom`."""
    with canvas.at(*bottom, turn=-24):
        canvas.line([(0, 0), (0, -length)], colour("4f7f3f"), 17)
        canvas.line([(0, 0), (0, -length)], colour("9ccc65"), 12)
        for joint in range(24, int(length), 30):
            canvas.line([(-6, -joint), (6, -joint)], colour("4f7f3f"), 3)
        for rise, side in ((12, 1), (34, -1)):
            leaf = smooth(
                [(0, -rise), (side * 16, -rise - 13), (side * 36, -rise - 8), (side * 18, -rise - 1)]
            )
            canvas.shape(leaf, colour("7cb342"), colour("4f7f3f"), 2.5)


def pebble(canvas: Canvas, x: float, y: float, size: float, turn: float) -> None:
    canvas.oval(x, y, size * 1.9, size * 1.6, colour("e9ffd0", 0.35))
    with canvas.at(x, y, turn=turn):
        stone = smooth([(-size, 0), (-size * 0.5, -size * 0.7), (size * 0.5, -size * 0.75), (size, 0),
                        (size * 0.5, size * 0.65), (-size * 0.6, size * 0.6)])  # fmt: skip
        canvas.shape(stone, colour("9a93a6"), OUTLINE)
        canvas.oval(-size * 0.3, -size * 0.3, size * 0.3, size * 0.16, colour("c6c0d0"))
