"""Train with several seeds: a small sheet that asks how many, and the job that trains them beside the document."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from cnnstudio.nn.arrays import thousands
from cnnstudio.nn.settings import Setting
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.nn.telling.told import told, worded
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.panels.inspector.value_box import ValueBox
from cnnstudio.ui.run.run_control import RunControl
from cnnstudio.ui.telling.notices import Notices
from cnnstudio.ui.widgets.overlay import Overlay
from cnnstudio.worker.failures import Failure
from cnnstudio.worker.jobs import Job, Jobs
from cnnstudio.worker.training.seeds import training_seeds

#: with room for a refusal of two lines
_SIZE = QSize(440, 236)
USUAL, MOST = 3, 50
_LARGEST = 1 << 63


class Seeds(QObject):
    """Trains the document's recipe with seeds from its own on, one run after the other."""

    changed = Signal()

    def __init__(self, run_control: RunControl, jobs: Jobs, notices: Notices, parent: QObject) -> None:
        super().__init__(parent)
        self._run_control, self._jobs, self._notices = run_control, jobs, notices
        self.job: Job | None = None

    def why_not(self) -> str:
        """What keeps it from training several now, or ""."""
        if self.job is not None:
            return "Several seeds are being trained already."
        if why := self._run_control.why_not():
            return why
        data = self._run_control.data
        return "The images are still being prepared." if data.dataset is None and data.job is not None else ""

    def seeds(self, count: int) -> list[int]:
        """So many seeds, the first that of the recipe."""
        first = self._run_control.document.project.design.recipe.seed
        return [(first + place) % _LARGEST for place in range(count)]

    def begin(self, count: int) -> None:
        """Train with so many seeds, or say why not."""
        if why := self.why_not():
            self._notices.tell(why, "warning", about="seeds")
            return
        data = self._run_control.data.dataset
        if data is None:
            self._run_control.data.when_all_are_there(lambda: self.begin(count))
            return
        self._notices.settle("seeds")
        project, seeds = self._run_control.document.project, self.seeds(count)
        title = told("training-seeds", design=project.design.title, count=count)
        self.job = self._jobs.submit(title, training_seeds(project, data, seeds, self._run_control.threads()), run=True)
        self.job.done.connect(self._end)
        self.job.failed.connect(self._fail)
        self.job.state_changed.connect(self._follow)
        self.changed.emit()

    def stop(self) -> None:
        """End the run under way, and begin none of the others."""
        if self.job is not None:
            self.job.cancel()

    @property
    def how_far(self) -> str:
        """Where it is, in words; "" where nothing is trained."""
        if self.job is None:
            return ""
        progress = self.job.progress.value
        said = worded(progress.text) if progress is not None and progress.text else "waiting"
        return f"{said[0].upper()}{said[1:]}"

    def _end(self, runs: tuple[object, ...]) -> None:
        self.job = None
        self._notices.tell(
            f"{amount(len(runs), 'run')} of one recipe with different seeds {'is' if len(runs) == 1 else 'are'} listed "
            "in Runs: select them, and “Mean of seeds” draws them as one.",
            "good",
            about="seeds",
        )
        self.changed.emit()

    def _fail(self, failure: Failure) -> None:
        self.job = None
        if not failure.bug:
            self._notices.tell(worded(failure.sentence), "warning", about="seeds")
        self.changed.emit()

    def _follow(self, state: str) -> None:
        if state == "cancelled":
            self.job = None
        self.changed.emit()


class SeedsSheet(QWidget):
    """The content of the sheet: how many, what that means, and Train."""

    def __init__(self, seeds: Seeds, run_control: RunControl) -> None:
        super().__init__()
        self._seeds, self._run_control = seeds, run_control
        self.count = ValueBox(_count(), "Train with several seeds")
        theme.fix_width(self.count, 90)
        self.sentence = label("", "secondary", wrap=True)
        self.refusal = label("", "secondary", wrap=True)
        self.train = QPushButton("Train")
        self.train.setProperty("role", "primary")
        line = QHBoxLayout()
        line.setSpacing(10)
        line.addWidget(label("Seeds"))
        line.addWidget(self.count)
        line.addStretch(1)
        line.addWidget(self.train)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 4, 24, 20)
        column.setSpacing(12)
        column.addWidget(self.sentence)
        column.addLayout(line)
        column.addWidget(self.refusal)
        column.addStretch(1)
        self.count.refused.connect(self._refuse)
        self.count.entered.connect(lambda _value: self._say())
        self._refuse(seeds.why_not())
        self._say()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):  # the field has taken its number
            self.train.click()
        else:
            super().keyPressEvent(event)

    def begin(self) -> None:
        """Train, with what is being typed."""
        self.count.finish_typing()
        self._seeds.begin(int(self.count.value))

    def _say(self) -> None:
        seeds, recipe = self._seeds.seeds(int(self.count.value)), self._run_control.document.project.design.recipe
        self.sentence.setText(
            f"Trains the recipe from fresh weights with seeds {thousands(seeds[0])} to {thousands(seeds[-1])}, one run "
            f"of {amount(recipe.epochs, 'epoch')} after the other. Your design and its weights stay as they are; the "
            "runs are listed in Runs. How far they differ is how much of a result is luck."
        )

    def _refuse(self, sentence: str) -> None:
        self.refusal.setText(sentence)
        self.refusal.setVisible(bool(sentence))


def open_seeds(window: QWidget, seeds: Seeds, run_control: RunControl) -> Overlay:
    """The sheet over a window; it closes as training begins."""
    content = SeedsSheet(seeds, run_control)
    wanted = QSize(theme.scaled(_SIZE.width()), theme.scaled(_SIZE.height()))
    sheet = Overlay(window, "Train with several seeds", content, wanted)

    def begin() -> None:
        content.begin()
        sheet.dismiss()

    content.train.clicked.connect(begin)
    content.count.setFocus(Qt.FocusReason.PopupFocusReason)
    content.count.selectAll()
    return sheet


def _count() -> Setting:
    return Setting(
        "seeds", "Seeds", "integer", USUAL, 2, MOST, "", "How many runs are trained, each with its seed.", ()
    )
