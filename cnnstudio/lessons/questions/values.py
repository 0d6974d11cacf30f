"""“Which number comes out here?”, at one cell: short sums that can be done in the head, with rounded numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from cnnstudio.lessons.questions.asking import asked
from cnnstudio.lessons.questions.question import Drawn
from cnnstudio.lessons.questions.subject import LayerSpec, OfValues
from cnnstudio.nn.explaining.accounts import BIAS
from cnnstudio.nn.explaining.dependence import Cell
from cnnstudio.nn.explaining.parts import LedgerPart, Part, WindowPart
from cnnstudio.nn.looking.probed import Probed, explain
from cnnstudio.nn.telling.told import Sentence

#: more numbers than this nobody looks through
_MOST = 16


def about_the_value(probed: Probed, node: str, cell: Cell) -> Drawn | None:
    """A question about the number in one output cell; None where nobody could tell it in the head."""
    layer = probed.graph[node].layer
    site = probed.site(node)
    if layer.kind == "softmax":
        return _of_probabilities(len(site.output))
    if layer.kind == "flatten":
        return _of_a_place(site.inputs[0].shape, cell[0])
    if layer.kind in ("relu", "leaky_relu"):
        return _of_a_gate(layer.kind, getattr(layer, "slope", 0.0), float(site.inputs[0][cell]))
    if layer.kind == "add":
        return _of_a_sum([float(values[cell]) for values in site.inputs])
    parts = explain(probed, node, cell).parts
    return _of_a_part(parts[0]) if parts else None


def _of_a_part(part: Part) -> Drawn | None:
    if isinstance(part, WindowPart):
        return _of_the_largest(part)
    if isinstance(part, LedgerPart) and part.blocks and [step.name for step in part.steps[1:]] == [BIAS]:
        return _of_a_bias(part)
    return None


def _of_a_bias(part: LedgerPart) -> Drawn | None:
    total, bias = part.steps[0].value, part.steps[1].value
    digits = _digits((total, bias))
    total, bias = round(total, digits), round(bias, digits)
    if not bias or not total:
        return None  # an untrained bias is zero: nothing to forget
    count, answer = sum(block.products.size for block in part.blocks), round(total + bias, digits)
    return asked(
        "bias",
        Sentence(
            "The {count:# product|# products} add up to {total:number}. The bias is {bias:number}. Which number comes "
            "out?",
            count=count,
            total=total,
            bias=bias,
        ),
        answer,
        (
            (total, Sentence("You left out the bias: {bias:number} comes on top.", bias=bias)),
            (round(total - bias, digits), Sentence("The bias is added, whatever its sign.")),
            (round(total * bias, digits), Sentence("The bias is added to the sum; it is no weight.")),
        ),
        Sentence(
            "{total:number} + {size:number} = {answer:number}."
            if bias > 0
            else "{total:number} − {size:number} = {answer:number}.",
            total=total,
            size=abs(bias),
            answer=answer,
        ),
        otherwise=Sentence("Add the bias to the sum of the products."),
        slack=0.6 * 10.0**-digits,
    )


def _of_the_largest(part: WindowPart) -> Drawn | None:
    inside = part.values[~np.isnan(part.values)]
    if not 1 < inside.size <= _MOST:
        return None
    digits = _digits(inside.tolist())
    rows = [[round(float(value), digits) for value in row if not math.isnan(value)] for row in part.values]
    seen = [value for row in rows for value in row]
    if len(set(seen)) == 1:
        return None
    grid = tuple((value,) for value in seen)
    engine = OfValues(LayerSpec("max_pool2d", (("kernel", (len(seen), 1)),)), grid, (), (), (0, 0, 0))
    answer = round(float(engine.answer({})), digits)
    lines = tuple(Sentence("{values:commas}", values=_written(row)) for row in rows if row)
    return asked(
        "largest",
        Sentence("Max pooling looks at {rows:dots}. Which number goes on?", rows=lines),
        answer,
        (
            (
                round(sum(seen) / len(seen), digits),
                Sentence("That is their mean: average pooling. Here the largest goes on."),
            ),
            (round(sum(seen), digits), Sentence("Nothing is added up: one of them goes on, the largest.")),
            (min(seen), Sentence("That is the smallest. Numbers below zero are smaller, however large they look.")),
            (max(seen, key=abs), Sentence("Its size is largest, but it lies below zero: the others are larger.")),
        ),
        Sentence("The largest of them is {answer:number}.", answer=answer),
        otherwise=Sentence("One of the numbers goes on as it is: the largest."),
        slack=0.1 * 10.0**-digits,
    )


def _of_a_gate(kind: str, slope: float, value: float) -> Drawn | None:
    digits = _digits((value,))
    value = round(value, digits)
    if not math.isfinite(value) or not value:
        return None
    leaky = kind == "leaky_relu"
    settings = (("slope", slope),) if leaky else ()
    digits += 2 if leaky and value < 0 else 0
    answer = round(float(OfValues(LayerSpec(kind, settings), ((value,),), (), (), (0, 0, 0)).answer({})), digits)
    slack = 0.6 * 10.0**-digits if leaky else 0.0
    if value < 0:
        below = (
            "Below zero it lets only {slope:number} of a number through." if leaky else "Below zero it is closed: 0."
        )
        why = Sentence(below, slope=slope)
    else:
        why = Sentence("Above zero every number passes as it is.")
    return asked(
        "gate",
        Sentence(
            "{value:number} goes into Leaky ReLU with slope {slope:number}. Which number comes out?"
            if leaky
            else "{value:number} goes into ReLU. Which number comes out?",
            value=value,
            slope=slope,
        ),
        answer,
        (
            (value, Sentence("A number below zero does not pass as it is.")),
            (
                0,
                Sentence(
                    "It would be 0 only below zero." if value > 0 else "A leaky ReLU lets a little through below zero."
                ),
            ),
            (-value, Sentence("It does not turn the sign round: that would be the absolute value.")),
            (1, Sentence("It is no switch between 0 and 1: what passes keeps its size.")),
        ),
        why,
        slack=slack,
    )


def _of_a_sum(values: Sequence[float]) -> Drawn | None:
    digits = _digits(values)
    rounded = [round(value, digits) for value in values]
    answer = round(sum(rounded), digits)
    return asked(
        "added",
        Sentence("At this place the volumes hold {values:and}. Which number comes out?", values=_written(rounded)),
        answer,
        (
            (round(answer / len(rounded), digits), Sentence("That is their mean. They are only added.")),
            (round(math.prod(rounded), digits), Sentence("They are added, not multiplied.")),
            (max(rounded), Sentence("Adding keeps both; the largest alone would be max pooling.")),
        ),
        Sentence("{values:sum} = {answer:number}.", values=_written(rounded), answer=answer),
        slack=0.6 * 10.0**-digits,
    )


def _of_a_place(shape: tuple[int, ...], index: int) -> Drawn | None:
    if len(shape) != 3:
        return None
    height, width, channels = shape
    row, column, channel = index // channels // width, index // channels % width, index % channels
    before = "{count:# number comes|# numbers come} *before* it. It is the next one: + 1."
    alone = "That is one map alone. At each place there are {channels:# number|# numbers}."
    return asked(
        "place",
        Sentence(
            "{shape:shape} becomes a list: row by row, in it column by column, at each place all "
            "{channels:# map|# maps}. At which place of the list is {cell:place}?",
            shape=shape,
            channels=channels,
            cell=(row, column, channel),
        ),
        index + 1,
        (
            (index, Sentence(before, count=index)),
            (
                channel * height * width + row * width + column + 1,
                Sentence("That is map after map; here it is place by place."),
            ),
            (row * width + column + 1, Sentence(alone, channels=channels)),
        ),
        Sentence(
            "({row} · {width} + {column}) · {channels} + {channel} come before it, so it is number {number:thousands}.",
            row=row,
            width=width,
            column=column,
            channels=channels,
            channel=channel,
            number=index + 1,
        ),
    )


def _of_probabilities(count: int) -> Drawn:
    return asked(
        "probabilities",
        Sentence("Softmax makes {count:# probability|# probabilities}. What do they add up to?", count=count),
        1,
        (
            (100, Sentence("As percent, yes. As numbers a certainty is 1, not 100.")),
            (count, Sentence("Each is at most 1, and only one of them can be near it.")),
            (0, Sentence("None of them is below zero, so they cannot cancel out.")),
        ),
        Sentence("Each exponential is divided by the sum of all, so together they are 1."),
    )


def _written(values: Sequence[float]) -> tuple[Sentence, ...]:
    return tuple(Sentence("{value:number}", value=value) for value in values)


def _digits(values: Sequence[float]) -> int:
    """So many decimals that the larger ones have two or three digits."""
    largest = max((abs(value) for value in values if math.isfinite(value)), default=1.0) or 1.0
    return int(min(6, max(0, 2 - math.floor(math.log10(largest))))) if largest < 100 else 0
