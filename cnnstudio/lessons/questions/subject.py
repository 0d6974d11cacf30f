"""What a question asks for, worked out by the engine: shapes, parameters, costs, values, steps."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from cnnstudio.design.facts.layer_facts import layer_facts
from cnnstudio.design.facts.receptive_fields import receptive_field_of
from cnnstudio.lessons.questions.expression import Expression, ExpressionError, Number
from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.graph.graph import Graph, chain
from cnnstudio.nn.graph.layer import Layer, layer_kinds
from cnnstudio.nn.looking.sharing import sharing
from cnnstudio.nn.network.network import Network, compile_network
from cnnstudio.nn.parameters.parameters import initial_parameters
from cnnstudio.nn.rules.optimizers import SGD
from cnnstudio.nn.settings import SettingError

Numbers = Mapping[str, Number]
#: a setting or number of a lesson file: a formula, a plain value, or a list of such
Given = Expression | str | int | float | tuple[Any, ...]

#: what can be asked of a chain of layers
FINDS = (
    "height", "width", "channels", "numbers", "parameters", "macs", "receptive_field", "unshared", "dense",
)  # fmt: skip


class Subject(Protocol):
    """Something the engine can work out for drawn numbers."""

    def answer(self, numbers: Numbers) -> Number:
        """The right answer.

        Raises:
            ExpressionError: these numbers make no sense here; others shall be drawn.
        """
        ...


@dataclass(frozen=True)
class LayerSpec:
    """A layer whose settings may be formulas."""

    kind: str
    settings: tuple[tuple[str, Given], ...]

    def layer(self, numbers: Numbers) -> Layer:
        """The layer for these numbers."""
        try:
            return layer_kinds()[self.kind](**{name: worked_out(value, numbers) for name, value in self.settings})
        except (SettingError, TypeError) as error:
            raise ExpressionError("{error}", error=error) from error


@dataclass(frozen=True)
class OfLayers:
    """A figure of layers in sequence behind an input volume; shape and cost are the last layer's, parameters are
    those of all."""

    find: str
    input: Given
    layers: tuple[LayerSpec, ...]

    def answer(self, numbers: Numbers) -> Number:
        """See ``Subject``."""
        graph = _chain(worked_out(self.input, numbers), [spec.layer(numbers) for spec in self.layers])
        last = graph.nodes[-1]
        known = layer_facts(graph)[last.id]
        if known.shape is None:
            raise ExpressionError("These layers do not fit.")
        if self.find in ("height", "width", "channels"):
            return known.shape[("height", "width", "channels").index(self.find)]
        if self.find in ("unshared", "dense"):
            counts = sharing(last.layer, known.inputs)
            if counts is None:
                raise ExpressionError("Only a layer that slides weights has anything to share.")
            return int(getattr(counts, self.find))
        if self.find == "receptive_field":
            field = receptive_field_of(graph, last.id)
            if field is None:
                raise ExpressionError("This layer has no receptive field.")
            return field.height
        if self.find == "parameters":
            return sum(facts.parameters for facts in layer_facts(graph).values())
        return known.macs if self.find == "macs" else math.prod(known.shape)


@dataclass(frozen=True)
class OfValues:
    """The number in one cell (row, column, channel from 0) of a layer's output for given pixels (and one filter)."""

    layer: LayerSpec
    pixels: Given
    weights: Given
    bias: Given
    at: tuple[int, int, int]

    def answer(self, numbers: Numbers) -> Number:
        """See ``Subject``."""
        found = _filled(self.layer, self.pixels, self.weights, self.bias, numbers)
        output = found.network.value(found.node)[0]
        if output.ndim != 3 or any(place >= extent for place, extent in zip(self.at, output.shape, strict=True)):
            raise ExpressionError("The output has no such cell.")
        return float(output[self.at])


