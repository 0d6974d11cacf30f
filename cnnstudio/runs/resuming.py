"""Whether a run can go on exactly where it ended."""

from __future__ import annotations

from cnnstudio.design.design import Design
from cnnstudio.nn.parameters import Snapshot
from cnnstudio.runs.run import Run

#: what may differ: how far to go, and how far the weights move from now on
_FREE = ("epochs", "learning_rate", "data")


def why_not_resumable(
    run: Run, design: Design, weights: Snapshot, data: str, threads: int | None = None
) -> str:
    """Why the run cannot go on exactly with this design, these weights and these images, or "" if it can.

    ``data`` is the images' fingerprint; ``threads`` is given only where somebody asked for a number of them.
    """
    if design.graph != run.design.graph:
        return "The layers have been changed since they were trained."
    if (weights.run, weights.step) != (run.id, run.step):
        return "The weights are not those that the last run ended with."
    if run.optimizer is None:
        return "The optimizer's state was not kept."
    if data != run.data:
        return "The images are not those the run learned from."
    if threads not in (None, run.plan.threads):
        return f"The run shares its batches between {run.plan.threads} threads, not {threads}."
    for about in design.recipe.settings():
        before, now = getattr(run.design.recipe, about.name), getattr(design.recipe, about.name)
        if about.name not in _FREE and before != now:
            return f"{about.title} is {now} now and was {before} in the run."
    return ""
