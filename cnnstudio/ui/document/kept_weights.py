"""Which weights a design has after undo, redo and training that went on while it was edited."""

from __future__ import annotations

from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.parameters.parameters import Parameters, Snapshot, carried_over, layouts, origins_of
from cnnstudio.project.project import Project
from cnnstudio.runs.run import Run


def trained_here(left: Project, run: Run, trained: Snapshot | None) -> bool:
    """Whether a project that was left, brought back as ``weights_for`` says, is the network that ``run`` has trained:
    it had those weights, or it was left before the run that ended with ``trained`` gave it any."""
    if not left.design.graph.goes_on_as(run.design.graph):
        return False
    if left.weights.run == run.id:
        return True
    return run.id not in left.weights.runs and trained is not None and trained.run == run.id


def weights_for(target: Project, current: Project, trained: Snapshot | None = None) -> Snapshot:
    """Current weights where they fit the whole target graph, otherwise those the target was left with; what comes from
    the last run goes before what does not.

    ``trained`` is what the last run ended with. If it ended while another design was shown, it fits the target
    better than what the target was left with before.
    """
    if target.design.graph.goes_on_as(current.design.graph):
        return current.weights
    left, run = target.weights, "" if current.run is None else current.run.id
    if run and left.run == run and run not in current.weights.runs:
        return left
    parameters = current.weights.parameters
    if _fits(parameters, target.design.graph):
        kept = carried_over(parameters, target.design.graph, target.design.recipe.seed)
        if kept is parameters:
            return current.weights
        return _as_before(current.weights, kept, left)
    if trained is None or trained.run != run:
        return left
    fits = layouts(target.design.graph) == (trained.parameters.layout, trained.parameters.state_layout)
    # not where weights of that run have been changed by hand since
    return trained if fits and (left.run == run or run not in left.runs) else left


def _fits(parameters: Parameters, graph: Graph) -> bool:
    learned, kept = layouts(graph)
    return all(
        have.fits(slot)
        for have, want in ((parameters.layout, learned), (parameters.state_layout, kept))
        for slot in want.slots
    )


def _as_before(weights: Snapshot, kept: Parameters, left: Snapshot) -> Snapshot:
    """What is ``kept`` of some weights: those that were ``left``, if nothing has trained them since."""
    origins = origins_of(kept.layout, left.run, weights)
    if (origins, weights.step) == (left.origins, left.step):
        return left
    return Snapshot(kept, weights.run, weights.step, origins_of(kept.layout, weights.run, weights))


def overlaid(base: Snapshot, top: Snapshot) -> Snapshot:
    """``base`` with every array of ``top`` that fits; ``top`` itself when both have the same arrays."""
    parameters = _overlaid(base.parameters, top.parameters)
    if parameters is top.parameters:
        return top
    return Snapshot(parameters, top.run, top.step, origins_of(parameters.layout, top.run, top, base))


def _overlaid(base: Parameters, top: Parameters) -> Parameters:
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
