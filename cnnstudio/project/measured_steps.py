"""The steps of a run that somebody watched, as its folder tells: their figures by layer."""

from __future__ import annotations

import logging

from cnnstudio.nn.training.events import StepDone
from cnnstudio.nn.training.messages import event_from_json
from cnnstudio.nn.training.plain import MessageError
from cnnstudio.project.run_folder import lines_of, runs_folder
from cnnstudio.runs.run import Run

_log = logging.getLogger(__name__)


def measured_steps(run: Run) -> list[StepDone]:
    """Those up to where the run stands, in their order. Quantiles and arrays are not kept."""
    found: list[StepDone] = []
    for line in lines_of(runs_folder() / run.id):
        if line.get("kind") != "step_done" or "measured" not in line:
            continue
        line.pop("at", None)
        try:
            event = event_from_json(line)
        except MessageError as error:
            _log.warning("A measured step of %s cannot be read: %s", run.id, error)
            continue
        if isinstance(event, StepDone) and event.step <= run.step:
            found.append(event)
    return found
