"""What is to be thought of the run that is shown: one verdict for all parts of the window."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from cnnstudio.data.split import divided
from cnnstudio.nn.network.network import classifier
from cnnstudio.nn.told import Told
from cnnstudio.runs.run import Run
from cnnstudio.runs.verdicts.chance import Chance
from cnnstudio.runs.verdicts.course import Course
from cnnstudio.runs.verdicts.rules import verdict
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.run.data_source import DataSource
from cnnstudio.worker.session import TrainingSession

#: milliseconds between two looks at a run under way
PAUSE = 500


class RunVerdict(QObject):
    """Follows the run under way, else judges the document's last one."""

    #: the verdict is another, or has other figures
    changed = Signal()

    def __init__(
        self, document: Document, session: TrainingSession, data: DataSource, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._session, self._data = document, session, data
        self._log, self._read = session.log, 0
        self._course: Course | None = None
        self._judged: Run | None = None
        self._chance: tuple[Any, Chance] | None = None
        self._now: Told | None = None
        self._timer = QTimer(self, interval=PAUSE)
        self._timer.timeout.connect(self._look)
        session.state_changed.connect(self._session_changed)
        data.changed.connect(self._look)
        document.changed.connect(self._look)
        document.opened.connect(self._look)
        self._look()

    @property
    def now(self) -> Told | None:
        """The verdict; None where nothing has been trained."""
        return self._now

    def _session_changed(self) -> None:
        if self._session.active:
            self._timer.start()
        else:
            self._timer.stop()
        self._look()

    def _look(self) -> None:
        run = self._session.run or self._document.project.run
        found = None if run is None else verdict(self._followed(run), self._chance_of(run))
        if found != self._now:
            self._now = found
            self.changed.emit()

    def _followed(self, run: Run) -> Course:
        """The figures of a run: those that it began with here, and what its log has told since."""
        if not self._session.active:
            if self._judged is not run or self._course is None:
                self._judged, self._course = run, Course.of(run)
            return self._course
        if self._judged is not run or self._course is None or self._log is not self._session.log:
            self._judged, self._course = run, Course(run.design.recipe)
            self._log, self._read = self._session.log, 0
        events = self._log.read(self._read)
        self._read += len(events)
        self._course.hear(events)
        return self._course

    def _chance_of(self, run: Run) -> Chance:
        """What guessing gets on the images that validate the run; where these are not there any more, on as many of
        each class."""
        data, recipe = self._data.dataset, run.design.recipe
        here = data if data is not None and data.fingerprint == run.data else None
        key = (here and here.fingerprint, recipe.data.split, recipe.loss, run.design.graph)
        if self._chance is None or self._chance[0] != key:
            classes = run.design.graph.shape(classifier(run.design.graph).softmax)[0]
            if here is None:
                chance = Chance.even(classes, recipe.loss)
            else:
                chance = Chance.of(divided(here, recipe.data.split)[1].labels, classes, recipe.loss)
            self._chance = key, chance
        return self._chance[1]
