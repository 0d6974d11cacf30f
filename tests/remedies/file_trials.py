"""What refusals of files, exports and edits advise, each tried."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
from onnx.helper import make_graph, make_model, make_node, make_opsetid, make_tensor_value_info

from cnnstudio.design.edits import blocks, edits, locking
from cnnstudio.design.edits.stacking import stacked
from cnnstudio.design.format.design_format import write_design
from cnnstudio.design.kept_blocks import LARGEST, kept_as_file, own_blocks
from cnnstudio.design.templates import template
from cnnstudio.design.value.design import Card, Design
from cnnstudio.exchange.exportable import Exportable
from cnnstudio.exchange.onnx.exporting import exporting_onnx, verifying_onnx
from cnnstudio.exchange.onnx.writing import onnx_model
from cnnstudio.exchange.proof import finished
from cnnstudio.exchange.torch.writing import state
from cnnstudio.export.embedding import read_figure
from cnnstudio.export.writing import figure_of, svg_of
from cnnstudio.files.atomic import backup_path
from cnnstudio.nn.graph.graph import chain
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.nn.parameters.parameters import untrained_parameters
from cnnstudio.nn.telling.told import worded
from cnnstudio.opening import open_design, open_weights, what_is
from cnnstudio.project.file import load_project, save_project
from cnnstudio.project.project import untrained
from cnnstudio.project.tensors import write_tensors
from tests.remedies.data_trials import Do, empty, file

KINDS = layer_kinds()
LENET, SMALL = template("lenet5"), template("vgg_mini")


def saved(folder: Path, name: str = "a.cnn") -> Path:
    save_project(untrained(LENET), folder / name)
    return folder / name


def damaged(folder: Path, *, backup: bool = False, copy: bool = False) -> Path:
    path = saved(folder)
    if copy:
        shutil.copy(path, folder / "copy.cnn")
    if backup:
        save_project(untrained(SMALL), path)
    path.write_bytes(path.read_bytes()[:-200])
    return path


def opened(make: Callable[[Path], Path]) -> Do:
    return lambda folder: open_design(make(folder))


def loaded(make: Callable[[Path], Path]) -> Do:
    return lambda folder: load_project(make(folder))


def its_backup(folder: Path) -> None:
    assert open_design(backup_path(damaged(folder, backup=True))).design == LENET


def its_copy(folder: Path) -> None:
    damaged(folder, copy=True)
    assert open_design(folder / "copy.cnn").design == LENET


def looked_at(make: Callable[[Path], Path]) -> Do:
    """Why nothing can be opened from it, or "" where something can."""

    def do(folder: Path) -> str:
        found = what_is(make(folder))
        return "" if found.sentence is None else worded(found.sentence)

    return do


def figure(folder: Path) -> Path:
    return file("a.svg", svg_of(LENET, figure_of(LENET, "cards", "print"), 1.0))(folder)


# models of other programs


def model(*image: object) -> onnx.ModelProto:
    """A network of 2 classes for such a picture."""
    kind, size = onnx.TensorProto.FLOAT, int(np.prod([side for side in image[1:] if isinstance(side, int)]))
    graph = make_graph(
        [make_node("Flatten", ["x"], ["f"]), make_node("Gemm", ["f", "w"], ["g"]), make_node("Softmax", ["g"], ["y"])],
        "foreign",
        [make_tensor_value_info("x", kind, list(image))],
        [make_tensor_value_info("y", kind, None)],
        [onnx.numpy_helper.from_array(np.ones((size, 2), np.float32), "w")],
    )
    return make_model(graph, opset_imports=[make_opsetid("", 17)], ir_version=8)


def foreign(*image: object) -> Do:
    return opened(lambda folder: file("net.onnx", model(*image).SerializeToString())(folder))


def beside(change: Callable[[Path, onnx.ModelProto], None]) -> Do:
    """A model whose weights lie in a file of their own."""

    def do(folder: Path) -> None:
        path = folder / "net.onnx"
        onnx.save(model("N", 1, 4, 4), path, save_as_external_data=True, location="net.data", size_threshold=0)
        found = onnx.load(path, load_external_data=False)
        change(folder, found)
        onnx.save(found, path)
        open_design(path)

    return do


def located(**entries: str) -> Do:
    def change(folder: Path, found: onnx.ModelProto) -> None:
        for entry in found.graph.initializer[0].external_data:
            entry.value = entries.get(entry.key, entry.value)

    return beside(change)


def exported(change: Callable[[bytes], bytes] = bytes) -> Do:
    def do(folder: Path) -> None:
        small = stacked(
            [KINDS["input"](height=4, width=4), KINDS["flatten"](), KINDS["dense"](units=2), KINDS["softmax"]()]
        )
        finished(exporting_onnx(Exportable(small, untrained(small).weights.parameters), folder / "net.onnx"))
        path = folder / "net.onnx"
        path.write_bytes(change(path.read_bytes()))
        finished(verifying_onnx(path))

    return do


def other_weights(data: bytes) -> bytes:
    found = onnx.load_model_from_string(data)
    found.graph.name = "other"
    return found.SerializeToString()


def of_units(units: int) -> Do:
    def do(folder: Path) -> None:
        image = KINDS["input"](height=128, width=128, channels=3)
        end = ("end", KINDS["dense"](units=2)), ("softmax", KINDS["softmax"]())
        graph = chain(("image", image), ("flat", KINDS["flatten"]()), ("dense", KINDS["dense"](units=units)), *end)
        design = Design(graph, {node.id: Card(node.id) for node in graph})
        onnx_model(Exportable(design, untrained_parameters(graph, 0)))

    return do


# blocks and edits


def kept(name: str, content: bytes) -> Do:
    def do(folder: Path) -> str:
        (folder / name).write_bytes(content)
        return " ".join(own_blocks(folder)[1])

    return do


def weights_alone(folder: Path) -> Path:
    network = Exportable(LENET, untrained(LENET).weights.parameters)
    return file("w.safetensors", write_tensors(state(network), {}))(folder)


GROUPED, BLOCK = blocks.group(LENET, LENET.graph.order[1:3])
CHOSEN = LENET.graph.order[1:3]
RELU, _ = edits.append(LENET, KINDS["relu"]())

TRIALS: dict[str, tuple[Do, str, Do]] = {
    "a missing file": (loaded(lambda folder: folder / "a.cnn"), "Check its name", loaded(saved)),
    "no project": (loaded(file("a.cnn", b"hello")), "Choose a .cnn file that CNN Studio has saved", loaded(saved)),
    "a damaged one with a backup": (opened(lambda folder: damaged(folder, backup=True)), "Open its backup", its_backup),
    "a damaged one without": (opened(damaged), "Open another copy of it", its_copy),
    "a damaged one, by itself": (loaded(damaged), "Open its backup (.bak) or another copy", its_backup),
    "no design": (
        opened(file("a.json", b'{"layers": 3}')),
        "Choose a .cnn file or a design in JSON",
        opened(file("a.json", write_design(LENET))),
    ),
    "no design, a project": (opened(file("a.json", b'{"layers": 3}')), "Choose a .cnn file", opened(saved)),
    "nothing to open": (looked_at(file("a.bin", b"\1\2")), "open a .cnn file", looked_at(saved)),
    "nothing to open, figure": (looked_at(file("a.bin", b"\1\2")), "a picture", looked_at(figure)),
    "no file": (looked_at(lambda folder: Path("/dev/null")), "Choose another", looked_at(saved)),
    "no figure of ours": (
        lambda folder: read_figure(file("a.svg", b"<svg/>")(folder)),
        "Open a figure that CNN Studio exported",
        lambda folder: read_figure(figure(folder)),
    ),
    "no figure of ours, a file": (
        lambda folder: read_figure(file("a.svg", b"<svg/>")(folder)),
        "or a .cnn file",
        opened(saved),
    ),
    # weights alone
    "weights without a design": (
        opened(weights_alone),
        "Open their design first and this file from there",
        lambda folder: open_weights(weights_alone(folder), untrained(LENET)),
    ),
    "weights of another design": (
        lambda folder: open_weights(weights_alone(folder), untrained(template("first_conv"))),
        "Open the design of these weights first",
        lambda folder: open_weights(weights_alone(folder), untrained(LENET)),
    ),
    # ONNX
    "no model": (opened(file("net.onnx", b"text")), "Choose another file", foreign("N", 1, 4, 4)),
    "no fixed size": (
        foreign("N", 3, "H", "W"),
        "Export it again with a fixed height, width and number of channels",
        foreign("N", 3, 8, 8),
    ),
    "channels last": (foreign("N", 8, 8, 3), "export it with (N, C, H, W)", foreign("N", 3, 8, 8)),
    "weights elsewhere": (
        located(location="../net.data"),
        "Put them beside the model and export it again",
        located(location="net.data"),
    ),
    "weights not there": (
        beside(lambda folder, found: (folder / "net.data").unlink()),
        "Put it there",
        beside(lambda folder, found: None),
    ),
    "weights cut": (located(offset="4096"), "Export it again", located()),
    "a changed export": (exported(other_weights), "Export the network again", exported()),
    "no export": (exported(lambda data: data[:100]), "Choose another file", exported()),
    "too large": (of_units(16_384), "Make the largest layer smaller", of_units(16)),
    # blocks and edits
    "a file too large for a block": (
        kept("a.json", b" " * (LARGEST + 1)),
        "Remove it from the folder of blocks",
        lambda folder: " ".join(own_blocks(empty(folder))[1]),
    ),
    "a design for a block": (
        kept("a.json", write_design(LENET)),
        "Save it anew",
        kept("a.json", kept_as_file(GROUPED, BLOCK)),
    ),
    "a block of nothing": (
        lambda folder: blocks.group(LENET, ()),
        "Select the layers that belong to the block",
        lambda folder: blocks.group(LENET, CHOSEN),
    ),
    "half a block": (
        lambda folder: blocks.group(GROUPED, LENET.graph.order[2:5]),
        "Select all of it",
        lambda folder: blocks.group(GROUPED, LENET.graph.order[1:5]),
    ),
    "nothing to repeat": (
        lambda folder: blocks.repeat(SMALL, (), 2),
        "Select the layers to repeat",
        lambda folder: blocks.repeat(LENET, (LENET.graph.order[2],), 2),
    ),
    "nothing to lock": (
        lambda folder: locking.lock(RELU, (), True),
        "Select a layer that learns",
        lambda folder: locking.lock(LENET, (LENET.graph.order[1],), True),
    ),
}
