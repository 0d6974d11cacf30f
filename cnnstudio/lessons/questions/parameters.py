"""“How many parameters has this layer?”, with the usual slips: the bias, the depth of the filter, the + 1."""

from __future__ import annotations

import math
from collections.abc import Sequence

from cnnstudio.lessons.questions.asking import asked
from cnnstudio.lessons.questions.question import Drawn
from cnnstudio.nn.arrays import Shape
from cnnstudio.nn.graph.layer import Layer
from cnnstudio.nn.telling.told import Sentence

_PRODUCT = Sentence("Weights of one filter or unit, times how many there are. Try again.")
_SUM = Sentence("Weights of one filter or unit, plus its bias; then times how many there are. Try again.")


def about_the_parameters(layer: Layer, inputs: Sequence[Shape], output: Shape) -> Drawn | None:
    """None for layers that learn nothing, or what nobody has words for."""
    found = {spec.name: spec.shape for spec in layer.parameters(inputs)}
    answer = sum(math.prod(shape) for shape in found.values())
    if not found:
        return None
    weights = found.get("weights")
    if weights is None:
        return _of_scales(layer, inputs[0], found, answer) if found.keys() == {"scale", "shift"} else None
    if len(weights) == 2:
        return _of_units(weights, answer, biased="bias" in found)
    return _of_filters(weights, inputs[0], output, answer, biased="bias" in found)


def _of_filters(weights: Shape, source: Shape, output: Shape, answer: int, *, biased: bool) -> Drawn:
    *several, rows, columns, depth = weights
    each, count, read = rows * columns * depth, math.prod(several), (rows, columns, depth)
    one = each + biased
    shared = len(weights) == 4
    places = output[0] * output[1]
    text = Sentence(
        "{count:# filter|# filters} of {read:shape}, {biases}. How many parameters?"
        if shared
        else "At each of {places:# place|# places} {filters:# filter|# filters} of {read:shape} of their own, "
        "{biases}. How many parameters?",
        count=count,
        places=places,
        filters=output[2],
        read=read,
        biases=Sentence("each with its bias" if biased else "without biases"),
    )
    kept = Sentence("It is the same filter at all places, so it is counted once.")
    alone = Sentence("They are not shared: count those of every place.")
    deep = Sentence(
        "A filter reaches through the depth: {read:shape} weights, not {rows}×{columns}.",
        read=read,
        rows=rows,
        columns=columns,
    )
    wrong = [
        (count * (rows * columns + biased), deep),
        (one, Sentence("That is one filter. There are {count:thousands}.", count=count)),
        (places * count * one, kept) if shared else (output[2] * one, alone),
    ]
    if biased:
        deeper = Sentence("A filter reaches through the depth ({read:shape}), and it has a bias.", read=read)
        own = Sentence("One bias for all? Every filter has its own: {count:thousands} of them.", count=count)
        wrong[:1] = [
            (count * each, Sentence("You left out the bias: one more for every filter.")),
            wrong[0],
            (count * rows * columns, deeper),
            (count * each + 1, own),
        ]
    else:
        wrong.append((count * (each + 1), Sentence("These filters have no biases: only their weights count.")))
    why = Sentence(
        "{read:shape} = {each:# weight|# weights} + 1 bias, {count:# time|# times}: {answer:thousands}."
        if biased
        else "{read:shape} = {each:# weight|# weights}, {count:# time|# times}: {answer:thousands}.",
        read=read,
        each=each,
        count=count,
        answer=answer,
    )
    otherwise = _SUM if biased else _PRODUCT
    return asked("parameters", text, answer, wrong, why, unit=Sentence("parameters"), otherwise=otherwise)


def _of_units(weights: Shape, answer: int, *, biased: bool) -> Drawn:
    units, inputs = weights
    one = Sentence("That is one unit. There are {units}.", units=units)
    multiply = Sentence("Every unit has a weight for every number it reads: multiply.")
    if not biased:
        return asked(
            "parameters",
            Sentence(
                "{units:# unit|# units} without biases, each reads {inputs:# number|# numbers}. How many parameters?",
                units=units,
                inputs=inputs,
            ),
            answer,
            (
                (units * (inputs + 1), Sentence("These units have no biases: only their weights count.")),
                (inputs, one),
                (units + inputs, multiply),
            ),
            Sentence("{units} × {inputs:thousands} = {answer:thousands}.", units=units, inputs=inputs, answer=answer),
            unit=Sentence("parameters"),
            otherwise=_PRODUCT,
        )
    left_out = Sentence("You left out the bias: one more for each of the {units:# unit|# units}.", units=units)
    return asked(
        "parameters",
        Sentence(
            "{units:# unit|# units}, each reads {inputs:# number|# numbers}. How many parameters?",
            units=units,
            inputs=inputs,
        ),
        answer,
        (
            (units * inputs, left_out),
            (units * inputs + 1, Sentence("One bias for all? Every unit has its own: {units} of them.", units=units)),
            (inputs + 1, one),
            (units + inputs, multiply),
        ),
        Sentence("{units} × ({inputs:thousands} + 1) = {answer:thousands}.", units=units, inputs=inputs, answer=answer),
        unit=Sentence("parameters"),
        otherwise=_SUM,
    )


def _of_scales(layer: Layer, source: Shape, found: dict[str, Shape], answer: int) -> Drawn:
    """Of layers that learn a scale and a shift."""
    each = math.prod(next(iter(found.values())))
    return asked(
        "parameters",
        Sentence(
            "{layer} reads {source:shape} and learns a scale and a shift for every map. How many parameters?"
            if each == source[-1]
            else "{layer} reads {source:shape} and learns a scale and a shift for every number. How many parameters?",
            layer=layer.title,
            source=source,
        ),
        answer,
        (
            (each, Sentence("That is one of the two: there is a scale and a shift.")),
            (
                2 * answer,
                Sentence("Running mean and variance are kept, but not learned: they are no parameters."),
            ),
            (2 * math.prod(source), Sentence("Not for every number: all of a map shares them.")),
        ),
        Sentence("{arrays} × {each:thousands} = {answer:thousands}.", arrays=len(found), each=each, answer=answer),
        unit=Sentence("parameters"),
    )
