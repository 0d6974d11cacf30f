"""Conditions of tasks: plain data that is true or false of the real document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from cnnstudio.design.analysis.analysis import analyse
from cnnstudio.lessons.questions.expression import Expression, ExpressionError, Number
from cnnstudio.nn.arrays import Shape
from cnnstudio.nn.graph.graph import Graph, GraphError
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.nn.network.network import classifier
from cnnstudio.nn.telling.told import Sentence, Told
from cnnstudio.project.project import Project
from cnnstudio.runs.verdicts.wording import VerdictTitle


@dataclass(frozen=True, eq=False)
class Standing:
    """What tasks can be about: the document, how far its run has come, and what the live views show (by name)."""

    project: Project
    steps: int = 0
    epochs: int = 0
    #: of the last finished epoch, on validation images, and what is to be thought of the run
    accuracy: float = 0.0
    verdict: Told | None = None
    views: Mapping[str, Number] = field(default_factory=dict)
    #: how many the data tells apart; 0 while nobody knows
    classes: int = 0


class Condition(Protocol):
    """Something that is true of a standing or not."""

    def met(self, standing: Standing) -> bool:
        """Whether it is true now."""
        ...

    def now(self, standing: Standing) -> Sentence | None:
        """Where it is not met: how things stand, as a part of a sentence; None where there is nothing to say."""
        ...


@dataclass(frozen=True)
class HasLayer:
    """At least ``count`` layers of a kind with these settings, reading and giving these shapes; of a volume rows and
    columns alone will do. ``same_size``: it gives as many rows and columns as it reads."""

    kind: str
    settings: tuple[tuple[str, Any], ...] = ()
    input: tuple[int, ...] | None = None
    output: tuple[int, ...] | None = None
    count: int = 1
    same_size: bool = False

    def met(self, standing: Standing) -> bool:
        """See ``Condition``."""
        graph = standing.project.design.graph
        return sum(self._is(graph, node.id) for node in graph) >= self.count

    def now(self, standing: Standing) -> Sentence | None:
        """See ``Condition``."""
        design = standing.project.design
        graph = design.graph
        of_kind = [node.id for node in graph if node.layer.kind == self.kind]
        if not of_kind:
            return _missing(self.kind)
        right = sum(self._is(graph, node) for node in of_kind)
        if self.count > 1 and right:
            return Sentence("{right} of {count} so far", right=right, count=self.count)
        closest = max(of_kind, key=lambda node: -len(self._others(graph, node)))
        name, others = design.cards[closest].name, self._others(graph, closest)
        if others:
            return Sentence("{name} has {others:commas}", name=name, others=others)
        found = graph.inferred[closest]
        if found.output is None:
            return Sentence("{name} has no input it can use", name=name)
        if not found.inputs:
            return None
        turns = "{name} turns {input:shape} into {output:shape}"
        return Sentence(turns, name=name, input=found.inputs[0], output=found.output)

    def _others(self, graph: Graph, node: str) -> tuple[Sentence, ...]:
        """The settings that are not as they should be, with what they are."""
        layer = graph[node].layer
        titles = {about.name: about.title.lower() for about in layer.settings()}
        wrong = [name for name, value in self.settings if getattr(layer, name) != value]
        return tuple(_setting(name, titles[name], getattr(layer, name)) for name in wrong)

    def _is(self, graph: Graph, node: str) -> bool:
        layer, found = graph[node].layer, graph.inferred[node]
        return (
            layer.kind == self.kind
            and found.output is not None
            and all(getattr(layer, name) == value for name, value in self.settings)
            and (self.input is None or (len(found.inputs) == 1 and _fits(found.inputs[0], self.input)))
            and (self.output is None or _fits(found.output, self.output))
            and (not self.same_size or (len(found.inputs) == 1 and found.inputs[0][:2] == found.output[:2]))
        )


@dataclass(frozen=True)
class HasPath:
    """Somewhere these kinds come one after another; others may lie between them where it need not be ``direct``."""

    kinds: tuple[str, ...]
    direct: bool = False

    def met(self, standing: Standing) -> bool:
        """See ``Condition``."""
        return self._longest(standing) == len(self.kinds)

    def now(self, standing: Standing) -> Sentence | None:
        """See ``Condition``."""
        far = self._longest(standing)
        if not far:
            return _missing(self.kinds[0])
        following = layer_kinds()[self.kinds[far]].title
        return Sentence(
            "{far} of {count:# layer|# layers} in order, {next} is next", far=far, count=len(self.kinds), next=following
        )

    def _longest(self, standing: Standing) -> int:
        """How many of the kinds follow each other on some way, from the first on."""
        graph, reached = standing.project.design.graph, dict[str, frozenset[int]]()
        for node in graph.computable.order:
            # how many of the kinds have been met on some way to this node
            before = frozenset({0}).union(*(reached.get(source, frozenset()) for source in graph[node].inputs))
            kind = graph[node].layer.kind
            met = frozenset(far + 1 for far in before if far < len(self.kinds) and kind == self.kinds[far])
            reached[node] = met if self.direct else met | before
        return max((max(far, default=0) for far in reached.values()), default=0)


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

    def now(self, standing: Standing) -> Sentence | None:
        """See ``Condition``."""
        if not standing.steps:
            return Sentence("not trained yet")
        if standing.steps < self.steps:
            return Sentence("{far} of {count:# step|# steps}", far=standing.steps, count=self.steps)
        if standing.epochs < self.epochs:
            return Sentence("{far} of {count:# epoch|# epochs}", far=standing.epochs, count=self.epochs)
        if not standing.epochs:
            return Sentence("the first epoch is not over yet")  # before that nothing is known of its accuracy
        return Sentence(
            "validation accuracy {percent:.1f}\u202f%"
            if standing.verdict is None
            else "validation accuracy {percent:.1f}\u202f%, {verdict}",
            percent=100 * standing.accuracy,
            verdict=VerdictTitle(standing.verdict) if standing.verdict is not None else "",
        )


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

    def now(self, standing: Standing) -> Sentence | None:
        """See ``Condition``."""
        name, count = self.holds.goal or ("", 0)
        far = standing.views.get(name)
        if count < 2 or not isinstance(far, int):
            return None  # the view itself shows it
        return Sentence("{right} of {count} so far", right=far, count=count)


@dataclass(frozen=True)
class IsClassifier:
    """The design has no problems and can be trained to tell the classes of the data apart."""

    def met(self, standing: Standing) -> bool:
        """See ``Condition``."""
        graph = standing.project.design.graph
        try:
            classifier(graph)
        except GraphError:
            return False
        return not analyse(graph).problems and self._told_apart(standing) in (0, standing.classes)

    def now(self, standing: Standing) -> Sentence | None:
        """See ``Condition``."""
        try:
            classifier(standing.project.design.graph)
        except GraphError as error:
            return Sentence("{error:unended}", error=error)
        if count := self._told_apart(standing):
            said = "{count:# number|# numbers} at the end for the {classes:one class|# classes} of the data"
            return Sentence(said, count=count, classes=standing.classes)
        return Sentence("the design has a problem")

    @staticmethod
    def _told_apart(standing: Standing) -> int:
        """How many classes the network tells apart, where that can be compared with the data; else 0."""
        graph = standing.project.design.graph
        return graph.shape(classifier(graph).softmax)[0] if standing.classes else 0


@dataclass(frozen=True)
class Every:
    """All of several conditions."""

    conditions: tuple[Condition, ...]

    def met(self, standing: Standing) -> bool:
        """See ``Condition``."""
        return all(condition.met(standing) for condition in self.conditions)

    def now(self, standing: Standing) -> Sentence | None:
        """See ``Condition``."""
        return next((c.now(standing) for c in self.conditions if not c.met(standing)), None)


def _fits(shape: Shape, wanted: tuple[int, ...]) -> bool:
    return (shape[:2] if len(wanted) == 2 else shape) == wanted


def _missing(kind: str) -> Sentence:
    return Sentence("there is no {layer} yet", layer=layer_kinds()[kind].title)


def _setting(name: str, title: str, value: Any) -> Sentence:
    if name == "filters":
        return Sentence("{count:# filter|# filters}", count=value)
    return Sentence("{setting} {value}", setting=title, value=_written(value))


def _written(value: Any) -> Sentence:
    several = "{value:shape}" if isinstance(value, tuple) and len(value) == 2 else "{value:commas}"
    return Sentence(several if isinstance(value, tuple) else "{value!s}", value=value)
