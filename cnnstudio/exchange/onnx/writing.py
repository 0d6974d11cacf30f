"""A network as an ONNX model."""

from __future__ import annotations

import json

import onnx

from cnnstudio import __version__
from cnnstudio.exchange.exportable import Exportable, ExportRefused
from cnnstudio.exchange.onnx.building import Building, Place
from cnnstudio.exchange.onnx.kinds import WRITERS

#: what the graph needs at least; Gelu came with it
OPSET = 20
#: the layout of the file itself that goes with it
_IR_VERSION = 9
#: a protobuf is no larger
_MOST_BYTES = (1 << 31) - 1


def onnx_model(network: Exportable) -> onnx.ModelProto:
    """One input ``image``, float32 (N, C, H, W) from 0 to 1, N at will; outputs ``logits`` and ``probabilities``, (N,
    classes). Normalisation is part of the graph, class names are in the metadata.

    Raises:
        GraphError: it is no classifier.
        ExportRefused: it holds a layer that cannot be written, or is too large for a file of this format.
    """
    ends, building = network.ends, Building()
    size = 4 * (network.parameters.layout.size + network.parameters.state_layout.size)  # none of them is made for that
    if size > _MOST_BYTES:
        raise ExportRefused(
            "The weights take {size:.1f}\u202fGB; an ONNX file holds at most 2 GB. Make the largest layer smaller.",
            size=size / 1e9,
        )
    image = building.free("image")
    made: dict[str, str] = {}
    for node in network.nodes:
        writer = network.writer(WRITERS, node, "ONNX")
        name, shapes = network.name(node.id), network.inputs(node.id)
        tensor = {ends.logits: "logits", ends.softmax: "probabilities"}.get(node.id, name)
        sources = tuple(made[source] for source in node.inputs) or (image,)
        place = Place(building, name, tensor, sources, shapes, network.shape(node.id), network.arrays(node.id))
        made[node.id] = writer(node.layer, place)
    height, width, channels = network.shape(ends.input)
    (classes,) = network.shape(ends.softmax)
    kind = onnx.TensorProto.FLOAT
    graph = onnx.helper.make_graph(
        building.nodes,
        network.design.title or "network",
        [onnx.helper.make_tensor_value_info(image, kind, ["N", channels, height, width])],
        [onnx.helper.make_tensor_value_info(made[end], kind, ["N", classes]) for end in (ends.logits, ends.softmax)],
        building.constants,
    )
    model = onnx.helper.make_model(
        graph,
        producer_name="CNN Studio",
        producer_version=__version__,
        opset_imports=[onnx.helper.make_opsetid("", OPSET)],
        ir_version=_IR_VERSION,
    )
    if network.classes:
        onnx.helper.set_model_props(model, {"classes": json.dumps(network.classes, ensure_ascii=False)})
    onnx.checker.check_model(model, full_check=True)
    return model
