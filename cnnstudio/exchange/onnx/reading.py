"""An ONNX model as a design with its weights. Nothing in the file is run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx

from cnnstudio.design.format.strict import FileFormatError, parse
from cnnstudio.exchange.onnx.named import Named, folded_norm
from cnnstudio.exchange.onnx.network_read import NetworkRead, Operator
from cnnstudio.exchange.onnx.operators import READERS
from cnnstudio.exchange.onnx.tensors import Known, Maps, Numbers, Tensor, Windows
from cnnstudio.exchange.reading.layers_read import ImportRefused, Picture
from cnnstudio.exchange.reading.nearest import refuse_kind
from cnnstudio.exchange.reading.project import Imported, project_of, stopped
from cnnstudio.files.plain import open_plain, read_plain
from cnnstudio.nn.arrays import Floats, Shape
from cnnstudio.nn.telling.told import Sentence

#: a file of this format is no larger
MOST_BYTES = (1 << 31) - 1


def read_onnx(path: Path) -> Imported:
    """The network in a file.

    Raises:
        FileFormatError: it is no ONNX model, or a damaged one.
        ImportRefused: something in it cannot be represented here.
        OSError: it cannot be read.
    """
    raw = read_plain(path, MOST_BYTES)
    try:
        model = onnx.load_model_from_string(raw)
    except Exception as error:  # protobuf raises whatever it likes
        raise _no_model(path) from error
    if not model.graph.node:
        raise _no_model(path)
    try:
        return network_of(model, path)
    except (ImportRefused, FileFormatError):
        raise
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, AttributeError) as error:
        # the parts of a model that do not fit each other are told by the readers of onnx and NumPy in their own ways
        raise _no_model(path) from error


def _no_model(path: Path) -> FileFormatError:
    return FileFormatError(path.name, "", "It is no ONNX model, or a damaged one.", "Choose another file.")


def network_of(model: onnx.ModelProto, path: Path) -> Imported:
    """The network in a model; ``path`` is where it lies, beside which larger arrays may lie."""
    graph = model.graph
    tensors: dict[str, Tensor] = {}
    for constant in graph.initializer:
        tensors[constant.name] = Known(_numbers(constant, path))
    pictures = [value for value in graph.input if value.name not in tensors]
    if len(pictures) != 1:
        raise ImportRefused("It has {count:# input|# inputs}; one picture is read here.", count=len(pictures))
    network = NetworkRead(_image(pictures[0]))
    tensors[pictures[0].name] = Picture()
    named, reached = Named(graph.node), list[Tensor | None]()
    try:
        for proto in graph.node:
            reached = [tensors.get(name) if name else None for name in proto.input]
            at = Operator(proto, tuple(reached), named.name(proto), named.modules(proto))
            missing = [name for name in proto.input if name and name not in tensors]
            if missing:
                raise at.refused("It reads “{tensor}”, which nobody has made.", tensor=missing[0])
            own = proto.domain in ("", "ai.onnx")
            if (reader := READERS.get(at.kind)) is None or not own:
                refuse_kind(at, at.kind, own=own)
            tensors[proto.output[0]] = reader(network, at)
        reached = [tensors.get(value.name) for value in graph.output]
        end = _end(network, reached)
    except ImportRefused as why:
        made = [tensor.node for tensor in reached if isinstance(tensor, Maps | Numbers | Windows)]
        raise stopped(network, made, path.stem, why) from why
    if count := sum(map(folded_norm, graph.node)):
        network.notes.append(
            Sentence(
                "Batch norms were folded into {count:# convolution|# convolutions} by its export, and so they stay.",
                count=count,
            )
        )  # fmt: skip
    return Imported(project_of(network, (end,), path.stem, _classes(model, path)), tuple(network.notes))


def _image(value: onnx.ValueInfoProto) -> Shape:
    extents = [axis.dim_value for axis in value.type.tensor_type.shape.dim]
    if value.type.tensor_type.elem_type != onnx.TensorProto.FLOAT or len(extents) != 4:
        raise ImportRefused("Its input “{name}” is no picture: float32 (N, C, H, W).", name=value.name)
    _, channels, height, width = extents
    if min(channels, height, width) < 1:
        raise ImportRefused(
            "The size of its picture is not fixed. Export it again with a fixed height, width and number of channels."
        )
    if channels > 4 >= width:
        raise ImportRefused("Its pictures have their channels last; export it with (N, C, H, W).")
    return height, width, channels


def _numbers(constant: onnx.TensorProto, path: Path) -> Floats:
    """A constant; where it lies in a file of its own, that is one plain name in the same folder, and is read no further
    than it reaches.

    Raises:
        FileFormatError: it is not where it should be.
    """
    if constant.data_location != onnx.TensorProto.EXTERNAL:
        found: Floats = onnx.numpy_helper.to_array(constant)
        return found
    told = {entry.key: entry.value for entry in constant.external_data}
    name = told.get("location", "")
    beside = path.parent / name
    if not name or Path(name).name != name or name in (".", ".."):
        raise FileFormatError(
            path.name, "", "The weights of “{constant}” lie in another folder.",
            "Put them beside the model and export it again.", constant=constant.name,
        )  # fmt: skip
    offset, dtype = int(told.get("offset", "0")), onnx.helper.tensor_dtype_to_np_dtype(constant.data_type)
    size = int(np.prod(list(constant.dims), dtype=np.int64)) * dtype.itemsize
    length = int(told.get("length", size))
    try:
        reaches = beside.stat().st_size
    except OSError as error:
        raise FileFormatError(
            path.name, "", "The file {name} with its weights is not beside it.", "Put it there.", name=name
        ) from error
    if offset < 0 or length != size or offset + length > reaches:
        raise FileFormatError(
            path.name, "", "Its weights do not lie in {name} where they should.", "Export it again.", name=name
        )
    with open_plain(beside) as file:
        file.seek(offset)
        raw = file.read(length)
    outside: Floats = np.frombuffer(raw, dtype).reshape(tuple(constant.dims))
    return outside


def _end(network: NetworkRead, outputs: list[Tensor | None]) -> str:
    """The Softmax layer in which it ends; one is put there where it ends in logits."""
    ends = [tensor for tensor in outputs if isinstance(tensor, Numbers) and not tensor.order]
    for tensor in ends:
        if network.nodes[tensor.node].layer.kind == "softmax":
            return tensor.node
    if not ends:
        if any(isinstance(tensor, Maps) for tensor in outputs):
            raise ImportRefused("It ends in maps, not in one number for each class.")
        raise ImportRefused("It does not end in one number for each class.")
    network.notes.append(Sentence("It ended in logits; a Softmax layer was put behind them."))
    at = Operator(onnx.NodeProto(), (), "Softmax")
    return network.add(at, "softmax", (ends[-1].node,))


def _classes(model: onnx.ModelProto, path: Path) -> tuple[str, ...]:
    told = [entry.value for entry in model.metadata_props if entry.key == "classes"]
    if not told:
        return ()
    try:
        return tuple(name.text(120, 1) for name in parse(told[0].encode(), path.name, "classes").items(100_000))
    except FileFormatError:
        return ()  # names are a help; other programs may mean something else by them
