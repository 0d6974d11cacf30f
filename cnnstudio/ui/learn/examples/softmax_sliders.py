"""Softmax to be tried out: three logits to move, and the probabilities that come out."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QProgressBar, QSlider, QWidget

from cnnstudio.ui.look.labels import label
from cnnstudio.ui.look.numbers import number_text

_CLASSES = (("cat", 20), ("dog", 10), ("bird", -5))


class SoftmaxSliders(QWidget):
    """Sliders from −5 to 5."""

    def __init__(self) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        self.sliders: list[QSlider] = []
        self._rows = []
        for row, (name, first) in enumerate(_CLASSES):
            slider = QSlider(Qt.Orientation.Horizontal)
            slider.setRange(-50, 50)
            slider.setValue(first)
            slider.setAccessibleName(f"Logit of “{name}”")
            slider.setToolTip(f"The score of “{name}”; move it and see all probabilities change")
            slider.valueChanged.connect(self._show)
            bar = QProgressBar()
            bar.setRange(0, 1000)
            bar.setTextVisible(False)
            bar.setFixedHeight(8)
            bar.setToolTip(f"The probability of “{name}”")
            score, chance = label("", "secondary"), label("", "title")
            score.setMinimumWidth(56)
            chance.setMinimumWidth(52)
            for column, widget in enumerate((label(name), slider, score, bar, chance)):
                grid.addWidget(widget, row, column)
            self.sliders.append(slider)
            self._rows.append((score, bar, chance))
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        self._show()

    @property
    def probabilities(self) -> tuple[float, ...]:
        """What comes out."""
        raised = np.exp(np.array([slider.value() / 10 for slider in self.sliders]))
        return tuple(float(chance) for chance in raised / raised.sum())

    def _show(self) -> None:
        for slider, (score, bar, chance), found in zip(self.sliders, self._rows, self.probabilities, strict=True):
            score.setText(f"logit {number_text(slider.value() / 10)}")
            bar.setValue(round(1000 * found))
            chance.setText(f"{100 * found:.1f}\u202f%")
