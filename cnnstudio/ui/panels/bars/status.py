"""The status bar: problems, size and cost, engine, long work, and whether all is saved."""

from __future__ import annotations

import datetime

from PySide6.QtCore import QEvent, QSize, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from cnnstudio.design.analysis.analysis import analyse
from cnnstudio.design.problems.wiring.empty import Empty
from cnnstudio.nn.telling.phrases import amount, bytes_text
from cnnstudio.nn.telling.told import Told
from cnnstudio.runs.verdicts.rules import BAD
from cnnstudio.runs.verdicts.wording import verdict_heading, verdict_text
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.labels import label, plain_tip, set_property
from cnnstudio.ui.problems.findings import Findings
from cnnstudio.worker.jobs import Jobs
from cnnstudio.worker.wording import job_words


class StatusBar(QFrame):
    """One line at the bottom of the window."""

    #: the number of problems was clicked
    problems_asked = Signal()

    def __init__(self, document: Document, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "status")
        theme.fix_height(self, 28)
        self._document, self._jobs = document, jobs
        self._training = False
        self._saved_at: datetime.datetime | None = None
        self.problems = QPushButton()
        self.problems.setProperty("role", "status")
        self.problems.setToolTip("Show the list of problems")
        self.problems.clicked.connect(self.problems_asked)
        self.parameters = self._figure()
        self.macs = self._figure()
        self.memory = self._figure()
        self.epoch = self._figure()
        self.epoch.hide()
        self.verdict = self._figure()
        self.verdict.hide()
        self.work = self._figure()
        self.progress = QProgressBar()
        self.progress.setProperty("role", "busy")
        self.progress.setTextVisible(False)
        self.progress.setFixedWidth(96)
        self.saved = self._figure()
        line = self._line = QHBoxLayout(self)
        line.setContentsMargins(8, 0, 14, 0)
        line.setSpacing(20)
        for widget in (self.problems, self.verdict, self.parameters, self.macs, self.memory, self.epoch):
            line.addWidget(widget)
        line.addStretch(1)
        line.addWidget(self.work)
        line.addWidget(self.progress)
        line.addWidget(self.saved)
        self._timer = QTimer(self, interval=100)
        self._timer.timeout.connect(self._show_work)
        document.changed.connect(self._show_design)
        document.saved_changed.connect(self._show_saved)
        document.path_changed.connect(self._show_saved)
        document.opened.connect(self._show_saved)
        document.written.connect(self._told_saved)
        jobs.changed.connect(self._show_work)
        self._show_design()
        self._show_saved()
        self._show_work()

    def minimumSizeHint(self) -> QSize:
        return QSize(320, self.height())  # figures give way, the window need not grow

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:  # words of another size want other room
            self._make_room()
        return super().event(event)

    def _make_room(self) -> None:
        """Leave out the figures that are least asked for where they would be cut off."""
        spacing = self._line.spacing()
        needed = 40 + sum(part.sizeHint().width() + spacing for part in (self.problems, self.saved))
        if not self.work.isHidden():
            needed += self.work.sizeHint().width() + self.progress.width() + 2 * spacing
        for part in (self.parameters, self.verdict, self.macs, self.epoch, self.memory):
            needed += part.sizeHint().width() + spacing if part.text() else 0
            part.setVisible(bool(part.text()) and needed <= self.width())

    def show_problems(self, findings: Findings) -> None:
        """How many problems there are for which Train waits, and how much advice."""
        count = len(findings.grave)
        words = f"⚠ {amount(count, 'problem')}" if count else "✓ No problems"
        advice = len(findings.all) - count
        begun = not any(problem.code == Empty.code for problem in findings.grave)
        if not begun:
            words = findings.words(findings.grave[0]).title
        self.problems.setText(f"{words} · {amount(advice, 'piece of advice', 'pieces of advice')}" if advice else words)
        errors = any(problem.severity == "error" for problem in findings.grave)
        tone = "error" if errors else "warning" if count else "good"
        set_property(self.problems, "tone", tone if begun else "")
        self._make_room()

    def _told_saved(self) -> None:
        """The document has just been saved."""
        self._saved_at = datetime.datetime.now().astimezone()
        self._show_saved()

    def _figure(self) -> QLabel:
        made = label("", "secondary")
        theme.wear(made, "small-figures")
        return made

    def _show_design(self) -> None:
        facts = analyse(self._document.project.design.graph)
        self.parameters.setText(amount(facts.parameters, "parameter") + (" so far" if facts.problems else ""))
        self.macs.setText(f"{amount(facts.macs, 'MAC')} / image")
        recipe = self._document.project.design.recipe
        needed = facts.training_bytes(recipe.batch_size, len(recipe.optimizer.memory))
        self.memory.setText(f"{bytes_text(needed)} to train")
        self._make_room()
        weights = (2 + len(recipe.optimizer.memory)) * facts.weight_bytes
        self.memory.setToolTip(
            f"About {bytes_text(needed)} while training {amount(recipe.batch_size, 'image')} at a time: "
            f"{bytes_text(needed - weights)} of activations and their gradients, {bytes_text(weights)} of weights, "
            "their gradients and what the optimizer remembers of them."
        )

    def show_verdict(self, verdict: Told | None) -> None:
        """What is to be thought of the run that is shown; None where nothing has been trained, or another network
        since."""
        self.verdict.setText(verdict_heading(verdict) if verdict is not None else "")
        self.verdict.setToolTip(plain_tip(verdict_text(verdict)) if verdict is not None else "")
        set_property(self.verdict, "tone", "warning" if verdict is not None and verdict.code in BAD else "")
        self._make_room()

    def show_epoch_time(self, text: str, reason: str) -> None:
        """How long an epoch takes here, and where the figure comes from; nothing while nobody knows."""
        self.epoch.setText(text)
        self.epoch.setToolTip(plain_tip(reason))
        self._make_room()

    def show_training(self, training: bool) -> None:
        """Whether a run is under way: what it learns is in no file yet."""
        self._training = training
        self._show_saved()

    def _show_saved(self) -> None:
        named = self._document.path is not None
        if self._document.guest_kept and not named:
            text = "Kept with the lesson"
        elif self._document.modified:
            text = "Unsaved changes" if named else "Not saved yet"
        elif not named:
            text = "Not saved yet" if self._training else "Nothing to save yet"
        else:
            text = f"Saved {self._saved_at:%H:%M:%S}" if self._saved_at is not None else "Saved"
        self.saved.setText(f"Training · {text[0].lower()}{text[1:]}" if self._training else text)
        self.saved.setToolTip("What the run learns can be saved at any time: Ctrl+S." if self._training else "")
        self._make_room()

    def _show_work(self) -> None:
        # a run is shown in its bar, and timing is over in a moment
        jobs = [job for job in self._jobs.queue if job.title.code not in ("training", "timing")]
        self.work.setVisible(bool(jobs))
        self.progress.setVisible(bool(jobs))
        self._make_room()
        if not jobs:
            self._timer.stop()
            return
        if not self._timer.isActive():
            self._timer.start()
        more = f" · {len(jobs) - 1} more waiting" if len(jobs) > 1 else ""
        self.work.setText(f"{job_words(jobs[0].title)}{more}")
        how_far = jobs[0].progress.value
        if how_far is None or how_far.fraction < 0:
            self.progress.setRange(0, 0)
        else:
            self.progress.setRange(0, 1000)
            self.progress.setUpdatesEnabled(False)  # or Qt paints it, and all that waits to be painted, on the spot
            self.progress.setValue(round(how_far.fraction * 1000))
            self.progress.setUpdatesEnabled(True)
