"""“How large is what comes out?”, for layers of every kind that change the size, with the usual slips."""

from __future__ import annotations

import math
from collections.abc import Sequence

from cnnstudio.lessons.questions.asking import asked
from cnnstudio.lessons.questions.question import Drawn
from cnnstudio.nn.arrays import Shape
from cnnstudio.nn.graph.layer import Layer
from cnnstudio.nn.sliding_window import Window
from cnnstudio.nn.telling.told import Sentence

_STEPS = Sentence("Write down (size + padding − window) / stride, round down, add 1. Then try again.")


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
    deep = "Every pixel has {channels:# number|# numbers}, one for each channel: the depth counts too."
    return asked(
        "image",
        Sentence(
            "An image has {height:# row|# rows}, {width:# column|# columns} and {channels:# channel|# channels}. How "
            "many numbers is it made of?",
            height=height,
            width=width,
            channels=channels,
        ),
        math.prod(output),
        (
            (height * width, Sentence(deep, channels=channels)),
            (height + width + channels, Sentence("Rows, columns and channels are multiplied, not added.")),
        ),
        _product(output),
        unit=Sentence("numbers"),
    )


def _product(sides: Shape) -> Sentence:
    height, width, depth = sides
    equation = "{height} × {width} × {depth} = {product:thousands}."
    return Sentence(equation, height=height, width=width, depth=depth, product=math.prod(sides))


