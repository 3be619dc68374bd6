"""A small network, the digits to judge it by, and its weights, trained in a moment."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from pytest_cloudlab.weights import Digits, Network, Preparation, read_digits
from pytest_cloudlab.weights.evaluation import initial_weights
from pytest_cloudlab.weights.layers import Flatten, Linear, LogSoftmax

LAB = Path(__file__).parents[2] / "checks" / "codespaces"
DATA = LAB / "repositories" / "fchouteau" / "isae-cloud-computing-codespace" / "training" / "data"
NETWORK = Network(input=(1, 28, 28), layer=(Flatten(), Linear("fc", features=10), LogSoftmax()))


def saved(content: object) -> bytes:
    """As torch.save writes it."""
    file = io.BytesIO()
    torch.save(content, file)
    return file.getvalue()


@pytest.fixture(scope="session")
def network() -> Network:
    return NETWORK


@pytest.fixture(scope="session")
def held_out() -> Digits:
    return read_digits(DATA / "t10k-images-idx3-ubyte.gz", DATA / "t10k-labels-idx1-ubyte.gz")


@pytest.fixture(scope="session")
def preparation() -> Preparation:
    return Preparation(mean=0.1307, std=0.3081)


@pytest.fixture(scope="session")
def trained(preparation: Preparation) -> dict[str, Tensor]:
    known = read_digits(DATA / "train-images-idx3-ubyte.gz", DATA / "train-labels-idx1-ubyte.gz")
    pixels = torch.frombuffer(bytearray(known.pixels), dtype=torch.uint8).reshape(len(known), -1)
    pictures = (pixels.float() / 255 - preparation.mean) / preparation.std
    labels = torch.frombuffer(bytearray(known.labels), dtype=torch.uint8).long()
    weights = {name: value.requires_grad_() for name, value in initial_weights(NETWORK).items()}
    optimizer = torch.optim.Adam(weights.values(), lr=0.01)
    for _ in range(40):
        optimizer.zero_grad()
        said = functional.linear(pictures, weights["fc.weight"], weights["fc.bias"])
        functional.cross_entropy(said, labels).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    return {name: value.detach() for name, value in weights.items()}
