"""A layer that lacks an input."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import ClassVar

from cnnstudio.design.edits import edits
from cnnstudio.design.problems.ideas import take_out
from cnnstudio.design.problems.kind import Case, Idea, ProblemKind
from cnnstudio.design.problems.paths import descendants, parts_without_image, takes
from cnnstudio.design.problems.shapes.merge_mismatch import MergeMismatch
from cnnstudio.design.problems.shapes.unflattened import Unflattened
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.environment import Environment
from cnnstudio.design.value.problem import Problem, Severity
from cnnstudio.nn.arrays import Shape
from cnnstudio.nn.graph import GraphError
from cnnstudio.nn.settings import SettingError
from cnnstudio.nn.told import NodeId, told

#: how many layers are offered as the other end of the wire
_MOST = 3


class NotConnected(ProblemKind):
    """Fewer wires than the layer needs (where several layers hang on it, they are said to be unreachable)."""

    code: ClassVar[str] = "no-wire"
    severity: ClassVar[Severity] = "error"

    def find(self, case: Case) -> Iterator[Problem]:
        apart = {part.head for part in parts_without_image(case.graph, case.graph.images)}
        for node in case.graph.nodes:
            needed = node.layer.fewest_inputs
            if len(node.inputs) >= needed or node.id in apart:
                continue
            yield self.problem(node.id, needed=needed, wired=len(node.inputs))

    def ideas(self, design: Design, problem: Problem, environment: Environment) -> Iterator[Idea]:
        assert problem.node is not None
        node = design.graph[problem.node]
        missing = node.layer.fewest_inputs - len(node.inputs)
        if missing == 1:
            for source in _sources(design, node.id)[:_MOST]:
                yield _wired(design, source, node.id, environment)
        elif missing > 1:
            chosen = _sources(design, node.id)[:missing]
            if len(chosen) == missing:

                def wire(before: Design) -> Design:
                    for source in chosen:
                        before = edits.connect(before, source, node.id)
                    return before

                what = told("wires-from", sources=tuple(NodeId(source) for source in chosen))
                yield Idea(what, told("unread-first"), wire)
        yield take_out(node.id, told("nothing-to-merge" if node.layer.category == "merge" else "does-without"))


def _wired(design: Design, source: str, target: str, environment: Environment) -> Idea:
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


def _sources(design: Design, node_id: str) -> list[str]:
    """The layers from which a wire could come: those that fit and whose end is loose first, then the nearest."""
    graph, here = design.graph, design.cards[node_id]
    node = graph[node_id]
    behind = descendants(graph, node_id) | {node_id} | set(node.inputs)
    known = tuple(shape for source in node.inputs if (shape := graph.inferred[source].output) is not None)

    def rank(source: str) -> tuple[bool, bool, bool, float]:
        shape: Shape | None = graph.inferred[source].output
        card = design.cards[source]
        fits = shape is not None and (len(known) + 1 < node.layer.fewest_inputs or takes(node.layer, *known, shape))
        far = abs(card.x - here.x) + abs(card.y - here.y)
        return not fits, bool(graph.consumers[source]), card.x > here.x, far

    return sorted((n.id for n in graph.nodes if n.id not in behind), key=rank)
