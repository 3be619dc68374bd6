"""The cat and the dog."""

from __future__ import annotations

from .canvas import Canvas, colour, egg, smooth
from .face import INK, WHITE, Pose, cheeks, eye, mouth
from .mascot import Mascot


class Cat(Mascot):
    fur = colour("f9b267")
    paw = colour("fff1dd")
    sleeve = colour("f9b267")
    edge = colour("a45a2a")
    cloth = ("5fb3b3", "3d8f95")
    stripe = colour("e58a3c")
    inner = colour("ffb3ae")

    def tail(self, canvas: Canvas, pose: Pose) -> None:
        sway = pose.tail * 9
        tail = [(36, -16), (72, -18), (86 + sway * 0.5, -48), (74 + sway, -76), (86 + sway * 1.6, -98)]
        canvas.limb(tail, self.fur, self.edge, 17)
        canvas.curve(tail[3:], self.paw, 15)

    def body(self, canvas: Canvas) -> None:
        super().body(canvas)
        canvas.shape(egg(0, -40, 29, 34, 0.1), colour("fff1dd"))

    def head(self, canvas: Canvas, pose: Pose) -> None:
        for side in (-1, 1):
            with canvas.at(side * 40, -34, turn=side * (8 - 7 * pose.ears), wide=side):
                canvas.shape(
                    smooth([(-27, 8), (-8, -22), (18, -44), (25, -15), (27, 20)]), self.fur, self.edge
                )
                canvas.shape(smooth([(-11, 4), (0, -14), (14, -28), (17, -8), (15, 12)]), self.inner)
        skull = [(0, -52), (38, -44), (63, -8), (70, 20), (46, 44), (0, 52),
                 (-46, 44), (-70, 20), (-63, -8), (-38, -44)]  # fmt: skip
        canvas.shape(smooth(skull), self.fur, self.edge)
        for x, length in ((-14, 13), (0, 19), (14, 13)):
            canvas.line([(x, -43), (x * 0.9, -43 + length)], self.stripe, 7)
        canvas.shape(egg(0, 28, 29, 17), colour("fff1dd"))
        for side in (-1, 1):
            eye(canvas, side * 30, 6, 10, 12.5, pose)
            for rise in (0, 9):
                whisker = [(56, 18 + rise), (70, 16 + rise * 1.3), (84, 17 + rise * 1.7)]
                canvas.curve([(side * x, y) for x, y in whisker], self.edge, 2.2)
        cheeks(canvas, 46, 24)
        canvas.shape(smooth([(-6.5, 16), (0, 14.5), (6.5, 16), (0, 23)]), colour("f0707f"))
        mouth(canvas, 24, pose)


class Dog(Mascot):
    fur = colour("fbe8cd")
    paw = colour("fffaf2")
    sleeve = colour("fbe8cd")
    edge = colour("80533a")
    cloth = ("e4626f", "b8404f")
    patch = colour("c68a58")

    def tail(self, canvas: Canvas, pose: Pose) -> None:
        canvas.limb([(34, -22), (62, -38), (74 + pose.tail * 12, -70)], self.patch, self.edge, 17)

    def body(self, canvas: Canvas) -> None:
        super().body(canvas)
        canvas.shape(egg(0, -38, 28, 32, 0.1), self.paw)
        canvas.limb([(-36, -80), (0, -71), (36, -80)], colour(self.cloth[0]), self.edge, 9)
        canvas.oval(0, -63, 9, 9, colour("ffd25e"), self.edge)

    def head(self, canvas: Canvas, pose: Pose) -> None:
        skull = [(0, -53), (40, -44), (62, -8), (60, 26), (38, 46), (0, 52),
                 (-38, 46), (-60, 26), (-62, -8), (-40, -44)]  # fmt: skip
        canvas.shape(smooth(skull), self.fur, self.edge)
        canvas.shape(
            smooth([(22, -42), (44, -26), (50, 4), (38, 22), (20, 16), (13, -8), (14, -30)]), self.patch
        )
        canvas.shape(egg(0, 25, 31, 23), self.paw)
        for side in (-1, 1):
            eye(canvas, side * 29, 1, 9.5, 12, pose)
        cheeks(canvas, 45, 20)
        canvas.shape(smooth([(-11, 10), (0, 7), (11, 10), (7, 18), (0, 20), (-7, 18)]), INK)
        canvas.oval(-3.5, 11.5, 3.2, 1.7, WHITE)
        canvas.line([(0, 19), (0, 26)], INK, 3)
        if pose.mouth == "open":
            tongue = smooth([(-8, 30), (8, 30), (9, 42), (0, 49), (-9, 42)])
            canvas.shape(tongue, colour("ff8297"), self.edge, 2.5)
            canvas.line([(0, 34), (0, 42)], colour("d95a70"), 2)
        mouth(canvas, 26, Pose(mouth="smile"), wide=13)
        for side in (-1, 1):
            with canvas.at(side * 44, -40, turn=side * (-14 - 16 * pose.ears), wide=side):
                ear = smooth([(-12, -6), (10, -8), (27, 14), (31, 48), (18, 66), (3, 52), (0, 22)])
                canvas.shape(ear, self.patch, self.edge)
