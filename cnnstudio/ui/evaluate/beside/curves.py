"""One class against the rest: what is found and what is called so wrongly, at every threshold of its probability."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from cnnstudio.nn.training.scores import Curve, against_the_rest
from cnnstudio.ui.evaluate.beside.unit_chart import UnitChart
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.labels import label, plain_tip
from cnnstudio.ui.look.numbers import number_text
from cnnstudio.ui.run.evaluation import EvaluationResult
from cnnstudio.ui.run.samples import name_of
from cnnstudio.ui.widgets.choosing.segments import Segments

_KINDS = {
    "roc": ("ROC", "Of the others, how many are called so, beside how many of the class are found"),
    "precision": ("Precision–recall", "How many of the class are found, beside how many of those called so are it"),
}


class CurveChart(UnitChart):
    """A curve, and where a guess would lie."""

    def __init__(self, across: str, up: str) -> None:
        super().__init__(across, up)
        self._across_shares: list[float] = []
        self._up_shares: list[float] = []
        self._guess: tuple[float, float] = (0.0, 1.0)

    def show_curve(self, across: list[float], up: list[float], guess: tuple[float, float]) -> None:
        """Show another curve; a guess lies on the line between these heights at the left and at the right."""
        self._across_shares, self._up_shares, self._guess = across, up, guess
        self.update()

    def paint_shares(self, painter: QPainter) -> None:
        look = theme.current()
        painter.setPen(QPen(look.secondary, 1, Qt.PenStyle.DashLine))
        painter.drawLine(self.place(0, self._guess[0]), self.place(1, self._guess[1]))
        painter.setPen(QPen(look.accent, 2))
        painter.drawPolyline(self.line(self._across_shares, self._up_shares))


class Curves(QWidget):
    """A class and a kind of curve are chosen."""

    def __init__(self) -> None:
        super().__init__()
        self._result: EvaluationResult | None = None
        self.classes = QComboBox()
        self.classes.setAccessibleName("Class")
        self.classes.activated.connect(self._show)
        self.kinds = Segments("Kind of curve", {key: words for key, (words, _) in _KINDS.items()}, "roc",
                              tips={key: tip for key, (_, tip) in _KINDS.items()}, evenly=False)  # fmt: skip
        self.kinds.changed.connect(self._show)
        self.words = label("", "secondary", wrap=True)
        self.charts = {
            "roc": CurveChart("others called so (false alarms)", "recall (found)"),
            "precision": CurveChart("recall (found)", "precision (right of those called so)"),
        }
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.classes, 1)
        line.addWidget(self.kinds)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(line)
        column.addWidget(self.words)
        for chart in self.charts.values():
            column.addWidget(chart, 1)

    def show_result(self, result: EvaluationResult) -> None:
        """Show another result, of the same class where it has it."""
        self._result = result
        before, names = self.classes.currentIndex(), result.data.classes
        self.classes.clear()
        for number in range(result.confusion.evaluation.probabilities.shape[1]):
            self.classes.addItem(f"“{name_of(names, number)}” against the rest")
            self.classes.setItemData(number, _CLASS_TIP, Qt.ItemDataRole.ToolTipRole)
        self.classes.setCurrentIndex(before if 0 <= before < self.classes.count() else 0)
        self._show()

    def show_class(self, number: int) -> None:
        """Show the curve of a class; none below 0."""
        if 0 <= number < self.classes.count():
            self.classes.setCurrentIndex(number)
            self._show()

    @property
    def curve(self) -> Curve | None:
        """That of the class that is chosen."""
        result, number = self._result, self.classes.currentIndex()
        if result is None or number < 0:
            return None
        found = result.confusion.evaluation
        return against_the_rest(found.probabilities[:, number].astype(np.float64), found.labels == number)

    def _show(self, *_choice: object) -> None:
        curve, kind = self.curve, self.kinds.choice
        for name, chart in self.charts.items():
            chart.setVisible(name == kind and curve is not None)
        if curve is None or self._result is None:
            self.words.setText("There is no curve: all test pictures are of this class, or none is.")
            return
        recall, precision = curve.recall.tolist(), curve.precision.tolist()
        found = self._result.confusion.evaluation
        share = float((found.labels == self.classes.currentIndex()).mean())
        self.charts["roc"].show_curve(curve.false_alarms.tolist(), recall, (0.0, 1.0))
        self.charts["precision"].show_curve(recall, precision, (share, share))
        if kind == "roc":
            area = number_text(curve.roc_area)
            self.words.setText(f"Area {area}: how often a picture of it gets more than one of the others. Chance: 0.5.")
            self.words.setToolTip(plain_tip("The area under the ROC curve, AUC"))
        else:
            mean = number_text(curve.average_precision)
            self.words.setText(f"Average precision {mean}. Chance: {number_text(share)}.")
            self.words.setToolTip(
                plain_tip("The mean of the precision over the pictures of the class, as they are found")
            )


_CLASS_TIP = plain_tip("The class that is told from all others")
