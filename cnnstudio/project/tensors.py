"""Named float32 arrays as safetensors, read without trusting anything the file says.

The layout is public (https://github.com/huggingface/safetensors): eight bytes with the header's length, a
JSON header, the numbers. Written here and not by the library, since ours must be the same bytes each time.
"""

from __future__ import annotations

import json
import math
from collections.abc import Hashable, Mapping

import numpy as np

from cnnstudio.design.format.strict import Checked, FileFormatError, parse
from cnnstudio.nn.arrays import Floats, Shape
from cnnstudio.nn.parameters.parameters import Layout

LARGEST_HEADER = 1 << 20
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


def read_tensors(
    data: bytes, expected: Mapping[str, Shape], file: str, place: str
) -> tuple[dict[str, Floats], Checked]:
    """The arrays (read-only views of ``data``) and the remarks.

    Raises:
        FileFormatError: names, shapes or types are not the expected ones, or the numbers are not all there
            or not finite.
    """

    def refuse(template: str, /, **values: Hashable) -> FileFormatError:
        return FileFormatError(file, place, template, **values)

    length = int.from_bytes(data[:8], "little")
    if len(data) < 8 or length > min(LARGEST_HEADER, len(data) - 8):
        raise refuse("Its header is damaged: the length it states is not there.")
    header = parse(data[8 : 8 + length], file, place).mapping()
    about = header.pop(_METADATA, Checked({}, file, place))
    body = memoryview(data)[8 + length :]
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


def _check_entry(item: Checked, shape: Shape, offsets: list[int]) -> None:
    fields = item.fields("dtype", "shape", "data_offsets")
    if fields["dtype"].value != "F32":
        fields["dtype"].refuse("Only F32 (float32) is stored here.")
    stated = tuple(extent.integer(0, 2**40) for extent in fields["shape"].items(8))
    if stated != shape:
        fields["shape"].refuse("It says {stated:shape}; the design needs {shape:shape}.", stated=stated, shape=shape)
    if [offset.integer(0, 2**40) for offset in fields["data_offsets"].items(2, 2)] != offsets:
        fields["data_offsets"].refuse("It must be [{offsets:commas}].", offsets=tuple(offsets))
