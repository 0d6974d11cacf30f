"""Repairs of a problem, ranked, each tried out before it is offered."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache

from cnnstudio.design.analysis.analysis import Analysis, analyse
from cnnstudio.design.analysis.effects import Effect, effect
from cnnstudio.design.edits.edits import EditRefused
from cnnstudio.design.facts.answers import classes_answered
from cnnstudio.design.problems.kind import Idea, problem_kinds
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.environment import NOTHING_KNOWN, Environment, environment_after
from cnnstudio.design.value.problem import Problem
from cnnstudio.nn.arrays import Shape
from cnnstudio.nn.graph.graph import GraphError
from cnnstudio.nn.settings import SettingError
from cnnstudio.nn.telling.told import Told

#: how many are offered
MOST = 4
#: how many ideas are tried out for one problem, and how many layers are looked at in doing so: a large design takes
#: its time for each
_TRIED, _LOOKED_AT = 24, 12_000
#: a repair that makes the network more than so many times as costly comes behind those that do not
_DEAR = 2


@dataclass(frozen=True)
class Repair:
    """One way to remove a problem: what is done, what it means, the edit, and what it does to shapes and costs; its
    words are in ``cnnstudio.design.wording.repairs``."""

    what: Told
    means: Told
    edit: Callable[[Design], Design]
    effect: Effect


#: whether whoever asks now has lost interest; no part of the key, which is kept and must keep nobody alive
_STOPPED: ContextVar[Callable[[], bool]] = ContextVar("stopped", default=lambda: False)


class Stopped(Exception):
    """Nobody waits for the repairs any more."""


@lru_cache(maxsize=64)
def _cached(key: _Key) -> tuple[Repair, ...]:
    design, problem, around = key.design, key.problem, key.environment
    kind = problem_kinds().get(problem.code)
    if kind is None:
        return ()
    before = analyse(design.graph, around)
    found: list[tuple[int, int, Hashable, Repair]] = []
    known: set[Told] = set()
    tried = ideas_tried(design)
    for place, idea in enumerate(kind.ideas(design, problem, around)):
        if place >= tried or sum(new == 0 for new, *_ in found) >= MOST:
            break
        if _STOPPED.get()():
            raise Stopped
        after = _tried(design, idea)
        if after is None or after == design or idea.what in known:
            continue
        then = analyse(after.graph, environment_after(after, around))
        if _still_there(problem, then) or not _still_answers(design, after, around):
            continue
        known.add(idea.what)
        repair = Repair(idea.what, idea.means, idea.edit, effect(design, after, problem.node))
        found.append((_new_errors(before, then), place, idea.way, repair))
    least = min((_macs(r) for new, _, _, r in found if not new and not r.effect.removed), default=0)
    usual = max(least, before.macs)
    found.sort(key=lambda entry: (entry[0], 0 < _DEAR * usual < _macs(entry[3]) and _adds(design, entry[3]), entry[1]))
    chosen: dict[Hashable, Repair] = {}
    for _, _, way, repair in found:
        chosen.setdefault(way, repair)
    return tuple(chosen.values())[:MOST]


def repairs(
    design: Design, problem: Problem, around: Environment = NOTHING_KNOWN, stopped: Callable[[], bool] = lambda: False
) -> tuple[Repair, ...]:
    """The repairs of a problem that ``analyse`` found in this design, the best first: those that bring no error of
    their own; of them those that cost no more than twice as much as the network before, or as the cheapest that removes
    nothing; then in the order in which the kind of problem ranks them. Each gives a valid design without the problem,
    and where the network was a classifier of the data's classes and images, it still is one.

    Raises:
        Stopped: ``stopped``, which is asked before each idea is tried out, said so.
    """
    asking = _STOPPED.set(stopped)
    try:
        return _cached(_Key(design, problem, around))
    finally:
        _STOPPED.reset(asking)


def ideas_tried(design: Design) -> int:
    """How many ideas are tried out for one problem of a design, at most."""
    return min(_TRIED, max(MOST, _LOOKED_AT // max(len(design.graph), 1)))


@dataclass(frozen=True)
class _Key:
    """Designs hold mappings and cannot be hashed; what tells most of them apart can."""

    design: Design
    problem: Problem
    environment: Environment

    def __hash__(self) -> int:
        return hash((self.design.graph, self.design.recipe, self.problem, self.environment))


def _tried(design: Design, idea: Idea) -> Design | None:
    """The design after an idea, None where it makes no sense here."""
    try:
        return idea.edit(design)
    except (EditRefused, SettingError, GraphError):
        return None


def _still_there(problem: Problem, analysis: Analysis) -> bool:
    return any(p.code == problem.code and p.node == problem.node for p in analysis.findings)


def _still_answers(before: Design, after: Design, around: Environment) -> bool:
    """Whether a classifier stays one of as many classes, or becomes one of those that the data has; and whether it
    takes the images that it took."""
    was, now = classes_answered(before.graph), classes_answered(after.graph)
    if now not in (was, around.classes) and (was is not None or (now is not None and around.classes)):
        return False
    if was == around.classes != now and was is not None:
        return False
    taken, taken_now = _image_shape(before), _image_shape(after)
    return taken_now in (taken, around.image_shape or taken_now) or taken not in (None, around.image_shape)


def _image_shape(design: Design) -> Shape | None:
    first = design.graph.images[:1]
    return design.graph.inferred[first[0]].output if first else None


def _adds(design: Design, repair: Repair) -> bool:
    """Whether it brings layers or settings; wires alone cost what the layers that are there are meant to cost, and an
    Input layer what the images cost."""
    after = [node for node in repair.effect.design.graph if node.layer.category != "input"]
    return any(node.id not in design.graph or design.graph[node.id].layer != node.layer for node in after)


def _macs(repair: Repair) -> int:
    return repair.effect.macs_before + repair.effect.macs


def _new_errors(before: Analysis, after: Analysis) -> int:
    known = {(p.code, p.node) for p in before.problems}
    return sum((p.code, p.node) not in known for p in after.problems)
