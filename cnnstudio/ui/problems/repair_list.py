"""The repairs of one problem, the best first: pointing at one shows on the canvas what it would do."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from cnnstudio.design.analysis.repairs import Repair
from cnnstudio.design.value.problem import Problem
from cnnstudio.design.wording.effects import effect_text
from cnnstudio.design.wording.repairs import repair_words
from cnnstudio.nn.telling.phrases import Words
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.labels import label, set_role
from cnnstudio.ui.problems.findings import Findings
from cnnstudio.ui.problems.walked_row import WalkedRow


class RepairList(QWidget):
    """One row for each repair; one of them is at hand, at first the best."""

    def __init__(self, findings: Findings, problem: Problem) -> None:
        super().__init__()
        self._findings = findings
        self.rows: list[RepairRow] = []
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(2, 2, 2, 2)  # the ring is around a row, not over its frame
        column.setSpacing(6)
        for number, repair in enumerate(findings.repairs(problem), start=1):
            row = RepairRow(number, repair, repair_words(findings.design, repair))
            row.pointed.connect(self._show)
            row.left.connect(self._leave)
            row.chosen.connect(self._choose)
            row.applied.connect(findings.apply)
            self.rows.append(row)
            column.addWidget(row)
        if self.rows:
            self.rows[0].put_at_hand(True)

    def height_in(self, width: int) -> int:
        """How tall the rows are in a width, before they are shown in it."""
        for part in self.findChildren(QWidget):
            part.ensurePolished()
        self._column.invalidate()
        return self._column.totalHeightForWidth(width)

    def _show(self, repair: Repair) -> None:
        self._findings.show(repair)

    def _leave(self) -> None:
        focused = next((row for row in self.rows if row.hasFocus()), None)
        self._findings.show(focused.repair if focused is not None else None)

    def _choose(self, repair: Repair) -> None:
        for row in self.rows:
            row.put_at_hand(row.repair is repair)
        self._findings.show(repair)


class RepairRow(WalkedRow):
    """Number, title, what it does to shapes and costs, and Preview, or Apply once it is at hand."""

    pointed = Signal(object)
    left = Signal()
    chosen = Signal(object)
    applied = Signal(object)

    def __init__(self, number: int, repair: Repair, words: Words) -> None:
        super().__init__()
        self.repair, self.words, preview = repair, words, effect_text(repair.effect)
        self.at_hand = False
        self.setProperty("role", "repair")
        self.setAccessibleName(f"Repair {number}: {words.title}. {preview}. {words.sentence}")
        place = label(str(number), "title")
        place.setFixedWidth(12)
        effect = label(preview, "secondary", wrap=True)
        theme.wear(effect, "small-figures")
        text = QVBoxLayout()
        text.setSpacing(1)
        text.addWidget(label(words.title, wrap=True))
        text.addWidget(effect)
        self.button = QPushButton()
        self.button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.button.setCursor(Qt.CursorShape.PointingHandCursor)
        self.button.clicked.connect(self._pressed)
        line = QHBoxLayout(self)
        line.setContentsMargins(10, 5, 6, 5)
        line.setSpacing(8)
        line.addWidget(place)
        line.addLayout(text, 1)
        line.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.setToolTip(words.sentence)
        self.put_at_hand(False)

    def put_at_hand(self, at_hand: bool) -> None:
        """Whether its button applies it."""
        self.at_hand = at_hand
        self.button.setText("Apply" if at_hand else "Preview")
        self.button.setAccessibleName(f"{self.button.text()}: {self.words.title}")
        self.button.setFixedWidth(76)
        set_role(self.button, "primary" if at_hand else "plain")
        set_role(self, "repair-at-hand" if at_hand else "repair")

    def _pressed(self) -> None:
        (self.applied if self.at_hand else self.chosen).emit(self.repair)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.pointed.emit(self.repair)

    def leaveEvent(self, event: QEvent) -> None:
        self.left.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() != Qt.FocusReason.MouseFocusReason:  # a press on Preview must not make it Apply
            self.chosen.emit(self.repair)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(self.repair)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.applied.emit(self.repair)
        elif event.key() == Qt.Key.Key_Space:
            self.chosen.emit(self.repair)
        elif event.key() == Qt.Key.Key_Down:
            self.step(1)
        elif event.key() == Qt.Key.Key_Up:
            self.step(-1)
        else:
            super().keyPressEvent(event)
