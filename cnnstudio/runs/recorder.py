"""From training to its record and back: whoever drives the trainer writes down its events here."""

from __future__ import annotations

import math
import uuid
from array import array
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from cnnstudio.data.preparation.augmentation import Augmenter
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.recipe import Recipe
from cnnstudio.nn.network.plan import Plan
from cnnstudio.nn.network.shard import never
from cnnstudio.nn.parameters.parameters import Parameters, Snapshot
from cnnstudio.nn.settings import Difference, differences
from cnnstudio.nn.telling.told import Sentence
from cnnstudio.nn.training.evaluation import Examples
from cnnstudio.nn.training.events import (
    BATCH_SIZE,
    CLIPPING,
    EARLY_STOPPING,
    EPOCHS,
    OPTIMIZER,
    SCHEDULE,
    Commanded,
    Engine,
    EpochDone,
    Event,
    Lock,
    Set,
    StateTaken,
    StepDone,
    TrainingState,
)
from cnnstudio.nn.training.trainer import Training, train
from cnnstudio.runs.adjusting import after
from cnnstudio.runs.run import History, Run

#: settings of a recipe that may be others where a run goes on
_MAY_CHANGE = ("data.source", EPOCHS, EARLY_STOPPING, BATCH_SIZE, CLIPPING, SCHEDULE)


def train_by(
    recipe: Recipe,
    training: Training,
    examples: Examples,
    validation: Examples,
    cancelled: Callable[[], bool] = never,
) -> Engine:
    """The trainer's events, with all that the recipe says; see ``cnnstudio.nn.training.trainer.train``."""
    return train(
        training,
        examples,
        validation,
        batch_size=recipe.batch_size,
        epochs=recipe.epochs,
        seed=recipe.seed,
        cancelled=cancelled,
        loss=recipe.loss,
        schedule=recipe.schedule,
        clipping=recipe.clipping,
        vary=augmenter(recipe, len(examples)),
        drawing=recipe.drawing,
        early_stopping=recipe.early_stopping,
    )


def augmenter(recipe: Recipe, images: int) -> Augmenter | None:
    """What varies so many training images as the recipe says, or None where it leaves them alone."""
    return Augmenter(recipe.augmentation, recipe.seed, images) if recipe.augmentation.changes else None


def steps_per_epoch(images: int, batch_size: int) -> int:
    """How many steps one pass over ``images`` training images takes; the last batch may be smaller."""
    return math.ceil(images / batch_size)


def steps_in_all(run: Run, images: int) -> int:
    """How many steps a run has taken once all its epochs over ``images`` training images are trained, with the batches
    that it is set to now."""
    recipe, place = run.design.recipe, run.place
    here = steps_per_epoch(images - place.picture, run.epoch.batch_size or recipe.batch_size) if place.picture else 0
    whole = max(0, recipe.epochs - place.epoch - (place.picture > 0))
    return run.step + here + whole * steps_per_epoch(images, recipe.batch_size)


def new_run(design: Design, plan: Plan, data: str, before: Run | None = None, weights: Snapshot | None = None) -> Run:
    """The record of a run that has not begun. ``data`` is the fingerprint of the images. Where ``weights`` that it
    begins with come from the run ``before``, of some layers at least, that is its parent."""
    run = Run(uuid.uuid4().hex, design, plan, data, asked=design.recipe.epochs)
    runs = frozenset() if weights is None else weights.runs
    if before is not None and before.id in runs:
        return run.with_changes(parent=before.id, began=before.place)
    if before is not None and before.parent in runs:  # which has itself learned nothing
        return run.with_changes(parent=before.parent, began=before.began)
    return run


def training_of(run: Run, parameters: Parameters) -> Training:
    """The training that a record describes, with these weights, ready to begin or to go on exactly where it
    was."""
    design = run.design
    training = Training.begin(
        design.graph, parameters, design.recipe.optimizer, run=run.id, plan=run.plan, locks=design.locks
    )
    training.step = run.step
    if run.optimizer is not None:
        training.optimizer_state = run.optimizer.copy()
    training.epoch = run.epoch
    for told in run.history.commands:
        match told.command:
            case Set(name="epochs"):
                training.since = told.place.epoch
    training.validation_losses = tuple(epoch.validation_loss for epoch in run.history.epochs)
    return training


