"""Choosing anew how data are read, what validation gets and whether the network is fitted to them: one step of undo."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from cnnstudio.data.dataset import DataError
from cnnstudio.data.importing.survey import holds_files
from cnnstudio.data.library import BUILTIN, choices_of
from cnnstudio.data.preparation.choice import DataChoice
from cnnstudio.data.preparation.split import Split
from cnnstudio.nn.telling.told import told, worded
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.panels.importing.choices_page import ChoicesPage
from cnnstudio.ui.panels.importing.taking import MATTER, Read, learning_from, reading, take
from cnnstudio.ui.run.data_source import DataSource, title_of
from cnnstudio.ui.telling.notices import REFUSED, Notices
from cnnstudio.worker.failures import Failure
from cnnstudio.worker.jobs import Job, Jobs


class Revising(QObject):
    """Opens the sheet over ``host`` and carries out what is chosen on it; ``import_anew`` does it for pictures in
    files."""

    def __init__(
        self,
        document: Document,
        data: DataSource,
        jobs: Jobs,
        notices: Notices,
        import_anew: Callable[[Path, DataChoice], None],
        host: QWidget,
    ) -> None:
        super().__init__(host)
        self._document, self._data, self._jobs, self._notices, self._host = document, data, jobs, notices, host
        self._import_anew = import_anew
        self.page: ChoicesPage | None = None
        self._job: Job | None = None
        self._read: tuple[DataChoice, Read] | None = None

    def open(self, source: str = "") -> None:
        """Show what is chosen of the design's data, or of others that could not be read as they are by themselves."""
        self.dismiss()
        self._notices.settle(REFUSED, MATTER)
        chosen = self._document.project.design.recipe.data
        given = chosen if source in ("", chosen.source) else DataChoice(source, split=Split())
        if given.source not in BUILTIN and holds_files(Path(given.source)):
            self._import_anew(Path(given.source), given)
            return
        try:
            kind = choices_of(given.source)
        except DataError as error:
            self._notices.tell(worded(error), "error", about=REFUSED)
            return
        self.page = page = ChoicesPage(title_of(given.source), kind, given, self._host)
        page.changed.connect(self._ask)
        page.consequences.changed.connect(self._show)
        page.taken.connect(self.take)
        page.dismissed.connect(self._forget)
        self._ask()

    def dismiss(self) -> None:
        """Close the sheet, if there is one."""
        if self.page is not None:
            self.page.dismiss()

    def take(self) -> None:
        """Make the design learn from the data as they are chosen now, once they have been read so."""
        page, read = self.page, self._read
        if page is None or read is None or read[0].unchanged != page.choice.unchanged:
            return
        fits = page.consequences.fits.isChecked()
        self.dismiss()
        take(self._document, self._data, self._notices, page.choice, read[1], fits=fits)

    def _ask(self) -> None:
        if self.page is None:
            return
        if self._job is not None:
            self._job.cancel()
        choice = self.page.choice
        self.page.show_reading()
        there = self._data.choice is not None and self._data.choice.unchanged == choice.unchanged
        work = reading(choice, self._data.unchanged if there else None)
        self._job = job = self._jobs.submit(told("reading", source=title_of(choice.source)), work)
        job.done.connect(partial(self._take_read, job, choice))
        job.failed.connect(partial(self._not_read, job))

    def _take_read(self, job: Job, choice: DataChoice, found: Read) -> None:
        if job is self._job:
            self._job, self._read = None, (choice, found)
            self._show()

    def _not_read(self, job: Job, failure: Failure) -> None:
        if job is self._job:
            self._job, self._read = None, None
            if self.page is not None:
                self.page.show_trouble(worded(failure.sentence))

    def _show(self) -> None:
        if self.page is not None and self._read is not None and self._job is None:
            choice, found = self._read
            design = learning_from(self._document.project.design, choice)
            self.page.show_read(found.data, design, found.brightness)

    def _forget(self) -> None:
        if self._job is not None:
            self._job.cancel()
        self.page = self._job = self._read = None
