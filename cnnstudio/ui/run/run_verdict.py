"""What is to be thought of the run that is shown: one verdict for all parts of the window."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from cnnstudio.data.preparation.split import divided
from cnnstudio.nn.network.network import classifier
from cnnstudio.nn.parameters.parameters import Snapshot
from cnnstudio.nn.telling.told import Told
from cnnstudio.runs.run import Run
from cnnstudio.runs.verdicts.chance import Chance
from cnnstudio.runs.verdicts.course import Course
from cnnstudio.runs.verdicts.rules import GOOD, verdict
from cnnstudio.runs.verdicts.silent import IMAGES, silent_share
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.run.data_source import DataSource
from cnnstudio.worker.background import Background
from cnnstudio.worker.training.session import TrainingSession

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
        #: of the weights that were looked at last, the share of silent ReLUs
        self._silent: tuple[Snapshot, float] | None = None
        self._asked: Snapshot | None = None
        self._background = Background("Looking at the ReLUs", self)
        self._background.answered.connect(self._looked)
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

    @property
    def chance(self) -> Chance | None:
        """What guessing gets on the images that validate the run that is shown; None where there is none."""
        run = self._session.run or self._document.project.run
        return None if run is None else self._chance_of(run)

    def _session_changed(self) -> None:
        if self._session.active:
            self._timer.start()
        else:
            self._timer.stop()
        self._look()

    def _look(self) -> None:
        run = self._session.run or self._document.project.run
        found = None if run is None else verdict(self._followed(run), self._chance_of(run), self._silent_share())
        if found is not None and run is not None and found.code not in GOOD and not self._session.active:
            self._look_at_relus(run)
        if found != self._now:
            self._now = found
            self.changed.emit()

    def shutdown(self) -> None:
        """Ask no more. Safe to call twice."""
        self._background.shutdown()

    def _silent_share(self) -> float | None:
        """Of the document's weights; None where nobody has looked, and while a run changes them."""
        here = self._silent is not None and self._silent[0] is self._document.project.weights
        return self._silent[1] if self._silent is not None and here and not self._session.active else None

    def _look_at_relus(self, run: Run) -> None:
        """Of a run that has ended badly, see whether its ReLUs still answer to the images it learned from."""
        data, weights = self._data.dataset, self._document.project.weights
        of_run = weights.run == run.id and data is not None and data.fingerprint == run.data
        if not of_run or weights is self._asked or data is None:
            return
        self._asked, graph = weights, run.design.graph
        learning, _ = divided(data, run.design.recipe.data.split)
        self._background.ask(lambda: (weights, silent_share(graph, weights, learning.read(slice(0, IMAGES)))))

    def _looked(self, found: tuple[Snapshot, float]) -> None:
        self._silent = found
        self._look()

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
