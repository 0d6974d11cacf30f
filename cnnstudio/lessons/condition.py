"""Conditions of tasks: plain data that is true or false of the real document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from cnnstudio.design.analysis import analyse
from cnnstudio.lessons.expression import Expression, ExpressionError, Number
from cnnstudio.nn.graph import Graph, GraphError
from cnnstudio.nn.network import classifier
from cnnstudio.project.project import Project


@dataclass(frozen=True, eq=False)
class Standing:
    """What tasks can be about: the document, how far its run has come, and what the live views show (by name)."""

    project: Project
    steps: int = 0
    epochs: int = 0
    #: of the last finished epoch, on validation images
    accuracy: float = 0.0
    views: Mapping[str, Number] = field(default_factory=dict)


class Condition(Protocol):
    """Something that is true of a standing or not."""

    def met(self, standing: Standing) -> bool:
        """Whether it is true now."""
        ...


@dataclass(frozen=True)
class HasLayer:
    """At least ``count`` layers of a kind with these settings, reading and giving these shapes."""

    kind: str
    settings: tuple[tuple[str, Any], ...] = ()
    input: tuple[int, ...] | None = None
    output: tuple[int, ...] | None = None
    count: int = 1

    def met(self, standing: Standing) -> bool:
        """See ``Condition``."""
        graph = standing.project.design.graph
        return sum(self._is(graph, node.id) for node in graph) >= self.count

    def _is(self, graph: Graph, node: str) -> bool:
        layer, found = graph[node].layer, graph.inferred[node]
        return (
            layer.kind == self.kind
            and found.output is not None
            and all(getattr(layer, name) == value for name, value in self.settings)
            and (self.input is None or found.inputs == (self.input,))
            and (self.output is None or found.output == self.output)
        )


@dataclass(frozen=True)
class HasPath:
    """Somewhere these kinds come one after another; others may lie between them where it need not be ``direct``."""

    kinds: tuple[str, ...]
    direct: bool = False

    def met(self, standing: Standing) -> bool:
        """See ``Condition``."""
        graph, reached = standing.project.design.graph, dict[str, frozenset[int]]()
        for node in graph.computable.order:
            # how many of the kinds have been met on some way to this node
            before = frozenset({0}).union(*(reached.get(source, frozenset()) for source in graph[node].inputs))
            kind = graph[node].layer.kind
            met = frozenset(far + 1 for far in before if far < len(self.kinds) and kind == self.kinds[far])
            reached[node] = met if self.direct else met | before
        return any(len(self.kinds) in far for far in reached.values())


@dataclass(frozen=True)
class Trained:
    """The run has come so far."""

    steps: int = 0
    epochs: int = 0
    accuracy: float = 0.0

    def met(self, standing: Standing) -> bool:
        """See ``Condition``."""
        far = standing.steps >= self.steps and standing.epochs >= self.epochs
        return far and standing.accuracy >= self.accuracy


@dataclass(frozen=True)
class Shown:
    """A comparison of what the live views show."""

    holds: Expression

    def met(self, standing: Standing) -> bool:
        """See ``Condition``."""
        try:
            return bool(self.holds.value(standing.views))
        except ExpressionError:
            return False  # the view has nothing to show yet


@dataclass(frozen=True)
class IsClassifier:
    """The design has no problems and can be trained to tell classes apart."""

    def met(self, standing: Standing) -> bool:
        """See ``Condition``."""
        graph = standing.project.design.graph
        try:
            classifier(graph)
        except GraphError:
            return False
        return not analyse(graph).problems


@dataclass(frozen=True)
class Every:
    """All of several conditions."""

    conditions: tuple[Condition, ...]

    def met(self, standing: Standing) -> bool:
        """See ``Condition``."""
        return all(condition.met(standing) for condition in self.conditions)
