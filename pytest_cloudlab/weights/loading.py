"""A model file's tensors, loaded by torch and compared with the network that the lab declares."""

from __future__ import annotations

import ctypes
import hashlib
import pickle
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from pytest_cloudlab.redaction import plain
from pytest_cloudlab.weights.archive import RESAVE, RETRAIN, Archive
from pytest_cloudlab.weights.network import Network
from pytest_cloudlab.weights.report import TensorFound, Unfit

MOST_SHOWN = 100
FITS = "Train the network that the lab's page describes, with its own script."


def load(archive: Archive) -> Any:
    """What the archive holds, by torch's loader of weights alone. Raises `Unfit`."""
    try:
        return torch.load(archive.rebuilt(), weights_only=True, map_location="cpu", mmap=False)
    except pickle.UnpicklingError:  # whose text is about an option that nobody here can set
        raise Unfit(
            "contents",
            "The model file's list of tensors asks for what torch does not take for weights. It was not "
            "loaded.",
            RESAVE,
        ) from None
    except (RuntimeError, ValueError, TypeError, KeyError, IndexError,
            AttributeError, AssertionError, EOFError, OverflowError) as error:  # fmt: skip
        if "allocate memory" in str(error):
            raise MemoryError from None
        raise Unfit(
            "damaged",
            f"The model file's tensors do not fit what it says of them ({plain(str(error), 160)}).",
            RETRAIN,
        ) from None


def tensors_of(state: Any) -> dict[str, Tensor]:
    """The tensors by name. Raises `Unfit` for anything else that could be in a file, such as a checkpoint."""
    if not isinstance(state, dict):
        raise Unfit(
            "contents",
            f"The model file holds a {type(state).__name__}; expected a dictionary of weights by name.",
            RESAVE,
        )
    for name, value in state.items():
        if not isinstance(name, str) or not isinstance(value, Tensor):
            raise Unfit(
                "contents",
                f"The model file's entry {plain(str(name), 60)!r} is a {type(value).__name__}; expected "
                "weights alone, and not a checkpoint that holds more.",
                RESAVE,
            )
    return state


def described(weights: Mapping[str, Tensor]) -> tuple[TensorFound, ...]:
    """Names, shapes and types of the first hundred, safe to be shown."""
    return tuple(
        TensorFound(plain(name, 60), tuple(value.shape), str(value.dtype).removeprefix("torch."))
        for name, value in list(weights.items())[:MOST_SHOWN]
    )


def require_fitting(weights: Mapping[str, Tensor], network: Network) -> None:
    """Raises `Unfit` unless names, shapes and types are the network's, and every number is one.

    Shapes come before values: a tensor of a few bytes can claim to have billions of elements.
    """
    expected = network.tensors
    missing = [name for name in expected if name not in weights]
    extra = [plain(name, 60) for name in weights if name not in expected]
    if missing or extra:
        found = [f"lacks {_list(missing)}"] if missing else []
        found += [f"has {_list(extra)} besides"] if extra else []
        raise Unfit(
            "missing-tensor" if missing else "extra-tensor",
            f"The model file {' and '.join(found)}; the network's weights are {', '.join(expected)}.",
            FITS,
        )
    for name, shape in expected.items():
        if tuple(weights[name].shape) != shape:
            raise Unfit(
                "shape",
                f"The model file's {name} is {_by(tuple(weights[name].shape))}; the network's is "
                f"{_by(shape)}.",
                FITS,
            )
    for name in expected:
        value = weights[name]
        if value.dtype != torch.float32 or value.layout != torch.strided:
            kind = str(value.dtype).removeprefix("torch.")
            raise Unfit(
                "dtype", f"The model file's {name} is of type {kind}; the network's is of float32.", FITS
            )
    for name in expected:
        wrong = int((~weights[name].isfinite()).sum())
        if wrong:
            raise Unfit(
                "not-finite",
                f"The model file's {name} holds {wrong:,} values that are no numbers (NaN or infinite): the "
                "training went astray.",
                "Train again with the script as it is; a learning rate that is too high does this.",
            )


def require_trained(weights: Mapping[str, Tensor], initial: Mapping[str, Tensor]) -> None:
    """Raises `Unfit` for weights that are those a network starts with."""
    if all(torch.equal(weights[name], value) for name, value in initial.items()):
        raise Unfit(
            "not-trained",
            "The model file holds the weights that the network starts with: it was not trained.",
            "Run the training script for at least one epoch before the model is saved.",
        )


def fingerprint(weights: Mapping[str, Tensor]) -> str:
    """SHA-256 of names, shapes and values, whatever the file around them looks like."""
    digest = hashlib.sha256()
    for name in sorted(weights):
        values = weights[name].detach().contiguous()
        digest.update(f"{name}{tuple(values.shape)}{values.dtype}\0".encode())
        # By their address: torch hands out bytes only through NumPy, which need not be there.
        digest.update(ctypes.string_at(values.data_ptr(), values.nbytes))
    return digest.hexdigest()


def _by(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape[:8])) or "a single number"


def _list(names: list[str]) -> str:
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
