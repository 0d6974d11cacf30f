"""The lessons in their order, with ticks."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, QTimer, Signal, SignalInstance
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from cnnstudio.lessons.lesson import Course
from cnnstudio.lessons.progress import Progress
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.labels import label, plain_tip
from cnnstudio.ui.widgets.layouts.contents import put_instead

#: pixels at the sides of a row, and between its number and its title
_INSET, _APART = 10, 10


class LessonButton(QPushButton):
    """A lesson in the list: its number or a tick, and its title, in as many lines as it takes."""

    #: the arrow keys: to the next (1) or the previous (-1) lesson in the list
    stepped = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "lesson")
        self.setCheckable(True)
        self.setMinimumWidth(40)
        self.setFont(theme.tabular(self.font()))
        self.mark, self._title = "", ""
        self._lines: dict[tuple[int, int], list[str]] = {}
        policy = QSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_lesson(self, mark: str, title: str) -> None:
        """A number or a tick, and the title."""
        self.mark, self._title = mark, title
        self._lines.clear()
        self.updateGeometry()
        self.update()

    def lines(self, width: int) -> list[str]:
        """The title as it is shown in so many pixels, broken where words end; a word that is too long ends in “…”."""
        asked = width, self.font().pixelSize()
        if asked not in self._lines:  # a layout asks again and again
            self._lines[asked] = self._broken(width)
        return self._lines[asked]

    def _broken(self, width: int) -> list[str]:
        metrics, room = QFontMetrics(self._chosen_font()), width - self._left() - _INSET
        lines: list[str] = []
        for word in self._title.split():
            if lines and metrics.horizontalAdvance(f"{lines[-1]} {word}") <= room:
                lines[-1] += f" {word}"
            else:
                lines.append(word)
        return [metrics.elidedText(line, Qt.TextElideMode.ElideRight, room) for line in lines]

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)  # the ground; words that hang are written here
        painter, lines = QPainter(self), self.lines(self.width())
        font = self._chosen_font() if self.isChecked() else self.font()
        painter.setFont(font)
        painter.setPen(theme.current().text)
        high = self.fontMetrics().height()
        top = (self.height() - len(lines) * high) / 2
        left = self._left()
        for place, line in enumerate(lines):
            row = QRectF(left, top + place * high, self.width() - left, high)
            painter.drawText(row, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, line)
        mark = QRectF(0, top, left - _APART, high)
        painter.drawText(mark, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self.mark)

    def _left(self) -> int:
        """Where titles begin, behind numbers of two digits."""
        return _INSET + QFontMetrics(self._chosen_font()).horizontalAdvance("00") + _APART

    def keyPressEvent(self, event: QKeyEvent) -> None:
        by = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        if by:
            self.stepped.emit(by)
        else:
            super().keyPressEvent(event)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return max(self.sizeHint().height(), len(self.lines(width)) * self.fontMetrics().height() + _INSET)

    def _chosen_font(self) -> QFont:
        bold = QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        return bold


class LessonList(QScrollArea):
    """``chosen`` carries the id of a lesson."""

    chosen = Signal(str)
    cleared = Signal()
    own_asked = Signal()
    write_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Lessons")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its lessons are walked through
        self.setMinimumWidth(150)
        self.buttons: dict[str, LessonButton] = {}
        self._course: Course | None = None
        self._current = ""
        self._inside = QWidget()
        self.verticalScrollBar().rangeChanged.connect(self._reveal)  # rows have become higher

    @property
    def whole_height(self) -> int:
        """How high it must be for all lessons to be in sight."""
        layout = self._inside.layout()
        return layout.heightForWidth(self.viewport().width()) + 4 if layout is not None else 0

    def show_course(self, course: Course, *, foreign: bool) -> None:
        """Show these lessons; from ``foreign`` ones there is a way back to those of the program."""
        self._course = course
        inside = self._inside = QWidget()
        inside.setProperty("role", "scrolled")
        column = QVBoxLayout(inside)
        column.setContentsMargins(8, 14, 8, 12)
        column.setSpacing(2)
        heading = label(course.title, "secondary", wrap=True)
        above = QVBoxLayout()
        above.setContentsMargins(8, 0, 0, 6)
        above.addWidget(heading)
        column.addLayout(above)
        group = QButtonGroup(inside)
        self.buttons = {}
        for lesson in course.lessons:
            button = LessonButton()
            button.clicked.connect(lambda _checked, name=lesson.id: self.chosen.emit(name))
            button.stepped.connect(lambda by, name=lesson.id: self._walk(name, by))
            group.addButton(button)
            column.addWidget(button)
            self.buttons[lesson.id] = button
        column.addStretch(1)
        self.back = _link("Back to the built-in lessons", "Show the lessons that came with CNN Studio", self.own_asked)
        self.back.setVisible(foreign)
        self.clear = _link("Clear the ticks", "Begin these lessons anew; your network stays as it is", self.cleared)
        self.write = _link("Write your own…", "How to write lessons, with an example", self.write_asked)
        for link in (self.back, self.write, self.clear):
            column.addWidget(link, 0, Qt.AlignmentFlag.AlignLeft)
        for part in inside.findChildren(QWidget):
            part.ensurePolished()  # only then it knows how high it wants to be
        put_instead(self, inside)

    def _walk(self, name: str, by: int) -> None:
        buttons, place = list(self.buttons.values()), list(self.buttons).index(name) + by
        if 0 <= place < len(buttons):
            buttons[place].setFocus(Qt.FocusReason.TabFocusReason)
            self.ensureWidgetVisible(buttons[place])

    def show_progress(self, progress: Progress, current: str) -> None:
        """Tick what is whole and mark the lesson that is open."""
        assert self._course is not None
        for number, lesson in enumerate(self._course.lessons, start=1):
            button, whole = self.buttons[lesson.id], progress.whole(lesson)
            button.show_lesson("✓" if whole else str(number), lesson.title)
            done = f"{progress.count(lesson)} of {len(lesson.goals)} done"
            button.setToolTip(plain_tip(f"{lesson.title}: {done}"))
            button.setAccessibleName(f"Lesson {number}, {lesson.title}, {done}")
            button.setChecked(lesson.id == current)
        if current != self._current:
            self._current = current
            QTimer.singleShot(0, self, self._reveal)  # by then the rows have their places

    def _reveal(self, *_range: int) -> None:
        """Scroll the open lesson into sight."""
        if self._current in self.buttons:
            self.ensureWidgetVisible(self.buttons[self._current], 0, _INSET)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self._reveal)


def _link(text: str, tip: str, signal: SignalInstance) -> QPushButton:
    made = QPushButton(text)
    made.setProperty("role", "link")
    made.setToolTip(tip)
    made.clicked.connect(lambda _checked: signal.emit())
    return made
