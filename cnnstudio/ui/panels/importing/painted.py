"""What the import sheet paints: rows of small pictures, choices with a picture, the split as a bar, changed layers."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from cnnstudio.data.dataset import Pixels
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.pictures import image_picture

_RADIUS = 6.0
_GAP = 4


def drawn_in(painter: QPainter, image: QImage, box: QRect) -> None:
    """A picture as large as a box takes it, in its middle: small ones in their own cells, large ones smoothly."""
    size = image.size().scaled(box.size(), Qt.AspectRatioMode.KeepAspectRatio)
    place = QRect(0, 0, size.width(), size.height())
    place.moveCenter(box.center())
    smooth = size.width() < 3 * image.width()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
    painter.drawImage(place, image)


class Thumbs(QWidget):
    """A row of pictures of one class, as many as there is room for."""

    def __init__(self, side: int = 30) -> None:
        super().__init__()
        self._side = side
        self._images: list[QImage] = []
        self.setFixedHeight(side + 2)
        self.setMinimumWidth(side)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_pictures(self, pictures: Pixels | None) -> None:
        """Show pictures uint8 (n, H, W, C); none before any are known."""
        self._images = [] if pictures is None else [image_picture(each) for each in pictures]
        self.update()

    @property
    def count(self) -> int:
        """How many there are to show."""
        return len(self._images)

    def sizeHint(self) -> QSize:
        return QSize(5 * (self._side + _GAP), self._side + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, step = QPainter(self), self._side + _GAP
        for place, image in enumerate(self._images[: max(1, (self.width() + _GAP) // step)]):
            drawn_in(painter, image, QRect(place * step, 1, self._side, self._side))


class PictureChoice(QAbstractButton):
    """A choice with a picture of its effect, its name and a few words."""

    def __init__(self, name: str, words: str) -> None:
        super().__init__()
        self._words = words
        self._image: QImage | None = None
        self.setText(name)
        self.setCheckable(True)
        self.setAccessibleName(f"{name}: {words}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_picture(self, pixels: Pixels | None) -> None:
        """Show a picture uint8 (H, W, C), or none."""
        self._image = None if pixels is None else image_picture(pixels)
        self.update()

    @property
    def shows_picture(self) -> bool:
        """Whether there is a picture of its effect."""
        return self._image is not None

    def sizeHint(self) -> QSize:
        return QSize(104, 122)

    def minimumSizeHint(self) -> QSize:
        return QSize(72, 122)

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = theme.current(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = self.isChecked()
        painter.setPen(look.accent if chosen else look.line)
        lit = look.hover if self.underMouse() else look.card
        ground = theme.mixed(look.accent, look.panel, theme.TINT) if chosen else lit
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), _RADIUS, _RADIUS)
        if self._image is not None:
            drawn_in(painter, self._image, QRect(8, 10, self.width() - 16, 66))
        _centred(painter, self, self.text(), 80, bold=True, colour=look.text)
        _centred(painter, self, self._words, 99, bold=False, colour=look.secondary)


def _centred(painter: QPainter, widget: QWidget, text: str, top: int, *, bold: bool, colour: QColor) -> None:
    font = theme.body_font() if bold else theme.small_font()
    font.setBold(bold)
    painter.setFont(font)
    painter.setPen(colour)
    short = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, widget.width() - 8)
    painter.drawText(QRect(4, top, widget.width() - 8, 18), Qt.AlignmentFlag.AlignCenter, short)


def part_colours() -> tuple[QColor, QColor, QColor]:
    """Those of training, validation and test."""
    look = theme.current()
    return look.accent, theme.mixed(look.accent, look.panel, 0.45), look.field_border


class SplitBar(QWidget):
    """How the pictures are divided, as one bar of three lengths."""

    def __init__(self) -> None:
        super().__init__()
        self._shares: tuple[int, ...] = ()
        self.setFixedHeight(12)

    def show_shares(self, shares: Sequence[int]) -> None:
        """Show so many pictures for training, validation and test."""
        self._shares = tuple(shares)
        self.setAccessibleDescription(" / ".join(map(str, shares)))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, left = QPainter(self), 0.0
        for share, colour in zip(self._shares, part_colours(), strict=False):
            width = self.width() * share / max(1, sum(self._shares))
            painter.fillRect(QRectF(left, 0, max(0.0, width - 2), self.height()), colour)
            left += width


class LayerCard(QWidget):
    """A layer that changes: its name, what it gives now, struck out, and what it will."""

    def __init__(self, name: str, before: str, after: str, colour: QColor) -> None:
        super().__init__()
        self._lines, self._colour = (name, before, after), colour
        self.setAccessibleName(f"{name}: {before} → {after}")
        self.setToolTip("")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        wide = max(QFontMetrics(font).horizontalAdvance(text) for text, font in zip(self._lines, _fonts(), strict=True))
        return QSize(min(140, max(74, wide + 14)), 58)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = theme.current(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(look.line)
        painter.setBrush(look.card)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
        painter.fillRect(QRectF(4, 0, self.width() - 8, 3), self._colour)
        colours = (look.text, look.secondary, look.accent)
        for place, (text, font, colour) in enumerate(zip(self._lines, _fonts(), colours, strict=True)):
            painter.setFont(font)
            painter.setPen(colour)
            short = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, self.width() - 12)
            painter.drawText(QRect(6, 6 + 16 * place, self.width() - 10, 16), Qt.AlignmentFlag.AlignVCenter, short)


def _fonts() -> tuple[QFont, QFont, QFont]:
    """Those of the three lines of a layer that changes."""
    name, before, after = theme.small_font(), theme.small_font(), theme.small_font()
    before.setStrikeOut(True)
    after.setBold(True)
    return name, before, after