@dataclass(frozen=True)
class OfGradient:
    """The gradient of one weight (its place in the layer's array, from 0) of a layer's one filter, when these gradients
    arrive at its output."""

    layer: LayerSpec
    pixels: Given
    weights: Given
    arriving: Given
    at: tuple[int, ...]

    def answer(self, numbers: Numbers) -> Number:
        """See ``Subject``."""
        found = _filled(self.layer, self.pixels, self.weights, 0, numbers)
        output = found.network.value(found.node)
        arriving = _array(self.arriving, numbers)
        if arriving.size != output.size:
            raise ExpressionError("There are more or fewer gradients than outputs.")
        gradients = found.network.backward(found.node, arriving.reshape(output.shape)).parameters[found.node]
        weights = gradients["weights"]
        if len(self.at) != weights.ndim or any(p >= e for p, e in zip(self.at, weights.shape, strict=True)):
            raise ExpressionError("The layer has no such weight.")
        return float(weights[self.at])


@dataclass(frozen=True)
class OfStep:
    """A weight after one step of plain gradient descent."""

    weight: Given
    gradient: Given
    rate: Given

    def answer(self, numbers: Numbers) -> Number:
        """See ``Subject``."""
        try:
            weight, gradient, rate = (float(worked_out(g, numbers)) for g in (self.weight, self.gradient, self.rate))
            optimizer = SGD(rate, momentum=0.0)
        except (SettingError, TypeError) as error:
            raise ExpressionError("{error}", error=error) from error
        vector = np.array([weight])
        optimizer.update(vector, np.array([gradient]), optimizer.start(1, np.float64))
        return float(vector[0])


def worked_out(given: Given, numbers: Numbers) -> Any:
    """A given value with its formulas worked out; lists become tuples.

    Raises:
        ExpressionError: a formula has no value.
    """
    if isinstance(given, Expression):
        return given.value(numbers)
    return tuple(worked_out(item, numbers) for item in given) if isinstance(given, tuple) else given


@dataclass(frozen=True)
class _Filled:
    """A layer with given weights that has looked at given pixels."""

    network: Network
    node: str


def output_of(layer: Layer, pixels: Floats, weights: Floats, bias: float) -> Floats:
    """What a layer with one filter makes of pixels (H, W) or (H, W, C): its output (H, W, C).

    Raises:
        ExpressionError: the layer does not fit these pixels, or the weights not the layer.
    """
    found = _looked(layer, pixels, weights, np.array(bias, np.float32))
    output: Floats = found.network.value(found.node)[0]
    return output


def _filled(spec: LayerSpec, shown: Given, learned: Given, shift: Given, numbers: Numbers) -> _Filled:
    layer, pixels = spec.layer(numbers), _array(shown, numbers)
    return _looked(layer, pixels, _array(learned, numbers), _array(shift, numbers))


def _looked(layer: Layer, pixels: Floats, weights: Floats, bias: Floats) -> _Filled:
    pixels = pixels[:, :, None] if pixels.ndim == 2 else pixels
    if pixels.ndim != 3:
        raise ExpressionError("Pixels are rows of numbers, or rows of pixels of several channels.")
    graph = _chain(pixels.shape, [layer])
    last = graph.nodes[-1]
    if graph.inferred[last.id].output is None:
        raise ExpressionError("The layer does not fit these pixels.")
    parameters = initial_parameters(graph, 0)
    arrays = parameters.arrays(last.id)
    if "weights" in arrays:
        if weights.size != arrays["weights"].size:
            raise ExpressionError("There are more or fewer weights than the filter has.")
        arrays["weights"][:] = weights.reshape(arrays["weights"].shape)
    if "bias" in arrays:
        if bias.size != 1 or arrays["bias"].size != 1:
            raise ExpressionError("One filter has one bias.")
        arrays["bias"][:] = bias.ravel()
    network = compile_network(graph, parameters, 1, mode="probe")
    network.forward(np.zeros((1, *pixels.shape), np.uint8))
    network.recompute(graph.nodes[0].id, pixels[None])
    return _Filled(network, last.id)


def _array(given: Given, numbers: Numbers) -> Floats:
    try:
        return np.array(worked_out(given, numbers), np.float32)
    except (ValueError, TypeError) as error:
        raise ExpressionError("The rows are not equally long.") from error


def _chain(shape: tuple[int, ...], layers: list[Layer]) -> Graph:
    try:
        entry = layer_kinds()["input"](**dict(zip(("height", "width", "channels"), shape, strict=True)))
    except (SettingError, ValueError) as error:
        raise ExpressionError("{error}", error=error) from error
    return chain(("input", entry), *((f"{number} {layer.kind}", layer) for number, layer in enumerate(layers)))
