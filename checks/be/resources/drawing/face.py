"""What every mascot's face is made of, and the mood it is in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .canvas import Canvas, Colour, Point, colour

INK = colour("3b2c35")
WHITE = colour("ffffff")
ROSE = colour("ff7f8f", 0.5)


@dataclass(frozen=True)
class Pose:
    eyes: float = 1
    """How far the eyes are open, 0 to 1."""
    closed: Literal["sleeping", "happy"] = "happy"
    """What the lines of closed eyes look like."""
    look: Point = (0, 0)
    """Where the eyes look, each way from -1 to 1."""
    mouth: Literal["smile", "open", "small"] = "smile"
    ears: float = 0
    """How far the ears are raised, -1 to 1."""
    tail: float = 0
    """Where the tail swings, -1 to 1."""


def eye(canvas: Canvas, x: float, y: float, rx: float, ry: float, pose: Pose, ink: Colour = INK) -> None:
    if pose.eyes < 0.25:
        closed_eye(canvas, x, y, rx, pose, ink)
        return
    tall = ry * pose.eyes
    x, y = x + pose.look[0] * 3.5, y + pose.look[1] * 3
    canvas.oval(x, y, rx, tall, ink)
    canvas.oval(x - rx * 0.28, y - tall * 0.38, rx * 0.4, rx * 0.4 * pose.eyes, WHITE)
    canvas.oval(x + rx * 0.36, y + tall * 0.42, rx * 0.19, rx * 0.19 * pose.eyes, colour("ffffff", 0.85))


def closed_eye(canvas: Canvas, x: float, y: float, rx: float, pose: Pose, ink: Colour = INK) -> None:
    bend = -rx * 0.75 if pose.closed == "happy" else rx * 0.6
    canvas.curve([(x - rx - 1, y + 2), (x, y + 2 + bend), (x + rx + 1, y + 2)], ink, 4)


def cheeks(canvas: Canvas, x: float, y: float, size: float = 10) -> None:
    for side in (-1, 1):
        canvas.oval(side * x, y, size, size * 0.66, ROSE)


def mouth(canvas: Canvas, y: float, pose: Pose, *, wide: float = 9, ink: Colour = INK) -> None:
    """A mouth whose middle is at (0, y)."""
    if pose.mouth == "small":
        canvas.oval(0, y + 4, 3.4, 3.8, ink)
        return
    if pose.mouth == "open":
        lips = [
            (-wide, y + 1),
            (0, y + 3),
            (wide, y + 1),
            (wide * 0.72, y + 11),
            (0, y + 15),
            (-wide * 0.72, y + 11),
        ]
        canvas.shape(lips, colour("8f3445"), ink, 3)
        canvas.oval(0, y + 11, wide * 0.48, 3.6, colour("ff8fa0"))
    for side in (-1, 1):
        canvas.curve([(0, y), (side * wide * 0.55, y + 4.5), (side * wide * 1.1, y + 0.5)], ink, 3)
