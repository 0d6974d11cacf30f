"""Two networks on the same pictures: which each of them gets right, and whether the difference may be chance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QPushButton, QVBoxLayout, QWidget

from cnnstudio.nn.arrays import thousands
from cnnstudio.nn.telling.phrases import amount, percent
from cnnstudio.nn.training.evaluation import Evaluation
from cnnstudio.nn.training.scores import by_chance
from cnnstudio.project.kept.evaluations import evaluations_in
from cnnstudio.project.kept.runs import kept_runs
from cnnstudio.ui.look.labels import label, plain_tip
from cnnstudio.ui.look.numbers import number_text
from cnnstudio.ui.run.evaluation import EvaluationResult
from cnnstudio.worker.background import Background

#: below this a difference is no chance
_CHANCE = 0.05
#: what is counted: whether this network is right, whether the other is, and what the pictures are called then
_CELLS = {
    (True, True): "both right",
    (True, False): "only this one right",
    (False, True): "only the other one right",
    (False, False): "both wrong",
}


@dataclass(frozen=True, eq=False)
class Tested:
    """A test of other weights on the same pictures that is kept."""

    name: str
    run: str
    step: int
    evaluation: Evaluation


class OtherNetwork(QWidget):
    """``chosen`` carries indices of pictures and what they are. Close it with ``shutdown`` before it goes."""

    chosen = Signal(object, str)

    def __init__(self) -> None:
        super().__init__()
        self._result: EvaluationResult | None = None
        self.others: tuple[Tested, ...] = ()
        #: the result that the others stand beside
        self.of: EvaluationResult | None = None
        self._background = Background("Looking for other tests", self)
        self._background.answered.connect(lambda take: take())
        self.choice = QComboBox()
        self.choice.setAccessibleName("The other network")
        self.choice.activated.connect(self._show)
        self.words, self.chance = label("", "soft", wrap=True), label("", "secondary", wrap=True)
        self.chance.setToolTip(
            plain_tip("McNemar’s test: only pictures count that one of the two gets right and the other does not")
        )
        self.cells = {cell: QPushButton() for cell in _CELLS}
        grid = QGridLayout()
        grid.setSpacing(6)
        for number, (cell, button) in enumerate(self.cells.items()):
            button.setToolTip("Show these pictures")
            button.clicked.connect(partial(self._show_pictures, cell))
            grid.addWidget(button, *divmod(number, 2))
        self._table = QWidget()
        self._table.setLayout(grid)
        grid.setContentsMargins(0, 4, 0, 4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for widget in (self.choice, self.words, self._table, self.chance):
            column.addWidget(widget)
        column.addStretch(1)

    def shutdown(self) -> None:
        """Nothing is looked for any more. Safe to call twice."""
        self._background.shutdown()

    def show_result(self, result: EvaluationResult) -> None:
        """Show another result beside what else is kept of tests on these pictures."""
        self._result = result
        self._background.ask(partial(_kept, result, self._take))

    def _take(self, result: EvaluationResult, found: tuple[Tested, ...]) -> None:
        if result is not self._result:
            return
        before = self._other
        self.others, self.of = found, result
        self.choice.clear()
        for row, each in enumerate(found):
            self.choice.addItem(f"{each.name}, {percent(each.evaluation.accuracy)}")
            self.choice.setItemData(row, _TIP, Qt.ItemDataRole.ToolTipRole)
            if before is not None and (each.run, each.step) == (before.run, before.step):
                self.choice.setCurrentIndex(row)
        self._show()

    @property
    def _other(self) -> Tested | None:
        row = self.choice.currentIndex()
        return self.others[row] if 0 <= row < len(self.others) else None

    def _pictures(self, cell: tuple[bool, bool]) -> NDArray[np.int64]:
        result, other = self._result, self._other
        assert result is not None and other is not None
        mine, its = result.confusion.evaluation.right, other.evaluation.right
        return np.flatnonzero((mine == cell[0]) & (its == cell[1]))

    def _show_pictures(self, cell: tuple[bool, bool]) -> None:
        self.chosen.emit(self._pictures(cell), _CELLS[cell].capitalize())

    def _show(self, *_choice: object) -> None:
        result, other = self._result, self._other
        for widget in (self.choice, self._table, self.chance):
            widget.setVisible(other is not None)
        if result is None or other is None:
            self.words.setText(
                "No other network was tested on these pictures yet. Test another one, or this one after more training, "
                "and both are compared here."
            )
            return
        for cell, button in self.cells.items():
            count = len(self._pictures(cell))
            button.setText(f"{thousands(count)} {_CELLS[cell]}")
            button.setEnabled(count > 0)
        mine, its = result.confusion.evaluation, other.evaluation
        same = float(np.mean(mine.predictions == its.predictions))
        self.words.setText(f"Both give the same answer to {percent(same)} of {amount(len(mine.labels), 'picture')}.")
        self.chance.setText(_chance_words(by_chance(mine.right, its.right), mine.accuracy - its.accuracy))


_TIP = plain_tip("What is kept of a test on the same pictures: a run’s name or its design, and the step of the weights")


def _chance_words(chance: float, better: float) -> str:
    """Whether one of both is better."""
    how = f"If neither were better, they would differ so much in {number_text(100 * chance, 2)}\u202f% of such tests"
    if chance >= _CHANCE:
        return f"{how}: it may be chance."
    return f"{how}: {'this one' if better > 0 else 'the other one'} is better."


def _kept(result: EvaluationResult, take: Callable[[EvaluationResult, tuple[Tested, ...]], None]) -> Callable[[], None]:
    """All tests that are kept of other weights on the same pictures, the newest run first."""
    found: list[Tested] = []
    own = result.of.snapshot.run, result.of.snapshot.step
    labels = result.confusion.labels
    for run in reversed(kept_runs()):
        for step, evaluation in evaluations_in(run.folder, result.data.fingerprint):
            if (run.id, step) != own and np.array_equal(evaluation.labels, labels):
                name = run.name or run.design or run.id
                found.append(Tested(f"{name}, step {thousands(step)}", run.id, step, evaluation))
    return partial(take, result, tuple(found))
