"""Repairs in words: what is done, and what that means (see ``cnnstudio.design.problems``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cnnstudio.design.analysis.repairs import Repair
from cnnstudio.design.value.design import Design
from cnnstudio.design.wording.drawing import PHRASES, values_shown
from cnnstudio.design.wording.windows import changed_words
from cnnstudio.nn.arrays import shape_text
from cnnstudio.nn.graph.layer import Layer
from cnnstudio.nn.telling.phrases import Phrase, Words, amount, listed
from cnnstudio.nn.telling.told import Told, worded


def _change(values: Mapping[str, Any]) -> str:
    return f"{values['node'].name}: {changed_words(values['layer'], dict(values['changes']))}"


def _one_layer(values: Mapping[str, Any]) -> str:
    return f"Remove {values['gone'].name}, {_change(values)}"


def _insert(values: Mapping[str, Any]) -> str:
    layers: tuple[Layer, ...] = values["layers"]
    names = [f"{layer.title} ({worded(layer.summary())})" for layer in layers]
    if len(layers) == 1 and not layers[0].settings():
        names = [layers[0].title]
    return f"Insert {' and '.join(names)} before {values['target'].name}"


def _add_at_end(values: Mapping[str, Any]) -> str:
    layers: tuple[Layer, ...] = values["layers"]
    names = [f"{layer.title} ({worded(layer.summary())})" if layer.kind == "dense" else layer.title for layer in layers]
    return f"Add {listed(names)} at the end"


def _let_read(values: Mapping[str, Any]) -> str:
    names = " and ".join(reader.name for reader in values["readers"])
    return f"Let {names} read {values['first'].name}"


def _wires_from(values: Mapping[str, Any]) -> str:
    return f"Draw wires from {' and '.join(source.name for source in values['sources'])}"


def _make_pictures(values: Mapping[str, Any]) -> str:
    (*size, channels), before = values["images"], values["before"]
    colour = {3: ", in colour", 1: ", grey"}[channels] if channels != before[2] else ""
    return f"Make every picture {shape_text(size)}{colour}"


#: repairs whose words begin with the name of a layer, which stays as it is within a sentence
_NAME_FIRST = (
    "change",
    "enlarge-images",
    "change-and-pad",
    "concatenate-instead",
    "average-instead",
    "read",
    "read-instead",
)

REPAIRS: dict[str, Phrase] = {
    "change": _change,
    "insert": _insert,
    "one-layer": _one_layer,
    "remove": "Remove {node.name}",
    "remove-branch": "Remove the branch of {count} layers",
    "remove-layers": "Remove the {count} layers",
    "remove-with-readers": "Remove {node.name} and the {count:layer that reads|# layers that read} only it",
    "move-to-end": "Move {node.name} to the end",
    "move-before": "Move {node.name} before {target.name}",
    "add-input": "Add an Input layer",
    "add-wired-input": "Add an Input layer, wired to {target.name}",
    "add-at-end": _add_at_end,
    "wire-from": "Draw a wire from {source.name}",
    "wire-to": "Draw a wire to {target.name}",
    "wires-from": _wires_from,
    "cut": "Cut the wire from {source.name} to {target.name}",
    "cut-from": "Cut the wire from {source.name}",
    "cut-second": "Cut the second wire from {source.name}",
    "read": "{target.name} reads {end.name}",
    "read-instead": "{target.name} reads {end.name} instead of {source.name}",
    "read-through-second": "Read {source.name} through the second wire",
    "let-read": _let_read,
    "concatenate-instead": "{node.name}: Concatenate instead of {node.title}",
    "average-instead": "{node.name}: Global average pooling instead",
    "same-padding": "Padding “same” in the {count} layers of the branches",
    "batch-size": "Batch size {old} → {new}",
    "class-weights-balanced": "Balanced class weights",
    "class-weights-equal": "Equal class weights",
    "other-data": "Learn from {title}",
    "make-pictures": _make_pictures,
    "enlarge-images": "{node.name}: {size:shape}, and Upsample ({times:shape}) behind it",
    "unlock": "Unlock {node.name}",
    "unlock-all": "Unlock all",
}

MEANINGS: dict[str, Phrase] = {
    "does-without": "The network does without it.",
    "circle-opened": "The circle is opened there.",
    "circle-opened-to-image": "The circle is opened, and an image comes in.",
    "branch-into-wire": "The branch is put into the wire from {root.name}.",
    "branch-joins": "The branch joins the others there.",
    "answers-stay": "Every answer stays the same.",
    "images-as-large": "Images come in there, as large as the images of the data.",
    "images-grey": "Images come in there, 28×28 grey.",
    "unread-first": "The layers that nobody reads yet come first.",
    "nothing-to-merge": "With one branch there is nothing to bring together.",
    "gives": "It gives {shape:shape}.",
    "no-shape-yet": "It has no shape of its own yet.",
    "others-stay": "The other wires stay as they are.",
    "shape-fits": "Its shape fits.",
    "read-directly": "{twice.name} is read directly.",
    "one-image": "One image for both branches.",
    "other-input": "The images come in through {first.name}.",
    "first-network-stays": "The first input's network stays as it is.",
    "rest-stays": "The rest of the network stays as it is.",
    "reads-all-by-stride": "The window moves in other steps and reads every cell.",
    "reads-all-by-kernel": "A window of this size reads every cell.",
    "reads-all-by-round_up": "A last window that lies on the image in part reads what was left over.",
    "reads-all-by-dilation": "The cells under the window lie side by side, and no gaps are left.",
    "reads-all-by-padding": "With padding around the image, the window reads to the edge.",
    "every-position": "Every position is taken; nothing is skipped.",
    "list-already": "The numbers are a list already.",
    "volume-there": "There the volume still has its height and width.",
    "stays-volume": "The volume stays a volume.",
    "divides-both": "The nearest number that divides both.",
    "divides-channels": "The nearest number that divides the channels.",
    "all-channels-together": "All channels are normalised together.",
    "groups-divide": "The next number of filters that the groups divide.",
    "sees-all-channels": "Every filter sees all channels.",
    "one-for-all-channels": "One number for all channels: the average of those given.",
    "channel-for-each": "As many channels as there are numbers, and as the images have.",
    "most-padding": "The most padding that leaves something to see.",
    "most-cropping": "The most that can be cut off so that something is left.",
    "cropped-to": "The edge of the larger branch is cut off: {both:shape} on both.",
    "nothing-added": "Nothing is added around the image or cut off it.",
    "keeps-size": "As much padding as keeps the size at stride 1.",
    "shrunk-first": "{given:shape} becomes {left:shape} first.",
    "fewer-numbers": "Fewer numbers come out.",
    "grows-less": "The image grows less.",
    "all-kept": "{count:The number is kept|All # numbers are kept, one after the other}.",
    "maps-to-means": "{count:The map|Each of the # maps} becomes its mean: far fewer parameters, and no matter where a "
    "pattern lies.",
    "maps-to-largest": "{count:The map|Each of the # maps} becomes its largest value: whether a pattern is there at "
    "all.",
    "zeros-make-room": "Padding around the image makes room for the window; edge effects grow.",
    "side-by-side": "The cells under the window lie side by side again.",
    "stays-large": "The image stays as large as it was before it.",
    "slower": "It moves {stride:pair} px at a time, so that more of the image is left for what follows.",
    "smaller-filters": "The window becomes smaller and sees less of the image at once.",
    "maps-behind-each-other": "The maps are laid behind each other; their number need not be the same.",
    "others-fit": "The other inputs fit together.",
    "first-branch-goes-on": "Only the first branch goes on.",
    "branches-keep-size": "The branches lose nothing at the edges, so that they meet with equal rows and columns.",
    "branches-end-alike": "The branches lose nothing at the edges and end in as many maps.",
    "maps-mixed": "1×1 filters mix {maps:# map|# maps} into {wanted} without looking at neighbours.",
    "volume-as-list": "All numbers of the volume as one list.",
    "map-to-mean": "Each map becomes its mean.",
    "volume-to-numbers": "The {volume:shape} volume becomes {wanted:# number|# numbers}.",
    "as-many-maps": "The branch then has {wanted:# map|# maps} as well.",
    "as-many-numbers": "The branch then gives {wanted:# number|# numbers} as well.",
    "say-in-new-ones": "Every number of the branch has a say in {wanted:# new one|# new ones}.",
    "largest-of-window": "Keeps the largest value of each window, so that rows and columns are equal.",
    "residual-shortcut": "1×1 filters that move {stride:pair} px at a time make {maps:# map|# maps}: the shortcut of a "
    "residual network.",
    "window-leaves": "Without padding a {kernel:shape} window leaves {left:shape}.",
    "zeros-around": "Zeros around the smaller branch: {both:shape} on both.",
    "zeros-and-window": "Zeros on one side, a window without padding on the other: {both:shape} on both.",
    "number-a-class": "One number for each class.",
    "computed-from-those": "{wanted} numbers are computed from those there are.",
    "drawn-here": "The program draws them itself: {images:shape}, {classes:# class|# classes}.",
    "images-as-they-are": "The network takes the images as they are.",
    "images-as-they-are-anew": "The network takes the images as they are; "
    "{layers:# layer loses|# layers lose} what was learned.",
    "pictures-enlarged": "They are imported again, {each:bytes} each instead of {before:bytes}, larger but not "
    "sharper; no layer changes.",
    "pictures-made-so": "They are imported again, {each:bytes} each instead of {before:bytes}; no layer changes.",
    "pixels-repeated": "Every pixel stands for {times:shape}. The layers behind read as much as before, at the same "
    "cost, and keep what was learned.",
    "fewer-at-once": "Fewer images are held at once; the weights move more often.",
    "last-learns": "The last layer learns, on what the others have learned before.",
    "all-learn": "Every layer and every filter learns.",
    "mean-before-dense": "Each map becomes one number, its mean, before the dense layer reads it.",
    "balanced-classes": "A class with few images counts as much as one with many.",
    "equal-classes": "Every image counts the same.",
    "fewer-parameters-here": "Fewer parameters here.",
    "fewer-units": "Fewer units, and so fewer parameters.",
    "below-zero-is-zero": "What is below zero becomes zero; so the two layers can do more than one.",
    "a-little-gets-through": "As ReLU, but a little of what is below zero gets through.",
    "other-alone": "{other.name} alone can learn the same.",
    "below-zero-speaks-against": "What is below zero reaches Softmax too and speaks against a class.",
    "several-at-once": "Every batch then has several images, and their mean and variance say something.",
    "one-answer-left": "The network is left with one answer.",
    "probability-a-class": "One probability for each of the {classes} classes.",
    "probabilities": "One probability for each class.",
    "reaches-reader": "The numbers reach {reader.name} as they are.",
    "softmax-answers": "The probabilities of {softmax.name} are the answer.",
    "answer-before-it": "The probabilities of the one before it are the answer.",
}


def repair_words(design: Design, repair: Repair) -> Words:
    """What a repair of this design does, and what that means."""
    means = PHRASES.said(MEANINGS[repair.means.code], values_shown(design, repair.means))
    return Words(repair_title(design, repair.what), means)


@dataclass(frozen=True, eq=False)
class RepairTitle:
    """What a repair of a design does, among the values of a sentence."""

    design: Design
    what: Told

    def __str__(self) -> str:
        return repair_title(self.design, self.what)


def repair_title(design: Design, what: Told) -> str:
    """What a repair does: “Max pooling: stride 3 → 2”."""
    values = values_shown(design, what)
    if what.code == "wire-fitted":
        fitting: Told = values["fitting"]
        more = repair_title(design, fitting)
        more = more if fitting.code in _NAME_FIRST else more[:1].lower() + more[1:]
        return f"Draw a wire from {values['source'].name}, {more}"
    if what.code == "change-and-pad":
        where = f" in the {amount(values['count'], 'layer')} of the branches" if values["count"] > 1 else ""
        return f"{repair_title(design, values['change'])}, padding “same”{where}"
    return PHRASES.said(REPAIRS[what.code], values)
