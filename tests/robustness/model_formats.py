"""Models of other programs, sound ones and how they are opened."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from cnnstudio.design.value.design import Card, Design
from cnnstudio.exchange.c.target import C
from cnnstudio.exchange.code.proving import claim, exporting
from cnnstudio.exchange.code.target import CodeTarget
from cnnstudio.exchange.exportable import Exportable
from cnnstudio.exchange.models import StoppedModel
from cnnstudio.exchange.numpy.target import NUMPY
from cnnstudio.exchange.onnx.exporting import claim_of, exporting_onnx
from cnnstudio.exchange.onnx.writing import onnx_model
from cnnstudio.exchange.proof import finished
from cnnstudio.exchange.reading.weights import with_weights
from cnnstudio.exchange.torch.writing import state
from cnnstudio.nn.graph.graph import Graph, chain
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.nn.parameters.parameters import initial_parameters
from cnnstudio.opening import Opened, as_far_as_it_goes, open_design
from cnnstudio.project.tensors import write_tensors
from tests.nn.published import Drawing
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


def _network() -> Exportable:
    small = _small()
    design = Design(small, {node.id: Card(node.id) for node in small})
    return Exportable(design, initial_parameters(small, 1), tuple("abcd"))


def _repeating() -> Exportable:
    """Blocks, with norms of groups and what is written out of several operators."""
    drawing = Drawing(8, 8, 3)
    drawing.add("conv2d", filters=4, padding="same")
    for _ in range(4):
        before = drawing.nodes[-1].id
        for kind, settings in (("conv2d", {"filters": 4, "padding": "same"}), ("group_norm", {}), ("prelu", {})):
            drawing.add(kind, **settings)
        drawing.add("add", drawing.nodes[-1].id, before)
    for kind in ("conv_transpose2d", "hard_swish", "global_average_pool"):
        drawing.add(kind)
    drawing.add("dense", units=3)
    drawing.add("softmax")
    graph = drawing.graph
    return Exportable(Design(graph, {node.id: Card(node.id) for node in graph}), initial_parameters(graph, 1))


def _onnx() -> list[Files]:
    return [{"model.onnx": onnx_model(network).SerializeToString()} for network in (_network(), _repeating())]


def _read(folder: Path, name: str) -> None:
    try:
        opened = open_design(folder / name)
    except StoppedModel as refusal:
        _sound(as_far_as_it_goes(refusal))
        raise
    _sound(opened)


def _sound(opened: Opened) -> None:
    project = opened.project
    assert opened.foreign and project is not None
    assert project.weights.parameters.finite and len(project.design.cards) == len(project.design.graph)


def _keras() -> list[Files]:
    kept = Path(__file__).parent.parent / "exchange" / "files"
    return [
        {"model.keras": (kept / f"{name}.keras").read_bytes()}
        for name in ("branches", "grouped", "nested", "transposed")
    ]


def _exported(target: CodeTarget) -> Callable[[], list[Files]]:
    """The files of an export and its certificate."""

    def made() -> list[Files]:
        with tempfile.TemporaryDirectory() as name:
            out = Path(name) / "net"
            finished(exporting(target, _network(), out, check=False))
            return [{path.relative_to(name).as_posix(): path.read_bytes() for path in Path(name).rglob("*.*")}]

    return made


def _claimed(target: CodeTarget) -> Callable[[Path, str], None]:
    """What may be run is what was exported, whatever became of one of its files."""

    def read(folder: Path, name: str) -> None:
        found = claim(target, folder / "net")
        assert found.files == {each: target.place(folder / "net", each).read_bytes() for each in found.files}
        assert found.files.keys() == {*target.code_files, *target.weight_files}
        assert 1 <= found.certificate.pictures <= 256 and not found.certificate.checked

    return read


def _proven() -> list[Files]:
    with tempfile.TemporaryDirectory() as name:
        out = Path(name) / "net.onnx"
        finished(exporting_onnx(_network(), out))
        return [{"net.onnx": out.read_bytes()}]


def _read_proof(folder: Path, name: str) -> None:
    certificate, _, shape = claim_of(folder / name)
    assert shape == (8, 8, 2) and not certificate.checked


def _weights() -> list[Files]:
    return [{"w.safetensors": write_tensors(state(_network()), {})}]


def _read_weights(folder: Path, name: str) -> None:
    network = _network()
    found = with_weights(network, folder / name).parameters
    assert found.finite and found.vector.size == network.parameters.vector.size


MODEL_FORMATS = (
    Format("weights as safetensors", _weights, _read_weights),
    Format("ONNX models", _onnx, _read),
    Format("Keras models", _keras, _read),
    *(
        Format(f"certificates of exports to {target.title}", _exported(target), _claimed(target))
        for target in (NUMPY, C)
    ),
    Format("certificates in ONNX files", _proven, _read_proof),
)
