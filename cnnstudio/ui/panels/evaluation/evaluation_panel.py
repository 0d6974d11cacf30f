"""The Test panel: accuracy on the test images, the confusion matrix, and the images behind each of its cells."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from cnnstudio.nn.arrays import thousands
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.ui.look import pictures
from cnnstudio.ui.look.labels import label, plain_tip
from cnnstudio.ui.look.numbers import number_text
from cnnstudio.ui.panels.evaluation.confusion_view import ConfusionView
from cnnstudio.ui.run.evaluation import EvaluationResult, Evaluator
from cnnstudio.ui.run.looked_at import Looking, best_text
from cnnstudio.ui.run.samples import Samples, name_of
from cnnstudio.ui.widgets.elided_label import ElidedLabel
from cnnstudio.ui.widgets.focused import keyboard_stays
from cnnstudio.ui.widgets.images.image_grid import ImageGrid, Thumb
from cnnstudio.worker.wording import job_words

#: of more, the surest are shown
MOST = 240
#: milliseconds between two looks at how far the test is
POLL = 100


class EvaluationPanel(QWidget):
    """Follows the examiner. A cell of the matrix shows its images, an image becomes the sample."""

    def __init__(self, evaluator: Evaluator, looking: Looking, samples: Samples, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._evaluator, self._looking, self._samples = evaluator, looking, samples
        self._shown: EvaluationResult | None = None
        self.title = label("Test", "title")
        self.result = ElidedLabel()
        self.button = QPushButton("Test")
        self.button.clicked.connect(self._press)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.title)
        head.addWidget(self.result, 1)
        head.addWidget(self.button)
        self.matrix = ConfusionView()
        self.matrix.chosen.connect(self.show_cell)
        self.caption = ElidedLabel()
        self.all = QPushButton("All mistakes")
        self.all.setProperty("role", "link")
        self.all.setToolTip("Every test image that the network gets wrong, the surest answers first")
        self.all.clicked.connect(self.show_mistakes)
        self.grid = ImageGrid()
        self.grid.chosen.connect(self._look_at)
        over = QHBoxLayout()
        over.addWidget(self.caption, 1)
        over.addWidget(self.all)
        right = QVBoxLayout()
        right.setSpacing(4)
        right.addLayout(over)
        right.addWidget(self.grid, 1)
        self.found = QWidget()
        row = QHBoxLayout(self.found)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.matrix, 5)
        row.addLayout(right, 6)
        self.stack = QStackedWidget()
        self.stack.addWidget(self._empty())
        self.stack.addWidget(self.found)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.stack, 1)
        self._timer = QTimer(self, interval=POLL)
        self._timer.timeout.connect(self._follow)
        evaluator.changed.connect(self._follow)
        samples.changed.connect(lambda: self.grid.mark(samples.index if samples.label >= 0 else -1))
        self._follow()

    def leave_room(self, size: QSize) -> None:
        """Leave so much free in place of the title, for tabs."""
        self.title.setText("")
        self.title.setFixedSize(size)

    def show_cell(self, right: int, answer: int) -> None:
        """The images of one cell of the matrix."""
        result = self._shown
        if result is None:
            return
        self.matrix.mark((right, answer))
        found = result.confusion.cell(right, answer)
        name, said = name_of(result.data.classes, right), name_of(result.of.classes, answer)
        what = f"“{name}” taken for “{said}”" if right != answer else f"“{name}”, rightly"
        self._show_images(result, found, what)

    def show_mistakes(self) -> None:
        """All images that it gets wrong."""
        if self._shown is not None:
            self.matrix.mark(None)
            self._show_images(self._shown, self._shown.mistakes, "Mistakes, the surest first", "Mistake")

    def _show_images(self, result: EvaluationResult, indices: NDArray[np.intp], what: str, each: str = "Image") -> None:
        self.caption.set_text(f"{what}: {amount(len(indices), 'image')}")
        thumbs = []
        for index in indices[:MOST].tolist():
            right, answer = int(result.confusion.labels[index]), int(result.confusion.evaluation.predictions[index])
            sure = f"{100 * result.confusion.sureness(index):.0f}\u202f%"
            picture = pictures.image_picture(result.data.test.read(slice(index, index + 1))[0])
            name, said = name_of(result.data.classes, right), name_of(result.of.classes, answer)
            tip = f"Test image {thousands(index + 1)}: it is “{name}”, the network says “{said}”"
            tip = f"{tip}, {sure} sure. Click to look at it."
            words = said if answer == right else f"{name} → {said}"
            thumbs.append(Thumb(index, picture, f"{words} · {sure}", tip))
        self.grid.show_images(thumbs)
        self._indices, self._each = indices, each
        self.grid.mark(self._samples.index if self._samples.label >= 0 else -1)

    def _look_at(self, index: int) -> None:
        self._samples.show_among(self._indices, self._each, index)

    def _press(self) -> None:
        if self._evaluator.job is not None:
            self._evaluator.cancel()
        else:
            self._evaluator.begin()

    def _follow(self) -> None:
        evaluator = self._evaluator
        job, result, why = evaluator.job, evaluator.result, evaluator.why_not()
        stale = result is not None and not evaluator.current
        self.button.setText("Cancel" if job is not None else "Test again" if result is not None else "Test")
        self.button.setVisible(job is not None or result is not None)
        self.button.setEnabled(job is not None or not why)
        self.button.setToolTip(plain_tip(why) or "Show every test image to the network, and count what it says")
        with keyboard_stays(self.button, self._begin):
            self._begin.setEnabled(job is None and not why)
        self._begin.setToolTip(self.button.toolTip())
        self._timer.start() if job is not None else self._timer.stop()
        if job is not None:
            progress = job.progress.value
            share = max(0.0, progress.fraction) if progress is not None else 0.0
            self.result.set_text(f"{job_words(job.title)} · {share:.0%}".replace("%", "\u202f%"))
        elif result is None:
            self.result.set_text("")
        else:
            evaluation = result.confusion.evaluation
            accuracy = f"{100 * evaluation.accuracy:.2f}\u202f%"
            if result.confusion.uneven:
                accuracy += f" ({100 * result.confusion.balanced_accuracy:.2f}\u202f% if every class counts alike)"
            images = amount(len(result.confusion.labels), "test image")
            best = f"{best_text(result.of.run).capitalize()}: " if result.of.best and result.of.run is not None else ""
            now = self._looking.now
            other = result.of.best != now.best and result.of.run is now.run
            before = "" if not stale else " · of other weights" if other else " · before the last change"
            loss = f" · loss {number_text(evaluation.loss, 3)}"
            whole = f"{best}{accuracy} right on {images}{loss}{before}"
            short = f"{best}{accuracy}{before}"
            brief = f"{accuracy} of {images}{before}", short, f"{100 * evaluation.accuracy:.2f}\u202f%{before}"
            self.result.set_text(whole, f"{best}{accuracy} right on {images}{before}", *brief, tip=whole)
        if result is not None:
            self.matrix.show_counts(result.confusion.counts, result.data.classes, result.of.classes, stale=stale)
            self.stack.setCurrentWidget(self.found)
            if result is not self._shown:
                self._shown = result
                self.show_mistakes()

    def _empty(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(24, 4, 24, 4)
        column.setSpacing(8)
        column.addStretch()
        words = "How well does it do on images that training never sees? And what does it take for what?"
        text = label(words, "soft", wrap=True)
        text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._begin = QPushButton("Test")
        self._begin.clicked.connect(lambda: self._evaluator.begin())
        column.addWidget(text)
        column.addWidget(self._begin, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch()
        return page
