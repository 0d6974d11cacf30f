"""Accounts that several layer kinds give in the same way."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Protocol

import numpy as np

from cnnstudio.nn.arrays import Shape
from cnnstudio.nn.explaining.dependence import Cell, Dependence, Sources, as_volume, each, everything
from cnnstudio.nn.explaining.dependence import stamps as stamp_relation
from cnnstudio.nn.explaining.dependence import windows as window_relation
from cnnstudio.nn.explaining.parts import (
    Block,
    Column,
    CurvePart,
    Doubles,
    LedgerPart,
    MappingPart,
    Site,
    Step,
    WindowPart,
    exact_sum,
    patch,
)
from cnnstudio.nn.telling.told import Sentence

#: names of steps and columns that are treated apart
BIAS = Sentence("bias")
PROBABILITY = Sentence("probability")
_READ = Sentence("numbers read")


class SlidingWindow(Protocol):
    """What an account needs to know of a window: sizes as (vertical, horizontal), padding top, bottom, left, right."""

    @property
    def kernel(self) -> tuple[int, int]: ...
    @property
    def stride(self) -> tuple[int, int]: ...
    @property
    def padding(self) -> tuple[int, int, int, int]: ...
    @property
    def dilation(self) -> tuple[int, int]: ...
    @property
    def spreads(self) -> bool: ...


def through_window(window: SlidingWindow, inputs: Shape, output: Shape) -> Dependence:
    """A window in every map by itself: rows on rows, columns on columns, each channel on its own."""
    relations = []
    before_after = ((window.padding[0], window.padding[1]), (window.padding[2], window.padding[3]))
    for side in (0, 1):
        kernel, stride, dilation = window.kernel[side], window.stride[side], window.dilation[side]
        before, after = before_after[side]
        if window.spreads:
            relations.append(stamp_relation(inputs[side], output[side], kernel, stride, dilation, before))
        else:
            relations.append(window_relation(inputs[side], output[side], kernel, stride, dilation, before, after))
    return Dependence(relations[0], relations[1], each(inputs[2]))


def whole_map(shape: Shape) -> Dependence:
    """Each unit on all cells of its own map."""
    height, width, channels = as_volume(shape)
    return Dependence(everything(height), everything(width), each(channels))


def weighted_window(
    site: Site,
    sources: Sources,
    learned: int | Cell,
    filter_number: int,
    used: tuple[Any, ...] = (),
    *,
    listed: bool,
    turned: bool = False,
) -> LedgerPart:
    """Numbers under a window times the weights of a filter, (rows, columns, channels) as in ``sources``, and its bias
    if it has one.

    ``learned``: where among the layer's weights and biases the filter has its own; ``used``: which of its rows and
    columns meet the sources, where not all do or in another order; ``turned``: in that order they are turned by 180°.
    ``listed``: windows of this layer have a single place, so the channels are a list and no grids of one number each.
    """
    values, outside = patch(site.inputs[0], sources)
    factors, bias = site.arrays["weights"][learned][used].astype(np.float64), bias_at(site, learned)
    if listed and values.shape[:2] == (1, 1) and len(sources.channels) > 1 and not outside.any():
        return _one_place(values.ravel(), factors.ravel(), bias, sources, filter_number)
    blocks = tuple(
        Block(_channel(channel), values[:, :, i], factors[:, :, i], outside, channel)
        for i, channel in enumerate(map(int, sources.channels))
    )
    total = exact_sum(values * factors)
    caption = Sentence(
        "{seen:product} = {count:# number|# numbers}, each times its weight in filter {filter}, {count:is|are} added "
        "up."
        if bias is None
        else "{seen:product} = {count:# number|# numbers}, each times its weight in filter {filter}, {count:is|are} "
        "added up with the bias.",
        seen=values.shape,
        count=values.size,
        filter=filter_number + 1,
    )
    weights = _weights_of(filter_number)
    if turned and values[:, :, 0].size > 1:
        weights = Sentence("{weights}, turned", weights=weights)
        caption = Sentence(
            "{account} The weights stand turned by 180°, each in the place of the number that laid it here.",
            account=caption,
        )
    return LedgerPart(caption, sum_steps(values.size, total, bias), blocks, _READ, weights)


@lru_cache(maxsize=4096)  # a film asks for those of all channels at every frame
def _channel(number: int) -> Sentence:
    return Sentence("channel {channel}", channel=number + 1)


def bias_at(site: Site, learned: int | Cell) -> float | None:
    """The bias that lies there among those of the layer; None where it has none."""
    biases = site.arrays.get("bias")
    return None if biases is None else float(biases[learned])


def sum_steps(count: int, total: float, bias: float | None) -> tuple[Step, ...]:
    """A sum of products, and a bias if there is one."""
    first = Step("", Sentence("Σ of {count:# product|# products}", count=count), total)
    return (first,) if bias is None else (first, Step("+", BIAS, bias))


def _one_place(
    values: Doubles, factors: Doubles, bias: float | None, sources: Sources, filter_number: int
) -> LedgerPart:
    """A window of one place: what a dense unit does, with the channels of that place for its inputs."""
    caption = Sentence(
        "The {count:# channel|# channels} of one place, each times its weight in filter {filter}, are added up."
        if bias is None
        else "The {count:# channel|# channels} of one place, each times its weight in filter {filter}, are added up "
        "with the bias.",
        count=values.size,
        filter=filter_number + 1,
    )
    block = Block(Sentence("the channels"), values, factors)
    row, column = int(sources.rows[0]), int(sources.columns[0])
    places = tuple((row, column, int(channel)) for channel in sources.channels)
    steps = sum_steps(values.size, block.total, bias)
    return LedgerPart(caption, steps, (block,), _READ, _weights_of(filter_number), places=places)


def _weights_of(filter_number: int) -> Sentence:
    return Sentence("weights of filter {filter}", filter=filter_number + 1)


def mean_of(site: Site, sources: Sources) -> LedgerPart:
    """The mean of the numbers read; padding among them counts as zeros."""
    values, outside = patch(site.inputs[0], sources)
    channel = int(sources.channels[0])
    block = Block(Sentence("map {map}", map=channel + 1), values[:, :, 0], None, outside, channel)
    steps = (
        Step("", Sentence("Σ of {count:# number|# numbers}", count=values.size), block.total),
        Step("÷", Sentence("how many"), float(values.size)),
    )
    caption = Sentence(
        "The {count:# number|# numbers} of map {map} {count:is|are} added up and divided by {count:thousands}.",
        count=values.size,
        map=channel + 1,
    )
    return LedgerPart(caption, steps, (block,), Sentence("{count:number|numbers} read", count=values.size))


def largest_of(site: Site, sources: Sources) -> WindowPart:
    """The largest of the numbers read; of equal ones the first, row by row. Padding never wins."""
    values, outside = patch(site.inputs[0], sources)
    channel = int(sources.channels[0])
    shown = np.where(outside, np.nan, values[:, :, 0])
    ranked = np.where(outside, -np.inf, values[:, :, 0])
    row, column = (int(i) for i in np.unravel_index(int(ranked.argmax()), ranked.shape))
    place = (int(sources.rows[row]), int(sources.columns[column]), channel)
    caption = Sentence(
        "Of {count:# number|# numbers} the largest is kept: it comes from {place:place}.",
        count=int((~outside).sum()),
        place=place,
    )
    return WindowPart(caption, shown, sources.rows, sources.columns, channel, (row, column))


def on_curve(
    site: Site,
    cell: Cell,
    function: Callable[[Doubles], Doubles],
    slope: Callable[[Doubles], Doubles],
    formula: Sentence,
) -> CurvePart:
    """A function of one number and its slope, drawn around this cell's."""
    x = float(site.inputs[0][cell])
    wide = max(4.0, 1.25 * abs(x)) if math.isfinite(x) else 4.0
    xs = np.linspace(-wide, wide, 257)
    at = np.array([x])
    caption = Sentence("The number at {cell:place} is bent by itself: {formula}.", cell=cell, formula=formula)
    return CurvePart(caption, formula, xs, function(xs), x, float(function(at)[0]), float(slope(at)[0]))


