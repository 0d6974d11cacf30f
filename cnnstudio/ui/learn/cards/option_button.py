"""What can be chosen in a question: words that may take several lines, or a picture."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from cnnstudio.lessons.questions.choosing import Picture
from cnnstudio.ui.explain.pictures.inks import Ink
from cnnstudio.ui.look import theme

Mark = Literal["", "right", "wrong"]
#: the side of a picture, and the room around words and pictures
SIDE, _PAD, _BADGE = 60, 10, 26


def draw_picture(painter: QPainter, picture: Picture, box: QRectF) -> None:
    """A picture of a question in its colours, in whole cells."""
    ink = Ink.of(picture.values, image=True) if picture.kind == "image" else Ink.signed(picture.values)
    painter.drawImage(box, ink.picture(picture.values))
    painter.setPen(QPen(theme.current().line, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(box)


class SmallPicture(QWidget):
    """One picture of a question, with its name for whoever listens."""

    def __init__(self, picture: Picture, name: str, side: int = SIDE) -> None:
        super().__init__()
        self.picture = picture
        self.setAccessibleName(name)
        theme.fix_width(self, side)
        theme.fix_height(self, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        draw_picture(QPainter(self), self.picture, QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))


@lru_cache(500)  # a layout asks again and again
def _height(words: str, width: int, _text_size: int) -> int:
    """Of words in so many pixels."""
    room = QRect(0, 0, width, 10_000)
    return QFontMetrics(theme.body_font()).boundingRect(room, Qt.TextFlag.TextWordWrap, words).height()


class OptionButton(QAbstractButton):
    """``badge`` stands in front: a letter, or the place in an order."""

    def __init__(self, words: str, picture: Picture | None = None) -> None:
        super().__init__()
        self.setText(words)
        self.picture, self.badge = picture, ""
        self._mark: Mark = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(words)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        policy = QSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        if picture is None:
            policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
            policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def mark(self) -> Mark:
        """Whether it was found to be right or wrong."""
        return self._mark

    def show_mark(self, mark: Mark) -> None:
        """Mark it; with "" it is as at first."""
        self._mark = mark
        self.setAccessibleDescription({"": "", "right": "right", "wrong": "not right"}[mark])
        self.update()

    def show_badge(self, badge: str) -> None:
        """What stands in front of it."""
        self.badge = badge
        self.update()

    def heightForWidth(self, width: int) -> int:
        return max(_height(self.text(), max(40, width - _BADGE - 2 * _PAD), theme.text_size()), 18) + 2 * _PAD - 4

    def sizeHint(self) -> QSize:
        if self.picture is not None:
            side = theme.scaled(SIDE)
            return QSize(side + 8, side + 28)
        return QSize(200, self.heightForWidth(300))  # a layout asks for its height at the width it gives it

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint() if self.picture is not None else QSize(120, 34)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, look = QPainter(self), theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edges: dict[Mark, QColor] = {"": look.field_border, "right": look.good, "wrong": look.error}
        edge = edges[self._mark]
        over = self.underMouse() and self.isEnabled() and not self._mark
        accent = (over or self.badge_is_on) and not self._mark
        painter.setPen(QPen(look.accent if accent else edge, 2 if self._mark else 1))
        painter.setBrush(look.hover if over else look.card)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 7, 7)
        painter.setFont(theme.body_font())
        painter.setPen(look.secondary if not self._mark else edge)
        # its place in an order is the answer, and stays
        sign = self.badge if self.badge.isdigit() else {"": self.badge, "right": "✓", "wrong": "✗"}[self._mark]
        if self.picture is None:
            top = QRectF(_PAD, _PAD - 2, _BADGE - 8, 20)
            painter.drawText(top, Qt.AlignmentFlag.AlignCenter, sign)
            painter.setPen(look.text)
            room = QRectF(_PAD + _BADGE, _PAD - 2, self.width() - _BADGE - 2 * _PAD, self.height())
            painter.drawText(room, Qt.TextFlag.TextWordWrap, self.text())
        else:
            side = theme.scaled(SIDE)
            painter.drawText(QRectF(0, side + 6, self.width(), 20), Qt.AlignmentFlag.AlignCenter, sign)
            corner = QPointF((self.width() - side) / 2, 4)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            draw_picture(painter, self.picture, QRectF(corner.x(), corner.y(), side, side))

    @property
    def badge_is_on(self) -> bool:
        """Whether it has been given a place in an order."""
        return self.badge.isdigit()
