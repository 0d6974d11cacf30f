"""Fitting a network to data: what comes in, how it is scaled, and what its answers are called, in one edit."""

from __future__ import annotations

from cnnstudio.data.preparation.measured import Brightness
from cnnstudio.design.edits import edits
from cnnstudio.design.edits.edits import EditRefused
from cnnstudio.design.facts.answers import answering
from cnnstudio.design.value.design import Design
from cnnstudio.nn.arrays import Shape
from cnnstudio.nn.graph.layer import Layer
from cnnstudio.nn.layers.input import Input


def fitted(design: Design, image_shape: Shape, classes: tuple[str, ...], brightness: Brightness) -> Design:
    """The design for pictures of this shape (height, width, channels), which are of these classes and as bright.

    The Input layer takes them and scales them by their own mean and deviation; the layer that the Softmax at the end
    reads gives a number for each class. Nothing else changes; where that is not enough, what is left is a problem like
    any other.

    Raises:
        EditRefused: there is not one Input layer.
    """
    inputs = design.graph.images
    layer = design.graph[inputs[0]].layer if len(inputs) == 1 else None
    if not isinstance(layer, Input):
        raise EditRefused("The network needs one Input layer to take the pictures in.")
    taking = layer.taking(image_shape).replace(mean=brightness.mean, deviation=brightness.deviation)
    layers: dict[str, Layer] = {inputs[0]: taking}
    ends = [node.id for node in design.graph if node.layer.category == "output" and not design.graph.consumers[node.id]]
    for end in ends:
        if found := answering(design.graph, end):
            node_id, setting = found
            layers[node_id] = design.graph[node_id].layer.replace(**{setting: len(classes)})
    return edits.configure_all(design, layers).with_changes(classes=classes)
