"""Where a wire that is missing could come from, and what makes it fit."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from cnnstudio.design.edits import edits
from cnnstudio.design.problems.kind import Idea, ProblemKind
from cnnstudio.design.problems.paths import descendants, takes
from cnnstudio.design.problems.shapes.merge_mismatch import MergeMismatch
from cnnstudio.design.problems.shapes.unflattened import Unflattened
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.environment import Environment
from cnnstudio.nn.arrays import Shape
from cnnstudio.nn.graph.graph import GraphError
from cnnstudio.nn.settings import SettingError
from cnnstudio.nn.telling.told import NodeId, told


def wired(design: Design, source: str, target: str, environment: Environment) -> Idea:
    """A wire, together with what makes its shape fit where it does not of itself."""
    shape = design.graph.inferred[source].output
    what = told("wire-from", source=NodeId(source))
    gives = told("gives", shape=shape) if shape else told("no-shape-yet")

    def wire(before: Design) -> Design:
        return edits.connect(before, source, target)

    def wired_and(edit: Callable[[Design], Design], before: Design) -> Design:
        return edit(wire(before))

    after = wire(design)
    node = after.graph.inferred[target]
    if node.error is None or any(len(known) != 3 for known in node.inputs):
        return Idea(what, gives, wire)
    kind: ProblemKind = MergeMismatch() if len(node.inputs) > 1 else Unflattened()
    mismatch = kind.problem_of(target, node.error.told)
    for fitting in kind.ideas(after, mismatch, environment):
        try:
            fitted = fitting.edit(after).graph
        except (edits.EditRefused, SettingError, GraphError):
            continue
        if target in fitted and fitted[target].inputs and fitted.inferred[target].error is None:
            both = told("wire-fitted", source=NodeId(source), fitting=fitting.what)
            return Idea(both, fitting.means, partial(wired_and, fitting.edit))
    return Idea(what, gives, wire)


def sources(design: Design, node_id: str) -> list[str]:
    """The layers from which a wire could come: those that fit first, of them those whose end is loose, then the one
    where the branch parts from those beside it, then the nearest to the left."""
    graph, here = design.graph, design.cards[node_id]
    node = graph[node_id]
    behind = descendants(graph, node_id) | {node_id} | set(node.inputs)
    known = tuple(shape for source in node.inputs if (shape := graph.inferred[source].output) is not None)
    beside = _beside(design, node_id)
    fork = _fork(design, node_id, beside)
    if fork is not None:  # a wire from within another branch would make one of both
        behind |= frozenset[str]().union(*map(graph.ancestors, beside)) - graph.ancestors(fork)

    def rank(source: str) -> tuple[bool, bool, bool, bool, float]:
        shape: Shape | None = graph.inferred[source].output
        card = design.cards[source]
        fits = shape is not None and (len(known) + 1 < node.layer.fewest_inputs or takes(node.layer, *known, shape))
        far = abs(card.x - here.x) + abs(card.y - here.y)
        right = card.x > here.x - edits.COLUMN / 2
        return not fits, bool(graph.consumers[source]), source != fork, right, far

    return sorted((n.id for n in graph.nodes if n.id not in behind), key=rank)


def _beside(design: Design, node_id: str) -> list[str]:
    """The ends of the branches that a node's branch meets first in a merge."""
    graph = design.graph
    behind = descendants(graph, node_id) | {node_id}
    merges = (graph[i] for i in graph.order if i in behind and len(graph[i].inputs) > 1)
    return next((found for merge in merges if (found := [s for s in merge.inputs if s not in behind])), [])


def _fork(design: Design, node_id: str, beside: list[str]) -> str | None:
    """The layer that all branches ``beside`` a node's come from: behind it the node's branch began before its wire was
    cut. Of a single branch beside it, that is the last layer that others read too, or else that lies left of the layer
    that is missing."""
    if not beside:
        return None
    graph, here = design.graph, design.cards[node_id]
    common = graph.ancestors(beside[0]).intersection(*(graph.ancestors(source) for source in beside[1:]))
    left = {i for i in common if design.cards[i].x < here.x - edits.COLUMN / 2}
    candidates = [i for i in reversed(graph.order) if i in left]
    for candidate in candidates:
        if _directly_left(design, candidate, node_id):
            return candidate
    for candidate in candidates:
        parts = len(graph.consumers[candidate]) > 1 or len(beside) > 1
        if parts or design.cards[candidate].x < here.x - 1.5 * edits.COLUMN:
            return candidate
    return None


def _directly_left(design: Design, one: str, other: str) -> bool:
    """Whether no card was between one card and another, right of it."""
    here, there = design.cards[other], design.cards[one]
    return abs(here.x - edits.COLUMN - there.x) < edits.COLUMN / 2 and abs(here.y - there.y) < edits.ROW / 2
