"""A card for one kind of what was found: how many, what they are, the first pictures of them; it opens them."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy

from cnnstudio.data.dataset import Pixels
from cnnstudio.ui.look import icons, theme
from cnnstudio.ui.look.pictures import image_picture
from cnnstudio.ui.panels.importing.painted import drawn_in

#: pictures that are shown, their side and what lies between them, pixels
SHOWN, SIDE, _GAP = 4, 30, 4
_MARGIN, _RADIUS, _MARK = 10, 6.0, 14


class FindingCard(QPushButton):
    """With the ``tone`` “warning” it has a mark."""

    def __init__(self) -> None:
        super().__init__()
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._pictures: list[QImage] = []
        self._parts = ("", "")
        self._small = False

    def show_count(self, number: str, words: str) -> None:
        """Show how many there are of what."""
        self._parts = (number, words)
        self.setText(f"{number} {words}")

    def be_small(self, small: bool) -> None:
        """Leave the pictures away where there is little room."""
        if small != self._small:
            self._small = small
            self.updateGeometry()
            self.update()

    def show_pictures(self, pixels: Pixels) -> None:
        """Show pictures uint8 (n, H, W, C)."""
        self._pictures = [image_picture(each) for each in pixels]
        self.update()

    @property
    def count(self) -> int:
        """How many pictures are shown."""
        return len(self._pictures)

    def sizeHint(self) -> QSize:
        if self._small:
            return QSize(self._words_wide + 2 * _MARGIN, self._line + 14)
        return QSize(max(self._words_wide, SHOWN * (SIDE + _GAP) - _GAP) + 2 * _MARGIN, self._line + SIDE + 24)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = theme.current(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen, warns = self.isChecked(), self._warns
        painter.setPen(look.accent if chosen else look.warning if warns else look.line)
        lit = look.hover if self.underMouse() and self.isEnabled() else look.card
        painter.setBrush(theme.mixed(look.accent, look.panel, theme.TINT) if chosen else lit)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), _RADIUS, _RADIUS)
        left, line = _MARGIN, QRect(0, 7, self.width() - _MARGIN, self._line)
        if warns:
            mark = icons.pixmap("warning", _MARK, look.warning, self.devicePixelRatioF())
            painter.drawPixmap(left, line.center().y() - _MARK // 2 + 1, mark)
            left += _MARK + 5
        for words, font, colour in zip(self._parts, self._fonts, (look.text, look.secondary), strict=True):
            painter.setFont(font)
            painter.setPen(colour)
            line.setLeft(left)
            short = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, line.width())
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, short)
            left += QFontMetrics(font).horizontalAdvance(words) + 5
        for place, picture in enumerate(() if self._small else self._pictures):
            drawn_in(painter, picture, QRect(_MARGIN + place * (SIDE + _GAP), self._line + 14, SIDE, SIDE))

    @property
    def _warns(self) -> bool:
        return bool(self.property("tone") == "warning")

    @property
    def _fonts(self) -> tuple[QFont, QFont]:
        bold, small = theme.tabular(theme.body_font()), theme.small_font()
        bold.setBold(True)
        small.setBold(False)  # whatever the button's own words would be
        return bold, small

    @property
    def _line(self) -> int:
        return max(QFontMetrics(font).height() for font in self._fonts)

    @property
    def _words_wide(self) -> int:
        fonts = zip(self._parts, self._fonts, strict=True)
        words = sum(QFontMetrics(font).horizontalAdvance(words) for words, font in fonts)
        return words + 6 + (_MARK + 5 if self._warns else 0)
