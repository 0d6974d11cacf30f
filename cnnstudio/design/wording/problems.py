"""Problems and advice in words: what is told (see ``cnnstudio.design.problems``) → a heading and a sentence.

``node`` is the layer where it shows. Layers go by their names: of their kind there may be several.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cnnstudio.design.analysis.trainable import prevents_training
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.problem import Problem
from cnnstudio.design.wording.drawing import PHRASES, Named, named, values_shown
from cnnstudio.design.wording.windows import unread_cells
from cnnstudio.nn.arrays import shape_text
from cnnstudio.nn.telling.phrases import Wording, Words
from cnnstudio.nn.telling.wording.misfits import MISFITS, NO_ANSWER


def _dropped(values: Mapping[str, Any]) -> str:
    skipped = unread_cells(values["rows"], values["columns"])
    return f"Of {shape_text(values['image'])} the window skips {skipped}: whatever is there, the answer is the same."


def _unwired(values: Mapping[str, Any]) -> str:
    has = "{wired}" if values["wired"] else "none"
    form = f"{{node.name}} needs {{needed:an input|# inputs}} but has {has}. Draw a wire to it from the layer before."
    return PHRASES.said(form, values)


def _unreachable(values: Mapping[str, Any]) -> str:
    lacks = "" if values["wired"] else f" {values['node'].name} needs an input but has none."
    return PHRASES.said("No wire leads from the Input layer to {count:# layer|# layers}.", values) + lacks


def _heavy(values: Mapping[str, Any]) -> str:
    """99.7 and not 100 as long as others hold some; whole numbers below 99."""
    held, total = values["held"], values["total"]
    share = 100 * held / total
    whole = share < 98.5 or held == total
    shown = f"{share:.0f}" if whole else f"{min(share, 99.9):.1f}".removesuffix(".0")
    return f"Holds {shown}\u202f% of all parameters"


def _class_weights(values: Mapping[str, Any]) -> str:
    weights, outputs = values["weights"], values["outputs"]
    if weights == outputs:
        return "All class weights are 0, so no image would count. Give at least one class some weight."
    return PHRASES.said(
        "The loss has {weights:# class weight|# class weights}, but the network ends in {outputs:# number|# numbers}. "
        "Give it {outputs:# class weight|# class weights}, or choose equal or balanced ones.",
        values,
    )


PROBLEMS: dict[str, Wording] = {
    **MISFITS,
    **{code: Wording("Cannot be trained yet", phrase) for code, phrase in NO_ANSWER.items()},
    "empty": Wording("Nothing drawn yet", "Begin with an Input layer: it takes the images in."),
    "no-input": Wording("No input", "The network has no Input layer to take the images in."),
    "second-input": Wording(
        "A second input",
        "The images enter through one Input layer; this one, {shape:shape}, is not used, and what reads it is not "
        "computed.",
    ),
    "no-wire": Wording("Not connected", _unwired, alone=True),
    "unreachable": Wording("No image reaches {count:# layer|# layers}", _unreachable, alone=True),
    "cycle": Wording("Runs in a circle", "This layer feeds itself through the layers behind it."),
    "dead-end": Wording("A dead end", "Nobody reads what this layer makes; it costs time and changes no answer."),
    "same-twice": Wording(
        "The same input twice",
        "{node.name} reads {twice.name} through two wires; the second brings nothing new.",
        alone=True,
    ),
    "unflattened": Wording(
        "Needs a vector",
        "{node.name} reads a plain list of numbers, but a volume of {input:shape} comes in.",
        alone=True,
    ),
    "window": Wording(
        MISFITS["window-too-large"].title,
        "{before.name} before it leaves {given:shape}. {node.name} needs at least {needed:shape}.",
    ),
    "dropped": Wording("Some pixels are never looked at", _dropped),
    "heavy-dense": Wording(
        _heavy,
        "{held:thousands} of {total:thousands} parameters are in this one layer. It learns single images by heart more "
        "easily, and makes files and memory large.",
    ),
    "linear": Wording(
        "No nonlinearity behind {first.name}",
        "{first.name} and {node.name} are weighted sums, and nothing bends what runs between them: together they "
        "are still one weighted sum.",
        alone=True,
    ),
    "softmax-twice": Wording(
        "Softmax twice",
        "A Softmax layer before this one has made probabilities already. Made so a second time they come close to each "
        "other, and the network can hardly learn to be sure.",
    ),
    "relu-before-softmax": Wording(
        "ReLU right before Softmax",
        "It makes zero of whatever speaks against a class, and a class whose number is below zero for every image gets "
        "no gradient and learns nothing more. {softmax.name} needs no nonlinearity before it.",
    ),
    "norm-of-one": Wording(
        "Batch norm over one number",
        "With one image a batch there is one number for each channel here: less its mean it is zero, so the network "
        "learns nothing through this layer. Choose a larger batch size, or remove the layer.",
    ),
    "norm-of-last-one": Wording(
        "Batch norm over one number at last",
        "{images:thousands} images in batches of {batch_size} leave a single one for the last batch of every epoch, "
        "with one number for each channel here: nothing is learned from it through this layer. Choose another batch "
        "size.",
    ),
    "all-locked": Wording(
        "Every layer is locked",
        "Every layer that learns is locked, so training would change nothing. Unlock one of them.",
    ),
    "no-images": Wording(
        "No images to learn from",
        "There are no images: {source} could not be opened. Choose other data.",
    ),
    "image-size": Wording(
        "Another size than the images",
        "The data has images of {images:shape}, the Input layer takes {input:shape}. Change the Input layer's size or "
        "choose other data.",
        alone=True,
    ),
    "classes": Wording(
        "{outputs} numbers for {classes} classes",
        "The data has {classes} classes, but the network ends in {outputs} numbers. Give the last Dense layer "
        "{classes} units.",
        alone=True,
    ),
    "class-weights": Wording("Class weights that do not fit", _class_weights),
    "heavy-weights": Wording(
        "The weights take {weights:bytes}",
        "The network has {parameters:thousands} parameters, most of them here: {weights:bytes}, and about "
        "{training:bytes} in training. They are made when you train or test it; until then no feature maps are shown.",
    ),
    "memory": Wording(
        "Will not fit into memory",
        "Training {batch_size} images at a time takes about {needed:bytes}; this machine has {memory:bytes}. The "
        "largest part is made here. Choose a smaller batch size.",
    ),
}


def problem_words(design: Design, problem: Problem) -> Words:
    """The heading and the sentence of a problem of this design."""
    wording, values = PROBLEMS[problem.told.code], _values(design, problem)
    if problem.node is not None:
        values["layer"] = values["node"].name  # what knows no names told its kind
    return Words(PHRASES.said(wording.title, values), PHRASES.said(wording.sentence, values))


def placed_sentence(design: Design, problem: Problem) -> str:
    """The sentence of a problem, after the name of its layer where it needs one: “conv3: Max pooling before it …”."""
    wording = PROBLEMS[problem.told.code]
    if problem.node is None or wording.alone:
        return problem_words(design, problem).sentence
    return f"{design.cards[problem.node].name}: {PHRASES.said(wording.sentence, _values(design, problem))}"


def _values(design: Design, problem: Problem) -> dict[str, Any]:
    """What is told with the names of the drawing; ``layer`` is a kind still, for the name may stand before it."""
    values = values_shown(design, problem.told)
    if problem.node is not None:
        values["node"] = named(design, problem.node)
    if isinstance(end := values.get("end"), Named):
        values["last"] = end.name
    return values


def why_not_trainable(
    design: Design, image_shape: tuple[int, ...] = (), classes: int = 0, missing_data: str = ""
) -> str:
    """The first problem that keeps the design from being trained, as a sentence; "" if nothing does. ``image_shape``
    (height, width, channels), ``classes`` and ``missing_data`` are as in ``prevents_training``."""
    problem = prevents_training(design, image_shape, classes, missing_data)
    return placed_sentence(design, problem) if problem is not None else ""
