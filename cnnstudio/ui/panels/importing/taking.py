"""Data that were read as somebody chose them become those of the design, the network is fitted to them: one edit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cnnstudio.data.dataset import DataError, DataSet
from cnnstudio.data.library import open_data, with_changes
from cnnstudio.data.preparation.changes import Changes
from cnnstudio.data.preparation.choice import DataChoice
from cnnstudio.data.preparation.measured import Brightness, brightness
from cnnstudio.design.edits.edits import EditRefused
from cnnstudio.design.edits.fitting import fitted
from cnnstudio.design.value.design import Design
from cnnstudio.nn.telling.told import Sentence, worded
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.run.data_source import DataSource, title_of
from cnnstudio.ui.telling.notices import Notices
from cnnstudio.worker.jobs import Job, JobFailed, Steps

#: the matter that notices here are about
MATTER = "data taken"


@dataclass(frozen=True, eq=False)
class Read:
    """A data set without anybody's changes, those of them that still belong to it, and how bright its training pictures
    are then."""

    data: DataSet
    changes: Changes
    brightness: Brightness


def reading(choice: DataChoice, there: DataSet | None = None) -> Callable[[Job], Steps]:
    """A job that reads data as they are chosen, where they are not ``there``, and measures them."""

    def work(job: Job) -> Steps:
        try:
            data = there if there is not None else open_data(choice.unchanged, job.report, job.cancelled)
            yield None
            changes = choice.changes if choice.changes.data == data.fingerprint else Changes()
            return Read(data, changes, brightness(with_changes(data, changes).train))
        except (DataError, OSError) as error:
            raise JobFailed("{error}", error=error) from error

    return work


def learning_from(design: Design, choice: DataChoice) -> Design:
    """The design with other data, whatever they are."""
    return design.with_changes(recipe=design.recipe.replace(data=choice))


def take(
    document: Document, source: DataSource, notices: Notices, choice: DataChoice, found: Read, *, fits: bool
) -> None:
    """Make the design learn from data that were read; ``fits`` says whether the network is fitted to them."""
    design, title = document.project.design, title_of(choice.source)
    before = design.recipe.data
    chosen = choice.replace(changes=found.changes)
    step = Sentence("Learn from {data}" if before.source != choice.source else "Read {data} anew", data=title)
    after = learning_from(design, chosen)
    if fits:
        try:
            after = fitted(after, found.data.image_shape, found.data.classes, found.brightness)
            step = Sentence("Fit the network to {data}", data=title)
        except EditRefused as refusal:
            notices.tell(worded(refusal), "warning", about=MATTER)
    source.know(chosen.unchanged, found.data)
    if after != design:
        document.edit(step, after)
    if before.source == choice.source and before.changes and not found.changes:
        notices.tell(
            f"What you had changed in pictures of {title} went with the way they were read: Undo brings both back.",
            about=MATTER,
        )
