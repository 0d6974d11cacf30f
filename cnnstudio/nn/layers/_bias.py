"""What the layers that add up weighted numbers have in common: a bias on each sum, or none."""

from __future__ import annotations

from typing import Any

from cnnstudio.nn.arrays import Shape, thousands
from cnnstudio.nn.graph.layer import ParameterSpec
from cnnstudio.nn.settings import setting
from cnnstudio.nn.telling.told import Sentence


def bias_setting() -> Any:
    """Whether a learned number is added to each sum."""
    return setting(
        True,
        "Bias",
        "Whether a learned number is added to each sum. In front of a batch norm, which shifts anyway, it is left out.",
        type="switch",
    )


def bias_spec(bias: bool, shape: Shape) -> tuple[ParameterSpec, ...]:
    """The array of biases, if there is one."""
    return (ParameterSpec("bias", shape),) if bias else ()


def without_bias(bias: bool) -> list[Sentence]:
    """What a card says of it: nothing where there is one, as usual."""
    return [] if bias else [Sentence("no bias")]


def added_up(bias: bool) -> Sentence:
    """What becomes of the products."""
    return Sentence("added up with one bias" if bias else "added up")


def parameters_formula(times: str, weights: str, total: int, bias: bool) -> str:
    """Where the number of parameters comes from: 6 × (5·5·3 + 1) = 456, or 6 × 5·5·3 = 450."""
    return f"{times} × {f'({weights} + 1)' if bias else weights} = {thousands(total)}"
