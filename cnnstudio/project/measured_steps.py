"""The steps of a run that somebody watched, as its folder tells: their figures by layer."""

from __future__ import annotations

from cnnstudio.nn.training.events import StepDone
from cnnstudio.project.run_folder import event_of, lines_of, runs_folder
from cnnstudio.runs.run import Run


def measured_steps(run: Run) -> list[StepDone]:
    """Those up to where the run stands, in their order. Quantiles and arrays are not kept."""
    found: list[StepDone] = []
    for line in lines_of(runs_folder() / run.id):
        measured = line.get("kind") == "step_done" and "measured" in line
        event = event_of(line) if measured else None
        if isinstance(event, StepDone) and event.step <= run.step:
            found.append(event)
    return found
