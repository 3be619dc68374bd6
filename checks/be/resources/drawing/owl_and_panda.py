"""The owl and the panda."""

from __future__ import annotations

from .canvas import Canvas, Point, colour, egg, smooth
from .face import INK, WHITE, Pose, cheeks, closed_eye, eye, mouth
from .mascot import SHOULDER, Mascot


class Owl(Mascot):
    fur = colour("a98bd0")
    paw = colour("8a69b8")
    sleeve = paw
    edge = colour("573f80")
    cloth = ("f2a65a", "cf7a34")
    light = colour("efe3fa")
    beak = colour("ffb547")

    def tail(self, canvas: Canvas, pose: Pose) -> None:
        for x in (-18, 0, 18):
            canvas.oval(x * 1.2, -4, 12, 14, self.paw, self.edge)

    def body(self, canvas: Canvas) -> None:
        canvas.shape(egg(0, -52, 52, 52, 0.08), self.fur, self.edge)
        canvas.shape(egg(0, -42, 35, 38, 0.06), self.light)
        for row, count in ((-62, 2), (-50, 3), (-38, 2), (-26, 3)):
            for i in range(count):
                x = (i - (count - 1) / 2) * 19
                canvas.curve([(x - 7, row), (x, row + 6), (x + 7, row)], self.fur, 3.5)

    def foot(self, canvas: Canvas, side: int) -> None:
        for toe in (-10, 0, 10):
            canvas.oval(side * 23 + toe, -5, 6, 9, self.beak, colour("b8701f"), turn=toe)

    def arm(self, canvas: Canvas, side: int, hand: Point) -> None:
        x, y = side * (SHOULDER[0] + 10), SHOULDER[1] - 2
        across, along = hand[0] - x, hand[1] - y
        length = max((across**2 + along**2) ** 0.5, 1)
        sideways, down = -along / length * side, across / length * side  # towards the outer side
        wing = [(x - sideways * 8, y - down * 8)]
        for part, bulge in ((0.0, 13), (0.4, 21), (0.8, 15), (1.12, 2), (0.9, -7), (0.45, -11)):
            wing.append((x + across * part + sideways * bulge, y + along * part + down * bulge))
        canvas.shape(smooth(wing), self.paw, self.edge)

    def hand(self, canvas: Canvas, x: float, y: float) -> None:
        for feather in (-10, 10, 0):
            canvas.oval(x + feather, y, 8, 13, self.paw, self.edge, turn=-feather)

    def head(self, canvas: Canvas, pose: Pose) -> None:
        lift = pose.ears * 6
        for side in (-1, 1):
            tuft = [
                (side * 14, -42),
                (side * 40, -54),
                (side * 64, -72 - lift),
                (side * 66, -40),
                (side * 54, -14),
            ]
            canvas.shape(smooth(tuft), self.paw, self.edge)
        canvas.shape(egg(0, -2, 65, 53, 0.03), self.fur, self.edge)
        canvas.shape(smooth([(0, -22), (20, -53), (0, -49), (-20, -53)]), self.paw)
        for side in (-1, 1):
            canvas.oval(side * 28, 4, 29, 29, self.light)
        for side in (-1, 1):
            if pose.eyes < 0.25:
                closed_eye(canvas, side * 28, 4, 15, pose)
            else:
                canvas.oval(side * 28, 4, 21, 21 * pose.eyes, WHITE, self.edge)
                eye(canvas, side * 26 + pose.look[0] * 3, 4 + pose.look[1] * 3, 13, 14, pose, INK)
        cheeks(canvas, 48, 32, 9)
        if pose.mouth == "open":
            canvas.shape(smooth([(-8, 22), (8, 22), (0, 41)]), colour("8f3445"), colour("b8701f"))
        canvas.shape(smooth([(-10, 16), (0, 12), (10, 16), (0, 32)]), self.beak, colour("b8701f"))


class Panda(Mascot):
    fur = colour("fffdf8")
    paw = colour("46414f")
    sleeve = paw
    edge = colour("2f2b38")
    pad = colour("f2a7b5")
    cloth = ("7cb86b", "55924a")

    def body(self, canvas: Canvas) -> None:
        super().body(canvas)
        sash = smooth([(-40, -86), (0, -97), (40, -86), (46, -66), (0, -58), (-46, -66)])
        canvas.shape(sash, self.paw)

    def head(self, canvas: Canvas, pose: Pose) -> None:
        for side in (-1, 1):
            with canvas.at(side * 46, -40 - pose.ears * 3):
                canvas.oval(0, 0, 21, 20, self.paw, self.edge)
                canvas.oval(0, 3, 11, 10, colour("6d6578"))
        skull = [(0, -53), (40, -45), (65, -8), (67, 18), (44, 43), (0, 51),
                 (-44, 43), (-67, 18), (-65, -8), (-40, -45)]  # fmt: skip
        canvas.shape(smooth(skull), self.fur, self.edge)
        for side in (-1, 1):
            canvas.oval(side * 30, 3, 16.5, 20, self.paw, turn=side * 32)
            if pose.eyes < 0.25:
                closed_eye(canvas, side * 28, 2, 8, pose, WHITE)
            else:
                x, y = side * 28 + pose.look[0] * 3, 2 + pose.look[1] * 3
                canvas.oval(x, y, 9.5, 10.5 * pose.eyes, WHITE)
                canvas.oval(x, y + 0.5, 7.4, 8.6 * pose.eyes, colour("241f2b"))
                canvas.oval(x - 2.4, y - 3, 2.8, 2.8 * pose.eyes, WHITE)
        cheeks(canvas, 46, 27, 11)
        canvas.shape(smooth([(-7.5, 18), (0, 15.5), (7.5, 18), (0, 25)]), INK)
        mouth(canvas, 25, pose)
