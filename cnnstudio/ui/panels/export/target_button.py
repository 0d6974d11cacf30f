"""A target to choose: what it is called, what it writes, and whether it can be checked here."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from cnnstudio.ui.look import icons, theme

_HEIGHT, _EDGE = 52, 12


class TargetButton(QAbstractButton):
    """One of several; arrow keys go from one to the next."""

    def __init__(self, name: str, about: str, checks: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(name)
        self._about, self._checks = about, checks
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleDescription(f"{about}; it can {'' if checks else 'not '}be checked here")
        theme.fix_height(self, _HEIGHT)

    def sizeHint(self) -> QSize:
        return QSize(theme.scaled(200), theme.scaled(_HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = theme.current(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self.isChecked() or self.underMouse():
            chosen = self.isChecked()
            tint = theme.mixed(look.accent, look.panel, 0.14) if chosen else look.hover
            painter.setPen(look.accent if chosen else look.line)
            painter.setBrush(tint)
            painter.drawRoundedRect(place, 6, 6)
        inner = place.adjusted(_EDGE, 6, -_EDGE, -6)
        half = inner.height() / 2
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.setPen(look.text)
        painter.setFont(theme.title_font() if self.isChecked() else theme.body_font())
        painter.drawText(QRectF(inner.x(), inner.y(), inner.width(), half), left, self.text())
        painter.setPen(look.secondary)
        painter.setFont(theme.small_font())
        about = painter.fontMetrics().elidedText(self._about, Qt.TextElideMode.ElideRight, round(inner.width()))
        painter.drawText(QRectF(inner.x(), inner.y() + half, inner.width(), half), left, about)
        if self._checks:
            size = theme.scaled(14)
            mark = icons.pixmap("check", size, look.good, self.devicePixelRatioF())
            painter.drawPixmap(round(inner.right() - size), round(inner.y() + (half - size) / 2), mark)
