"""The network that a lab has its students train, as `[network]` in `lab.toml` declares it.

The names and shapes of its weights follow from the layers; nothing here needs torch.
"""

from __future__ import annotations

import math
from typing import Annotated

import msgspec

from pytest_cloudlab.weights.layers import Layer, Shape

MOST_WEIGHTS = 16_000_000
"""64 MB of them; a network above is not trained in a codespace in one session."""


class Network(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Layers, in order, from one picture to the scores of its classes.

    >>> from pytest_cloudlab.weights.layers import Flatten, Linear
    >>> Network(input=(1, 28, 28), layer=(Flatten(), Linear("fc", features=10))).tensors
    {'fc.weight': (10, 784), 'fc.bias': (10,)}
    """

    input: tuple[
        Annotated[int, msgspec.Meta(ge=1, le=64)],
        Annotated[int, msgspec.Meta(ge=1, le=1024)],
        Annotated[int, msgspec.Meta(ge=1, le=1024)],
    ]
    """Channels, rows and columns of a picture."""
    layer: tuple[Layer, ...]
    seed: int = 1
    """What the training script seeds torch with before it makes the layers, in this order: the weights that
    come of it are the initial ones."""

    def __post_init__(self) -> None:
        if sum(map(math.prod, self.tensors.values())) > MOST_WEIGHTS:
            raise ValueError(f"The network has more than {MOST_WEIGHTS:,} weights")
        if len(self._shapes[-1]) != 1:
            raise ValueError("The last layer gives no list of scores: is a flatten missing?")

    @property
    def classes(self) -> int:
        return self._shapes[-1][0]

    @property
    def tensors(self) -> dict[str, Shape]:
        """Name in the state dict -> shape."""
        found: dict[str, Shape] = {}
        for layer, shape in zip(self.layer, self._shapes, strict=False):
            for name, of in layer.tensors(shape).items():
                if name in found:
                    raise ValueError(f"Two layers have a tensor {name}")
                found[name] = of
        if not found:
            raise ValueError("No layer has weights")
        return found

    @property
    def size_bytes(self) -> int:
        """What the weights take, at four bytes each."""
        return 4 * sum(map(math.prod, self.tensors.values()))

    @property
    def _shapes(self) -> list[Shape]:
        """What comes into each layer, and what comes out of the last."""
        shapes: list[Shape] = [self.input]
        for number, layer in enumerate(self.layer, 1):
            try:
                shapes.append(layer.after(shapes[-1]))
            except ValueError as error:
                raise ValueError(f"Layer {number} of the network {error}") from None
        return shapes
