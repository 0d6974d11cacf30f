"""“Which number comes out here?”, at one cell: short sums that can be done in the head, with rounded numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from cnnstudio.lessons.questions.asking import asked, n
from cnnstudio.lessons.questions.question import Drawn
from cnnstudio.lessons.questions.subject import LayerSpec, OfValues
from cnnstudio.nn.explaining.accounts import BIAS
from cnnstudio.nn.explaining.dependence import Cell
from cnnstudio.nn.explaining.parts import LedgerPart, Part, WindowPart
from cnnstudio.nn.looking.probed import Probed, explain
from cnnstudio.nn.phrases import amount

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
        f"The {amount(count, 'product')} add up to {n(total)}. The bias is {n(bias)}. Which number comes out?",
        answer,
        (
            (total, f"You left out the bias: {n(bias)} comes on top."),
            (round(total - bias, digits), "The bias is added, whatever its sign."),
            (round(total * bias, digits), "The bias is added to the sum; it is no weight."),
        ),
        f"{n(total)} {'+' if bias > 0 else '−'} {n(abs(bias))} = {n(answer)}.",
        otherwise="Add the bias to the sum of the products.",
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
    listed = " · ".join(", ".join(n(value) for value in row) for row in rows if row)
    return asked(
        "largest",
        f"Max pooling looks at {listed}. Which number goes on?",
        answer,
        (
            (round(sum(seen) / len(seen), digits), "That is their mean: average pooling. Here the largest goes on."),
            (round(sum(seen), digits), "Nothing is added up: one of them goes on, the largest."),
            (min(seen), "That is the smallest. Numbers below zero are smaller, however large they look."),
            (max(seen, key=abs), "Its size is largest, but it lies below zero: the others are larger."),
        ),
        f"The largest of them is {n(answer)}.",
        otherwise="One of the numbers goes on as it is: the largest.",
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
    name = f"Leaky ReLU with slope {n(slope)}" if leaky else "ReLU"
    if value < 0:
        why = f"Below zero it lets only {n(slope)} of a number through." if leaky else "Below zero it is closed: 0."
    else:
        why = "Above zero every number passes as it is."
    return asked(
        "gate",
        f"{n(value)} goes into {name}. Which number comes out?",
        answer,
        (
            (value, "A number below zero does not pass as it is."),
            (0, "It would be 0 only below zero." if value > 0 else "A leaky ReLU lets a little through below zero."),
            (-value, "It does not turn the sign round: that would be the absolute value."),
            (1, "It is no switch between 0 and 1: what passes keeps its size."),
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
        f"At this place the volumes hold {' and '.join(n(value) for value in rounded)}. Which number comes out?",
        answer,
        (
            (round(answer / len(rounded), digits), "That is their mean. They are only added."),
            (round(math.prod(rounded), digits), "They are added, not multiplied."),
            (max(rounded), "Adding keeps both; the largest alone would be max pooling."),
        ),
        f"{' + '.join(n(value) for value in rounded)} = {n(answer)}.",
        slack=0.6 * 10.0**-digits,
    )


def _of_a_place(shape: tuple[int, ...], index: int) -> Drawn | None:
    if len(shape) != 3:
        return None
    height, width, channels = shape
    row, column, channel = index // channels // width, index // channels % width, index % channels
    return asked(
        "place",
        f"{height}×{width}×{channels} becomes a list: row by row, in it column by column, at each place all "
        f"{amount(channels, 'map')}. At which place of the list is row {row + 1}, column {column + 1}, map "
        f"{channel + 1}?",
        index + 1,
        (
            (index, f"{amount(index, 'number comes', 'numbers come')} *before* it. It is the next one: + 1."),
            (channel * height * width + row * width + column + 1, "That is map after map; here it is place by place."),
            (
                row * width + column + 1,
                f"That is one map alone. At each place there are {amount(channels, 'number')}.",
            ),
        ),
        f"({row} · {width} + {column}) · {channels} + {channel} come before it, so it is number {n(index + 1)}.",
    )


def _of_probabilities(count: int) -> Drawn:
    return asked(
        "probabilities",
        f"Softmax makes {amount(count, 'probability', 'probabilities')}. What do they add up to?",
        1,
        (
            (100, "As percent, yes. As numbers a certainty is 1, not 100."),
            (count, "Each is at most 1, and only one of them can be near it."),
            (0, "None of them is below zero, so they cannot cancel out."),
        ),
        "Each exponential is divided by the sum of all, so together they are 1.",
    )


def _digits(values: Sequence[float]) -> int:
    """So many decimals that the larger ones have two or three digits."""
    largest = max((abs(value) for value in values if math.isfinite(value)), default=1.0) or 1.0
    return int(min(6, max(0, 2 - math.floor(math.log10(largest))))) if largest < 100 else 0
