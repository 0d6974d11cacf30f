"""Training several networks against each other: turn by turn, so that all have had the same time at any moment, and
from the same images as often: how often, the first steps of the slowest tell."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from cnnstudio.data.dataset import DataSet, Examples, keyed
from cnnstudio.data.preparation.moved import moved
from cnnstudio.data.preparation.split import Split, divided
from cnnstudio.design.three_ways import Contest, Entrant
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.network.plan import default_plan
from cnnstudio.nn.parameters.parameters import Parameters, carried_over
from cnnstudio.nn.rules.optimizers import Adam
from cnnstudio.nn.telling.told import Sentence
from cnnstudio.nn.training.evaluation import evaluate
from cnnstudio.nn.training.events import Command, Diverged, EpochDone, Event, StepDone
from cnnstudio.nn.training.trainer import Training, train
from cnnstudio.worker.jobs import Job, JobCancelled, JobFailed, Placeable, Work
from cnnstudio.worker.lanes import Log

#: what each learns from: so many images, in batches of so many, at most so often, and not so often that one of them
#: takes longer than so many seconds
IMAGES, VALIDATED, BATCH, EPOCHS, SECONDS = 1600, 400, 32, 6, 20.0
#: so many steps of each tell how long one takes
_TRIED = 4
LEARNING_RATE = 0.001
#: in the end each is tested on the images for validation moved by so many pixels, too
MOVED = (2, 4)

Ended = Literal["", "done", "diverged"]


@dataclass(frozen=True)
class Step:
    """A step of one network: its seconds of training so far, and the share of the batch it got right."""

    seconds: float
    accuracy: float


@dataclass(frozen=True)
class Mark:
    """The end of an epoch: seconds of training so far, and the accuracy on the images kept for validation."""

    seconds: float
    epoch: int
    accuracy: float


@dataclass(eq=False)
class RaceLane:
    """What the window sees of one network: append-only lanes, safe in both threads. ``ended`` says why it ended: ""
    while it runs, then “done” or “diverged”; before that ``moved`` has the accuracy on images that were moved,
    by the pixels they were moved by."""

    entrant: Entrant
    steps: Log[Step] = field(default_factory=Log)
    marks: Log[Mark] = field(default_factory=Log)
    moved: dict[int, float] = field(default_factory=dict)
    ended: Ended = ""


@dataclass(eq=False)
class Race:
    """All lanes of a race, and what they learn from: so many images, all of them as often (``epochs``, of which there
    are fewer once it is known that the slowest would need more than ``most_seconds``)."""

    contest: Contest
    lanes: tuple[RaceLane, ...]
    split: Split
    images: int
    validated: int
    epochs: int = EPOCHS
    most_seconds: float = SECONDS


def new_race(contest: Contest, data: DataSet, split: Split) -> Race:
    """A race that has not begun; its pictures for validation are among those of the design's ``split``."""
    learning, validation = _few(data, split)
    lanes = tuple(RaceLane(entrant) for entrant in contest.entrants)
    return Race(contest, lanes, split, len(learning), len(validation))


def racing(race: Race, graph: Graph, weights: Parameters, data: DataSet, seed: int) -> Work:
    """A job that runs a race. What lies before the layers in question has the ``weights`` of ``graph``; the rest
    begins from ``seed``, alike for all. It can be cancelled between any two layers."""

    def work(job: Job) -> Generator[Placeable, None, Race]:
        learning, validation = _few(data, race.split)
        spent = dict.fromkeys(range(len(race.lanes)), 0.0)
        with ExitStack() as stack:
            runs: dict[int, Generator[Event, Command | None, None]] = {}
            trainings: dict[int, Training] = {}
            try:
                for number, lane in enumerate(race.lanes):
                    trainings[number] = _begin(lane.entrant, race.contest, weights, seed)
                    events = train(
                        trainings[number], learning, validation,
                        batch_size=BATCH, epochs=race.epochs, seed=seed, cancelled=job.cancelled,
                    )  # fmt: skip
                    runs[number] = stack.enter_context(closing(events))
                    next(events)  # makes its networks, which is no training
                    yield None
                whole = -(-race.images // BATCH)
                while runs:
                    tried = all(len(race.lanes[running].steps) >= _TRIED for running in runs)
                    turns = spent if tried else {running: len(race.lanes[running].steps) for running in runs}
                    number = min(runs, key=lambda running: turns[running])
                    lane = race.lanes[number]
                    begun = time.perf_counter()
                    event = next(runs[number])
                    if job.cancelled():
                        raise JobCancelled
                    if isinstance(event, StepDone):
                        spent[number] += time.perf_counter() - begun
                        lane.steps.append(Step(spent[number], event.accuracy))
                        if not tried and all(len(race.lanes[running].steps) >= _TRIED for running in runs):
                            race.epochs = _as_often(race, whole)
                    elif isinstance(event, EpochDone):
                        lane.marks.append(Mark(spent[number], event.epoch, event.validation_accuracy))
                    ended = _end(event, race)
                    if ended:
                        runs.pop(number).close()
                        for pixels in MOVED if ended != "diverged" else ():
                            lane.moved[pixels] = _accuracy(trainings[number], moved(validation, pixels), job)
                            yield None
                        lane.ended = ended
                    done = sum(len(lane.steps) for lane in race.lanes) / (whole * race.epochs * len(race.lanes))
                    longest = max(spent.values())
                    job.report(done, Sentence("{seconds:.1f}\u202fs of training each", seconds=longest))
                    yield None
            except MemoryError as error:
                raise JobFailed("There is not enough memory for this race.") from error
        return race

    return work


def _begin(entrant: Entrant, contest: Contest, weights: Parameters, seed: int) -> Training:
    parameters = carried_over(weights, entrant.graph, seed)
    # the layers in question begin anew even where the network has weights of their shape
    plan = default_plan(entrant.graph, 1)
    return Training.begin(entrant.graph, parameters, Adam(LEARNING_RATE), plan=plan, locks=contest.locks)


def _as_often(race: Race, steps: int) -> int:
    """How often all go through the images, in so many ``steps`` each time: as often as the slowest has time for."""
    tried = [own for lane in race.lanes if len(own := lane.steps.read()) >= _TRIED]
    slowest = max((own[_TRIED - 1].seconds - own[0].seconds) / (_TRIED - 1) for own in tried)  # the first makes room
    return max(1, min(race.epochs, int(race.most_seconds / max(slowest * steps, 1e-9))))


def _end(event: Event, race: Race) -> Ended:
    if isinstance(event, Diverged):
        return "diverged"
    return "done" if isinstance(event, EpochDone) and event.epoch >= race.epochs else ""


def _accuracy(training: Training, examples: Examples, job: Job) -> float:
    return evaluate(training.graph, training.parameters, examples, cancelled=job.cancelled).accuracy


def _few(data: DataSet, split: Split) -> tuple[Examples, Examples]:
    """The same few images for everybody, to learn from and to be tested on: whole batches of the first."""
    learning, validation = divided(data, split)
    most = min(IMAGES, len(learning))
    most = most // BATCH * BATCH or most
    return _some(learning, most), _some(validation, min(VALIDATED, len(validation)))


def _some(examples: Examples, count: int) -> Examples:
    chosen = keyed(0, "race", len(examples)).permutation(len(examples))[:count]
    return examples.take(np.sort(chosen))
