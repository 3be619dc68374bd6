"""The small green one: long ears, a robe, a design of our own."""

from __future__ import annotations

from .canvas import Canvas, Point, colour, egg, smooth
from .face import Pose, cheeks, eye, mouth
from .mascot import SHOULDER, Mascot


class Yoda(Mascot):
    fur = colour("a9cf7f")
    paw = colour("a9cf7f")
    sleeve = colour("d9b78c")
    edge = colour("55753f")
    icon_scale = 1.15
    cloth = ("6fa9c4", "4a86a4")
    robe_edge = colour("84603d")
    inner = colour("f0b0a4")

    def body(self, canvas: Canvas) -> None:
        robe = [(0, -100), (30, -92), (46, -60), (58, -14), (46, 0), (0, 2), (-46, 0), (-58, -14), (-46, -60),
                (-30, -92)]  # fmt: skip
        canvas.shape(smooth(robe), self.sleeve, self.robe_edge)
        canvas.line([(0, -74), (0, -2)], colour("b98f61"), 4)
        canvas.limb(
            [(-40, -80), (-16, -72), (0, -69), (16, -72), (40, -80)], colour("f6e7cf"), self.robe_edge, 17
        )

    def foot(self, canvas: Canvas, side: int) -> None:
        for toe in (-9, 9, 0):
            canvas.oval(side * 24 + toe, -3, 7, 6.5, self.fur, self.edge)

    def arm(self, canvas: Canvas, side: int, hand: Point) -> None:
        x, y = side * SHOULDER[0], SHOULDER[1]
        wrist = (x + (hand[0] - x) * 0.72, y + (hand[1] - y) * 0.72)
        along = ((hand[0] - x) * 0.28, (hand[1] - y) * 0.28)
        length = max((along[0] ** 2 + along[1] ** 2) ** 0.5, 1)
        ahead = (along[0] / length, along[1] / length)
        canvas.limb([wrist, hand], self.fur, self.edge, 13)
        for spread in (-5, 5, 0):  # three stubby fingers
            tip = (hand[0] + ahead[0] * 7 - ahead[1] * spread, hand[1] + ahead[1] * 7 + ahead[0] * spread)
            canvas.oval(*tip, 4.6, 4.6, self.fur, self.edge)
        canvas.oval(*hand, 6, 6, self.fur)
        canvas.limb([(x, y), wrist], self.sleeve, self.robe_edge, 25)
        cuff = [(wrist[0] - ahead[1] * s, wrist[1] + ahead[0] * s) for s in (-11, 11)]
        canvas.line([(p[0] + ahead[0] * 9, p[1] + ahead[1] * 9) for p in cuff], colour("f6e7cf"), 8)

    def hand(self, canvas: Canvas, x: float, y: float) -> None:
        for finger in (-9, 9, 0):
            canvas.oval(x + finger, y, 6, 9.5, self.fur, self.edge)

    def head(self, canvas: Canvas, pose: Pose) -> None:
        for side in (-1, 1):
            with canvas.at(side * 52, -2, turn=side * (4 - 13 * pose.ears), wide=side):
                ear = [(-10, -20), (22, -28), (54, -30), (86, -22), (70, -2), (42, 14), (14, 20), (-10, 18)]
                canvas.shape(smooth(ear), self.fur, self.edge)
                canvas.shape(
                    smooth([(2, -10), (26, -17), (52, -20), (70, -17), (56, -5), (34, 6), (8, 9)]), self.inner
                )
        skull = [(0, -50), (36, -43), (59, -12), (60, 18), (38, 42), (0, 50),
                 (-38, 42), (-60, 18), (-59, -12), (-36, -43)]  # fmt: skip
        canvas.shape(smooth(skull), self.fur, self.edge)
        for x in (-9, 0, 9):
            canvas.curve([(x * 0.6, -49), (x, -57), (x * 1.9, -62)], colour("e9efd8"), 2.4)
        for rise in (-30, -23):
            canvas.curve([(-13, rise), (0, rise - 3), (13, rise)], colour("8bb263"), 2.4)
        for side in (-1, 1):
            eye(canvas, side * 28, 6, 14, 15.5, pose, colour("33231f"))
        cheeks(canvas, 44, 27, 9)
        canvas.shape(egg(0, 19, 6.5, 4), colour("8bb263"))
        for side in (-1, 1):
            canvas.oval(side * 2.6, 19.6, 1.3, 1.5, self.edge)
        mouth(canvas, 28, pose, wide=8, ink=colour("3f5530"))
