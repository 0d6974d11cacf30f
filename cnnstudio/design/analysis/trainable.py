"""Whether a design can be trained, and if not, why in one sentence."""

from __future__ import annotations

from cnnstudio.design.analysis.analysis import analyse
from cnnstudio.design.edits.locking import trainable_parameters
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.environment import environment
from cnnstudio.nn.arrays import shape_text
from cnnstudio.nn.graph import GraphError
from cnnstudio.nn.network.network import classifier


def why_not_trainable(design: Design, image_shape: tuple[int, ...] = (), classes: int = 0) -> str:
    """The one thing that keeps the design from being trained, or "" if nothing does.

    ``image_shape`` (height, width, channels) and ``classes`` describe the data, where it is known already.
    """
    analysis = analyse(design.graph)
    if analysis.problems:
        first = analysis.problems[0]
        where = f"{design.cards[first.node].name}: " if first.node else ""
        return f"{where}{first.sentence}"
    try:
        found = classifier(design.graph)
    except GraphError as error:
        return str(error)
    shape, outputs = design.graph.shape(found.input), design.graph.shape(found.softmax)[0]
    if image_shape and shape != tuple(image_shape):
        return (
            f"The data has images of {shape_text(tuple(image_shape))}, the Input layer takes {shape_text(shape)}. "
            "Change the Input layer's size or choose other data."
        )
    if classes and outputs != classes:
        return (
            f"The data has {classes} classes, but the network ends in {outputs} numbers. "
            f"Give the last Dense layer {classes} units."
        )
    weights = design.recipe.loss.class_weights
    if isinstance(weights, tuple) and len(weights) != outputs:
        return (
            f"The loss has {len(weights)} class weights, but the network ends in {outputs} numbers. "
            f"Give it {outputs} class weights, or choose equal or balanced ones."
        )
    if isinstance(weights, tuple) and not any(weights):
        return "All class weights are 0, so no image would count. Give at least one class some weight."
    if analysis.parameters and not trainable_parameters(design):
        return "Every layer that learns is locked, so training would change nothing. Unlock one of them."
    heavy = [p for p in analyse(design.graph, environment(design)).advice if p.code == "memory"]
    return f"{heavy[0].sentence} Choose a smaller batch size." if heavy else ""
