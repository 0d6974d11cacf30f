"""“How many parameters has this layer?”, with the usual slips: the bias, the depth of the filter, the + 1."""

from __future__ import annotations

import math
from collections.abc import Sequence

from cnnstudio.lessons.questions.asking import asked, n
from cnnstudio.lessons.questions.question import Drawn
from cnnstudio.nn.arrays import Shape, shape_text
from cnnstudio.nn.layer import Layer
from cnnstudio.nn.phrases import amount

_PRODUCT = "Weights of one filter or unit, times how many there are. Try again."
_SUM = "Weights of one filter or unit, plus its bias; then times how many there are. Try again."


def about_the_parameters(layer: Layer, inputs: Sequence[Shape], output: Shape) -> Drawn | None:
    """None for layers that learn nothing."""
    found = {spec.name: spec.shape for spec in layer.parameters(inputs)}
    answer = sum(math.prod(shape) for shape in found.values())
    if not found:
        return None
    weights = found.get("weights")
    if weights is None:
        return _of_scales(layer, inputs[0], found, answer)
    if len(weights) == 2:
        return _of_units(weights, answer, biased="bias" in found)
    return _of_filters(weights, inputs[0], output, answer, biased="bias" in found)


def _of_filters(weights: Shape, source: Shape, output: Shape, answer: int, *, biased: bool) -> Drawn:
    *several, rows, columns, depth = weights
    each, count, read = rows * columns * depth, math.prod(several), shape_text((rows, columns, depth))
    one, with_bias = each + biased, "each with its bias" if biased else "without biases"
    shared = len(weights) == 4
    places = output[0] * output[1]
    if shared:
        text = f"{amount(count, 'filter')} of {read}, {with_bias}. How many parameters?"
    else:
        filters = amount(output[2], "filter")
        text = f"At each of {amount(places, 'place')} {filters} of {read} of their own, {with_bias}. "
        text += "How many parameters?"
    kept = "It is the same filter at all places, so it is counted once."
    alone = "They are not shared: count those of every place."
    deep = f"A filter reaches through the depth: {read} weights, not {rows}×{columns}."
    wrong = [
        (count * (rows * columns + biased), deep),
        (one, f"That is one filter. There are {n(count)}."),
        (places * count * one, kept) if shared else (output[2] * one, alone),
    ]
    if biased:
        wrong[:1] = [
            (count * each, "You left out the bias: one more for every filter."),
            wrong[0],
            (count * rows * columns, f"A filter reaches through the depth ({read}), and it has a bias."),
            (count * each + 1, f"One bias for all? Every filter has its own: {n(count)} of them."),
        ]
    else:
        wrong.append((count * (each + 1), "These filters have no biases: only their weights count."))
    why = f"{read} = {amount(each, 'weight')}{' + 1 bias' if biased else ''}, {amount(count, 'time')}: {n(answer)}."
    otherwise = _SUM if biased else _PRODUCT
    return asked("parameters", text, answer, wrong, why, unit="parameters", otherwise=otherwise)


def _of_units(weights: Shape, answer: int, *, biased: bool) -> Drawn:
    units, inputs = weights
    if not biased:
        return asked(
            "parameters",
            f"{amount(units, 'unit')} without biases, each reads {amount(inputs, 'number')}. How many parameters?",
            answer,
            (
                (units * (inputs + 1), "These units have no biases: only their weights count."),
                (inputs, f"That is one unit. There are {units}."),
                (units + inputs, "Every unit has a weight for every number it reads: multiply."),
            ),
            f"{units} × {n(inputs)} = {n(answer)}.",
            unit="parameters",
            otherwise=_PRODUCT,
        )
    return asked(
        "parameters",
        f"{amount(units, 'unit')}, each reads {amount(inputs, 'number')}. How many parameters?",
        answer,
        (
            (units * inputs, f"You left out the bias: one more for each of the {amount(units, 'unit')}."),
            (units * inputs + 1, f"One bias for all? Every unit has its own: {units} of them."),
            (inputs + 1, f"That is one unit. There are {units}."),
            (units + inputs, "Every unit has a weight for every number it reads: multiply."),
        ),
        f"{units} × ({n(inputs)} + 1) = {n(answer)}.",
        unit="parameters",
        otherwise=_SUM,
    )


def _of_scales(layer: Layer, source: Shape, found: dict[str, Shape], answer: int) -> Drawn:
    each = math.prod(next(iter(found.values())))
    names = " and a ".join(found)
    return asked(
        "parameters",
        f"{layer.title} reads {shape_text(source)} and learns a {names} for "
        f"{'every map' if each == source[-1] else 'every number'}. How many parameters?",
        answer,
        (
            (each, f"That is one of the two: there is a {names}."),
            (2 * answer, "Running mean and variance are kept, but not learned: they are no parameters."),
            (2 * math.prod(source), "Not for every number: all of a map shares them."),
        ),
        f"{len(found)} × {n(each)} = {n(answer)}.",
        unit="parameters",
    )
