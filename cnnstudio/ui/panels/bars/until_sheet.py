"""Train until…: a small sheet that asks where the run is to be held."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedLayout, QVBoxLayout, QWidget

from cnnstudio.design.value.recipe import MOST_EPOCHS
from cnnstudio.nn.settings import Setting
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.panels.inspector.value_box import ValueBox
from cnnstudio.ui.run.run_control import RunControl
from cnnstudio.ui.studio.studio import Studio
from cnnstudio.ui.widgets.choosing.segments import Segments
from cnnstudio.ui.widgets.overlay import Overlay
from cnnstudio.worker.training.until import Until, What

#: with room for a refusal of two lines
_SIZE = QSize(440, 232)
_CHOICES: dict[str, tuple[What, str]] = {
    "Epoch": ("epoch", "Held at the end of this epoch. Where the recipe has fewer epochs, this becomes their number."),
    "Accuracy": ("accuracy", "Held after the first epoch whose validation accuracy is at least this, in percent."),
    "Loss": ("loss", "Held after the first epoch whose validation loss is at most this."),
}


class UntilSheet(QWidget):
    """The content of the sheet: what is looked at, its number, and Train."""

    def __init__(self, run_control: RunControl) -> None:
        super().__init__()
        goal = max(run_control.epochs_begun + 1, run_control.document.project.design.recipe.epochs)
        self._run_control = run_control
        self.switch = Segments("What is looked at", tuple(_CHOICES), "Epoch", tight=False)
        self.sentence = label("", "secondary", wrap=True)
        self.fields: dict[str, ValueBox] = {
            "Epoch": ValueBox(_number("Epoch", goal, 1, MOST_EPOCHS, whole=True), "Train until"),
            "Accuracy": ValueBox(_number("Accuracy in percent", 95.0, 0, 100), "Train until"),
            "Loss": ValueBox(_number("Loss", 0.1, 0, 1e6), "Train until"),
        }
        self.refusal = label("", "secondary", wrap=True)
        self.train = QPushButton("Train")
        self.train.setProperty("role", "primary")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 4, 24, 20)
        column.setSpacing(12)
        column.addWidget(self.switch)
        column.addWidget(self.sentence)
        line = QHBoxLayout()
        column.addLayout(line)
        self._stack = QStackedLayout()
        line.addLayout(self._stack)
        for field in self.fields.values():  # in its place by now: it is shown at once, and must be no window of its own
            theme.fix_width(field, 120)
            self._stack.addWidget(field)
            field.refused.connect(self._refuse)
        line.addStretch(1)
        line.addWidget(self.train)  # after the number, by Tab as well
        column.addWidget(self.refusal)
        column.addStretch(1)
        self.switch.changed.connect(self._choose)
        self._choose("Epoch")

    @property
    def until(self) -> Until:
        """What is asked for."""
        what, _ = _CHOICES[self.switch.choice]
        value = float(self.fields[self.switch.choice].value)
        return Until(what, value / 100 if what == "accuracy" else value)

    def begin(self) -> None:
        """Train, with what is being typed."""
        self.fields[self.switch.choice].finish_typing()
        self._run_control.train_until(self.until)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):  # a field has taken its number
            self.train.click()
        else:
            super().keyPressEvent(event)

    def _choose(self, choice: str) -> None:
        self.sentence.setText(_CHOICES[choice][1])
        self._stack.setCurrentWidget(self.fields[choice])
        self._refuse("")

    def _refuse(self, sentence: str) -> None:
        self.refusal.setText(sentence)
        self.refusal.setVisible(bool(sentence))


def open_until(studio: Studio) -> Overlay:
    """The sheet over a window; it closes as training begins."""
    content = UntilSheet(studio.run_control)
    wanted = QSize(theme.scaled(_SIZE.width()), theme.scaled(_SIZE.height()))
    sheet = Overlay(studio.window, "Train until", content, wanted)

    def begin() -> None:
        content.begin()
        sheet.dismiss()

    content.train.clicked.connect(begin)
    field = content.fields["Epoch"]
    field.setFocus(Qt.FocusReason.PopupFocusReason)
    field.selectAll()
    return sheet


def _number(title: str, default: float, low: float, high: float, *, whole: bool = False) -> Setting:
    kind: Literal["integer", "real"] = "integer" if whole else "real"
    return Setting(title.lower(), title, kind, default, low, high, "", "Where the run is to be held.", ())
