"""Training one recipe with several seeds, one run after the other, beside the document."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing

from cnnstudio.data.dataset import DataSet
from cnnstudio.nn.graph.graph import GraphError
from cnnstudio.nn.parameters.parameters import Snapshot
from cnnstudio.nn.telling.told import Sentence
from cnnstudio.nn.training.events import Event, StepDone
from cnnstudio.project.project import Project
from cnnstudio.runs.run import Run
from cnnstudio.worker.jobs import Job, JobCancelled, JobFailed, Placeable, Work
from cnnstudio.worker.lanes import Latest, Log
from cnnstudio.worker.training.driver import Control, Outcome, drive
from cnnstudio.worker.training.next_run import next_run
from cnnstudio.worker.training.pace import Status


def training_seeds(project: Project, data: DataSet, seeds: Sequence[int], threads: int) -> Work:
    """A job that trains the project's design from fresh weights with each of the seeds, and gives the runs. Each is
    written down as any run is; one that diverges ends by itself. Locked layers keep the weights they have."""

    def work(job: Job) -> Generator[Placeable, None, tuple[Run, ...]]:
        runs: list[Run] = []
        for place, seed in enumerate(seeds):
            recipe = project.design.recipe.replace(seed=seed)
            begin = project.with_changes(design=project.design.with_changes(recipe=recipe)).reset()
            status = Latest[Status]()
            driven = drive(
                next_run(begin, data, threads), Control(cancelled=job.cancelled), Log[Event](), Latest[Snapshot](),
                Latest[StepDone](), status, _nobody,
            )  # fmt: skip
            with closing(driven):
                outcome = yield from _followed(driven, job, status, place, seeds)
            if job.cancelled():
                raise JobCancelled
            runs.append(outcome.run)
        return tuple(runs)

    return work


def _followed(
    driven: Generator[Placeable, None, Outcome], job: Job, status: Latest[Status], place: int, seeds: Sequence[int]
) -> Generator[Placeable, None, Outcome]:
    """One run, and how far it has come among all of them."""
    try:
        while True:
            try:
                turn = next(driven)
            except StopIteration as ended:
                outcome: Outcome = ended.value
                return outcome
            now = status.value
            if now is not None:
                told = Sentence(
                    "seed {seed}, {place} of {count}: epoch {epoch} of {epochs}",
                    seed=seeds[place],
                    place=place + 1,
                    count=len(seeds),
                    epoch=now.epoch,
                    epochs=now.epochs,
                )
                job.report((place + now.step / max(1, now.steps)) / len(seeds), told)
            yield turn
    except GraphError as error:
        raise JobFailed("{error}", error=error) from error
    except MemoryError as error:
        raise JobFailed("There is not enough memory for this network and batch size.") from error


def _nobody(_news: str, _value: object) -> None:
    """No window shows these runs as they are trained."""
