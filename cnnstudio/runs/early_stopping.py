"""What is said of a run that ended before its last epoch, because it got no better."""

from __future__ import annotations

from cnnstudio.nn.telling.told import Sentence
from cnnstudio.nn.training.events import EPOCHS, Commanded, Place, Set
from cnnstudio.runs.run import Run


def ends_early(commanded: Commanded) -> bool:
    """Whether a command ended its run where it was: the trainer itself gives it."""
    command = commanded.command
    return isinstance(command, Set) and command.name == EPOCHS and commanded.place == Place(int(str(command.value)))


def stopped_early(run: Run) -> Sentence | None:
    """Why the run stands where it stands; None where it is not for that."""
    commands = run.history.commands
    if not commands or not ends_early(commands[-1]) or commands[-1].place != run.place:
        return None
    return Sentence(
        "The run stopped early: its validation loss had not become better for {epochs:# epoch|# epochs}.",
        epochs=run.design.recipe.early_stopping,
    )
