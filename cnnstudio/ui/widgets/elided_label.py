"""A line of secondary text that ends in … where it does not fit; the tooltip has all of it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.ui.look import theme
from cnnstudio.ui.look.labels import plain_tip


class ElidedLabel(QWidget):
    """One line in the small font, or as a ``title``, as wide as it is given. Digits do not jitter. Names that may begin
    alike leave out their ``middle``."""

    def __init__(self, parent: QWidget | None = None, *, title: bool = False, middle: bool = False) -> None:
        super().__init__(parent)
        self._cut = Qt.TextElideMode.ElideMiddle if middle else Qt.TextElideMode.ElideRight
        self._title, self._faded = title, False
        self._text = self._tip = ""
        self._texts: tuple[str, ...] = ("",)
        theme.wear(self, "title" if title else "small-figures")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def text(self) -> str:
        """All of it."""
        return self._text

    def set_text(self, text: str, *briefer: str, tip: str = "") -> None:
        """Show another text, or the first of the briefer ones that fits. ``tip`` says it in sentences."""
        if ((text, *briefer), tip) != (self._texts, self._tip):
            self._text, self._texts, self._tip = text, (text, *briefer), tip
            self.setAccessibleName(text)
            self.update()

    def set_faded(self, faded: bool) -> None:
        """A title that steps back."""
        self._faded = faded
        self.update()

    def shown(self) -> str:
        """What there is room for."""
        metrics = self.fontMetrics()
        fitting = (text for text in self._texts if metrics.horizontalAdvance(text) <= self.width())
        last = metrics.elidedText(self._texts[-1], self._cut, self.width())
        return next(fitting, last)

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self._text), metrics.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        shown = self.shown()
        self.setToolTip(plain_tip(self._tip or (self._text if shown != self._text else "")))
        painter = QPainter(self)
        painter.setPen(theme.current().text if self._title and not self._faded else theme.current().secondary)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
