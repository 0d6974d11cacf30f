"""“How large is what comes out?”, for layers of every kind that change the size, with the usual slips."""

from __future__ import annotations

import math
from collections.abc import Sequence

from cnnstudio.lessons.questions.asking import asked, n
from cnnstudio.lessons.questions.question import Drawn
from cnnstudio.nn.arrays import Shape, shape_text
from cnnstudio.nn.layer import Layer
from cnnstudio.nn.phrases import amount
from cnnstudio.nn.sliding_window import Window
from cnnstudio.nn.told import worded

_STEPS = "Write down (size + padding − window) / stride, round down, add 1. Then try again."


def about_the_size(layer: Layer, inputs: Sequence[Shape], output: Shape) -> Drawn | None:
    """A question whose answer is part of the output's shape; None where the shape is plain to see."""
    if not inputs:
        return _of_an_image(output)
    window = layer.window(inputs)
    if window is not None and len(output) == 3:
        return _spread(layer, window, inputs[0], output) if window.spreads else _slid(window, inputs[0], output)
    if len(inputs) > 1 and len(output) == 3:
        return _merged(layer, inputs, output)
    if len(output) == 1 and len(inputs[0]) == 3:
        return _flat(layer, inputs[0], output)
    if output != inputs[0] and len(output) == 3:
        return _resized(layer, inputs[0], output)
    return None


def _of_an_image(output: Shape) -> Drawn:
    height, width, channels = output
    return asked(
        "image",
        f"An image has {amount(height, 'row')}, {amount(width, 'column')} and {amount(channels, 'channel')}. How many "
        "numbers is it made of?",
        math.prod(output),
        (
            (
                height * width,
                f"Every pixel has {amount(channels, 'number')}, one for each channel: the depth counts too.",
            ),
            (height + width + channels, "Rows, columns and channels are multiplied, not added."),
        ),
        f"{height} × {width} × {channels} = {n(math.prod(output))}.",
        unit="numbers",
    )


