"""Where will it light up? A place in a picture is pointed at, and then the map is shown."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cnnstudio.lessons.questions.choosing import Picture
from cnnstudio.lessons.questions.puzzles import Pointed, Puzzle, puzzled
from cnnstudio.nn.telling.phrases import number_text
from cnnstudio.nn.telling.told import worded
from cnnstudio.ui.learn.cards.asking_card import AskingCard
from cnnstudio.ui.learn.cards.option_button import SmallPicture, draw_picture
from cnnstudio.ui.learn.place_grid import PlaceGrid
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.labels import label

_CELL = 7


class PlaceCard(AskingCard):
    """The picture takes a click, or the arrow keys and Return."""

    def __init__(self, question: Puzzle, seed: int) -> None:
        self.asked = question
        self.field = PlaceField()
        self._beside = QVBoxLayout()
        self._made: list[QWidget] = []
        super().__init__(question, seed)
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addWidget(self.field, 0, Qt.AlignmentFlag.AlignTop)
        beside = QVBoxLayout()
        beside.addLayout(self._beside)
        beside.addStretch(1)
        row.addLayout(beside)
        row.addStretch(1)
        self.answer.addLayout(row)
        words = "Click a place, or walk with the arrow keys and press Enter: the middle of the window counts."
        self.answer.addWidget(label(words, "secondary", wrap=True))
        self.field.answered.connect(self.point_at)
        self.field.pointed.connect(self._leave_place)
        self.order_keys()

    def ask(self) -> None:
        """See ``AskingCard``."""
        found = puzzled(self.asked, self.seed, self.turn)
        assert isinstance(found, Pointed)
        self.pointed = found
        self.text.show_text(worded(found.text))
        self.field.show_picture(found.image, found.filter.values.shape[0])
        for widget in self._made:
            widget.hide()
            widget.deleteLater()
        self._made = []
        self._show_beside(found.filter, "The filter")

    def point_at(self, row: int, column: int) -> None:
        """Answer with a pixel."""
        number = self.pointed.number_at((row, column))
        if number is None:
            self.judged(False, "There the window does not fit on the picture. Try another place.")
            return
        most = float(self.pointed.map.values.max())
        if self.pointed.right((row, column)):
            here, largest = number_text(number), number_text(most)
            much = f"{here}, the largest of all" if here == largest else f"{here}, and the largest {largest}"
            self.judged(True, f"Right: the number here is {much}.")
            self._show_map()
        else:
            self.judged(False, f"Here the number is {number_text(number)}. Elsewhere it is {number_text(most)}.")

    def _leave_place(self) -> None:
        """What was said of another place is not said of this one."""
        if self.open:
            self.reply.hide()

    def say_answer(self) -> str:
        """See ``AskingCard``."""
        self.field.go_to(*self.pointed.best)
        self._show_map()
        return "It is largest where the frame stands now."

    def reason(self) -> str:
        """See ``AskingCard``."""
        return worded(self.pointed.why)

    def ask_again(self) -> None:
        """See ``AskingCard``."""
        super().ask_again()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_map(self) -> None:
        if len(self._made) == 2:
            self._show_beside(self.pointed.map, "Its map")

    def _show_beside(self, picture: Picture, name: str) -> None:
        for widget in (SmallPicture(picture, name), label(name, "secondary")):
            self._beside.addWidget(widget)
            self._made.append(widget)


class PlaceField(PlaceGrid):
    """A picture with a window on it, whose middle is pointed out; ``answered`` carries it."""

    answered = Signal(int, int)

    def __init__(self) -> None:
        super().__init__()
        self.picture: Picture | None = None
        self.window_size = 1
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setToolTip("Click where the map will be largest, or use the arrow keys and Enter")
        self.pointed.connect(self._tell)

    @property
    def places(self) -> tuple[int, ...]:
        """See ``PlaceGrid``."""
        return (1, 1) if self.picture is None else self.picture.values.shape

    def show_picture(self, picture: Picture, window: int) -> None:
        """Another picture, with the window in its middle."""
        self.picture, self.window_size = picture, window
        rows, columns = picture.values.shape
        self.setFixedSize(self.sizeHint())
        self.place = (rows // 2, columns // 2)
        self._tell(*self.place)
        self.update()

    def _tell(self, row: int, column: int) -> None:
        self.setAccessibleName(f"The digit, window at row {row + 1}, column {column + 1}")

    def sizeHint(self) -> QSize:
        rows, columns = self.places
        return QSize(columns * _CELL + 1, rows * _CELL + 1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.go_to(int(event.position().y() // _CELL), int(event.position().x() // _CELL))
        self.answered.emit(*self.place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.answered.emit(*self.place)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self.picture is None:
            return
        painter, look = QPainter(self), theme.current()
        rows, columns = self.picture.values.shape
        draw_picture(painter, self.picture, QRectF(0, 0, columns * _CELL, rows * _CELL))
        before = self.window_size // 2
        corner = QPointF((self.place[1] - before) * _CELL, (self.place[0] - before) * _CELL)
        side = self.window_size * _CELL
        for colour, width in ((look.panel, 4), (look.warning, 2)):
            painter.setPen(QPen(colour, width))
            painter.drawRect(QRectF(corner.x(), corner.y(), side, side))
