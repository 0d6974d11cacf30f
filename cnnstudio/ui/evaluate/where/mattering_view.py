"""How soon a class is gone as pixels are taken away, and there as they are put in: a map beside its rivals."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.looking.attribution.fills import Fill
from cnnstudio.nn.looking.attribution.mattering import Mattering, Rivals
from cnnstudio.nn.telling.phrases import share_text
from cnnstudio.ui.evaluate.where.painted import SmallFigures
from cnnstudio.ui.look import pictures, theme

_GAP, _CHART, _SIDE = 8.0, 72.0, 34.0
FILL_WORDS: dict[Fill, tuple[str, str, str]] = {
    "blur": ("Blur", "Blurred", "The picture out of focus takes the place of pixels that are taken away"),
    "mean": ("Mean", "Made the mean colour", "The picture’s mean colour takes the place of pixels that are taken away"),
    "noise": ("Noise", "Noise put", "Noise of the picture’s own range takes the place of pixels that are taken away"),
}
RIVAL_WORDS: dict[Rivals, tuple[str, str, str]] = {
    "moved": ("Moved copies", "moved copies of the map", "The same map at other places: a fair opponent"),
    "random": ("Random pixels", "orders of random pixels", "Pixels in any order: holes everywhere harm more than one"),
}


def mattering_words(found: Mattering, name: str) -> str:
    """What the curves say about a class of this name."""
    doing, rivals, many = FILL_WORDS[found.fill][1], RIVAL_WORDS[found.rivals][1], len(found.others)
    (gone, there), (others_gone, others_there) = found.areas, found.rival_areas.mean(axis=0)
    sooner = int((found.rival_areas[:, 0] > gone).sum())
    those = f"any of {many}" if found.matters else f"{sooner} of {many}"
    first = f"{doing} where the map is bright, “{name}” is gone sooner than with {those} {rivals}"
    chance = "" if found.matters else ", which may be chance"
    back = "sooner than with any" if found.matters_inserted else "not sooner than with all"
    taken = f"{first}{chance}: its mean probability on the way is {gone:.2f}, theirs {others_gone:.2f}."
    return f"{taken} Put back first, it is there {back}: {there:.2f}, theirs {others_there:.2f}."


class MatteringView(SmallFigures):
    """Two charts, deletion and insertion, and four pictures on the way of the deletion."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._found: Mattering | None = None
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_found(self, found: Mattering) -> None:
        """Show the curves of another map."""
        self._found = found
        told = ", ".join(share_text(float(share)) for share in found.staged)
        self.setAccessibleName(f"The class as more and more of the picture is taken away: {told}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(300, round(_CHART + 2 * self.line + 4))

    def paintEvent(self, _event: QPaintEvent) -> None:
        found, look = self._found, theme.current()
        if found is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pictures_wide = 2 * (_SIDE + _GAP)
        wide = max(70.0, (self.width() - pictures_wide - 2 * _GAP) / 2)
        for place, (words, own) in enumerate((("taken away", found.deleted), ("put back", found.inserted))):
            box = QRectF(place * (wide + _GAP), self.line + 2, wide, _CHART - 4)
            painter.setPen(look.secondary)
            painter.drawText(QRectF(box.left(), 0, wide, self.line), Qt.AlignmentFlag.AlignCenter, words)
            self._paint_curves(painter, box, own, found.others[:, place])
        left = 2 * (wide + _GAP) + 2
        for number, (stage, share) in enumerate(zip(found.stages, found.staged, strict=True)):
            row, column = divmod(number, 2)
            box = QRectF(left + column * (_SIDE + _GAP), row * (_SIDE + self.line + 2), _SIDE, _SIDE)
            painter.drawImage(box, pictures.image_picture(stage))
            painter.setPen(look.text)
            under = QRectF(box.left() - _GAP / 2, box.bottom(), _SIDE + _GAP, self.line)
            painter.drawText(under, Qt.AlignmentFlag.AlignCenter, share_text(float(share)))

    def _paint_curves(self, painter: QPainter, box: QRectF, own: Floats, others: Floats) -> None:
        look = theme.current()
        painter.setPen(QPen(look.line, 1))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        painter.drawLine(box.topLeft(), box.bottomLeft())
        painter.setPen(QPen(theme.mixed(look.secondary, look.panel, 0.5), 1))
        for curve in others:
            painter.drawPolyline(_line(box, curve))
        painter.setPen(QPen(look.accent, 2))
        painter.drawPolyline(_line(box, own))
        painter.setPen(look.secondary)
        below = QRectF(box.left(), box.bottom() + 1, box.width(), self.line)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, "none")
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, "all")


def _line(box: QRectF, curve: Floats) -> QPolygonF:
    wide = box.width() / (len(curve) - 1)
    return QPolygonF(
        [QPointF(box.left() + n * wide, box.bottom() - float(y) * box.height()) for n, y in enumerate(curve)]
    )
