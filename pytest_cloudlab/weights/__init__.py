"""Trained weights, as a stranger hands them in: judged without running anything that is in the file."""

from pytest_cloudlab.weights.digits import Digits, Preparation, read_digits
from pytest_cloudlab.weights.judging import Limits, judge, too_long
from pytest_cloudlab.weights.network import Network
from pytest_cloudlab.weights.report import ModelReport, Problem, TensorFound

__all__ = [
    "Digits",
    "Limits",
    "ModelReport",
    "Network",
    "Preparation",
    "Problem",
    "TensorFound",
    "judge",
    "read_digits",
    "too_long",
]
