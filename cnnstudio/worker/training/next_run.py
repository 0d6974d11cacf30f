"""What pressing Train means: a new run, the rest of one that was stopped, or more of one that is finished."""

from __future__ import annotations

from dataclasses import dataclass

from cnnstudio.data.dataset import DataSet, Examples
from cnnstudio.data.preparation.split import divided
from cnnstudio.design.analysis.analysis import analyse
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.recipe import MOST_EPOCHS
from cnnstudio.nn.network.plan import default_plan
from cnnstudio.nn.parameters.parameters import Parameters, Snapshot
from cnnstudio.nn.training.events import Place
from cnnstudio.project.kept.runs import told_again
from cnnstudio.project.project import Project
from cnnstudio.runs.adjusting import going_on
from cnnstudio.runs.recorder import new_run, why_not_resumable
from cnnstudio.runs.run import Run

#: a step with fewer multiplications than this is done before two threads have shared it
WORTH_SHARING = 200_000_000


@dataclass(frozen=True, eq=False)
class NextRun:
    """All that the worker needs to train. ``run`` says where it begins; its recipe's epochs count in all."""

    run: Run
    weights: Snapshot
    train: Examples
    validation: Examples

    @property
    def parameters(self) -> Parameters:
        """The numbers it begins with."""
        return self.weights.parameters

    @property
    def goes_on(self) -> bool:
        """Whether it goes on with a run that has begun before."""
        return self.run.step > 0


def next_run(project: Project, data: DataSet, threads: int = 1) -> NextRun:
    """What is to be trained now.

    A run goes on if graph, data and everything in the recipe that shaped it are what they were, but for what a run may
    change on its way. Stopped before its end, it is trained to the end, which another number of epochs in the recipe
    moves; finished, or where another number lies behind it, for the recipe's epochs again, unless it would have more
    than a run may have. In any other case a new run begins from the weights there are, on ``threads`` threads if its
    steps are large enough to be worth sharing: beside a window, handing over costs more than alone.
    """
    design, run, weights = project.design, project.run, project.weights
    recipe = design.recipe
    train, validation = divided(data, design.recipe.data.split)
    goal = _goal(run, recipe.epochs, len(train)) if run is not None else 0
    if run is None or run.step == 0 or goal > MOST_EPOCHS or why_not_resumable(run, design, weights, data.fingerprint):
        plan = default_plan(design.graph, threads_for(design, threads))
        run = new_run(design.with_changes(classes=data.classes), plan, data.fingerprint, run, weights)
    else:
        goes_on = design.with_changes(recipe=recipe.replace(epochs=goal))
        run = told_again(run, going_on(run, goes_on).with_changes(asked=recipe.epochs))
    return NextRun(run, weights, train, validation)


def threads_for(design: Design, threads: int) -> int:
    """How many of ``threads`` a new run of this design shares its steps between."""
    worth = analyse(design.graph).macs * design.recipe.batch_size >= WORTH_SHARING
    return threads if worth else 1


def _goal(run: Run, epochs: int, images: int) -> int:
    """How many epochs a run that goes on is to have in the end."""
    goal, trained = run.design.recipe.epochs, run.place.epoch + (run.place.picture >= images)
    if trained < goal and epochs == run.asked:
        return goal
    return epochs if trained < goal and Place(epochs) > run.place else trained + epochs
