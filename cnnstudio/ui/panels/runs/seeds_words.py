"""What several seeds of a recipe say, in a sentence; and which of two recipes is better, where that can be said."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from cnnstudio.design.analysis.comparison import compare
from cnnstudio.design.wording.settings import setting_text
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.project.kept.groups import ReadRun
from cnnstudio.runs.welch import CONFIDENCE, Comparison, compared
from cnnstudio.ui.panels.runs.columns import percent_text, title_of

Group = Sequence[ReadRun]


def seeds_text(groups: Sequence[Group]) -> str:
    """What is to be said of groups of runs that differ in their seeds alone: of one its mean, of two which is better;
    nothing of none or more."""
    if len(groups) == 1:
        return _mean_text(groups[0])
    if len(groups) != 2:
        return ""
    values = [_accuracies(group) for group in groups]
    if not all(len(each) > 1 for each in values):
        return ""
    names, seeds = _told_apart(*groups), " and ".join(str(len(each)) for each in values)
    found = compared(values[0], values[1])
    if found is None:
        means = _means(names, values)
        return f"Neither is called better: {means}, without a spread to reckon with ({seeds} seeds)."
    how = f"{_interval(found)} ({100 * CONFIDENCE:.0f}\u202f% interval, Welch’s t, {seeds} seeds)"
    if not found.better:
        return f"Neither is called better: {_means(names, values)}; the difference is {how}."
    best = names[found.better - 1]
    return f"{best[:1].upper()}{best[1:]} is better: {_means(names, values)}; the difference is {how}."


def _mean_text(group: Group) -> str:
    values = _accuracies(group)
    if not values:
        return ""
    reach = f"from {percent_text(min(values))} to {percent_text(max(values))}"
    seeds = amount(len(values), "seed")
    return f"Best validation accuracy over {seeds}: {percent_text(fmean(values))} on average, {reach}."


def _accuracies(group: Group) -> list[float]:
    found = (run.listed.run.best_validation_accuracy for run in group)
    return [value for value in found if value is not None]


def _means(names: tuple[str, str], values: Sequence[Sequence[float]]) -> str:
    one, two = (f"{percent_text(fmean(each))} ({name})" for name, each in zip(names, values, strict=True))
    return f"best validation accuracy {one} and {two} on average"


def _interval(found: Comparison) -> str:
    """What the better, or the greater, has more, in points of a percent."""
    sign = 1 if found.difference >= 0 else -1
    low, high = sorted((sign * found.low, sign * found.high))
    return f"{_points(abs(found.difference))} points, from {_points(low)} to {_points(high)}"


def _points(share: float) -> str:
    return f"{100 * share:.1f}".replace("-", "−")


def _told_apart(one: Group, two: Group) -> tuple[str, str]:
    """Names for both: what is not the same in their recipes, or what their runs are called."""
    first, second = one[0].begun, two[0].begun
    assert first is not None and second is not None, "only known runs are taken together"
    changes = compare(first.design, second.design).recipe
    if len(changes) == 1:
        title = changes[0].title.lower()
        return f"{title} {setting_text(changes[0].before)}", f"{title} {setting_text(changes[0].after)}"
    names = title_of(one[0].listed), title_of(two[0].listed)
    return names if names[0] != names[1] else (f"the first {names[0]}", f"the second {names[1]}")
