"""A network as a Python file that imports NumPy alone, and its weights beside it as an ``.npz``."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from inspect import isfunction

import numpy as np

from cnnstudio.exchange.code.lines import lines_of, names_of, with_shapes
from cnnstudio.exchange.code.sources import called_in_lines, plain_functions
from cnnstudio.exchange.code.spelling import class_name, remark, wrapped
from cnnstudio.exchange.exportable import Exportable
from cnnstudio.exchange.numpy import functions
from cnnstudio.exchange.numpy.kinds import WRITERS, Place
from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.graph.graph import Node

#: no variable may be called as one of them
_FUNCTIONS = {name for name, value in vars(functions).items() if isfunction(value)}
_CLASS = '''
class {name}:
    """Pictures (N, {image}), float32 from 0 to 1, to {classes} logits each."""

    def __init__(self, path=WEIGHTS):
        self.weights = {{}}
        with np.load(path) as file:
            for name in file.files:
                layer, array = name.split(".")
                self.weights.setdefault(layer, {{}})[array] = file[name]

    def logits(self, x):
{lines}

    def probabilities(self, x):
        """How likely each class is: (N, {classes})."""
        return softmax(self.logits(x))


def load(path=WEIGHTS):
    """The network with its weights."""
    return {name}(path)
'''


def numpy_code(network: Exportable) -> str:
    """The ``.py``: a class whose ``logits`` and ``probabilities`` take float32 (N, H, W, C) from 0 to 1. It depends on
    the design alone, not on its weights.

    Raises:
        GraphError: it is no classifier.
        ExportRefused: it holds a layer that cannot be written.
    """
    ends, names = network.ends, names_of(network, _FUNCTIONS)

    def write(node: Node, sources: tuple[str, ...]) -> str:
        writer = network.writer(WRITERS, node, "NumPy")
        return writer(node.layer, Place(names[node.id], sources, network.inputs(node.id)))

    lines = lines_of(network, names, write)
    (classes,), name = network.shape(ends.softmax), class_name(network.design.title)
    called = called_in_lines(line.expression for line in lines) | {"softmax"}
    learned = any(network.parameters.layout.of(node.id) for node in network.nodes)
    title = remark(network.design.title) or "A network"
    about = f"{title}, drawn in CNN Studio. It needs NumPy and the weights beside it: load().probabilities(pictures)."
    body = [*(["        w = self.weights"] if learned else []), *with_shapes(lines, " " * 8)]
    written = _CLASS.format(
        name=name, image=", ".join(map(str, network.shape(ends.input))), classes=classes, lines="\n".join(body)
    )
    head = [
        f'"""{about}"""',
        "",
        "import numpy as np",
        "",
        wrapped("CLASSES = ", network.classes),
        'WEIGHTS = __file__.removesuffix(".py") + ".npz"',
    ]
    return "\n\n\n".join(["\n".join(head), *plain_functions(functions, called), written.strip()]) + "\n"


def numpy_arrays(network: Exportable) -> dict[str, Floats]:
    """What each layer has learned and keeps, in public shapes, under ``layer.array``."""
    names = names_of(network, _FUNCTIONS)
    return {
        f"{names[node.id]}.{name}": array
        for node in network.nodes
        for name, array in network.arrays(node.id).items()
    }  # fmt: skip


def npz(arrays: Mapping[str, Floats]) -> bytes:
    """Arrays as an ``.npz``: the same bytes for the same numbers."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, array in arrays.items():
            member = io.BytesIO()
            np.lib.format.write_array(member, np.ascontiguousarray(array), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0)), member.getvalue())
    return packed.getvalue()
