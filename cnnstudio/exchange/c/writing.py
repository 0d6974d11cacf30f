"""A network as one C99 header: its weights as arrays, the functions it calls, and two functions of a picture."""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Iterator

import numpy as np

from cnnstudio.exchange.c.buffers import Buffers
from cnnstudio.exchange.c.functions import FUNCTIONS, functions
from cnnstudio.exchange.c.kinds import IN_PLACE, WRITERS, Place, does_nothing
from cnnstudio.exchange.code.lines import names_of, reading_order
from cnnstudio.exchange.code.spelling import WIDTH, identifier, remark
from cnnstudio.exchange.exportable import Exportable, ExportRefused
from cnnstudio.nn.arrays import Floats, shape_text
from cnnstudio.nn.parameters.parameters import Parameters

#: a header with more parameters takes compilers too long
MOST_PARAMETERS = 1_000_000
_ARRAY = re.compile(r"^static const float \w+\[\d+\] = \{\n(.*?)\};", re.DOTALL | re.MULTILINE)

_HEAD = """
/* {title}, drawn in CNN Studio. It needs the standard library alone (link with -lm):

       #include "{file}.h"

       float picture[{prefix}inputs], answers[{prefix}outputs];
       {prefix}probabilities(picture, answers);

   A picture is {image} floats from 0 to 1, row by row, the channels of one place side by side. {prefix}logits gives
   the scores before Softmax. Both use the same buffers, so only one thread may call them at a time. */
#ifndef {guard}
#define {guard}

#include <math.h>
#include <stddef.h>
#include <string.h>

enum {{ {prefix}inputs = {inputs}, {prefix}outputs = {outputs} }};
"""
_NETWORK = """
static inline void {prefix}logits(const float *picture, float *logits)
{{
{lines}
}}

static inline void {prefix}probabilities(const float *picture, float *probabilities)
{{
    {prefix}logits(picture, probabilities);
    {prefix}softmax(probabilities, {prefix}outputs, probabilities);
}}

#endif
"""


def c_code(network: Exportable, *, weights: bool = True) -> str:
    """The header. Without ``weights`` dots stand for the numbers: what there is to read.

    Raises:
        GraphError: it is no classifier.
        ExportRefused: it holds a layer that cannot be written, or too many parameters.
    """
    ends, file = network.ends, identifier(network.design.title, "network", ())
    prefix = f"{file}_"
    count = network.parameters.layout.size + network.parameters.state_layout.size
    if count > MOST_PARAMETERS:
        raise ExportRefused(
            "It has {count:# number|# numbers} to write out; a header in C has {most:thousands} at most. Export it as "
            "ONNX.",
            count=count, most=MOST_PARAMETERS,
        )  # fmt: skip
    lines = _network(network)
    called = {*re.findall(r"\bNET_(\w+)\(", "\n".join(lines)), "softmax"} & FUNCTIONS.keys()
    image = network.shape(ends.input)
    head = _HEAD.format(
        title=_remark(network.design.title) or "A network", file=file, prefix=prefix,
        guard=f"{file}_H".upper(), image=shape_text(image), inputs=math.prod(image),
        outputs=network.shape(ends.softmax)[0],
    )  # fmt: skip
    classes = (
        [f"static const char *const {prefix}classes[] = {{{_texts(network.classes)}}};"] if network.classes else []
    )
    arrays = [_array(prefix + name, values if weights else None) for name, values in _arrays(network).items()]
    body = "\n".join(_wrapped(line, prefix) for line in lines)
    end = _NETWORK.format(prefix=prefix, lines=body)
    return "\n\n".join([head.strip(), *classes, *functions(called, prefix), *arrays, end.strip()]) + "\n"


