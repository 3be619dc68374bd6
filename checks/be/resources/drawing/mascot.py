"""What the scenes ask of a mascot: a body that sits, a head, arms and feet."""

from __future__ import annotations

from .canvas import Canvas, Colour, Point, colour, egg, smooth
from .face import Pose

HEAD_Y = -128  # of a sitting mascot, above the ground it sits on
SHOULDER: Point = (35, -74)


class Mascot:
    """Drawn with the origin on the ground between the feet, save the head, whose origin is its middle."""

    fur: Colour
    edge: Colour
    paw: Colour
    sleeve: Colour
    """The colour of the arms; the hands are `paw`."""
    pad: Colour = colour("f7a1a8")
    cloth: tuple[str, str]
    """The two colours of the mascot's things."""
    icon_scale: float = 2.05
    """How much larger the face is drawn for the icon, so that the ears just fit."""

    def tail(self, canvas: Canvas, pose: Pose) -> None:
        """What is seen behind the body."""

    def body(self, canvas: Canvas) -> None:
        canvas.shape(egg(0, -50, 47, 50, 0.14), self.fur, self.edge)

    def head(self, canvas: Canvas, pose: Pose) -> None:
        raise NotImplementedError

    def arm(self, canvas: Canvas, side: int, hand: Point) -> None:
        x, y = side * SHOULDER[0], SHOULDER[1]
        arm = smooth([(x, y), _elbow((x, y), hand, side), hand], closed=False)
        canvas.line(arm, self.edge, 27)
        canvas.line(arm, self.sleeve, 22)
        canvas.line(arm[-9:], self.paw, 22)

    def hand(self, canvas: Canvas, x: float, y: float) -> None:
        """A hand alone, as it holds on to an edge."""
        canvas.oval(x, y, 15, 12, self.paw, self.edge)
        for toe in (-4.5, 4.5):
            canvas.line([(x + toe, y + 4), (x + toe, y + 9)], self.edge, 2.5)

    def foot(self, canvas: Canvas, side: int) -> None:
        with canvas.at(side * 31, -13, turn=side * 14):
            canvas.oval(0, 0, 19, 17, self.paw, self.edge)
            canvas.oval(0, 4, 8.5, 6.5, self.pad)
            for toe, rise in ((-9.5, -4.5), (0, -8.5), (9.5, -4.5)):
                canvas.oval(toe, rise, 3.4, 3.6, self.pad)

    def sit(
        self, canvas: Canvas, pose: Pose, *, left: Point = (-37, -36), right: Point = (37, -36),
        tilt: float = 0, bob: float = 0, feet: bool = True, arms: bool = True,
    ) -> None:  # fmt: skip
        """The whole mascot with its hands at `left` and `right`; `tilt` turns the head, `bob` sinks it."""
        self.tail(canvas, pose)
        self.body(canvas)
        if feet:
            for side in (-1, 1):
                self.foot(canvas, side)
        with canvas.at(0, HEAD_Y + 40 + bob, turn=tilt), canvas.at(0, -40):
            self.head(canvas, pose)
        if arms:
            self.arm(canvas, -1, left)
            self.arm(canvas, 1, right)


def _elbow(shoulder: Point, hand: Point, side: int) -> Point:
    return ((shoulder[0] + hand[0]) / 2 + side * 6, (shoulder[1] + hand[1]) / 2 + 4)
