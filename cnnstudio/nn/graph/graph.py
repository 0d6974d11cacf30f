"""The network as a value: layers and the wires between them, and the shape of every volume."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from cnnstudio.nn.arrays import Shape
from cnnstudio.nn.graph.layer import Layer
from cnnstudio.nn.sliding_window import ShapeError
from cnnstudio.nn.telling.told import Sentence, WordedError

#: what all layers together may hold for one image: a gigabyte of float32. More is a slip of the hand, or a file that
#: wants to fill the memory of whoever opens it.
MOST_NUMBERS = 250_000_000
#: so many zeros may lie around what a window slides over: wide dilation with padding “same” soon asks for more
MOST_PADDING = 50_000_000


class GraphError(WordedError, ValueError):
    """The graph cannot be computed or trained; ``str()`` is one sentence, ``node`` names the place if there is one."""

    def __init__(self, template: str | Sentence, node: str | None = None, /, **values: Hashable) -> None:
        super().__init__(template, **values)
        self.node = node


@dataclass(frozen=True)
class Node:
    """One layer in a graph. ``inputs`` are the ids of the nodes it reads, in the order of its ports."""

    id: str
    layer: Layer
    inputs: tuple[str, ...] = ()

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        """Graphs are looked up by their nodes at every edit, and most of these stand in the graph before, too."""
        return hash((self.id, self.layer, self.inputs))

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """The wires that end here."""
        return tuple(Edge(source, self.id, port) for port, source in enumerate(self.inputs))

    def reading(self, inputs: tuple[str, ...]) -> Node:
        """The same layer reading other nodes. Where it reads these already it is itself: graphs share what no edit has
        changed, and are then compared at a glance."""
        return self if inputs == self.inputs else Node(self.id, self.layer, inputs)

    def making(self, inputs: tuple[Shape, ...]) -> Inferred:
        """What its layer makes of these inputs. After an edit most take what they took before, and keep that at hand:
        the same object then."""
        known: Inferred | None = self.__dict__.get("_made")
        if known is None or known.inputs != inputs:
            known = self.__dict__["_made"] = _inferred(self.layer, inputs)
        return known


@dataclass(frozen=True)
class Edge:
    """A wire from the output of ``source`` to input number ``port`` (from 0) of ``target``."""

    source: str
    target: str
    port: int = 0


@dataclass(frozen=True, eq=False)
class Inferred:
    """What shape inference found for a node: its input shapes and its output shape, or why there is none.

    ``waiting`` is true when only something upstream is missing or wrong. It is known by itself, not by what is in it.
    """

    inputs: tuple[Shape, ...] = ()
    output: Shape | None = None
    error: ShapeError | None = None
    waiting: bool = False


_WAITING = Inferred(waiting=True)


@dataclass(frozen=True)
class Graph:
    """An immutable network. Node ids are unique; an input may name a node only if that node is in the graph.

    Raises:
        GraphError: two nodes share an id, or a wire comes from nowhere.
    """

    nodes: tuple[Node, ...] = ()

    def __post_init__(self) -> None:
        if len(self._by_id) != len(self.nodes):
            raise GraphError("Two layers have the same id.")
        for node in self.nodes:
            for source in node.inputs:
                if source not in self._by_id:
                    raise GraphError(
                        "Layer “{id}” reads from “{source}”, which is not there.", node.id, id=node.id, source=source
                    )

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        """Analyses are looked up by graph many times an edit; of a thousand layers it takes long."""
        return hash(self.nodes)

    @cached_property
    def _by_id(self) -> dict[str, Node]:
        return {node.id: node for node in self.nodes}

    def __getitem__(self, node_id: str) -> Node:
        return self._by_id[node_id]

    def __contains__(self, node_id: object) -> bool:
        return node_id in self._by_id

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes)

    def __len__(self) -> int:
        return len(self.nodes)

    @cached_property
    def ids(self) -> frozenset[str]:
        """The id of every node."""
        return frozenset(self._by_id)

    @cached_property
    def images(self) -> tuple[str, ...]:
        """The ids of its Input layers, where images come in."""
        return tuple(node.id for node in self.nodes if node.layer.category == "input")

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """Every wire."""
        return tuple(edge for node in self.nodes for edge in node.edges)

    @cached_property
    def consumers(self) -> Mapping[str, tuple[str, ...]]:
        """For each node the nodes that read it."""
        found: dict[str, list[str]] = {node.id: [] for node in self.nodes}
        for edge in self.edges:
            found[edge.source].append(edge.target)
        return {node_id: tuple(targets) for node_id, targets in found.items()}

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Node ids so that each comes after its inputs; nodes on a cycle and behind one are left out."""
        remaining = {node.id: len(node.inputs) for node in self.nodes}
        ready = [node.id for node in self.nodes if not node.inputs]
        ordered: list[str] = []
        for current in ready:  # which grows meanwhile
            ordered.append(current)
            for target in self.consumers[current]:
                remaining[target] -= 1
                if remaining[target] == 0:
                    ready.append(target)
        return tuple(ordered)

    @cached_property
    def cyclic(self) -> frozenset[str]:
        """Nodes on a cycle or behind one."""
        return frozenset(self._by_id) - frozenset(self.order)

    @cached_property
    def circles(self) -> tuple[frozenset[str], ...]:
        """The nodes that depend on themselves, those that depend on each other together: the strongly connected
        components (Kosaraju and Sharir, 1981), each node and wire being looked at twice."""
        finished: list[str] = []
        seen: set[str] = set()
        for root in self.nodes:
            if root.id not in self.cyclic or root.id in seen:
                continue
            seen.add(root.id)
            way = [(root.id, iter(self.consumers[root.id]))]
            while way:
                node_id, targets = way[-1]
                if (target := next((t for t in targets if t not in seen), None)) is None:
                    finished.append(node_id)
                    way.pop()
                else:
                    seen.add(target)
                    way.append((target, iter(self.consumers[target])))
        found: list[frozenset[str]] = []
        for last in reversed(finished):
            if last not in seen:
                continue
            seen.remove(last)
            together, waiting = [last], [last]
            while waiting:
                before = seen.intersection(self[waiting.pop()].inputs)
                seen -= before
                together += before
                waiting += before
            if len(together) > 1 or last in self[last].inputs:
                found.append(frozenset(together))
        return tuple(found)

    @cached_property
    def inferred(self) -> Mapping[str, Inferred]:
        """The shape of every node, or the reason why it has none."""
        found = dict.fromkeys(self._by_id, _WAITING)
        numbers = 0
        for node_id in self.order:
            node = self[node_id]
            sources = [found[source].output for source in node.inputs]
            if len(node.inputs) < node.layer.fewest_inputs or None in sources:
                continue
            shapes = tuple(shape for shape in sources if shape is not None)
            made = found[node_id] = node.making(shapes)
            if made.output is not None:
                numbers += math.prod(made.output)
                if numbers > MOST_NUMBERS:
                    numbers -= math.prod(made.output)
                    found[node_id] = Inferred(shapes, error=_too_large(node.layer, made.output))
        return found

    def ancestors(self, node_id: str) -> frozenset[str]:
        """The node itself and everything it depends on."""
        found: set[str] = set()
        waiting = [node_id]
        while waiting:
            current = waiting.pop()
            if current not in found:
                found.add(current)
                waiting.extend(self[current].inputs)
        return frozenset(found)

    def restricted(self, keep: frozenset[str] | set[str]) -> Graph:
        """The graph of some of the nodes; wires from others are dropped. Itself, with all that is known of it, where
        nothing is left out."""
        if self.ids <= keep:
            return self
        return Graph(
            tuple(
                node.reading(tuple(source for source in node.inputs if source in keep))
                for node in self.nodes
                if node.id in keep
            )
        )

    def with_layer(self, node_id: str, layer: Layer) -> Graph:
        """The same graph with another layer at a node."""
        return Graph(tuple(Node(n.id, layer, n.inputs) if n.id == node_id else n for n in self.nodes))

    def goes_on_as(self, other: Graph) -> bool:
        """Whether it differs from another at most in what training may change on its way: the same weights fit, and
        compute the same without training."""
        if self is other or self == other:
            return True
        return len(self) == len(other) and all(
            (one.id, one.inputs) == (two.id, two.inputs) and one.layer.goes_on_as(two.layer)
            for one, two in zip(self.nodes, other.nodes, strict=True)
        )

    @cached_property
    def computable(self) -> Graph:
        """The part that has shapes: what lies upstream of an error still computes."""
        return self.restricted({i for i, found in self.inferred.items() if found.output is not None})

    def shape(self, node_id: str) -> Shape:
        """The output shape of a node.

        Raises:
            GraphError: it has none.
        """
        found = self.inferred[node_id]
        if found.output is None:
            waits = Sentence("It waits for a shape from the layers before it.")
            raise GraphError(found.error.sentence if found.error else waits, node_id)
        return found.output


