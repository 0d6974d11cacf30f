"""What became of a map as one layer after the other was drawn anew."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.looking.attribution.depending import ALIKE, Depending
from cnnstudio.ui.evaluate.where.painted import SmallFigures, fitted, map_image
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.labels import plain_tip
from cnnstudio.ui.look.numbers import number_text

_GAP, _SIDE = 8.0, 54.0
#: so many stages are shown, the last among them
_MOST = 4


def depending_words(found: Depending) -> str:
    """What the stages say."""
    last = found.stages[-1].alike if found.stages else None
    how = "nothing is left of the map" if last is None else f"its likeness is {number_text(last, 2)} (1 is the same)"
    if found.depends:
        return f"With random weights in all layers {how}: it depends on what was learned."
    return f"With random weights in all layers {how}: it shows the picture, not what the network learned."


class DependingView(SmallFigures):
    """A tile as trained, and one for some of the layers from the top down."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tiles: list[tuple[str, Floats, str]] = []
        self._boxes: list[QRectF] = []
        self._signed = False
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_found(self, found: Depending, names: dict[str, str], *, signed: bool) -> None:
        """Show another map's; ``names`` are what the layers are called."""
        stages = found.stages
        if len(stages) > _MOST:
            kept = sorted({round(place * (len(stages) - 1) / (_MOST - 1)) for place in range(_MOST)})
            stages = tuple(stages[place] for place in kept)
        said = [(names.get(stage.node, stage.node), stage.map, _alike(stage.alike)) for stage in stages]
        self._tiles, self._signed = [("as trained", found.first, "1"), *said], signed
        told = ", ".join(f"{name}: {alike}" for name, _, alike in self._tiles)
        self.setAccessibleName(f"How alike the map stays, from the last layer to the first. {told}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(300, round(_SIDE + 2 * self.line + 4))

    def paintEvent(self, _event: QPaintEvent) -> None:
        look, painter = theme.current(), QPainter(self)
        self._boxes = []
        if not self._tiles:
            return
        pitch = min(_SIDE + _GAP + 12, self.width() / len(self._tiles))
        side = min(_SIDE, pitch - _GAP)
        for place, (name, values, alike) in enumerate(self._tiles):
            slot = QRectF(place * pitch, 0, pitch, self.height())
            self._boxes.append(slot)
            painter.setPen(look.secondary)
            shown = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, int(pitch - 2))
            painter.drawText(QRectF(slot.left(), 0, pitch, self.line), Qt.AlignmentFlag.AlignCenter, shown)
            box = QRectF(slot.left() + (pitch - side) / 2, self.line + 1, side, side)
            painter.drawImage(fitted(box, *values.shape), map_image(values, signed=self._signed))
            painter.setPen(look.text)
            painter.drawText(
                QRectF(slot.left(), self.line + side + 2, pitch, self.line), Qt.AlignmentFlag.AlignCenter, alike
            )

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = next((i for i, box in enumerate(self._boxes) if box.contains(event.pos().toPointF())), -1)
            QToolTip.showText(event.globalPos(), plain_tip(self._words(place)) if place >= 0 else "", self)
            return True
        return super().event(event)

    def _words(self, place: int) -> str:
        name, _, alike = self._tiles[place]
        if not place:
            return "The map of the network as it was trained"
        return (
            f"{name} and all layers behind it have random weights. Correlation of the ranks of the pixels: {alike}. "
            f"Below {number_text(ALIKE)} in the end, the map depends on the weights."
        )


def _alike(value: float | None) -> str:
    return "no map" if value is None else number_text(value, 2)
