"""The card that asks, the button that turns it on, and the veils over what is to be predicted."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from cnnstudio.lessons.questions.predictions import Hides, Prediction
from cnnstudio.lessons.questions.question import read_number
from cnnstudio.nn.telling.phrases import number_text
from cnnstudio.nn.telling.told import worded
from cnnstudio.ui.explain.around.predict.predict import Predict
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.labels import label, set_role
from cnnstudio.ui.widgets.term_text import LessonText


class PredictToggle(QCheckBox):
    """Turns predicting on and off."""

    def __init__(self, predict: Predict) -> None:
        super().__init__("Predict first")
        self.setChecked(predict.on)
        self.setToolTip("Ask me for a layer’s numbers before they are shown: its size, its parameters, what comes out")
        self.toggled.connect(predict.turn)


class PredictCard(QFrame):
    """One question at a time; hidden while there is none."""

    def __init__(self, predict: Predict) -> None:
        super().__init__()
        self._predict = predict
        self._asked: Prediction | None = None
        self.setProperty("role", "lesson-card")
        self.text = LessonText(pixels=13)
        self.field = QLineEdit()
        self.field.setMinimumWidth(120)
        self.field.setMaxLength(24)
        self.field.setPlaceholderText("your answer")
        self.field.setAccessibleName("Your prediction")
        self.field.setToolTip("Work it out first, then type a number and press Enter")
        self.field.returnPressed.connect(self.check)
        self.unit = label("", "soft")
        self.button = QPushButton("Check")
        self.button.setProperty("role", "primary")
        self.button.setToolTip("Compare your answer with the engine’s (Enter)")
        self.button.clicked.connect(self.check)
        self.reply, self.why = LessonText(pixels=13), LessonText(pixels=13)
        self.reveal = QPushButton("Show me")
        self.reveal.setToolTip("Show the number, and how it is worked out")
        self.reveal.clicked.connect(predict.show)
        self.next = QPushButton("Next question →")
        self.next.setToolTip("There is more to predict about this layer")
        self.next.clicked.connect(self._go_on)
        for link in (self.reveal, self.next):
            link.setProperty("role", "link")
        self._lay_out()
        predict.changed.connect(self._show)
        self._show()

    def focus_field(self) -> None:
        """Put the cursor where the answer goes, if something is asked."""
        if self.field.isVisible():
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.field, 1)
        row.addWidget(self.unit)
        links = QHBoxLayout()  # on a line of their own: beside a long unit the panel has no room for them
        links.setSpacing(12)
        for widget in (self.button, self.reveal, self.next):
            links.addWidget(widget)
        links.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 10)
        column.setSpacing(8)
        column.addWidget(label("Predict, then see", "title"))
        column.addWidget(self.text)
        column.addLayout(row)
        column.addWidget(self.reply)
        column.addWidget(self.why)
        column.addLayout(links)

    def check(self) -> None:
        """Judge what is in the field."""
        given = read_number(self.field.text())
        if given is None:
            self._say("Type a number, for example 28 or −0.5.", "soft")
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        verdict = self._predict.judge(given)
        if verdict is not None and not verdict.right:
            self.field.selectAll()

    def _go_on(self) -> None:
        self._predict.go_on()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self) -> None:
        predict = self._predict
        asked = predict.current if predict.on else None
        self.setVisible(asked is not None)
        if asked is None:
            return
        if asked is not self._asked:
            self._asked = asked
            self.text.show_text(worded(asked.drawn.text))
            self.unit.setText(worded(asked.drawn.unit or ""))
            self.field.clear()
            self.setAccessibleName(f"Predict first: {worded(asked.drawn.text)}")
        done, verdict = predict.answered, predict.verdict
        self.reply.setVisible(done or verdict is not None)
        if predict.shown:
            self._say(f"It is {number_text(asked.drawn.answer)}.", "soft")
        elif verdict is not None:
            self._say(("✓ " if verdict.right else "") + worded(verdict.reply), "good" if verdict.right else "error")
        self.why.setVisible(done)
        if done:
            self.why.show_text(worded(asked.drawn.why))
        for widget in (self.field, self.button, self.reveal, self.unit):
            widget.setHidden(done)
        self.next.setVisible(done and predict.more)

    def _say(self, text: str, role: str) -> None:
        self.reply.show_text(text)
        set_role(self.reply, role)
        self.reply.show()


class Veil(QWidget):
    """Lies over a widget while something is hidden, and says why it cannot be seen."""

    def __init__(self, target: QWidget, predict: Predict, hides: Hides, words: str = "") -> None:
        super().__init__(target)
        self._target, self._predict, self.hides, self._words = target, predict, hides, words
        self.setToolTip("Predict it first: answer the question on the right, or press “Show me” there")
        target.installEventFilter(self)
        predict.changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        self.setGeometry(self._target.rect())
        self.setVisible(self.hides in self._predict.hidden)
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self._target.rect())
        elif event.type() == QEvent.Type.ChildAdded and not self.isHidden():
            self.raise_()
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, look = QPainter(self), theme.current()
        painter.fillRect(self.rect(), look.background)
        painter.setPen(look.secondary)
        side = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        large = self.height() > 60
        if large:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setBrush(look.card)
            painter.setPen(look.line)
            painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 7, 7)
            painter.setPen(look.secondary)
            side = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.setFont(self.font())
        painter.drawText(self.rect().adjusted(12 * large, 0, -12 * large, 0), side, self._words)