def carried(
    site: Site, target: Cell, sources: Sequence[Sources], rule: Sentence, caption: Sentence | None = None
) -> MappingPart:
    """A number that is only carried: from the first input in which it has a source, or 0 from padding."""
    for port, found in enumerate(sources):
        if found.count:
            source = (int(found.rows[0]), int(found.columns[0]), int(found.channels[0]))
            inside = 0 <= source[0] < found.shape[0] and 0 <= source[1] < found.shape[1]
            if not inside:
                break
            cell = source if site.inputs[port].ndim == 3 else (source[2],)
            value = float(site.inputs[port][cell])
            unchanged = "The number at {source:place} is carried to {target:place}, unchanged."
            said = caption or Sentence(unchanged, source=cell, target=target)
            return MappingPart(said, rule, target, cell, value, port)
    return MappingPart(Sentence("{target:Place} is padding: 0.", target=target), rule, target, None, 0.0)


def input_name(port: int) -> Sentence:
    """What a step calls the number that comes from an input, from 0."""
    return Sentence("input {port}", port=port + 1)


def normalised(x: float, mean: float, variance: float, epsilon: float, scale: float, shift: float) -> LedgerPart:
    """Mean taken away, divided by the deviation, scaled and shifted."""
    deviation = math.sqrt(variance + epsilon)
    caption = Sentence(
        "The mean is taken away, what is left is divided by the deviation √(variance + ε), then scaled and shifted by "
        "two numbers the layer has learned."
    )
    steps = (
        Step("", Sentence("x"), x),
        Step("−", Sentence("mean"), mean),
        Step("÷", Sentence("deviation"), deviation),
        Step("×", Sentence("scale"), scale),
        Step("+", Sentence("shift"), shift),
    )
    return LedgerPart(caption, steps)


def column(name: Sentence, values: Doubles, *, total: bool = False) -> Column:
    """A column of bars, with its sum if wanted."""
    return Column(name, values, exact_sum(values) if total else None)
