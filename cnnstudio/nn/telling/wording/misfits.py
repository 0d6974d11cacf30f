"""Why a layer cannot take its input, and why a network gives no answer: code → words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cnnstudio.nn.arrays import Shape, shape_text
from cnnstudio.nn.telling.phrases import Phrase, Phrases, Wording, Words, amount
from cnnstudio.nn.telling.told import Told


def _padded(values: Mapping[str, Any]) -> str:
    padded: Shape = values["padded"]
    with_padding = f" (with padding {shape_text(padded)})" if padded != values["image"] else ""
    return (
        f"{values['layer']} needs an image of at least {shape_text(values['reach'])}, but it gets "
        f"{shape_text(values['image'])}{with_padding}. Use a smaller kernel, more padding, or less pooling and stride "
        "before it."
    )


def _cut_off(values: Mapping[str, Any]) -> str:
    return (
        f"Without padding {shape_text(values['image'])} becomes {shape_text(values['whole'])}; cutting off "
        f"{', '.join(map(str, values['padding']))} (top, bottom, left, right) leaves nothing. Use less padding."
    )


def _beyond_memory(values: Mapping[str, Any]) -> str:
    size = shape_text(values["output"])
    size = size if len(size) <= 60 else f"{size[:59]}…"
    return (
        f"{values['layer']} would make a volume of {size}. All layers together may hold at most "
        f"{values['most'] // 1_000_000} million numbers for one image: use a larger stride, fewer maps or a smaller "
        "image."
    )


def _unequal(values: Mapping[str, Any]) -> str:
    first, other = values["first"], values["other"]
    shapes = f"{shape_text(first)} and {shape_text(other)}"
    return f"{values['layer']} works cell by cell, but its inputs are {shapes}. {_remedy(first, other)}"


def _unjoinable(values: Mapping[str, Any]) -> str:
    first, other = values["first"], values["other"]
    shapes = f"{shape_text(first)} and {shape_text(other)}"
    remedy = _remedy(first, (*other[:-1], first[-1]))
    return f"{values['layer']} lays maps behind each other, but its inputs are {shapes}. {remedy}"


def _remedy(first: Shape, other: Shape) -> str:
    if len(first) != len(other):
        return "Insert a Flatten or global pooling layer behind the volume, or merge before it is flattened."
    if len(first) == 1:
        return f"Give the Dense layers before it the same number of units, for example {first[0]}."
    if first[:2] != other[:2]:
        return "Use the same strides and pooling on both branches, and padding “same”."
    filters = amount(first[2], "filter")
    return f"A Conv 2D layer with a 1×1 kernel and {filters} on the second branch makes its channels equal."


def _number_a_channel(values: Mapping[str, Any]) -> str:
    numbers, channels = amount(values["numbers"], "number"), amount(values["channels"], "channel")
    return f"Its {values['setting']} has {numbers}, one for each channel, but the image has {channels}."


#: ``layer`` is the title of its kind, or where there is a drawing its name
MISFITS: dict[str, Wording] = {
    "number-a-channel": Wording("Another {setting} for each channel", _number_a_channel),
    "needs-volume": Wording(
        "Needs a volume",
        "{layer} works on height × width × channels, but its input is a vector of {input:×# number|# numbers}. Place "
        "it before the Flatten layer.",
        alone=True,
    ),
    "needs-vector": Wording(
        "Needs a vector",
        "{layer} works on a plain list of numbers, but its input is a volume of {input:shape}. Insert a Flatten layer "
        "before it.",
        alone=True,
    ),
    "needs-equal-shapes": Wording("Needs equal shapes", _unequal, alone=True),
    "needs-equal-rows": Wording("Needs equal rows and columns", _unjoinable, alone=True),
    "window-too-large": Wording("A {reach:shape} window does not fit into a {image:shape} image", _padded, alone=True),
    "window-of-padding": Wording(
        "The padding holds a whole window",
        "With padding {padding} a {kernel:shape} window would lie entirely outside the image and see nothing "
        "of it. Use less padding than the window is wide.",
    ),
    "padding-cuts-all": Wording("The padding cuts everything off", _cut_off),
    "cropped-away": Wording(
        "Nothing is left of the image",
        "Of {image:shape} the cropping takes {sides:commas} (top, bottom, left, right), which leaves nothing. Cut off "
        "less.",
    ),
    "too-much-padding": Wording(
        "Too much padding to compute",
        "With its padding {layer} would look at a volume of {padded:shape}, most of it zeros. Use less padding, a "
        "smaller kernel, or cells that lie closer together.",
        alone=True,
    ),
    "unequal-groups": Wording(
        "{groups} groups do not divide {channels} channels and {filters} filters",
        "In {groups} groups each gets an equal part of the channels and of the filters, but there are {channels} "
        "channels and {filters} filters. Choose a number that divides both.",
    ),
    "unequal-norm-groups": Wording(
        "{groups} groups do not divide {channels} channels",
        "In {groups} groups each gets an equal part of the channels, but there {channels:is 1|are #}. Choose a number "
        "that divides them.",
    ),
    "too-large": Wording("Too large to compute", _beyond_memory, alone=True),
}


def _endless(values: Mapping[str, Any]) -> str:
    last, shape = values["last"], values["output"]
    what = f"ends in {last}" if last else "is empty"
    where = f" with {shape_text(shape)}" if shape else ""
    dense = "Flatten, Dense and Softmax layers" if len(shape) == 3 else "Dense and Softmax layers"
    missing = "one behind that" if values["scored"] else dense
    return f"The network {what}{where}. To learn classes it must end in a Softmax layer: add {missing}."


def _several(values: Mapping[str, Any]) -> str:
    count = "two" if values["count"] == 2 else values["count"]
    return f"The network ends in {count} Softmax layers; only one can be trained."


#: why a network is no classifier
NO_ANSWER: dict[str, Phrase] = {
    "no-softmax": _endless,
    "softmax-within": "The network ends in {last}. To learn classes it must end in a Softmax layer, and nothing may "
    "stand behind that.",
    "several-softmaxes": _several,
    "softmax-waits": "The Softmax layer at the end has no input it can use yet.",
    "wrong-inputs": "The network needs one Input layer, but its answer depends on {count}.",
}

_PHRASES = Phrases()


@dataclass(frozen=True)
class Misfit:
    """Why a layer cannot take its input, among the values of a sentence."""

    told: Told

    def __str__(self) -> str:
        return misfit_words(self.told).sentence


@dataclass(frozen=True)
class NoAnswer:
    """Why a network gives no answer, among the values of a sentence."""

    told: Told

    def __str__(self) -> str:
        return no_answer_sentence(self.told)


def misfit_words(what: Told) -> Words:
    """Why a layer cannot take its input."""
    wording, values = MISFITS[what.code], dict(what.values)
    return Words(_PHRASES.said(wording.title, values), _PHRASES.said(wording.sentence, values))


def no_answer_sentence(what: Told) -> str:
    """Why a network gives no answer that training could compare with the right one."""
    return _PHRASES.said(NO_ANSWER[what.code], dict(what.values))
