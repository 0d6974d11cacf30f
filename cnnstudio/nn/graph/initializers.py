"""How the numbers that a network learns begin."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.graph.layer import ParameterSpec
from cnnstudio.nn.settings import setting

#: deviation of the initialiser “normal”
DEVIATION = 0.05


def initializer_setting() -> Any:
    """The setting of a layer with weights."""
    return setting(
        "he",
        "First weights",
        "How the weights begin: He (right before a ReLU), Glorot (before a sigmoid or tanh), normal with deviation "
        "0.05, or zeros.",
        type="choice",
        meanings={
            "he": "Random, with a spread of √(2 / inputs): keeps signals as strong behind ReLUs (He et al., 2015)",
            "glorot": "Random, with a spread that suits both ways through the layer (Glorot and Bengio, 2010)",
            "normal": "Random, with a spread of 0.05 whatever the layer’s size",
            "zeros": "All weights 0: every filter then learns the same, so this is for trying only",
        },
    )


def initialize(numbers: Floats, spec: ParameterSpec, generator: np.random.Generator) -> None:
    """Fill a flat vector as its spec says.

    He: normal with variance 2 / inputs (He et al., 2015). Glorot: uniform with variance 2 / (inputs + outputs) (Glorot
    and Bengio, 2010).
    """
    match spec.initializer:
        case "he":
            numbers[:] = generator.standard_normal(numbers.size, np.float32)
            numbers *= math.sqrt(2.0 / spec.fan_in)
        case "glorot":
            numbers[:] = generator.random(numbers.size, np.float32)
            numbers -= 0.5
            numbers *= 2 * math.sqrt(6.0 / (spec.fan_in + spec.fan_out))
        case "normal":
            numbers[:] = generator.standard_normal(numbers.size, np.float32)
            numbers *= DEVIATION
        case "ones":
            numbers[:] = 1.0
        case "quarters":
            numbers[:] = 0.25
        case "zeros":
            numbers[:] = 0.0