@lru_cache(maxsize=8192)  # after an edit most layers take what they took before
def _inferred(layer: Layer, inputs: tuple[Shape, ...]) -> Inferred:
    """What a layer makes of these inputs."""
    try:
        output = layer.output_shape(inputs)
        if math.prod(output) > MOST_NUMBERS:
            raise _too_large(layer, output)
        _refuse_too_much_padding(layer, inputs)
        return Inferred(inputs, output)
    except ShapeError as error:
        return Inferred(inputs, error=error)


def padding_numbers(layer: Layer, inputs: Sequence[Shape]) -> int:
    """How many numbers of one image are padding for the window of a layer that can take these inputs."""
    window = layer.window(inputs)
    return 0 if window is None or window.spreads else math.prod(window.padded(inputs[0])) - math.prod(inputs[0])


def _refuse_too_much_padding(layer: Layer, inputs: Sequence[Shape]) -> None:
    window = layer.window(inputs)
    if window is not None and padding_numbers(layer, inputs) > MOST_PADDING:
        raise ShapeError("too-much-padding", layer=layer.title, padded=window.padded(inputs[0]))


def _too_large(layer: Layer, output: Shape) -> ShapeError:
    return ShapeError("too-large", layer=layer.title, output=output, most=MOST_NUMBERS)


def chain(*layers: tuple[str, Layer]) -> Graph:
    """A plain stack: each layer reads the one before."""
    nodes: list[Node] = []
    for node_id, layer in layers:
        nodes.append(Node(node_id, layer, (nodes[-1].id,) if nodes else ()))
    return Graph(tuple(nodes))
