"""Models of other programs, sound ones and how they are opened."""

from __future__ import annotations

from pathlib import Path

from cnnstudio.design.value.design import Card, Design
from cnnstudio.exchange.exportable import Exportable
from cnnstudio.exchange.onnx.writing import onnx_model
from cnnstudio.nn.graph.graph import Graph, chain
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.nn.parameters.parameters import initial_parameters
from cnnstudio.opening import open_design
from tests.robustness.formats import Files, Format


def _small() -> Graph:
    kinds = layer_kinds()
    return chain(
        ("image", kinds["input"](height=8, width=8, channels=2, mean=(0.2, 0.4), deviation=0.5)),
        ("conv", kinds["conv2d"](filters=3, kernel=(3, 3), padding=(1, 0, 2, 1))),
        ("norm", kinds["batch_norm"]()),
        ("pool", kinds["max_pool2d"](round_up=True)),
        ("drop", kinds["spatial_dropout2d"]()),
        ("flat", kinds["flatten"]()),
        ("dense", kinds["dense"](units=4)),
        ("softmax", kinds["softmax"]()),
    )


def _onnx() -> list[Files]:
    small = _small()
    design = Design(small, {node.id: Card(node.id) for node in small})
    model = onnx_model(Exportable(design, initial_parameters(small, 1), tuple("abcd")))
    return [{"model.onnx": model.SerializeToString()}]


def _read(folder: Path, name: str) -> None:
    opened = open_design(folder / name)
    project = opened.project
    assert opened.foreign and project is not None
    assert project.weights.parameters.finite and len(project.design.cards) == len(project.design.graph)


def _keras() -> list[Files]:
    kept = Path(__file__).parent.parent / "exchange" / "files"
    return [{"model.keras": (kept / f"{name}.keras").read_bytes()} for name in ("branches", "grouped", "transposed")]


MODEL_FORMATS = (Format("ONNX models", _onnx, _read), Format("Keras models", _keras, _read))
