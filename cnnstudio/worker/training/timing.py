"""How long an epoch of a design takes on this machine, from a few steps that are timed beside the window."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import dataclass, field

import numpy as np

from cnnstudio.data.dataset import DataSet, Examples
from cnnstudio.nn.graph.graph import GraphError
from cnnstudio.nn.network.plan import Plan
from cnnstudio.nn.network.tuning import layer_times
from cnnstudio.nn.training.evaluation import evaluate
from cnnstudio.nn.training.events import Finished, StepDone
from cnnstudio.nn.training.trainer import Training
from cnnstudio.project.project import Project
from cnnstudio.runs.plans import remembered_plan
from cnnstudio.runs.recorder import train_by, training_of
from cnnstudio.runs.run import Run
from cnnstudio.worker.jobs import Job, JobCancelled, JobFailed, Placeable, Work
from cnnstudio.worker.training.next_run import next_run

#: seconds that timing takes at most, once the first step is done; how many steps are timed, and for how many seconds:
#: a step of a small network is over before the machine has come to its pace
_PATIENCE, _STEPS, _LEAST = 0.6, 6, 0.1
#: images that are timed for validation
_VALIDATED = 256


@dataclass(frozen=True)
class EpochEstimate:
    """Predicted seconds of one epoch: ``step_seconds`` times the steps, and the validation after them. ``layers`` has
    the seconds that each layer takes for one image in training, by node id."""

    seconds: float
    step_seconds: float
    steps: int
    validation_seconds: float
    layers: Mapping[str, float] = field(default_factory=dict)


def timing(project: Project, data: DataSet, threads: int) -> Work:
    """A job that times training ``project`` on ``data`` and gives an ``EpochEstimate``. It changes nothing."""

    def work(job: Job) -> Generator[Placeable, None, EpochEstimate]:
        what = next_run(project.with_changes(run=None), data, threads)
        plan = what.run.plan
        known = remembered_plan(project.design.graph, project.design.recipe.batch_size, plan.threads)
        run = what.run.with_changes(plan=known or Plan(plan.threads, plan.algorithms))
        try:
            training = training_of(run, what.parameters)
            times: list[float] = []
            begun = last = time.perf_counter()
            with closing(train_by(run.design.recipe, training, what.train, what.validation, job.cancelled)) as steps:
                for event in steps:
                    now = time.perf_counter()
                    if isinstance(event, StepDone):
                        times.append(now - last)
                    last = now
                    yield None
                    _check(job)
                    enough = len(times) > 1 and now - begun > _PATIENCE
                    if enough or (len(times) > _STEPS and sum(times) > _LEAST) or isinstance(event, Finished):
                        break
            validated = what.validation.take(slice(0, _VALIDATED))
            begun = time.perf_counter()
            evaluate(training.graph, training.parameters, validated, plan=training.plan, cancelled=job.cancelled)
            each = (time.perf_counter() - begun) / max(1, len(validated))
            yield None
            layers = _layers(run, training, what.train, statistics.median(times or [_PATIENCE]), job)
        except GraphError as error:
            raise JobFailed("{error}", error=error) from error
        except MemoryError as error:
            raise JobFailed("There is not enough memory for this network and batch size.") from error
        yield None
        _check(job)
        if not times:
            raise JobFailed("No step could be timed.")
        step = statistics.median(times[1:] or times)  # the first one also touches all memory for the first time
        count = math.ceil(len(what.train) / run.design.recipe.batch_size)
        validation = each * len(what.validation)
        return EpochEstimate(step * count + validation, step, count, validation, layers)

    return work


def _layers(run: Run, training: Training, examples: Examples, step: float, job: Job) -> Mapping[str, float]:
    """The time of each layer, of as many images as are done within a moment."""
    recipe = run.design.recipe
    share = min(1.0, _PATIENCE / 4 / max(step * training.plan.threads, 1e-9))
    count = min(len(examples), max(1, round(recipe.batch_size * share)))
    return layer_times(
        training.graph,
        training.parameters,
        examples.read(np.arange(count)),
        examples.labels[:count],
        training.plan,
        loss=recipe.loss.plain,
        locked=run.design.locks.layers,
        cancelled=job.cancelled,
    )


def _check(job: Job) -> None:
    if job.cancelled():
        raise JobCancelled
