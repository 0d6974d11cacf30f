"""What a network repeats comes as named blocks, laid out, and with the names that PyTorch's exporters leave."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from exportables import drawn, lively
from onnx.helper import make_graph, make_model, make_node, make_opsetid, make_tensor_value_info

from cnnstudio.design.edits.blocks import expand
from cnnstudio.design.edits.edits import ROW
from cnnstudio.design.value.design import Design
from cnnstudio.exchange.exportable import Exportable
from cnnstudio.exchange.onnx.reading import network_of
from cnnstudio.exchange.onnx.writing import onnx_model
from cnnstudio.exchange.reading.project import Imported
from cnnstudio.nn.telling.told import worded
from tests.nn.published import resnet18

NOWHERE = Path("net.onnx")


def residual(newer: bool, stages: int = 2, folded: bool = True) -> onnx.ModelProto:
    """A small residual network of two blocks a stage, its nodes named as the older or the newer exporter does."""
    nodes: list[Any] = []
    constants: list[Any] = []
    made, number = "image", 0

    def add(operator: str, module: str, *inputs: str, **attributes: Any) -> str:
        nonlocal number
        number += 1
        path = [".".join(module.split(".")[: i + 1]) for i in range(module.count(".") + 1)] if module else []
        older = "/".join(["", *(".".join(p.split(".")[-1 - p[-1].isdecimal() :]) for p in path), operator])
        node = make_node(operator, list(inputs), [f"t{number}"], f"node_{number}" if newer else older, **attributes)
        if newer:
            scopes, entry = ["", *path, f"{operator.lower()}_{number}"], node.metadata_props.add()
            entry.key, entry.value = "pkg.torch.onnx.name_scopes", str(scopes)
            if operator == "Conv" and folded:
                entry = node.metadata_props.add()
                entry.key, entry.value = "namespace", ": net.Net/bn1: torch.nn.modules.batchnorm.BatchNorm2d/x: aten"
        nodes.append(node)
        return f"t{number}"

    def convolve(module: str, source: str, filters: int, channels: int, stride: int = 1) -> str:
        name = f"{module}.weight" if newer or not folded else f"onnx::Conv_{len(constants)}"
        weights = np.random.default_rng(len(constants)).normal(0, 0.3, (filters, channels, 3, 3)).astype(np.float32)
        constants.append(onnx.numpy_helper.from_array(weights, name))
        return add("Conv", module, source, name, pads=[1, 1, 1, 1], strides=[stride, stride])

    made = add("Relu", "relu", convolve("conv1", made, 4, 3))
    for stage in range(1, stages + 1):
        for block in range(2):
            home, stride = f"layer{stage}.{block}", 2 if not block else 1
            inner = add("Relu", f"{home}.relu", convolve(f"{home}.conv1", made, 4, 4, stride))
            outer = convolve(f"{home}.conv2", inner, 4, 4)
            other = convolve(f"{home}.downsample.0", made, 4, 4, stride) if stride > 1 else made
            made = add("Relu", f"{home}.relu", add("Add", home, outer, other))
    made = add("Flatten", "", add("GlobalAveragePool", "avgpool", made))
    constants.append(onnx.numpy_helper.from_array(np.ones((3, 4), np.float32), "fc.weight"))
    made = add("Gemm", "fc", made, "fc.weight", transB=1)
    value = make_tensor_value_info("image", onnx.TensorProto.FLOAT, ["N", 3, 16, 16])
    end = make_tensor_value_info(made, onnx.TensorProto.FLOAT, None)
    return make_model(make_graph(nodes, "net", [value], [end], constants), opset_imports=[make_opsetid("", 17)])


def names_in(design: Design, block: str) -> set[str]:
    return {design.cards[node].name for node in design.folding.within[block]}


def read(model: onnx.ModelProto) -> tuple[Imported, Design, dict[str, str]]:
    found = network_of(model, NOWHERE)
    design = found.project.design
    return found, design, {block.name: i for i, block in design.blocks.items()}


@pytest.mark.parametrize("newer", [False, True])
def test_blocks_and_stages_are_called_as_the_modules_were(newer: bool) -> None:
    found, design, blocks = read(residual(newer))
    assert blocks.keys() == {"layer1", "layer1.0", "layer1.1", "layer2", "layer2.0", "layer2.1"}
    assert all(design.blocks[blocks[f"layer{i}.{j}"]].parent == blocks[f"layer{i}"] for i in (1, 2) for j in (0, 1))
    down = "downsample.0" if not newer else "layer1.0.downsample.0"
    assert len(names_in(design, blocks["layer1.0"])) == 6 and down in names_in(design, blocks["layer1.0"])
    named = {name.partition(" ")[0] for name in names_in(design, blocks["layer2.1"])}
    assert named == {"conv1", "relu", "conv2", "Add"} if newer else named >= {"conv1", "relu", "conv2", "Add"}
    # the parts are folded, the stages show them
    assert {design.blocks[i].name for i in design.folding.collapsed} == {n for n in blocks if "." in n}
    assert any("folded into 4 blocks" in worded(note) for note in found.notes)


def test_no_cards_lie_on_each_other_folded_or_not() -> None:
    _, design, _ = read(residual(True))
    assert len(set(design.places.values())) == len(design.places)
    for block in list(design.folding.collapsed):
        design = expand(design, block)
        assert len(set(design.places.values())) == len(design.places)
    assert len(design.places) == len(design.graph)


@pytest.mark.parametrize("newer", [False, True])
@pytest.mark.parametrize("folded", [False, True])
def test_norms_that_were_folded_are_told(newer: bool, folded: bool) -> None:
    found, _, _ = read(residual(newer, folded=folded))
    told = [worded(note) for note in found.notes if "Batch norms" in worded(note)]
    assert told == (["Batch norms were folded into 11 convolutions by its export, and so they stay."] if folded else [])


def test_without_modules_blocks_and_stages_are_numbered() -> None:
    graph = resnet18(bias=False)
    model = onnx_model(Exportable(drawn(graph), lively(graph)))
    _, design, blocks = read(model)
    assert list(blocks)[:4] == ["Stage 1", "Block 1", "Block 2", "Stage 2"] and len(blocks) == 12
    assert len(design.folding.within[blocks["Block 3"]]) == 9
    assert design.folding.within[blocks["Stage 2"]] == design.folding.within[blocks["Block 3"]].union(
        design.folding.within[blocks["Block 4"]]
    )


def test_what_is_seen_at_once_is_not_folded() -> None:
    found, design, _ = read(residual(True, stages=1))
    assert len(design.graph) < 20 and not design.blocks
    assert not any("block" in worded(note) for note in found.notes)


def test_above_a_row_of_stages_there_is_room_for_their_names() -> None:
    graph = resnet18(bias=False)
    _, design, blocks = read(onnx_model(Exportable(drawn(graph), lively(graph))))
    inside = {block for name, block in blocks.items() if name.startswith("Block")}
    rows = sorted({y for _, y in design.places.values()})
    for above, below in itertools.pairwise(rows):
        stages = any(y == below and card in inside for card, (_, y) in design.places.items())
        assert below - above > ROW if stages else below - above == ROW
    assert len(rows) > 1
