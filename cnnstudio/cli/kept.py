"""The command runs: what was trained here, also in the window."""

from __future__ import annotations

from argparse import Namespace

from cnnstudio.cli.console import GOOD, Output, percent
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.project.kept.runs import kept_runs
from cnnstudio.project.run_folder import runs_folder


def show(arguments: Namespace) -> int:
    """One line for each run that is kept, the oldest first."""
    output, found = Output(), kept_runs()
    for run in found:
        if arguments.json:
            output.emit(run.to_json())
            continue
        figures = [amount(run.epochs, "epoch"), f"{run.seconds:.0f} s"]
        if run.best_validation_accuracy is not None:
            figures.append(f"best validation {percent(run.best_validation_accuracy)}")
        if run.test_accuracy is not None:
            figures.append(f"test {percent(run.test_accuracy)}")
        if not run.ended:
            figures.append(run.state())
        title = run.name or run.design or "Untitled"
        output.say(f"{run.began}  {run.id[:8]}  {title} on {run.data}, seed {run.seed}: {', '.join(figures)}")
    if not found and not arguments.json:
        output.say(f"No run is kept in {runs_folder()}.")
    return output.code or GOOD
