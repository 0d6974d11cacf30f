"""The list of what is wrong with the design and of what is worth a thought. Click one to go to its layer."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from cnnstudio.design.analysis import Problem, analyse
from cnnstudio.design.trainable import why_not_trainable
from cnnstudio.ui import icons, theme
from cnnstudio.ui.document import Document
from cnnstudio.ui.labels import label, set_role
from cnnstudio.ui.wording import thousands


class ProblemsPanel(QWidget):
    """Errors first, then advice, then what keeps the design from being trained."""

    #: a row was clicked: show this node
    node_asked = Signal(str)

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setMinimumSize(220, 96)
        self._document = document
        self._data: tuple[tuple[int, ...], int] = ((), 0)
        self._shown: object = None
        self.rows: list[ProblemRow] = []
        self._count = label("", "soft")
        heading = QHBoxLayout()
        heading.setContentsMargins(12, 8, 12, 6)
        heading.setSpacing(12)
        heading.addWidget(label("Problems", "title"))
        heading.addWidget(self._count)
        heading.addStretch(1)
        inside = QWidget()
        inside.setProperty("role", "scrolled")
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(12, 0, 12, 12)
        self._column.setSpacing(8)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        inside.setAutoFillBackground(False)
        area.viewport().setAutoFillBackground(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(heading)
        column.addWidget(area, 1)
        document.changed.connect(self._follow)
        document.selection_changed.connect(self._mark)
        theme.changed.connect(self._rebuild)
        self._follow()

    def set_data(self, image_shape: tuple[int, ...], classes: int) -> None:
        """Shape and number of classes of the design's data, where they are known."""
        self._data = (image_shape, classes)
        self._follow()

    def _problems(self) -> tuple[Problem, ...]:
        design = self._document.project.design
        facts = analyse(design.graph)
        found = (*facts.problems, *facts.advice)
        if not facts.problems and (reason := why_not_trainable(design, *self._data)):
            found = (*found, Problem("advice", "not-trainable", None, "Cannot be trained like this", reason))
        return found

    def _follow(self) -> None:
        cards = self._document.project.design.cards
        shown = tuple((p, cards[p.node].name if p.node else "") for p in self._problems())
        if shown != self._shown:
            self._shown = shown
            self._rebuild()

    def _rebuild(self) -> None:
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.rows = []
        problems = self._problems()
        errors = sum(problem.severity == "error" for problem in problems)
        self._count.setText(thousands(errors) if errors else "none")
        for problem in problems:
            name = self._document.project.design.cards[problem.node].name if problem.node else ""
            row = ProblemRow(problem, name)
            if problem.node:
                row.asked.connect(partial(self.node_asked.emit, problem.node))
            self.rows.append(row)
            self._column.addWidget(row)
        if not problems:
            self._column.addWidget(
                label(
                    "Every layer fits the one before it, and the network can be trained. When something does not "
                    "fit, it is listed here with the numbers.",
                    "soft",
                    wrap=True,
                )
            )
        self._column.addStretch(1)
        self._mark()

    def _mark(self) -> None:
        for row in self.rows:
            row.mark(row.problem.node in self._document.selection)


class ProblemRow(QFrame):
    """One problem: a sign, its layer and title, and the sentence with the numbers."""

    asked = Signal()

    def __init__(self, problem: Problem, layer: str) -> None:
        super().__init__()
        self.problem = problem
        self.setProperty("role", "problem")
        error = problem.severity == "error"
        look = theme.current()
        sign = QLabel()
        name, colour = ("error", look.error) if error else ("warning", look.warning)
        sign.setPixmap(icons.pixmap(name, 16, colour, 2.0))
        sign.setFixedSize(QSize(16, 20))
        where = f"{layer}: " if layer else ""
        title = label(f"{where}{problem.title}", "error-title" if error else "title", wrap=True)
        text = QVBoxLayout()
        text.setSpacing(2)
        text.addWidget(title)
        text.addWidget(label(problem.sentence, "soft", wrap=True))
        line = QHBoxLayout(self)
        line.setContentsMargins(10, 8, 10, 8)
        line.setSpacing(8)
        line.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(text, 1)
        self.setAccessibleName(f"{where}{problem.title}. {problem.sentence}")
        if problem.node:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setToolTip("Show this layer")

    def mark(self, selected: bool) -> None:
        """Whether its layer is selected."""
        set_role(self, "problem-selected" if selected else "problem")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.asked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.asked.emit()
        else:
            super().keyPressEvent(event)
