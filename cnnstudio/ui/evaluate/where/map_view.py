"""The picture, and the same with the map in it; a pixel of both is looked at."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent

from cnnstudio.nn.looking.attribution.laid_over import laid_over
from cnnstudio.nn.looking.attribution.methods import Looked
from cnnstudio.ui.evaluate.where.account import CENTRE, GAP, Account
from cnnstudio.ui.evaluate.where.painted import paint_hatched
from cnnstudio.ui.look import pictures, theme
from cnnstudio.ui.look.numbers import number_text

_WRAPPED = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap


def meaning(looked: Looked) -> str:
    """What the colours of a map say. Sizes of slopes say how much a pixel counts, not in which direction."""
    if looked.signed:
        return "red: for, blue: against"
    if looked.cam is None:
        return "bright: for or against"
    return "no map: nothing is for it" if looked.cam.empty else "bright: speaks for it"


class MapView(Account):
    """A map that failed a test is hatched, and it stands below which."""

    def __init__(self) -> None:
        super().__init__()
        self.failed: tuple[str, ...] = ()

    def prepare(self) -> None:
        if self.looked is None or self.picture is None:
            return
        self._picture = pictures.image_picture(self.picture)
        self._over = pictures.image_picture(laid_over(self.picture, self.looked.map, signed=self.looked.signed))

    def show_failed(self, failed: tuple[str, ...]) -> None:
        """Say which tests the map has failed."""
        self.failed = failed
        self.update()

    def words(self) -> str:
        if self.looked is None:
            return "Picture"
        value = number_text(float(self.looked.map[self.pixel]))
        return f"Picture and map. Row {self.pixel[0] + 1}, column {self.pixel[1] + 1}: {value}"

    def sizeHint(self) -> QSize:
        return QSize(150, 320)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 170)

    def paintEvent(self, _event: QPaintEvent) -> None:
        looked, look = self.looked, theme.current()
        if looked is None or self.picture is None:
            return
        painter = QPainter(self)
        self.tiles = []
        lines = 2 + 2 * bool(self.failed)
        side = min(self.width() - 4.0, (self.height() - lines * self.line - GAP) / 2)
        self.tile(painter, QRectF(2, 2, side, side), self._picture, self.pixel)
        self.tile(painter, QRectF(2, side + GAP, side, side), self._over, self.pixel)
        if self.failed:
            paint_hatched(painter, self.tiles[-1])
        painter.setPen(look.secondary)
        below = 2 * side + GAP + 2
        painter.drawText(QRectF(0, below, self.width(), self.line), CENTRE, meaning(looked))
        painter.setPen(look.text)
        value = number_text(float(looked.map[self.pixel]))
        where = f"row {self.pixel[0] + 1}, col. {self.pixel[1] + 1}: {value}"
        painter.drawText(QRectF(0, below + self.line, self.width(), self.line), CENTRE, where)
        if self.failed:
            painter.setPen(look.warning)
            words = {"depending": "does not depend on the weights", "mattering": "does not matter"}
            text = "! " + " · ".join(words[name] for name in self.failed)
            painter.drawText(QRectF(0, below + 2 * self.line, self.width(), 2 * self.line), _WRAPPED, text)
