"""Importing pictures: what lies at a path is looked at and shown, then taken as was chosen, as one step of undo."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from cnnstudio.data.dataset import Cancelled, DataError
from cnnstudio.data.importing import stored
from cnnstudio.data.importing.choices import PictureChoices
from cnnstudio.data.importing.layout import is_picture
from cnnstudio.data.importing.listing import Folder, Listing
from cnnstudio.data.importing.preview import Preview, previewed
from cnnstudio.data.importing.survey import Survey, holds_files, listing_of, surveyed
from cnnstudio.data.preparation.choice import DataChoice, Value
from cnnstudio.nn.telling.told import Sentence, told, worded
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.panels.importing.choosing import divided_counts
from cnnstudio.ui.panels.importing.import_page import ImportPage
from cnnstudio.ui.panels.importing.taking import MATTER, Read, learning_from, reading, take
from cnnstudio.ui.run.data_source import DataSource, title_of
from cnnstudio.ui.run.epoch_time import duration
from cnnstudio.ui.telling.notices import REFUSED, Notices
from cnnstudio.worker.background import Background
from cnnstudio.worker.failures import Failure
from cnnstudio.worker.jobs import Job, Jobs

#: milliseconds between two looks at how far an import is
_PAUSE = 100


class Importing(QObject):
    """Opens the sheet over ``host`` and carries out what is chosen on it; ``show_pictures`` lets the network look at
    such as cannot be learned from."""

    _looked = Signal(object, object, object)

    def __init__(
        self,
        document: Document,
        data: DataSource,
        jobs: Jobs,
        notices: Notices,
        show_pictures: Callable[[tuple[Path, ...]], None],
        host: QWidget,
    ) -> None:
        super().__init__(host)
        self._show_pictures = show_pictures
        self._document, self._data, self._jobs, self._notices, self._host = document, data, jobs, notices, host
        self.page: ImportPage | None = None
        self.survey: Survey | None = None
        self.preview: Preview | None = None
        #: the survey whose pictures are, or are about to be, shown as they will be
        self._previewed: Survey | None = None
        self._listing: Listing | None = None
        self._job: Job | None = None
        self._left = threading.Event()  # set once nobody wants to know what lies there
        self._begun = 0.0
        self._asked = False
        self._outdated = threading.Event()
        self._path, self._given, self._column = Path(), DataChoice(), ""
        self._looked.connect(self._take_survey, Qt.ConnectionType.QueuedConnection)
        # beside the heavy work: who drops a folder sees what is in it while the first images are still being drawn
        self._looks = Background("Looking at the folder", self)
        self._looks.answered.connect(self._not_found)
        self._previews = Background("Looking at the pictures", self)
        self._previews.answered.connect(self._take_preview)
        self._timer = QTimer(self)
        self._timer.setInterval(_PAUSE)
        self._timer.timeout.connect(self._tell_progress)

    def shutdown(self) -> None:
        """Nothing is looked at any more. Safe to call twice."""
        self._timer.stop()
        self._outdated.set()
        self._left.set()
        self._previews.shutdown()
        self._looks.shutdown()

    def open(self, path: Path, given: DataChoice | None = None) -> None:
        """Show what is at a path that a reader recognises; what leaves nothing to choose is learned from at once.
        ``given`` is what was chosen of it before, where it is chosen anew."""
        self.dismiss()
        self._notices.settle(REFUSED, MATTER)
        if not holds_files(path):
            self._data.choose(str(path))
            return
        self._path, self._given = path, given or DataChoice(str(path))
        self.page = page = ImportPage(path, self._host)
        page.choosing.take_over(self._given)
        self._column = page.choosing.choices.label_column
        page.dismissed.connect(self._forget)
        page.import_asked.connect(self.take)
        page.stop_asked.connect(self.stop)
        page.choosing.changed.connect(self._choose)
        page.consequences.changed.connect(self._show_consequences)
        self._look_there()

    def _look_there(self) -> None:
        """Look at the path, by the column of classes that is chosen."""
        self._left.set()
        self._left = threading.Event()
        self.survey = self._previewed = None
        self._looks.ask(partial(self._look, self._path, PictureChoices(label_column=self._column), self._left))

    def dismiss(self) -> None:
        """Close the sheet, if there is one; an import under way ends."""
        if self.page is not None:
            self.page.dismiss()

    def take(self) -> None:
        """Import as chosen, once it is seen what that makes of the pictures."""
        page, preview = self.page, self.preview
        self._asked = page is not None and preview is None
        if page is None or preview is None or page.importing or not page.button.isEnabled():
            return
        self._left.set()  # the heads that are left are looked at by the import
        choice = self._chosen(page, preview)
        self._job = job = self._jobs.submit(told("importing", source=title_of(choice.source)), reading(choice))
        job.done.connect(partial(self._imported, job, choice))
        job.failed.connect(partial(self._not_imported, job))
        job.state_changed.connect(partial(self._stopped, job))
        self._begun = time.monotonic()
        self._timer.start()
        self._tell_progress()

    def _chosen(self, page: ImportPage, preview: Preview) -> DataChoice:
        """The data as they are chosen."""
        said = _said(page.choosing.choices, preview)
        return DataChoice(str(self._path), said, self._given.changes, page.choosing.split)

    def stop(self) -> None:
        """End the import under way; nothing of it is kept."""
        if self._job is not None:
            self._job.cancel()

    # looking

    def _look(
        self, path: Path, choices: PictureChoices, left: threading.Event
    ) -> tuple[threading.Event, Sentence | None, tuple[Path, ...]]:
        """Tell what lies at a path, first the whole roughly; why it cannot be told, where that is so, and which
        pictures lie there all the same."""
        there: tuple[Path, ...] = ()
        try:
            listing = listing_of(path, left.is_set)
            if isinstance(listing, Folder):
                there = tuple(Path(file.key) for file in listing.files if is_picture(file))
            for survey in surveyed(listing, choices, left.is_set):
                self._looked.emit(left, listing, survey)
        except Cancelled:
            pass
        except (DataError, OSError) as error:
            return left, Sentence("{error}", error=error), there
        return left, None, ()

    def _not_found(self, answer: tuple[threading.Event, Sentence | None, tuple[Path, ...]]) -> None:
        left, why, there = answer
        if why is None or left is not self._left or self.page is None:
            return
        self.dismiss()
        self._notices.tell(
            worded(why), "error", about=REFUSED,
            action_title="Ask the network about them" if there else "", action=partial(self._show_pictures, there),
        )  # fmt: skip

    def _take_survey(self, left: threading.Event, listing: Listing, survey: Survey) -> None:
        if self.page is None or left is not self._left:
            return
        first, before = self.survey is None, self._previewed
        self._listing, self.survey = listing, survey
        self.page.found.show_survey(survey)
        self.page.choosing.show_survey(survey)
        if first:
            self.page.show_all()
        if before is None or _tells_more(survey, before):
            self._ask_preview()
        self._show_importable()

    def _choose(self) -> None:
        """What was shown before is no longer what would be taken."""
        self.preview, self._asked = None, False
        if self.page is not None:
            self.page.button.setEnabled(False)
            if self.page.choosing.choices.label_column != self._column:  # other classes
                self._column = self.page.choosing.choices.label_column
                self._look_there()
                return
        self._ask_preview()

    def _ask_preview(self) -> None:
        if self.page is None or self.survey is None or self._listing is None:
            return
        self._outdated.set()
        self._outdated = threading.Event()
        self._previewed = self.survey
        question = (self._listing, self.survey, self.page.choosing.choices)
        self._previews.ask(partial(_preview, *question, self._outdated))

    def _take_preview(self, answer: tuple[Survey, PictureChoices, Preview] | None) -> None:
        if answer is None or self.page is None:
            return
        survey, choices, preview = answer
        if survey is not self._previewed or choices != self.page.choosing.choices:
            return
        self.preview = preview
        self.page.found.show_preview(preview)
        self.page.choosing.show_preview(preview)
        self._show_consequences()
        if self._asked:
            self.take()

    def _show_consequences(self) -> None:
        page, preview, survey = self.page, self.preview, self.survey
        if page is None or preview is None or survey is None:
            return
        design, shape = learning_from(self._document.project.design, self._chosen(page, preview)), preview.target.shape
        if preview.brightness is not None:
            page.consequences.show_fitting(design, shape, survey.classes, preview.brightness)
        self._show_importable()

    def _show_importable(self) -> None:
        """How many pictures an import takes, as far as it is known, and what that costs."""
        page, preview, survey = self.page, self.preview, self.survey
        if page is None or preview is None or survey is None:
            return
        shape = preview.target.shape
        learning, validation, test = divided_counts(survey, page.choosing.choices, page.choosing.split)
        pictures = learning + validation + test
        page.consequences.show_costs(pictures, shape, preview.seconds)
        why_not = _why_no_room(pictures * shape[0] * shape[1] * shape[2], survey.source)
        if survey.complete and not (learning and test):
            why_not = _why_too_few(learning, test)
        page.show_importable(pictures, why_not, complete=survey.complete)

    # importing

    def _tell_progress(self) -> None:
        if self.page is None or self._job is None:
            self._timer.stop()
            return
        progress, passed = self._job.progress.value, time.monotonic() - self._begun
        share = progress.fraction if progress is not None else 0.0
        left = f"{duration(passed / share - passed)} left" if share > 0.02 and passed > 0.5 else ""
        words = (
            "Waiting for other work"
            if self._job.state == "queued"
            else f"Importing, {100 * max(0.0, share):.0f}\u202f%"
        )
        self.page.show_progress("  ·  ".join(filter(None, (words, left))), share)

    def _stopped(self, job: Job, state: str) -> None:
        if job is self._job and state in ("cancelled", "failed") and self.page is not None:
            self._timer.stop()
            self.page.show_buttons()

    def _not_imported(self, job: Job, failure: Failure) -> None:
        if job is self._job and not failure.bug:
            self._notices.tell(worded(failure.sentence), "error", about=REFUSED)

    def _imported(self, job: Job, choice: DataChoice, found: Read) -> None:
        if job is not self._job:
            return
        self._timer.stop()
        self._job = None
        fits = self.page is not None and self.page.consequences.fits.isChecked()
        self.dismiss()
        take(self._document, self._data, self._notices, choice, found, fits=fits)
        self._data.tell_chosen(found.data)

    def _forget(self) -> None:
        self._timer.stop()
        if self._job is not None:
            self._job.cancel()
        self._asked = False
        self._outdated.set()
        self._left.set()
        self.page = self.survey = self.preview = self._previewed = self._listing = self._job = None


def _tells_more(survey: Survey, before: Survey) -> bool:
    """Whether more is known of the pictures that are shown as they will be."""
    broken = survey.complete and len(survey.left_out) != len(before.left_out)
    return broken or (survey.heads_known and not before.heads_known)


def _preview(
    listing: Listing, survey: Survey, choices: PictureChoices, outdated: threading.Event
) -> tuple[Survey, PictureChoices, Preview] | None:
    """What the choices make of some pictures; None where nobody wants to know any more."""
    try:
        return survey, choices, previewed(listing, survey, choices, outdated.is_set)
    except Cancelled:
        return None


def _said(choices: PictureChoices, preview: Preview) -> tuple[tuple[str, Value], ...]:
    """What is kept of the choices: what was shown, said in full, and all else that is not as it is by itself."""
    target = preview.target
    shown = choices.replace(size=(target.height, target.width), colour="rgb" if target.coloured else "grey")
    plain = PictureChoices()
    names = [about.name for about in PictureChoices.settings()]
    return tuple((name, getattr(shown, name)) for name in names if getattr(shown, name) != getattr(plain, name))


def _why_too_few(learning: int, test: int) -> str:
    if not learning and not test:
        return "None of the pictures can be read."
    return "None is left for the test: a class needs two." if not test else "None is left to learn from."


def _why_no_room(size: int, source: str) -> str:
    try:
        stored.refuse_without_room(size, source)
    except DataError as error:
        return worded(error)
    return ""
