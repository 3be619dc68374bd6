"""The kinds of layer that a declared network may have."""

from __future__ import annotations

import math
from typing import Annotated

import msgspec

Shape = tuple[int, ...]
Count = Annotated[int, msgspec.Meta(ge=1, le=65_536)]
Small = Annotated[int, msgspec.Meta(ge=1, le=64)]
Name = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*$")]
"""The layer's name in the state dict, such as `conv1` or `features.0`."""


class Plain(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind"):
    """A layer without weights that leaves the shape as it is."""

    def after(self, shape: Shape) -> Shape:
        """The shape of what comes out. ValueError where `shape` does not fit."""
        return shape

    def tensors(self, shape: Shape) -> dict[str, Shape]:
        """Its weights: name in the state dict -> shape."""
        return {}


class Relu(Plain, frozen=True, tag="relu"):
    pass


class Dropout(Plain, frozen=True, tag="dropout"):
    """Does something only while a network is trained."""


class LogSoftmax(Plain, frozen=True, tag="log_softmax"):
    pass


class Flatten(Plain, frozen=True, tag="flatten"):
    def after(self, shape: Shape) -> Shape:
        return (math.prod(shape),)


class Conv(Plain, frozen=True, tag="conv"):
    name: Name
    channels: Count
    """That come out."""
    kernel: Small
    stride: Small = 1
    padding: Annotated[int, msgspec.Meta(ge=0, le=64)] = 0
    bias: bool = True

    def after(self, shape: Shape) -> Shape:
        _, rows, columns = _picture(shape, self.name)
        reach = 2 * self.padding - self.kernel
        if min(rows, columns) + reach < 0:
            raise ValueError(f"({self.name}) has a kernel larger than its input of {rows} x {columns}")
        return (self.channels, (rows + reach) // self.stride + 1, (columns + reach) // self.stride + 1)

    def tensors(self, shape: Shape) -> dict[str, Shape]:
        weight = {f"{self.name}.weight": (self.channels, shape[0], self.kernel, self.kernel)}
        return weight | ({f"{self.name}.bias": (self.channels,)} if self.bias else {})


class MaxPool(Plain, frozen=True, tag="max_pool"):
    size: Small

    def after(self, shape: Shape) -> Shape:
        channels, rows, columns = _picture(shape, self.__struct_config__.tag)
        if min(rows, columns) < self.size:
            raise ValueError(f"pools {self.size} x {self.size}, more than its input of {rows} x {columns}")
        return (channels, rows // self.size, columns // self.size)


class AvgPool(MaxPool, frozen=True, tag="avg_pool"):
    pass


class Linear(Plain, frozen=True, tag="linear"):
    name: Name
    features: Count
    """That come out."""
    bias: bool = True

    def after(self, shape: Shape) -> Shape:
        if len(shape) != 1:
            raise ValueError(f"({self.name}) needs its input flat: put a flatten before it")
        return (self.features,)

    def tensors(self, shape: Shape) -> dict[str, Shape]:
        weight = {f"{self.name}.weight": (self.features, shape[0])}
        return weight | ({f"{self.name}.bias": (self.features,)} if self.bias else {})


Layer = Conv | Linear | Relu | MaxPool | AvgPool | Dropout | Flatten | LogSoftmax


def _picture(shape: Shape, name: object) -> tuple[int, int, int]:
    if len(shape) != 3:
        raise ValueError(f"({name}) needs channels, rows and columns, and its input is flat")
    return shape[0], shape[1], shape[2]
