"""Write the digits that the training script learns from, and those that its model is judged by.

    python checks/codespaces/resources/make_digits.py [FOLDER]      # needs scikit-learn

They are the handwritten digits that come with scikit-learn, 8 x 8 pixels in 17 shades, brought into the form
of MNIST: 20 x 20 pixels in the middle of 28 x 28, 256 shades, four gzipped IDX files. One in five is held
out. The same files each time.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from pathlib import Path

from pytest_cloudlab.weights.idx import write_idx

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent / "repositories" / "fchouteau" / "isae-cloud-computing-codespace"
FOLDER = REPOSITORY / "training" / "data"
SMALL, LARGE, FRAME = 8, 20, 28
DARKEST = 16
HELD_OUT_OF = 5
SEED = 8


def enlarged(digit: Sequence[Sequence[int]]) -> bytes:
    """A digit of 8 x 8 pixels as 28 x 28: each pixel weighs the four nearest, in whole numbers."""
    # In 2 * LARGE-ths of a small pixel, so that the middles of both grids are whole.
    places = []
    for at in range(LARGE):
        middle = (2 * at + 1) * SMALL - LARGE
        first, share = divmod(max(0, min(middle, 2 * LARGE * (SMALL - 1))), 2 * LARGE)
        places.append((first, min(first + 1, SMALL - 1), share))
    whole = (2 * LARGE) ** 2 * DARKEST
    margin = (FRAME - LARGE) // 2
    pixels = bytearray(FRAME * FRAME)
    for row, (top, bottom, down) in enumerate(places):
        for column, (left, right, across) in enumerate(places):
            upper = digit[top][left] * (2 * LARGE - across) + digit[top][right] * across
            lower = digit[bottom][left] * (2 * LARGE - across) + digit[bottom][right] * across
            shade = upper * (2 * LARGE - down) + lower * down
            pixels[(row + margin) * FRAME + column + margin] = (shade * 255 + whole // 2) // whole
    return bytes(pixels)


def split(count: int) -> tuple[list[int], list[int]]:
    """Which of `count` digits are learnt from, and which are held out."""
    order = list(range(count))
    random.Random(SEED).shuffle(order)  # noqa: S311 - the same split each time is the point
    held_out = count // HELD_OUT_OF
    return order[held_out:], order[:held_out]


def make(folder: Path) -> None:
    """Write the four files into `folder`."""
    from sklearn.datasets import load_digits  # type: ignore[import-untyped]  # it ships no types

    digits = load_digits()
    images = [enlarged([[int(pixel) for pixel in row] for row in image]) for image in digits.images]
    labels = [int(label) for label in digits.target]
    train, held_out = split(len(images))
    seen = {images[at] for at in train}
    held_out = [at for at in held_out if images[at] not in seen]
    folder.mkdir(parents=True, exist_ok=True)
    for name, chosen in (("train", train), ("t10k", held_out)):
        pixels = b"".join(images[at] for at in chosen)
        write_idx(folder / f"{name}-images-idx3-ubyte.gz", (len(chosen), FRAME, FRAME), pixels)
        write_idx(folder / f"{name}-labels-idx1-ubyte.gz", (len(chosen),), bytes(labels[at] for at in chosen))


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
