"""Which of the selected runs are drawn over the curves, in which colours, and alone or as the mean of their seeds."""

from __future__ import annotations

import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cnnstudio.design.value.recipe import Recipe
from cnnstudio.design.wording.settings import setting_text
from cnnstudio.nn.settings import Described, differences
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.project.kept.groups import ReadRun, grouped, read_run
from cnnstudio.project.kept.listing import ListedRun
from cnnstudio.project.run_folder import EVENTS
from cnnstudio.runs.seeds import spread
from cnnstudio.ui.panels.curves.drawing.other_runs import OtherRun
from cnnstudio.ui.panels.runs.colours import run_colour
from cnnstudio.ui.panels.runs.columns import title_of

#: so many runs are drawn at most
MOST = 20
#: more than this part of the time is not spent on reading a run that is under way
SHARE = 0.01
#: so many settings stand in a name at most
SETTINGS = 2


@dataclass(frozen=True, eq=False)
class _Known:
    """What was read when a file was so long, at what time and for how many seconds."""

    run: ReadRun
    size: int
    at: float
    took: float


class ReadRuns:
    """Reads runs, and each again only where it has said more, and not more often than it is worth; not safe in two
    threads at once."""

    def __init__(self) -> None:
        self._known: dict[Path, _Known] = {}

    def read(self, runs: Sequence[ListedRun]) -> tuple[ReadRun, ...]:
        """What the folders of these runs tell; what was read of others is let go."""
        self._known = {listed.run.folder: self._read(listed) for listed in runs}
        return tuple(known.run for known in self._known.values())

    def _read(self, listed: ListedRun) -> _Known:
        try:
            size = (listed.run.folder / EVENTS).stat().st_size
        except OSError:
            size = -1
        known, now = self._known.get(listed.run.folder), time.monotonic()
        if known is not None and (known.size == size or (not listed.run.ended and now < known.at + known.took / SHARE)):
            return replace(known, run=replace(known.run, listed=listed))
        found = read_run(listed)
        return _Known(found, size, now, time.monotonic() - now)


@dataclass(frozen=True, eq=False)
class Drawing:
    """The runs as they are drawn, and the place of a colour that each folder has."""

    runs: tuple[OtherRun, ...]
    places: dict[Path, int]


def drawing(runs: Sequence[ReadRun], *, means: bool, before: dict[Path, int]) -> Drawing:
    """What to draw of these runs: each, or with ``means`` those of one recipe as one where there are several. A run
    keeps the place of its colour while it is drawn."""
    groups = grouped(runs) if means else [[run] for run in runs]
    leads = [group[0].listed.run.folder for group in groups]
    kept = {} if means else {before[lead]: lead for lead in leads if lead in before}
    of = {lead: place for place, lead in kept.items()}
    free = (place for place in itertools.count() if place not in kept)
    of |= {lead: next(free) for lead in leads if lead not in of}
    places = {run.listed.run.folder: of[lead] for lead, group in zip(leads, groups, strict=True) for run in group}
    names = told_apart([group[0] for group in groups], seeds=not means)
    drawn = [_drawn(group, name, of[lead]) for group, name, lead in zip(groups, names, leads, strict=True)]
    return Drawing(tuple(drawn), places)


def _drawn(group: list[ReadRun], name: str, place: int) -> OtherRun:
    colour = run_colour(place)
    if len(group) == 1:
        return OtherRun(name, colour, group[0].history)
    found = spread([run.history for run in group])
    return OtherRun(f"{name}, mean of {amount(len(group), 'seed')}", colour, found.mean, found)


def told_apart(runs: Sequence[ReadRun], *, seeds: bool) -> list[str]:
    """Names by which runs are told apart: what somebody called them, else the settings in which the recipes differ,
    with ``seeds`` also these, after their designs where these are not all called the same."""
    known = [run.begun.design.recipe for run in runs if run.begun is not None]
    varied: dict[str, str] = {}
    for recipe in known[1:]:
        varied |= {
            each.path: each.title.lower() for each in differences(known[0], recipe) if seeds or each.path != "seed"
        }
    titled = len({run.listed.run.design for run in runs}) > 1
    return [_named(run, list(varied.items())[:SETTINGS], titled=titled) for run in runs]


def _named(run: ReadRun, varied: Sequence[tuple[str, str]], *, titled: bool) -> str:
    if run.listed.run.name or run.begun is None:
        return title_of(run.listed)
    recipe = run.begun.design.recipe
    said = [f"{title} {setting_text(value)}" for path, title in varied if (value := _at(recipe, path)) is not None]
    return ", ".join([title_of(run.listed), *said] if titled or not said else said)


def _at(recipe: Recipe, path: str) -> object:
    """A setting of a recipe by its path; of a value with settings its kind; None where it has none of this name."""
    found: object = recipe
    for name in path.split("."):
        found = getattr(found, name, None)
    return found.kind if isinstance(found, Described) else found
