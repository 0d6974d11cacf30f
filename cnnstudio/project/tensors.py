"""Named float32 arrays as safetensors, and weights as such, read without trusting anything the file says.

The layout is public (https://github.com/huggingface/safetensors): eight bytes with the header's length, a
JSON header, the numbers. Written here and not by the library, since ours must be the same bytes each time.
"""

from __future__ import annotations

import json
import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from cnnstudio.design.format.design_format import MOST_NODES
from cnnstudio.design.format.strict import Checked, FileFormatError, parse
from cnnstudio.nn.arrays import Floats, Shape
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.parameters.parameters import Layout, Parameters, Snapshot, layouts

LARGEST_HEADER = 1 << 20
#: characters of a run's name, and of all that is told of where weights come from
_ID, _ORIGINS = 64, 1 << 20
_METADATA = "__metadata__"


def write_tensors(arrays: Mapping[str, Floats], about: Mapping[str, str]) -> bytes:
    """The arrays as float32, sorted by name, and a few remarks about them."""
    header: dict[str, object] = {_METADATA: dict(about)} if about else {}
    parts: list[bytes] = []
    place = 0
    for name, array in sorted(arrays.items()):
        data = np.ascontiguousarray(array, "<f4").tobytes()
        shape, offsets = list(array.shape), [place, place + len(data)]
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": offsets}
        parts.append(data)
        place += len(data)
    text = json.dumps(header, sort_keys=True, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return b"".join((len(text).to_bytes(8, "little"), text, *parts))


def remarks_of(data: bytes, file: str, place: str, largest: int = LARGEST_HEADER) -> Checked:
    """The remarks alone, of a header of at most so many bytes.

    Raises:
        FileFormatError: the header is damaged.
    """
    return _header(data, file, place, largest)[0].get(_METADATA, Checked({}, file, place))


def read_tensors(
    data: bytes, expected: Mapping[str, Shape], file: str, place: str, largest: int = LARGEST_HEADER
) -> tuple[dict[str, Floats], Checked]:
    """The arrays (read-only views of ``data``) and the remarks, with a header of at most so many bytes.

    Raises:
        FileFormatError: names, shapes or types are not the expected ones, or the numbers are not all there
            or not finite.
    """

    def refuse(template: str, /, **values: Hashable) -> FileFormatError:
        return FileFormatError(file, place, template, **values)

    header, body = _header(data, file, place, largest)
    about = header.pop(_METADATA, Checked({}, file, place))
    if missing := expected.keys() - header.keys():
        raise refuse("The array “{missing}” is missing; the design needs it.", missing=min(missing))
    if surplus := header.keys() - expected.keys():
        raise refuse("There is an array “{surplus}”; the design has none of this name.", surplus=min(surplus))
    found: dict[str, Floats] = {}
    end = 0
    for name, item in sorted(header.items()):
        start = end
        shape = expected[name]
        end = start + 4 * math.prod(shape)
        _check_entry(item, shape, [start, end])
        if end > len(body):
            break
        found[name] = np.frombuffer(body[start:end], "<f4").reshape(shape)
    if end != len(body):
        raise refuse(
            "It holds {held:# byte|# bytes} of numbers; the design needs {end:thousands}.", held=len(body), end=end
        )
    for name, array in found.items():
        if not np.isfinite(array).all():
            raise refuse("The array “{name}” holds a number that is not finite.", name=name)
    return found, about


@dataclass(frozen=True, eq=False)
class ReadWeights:
    """Weights that were read: whether it was ``told`` there where each layer's come from, and what stood beside
    them."""

    weights: Snapshot
    told: bool
    others: Mapping[str, Floats]


def about_weights(weights: Snapshot) -> dict[str, str]:
    """The remarks that tell which weights they are, and the layers whose weights come from elsewhere, by run."""
    elsewhere: dict[str, list[str]] = {}
    for node, run in sorted(weights.origins.items()):
        elsewhere.setdefault(run, []).append(node)
    return {"run": weights.run, "step": str(weights.step), "origins": json.dumps(elsewhere)}


def read_weights(
    data: bytes,
    graph: Graph,
    file: str,
    place: str,
    others: Mapping[str, Shape] | None = None,
    remarks: tuple[str, ...] = (),
    largest: int = LARGEST_HEADER,
) -> ReadWeights:
    """The weights of a graph with what ``about_weights`` tells, and other arrays and remarks that belong to them.

    Raises:
        FileFormatError: damaged, or for another graph.
    """
    learned, kept = layouts(graph)
    others = others or {}
    arrays, about = read_tensors(data, {**shapes(learned), **shapes(kept), **others}, file, place, largest)
    fields = about.fields("run", "step", optional=("origins", *remarks))
    digits = fields["step"].text(16, 1)
    if not (digits.isascii() and digits.isdigit()):
        fields["step"].refuse("It must be a whole number.")
    parameters = Parameters(learned, joined(learned, arrays), kept, joined(kept, arrays))
    weights = Snapshot(parameters, fields["run"].text(_ID), int(digits))
    told = "origins" in fields
    if told:
        weights = replace(weights, origins=_origins(fields["origins"], graph, file, place))
    return ReadWeights(weights, told, {name: arrays[name] for name in others})


def _origins(told: Checked, graph: Graph, file: str, place: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for run, nodes in parse(told.text(_ORIGINS).encode(), file, place).mapping().items():
        if len(run) > _ID:
            nodes.refuse("The name of a run is too long.")
        for item in nodes.items(MOST_NODES):
            if (node := item.text()) not in graph:
                item.refuse("The design has no such layer.")
            found[node] = run
    return found


def slices(layout: Layout, vector: Floats, prefix: str = "") -> dict[str, Floats]:
    """A flat vector as named arrays: ``prefix`` + node + "." + array."""
    return {
        f"{prefix}{slot.node}.{slot.spec.name}": vector[slot.start : slot.stop].reshape(slot.spec.shape)
        for slot in layout.slots
    }


def shapes(layout: Layout, prefix: str = "") -> dict[str, Shape]:
    """The names that ``slices`` gives, and the shapes."""
    return {f"{prefix}{slot.node}.{slot.spec.name}": slot.spec.shape for slot in layout.slots}


def joined(layout: Layout, arrays: Mapping[str, Floats], prefix: str = "") -> Floats:
    """The flat vector that ``slices`` took apart, read-only."""
    vector = np.empty(layout.size, np.float32)
    for name, part in slices(layout, vector, prefix).items():
        part[...] = arrays[name]
    vector.flags.writeable = False
    return vector


def _header(data: bytes, file: str, place: str, largest: int) -> tuple[dict[str, Checked], memoryview]:
    """What stands in front, and the numbers behind it."""
    length = int.from_bytes(data[:8], "little")
    if len(data) < 8 or length > min(largest, len(data) - 8):
        raise FileFormatError(file, place, "Its header is damaged: the length it states is not there.")
    return parse(data[8 : 8 + length], file, place).mapping(), memoryview(data)[8 + length :]


def _check_entry(item: Checked, shape: Shape, offsets: list[int]) -> None:
    fields = item.fields("dtype", "shape", "data_offsets")
    if fields["dtype"].value != "F32":
        fields["dtype"].refuse("Only F32 (float32) is stored here.")
    stated = tuple(extent.integer(0, 2**40) for extent in fields["shape"].items(8))
    if stated != shape:
        fields["shape"].refuse("It says {stated:shape}; the design needs {shape:shape}.", stated=stated, shape=shape)
    if [offset.integer(0, 2**40) for offset in fields["data_offsets"].items(2, 2)] != offsets:
        fields["data_offsets"].refuse("It must be [{offsets:commas}].", offsets=tuple(offsets))
