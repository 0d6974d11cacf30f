"""The network that is read from an ONNX graph, layer by layer."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import onnx

from cnnstudio.exchange.onnx.tensors import Known, Maps, Numbers, Tensor
from cnnstudio.exchange.reading.layers_read import ImportRefused, LayersRead, Picture
from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.telling.told import Sentence


class NetworkRead(LayersRead):
    """The layers, and what tensors of the graph stand for."""

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

    def numbers(self, operator: Operator, tensor: Tensor) -> Numbers:
        """The list that a tensor is.

        Raises:
            ImportRefused: it is something else.
        """
        if isinstance(tensor, Numbers):
            return tensor
        raise operator.refused("It reads no list of numbers (N, units).")


@dataclass(frozen=True)
class Operator:
    """A node of the ONNX graph with what its inputs stand for."""

    proto: onnx.NodeProto
    inputs: tuple[Tensor | None, ...]
    name: str
    modules: tuple[str, ...] = ()

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

    def refused(self, reason: str, /, **values: Hashable) -> ImportRefused:
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
