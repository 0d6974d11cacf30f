"""What is handed to another program: a classifier with its weights, under the names that the drawing has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from cnnstudio.design.value.design import Design
from cnnstudio.nn.arrays import Floats, Shape
from cnnstudio.nn.graph.graph import Graph, Node
from cnnstudio.nn.graph.layer import Layer
from cnnstudio.nn.network.network import Classifier, classifier
from cnnstudio.nn.parameters.parameters import Parameters
from cnnstudio.nn.sliding_window import Window
from cnnstudio.nn.telling.told import WordedError

WriterT = TypeVar("WriterT")


class ExportRefused(WordedError):
    """A network cannot be written for another program; ``str()`` is one sentence that names what is in the way."""


@dataclass(frozen=True, eq=False)
class Exportable:
    """``parameters`` are those of the design's graph, ``classes`` the names of its answers, () where nobody knows."""

    design: Design
    parameters: Parameters
    classes: tuple[str, ...] = ()

    @cached_property
    def ends(self) -> Classifier:
        """Where images come in, logits and probabilities come out.

        Raises:
            GraphError: the design is no classifier; the sentence says what is missing.
        """
        return classifier(self.design.graph)

    @cached_property
    def graph(self) -> Graph:
        """The part that leads from the image to the answers; what hangs beside it computes nothing for them."""
        return self.design.graph.restricted(self.design.graph.ancestors(self.ends.softmax))

    @property
    def nodes(self) -> Sequence[Node]:
        """In the order in which they can be computed."""
        return [self.graph[node_id] for node_id in self.graph.order]

    def name(self, node: str) -> str:
        """What a layer is called in the drawing; of several with one name each but the first has its id behind it."""
        return self._names[node]

    @cached_property
    def _names(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for node in self.graph.order:
            name = self.design.cards[node].name
            found[node] = f"{name} ({node})" if name in found.values() else name
        return found

    def inputs(self, node: str) -> tuple[Shape, ...]:
        """The shapes that a layer reads, (H, W, C) or (units,)."""
        return self.graph.inferred[node].inputs

    def shape(self, node: str) -> Shape:
        """The shape that a layer makes, (H, W, C) or (units,)."""
        return self.graph.shape(node)

    def arrays(self, node: str) -> Mapping[str, Floats]:
        """What a layer learns and what it keeps beside, by name, in public shapes."""
        return {**self.parameters.arrays(node), **self.parameters.state_arrays(node)}

    def writer(self, writers: Mapping[str, WriterT], node: Node, target: str) -> WriterT:
        """Of the writers of a target by kind the one for a layer.

        Raises:
            ExportRefused: the target has none for it.
        """
        if (found := writers.get(node.layer.kind)) is None:
            raise ExportRefused(
                "{name} cannot be written in {target}. Replace it first.", name=self.name(node.id), target=target
            )
        return found


def window_of(layer: Layer, shapes: Sequence[Shape]) -> Window:
    """The window of a layer that has one."""
    window = layer.window(shapes)
    assert window is not None
    return window