def why_not_resumable(run: Run, design: Design, weights: Snapshot, data: str) -> Sentence | None:
    """Why the run cannot go on exactly with this design, these weights and these images (by their
    fingerprint), or None if it can. Its locks and whatever a run may change on its way may have been changed."""
    before, now = run.design.recipe, design.recipe
    if not design.graph.goes_on_as(run.design.graph):
        return Sentence("The layers have been changed since they were trained.")
    if (weights.run, weights.step) != (run.id, run.step):
        return Sentence("The weights are not those that the last run ended with.")
    if run.optimizer is None:
        return Sentence("The run's optimizer state was not kept.")
    if data != run.data:
        return Sentence("The images are not those the run learned from.")
    if now.data.split != before.data.split:
        return Sentence("Other images are kept for validation than in the run.")
    return next((_other_setting(change) for change in differences(before, now) if not may_change(change)), None)


def may_change(change: Difference) -> bool:
    """Whether a run can go on though its recipe has changed so."""
    return change.path in _MAY_CHANGE or change.path.startswith((OPTIMIZER, f"{SCHEDULE}."))


def _other_setting(change: Difference) -> Sentence:
    return Sentence(
        "{setting} is {after!s} now and was {before!s} in the run.",
        setting=change.title,
        after=change.after,
        before=change.before,
    )


class Recorder:
    """Collects the events of a run that begins with these weights, or goes on with them from what its record already
    holds."""

    def __init__(self, run: Run, weights: Snapshot) -> None:
        self._run, self._weights, self._design = run, weights, run.design
        #: layers that no step has moved, and those that the next one does not move
        self._still = frozenset(slot.node for slot in weights.parameters.layout.slots)
        self._locked = run.design.locks.layers
        self._losses = array("f", run.history.losses.tolist())
        self._accuracies = array("f", run.history.accuracies.tolist())
        self._epochs = list(run.history.epochs)
        self._commands = list(run.history.commands)
        self._best = run.best
        self._lowest = min((epoch.validation_loss for epoch in self._epochs), default=math.inf)
        #: a state is to be taken before the next step: no epoch before has left weights as good
        self.wanted = False

    def hear(self, event: Event) -> None:
        """Write an event down."""
        if isinstance(event, StepDone):
            self._still &= self._locked
            self.wanted = False
            self._losses.append(event.loss)
            self._accuracies.append(event.accuracy)
        elif isinstance(event, EpochDone):
            self._epochs.append(event)
            if event.validation_loss < self._lowest:
                self._lowest, self.wanted = event.validation_loss, True
        elif isinstance(event, StateTaken):
            if self.wanted:
                self._best, self.wanted = self._with_origins(event.state.snapshot), False
        elif isinstance(event, Commanded) and isinstance(event.command, Set | Lock):
            self._commands.append(event)
            self._design = after(self._design, event.command)
            self._locked = self._design.locks.layers

    def record(self, state: TrainingState) -> tuple[Run, Snapshot]:
        """The run and its weights in the state it has after the last event: saved together, they can go on exactly."""
        history = History(
            np.array(self._losses, np.float32),
            np.array(self._accuracies, np.float32),
            tuple(self._epochs),
            tuple(self._commands),
        )
        epochs = self._design.recipe.epochs
        run = self._run.with_changes(
            design=self._design,
            asked=self._run.asked if epochs == self._run.design.recipe.epochs else epochs,
            step=state.snapshot.step,
            history=history,
            optimizer=state.optimizer,
            epoch=state.epoch,
            best=self._best,
            ahead=(),
        )
        return run, self._with_origins(state.snapshot)

    def _with_origins(self, snapshot: Snapshot) -> Snapshot:
        """Weights of the run, with what is told of layers that no step has moved yet."""
        before = {node: self._weights.origin(node) for node in self._still}
        return replace(snapshot, origins={node: origin for node, origin in before.items() if origin != snapshot.run})
