"""What PyTorch's two exporters tell of its modules in the nodes of an ONNX graph: names, and where batch norms were."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import onnx

from cnnstudio.exchange.reading.project import LONGEST_NAME
from cnnstudio.files.printable import printable

Modules = tuple[str, ...]
#: where the newer one tells of the modules around a node, by their names and with their classes
_NAMES, _CLASSES = "pkg.torch.onnx.name_scopes", "namespace"
#: how the older one calls the weights of a convolution that it has computed itself
_COMPUTED = "onnx::Conv_"


class Named:
    """The nodes of a graph by what they were in the program that exported it."""

    def __init__(self, nodes: Iterable[onnx.NodeProto]) -> None:
        self._nodes = nodes

    @cached_property
    def _containers(self) -> frozenset[Modules]:
        paths = {_path(proto) for proto in self._nodes}
        return frozenset(path[:count] for path in paths for count in range(len(path)))

    def modules(self, proto: onnx.NodeProto) -> Modules:
        """The modules that hold more than this node, from the outside in."""
        path = _path(proto)
        return path if path in self._containers else path[:-1]

    def name(self, proto: onnx.NodeProto) -> str:
        """What its layer is called: as its own module, else as the node; "" where neither says anything."""
        path = _path(proto)
        if not path:
            return "" if _scopes(proto) else printable(proto.name).removeprefix("/")[:LONGEST_NAME]
        if path in self._containers:
            return ""
        weights = proto.input[1] if _scopes(proto) and len(proto.input) > 1 else ""
        own = printable(weights.removesuffix(".weight")) if weights.endswith(".weight") else path[-1]
        short = own.rpartition(".")[2]
        return (own if short.isdecimal() else short)[:LONGEST_NAME]


def folded_norm(proto: onnx.NodeProto) -> bool:
    """Whether a convolution has taken the batch norm behind it into its weights."""
    told = next((entry.value for entry in proto.metadata_props if entry.key == _CLASSES), "")
    computed = len(proto.input) > 1 and proto.input[1].startswith(_COMPUTED)
    return proto.op_type == "Conv" and (computed or "batchnorm" in str(told))


def _scopes(proto: onnx.NodeProto) -> str:
    return next((str(entry.value) for entry in proto.metadata_props if entry.key == _NAMES), "")


def _path(proto: onnx.NodeProto) -> Modules:
    """The modules around a node: the newer exporter lists them with the operator behind them, the older one makes its
    name of them."""
    if scopes := _scopes(proto):
        found = scopes.split("'")[1:-2:2]  # ['', 'layer1', 'layer1.0', 'add']
    else:
        found = proto.name.split("/")[:-1] if proto.name.startswith("/") else []
    return tuple(printable(part)[:LONGEST_NAME] for part in found if part)