def _slid(window: Window, source: Shape, output: Shape) -> Drawn:
    size, kernel, stride, dilation = source[1], window.kernel[1], window.stride[1], window.dilation[1]
    padding, reach = sum(window.padding[2:]), window.dilation[1] * (window.kernel[1] - 1) + 1
    free, answer = size + padding - reach, output[1]
    up = window.overhang[1] > 0
    steps = -(-free // stride) if up else free // stride
    left, right = window.padding[2:]
    laid = Sentence(
        ", with padding of {left} on the left and {right} on the right" if padding else "", left=left, right=right
    )
    apart = Sentence(", its cells {dilation} apart," if dilation > 1 else "", dilation=dilation)
    text = Sentence(
        "The volume is {size} wide{laid}. A window {kernel} wide{apart} moves in steps of {stride}. A last one that "
        "lies on the volume in part counts too. How wide is a map that comes out?"
        if up
        else "The volume is {size} wide{laid}. A window {kernel} wide{apart} moves in steps of {stride}. How wide is a "
        "map that comes out?",
        size=size,
        laid=laid,
        kernel=kernel,
        apart=apart,
        stride=stride,
    )
    begin = "{steps:thousands} is the number of *steps*. The place where it begins counts too: + 1."
    missing = "The padding is missing: with it {columns:# column lies|# columns lie} side by side."
    every = "That would be stride 1. Here only every {place} place is used: divide by {stride}."
    reaching = "With dilation {dilation} the window reaches over {columns:# column|# columns}."
    wrong = [
        (
            free // stride + 1,
            Sentence("This layer takes a last step although it leaves the volume: round up."),
        ),
        (steps, Sentence(begin, steps=steps)),
        ((size - reach) // stride + 1, Sentence(missing, columns=size + padding)),
        (free + 1, Sentence(every, place=_th(stride), stride=stride)),
        (-(-free // stride) + 1, Sentence("The last step would leave the volume, so it is not taken: round down.")),
        ((size + padding - kernel) // stride + 1, Sentence(reaching, dilation=dilation, columns=reach)),
        (
            size,
            Sentence("Only with enough padding does it stay as wide: the window cannot begin in the last columns."),
        ),
        (
            output[2],
            Sentence("That is how many maps there are, the depth of what comes out. How *wide* is each?"),
        ),
    ]
    rounded = Sentence(
        (", rounded up {steps}" if up else ", rounded down {steps}") if free % stride else "", steps=steps
    )
    why = Sentence(
        "{total} = {free:# column|# columns} to go.{divided} And the first place: {steps} + 1 = {answer:thousands}.",
        total=Sentence(
            "{size} + {padding} − {reach}" if padding else "{size} − {reach}", size=size, padding=padding, reach=reach
        ),
        free=free,
        divided=Sentence(
            " Divided by the stride {stride}: {quotient:number}{rounded}." if stride > 1 else "",
            stride=stride,
            quotient=free / stride,
            rounded=rounded,
        ),
        steps=steps,
        answer=answer,
    )
    return asked("size", text, answer, wrong, why, unit=Sentence("columns"), otherwise=_STEPS)


def _spread(layer: Layer, window: Window, source: Shape, output: Shape) -> Drawn:
    size, stride, answer = source[1], window.stride[1], output[1]
    reach, padding = window.dilation[1] * (window.kernel[1] - 1) + 1, sum(window.padding[2:])
    less = Sentence(", {padding:# column is|# columns are} cut off at the edges" if padding else "", padding=padding)
    between = "Between {windows:# window|# windows} lie {steps:# step|# steps}, not {windows}."
    cut = "What is cut off, {padding:# column|# columns}, is still in it."
    return asked(
        "spread",
        Sentence(
            "Each of {size:# column|# columns} is spread over a window {reach} wide, the windows lie {stride} "
            "apart{less}. How wide is a map that comes out?",
            size=size,
            reach=reach,
            stride=stride,
            less=less,
        ),
        answer,
        (
            (size * stride + reach - padding, Sentence(between, windows=size, steps=size - 1)),
            ((size - 1) * stride + reach, Sentence(cut, padding=padding)),
            (
                (size - reach) // stride + 1,
                Sentence("That is a convolution, which makes smaller. This layer makes larger."),
            ),
            (size, Sentence("It would stay as wide with stride 1 and enough cut off.")),
        ),
        Sentence(
            "({size} − 1) · {stride} + {reach} − {padding} = {answer:thousands}."
            if answer == (size - 1) * stride + reach - padding
            else "{layer} makes {answer:# column|# columns} of {size}.",
            size=size,
            stride=stride,
            reach=reach,
            padding=padding,
            answer=answer,
            layer=layer.title,
        ),
        unit=Sentence("columns"),
    )


def _merged(layer: Layer, inputs: Sequence[Shape], output: Shape) -> Drawn | None:
    depths = [shape[2] for shape in inputs if len(shape) == 3]
    if len(depths) != len(inputs):
        return None
    total = sum(depths)
    joined = output[2] == total
    shapes = tuple(Sentence("{shape:shape}", shape=shape) for shape in inputs)
    return asked(
        "depth",
        Sentence("{layer} makes one volume of {shapes:and}. How many maps has it?", layer=layer.title, shapes=shapes),
        output[2],
        (
            (total, Sentence("Cell by cell two numbers become one, so the maps do not become more.")),
            (
                depths[0],
                Sentence("Nothing is added up here: the maps are laid behind each other, so all are still there."),
            ),
            (
                math.prod(depths),
                Sentence("The maps lie behind each other: their numbers are added, not multiplied."),
            ),
        ),
        Sentence(
            "{depths:sum} = {total}." if joined else "It stays at {maps:# map|# maps}.",
            depths=tuple(depths),
            total=total,
            maps=output[2],
        ),
        unit=Sentence("maps"),
    )


def _flat(layer: Layer, source: Shape, output: Shape) -> Drawn | None:
    height, width, channels = source
    if output[0] == channels and channels != math.prod(source):
        return asked(
            "global",
            Sentence(
                "{layer} makes one number of each whole map of {source:shape}. How many numbers come out?",
                layer=layer.title,
                source=source,
            ),
            channels,
            (
                (
                    math.prod(source),
                    Sentence("All of a map becomes one number; only the maps are counted."),
                ),
                (
                    height * width,
                    Sentence("That is how many places a map has. Each map becomes *one* number."),
                ),
            ),
            Sentence("One for each of the {maps:# map|# maps}.", maps=channels),
            unit=Sentence("numbers"),
        )
    if output[0] != math.prod(source):
        return None
    deep = "That is one map. There are {maps} of them behind each other: the depth counts too."
    return asked(
        "list",
        Sentence("A volume of {source:shape} becomes one list. How many numbers are in it?", source=source),
        math.prod(source),
        (
            (height * width, Sentence(deep, maps=channels)),
            (height + width + channels, Sentence("Rows, columns and maps are multiplied, not added.")),
            (channels, Sentence("Every cell of every map goes into the list, not one for each map.")),
        ),
        _product(source),
        unit=Sentence("numbers"),
    )


def _resized(layer: Layer, source: Shape, output: Shape) -> Drawn | None:
    if output[1] == source[1]:
        return None
    return asked(
        "resized",
        Sentence(
            "{layer} ({summary}) reads a volume {size} wide. How wide is what comes out?",
            layer=layer.title,
            summary=layer.summary(),
            size=source[1],
        ),
        output[1],
        ((source[1], Sentence("It would be the same if the layer did nothing.")),),
        Sentence(
            "{summary}: {size} becomes {answer:thousands}.", summary=layer.summary(), size=source[1], answer=output[1]
        ),
        unit=Sentence("columns"),
    )


def _th(number: int) -> Sentence:
    known = {2: Sentence("2nd"), 3: Sentence("3rd")}
    return known.get(number, Sentence("{number}th", number=number))
