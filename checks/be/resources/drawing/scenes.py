"""The four scenes that every mascot plays. `t` runs from 0 to 1, and the end meets the beginning."""

from __future__ import annotations

from math import pi, sin

from . import things
from .canvas import Canvas, colour, egg, smooth
from .face import Pose
from .mascot import Mascot

GROUND = (160.0, 288.0)
TALL = 1.1


def wave(t: float, turns: int = 1, shift: float = 0) -> float:
    return sin(2 * pi * (turns * t + shift))


def blink(t: float, when: float) -> float:
    """How far the eyes are open, around a blink at `when`."""
    return 0.0 if abs(t - when) < 0.05 else 0.5 if abs(t - when) < 0.1 else 1.0


def hello(t: float, mascot: Mascot) -> Canvas:
    """Waves, and hearts rise."""
    canvas = Canvas("ffe3d3")
    things.backdrop(canvas, "fff1e2", "f9cdb8")
    for i, (x, size) in enumerate(((42, 9), (284, 11), (252, 7), (70, 6))):
        age = (t + i * 0.27) % 1
        grown = size * min(1, 0.2 + 4 * age, 4.2 - 4 * age)
        things.heart(canvas, x + 5 * wave(age), 150 - 120 * age, grown, colour("ff8d98"))
    with canvas.at(*GROUND, wide=TALL, tall=TALL):
        pose = Pose(eyes=blink(t, 0.7), mouth="open", ears=0.4 * wave(t, 2), tail=wave(t, 2))
        mascot.sit(canvas, pose, left=(-74 + 10 * wave(t, 2), -104 - 3 * wave(t, 2)), tilt=3)
    return canvas


def asleep(t: float, mascot: Mascot) -> Canvas:
    """Sleeps in bed at night; the blanket breathes."""
    canvas = Canvas("2f3a68")
    for i, (x, y) in enumerate(((28, 92), (112, 28), (160, 62), (296, 84), (222, 22), (284, 30))):
        things.star(canvas, x, y, 7 + 2 * (i % 2) * wave(t, 1, i / 6), colour("ffe9a8"))
    canvas.oval(58, 48, 32, 32, colour("fff0bf"))
    canvas.oval(71, 41, 27, 27, colour("2f3a68"))
    canvas.shape(smooth([(20, 108), (160, 92), (300, 108), (308, 190), (300, 236), (20, 236), (12, 190)]),
                 colour("f6f1ff"), colour("b7abd6"))  # fmt: skip
    breath = wave(t)
    with canvas.at(160, 166, wide=TALL, tall=TALL, turn=-3):
        mascot.head(canvas, Pose(eyes=0, closed="sleeping", mouth="small", ears=-0.5))
    top = round(222 - 4 * breath)
    light, dark = (colour(code) for code in mascot.cloth)
    canvas.shape(smooth([(8, 330), (14, top + 26), (60, top + 2), (160, top - 7), (260, top + 2),
                         (306, top + 26), (312, 330)]), light, things.OUTLINE)  # fmt: skip
    for row, (count, fall) in enumerate(((5, 42), (6, 76))):
        for i in range(count):
            things.heart(canvas, 160 + (i - (count - 1) / 2) * 50, 222 + fall + 3 * row, 8, dark)
    canvas.limb([(16, top + 25), (60, top + 3), (160, top - 6), (260, top + 3), (304, top + 25)],
                things.CREAM, things.OUTLINE, 18)  # fmt: skip
    for x in (112, 208):
        mascot.hand(canvas, x, top - 6)
    for i in range(3):
        age = (t + i / 3) % 1
        size = 4 + 6 * age
        things.letter_z(canvas, 232 + 40 * age + 5 * wave(age), 118 - 74 * age, size * min(1, 5 - 5 * age),
                        colour("dfe5ff"))  # fmt: skip
    return canvas


def tea(t: float, mascot: Mascot) -> Canvas:
    """Takes a sip from a warm cup, and enjoys it."""
    canvas = Canvas("d8eee6")
    things.backdrop(canvas, "eef9f3", "b9dccd")
    sip = max(0.0, wave(t, 1, -0.12)) ** 0.7
    pleased = sip > 0.35
    with canvas.at(*GROUND, wide=TALL, tall=TALL):
        pose = Pose(eyes=0 if pleased else 1, look=(0, 0.6), ears=0.5 * sip, tail=wave(t))
        y = -62 - 20 * sip
        mascot.sit(canvas, pose, arms=False, bob=-2.0 if pleased else 0)
        things.cup(canvas, 0, y, colour(mascot.cloth[0]))
        mascot.arm(canvas, -1, (-20, y + 7))
        mascot.arm(canvas, 1, (20, y + 7))
        if not pleased:
            things.steam(canvas, 0, y - 22, 2 * t % 1)
    return canvas


def flight(t: float, mascot: Mascot) -> Canvas:
    """Flies past the stars in a rocket."""
    canvas = Canvas("38306b")
    canvas.oval(262, 262, 74, 74, colour("4a3f87"))
    canvas.oval(240, 246, 16, 12, colour("5a4d9b"))
    canvas.oval(284, 280, 11, 8, colour("5a4d9b"))
    for i in range(9):
        x = (i * 97 + 40 - 360 * t * (1 + i % 2)) % 360 - 20
        y = (i * 67 + 24) % 300
        canvas.line([(x, y), (x + 9 + 9 * (i % 2), y - 3 - 3 * (i % 2))], colour("cfd6ff"), 3)
        things.star(canvas, x, y, 5 + i % 3, colour("ffe9a8"))
    with canvas.at(164, 206, turn=-13, wide=0.92, tall=0.92):
        with canvas.at(0, 44, turn=8):
            flap = 7 * wave(t, 3)
            scarf = [(-10, -80), (-52, -84 + flap), (-84, -72 - flap), (-112, -82 + flap)]
            canvas.limb(scarf, colour("ff6f61"), colour("b23a3a"), 14)
            pose = Pose(eyes=blink(t, 0.4), look=(0.7, -0.3), mouth="open", ears=0.7 + 0.3 * wave(t, 3))
            mascot.sit(canvas, pose, feet=False, arms=False)
            for side, lag in ((-1, 0.0), (1, 0.2)):
                mascot.arm(canvas, side, (side * 78, -104 + 6 * wave(t, 2, lag)))
        canvas.shape(egg(0, 2, 60, 11), colour("5b4a57"))
        with canvas.at(0, 4):
            things.rocket(canvas, 0.5 + 0.5 * wave(t, 4), colour("f7f4ff"), colour(mascot.cloth[0]))
    return canvas
