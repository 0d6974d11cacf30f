"""The list of what is wrong with the design and of what is worth a thought; the open one shows its repairs."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from cnnstudio.design.value.problem import Problem
from cnnstudio.nn.arrays import thousands
from cnnstudio.nn.telling.phrases import Words, amount
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.look import dressing, icons, theme
from cnnstudio.ui.look.labels import label, set_role
from cnnstudio.ui.problems.findings import Findings
from cnnstudio.ui.problems.repair_list import RepairList
from cnnstudio.ui.problems.walked_row import WalkedRow
from cnnstudio.ui.widgets.layouts.contents import empty
from cnnstudio.ui.widgets.layouts.scrolled_column import scroll_down

_SOUND = (
    "Every layer fits the one before it, and the network can be trained. When something does not fit, it is listed "
    "here with the numbers and with ways to repair it."
)


#: of a thousand problems nobody reads a list, and their rows would keep the window waiting
MOST_LISTED = 50
#: a problem, the name of its layer, and the words for it
Said = tuple[Problem, str, Words]


class ProblemsPanel(QWidget):
    """Whatever keeps the design from being trained first, then advice."""

    #: a row was clicked: show this node
    node_asked = Signal(str)
    #: the keyboard has nothing to do here any more: the last problem is solved, or a repair has been looked at
    left = Signal()

    def __init__(self, document: Document, findings: Findings | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setMinimumSize(220, 96)
        self._document = document
        self.findings = findings or Findings(document, self)
        self._shown: object = None
        self.rows: list[ProblemRow] = []
        self._sound: QLabel | None = None
        self.count = label("", "soft")
        self._hint = label("each repair is one undo step", "soft")
        heading = QHBoxLayout()
        heading.setContentsMargins(12, 8, 12, 6)
        heading.setSpacing(12)
        self._title = label("Problems", "title")
        heading.addWidget(self._title)
        heading.addWidget(self.count)
        heading.addStretch(1)
        heading.addWidget(self._hint)
        inside = self._inside = QWidget()
        inside.setProperty("role", "scrolled")
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(12, 0, 12, 12)
        self._column.setSpacing(8)
        self._area = area = QScrollArea()
        scroll_down(area, inside)
        inside.setAutoFillBackground(False)
        area.viewport().setAutoFillBackground(False)
        area.viewport().installEventFilter(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(heading)
        column.addWidget(area, 1)
        self.findings.changed.connect(self._follow)
        self.findings.repairs_asked.connect(self.focus_repairs)
        document.selection_changed.connect(self._mark)
        dressing.follow(self, self._rebuild)
        self._follow()

    def set_data(self, image_shape: tuple[int, ...], classes: int) -> None:
        """Shape and number of classes of the design's data, where they are known."""
        self.findings.set_data(image_shape, classes)

    @property
    def open_row(self) -> ProblemRow | None:
        """The row that shows its repairs."""
        problem = self.findings.open
        return next((row for row in self.rows if row.problem == problem), None)

    def focus_open(self) -> None:
        """Give the keyboard to the open problem, else to the first row or to what is said where there is none."""
        row = self.open_row or next(iter(self.rows), None)
        (row or self._sound or self).setFocus(Qt.FocusReason.TabFocusReason)

    def focus_repairs(self) -> None:
        """Give the keyboard to the first repair of the open problem."""
        row = self.open_row
        if row is not None and row.repairs is not None and row.repairs.rows:
            first = row.repairs.rows[0]
            first.setFocus(Qt.FocusReason.TabFocusReason)
            QTimer.singleShot(0, first, lambda: self._area.ensureWidgetVisible(first, 0, 60))

    def _follow(self) -> None:
        open_one = self.findings.open
        offered = self.findings.repairs(open_one) if open_one is not None else ()
        shown = (self._said(), open_one, offered)
        if shown != self._shown:
            self._shown = shown
            wanted = frozenset(shown[0])
            plain = [row for row in self.rows if row.repairs is None and row.problem != open_one]
            self._list({row.said: row for row in plain if row.said in wanted})

    def _said(self) -> tuple[Said, ...]:
        """What each row is to say: the first problems, and the open one wherever it stands."""
        cards, found, open_one = self._document.project.design.cards, self.findings.all, self.findings.open
        listed = found[:MOST_LISTED]
        if open_one is not None and open_one not in listed:
            listed = (*listed, open_one)
        return tuple((p, cards[p.node].name if p.node else "", self.findings.words(p)) for p in listed)

    def _rebuild(self) -> None:
        """All rows anew."""
        self._list({})

    def _list(self, kept: dict[Said, ProblemRow]) -> None:
        """The rows of all problems, among them those that are ``kept`` since they say what they said."""
        holder = QApplication.focusWidget()
        focused = holder is not None and self.isAncestorOf(holder)
        for row in kept.values():
            self._column.removeWidget(row)
        empty(self._column)
        self.rows, self._sound = [], None
        errors = len(self.findings.grave)
        advice = len(self.findings.all) - errors
        count = thousands(errors) if errors else "none"
        self.count.setText(f"{count} · {amount(advice, 'piece of advice', 'pieces of advice')}" if advice else count)
        open_one = self.findings.open
        for said in self._said():
            row = kept.pop(said) if said in kept else self._new_row(said)
            if row.problem == open_one:
                row.expand(self.findings)
            self.rows.append(row)
            self._column.addWidget(row)
        self._show_hint()
        if not self.findings.all:
            self._sound = label(_SOUND, "soft", wrap=True)
            self._sound.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self._sound.setAccessibleName(f"No problems. {_SOUND}")
            self._column.addWidget(self._sound)
        if more := len(self.findings.all) - len(self.rows):
            self._column.addWidget(label(f"{thousands(more)} more: F8 leads to each of them.", "soft", wrap=True))
        self._column.addStretch(1)
        for shown in (*self.rows, *([self._sound] if self._sound is not None else ())):
            shown.show()  # at once, so that its height counts
        self._mark()
        self._fit()
        opened = self.open_row
        if focused and opened is None:
            self.left.emit()
        if opened is not None:
            QTimer.singleShot(0, opened, lambda: self._area.verticalScrollBar().setValue(max(0, opened.y() - 2)))
            if focused:
                opened.setFocus(Qt.FocusReason.OtherFocusReason)

    def _new_row(self, said: Said) -> ProblemRow:
        row = ProblemRow(said)
        row.asked.connect(self._choose)
        return row

    def _fit(self) -> None:
        """Give the rows the height that their words take in this width: of itself the list would squeeze them at first
        and leave too much room later."""
        for part in self._inside.findChildren(QWidget):
            part.ensurePolished()  # before it was shown its fonts are not those of the style sheet
        self._column.invalidate()
        self._inside.setMinimumHeight(max(0, self._column.totalHeightForWidth(self._area.viewport().width())))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.findings.preview is not None:
            self.findings.show(None)
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:  # the panel's own, or a scroll bar has come
            self._fit()
            self._show_hint()
        return False

    def _show_hint(self) -> None:
        """Beside the count where there is room for all of it, and a repair to speak of."""
        needed = 24 + sum(12 + part.sizeHint().width() for part in (self._title, self.count, self._hint))
        offered = any(row.repairs is not None and row.repairs.rows for row in self.rows)
        self._hint.setVisible(offered and needed <= self.width())

    def _choose(self, problem: Problem) -> None:
        self.findings.choose(problem)
        if problem.node:
            self.node_asked.emit(problem.node)

    def _mark(self) -> None:
        for row in self.rows:
            row.mark(row.problem.node in self._document.selection)


