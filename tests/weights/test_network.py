"""A declared network knows the names and shapes of its weights, and says what cannot be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from pytest_cloudlab.errors import UsageError
from pytest_cloudlab.files import convert
from pytest_cloudlab.weights import Network
from pytest_cloudlab.weights.evaluation import initial_weights, scores

TOML = Path("lab.toml")
EVERY_KIND: list[dict[str, Any]] = [
    {"kind": "conv", "name": "features.0", "channels": 3, "kernel": 5, "stride": 2, "padding": 1},
    {"kind": "relu"},
    {"kind": "max_pool", "size": 2},
    {"kind": "conv", "name": "features.3", "channels": 4, "kernel": 3, "bias": False},
    {"kind": "avg_pool", "size": 2},
    {"kind": "dropout"},
    {"kind": "flatten"},
    {"kind": "linear", "name": "classifier", "features": 7},
    {"kind": "log_softmax"},
]


def network(*layers: dict[str, Any]) -> Network:
    return convert({"input": [1, 28, 28], "layer": list(layers)}, Network, file=TOML)


def test_it_computes_what_torch_does() -> None:
    """Every kind of layer: the same initial weights by the same names, and the same scores."""
    declared = network(*EVERY_KIND)
    torch.manual_seed(declared.seed)
    same = nn.Sequential()
    same.features = nn.Sequential(
        nn.Conv2d(1, 3, 5, 2, 1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(3, 4, 3, bias=False), nn.AvgPool2d(2)
    )
    same.flatten = nn.Flatten()
    same.classifier = nn.Linear(16, 7)
    same.end = nn.LogSoftmax(dim=1)
    weights = initial_weights(declared)
    assert {name: tuple(value.shape) for name, value in same.state_dict().items()} == declared.tensors
    assert all(torch.equal(weights[name], value) for name, value in same.state_dict().items())
    pictures = torch.rand(5, 1, 28, 28)
    assert torch.allclose(scores(declared, weights, pictures), same(pictures))
    assert declared.classes == 7


CONV, FLAT = {"kind": "conv", "name": "c", "channels": 2, "kernel": 3}, {"kind": "flatten"}
LINEAR = {"kind": "linear", "name": "f", "features": 10}


@pytest.mark.parametrize(
    ("layers", "said"),
    [
        ([CONV, LINEAR], "layer 2 of the network (f) needs its input flat: put a flatten before it"),
        ([FLAT, CONV], "layer 2 of the network (c) needs channels, rows and columns, and its input is flat"),
        (
            [{**CONV, "kernel": 29}],
            "layer 1 of the network (c) has a kernel larger than its input of 28 x 28",
        ),
        ([{"kind": "max_pool", "size": 30}], "layer 1 of the network pools 30 x 30, more than its input"),
        ([CONV], "the last layer gives no list of scores"),
        ([FLAT], "no layer has weights"),
        ([FLAT, LINEAR, LINEAR], "two layers have a tensor f.weight"),
        ([FLAT, {**LINEAR, "features": 60_000}], "the network has more than 16,000,000 weights"),
    ],
    ids=["flat", "picture", "kernel", "pool", "scores", "weightless", "twice", "large"],
)
def test_a_network_that_cannot_be_is_refused(layers: list[dict[str, Any]], said: str) -> None:
    """When the lab is read, and in words for its author."""
    with pytest.raises(UsageError) as told:
        network(*layers)
    assert said in told.value.message
    assert "expected one of" not in told.value.message


def test_a_misspelt_layer_is_refused() -> None:
    """A kind that there is not, and a key that it has not."""
    with pytest.raises(UsageError, match="convolution"):
        network({"kind": "convolution"})
    with pytest.raises(UsageError, match="size"):
        network({"kind": "relu", "size": 2})
