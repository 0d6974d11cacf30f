"""Fetching published data sets in the window: one at a time, beside all other work, and learned from once here."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject

from cnnstudio.data.dataset import DataError
from cnnstudio.data.downloads.fetching import fetch
from cnnstudio.data.downloads.published import PUBLISHED, Published
from cnnstudio.nn.telling.phrases import bytes_text
from cnnstudio.nn.telling.told import told, worded
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.run.data_source import DataSource
from cnnstudio.ui.telling.notices import Notices
from cnnstudio.worker.beside import Waits, beside
from cnnstudio.worker.failures import Failure
from cnnstudio.worker.jobs import Job, JobFailed, Jobs

#: the matter that notices here are about
MATTER = "published data"


class Fetching(QObject):
    """What is asked for by ``fetch`` comes with a notice that can stop it."""

    def __init__(self, document: Document, data: DataSource, jobs: Jobs, notices: Notices, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._data, self._jobs, self._notices = document, data, jobs, notices
        self.job: Job | None = None
        self._under_way = ""

    def fetch(self, name: str) -> None:
        """Learn from a published set, once it is here."""
        found = PUBLISHED[name]
        if found.is_here:
            self._learn_from(name)
            return
        if self.job is not None:
            if name != self._under_way:
                title = PUBLISHED[self._under_way].title
                self._notices.tell(f"{title} is being fetched. Then, or once that is stopped, {found.title} can be.")
            return
        self._under_way = name
        self.job = job = self._jobs.submit(told("fetching", source=found.title), beside(_fetching(found)))
        job.done.connect(lambda _nothing: self._learn_from(name))
        job.failed.connect(partial(self._failed, name))
        job.state_changed.connect(partial(self._ended, found))
        self._notices.tell(
            f"{found.title} is being fetched, {bytes_text(found.size)} into {found.folder}. "
            "The design learns from it as soon as it is here.",
            action_title="Stop",
            action=job.cancel,
            about=MATTER,
        )

    def _learn_from(self, name: str) -> None:
        self._notices.settle(MATTER)
        if self._document.project.design.recipe.data.source == name:
            self._data.look_again()
        else:
            self._data.choose(name)

    def _failed(self, name: str, failure: Failure) -> None:
        if not failure.bug:
            again = partial(self.fetch, name)
            text = worded(failure.sentence)
            self._notices.tell(text, "error", action_title="Try again", action=again, about=MATTER)

    def _ended(self, found: Published, state: str) -> None:
        if state in ("done", "failed", "cancelled"):
            self.job = None
        if state == "cancelled" and not self._jobs.closed:
            self._notices.tell(
                f"{found.title} is not fetched any further. What has come is kept.",
                action_title="Go on",
                action=partial(self.fetch, found.name),
                about=MATTER,
            )


def _fetching(found: Published) -> Waits:
    def waits(progress: Callable[[float], None], cancelled: Callable[[], bool]) -> None:
        try:
            fetch(found, progress, cancelled)
        except DataError as error:
            raise JobFailed("{error}", error=error) from error

    return waits