class ProblemRow(WalkedRow):
    """One problem: a sign, its layer and title, the sentence with the numbers, and when it is open its repairs."""

    asked = Signal(object)

    def __init__(self, said: Said) -> None:
        super().__init__()
        self.said = said
        self.problem, layer, words = said
        problem = self.problem
        self.repairs: RepairList | None = None
        self.setProperty("role", "problem")
        error = problem.severity == "error"
        look = theme.current()
        sign = QLabel()
        name, colour = ("error", look.error) if error else ("warning", look.warning)
        sign.setPixmap(icons.pixmap(name, 16, colour, 2.0))
        sign.setFixedSize(QSize(16, 20))
        heading = f"{layer}: {words.title}" if layer else words.title
        title = label(heading, "error-title" if error else "title", wrap=True)
        self._text = QVBoxLayout()
        self._text.setSpacing(2)
        self._text.addWidget(title)
        self._text.addWidget(label(words.sentence, "soft", wrap=True))
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(self._text, 1)
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(10, 8, 10, 8)
        self._whole.setSpacing(8)
        self._whole.addLayout(line)
        self.setAccessibleName(f"{heading}. {words.sentence}")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip("Show this layer and its repairs" if problem.node else "Show its repairs")

    def expand(self, findings: Findings) -> None:
        """Show the repairs."""
        self.repairs = RepairList(findings, self.problem)
        self.setToolTip("")
        if self.repairs.rows:
            self._whole.addWidget(self.repairs)
            self._whole.setContentsMargins(8, 8, 8, 8)

    def mark(self, selected: bool) -> None:
        """Whether its layer is selected."""
        set_role(self, "problem-selected" if selected else "problem")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.asked.emit(self.problem)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.asked.emit(self.problem)
        elif event.key() == Qt.Key.Key_Down:
            self.step(1)
        elif event.key() == Qt.Key.Key_Up:
            self.step(-1)
        else:
            super().keyPressEvent(event)
