"""Which weights a design has after undo, redo and training that went on while it was edited."""

from __future__ import annotations

from cnnstudio.nn.graph import Graph
from cnnstudio.nn.parameters import Layout, Parameters, Snapshot, carried_over, layouts
from cnnstudio.project.project import Project


def weights_for(target: Project, current: Project, trained: Snapshot | None = None) -> Snapshot:
    """Current weights where they fit the whole target graph, otherwise those the target was left with.

    ``trained`` is what the last run ended with. If it ended while another design was shown, it fits the target
    better than what the target was left with before.
    """
    if target.design.graph == current.design.graph:
        return current.weights
    parameters = current.weights.parameters
    if _fits(parameters, target.design.graph):
        kept = carried_over(parameters, target.design.graph, target.design.recipe.seed)
        if kept is parameters:
            return current.weights
        return Snapshot(kept, current.weights.run, current.weights.step)
    last = trained if trained is not None and current.run is not None and trained.run == current.run.id else None
    if last is not None and layouts(target.design.graph) == (last.parameters.layout, last.parameters.state_layout):
        return last
    return target.weights


def _fits(parameters: Parameters, graph: Graph) -> bool:
    learned, kept = layouts(graph)
    return _holds(parameters.layout, learned) and _holds(parameters.state_layout, kept)


def _holds(have: Layout, want: Layout) -> bool:
    for slot in want.slots:
        found = have.find(slot.node, slot.spec.name)
        if found is None or found.spec.shape != slot.spec.shape:
            return False
    return True


def overlaid(base: Parameters, top: Parameters) -> Parameters:
    """``base`` with every array of ``top`` that fits; ``top`` itself when both have the same arrays."""
    if base.layout == top.layout and base.state_layout == top.state_layout:
        return top
    result = base.copy()
    for layout, vector, top_layout, top_vector in (
        (base.layout, result.vector, top.layout, top.vector),
        (base.state_layout, result.state, top.state_layout, top.state),
    ):
        for slot in layout.slots:
            found = top_layout.find(slot.node, slot.spec.name)
            if found is not None and found.spec.shape == slot.spec.shape:
                vector[slot.start : slot.stop] = top_vector[found.start : found.stop]
    return result.frozen()
