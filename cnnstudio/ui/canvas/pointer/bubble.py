"""A few words beside the pointer while something is dragged: what a drop would do, or why it does not fit."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QLabel, QWidget

from cnnstudio.ui.canvas.placing.drop_places import Verdict
from cnnstudio.ui.look import theme

WIDEST = 300
OFFSET = QPoint(16, 20)


class Bubble(QLabel):
    """One label for all gestures of a view."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    def say(self, verdict: Verdict | None, at: QPointF) -> None:
        """Show a verdict beside a pixel of the parent; None or no words hide it."""
        if verdict is None or not verdict.sentence:
            self.hide()
            return
        look = theme.current()
        colour = look.good if verdict.fits else look.error
        self.setStyleSheet(
            f"background: {look.card.name()}; color: {look.text.name()}; border: 1px solid {colour.name()};"
            "border-radius: 6px; padding: 5px 8px;"
            f"font-size: {theme.scaled(12)}px;"
        )
        self.setText(f"{'✓' if verdict.fits else '✕'}  {verdict.sentence}")
        self.setWordWrap(False)
        self.setMaximumWidth(16_777_215)
        if self.sizeHint().width() > WIDEST:
            self.setWordWrap(True)
            self.setFixedWidth(WIDEST)
            self.resize(WIDEST, self.heightForWidth(WIDEST))
        else:
            self.setMinimumWidth(0)
            self.resize(self.sizeHint())
        place = at.toPoint() + OFFSET
        room = self._over.rect()
        place.setX(max(4, min(place.x(), room.width() - self.width() - 4)))
        if place.y() + self.height() > room.height() - 4:
            place.setY(at.toPoint().y() - self.height() - 12)
        self.move(place)
        self.show()
        self.raise_()
