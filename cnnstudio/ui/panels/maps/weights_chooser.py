"""Which weights of the last run are looked at: its last, or the best on the validation images."""

from __future__ import annotations

from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QWidget

from cnnstudio.ui.run.looked_at import LookedAt, Looking, best_text


class WeightsChooser(QFrame):
    """“Last” or “Best (epoch 7)”, there only where the two are not the same. What is chosen is looked at everywhere."""

    def __init__(self, looking: Looking, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._looking = looking
        self.setProperty("role", "switch")
        self.setAccessibleName("Weights")
        line = QHBoxLayout(self)
        line.setContentsMargins(2, 2, 2, 2)
        line.setSpacing(2)
        self.last, self.best = QPushButton("Last"), QPushButton()
        group = QButtonGroup(self)
        for button, tip in (
            (self.last, "Look at the weights that the training ended with"),
            (self.best, "Look at the weights of the epoch after which the loss on the validation images was lowest"),
        ):
            button.setCheckable(True)
            button.setProperty("role", "segment")
            button.setProperty("tight", "true")
            button.setToolTip(tip)
            group.addButton(button)
            line.addWidget(button)
        self.last.clicked.connect(lambda: looking.look_at_best(False))
        self.best.clicked.connect(lambda: looking.look_at_best(True))
        looking.changed.connect(self._follow)
        self._follow(looking.now)

    def _follow(self, now: LookedAt) -> None:
        if now.run is not None and self._looking.best_offered:
            self.best.setText(best_text(now.run).capitalize())
            (self.best if now.best else self.last).setChecked(True)
            self.show()
        else:
            self.hide()
