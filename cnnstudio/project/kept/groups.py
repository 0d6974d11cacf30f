"""Runs of one recipe that differ in their seed alone."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from cnnstudio.design.format.strict import FileFormatError
from cnnstudio.design.value.design import Design
from cnnstudio.nn.training.events import EPOCHS, Set
from cnnstudio.project.kept.listing import ListedRun
from cnnstudio.project.kept.reading import Begun, begun_of, history_of
from cnnstudio.runs.run import History

_log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class ReadRun:
    """A listed run with its figures and, where its folder still tells it, what was begun."""

    listed: ListedRun
    history: History
    begun: Begun | None


def read_run(listed: ListedRun) -> ReadRun:
    """Read what the folder of a run tells."""
    try:
        begun = begun_of(listed.run.folder)
    except FileFormatError as error:
        _log.warning("What was begun cannot be read: %s", error)
        begun = None
    return ReadRun(listed, history_of(listed.run.folder), begun)


def grouped(runs: Iterable[ReadRun]) -> list[list[ReadRun]]:
    """The runs in groups: in each all that differ in their seeds alone and were trained as long, of each seed one; in
    their order."""
    groups: list[list[ReadRun]] = []
    for run in runs:
        home = next((group for group in groups if _belongs(run, group)), None)
        if home is None:
            groups.append([run])
        else:
            home.append(run)
    return groups


def _belongs(run: ReadRun, group: list[ReadRun]) -> bool:
    if run.begun is None or group[0].begun is None:
        return False
    seeds = {each.begun.design.recipe.seed for each in group if each.begun is not None}
    return run.begun.design.recipe.seed not in seeds and _alike(run, group[0])


def _alike(one: ReadRun, two: ReadRun) -> bool:
    assert one.begun is not None and two.begun is not None
    same = (one.begun.data, one.begun.parent) == (two.begun.data, two.begun.parent)
    return (
        same
        and _as_long(one, two)
        and _trains_as(one.begun.design, two.begun.design)
        and _told(one.history) == _told(two.history)
    )


def _as_long(one: ReadRun, two: ReadRun) -> bool:
    """Whether both have had as many epochs, or were ended where they learned no more."""
    assert one.begun is not None
    by_itself = one.begun.design.recipe.early_stopping > 0 and one.listed.run.ended and two.listed.run.ended
    return by_itself or len(one.history.epochs) == len(two.history.epochs)


def _trains_as(one: Design, two: Design) -> bool:
    recipe = two.recipe.replace(seed=one.recipe.seed)
    return one.graph == two.graph and one.locks == two.locks and one.recipe == recipe


def _told(history: History) -> list[object]:
    """What was changed on the way; early stopping ends each run where it is best."""
    return [
        (told.command, told.place)
        for told in history.commands
        if not (isinstance(told.command, Set) and told.command.name == EPOCHS)
    ]
