"""The picture as it is changed; a patch that hides part of it is dragged about."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.data.preparation.picture_change import PictureChange
from cnnstudio.nn.arrays import Array
from cnnstudio.ui.look import pictures, theme
from cnnstudio.ui.look.labels import plain_tip

#: the part of a side that a patch takes which a press makes, and that an arrow moves it by
_NEW, _BY_KEY = 0.25, 0.05
_HIGHEST = 320
_WAYS = {
    Qt.Key.Key_Left: (-_BY_KEY, 0.0),
    Qt.Key.Key_Right: (_BY_KEY, 0.0),
    Qt.Key.Key_Up: (0.0, -_BY_KEY),
    Qt.Key.Key_Down: (0.0, _BY_KEY),
}


class PicturePad(QWidget):
    """``dragged`` carries where the middle of the patch goes, across and down from 0 to 1, and its side in pixels."""

    dragged = Signal(float, float, int)

    def __init__(self) -> None:
        super().__init__()
        self._image, self._size, self._change = QImage(), (1, 1), PictureChange()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setToolTip(plain_tip("Press and drag to hide a part; the arrow keys move the patch"))
        self.setMinimumSize(120, 120)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_picture(self, picture: Array | None, change: PictureChange, words: str) -> None:
        """Show a changed picture, uint8 (H, W, C), called so."""
        self._image = QImage() if picture is None else pictures.image_picture(picture)
        self._size = (1, 1) if picture is None else (picture.shape[0], picture.shape[1])
        self._change = change
        self.updateGeometry()
        self.setAccessibleName(f"The picture, {words}")
        self.update()

    @property
    def box(self) -> QRectF:
        """Where the picture is."""
        height, width = self._size
        cell = min((self.width() - 4) / width, (self.height() - 4) / height)
        wide, high = width * cell, height * cell
        return QRectF(1, 2, wide, high)

    def sizeHint(self) -> QSize:
        return QSize(240, self.heightForWidth(240))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, wide: int) -> int:
        height, width = self._size
        return min(_HIGHEST, round((wide - 4) * height / width) + 4)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, box, look = QPainter(self), self.box, theme.current()
        painter.drawImage(box, self._image)
        painter.setPen(QPen(look.line, 1))
        painter.drawRect(box)
        if self._change.patch:
            (height, width), (rows, columns) = self._size, self._change.hides(*self._size)
            cell = QPointF(box.width() / width, box.height() / height)
            hole = QRectF(
                box.left() + columns.start * cell.x(), box.top() + rows.start * cell.y(),
                (columns.stop - columns.start) * cell.x(), (rows.stop - rows.start) * cell.y(),
            )  # fmt: skip
            for colour, wide in ((look.panel, 4), (look.accent, 2)):
                painter.setPen(QPen(colour, wide))
                painter.drawRect(hole)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.box.contains(event.position()):
            self._go_to(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go_to(event.position())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        way = _WAYS.get(Qt.Key(event.key()))
        if way is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
            return
        self._tell(self._change.patch_right + way[0], self._change.patch_down + way[1])

    def _go_to(self, at: QPointF) -> None:
        box = self.box
        self._tell((at.x() - box.left()) / box.width(), (at.y() - box.top()) / box.height())

    def _tell(self, right: float, down: float) -> None:
        side = self._change.patch or max(1, round(_NEW * min(self._size)))
        self.dragged.emit(min(max(right, 0.0), 1.0), min(max(down, 0.0), 1.0), side)
