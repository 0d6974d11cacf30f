"""The network that is read from an ONNX graph, layer by layer."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx

from cnnstudio.exchange.onnx.tensors import Known, Maps, Numbers, Picture, Tensor
from cnnstudio.nn.arrays import Floats, Shape
from cnnstudio.nn.graph.graph import Graph, Node
from cnnstudio.nn.graph.layer import Layer, layer_kinds
from cnnstudio.nn.settings import SettingError
from cnnstudio.nn.telling.told import Sentence, WordedError

#: more layers than a design may have are refused before they are made
MOST_LAYERS = 2_000
IMAGE = "input_1"


class ImportRefused(WordedError):
    """A network cannot be represented here; ``str()`` is one sentence that names the operator and the node."""


@dataclass
class NetworkRead:
    """``shapes`` are public, by node id, ``arrays`` what each layer brings, ``notes`` what was done on the way."""

    image: Shape
    nodes: dict[str, Node] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    shapes: dict[str, Shape] = field(default_factory=dict)
    arrays: dict[str, Mapping[str, Floats]] = field(default_factory=dict)
    notes: list[Sentence] = field(default_factory=list)
    scaling: Picture | None = None

    def add(self, operator: Operator, kind: str, sources: tuple[str, ...], **settings: Any) -> str:
        """A layer; its id.

        Raises:
            ImportRefused: its settings are beyond the limits here, or it cannot take these inputs.
        """
        if len(self.nodes) >= 2 * MOST_LAYERS:
            raise ImportRefused("It has more than {most:thousands} layers.", most=MOST_LAYERS)
        node = f"{kind}_{sum(other.layer.kind == kind for other in self.nodes.values()) + 1}"
        try:
            layer: Layer = layer_kinds()[kind](**settings)
            shape = layer.output_shape([self.shapes[source] for source in sources])
        except (SettingError, ValueError) as error:
            raise operator.refused(
                "It is beyond what is possible here: {why}", why=Sentence("{e}", e=str(error))
            ) from error
        self.nodes[node] = Node(node, layer, sources)
        self.shapes[node], self.names[node] = shape, operator.name
        return node

    def maps(self, operator: Operator, tensor: Tensor) -> str:
        """The layer whose volume a tensor is.

        Raises:
            ImportRefused: it is something else.
        """
        if isinstance(tensor, Picture):
            return self.scaled(operator, tensor)
        if isinstance(tensor, Maps) and not tensor.last:
            return tensor.node
        raise operator.refused("It reads no volume of maps (N, C, H, W).")

    def scaled(self, operator: Operator, picture: Picture) -> str:
        """The Input layer, with the scaling that everybody who reads the picture must agree on."""
        if self.scaling is None:
            height, width, channels = self.image
            mean, deviation = (each[0] if len(set(each)) == 1 else each for each in (picture.mean, picture.deviation))
            name = Operator(onnx.NodeProto(), (), "Input")
            self.scaling = picture
            self.add(name, "input", (), height=height, width=width, channels=channels, mean=mean, deviation=deviation)
        elif self.scaling != picture:
            raise operator.refused("The picture is scaled in two ways.")
        return IMAGE

    def numbers(self, operator: Operator, tensor: Tensor) -> Numbers:
        """The list that a tensor is.

        Raises:
            ImportRefused: it is something else.
        """
        if isinstance(tensor, Numbers):
            return tensor
        raise operator.refused("It reads no list of numbers (N, units).")

    def graph(self, end: str) -> Graph:
        """What leads to a node."""
        whole = Graph(tuple(self.nodes.values()))
        return whole.restricted(whole.ancestors(end))


@dataclass(frozen=True)
class Operator:
    """A node of the ONNX graph with what its inputs stand for."""

    proto: onnx.NodeProto
    inputs: tuple[Tensor | None, ...]
    name: str

    @property
    def kind(self) -> str:
        """The operator's name."""
        return str(self.proto.op_type)

    @property
    def attributes(self) -> Mapping[str, Any]:
        """By name; texts as str."""
        found = {a.name: onnx.helper.get_attribute_value(a) for a in self.proto.attribute}
        return {
            name: value.decode(errors="replace") if isinstance(value, bytes) else value for name, value in found.items()
        }

    def refused(self, reason: str, **values: Hashable) -> ImportRefused:
        """Why it cannot be read, in a sentence that names it."""
        node = self.proto.name or next(iter(self.proto.output), self.name)
        why = Sentence(reason, **values)
        return ImportRefused("{operator} (node “{node}”): {reason}", operator=self.kind, node=node, reason=why)

    def input(self, place: int) -> Tensor:
        """What is read at a place.

        Raises:
            ImportRefused: nothing is.
        """
        found = self.inputs[place] if place < len(self.inputs) else None
        if found is None:
            raise self.refused("Its input {place} is missing.", place=place + 1)
        return found

    def known(self, place: int, what: str) -> Floats:
        """The numbers that are read at a place.

        Raises:
            ImportRefused: they depend on the picture, or are missing.
        """
        found = self.input(place)
        if not isinstance(found, Known):
            raise self.refused("Its {what} must be constant.", what=what)
        return found.values

    def optional(self, place: int, what: str) -> Floats | None:
        """The numbers that are read at a place, if any are."""
        return self.known(place, what) if place < len(self.inputs) and self.inputs[place] is not None else None

    def need(self, name: str, *allowed: Any, default: Any = None) -> Any:
        """An attribute that may only be one of these; the first where it is not told.

        Raises:
            ImportRefused: it is another.
        """
        value = self.attributes.get(name, allowed[0] if default is None else default)
        if value not in allowed:
            raise self.refused("Its {name} is {value}, which is not possible here.", name=name, value=str(value))
        return value


def shortest(value: float) -> float:
    """The number with the fewest digits that single precision takes for this one: 0.1307, not 0.13070000708103."""
    return float(str(np.float32(value)))
