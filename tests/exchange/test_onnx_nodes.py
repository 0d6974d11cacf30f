"""ONNX's own tests of its operators: what is read computes the same, the rest is refused by name."""

from __future__ import annotations

import importlib
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx.helper import make_graph, make_model, make_node, make_tensor_value_info

from cnnstudio.exchange.onnx.reading import network_of
from cnnstudio.exchange.reading.layers_read import ImportRefused
from cnnstudio.nn.looking.inspect import inspect

#: how many of an operator's tests are read at least: those about one picture, of settings that there are here
FEWEST = {
    "Add": 0, "AveragePool": 12, "BatchNormalization": 2, "Clip": 1, "Concat": 0, "Conv": 6, "ConvTranspose": 3,
    "Dropout": 4, "Elu": 3, "Flatten": 0, "Gelu": 2, "Gemm": 6, "GlobalAveragePool": 2, "GlobalMaxPool": 2,
    "GroupNormalization": 2, "HardSigmoid": 0, "HardSwish": 1, "Identity": 1, "InstanceNormalization": 2,
    "LayerNormalization": 2, "LeakyRelu": 3, "MatMul": 1, "MaxPool": 10, "Mul": 0, "PRelu": 0, "Pad": 0,
    "ReduceMean": 0, "Relu": 1, "Reshape": 0, "Resize": 1, "Sigmoid": 2, "Slice": 0, "Softmax": 2, "Squeeze": 0,
    "Sum": 1, "Tanh": 2, "Transpose": 0, "Unsqueeze": 0,
}  # fmt: skip
#: files of tests that are not called as their operator
CALLED = {"BatchNormalization": "batch_normalization", "InstanceNormalization": "instance_normalization"}
#: operators that take each number by itself, whatever the shape: that of their tests is read as a picture
EACH = {
    "Clip", "Dropout", "Elu", "Gelu", "HardSigmoid", "HardSwish", "Identity", "LeakyRelu", "PRelu", "Relu", "Sigmoid",
    "Sum", "Tanh",
}  # fmt: skip


def cases(operator: str) -> list[Any]:
    """ONNX's tests of an operator. (To make those of all operators takes half a minute.)"""
    from onnx.backend.test.case import node

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        importlib.import_module(f"{node.__name__}.{CALLED.get(operator, operator.lower())}")
    return [case for case in node._NodeTestCases if case.model.graph.node[0].op_type == operator]


def as_network(case: Any) -> tuple[onnx.ModelProto, Any, Any] | None:
    """A test as a model that takes a picture and ends in a list: its other inputs are constants. None where it has no
    picture, or more than one output. With it the picture, and what is expected."""
    graph, (inputs, outputs) = case.model.graph, case.data_sets[0]
    if not inputs or not isinstance(inputs[0], np.ndarray) or not isinstance(outputs[0], np.ndarray):
        return None
    picture, expected, before = inputs[0], outputs[0], []
    if picture.ndim < 4 and graph.node[0].op_type in EACH:
        picture = picture.reshape(*(1,) * (4 - picture.ndim), *picture.shape)
        expected = expected.reshape(picture.shape)
    elif picture.ndim == 2:  # a list: a picture of one place that was flattened
        picture = picture[:, None, None]
        before = [make_node("Flatten", ["picture"], [graph.input[0].name], "as a list")]
    if picture.ndim != 4 or picture.dtype != np.float32:
        return None
    kept = [value.name for value in graph.input]
    constants = [
        onnx.numpy_helper.from_array(np.asarray(values), name)
        for name, values in zip(kept[1:], inputs[1:], strict=True)
        if isinstance(values, np.ndarray | np.generic)
    ]
    nodes, last = [*before, *graph.node], graph.output[0].name
    if expected.ndim == 4:
        if expected.shape[2:] != (1, 1):
            nodes.append(make_node("Transpose", [last], ["channels last"], "last", perm=[0, 2, 3, 1]))
            last = "channels last"
        nodes.append(make_node("Flatten", [last], ["listed"], "listed"))
        last = "listed"
    shape = ["N", *picture.shape[1:]]
    made = make_graph(
        nodes, "test", [make_tensor_value_info("picture" if before else kept[0], onnx.TensorProto.FLOAT, shape)],
        [make_tensor_value_info(last, onnx.TensorProto.FLOAT, None)], constants,
    )  # fmt: skip
    return make_model(made, opset_imports=case.model.opset_import), picture, expected


@pytest.mark.slow
@pytest.mark.parametrize("operator", FEWEST)
def test_what_is_read_of_an_operator_computes_what_onnx_expects(operator: str) -> None:
    same: list[str] = []
    for case in cases(operator):
        if (made := as_network(case)) is None:
            continue
        model, picture, expected = made
        try:
            project = network_of(model, Path("m.onnx")).project
        except ImportRefused as refused:
            assert "\n" not in str(refused) and str(refused).endswith(".")
            continue
        graph = project.design.graph
        end = graph.order[-1] if model.graph.node[-1].op_type == "Softmax" else graph[graph.order[-1]].inputs[0]
        images = np.ascontiguousarray(picture.transpose(0, 2, 3, 1))
        ours = inspect(graph, project.weights, images, [end])[end]
        expected = expected.transpose(0, 2, 3, 1) if expected.ndim == 4 else expected
        np.testing.assert_allclose(ours, expected.reshape(len(images), -1), rtol=1e-4, atol=1e-4, err_msg=case.name)
        same.append(case.name)
    assert len(same) >= FEWEST[operator], same
