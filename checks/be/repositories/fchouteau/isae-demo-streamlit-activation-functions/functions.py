"""The functions, each from an array to an array of the same shape."""

from collections.abc import Callable

import numpy as np

Function = Callable[[np.ndarray], np.ndarray]


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def softplus(x: np.ndarray) -> np.ndarray:
    return np.logaddexp(0, x)


def elu(x: np.ndarray) -> np.ndarray:
    return np.where(x > 0, x, np.expm1(np.minimum(x, 0)))


def gelu(x: np.ndarray) -> np.ndarray:
    """With the usual approximation by a hyperbolic tangent."""
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))


FUNCTIONS: dict[str, Function] = {
    "Sigmoid": sigmoid,
    "Tanh": np.tanh,
    "ReLU": lambda x: np.maximum(x, 0),
    "Leaky ReLU": lambda x: np.where(x > 0, x, 0.1 * x),
    "ELU": elu,
    "Softplus": softplus,
    "Swish": lambda x: x * sigmoid(x),
    "GELU": gelu,
}


def slope(function: Function, x: np.ndarray, step: float = 1e-4) -> np.ndarray:
    """By central differences: good enough to draw, and the same for every function."""
    return (function(x + step) - function(x - step)) / (2 * step)


def gradients(function: Function, depth: int) -> list[float]:
    """What is left of a gradient of 1 after 0, 1, ... `depth` layers, when the signal starts at 1."""
    signal, left = np.ones(1), [1.0]
    for _ in range(depth):
        left.append(left[-1] * float(slope(function, signal)[0]))
        signal = function(signal)
    return left
