"""The value a document holds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from cnnstudio.design.value.design import Design
from cnnstudio.nn.parameters.locks import silenced
from cnnstudio.nn.parameters.parameters import Snapshot, carried_over, untrained_parameters
from cnnstudio.runs.run import Run


@dataclass(frozen=True, eq=False)
class Project:
    """A design, the weights of its computable part, and the last training run if there was one."""

    design: Design
    weights: Snapshot
    run: Run | None = None
    #: a small PNG of the canvas for file choosers, or nothing
    thumbnail: bytes = b""

    def with_changes(self, **changes: Any) -> Project:
        """The same project with some fields replaced."""
        return replace(self, **changes)

    @property
    def fresh(self) -> bool:
        """Whether its weights are as the seed draws them: nothing was learned, brought along or made by hand."""
        return self.weights.drawn

    def edited(self, design: Design) -> Project:
        """The project after an edit of its design: weights whose shapes still fit are kept, the rest begin anew
        from the recipe's seed, muted filters become zero, and then they are no longer those of any run."""
        kept = self.weights.parameters
        if design.graph is not self.design.graph:
            kept = carried_over(kept, design.graph, design.recipe.seed)
        kept = silenced(kept, design.locks)
        weights = self.weights if kept is self.weights.parameters else self.weights.changed(kept)
        return replace(self, design=design, weights=weights)

    def reset(self) -> Project:
        """The project before any training: fresh weights from the seed and no run. Locked layers keep theirs."""
        design = self.design
        if not design.locks.layers:
            return untrained(design)
        kept = carried_over(self.weights.parameters, design.graph, design.recipe.seed, design.locks.layers)
        fresh = Snapshot(silenced(kept, design.locks))
        origins = {node: origin for node in design.locks.layers if (origin := self.weights.origin(node))}
        return Project(design, replace(fresh, origins=origins))


def untrained(design: Design) -> Project:
    """A project with fresh weights from the recipe's seed, which are made when something first needs them."""
    return Project(design, Snapshot(silenced(untrained_parameters(design.graph, design.recipe.seed), design.locks)))


def storable(project: Project) -> Project:
    """The project where a file can hold it; of one whose weights are no numbers any more the design alone."""
    return project if project.weights.parameters.finite else untrained(project.design)
