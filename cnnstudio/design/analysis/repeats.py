"""Parts of a network that occur again and again, found by how it is wired: the residual blocks of a ResNet, the
modules of an Inception network, the convolutions before each pooling of a VGG."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from cnnstudio.nn.arrays import Shape
from cnnstudio.nn.graph.graph import Graph, Node

#: fewer layers are not worth a name; more steps in a row are not compared, and no more different parts are looked for
FEWEST, _LONGEST, _MOST = 3, 40, 12


@dataclass(frozen=True)
class _Step:
    """``nodes`` that end in one through which everything goes: that layer alone, or with the branches that meet in it.
    Steps of equal ``form`` are wired alike; ``fresh`` says that the maps before it have just become smaller."""

    form: Hashable
    nodes: tuple[str, ...]
    last: Node
    shape: Shape
    fresh: bool = True

    @property
    def branches(self) -> bool:
        return len(self.nodes) > 1

    @property
    def begins(self) -> bool:
        """Whether a part may begin with it: an activation, say, belongs to what is before it."""
        return self.branches or self.last.layer.category in ("convolution", "normalization", "merge")

    @property
    def learns(self) -> bool:
        return self.branches or self.last.layer.category == "convolution"

    @property
    def pools(self) -> bool:
        return self.last.layer.category == "pooling"


def repeated(graph: Graph) -> tuple[tuple[frozenset[str], ...], ...]:
    """The parts that occur at least twice, in the order of the network, those together whose maps are equally large and
    that follow each other; of several ways to cut the network the one that leaves least to be told. The graph leads
    from one image to one end, and all its layers have shapes."""
    spine = _spine(graph)
    found = _occurrences([spine])
    taken = {node for nodes in found for node in nodes}
    knots = [step for step in spine if step.branches and taken.isdisjoint(step.nodes)]
    found += _occurrences([chain for step in knots for chain in _chains(graph, step)])
    place = {node: number for number, node in enumerate(graph.order)}
    found.sort(key=lambda nodes: place[nodes[-1]])
    alike = groupby(found, lambda nodes: graph.shape(nodes[-1])[:-1])
    return tuple(tuple(map(frozenset, parts)) for _, parts in alike)


def around(graph: Graph, parts: Iterable[frozenset[str]]) -> frozenset[str]:
    """The layers of parts that follow each other, and those between them."""
    inside = frozenset[str]().union(*parts)
    spine = _spine(graph)
    touched = [number for number, step in enumerate(spine) if not inside.isdisjoint(step.nodes)]
    return frozenset(node for step in spine[touched[0] : touched[-1] + 1] for node in step.nodes)


def _spine(graph: Graph) -> list[_Step]:
    """The network as steps one after the other: one ends with a layer that no wire goes past."""
    steps: list[_Step] = []
    gathered: list[str] = []
    wires = 0
    for node_id in graph.order:
        node = graph[node_id]
        gathered.append(node_id)
        wires -= len(node.inputs)
        if not wires:
            before = steps[-1] if steps else None
            fresh = before is None or before.pools or before.last.layer.category == "input"
            steps.append(_step(graph, tuple(gathered), fresh))
            gathered = []
        wires += len(graph.consumers[node_id])
    return steps


def _step(graph: Graph, nodes: tuple[str, ...], fresh: bool = True) -> _Step:
    forms: dict[str, int] = {}
    for node_id in nodes:
        node = graph[node_id]
        window = node.layer.window(graph.inferred[node_id].inputs)
        # the order in which a merge names its branches says nothing about the wiring
        read = tuple(sorted(forms.get(source, 0) for source in node.inputs))
        forms[node_id] = hash((node.layer.kind, window.kernel if window is not None else None, read))
    last = nodes[-1]
    return _Step((len(nodes), forms[last]), nodes, graph[last], graph.shape(last), fresh)


def _chains(graph: Graph, step: _Step) -> Iterator[list[_Step]]:
    """The runs of layers among branches in which each is read by the next alone."""
    inside = frozenset(step.nodes)

    def next_of(node: str) -> str | None:
        readers = graph.consumers[node]
        goes_on = node in inside and len(readers) == 1 and readers[0] in inside
        return readers[0] if goes_on and len(graph[readers[0]].inputs) == 1 else None

    follows = {next_of(node) for node in step.nodes}
    for node in step.nodes:
        if node not in follows:
            chain = [node]
            while (following := next_of(chain[-1])) is not None:
                chain.append(following)
            yield [_step(graph, (each,)) for each in chain]


def _occurrences(rows: Iterable[Sequence[_Step]]) -> list[tuple[str, ...]]:
    """The layers of all parts that are found again in rows of steps; first the part that saves most of the telling."""
    found: list[tuple[str, ...]] = []
    rows = list(rows)
    for _ in range(_MOST):
        if not (best := _most_saving(rows)):
            break
        rest: list[Sequence[_Step]] = []
        for number, row in enumerate(rows):
            begun = 0
            for first, last in (each for at, *each in best if at == number):
                found.append(tuple(node for step in row[first:last] for node in step.nodes))
                rest.append(row[begun:first])
                begun = last
            rest.append(row[begun:])
        rows = [row for row in rest if row]
    return found


#: which row, from which step to which
_Place = tuple[int, int, int]


def _most_saving(rows: Sequence[Sequence[_Step]]) -> list[_Place]:
    """Where the part stands that saves most if it is told but once; nowhere where none occurs twice."""
    places: dict[tuple[Hashable, ...], list[_Place]] = {}
    layers: dict[tuple[Hashable, ...], int] = {}
    for number, row in enumerate(rows):
        for first, last, count in _candidates(row):
            form = tuple(step.form for step in row[first:last])
            before = places.setdefault(form, [])
            if not before or before[-1][0] != number or before[-1][2] <= first:
                before.append((number, first, last))
                layers[form] = count
    best = max(places, key=lambda form: layers[form] * (len(places[form]) - 1), default=())
    return places[best] if best and len(places[best]) > 1 else []


def _candidates(row: Sequence[_Step]) -> Iterator[tuple[int, int, int]]:
    """From which step to which a part may go, and how many layers that are. At most one of its steps has branches:
    two of those are two parts."""
    for first in range(len(row)):
        count, branching, learns = 0, 0, False
        for last in range(first + 1, min(len(row), first + _LONGEST) + 1):
            step = row[last - 1]
            count, branching = count + len(step.nodes), branching + step.branches
            learns = learns or step.learns
            if not row[first].begins or branching > 1 or len(step.shape) != 3:
                break
            # a pooling is the end of all that was done since the one before
            if count >= FEWEST and learns and (row[first].fresh or not step.pools):
                yield first, last, count
            if step.pools:
                break
