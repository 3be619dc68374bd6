"""The fifth scene: what each mascot likes best."""

from __future__ import annotations

from . import things
from .canvas import Canvas, colour
from .face import Pose
from .mascot import HEAD_Y, Mascot
from .scenes import GROUND, TALL, blink, wave


def yarn(t: float, mascot: Mascot) -> Canvas:
    """The cat pats a ball of yarn."""
    canvas = Canvas("dcebfa")
    things.backdrop(canvas, "eff7ff", "bcd7ee")
    roll = wave(t, 1, 0.25)
    x = 66 - 16 * roll
    canvas.curve(
        [(x + 16, 274), (x - 30, 292), (x + 40, 301), (x + 90, 294), (190, 303)], colour("e05a86"), 3.5
    )
    with canvas.at(GROUND[0] + 22, GROUND[1], wide=TALL, tall=TALL):
        pose = Pose(eyes=blink(t, 0.9), look=(-1 - 0.1 * roll, 0.7), ears=0.4 * roll, tail=wave(t))
        mascot.sit(
            canvas, pose, left=(-72 - 8 * roll, -54 - 12 * max(0.0, -roll)), tilt=-8 if roll > 0 else -4
        )
    things.yarn(canvas, x - 4, 268, -60 * roll, colour("ff8fb1"), colour("d94f7e"))
    return canvas


def ball(t: float, mascot: Mascot) -> Canvas:
    """The dog watches its ball bounce."""
    canvas = Canvas("dff0c8")
    things.backdrop(canvas, "f1fae3", "b7da93")
    height = abs(wave(t))
    with canvas.at(GROUND[0] + 24, GROUND[1], wide=TALL, tall=TALL):
        pose = Pose(look=(-0.9, 0.8 - 1.7 * height), mouth="open", ears=0.8 * height - 0.3, tail=wave(t, 3))
        mascot.sit(canvas, pose, tilt=-4 if height > 0.5 else -7, left=(-46, -40 - 8 * height))
    canvas.oval(48, 288, 22 - 8 * height, 6 - 2 * height, colour("3b2c35", 0.18))
    things.ball(canvas, 48, 266 - 150 * height, 360 * t, 0.2 * max(0.0, 1 - 5 * height))
    return canvas


def book(t: float, mascot: Mascot) -> Canvas:
    """The owl reads, and turns a page."""
    canvas = Canvas("f6e3c5")
    things.backdrop(canvas, "fdf3de", "e4c294")
    page = min(max((t - 0.55) / 0.4, 0.0), 1.0)
    with canvas.at(*GROUND, wide=TALL, tall=TALL):
        look = (wave(t * 2 if t < 0.5 else 0.0), 1.0)
        mascot.sit(canvas, Pose(eyes=blink(t, 0.6), look=look, ears=0.3 * wave(t)), arms=False)
        with canvas.at(0, HEAD_Y):
            things.glasses(canvas)
        things.book(canvas, 0, -42, page, colour("4f8fc0"))
        mascot.arm(canvas, -1, (-42, -34))
        mascot.arm(canvas, 1, (42, -34))
    return canvas


def bamboo(t: float, mascot: Mascot) -> Canvas:
    """The panda eats bamboo."""
    canvas = Canvas("e3f1d4")
    for x, tint in ((30, "cfe5b5"), (62, "c1dca3"), (270, "c1dca3"), (300, "cfe5b5")):
        canvas.line([(x, 0), (x, 270)], colour(tint), 15)
        for joint in range(30 + x % 40, 260, 62):
            canvas.line([(x - 7, joint), (x + 7, joint)], colour("a9cb86"), 3)
    canvas.shape([(0, 258), (160, 249), (320, 258), (320, 320), (0, 320)], colour("b4d68f"))
    canvas.oval(160, 287, 84, 11, colour("3b2c35", 0.13))
    chew = wave(t, 3)
    with canvas.at(*GROUND, wide=TALL, tall=TALL):
        pose = Pose(
            eyes=0 if t > 0.6 else 1,
            look=(0.4, 0.5),
            mouth="open" if chew > 0 else "smile",
            ears=wave(t, 1, 0.03),
        )
        mascot.sit(canvas, pose, arms=False, bob=2 if chew > 0 else 0)
        with canvas.at(0, 2 if chew > 0 else 0):
            things.bamboo(canvas, (46, -22), 82)
            mascot.arm(canvas, 1, (36, -44))
        mascot.arm(canvas, -1, (-34, -38))
    return canvas


def pebbles(t: float, mascot: Mascot) -> Canvas:
    """The small green one lifts pebbles by thought alone."""
    canvas = Canvas("d3ddc6")
    things.backdrop(canvas, "eaf2dc", "a9b892")
    for x, y, size, shift in ((46, 70, 16, 0.0), (106, 36, 11, 0.3), (272, 62, 18, 0.55), (212, 34, 12, 0.8)):
        things.pebble(canvas, x, y + 10 * wave(t, 1, shift), size, 12 * wave(t, 1, shift + 0.2))
    with canvas.at(GROUND[0], GROUND[1], wide=TALL, tall=TALL):
        rise = 4 * wave(t)
        pose = Pose(eyes=0, closed="sleeping", ears=0.35 + 0.35 * wave(t))
        mascot.sit(canvas, pose, left=(-70, -82 - rise), right=(70, -82 - rise), bob=0)
    return canvas
