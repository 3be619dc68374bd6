"""Running a declared network with given weights, in torch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from pytest_cloudlab.weights.digits import Digits, Preparation
from pytest_cloudlab.weights.layers import AvgPool, Conv, Flatten, Linear, LogSoftmax, MaxPool, Relu
from pytest_cloudlab.weights.network import Network

AT_A_TIME = 100
"""Pictures; what lies between the layers of so many stays within some tens of MB."""


def initial_weights(network: Network) -> dict[str, Tensor]:
    """The weights before any training, of a script that seeds torch and makes the layers in order."""
    torch.manual_seed(network.seed)
    shape: tuple[int, ...] = network.input
    weights: dict[str, Tensor] = {}
    for layer in network.layer:
        made: nn.Module | None = None
        if isinstance(layer, Conv):
            made = nn.Conv2d(
                shape[0], layer.channels, layer.kernel, layer.stride, layer.padding, bias=layer.bias
            )
        elif isinstance(layer, Linear):
            made = nn.Linear(shape[0], layer.features, bias=layer.bias)
        if made is not None and isinstance(layer, Conv | Linear):
            weights |= {f"{layer.name}.{key}": value for key, value in made.state_dict().items()}
        shape = layer.after(shape)
    return weights


def scores(network: Network, weights: Mapping[str, Tensor], pictures: Tensor) -> Tensor:
    """What the network says about each of `pictures`, one row a picture."""
    flow = pictures
    for layer in network.layer:
        match layer:
            case Conv():
                weight, bias = weights[f"{layer.name}.weight"], weights.get(f"{layer.name}.bias")
                flow = functional.conv2d(flow, weight, bias, layer.stride, layer.padding)
            case Linear():
                flow = functional.linear(
                    flow, weights[f"{layer.name}.weight"], weights.get(f"{layer.name}.bias")
                )
            case Relu():
                flow = functional.relu(flow)
            case AvgPool():
                flow = functional.avg_pool2d(flow, layer.size)
            case MaxPool():
                flow = functional.max_pool2d(flow, layer.size)
            case Flatten():
                flow = flow.flatten(1)
            case LogSoftmax():
                flow = functional.log_softmax(flow, dim=-1)
    return flow


def accuracy(
    network: Network, weights: Mapping[str, Tensor], digits: Digits, preparation: Preparation
) -> float:
    """The share of `digits` that the network reads right. What it cannot tell (NaN) is wrong."""
    raw: Any = torch.frombuffer(bytearray(digits.pixels), dtype=torch.uint8)
    pictures = raw.reshape(len(digits), 1, digits.rows, digits.columns)
    labels: Any = torch.frombuffer(bytearray(digits.labels), dtype=torch.uint8)
    right = 0
    with torch.inference_mode():
        for some, wanted in zip(pictures.split(AT_A_TIME), labels.split(AT_A_TIME), strict=True):
            prepared = (some.float() / preparation.scale - preparation.mean) / preparation.std
            said = scores(network, weights, prepared)
            sure = ~said.isnan().any(dim=1)
            right += int(((said.argmax(dim=1) == wanted) & sure).sum())
    return right / len(digits)
