"""In what two runs differ, as rows of words: design, recipe and result. Without Qt."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from cnnstudio.design.analysis.comparison import Row, Side, Totals, compare
from cnnstudio.design.wording.settings import setting_text
from cnnstudio.nn.arrays import shape_text, thousands
from cnnstudio.nn.telling.told import worded
from cnnstudio.nn.training.events import EpochDone
from cnnstudio.project.kept.groups import ReadRun
from cnnstudio.ui.look.numbers import number_text
from cnnstudio.ui.panels.runs.columns import percent_text, took_text

#: what stands for nothing
NOTHING = "—"


@dataclass(frozen=True)
class Line:
    """One figure or setting of both runs; ``differs`` says that it is not the same."""

    title: str
    first: str
    second: str

    @property
    def differs(self) -> bool:
        """Whether the two are not the same."""
        return self.first != self.second


def results(one: ReadRun, two: ReadRun) -> list[Line]:
    """What came of both: all figures, also those that are the same."""
    return [Line(title, told(one) or NOTHING, told(two) or NOTHING) for title, told in _RESULTS.items()]


def recipes(one: ReadRun, two: ReadRun) -> list[Line]:
    """The settings of the recipes, and the data, that differ."""
    if one.begun is None or two.begun is None:
        return []
    found = compare(one.begun.design, two.begun.design).recipe
    lines = [Line(each.title, setting_text(each.before), setting_text(each.after)) for each in found]
    if one.begun.data != two.begun.data:
        lines.append(Line("Images", one.begun.data[:8], two.begun.data[:8]))
    return [line for line in lines if line.differs]


def designs(one: ReadRun, two: ReadRun) -> list[Line]:
    """The layers that only one of them has, or that have other settings or shapes."""
    if one.begun is None or two.begun is None:
        return []
    found = compare(one.begun.design, two.begun.design)
    lines = [line for row in found.rows if row.kind != "same" or row.reshaped for line in _of_row(row)]
    sums = [Line(title, thousands(of(found.first)), thousands(of(found.second))) for title, of in _SUMS.items()]
    return [*lines, *(line for line in sums if line.differs)]


def _of_row(row: Row) -> list[Line]:
    if row.first is None or row.second is None:
        side = row.first or row.second
        assert side is not None
        return [Line(side.name, *(_said(each) for each in (row.first, row.second)))]
    name = row.first.name
    lines = [Line(f"{name}: {c.title.lower()}", setting_text(c.before), setting_text(c.after)) for c in row.changes]
    if row.reshaped:
        lines.append(Line(f"{name}: shape", *(_shape(side) for side in (row.first, row.second))))
    return lines or [Line(name, "as drawn", "reads other layers")]


def _said(side: Side | None) -> str:
    return NOTHING if side is None else worded(side.layer.summary()) or side.layer.title


def _shape(side: Side) -> str:
    return NOTHING if side.shape is None else shape_text(side.shape)


def _last(run: ReadRun, told: Callable[[EpochDone], str]) -> str:
    epochs = run.history.epochs
    return told(epochs[-1]) if epochs else ""


def _lowest(run: ReadRun) -> str:
    losses = [done.validation_loss for done in run.history.epochs if math.isfinite(done.validation_loss)]
    return number_text(min(losses)) if losses else ""


_RESULTS: dict[str, Callable[[ReadRun], str]] = {
    "Best validation accuracy": lambda run: percent_text(run.listed.run.best_validation_accuracy),
    "Last validation accuracy": lambda run: _last(run, lambda done: percent_text(done.validation_accuracy)),
    "Lowest validation loss": _lowest,
    "Test accuracy": lambda run: percent_text(run.listed.run.test_accuracy),
    "Epochs": lambda run: thousands(run.listed.run.epochs),
    "Steps": lambda run: thousands(len(run.history.losses)),
    "Took": lambda run: took_text(run.listed.run.seconds),
}
_SUMS: dict[str, Callable[[Totals], int]] = {
    "Parameters": lambda totals: totals.parameters,
    "MACs an image": lambda totals: totals.macs,
}
