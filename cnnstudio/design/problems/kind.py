"""What a kind of problem says of itself, and the registry of all kinds."""

from __future__ import annotations

import importlib
import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import ClassVar

from cnnstudio.design.facts.layer_facts import LayerFacts
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.environment import Environment
from cnnstudio.design.value.problem import Problem, Severity
from cnnstudio.nn.graph.graph import Graph, Node
from cnnstudio.nn.telling.told import Told, told


@dataclass(frozen=True)
class Case:
    """What a kind looks at: the graph, the facts of its layers, and what lies around it."""

    graph: Graph
    facts: Mapping[str, LayerFacts]
    environment: Environment
    _found: dict[str, tuple[Problem, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def found(self, kind: ProblemKind) -> tuple[Problem, ...]:
        """What a kind finds here. It looks once, whoever asks."""
        if kind.code not in self._found:
            self._found[kind.code] = tuple(kind.find(self))
        return self._found[kind.code]

    @cached_property
    def misfits(self) -> tuple[Node, ...]:
        """The layers that cannot take what their wires bring."""
        return tuple(node for node in self.graph.nodes if self.facts[node.id].misfit)


@dataclass(frozen=True)
class Idea:
    """What might remove a problem: what is done (“Max pooling: stride 3 → 2”), the code of what that means, and the
    edit. The edit may refuse, and whether it helps is tried out before it is offered. Of ideas that go the same ``way``
    only the first that helps is offered: a choice of ways, not of numbers."""

    what: Told
    means: Told
    edit: Callable[[Design], Design]
    own_way: Hashable = None

    @property
    def way(self) -> Hashable:
        """What it has in common with others that differ by a number only."""
        return self.what if self.own_way is None else self.own_way


class ProblemKind(ABC):
    """One kind of problem; it finds all of its kind and knows what might remove one."""

    code: ClassVar[str]
    severity: ClassVar[Severity] = "advice"
    #: whether it looks at the environment; the others are found once for each graph
    looks_around: ClassVar[bool] = False
    #: whether training waits until it is solved; an error always prevents it
    prevents_training: ClassVar[bool] = False

    @abstractmethod
    def find(self, case: Case) -> Iterator[Problem]:
        """All problems of this kind."""

    @abstractmethod
    def ideas(self, design: Design, problem: Problem, environment: Environment) -> Iterator[Idea]:
        """What might remove it, the best first."""

    def told_by_layers(self, case: Case) -> Iterator[Problem]:
        """The misfits of which the layers themselves say this kind's code."""
        for node in case.misfits:
            error = case.graph.inferred[node.id].error
            if error is not None and error.told.code == self.code:
                yield self.problem_of(node.id, error.told)

    def problem(self, node: str | None, **values: Hashable) -> Problem:
        """A problem of this kind; its words are made of ``values`` (see ``cnnstudio.design.wording.problems``)."""
        return self.problem_of(node, told(self.code, **values))

    def problem_of(self, node: str | None, what: Told) -> Problem:
        """A problem of this kind of which something else is told than the code says."""
        return Problem(self.severity, self.code, node, what, self.prevents_training or self.severity == "error")


@cache
def problem_kinds() -> Mapping[str, ProblemKind]:
    """Every kind of problem by its code, in the order of their modules' names, whatever folders they lie in."""
    package = importlib.import_module("cnnstudio.design.problems")
    names = [info.name for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}.") if not info.ispkg]
    found: dict[str, ProblemKind] = {}
    for name in sorted(names, key=lambda name: name.rpartition(".")[2]):
        module = importlib.import_module(name)
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, ProblemKind) and value.__module__ == name != __name__:
                found[value.code] = value()
    return found
