"""What is read from another program's model as a project: a design, laid out, with its weights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from cnnstudio.design.edits.edits import COLUMN
from cnnstudio.design.value.design import Card, Design
from cnnstudio.design.value.drawn import Note
from cnnstudio.design.value.first_recipe import first_recipe
from cnnstudio.exchange.reading.blocks import laid_out_in_blocks
from cnnstudio.exchange.reading.layers_read import MOST_LAYERS, ImportRefused, LayersRead
from cnnstudio.files.printable import printable
from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.graph.graph import Graph, Node
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.nn.parameters.parameters import Parameters, Snapshot, layouts
from cnnstudio.nn.telling.told import Sentence
from cnnstudio.project.project import Project

#: of the name of a layer or of a network
LONGEST_NAME = 60


@dataclass(frozen=True)
class Imported:
    """The design, laid out, with the weights of the file; ``notes`` say what was done on the way."""

    project: Project
    notes: tuple[Sentence, ...]


class ImportStopped(ImportRefused):
    """A network cannot be represented here as a whole; ``so_far`` is what comes before that, to be looked at."""

    def __init__(self, why: ImportRefused, so_far: Imported) -> None:
        super().__init__(why.sentence)
        self.so_far = so_far


def stopped(layers: LayersRead, reached: Iterable[str], title: str, why: ImportRefused) -> ImportRefused:
    """A refusal, with the layers that lead to those that were ``reached`` if there are any; a note on the canvas says
    what they are."""
    ends = tuple(dict.fromkeys(reached))
    if not any(layers.nodes[end].layer.category != "input" for end in ends):
        return why
    try:
        project = project_of(layers, ends, title, ())
    except ImportRefused:
        return why
    design, said = project.design, Sentence("For looking only, as far as it goes. {why}", why=why)
    last = design.graph.order[-1]
    x, y = design.place_of(last)
    design = design.with_changes(notes={"note_1": Note(str(said), x + COLUMN, y)})
    return ImportStopped(why, Imported(replace(project, design=design), (said, *layers.notes)))


def project_of(layers: LayersRead, ends: tuple[str, ...], title: str, classes: tuple[str, ...]) -> Project:
    """The layers that lead to ``ends`` as a design, laid out, with their weights; named ``classes`` are as many as the
    answers of the last, or none.

    Raises:
        ImportRefused: it has too many layers, or weights that are no numbers.
    """
    graph = layers.graph(ends)
    if len(graph) > MOST_LAYERS:
        raise ImportRefused("It has more than {most:thousands} layers.", most=MOST_LAYERS)
    graph, ids = _renumbered(graph)
    names = _apart({ids[node]: layers.names[node] for node in ids}, graph)
    cards = {node.id: Card(names[node.id]) for node in graph}
    design = Design(graph, cards, first_recipe(graph), printable(title)[:LONGEST_NAME])
    count = graph.shape(ids[ends[-1]])[0]
    design = design.with_changes(classes=classes if len(classes) == count else ())
    design = laid_out_in_blocks(design, {ids[node]: layers.homes[node] for node in ids})
    if count := len(design.folding.collapsed):
        layers.notes.append(Sentence("What it repeats is folded into {count:# block|# blocks}.", count=count))
    arrays = {ids[node]: values for node, values in layers.arrays.items() if node in ids}
    return Project(design, Snapshot(_parameters(graph, arrays)))


def _renumbered(graph: Graph) -> tuple[Graph, Mapping[str, str]]:
    """The same with ids that count the layers of each kind without gaps, in their order."""
    counts: dict[str, int] = {}
    ids: dict[str, str] = {}
    for node in (graph[node_id] for node_id in graph.order):
        counts[node.layer.kind] = counts.get(node.layer.kind, 0) + 1
        ids[node.id] = f"{node.layer.kind}_{counts[node.layer.kind]}"
    nodes = [graph[node_id] for node_id in graph.order]
    return Graph(tuple(Node(ids[n.id], n.layer, tuple(ids[source] for source in n.inputs)) for n in nodes)), ids


def _apart(names: Mapping[str, str], graph: Graph) -> Mapping[str, str]:
    """Names of which there are no two; a layer without one is called by its kind."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for node in graph.order:
        wanted = names[node] or layer_kinds()[graph[node].layer.kind].title
        name, number = wanted, 2
        while name in taken:
            name, number = f"{wanted} {number}", number + 1
        taken.add(name)
        found[node] = name
    return found


def _parameters(graph: Graph, arrays: Mapping[str, Mapping[str, Floats]]) -> Parameters:
    learned, kept = layouts(graph)
    vectors = []
    for layout in (learned, kept):
        vector = np.zeros(layout.size, np.float32)
        for slot in layout.slots:
            vector[slot.start : slot.stop] = arrays[slot.node][slot.spec.name].reshape(-1)
        vectors.append(vector)
    if not all(np.isfinite(vector).all() for vector in vectors):
        raise ImportRefused("Some of its weights are no numbers.")
    for vector in vectors:  # nobody else has them: to freeze a copy would take as much memory again
        vector.flags.writeable = False
    return Parameters(learned, vectors[0], kept, vectors[1])