def _slid(window: Window, source: Shape, output: Shape) -> Drawn:
    size, kernel, stride, dilation = source[1], window.kernel[1], window.stride[1], window.dilation[1]
    padding, reach = sum(window.padding[2:]), window.dilation[1] * (window.kernel[1] - 1) + 1
    free, answer = size + padding - reach, output[1]
    up = window.overhang[1] > 0
    steps = -(-free // stride) if up else free // stride
    laid = f", with padding of {window.padding[2]} on the left and {window.padding[3]} on the right" if padding else ""
    apart = f", its cells {dilation} apart," if dilation > 1 else ""
    text = f"The volume is {size} wide{laid}. A window {kernel} wide{apart} moves in steps of {stride}. "
    text += "A last one that lies on the volume in part counts too. " if up else ""
    text += "How wide is a map that comes out?"
    wrong = [
        (free // stride + 1, "This layer takes a last step although it leaves the volume: round up."),
        (steps, f"{n(steps)} is the number of *steps*. The place where it begins counts too: + 1."),
        (
            (size - reach) // stride + 1,
            f"The padding is missing: with it {amount(size + padding, 'column')} lie side by side.",
        ),
        (free + 1, f"That would be stride 1. Here only every {_th(stride)} place is used: divide by {stride}."),
        (-(-free // stride) + 1, "The last step would leave the volume, so it is not taken: round down."),
        (
            (size + padding - kernel) // stride + 1,
            f"With dilation {dilation} the window reaches over {amount(reach, 'column')}.",
        ),
        (size, "Only with enough padding does it stay as wide: the window cannot begin in the last columns."),
        (output[2], "That is how many maps there are, the depth of what comes out. How *wide* is each?"),
    ]
    total = f"{size} + {padding} − {reach}" if padding else f"{size} − {reach}"
    rest = f", rounded {'up' if up else 'down'} {steps}" if free % stride else ""
    divided = f" Divided by the stride {stride}: {n(free / stride)}{rest}." if stride > 1 else ""
    why = f"{total} = {amount(free, 'column')} to go.{divided} And the first place: {steps} + 1 = {n(answer)}."
    return asked("size", text, answer, wrong, why, unit="columns", otherwise=_STEPS)


def _spread(layer: Layer, window: Window, source: Shape, output: Shape) -> Drawn:
    size, stride, answer = source[1], window.stride[1], output[1]
    reach, padding = window.dilation[1] * (window.kernel[1] - 1) + 1, sum(window.padding[2:])
    less = f", {amount(padding, 'column is', 'columns are')} cut off at the edges" if padding else ""
    return asked(
        "spread",
        f"Each of {amount(size, 'column')} is spread over a window {reach} wide, the windows lie {stride} apart{less}. "
        "How wide is a map that comes out?",
        answer,
        (
            (
                size * stride + reach - padding,
                f"Between {amount(size, 'window')} lie {amount(size - 1, 'step')}, not {size}.",
            ),
            ((size - 1) * stride + reach, f"What is cut off, {amount(padding, 'column')}, is still in it."),
            ((size - reach) // stride + 1, "That is a convolution, which makes smaller. This layer makes larger."),
            (size, "It would stay as wide with stride 1 and enough cut off."),
        ),
        f"({size} − 1) · {stride} + {reach} − {padding} = {n(answer)}."
        if answer == (size - 1) * stride + reach - padding
        else f"{layer.title} makes {amount(answer, 'column')} of {size}.",
        unit="columns",
    )


def _merged(layer: Layer, inputs: Sequence[Shape], output: Shape) -> Drawn | None:
    depths = [shape[2] for shape in inputs if len(shape) == 3]
    if len(depths) != len(inputs):
        return None
    total, listed = sum(depths), " and ".join(shape_text(shape) for shape in inputs)
    joined = output[2] == total
    return asked(
        "depth",
        f"{layer.title} makes one volume of {listed}. How many maps has it?",
        output[2],
        (
            (total, "Cell by cell two numbers become one, so the maps do not become more."),
            (depths[0], "Nothing is added up here: the maps are laid behind each other, so all are still there."),
            (math.prod(depths), "The maps lie behind each other: their numbers are added, not multiplied."),
        ),
        f"{' + '.join(map(str, depths))} = {total}." if joined else f"It stays at {amount(output[2], 'map')}.",
        unit="maps",
    )


def _flat(layer: Layer, source: Shape, output: Shape) -> Drawn | None:
    height, width, channels = source
    if output[0] == channels and channels != math.prod(source):
        return asked(
            "global",
            f"{layer.title} makes one number of each whole map of {shape_text(source)}. How many numbers come out?",
            channels,
            (
                (math.prod(source), "All of a map becomes one number; only the maps are counted."),
                (height * width, "That is how many places a map has. Each map becomes *one* number."),
            ),
            f"One for each of the {amount(channels, 'map')}.",
            unit="numbers",
        )
    if output[0] != math.prod(source):
        return None
    return asked(
        "list",
        f"A volume of {shape_text(source)} becomes one list. How many numbers are in it?",
        math.prod(source),
        (
            (height * width, f"That is one map. There are {channels} of them behind each other: the depth counts too."),
            (height + width + channels, "Rows, columns and maps are multiplied, not added."),
            (channels, "Every cell of every map goes into the list, not one for each map."),
        ),
        f"{height} × {width} × {channels} = {n(math.prod(source))}.",
        unit="numbers",
    )


def _resized(layer: Layer, source: Shape, output: Shape) -> Drawn | None:
    if output[1] == source[1]:
        return None
    return asked(
        "resized",
        f"{layer.title} ({worded(layer.summary())}) reads a volume {source[1]} wide. How wide is what comes out?",
        output[1],
        ((source[1], "It would be the same if the layer did nothing."),),
        f"{worded(layer.summary())}: {source[1]} becomes {n(output[1])}.",
        unit="columns",
    )


def _th(number: int) -> str:
    return {2: "2nd", 3: "3rd"}.get(number, f"{number}th")