def parameters_in(network: Exportable, code: str) -> Parameters | None:
    """The parameters that a header holds, in the order in which ``c_code`` writes them; None where they are not so
    many numbers."""
    found = network.parameters.copy()
    texts = [match[1] for match in _ARRAY.finditer(code)]
    arrays = list(_arrays(Exportable(network.design, found, network.classes)).values())
    if len(texts) != len(arrays):
        return None
    for text, array in zip(texts, arrays, strict=True):
        try:
            numbers = np.array(text.replace("f", "").rstrip(",\n ").split(","), np.float32)
        except ValueError:
            return None
        if numbers.size != array.size:
            return None
        array[...] = numbers.reshape(array.shape)
    return found


def _arrays(network: Exportable) -> dict[str, Floats]:
    names = names_of(network)
    return {
        f"{names[node.id]}_{name}": array
        for node in network.nodes
        for name, array in network.arrays(node.id).items()
    }  # fmt: skip


def _array(name: str, values: Floats | None) -> str:
    if values is None:
        return f"static const float {name}[] = {{…}};"
    if not np.isfinite(values).all():
        raise ExportRefused("Some of its weights are no numbers.")
    numbers = ", ".join(f"{each}f" for each in values.ravel().astype("U"))
    return f"static const float {name}[{values.size}] = {{\n{_filled(numbers)}\n}};"


def _filled(text: str) -> str:
    """Long lines of numbers. (textwrap takes a second for each hundred thousand.)"""
    lines, begun = [], 0
    while len(text) - begun > WIDTH:
        end = text.rindex(", ", begun, begun + WIDTH) + 1
        lines.append(text[begun:end])
        begun = end + 1
    return "\n".join([*lines, text[begun:] + ","])


def _texts(values: tuple[str, ...]) -> str:
    """Texts in C, in UTF-8: what is no plain letter as the number of its byte."""
    plain = {*range(0x20, 0x7F)} - {*b'"\\?'}
    return ", ".join(
        '"'
        + "".join(chr(byte) if byte in plain else f"\\{byte:03o}" for byte in value.encode("utf-8", "replace"))
        + '"'
        for value in values
    )


def _calls(network: Exportable, buffers: Buffers) -> Iterator[str]:
    """What is called for each layer, from the picture to the logits, with a remark before it."""
    graph, names = network.graph, names_of(network)
    made: dict[str, str] = {}  # the variable that holds what a node makes
    for node in (graph[node_id] for node_id in reading_order(graph) if node_id != network.ends.softmax):
        writer = network.writer(WRITERS, node, "C")
        sources = tuple(made[source] for source in node.inputs) or ("picture",)
        last, idle = node.id == network.ends.logits, does_nothing(node.layer)
        shape, readers = network.shape(node.id), len(graph.consumers[node.id])
        if not last and (idle or (node.layer.kind in IN_PLACE and buffers.has_one_reader(sources[0]))):
            y = sources[0]
            buffers.hand_on(y, readers)
        else:
            y = "logits" if last else buffers.take(math.prod(shape), readers)
            buffers.done(sources)
        made[node.id] = y
        if y == sources[0] and idle:
            continue
        yield f"/* {_remark(network.name(node.id))}: {shape_text(shape)} */"
        place = Place(names[node.id], sources, network.inputs(node.id), y, shape)
        yield from writer(node.layer, place) or [f"memcpy(logits, {sources[0]}, sizeof(float) * NET_outputs);"]


def _network(network: Exportable) -> list[str]:
    """The lines of the function: buffers, then a call for each layer."""
    buffers = Buffers()
    calls = list(_calls(network, buffers))
    kept = ", ".join(f"{name}[{size}]" for name, size in buffers.sizes.items())
    return [*([f"static float {kept};"] if kept else []), *calls]


def _wrapped(line: str, prefix: str) -> str:
    """A line as it is written: not too long, and with the names of this network but in remarks."""
    line = line if line.startswith("/*") else line.replace("NET_", prefix)
    parts = textwrap.wrap(
        line, WIDTH, initial_indent=" " * 4, subsequent_indent=" " * 8, break_long_words=False, break_on_hyphens=False
    )
    return "\n".join(parts).replace("\0", " ")


def _remark(text: str) -> str:
    """Text as it may stand in a comment."""
    return remark(text).replace("*/", "* /").replace("/*", "/ *")
