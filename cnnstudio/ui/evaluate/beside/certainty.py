"""Can its certainty be believed? The reliability diagram, how far it is off, and what would mend it."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from cnnstudio.nn.training.scores import Reliability, cooled, reliability
from cnnstudio.ui.evaluate.beside.calibration import Calibration
from cnnstudio.ui.evaluate.beside.reliability_view import ReliabilityView
from cnnstudio.ui.evaluate.pace import Pace
from cnnstudio.ui.look.labels import label, plain_tip, set_property
from cnnstudio.ui.look.numbers import number_text
from cnnstudio.ui.run.evaluation import EvaluationResult

#: bins of how sure it is
BINS = 10
#: points by which it may be off and still be called right
_NEARLY = 0.02


class Certainty(QWidget):
    """Shows a result; ``calibration`` finds and does the rest."""

    def __init__(self, calibration: Calibration) -> None:
        super().__init__()
        self.calibration, self._pace = calibration, Pace()
        self._result: EvaluationResult | None = None
        self._found: Reliability | None = None
        self.chart, self.words = ReliabilityView(), label("", "soft", wrap=True)
        self.words.setToolTip(
            plain_tip(
                "Expected calibration error: how far what it says and how often it is right lie apart, in the mean"
            )
        )
        self.about, self.button = label("", "secondary", wrap=True), QPushButton()
        set_property(self.button, "in_line", "true")
        self.button.clicked.connect(self._press)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.about, 1)
        line.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.words)
        column.addWidget(self.chart, 1)
        column.addLayout(line)
        calibration.changed.connect(self._follow)

    def show_result(self, result: EvaluationResult) -> None:
        """Show another result."""
        self._result = result
        found = self._found = reliability(result.confusion.evaluation.probabilities, result.confusion.labels, BINS)
        self.chart.show_found(found)
        self.words.setText(_words(found))
        self._follow()

    def _press(self) -> None:
        calibration = self.calibration
        if calibration.job is not None:
            calibration.stop()
        elif calibration.temperature is None:
            calibration.fit()
        else:
            calibration.apply()

    def _follow(self) -> None:
        calibration, result, before = self.calibration, self._result, self._found
        why = calibration.why_not()
        self.button.setEnabled(calibration.job is not None or not why)
        self.button.setToolTip(plain_tip(why))
        if calibration.job is not None:
            self.button.setText("Stop")
            self.about.setText(self._pace.words(calibration.job))
        elif calibration.applied is not None:
            self.button.setText("Calibrate")
            divisor = number_text(calibration.applied, 3)
            self.about.setText(
                f"Its last numbers are divided by {divisor} now. Evaluate again to see what came of it; "
                "Undo takes it back."
            )
        elif calibration.temperature is None or result is None or before is None:
            self.button.setText("Look what would mend it")
            self.about.setText("Found on the validation pictures, never on these.")
        else:
            by, said = calibration.temperature, result.confusion.evaluation
            after = reliability(cooled(said.probabilities, by), result.confusion.labels, BINS)
            better = after.error < before.error
            self.button.setText("Calibrate" if better else "Calibrate all the same")
            made = (
                f"make that {_points(after)} points"
                if better
                else (f"help on validation, but here it would be off by {_points(after)} points, not {_points(before)}")
            )
            self.about.setText(
                f"Dividing its last numbers by {number_text(by, 3)}, as the validation pictures want it, would {made}. "
                "No answer changes."
            )


def _points(found: Reliability) -> str:
    return f"{100 * found.error:.1f}"


def _words(found: Reliability) -> str:
    """Whether it can be believed."""
    some = found.images > 0
    images = found.images[some]
    above = float(((found.sureness[some] - found.right[some]) * images).sum()) / max(1, int(images.sum()))
    off = f"In the mean it is off by {_points(found)} points"
    if found.error <= _NEARLY:
        return f"It can be believed: {off[0].lower()}{off[1:]}."
    return f"{off}: {'too sure' if above > 0 else 'not sure enough'} on the whole." if abs(above) > 0.005 else f"{off}."
