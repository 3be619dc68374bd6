"""Tensors that are not the network's are told by name, shape, type and value, in that order."""

from __future__ import annotations

import io
from typing import Any

import pytest
import torch
from torch import Tensor

from pytest_cloudlab.weights import Network
from pytest_cloudlab.weights.archive import Archive, take_apart
from pytest_cloudlab.weights.evaluation import initial_weights
from pytest_cloudlab.weights.loading import (
    described,
    fingerprint,
    load,
    require_fitting,
    require_trained,
    tensors_of,
)
from pytest_cloudlab.weights.report import Problem, TensorFound, Unfit
from tests.weights.conftest import NETWORK, saved


def taken(content: object) -> Archive:
    return take_apart(saved(content), unpacked_bytes=64 << 20, pickle_bytes=1 << 16)


def problem_of(content: object) -> Problem:
    with pytest.raises(Unfit) as told:
        accept(taken(content))
    return told.value.problem


def accept(archive: Archive) -> None:
    weights = tensors_of(load(archive))
    require_fitting(weights, NETWORK)
    require_trained(weights, initial_weights(NETWORK))


def claiming(size: tuple[int, ...]) -> Tensor:
    """A tensor of four bytes that says it has more elements than fit into any memory."""
    return torch.zeros(1).as_strided(size, (0,) * len(size))


def wrong_value(value: float) -> Tensor:
    weight = torch.ones(10, 784)
    weight[3, 5] = value
    return weight


GOOD = {"fc.weight": torch.ones(10, 784), "fc.bias": torch.ones(10)}

CASES: dict[str, tuple[Any, str, str]] = {
    "list": ([torch.ones(2)], "contents", "holds a list; expected a dictionary of weights"),
    "checkpoint": ({"epoch": 2, "model": GOOD}, "contents", "entry 'epoch' is a int"),
    "nested": ({"model": GOOD}, "contents", "entry 'model' is a dict"),
    "number-name": ({1: torch.ones(2)}, "contents", "entry '1' is a Tensor"),
    "nothing": ({}, "missing-tensor", "lacks fc.weight, fc.bias; the network's weights are fc.weight"),
    "missing": ({"fc.weight": GOOD["fc.weight"]}, "missing-tensor", "lacks fc.bias;"),
    "extra": ({**GOOD, "fc9.bias": torch.ones(1)}, "extra-tensor", "has fc9.bias besides;"),
    "other": ({"net.weight": GOOD["fc.weight"], "fc.bias": GOOD["fc.bias"]},
              "missing-tensor", "lacks fc.weight and has net.weight besides;"),
    "many": ({**GOOD, **{f"x{at}": torch.ones(1) for at in range(9)}},
             "extra-tensor", "has x0, x1, x2, x3 and 5 more besides;"),
    "escape": ({**GOOD, "\x1b[31mred\n": torch.ones(1)}, "extra-tensor", "has red besides;"),
    "shape": ({**GOOD, "fc.weight": torch.ones(784, 10)},
              "shape", "fc.weight is 784 x 10; the network's is 10 x 784"),
    "number": ({**GOOD, "fc.bias": torch.tensor(1.0)}, "shape", "fc.bias is a single number;"),
    "huge-claim": ({**GOOD, "fc.bias": claiming((1 << 40, 1 << 20))}, "shape", "fc.bias is 1099511627776 x"),
    "half": ({**GOOD, "fc.bias": torch.ones(10).half()}, "dtype", "fc.bias is of type float16;"),
    "whole": ({**GOOD, "fc.bias": torch.ones(10).long()}, "dtype", "fc.bias is of type int64;"),
    "nan": ({**GOOD, "fc.weight": wrong_value(float("nan"))}, "not-finite", "fc.weight holds 1 values"),
    "infinite": ({**GOOD, "fc.weight": wrong_value(float("inf"))}, "not-finite", "fc.weight holds 1 values"),
    "initial": (initial_weights(NETWORK), "not-trained", "the weights that the network starts with"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_is_wrong_is_said(name: str) -> None:
    """The first thing in which the file differs from the lab's network."""
    content, kind, said = CASES[name]
    problem = problem_of(content)
    assert problem.kind == kind
    assert said in problem.message
    assert problem.message.isprintable()
    assert problem.remedy


def test_a_storage_that_is_too_short_is_damage() -> None:
    """A tensor of more elements than its storage has is not read past the end."""
    whole = taken(GOOD)
    short = {**whole.others, "data/0": whole.others["data/0"][:64]}
    with pytest.raises(Unfit) as told:
        accept(Archive(whole.pickle, short))
    assert told.value.problem.kind == "damaged"


def test_the_network_s_own_weights_fit(trained: dict[str, Tensor], network: Network) -> None:
    """Also where they lie in memory in another order."""
    require_fitting(trained, network)
    turned = {**trained, "fc.weight": trained["fc.weight"].t().contiguous().t()}
    require_fitting(turned, network)
    require_trained(turned, initial_weights(network))
    assert described(trained)[0] == TensorFound("fc.weight", (10, 784), "float32")


def test_one_value_that_differs_is_training(network: Network) -> None:
    """Only exactly the initial weights are untrained; how well others do, accuracy says."""
    weights = initial_weights(network)
    weights["fc.bias"][0] += 1e-3
    require_trained(weights, initial_weights(network))


def test_the_fingerprint_is_of_the_weights(trained: dict[str, Tensor]) -> None:
    """The same for another file, order or layout; another for another value, shape or name."""
    same = fingerprint(trained)
    file = io.BytesIO()
    torch.save(dict(reversed(trained.items())), file)
    again = load(take_apart(file.getvalue(), unpacked_bytes=1 << 20, pickle_bytes=1 << 16))
    assert fingerprint(again) == same
    assert fingerprint({**trained, "fc.weight": trained["fc.weight"].t().contiguous().t()}) == same
    for other in (
        {**trained, "fc.bias": trained["fc.bias"] + 1},
        {**trained, "fc.bias": trained["fc.bias"].reshape(2, 5)},
        {"fc.weight": trained["fc.weight"], "fc.other": trained["fc.bias"]},
    ):
        assert fingerprint(other) != same
