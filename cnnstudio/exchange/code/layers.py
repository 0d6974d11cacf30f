"""What layers written as Python code have in common, whatever they are to be run with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cnnstudio.exchange.code.spelling import spelt
from cnnstudio.nn.arrays import Shape
from cnnstudio.nn.layers.input import Input
from cnnstudio.nn.layers.pooling.average_pool2d import AveragePool2D
from cnnstudio.nn.settings import Reals
from cnnstudio.nn.sliding_window import Window

NO_SIDES = (0, 0, 0, 0)


@dataclass(frozen=True)
class CodePlace:
    """A layer where it is to be written: what it is called, the variables it reads, and the public shapes of these."""

    name: str
    inputs: tuple[str, ...]
    shapes: tuple[Shape, ...]

    @property
    def x(self) -> str:
        """The only variable it reads."""
        return self.inputs[0]


def standardised(layer: Input, written: Callable[[Reals, str], str]) -> str:
    """The picture with the mean taken off and divided by the deviation, as far as these change anything; ``written``
    says how a number, or one for each channel, stands under a name."""
    scalings = [layer.scaling(channel) for channel in range(layer.channels)]
    made = f"x - {written(layer.mean, 'mean')}" if any(mean for mean, _ in scalings) else "x"
    if all(deviation == 1 for _, deviation in scalings):
        return made
    return f"{made if made == 'x' else f'({made})'} / {written(layer.deviation, 'deviation')}"


def one_number(value: Reals) -> float | None:
    """The number that a value is for all channels; None where they differ."""
    if not isinstance(value, tuple):
        return value
    return value[0] if len(set(value)) == 1 else None


def numbers_as(code: str) -> Callable[[Reals, str], str]:
    """Writes a number, or in place of the braces in ``code`` one for each channel."""

    def written(value: Reals, _name: str) -> str:
        if (number := one_number(value)) is not None:
            return spelt(number)
        assert isinstance(value, tuple)
        return code.format(spelt(tuple(map(float, value))))

    return written


def between(sign: str) -> Callable[[Any, CodePlace], str]:
    """Writes the variables that a layer reads with a sign between them."""
    return lambda _layer, at: f" {sign} ".join(at.inputs)


def zeros_and_beyond(layer: AveragePool2D, window: Window) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The sides of zeros that count in a mean, and of what lies beyond them and does not."""
    zeros = window.padding if layer.count_padding else NO_SIDES
    return zeros, tuple(whole - counted for whole, counted in zip(window.border, zeros, strict=True))
