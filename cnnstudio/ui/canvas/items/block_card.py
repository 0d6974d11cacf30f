"""The card of a collapsed block: its inner kinds as chips, what comes out of it, and its summed parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from cnnstudio.design.analysis.analysis import LayerFacts
from cnnstudio.design.edits.locking import all_locked
from cnnstudio.design.value.design import Design
from cnnstudio.nn.arrays import Shape, shape_text
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.ui.canvas import measures as m
from cnnstudio.ui.canvas.items.card import SMALL_TEXT_ZOOM, CardItem, faded, paint_card_texts, paint_note, stripe_path
from cnnstudio.ui.canvas.items.card_texts import CardTexts, fitted_texts
from cnnstudio.ui.look import icons, theme

#: chips in the picture: their side, the space between them, how many in a row and how many rows
CHIP, SPACE, COLUMNS, ROWS = 18.0, 3.0, 5, 3


@dataclass(frozen=True)
class BlockFacts:
    """What a block's card shows. ``inside`` are (kind, category) of its layers in order."""

    inside: tuple[tuple[str, str], ...]
    shapes: tuple[Shape | None, ...]
    parameters: int
    waits: bool
    locked: bool = False


def block_facts(design: Design, block_id: str, facts: Mapping[str, LayerFacts]) -> BlockFacts:
    """The facts of a block, summed over all layers in it."""
    nodes = design.folding.within[block_id]
    layers = [node for node in design.graph if node.id in nodes]
    place = {node_id: number for number, node_id in enumerate(design.graph.order)}
    layers.sort(key=lambda node: place.get(node.id, len(place)))
    return BlockFacts(
        tuple((node.layer.kind, node.layer.category) for node in layers),
        tuple(facts[node].shape for node in design.folding.exits(block_id)),
        sum(facts[node].parameters for node in nodes),
        any(facts[node].waiting and facts[node].problem is None for node in nodes),
        all_locked(design, nodes),
    )


class BlockCard(CardItem):
    """The card of one collapsed block."""

    def __init__(self, block_id: str, name: str) -> None:
        super().__init__(block_id, name)
        self.facts: BlockFacts | None = None
        self._texts: CardTexts | None = None

    def show_block(self, name: str, facts: BlockFacts, inputs: int, outputs: int) -> None:
        """Show these facts; so many ports on either side."""
        if (name, facts, inputs, outputs) != (self.name, self.facts, self.inputs, self.outputs):
            self.name, self.facts, self.inputs, self.outputs = name, facts, inputs, outputs
            self.locked = facts.locked
            self._texts = None
            self.update()

    def twin(self) -> BlockCard:
        twin = BlockCard("", self.name)
        if self.facts is not None:
            twin.show_block(self.name, self.facts, self.inputs, self.outputs)
        return twin

    def title_rect(self) -> QRectF:
        return super().title_rect().adjusted(0, 0, -16, 0)

    def fold_rect(self) -> QRectF:
        """The mark that expands the block."""
        return QRectF(m.CARD_WIDTH - 25, m.STRIPE + 4, 20, 20)

    def _paint_behind(self, painter: QPainter, look: theme.Theme, outline: QRectF) -> None:
        painter.setPen(QPen(look.field_border if self.hovered else look.line, 1))
        for step in (2, 1):  # a stack of cards
            painter.setBrush(theme.mixed(look.card, look.background, 0.5))
            painter.drawRoundedRect(outline.adjusted(4 * step, 20, -4 * step, 3.5 * step), m.CORNER, m.CORNER)

    def _paint_stripe(self, painter: QPainter, look: theme.Theme, height: float) -> None:
        kinds = self.facts.inside if self.facts else ()
        if not kinds:
            return
        painter.save()
        try:
            if height <= m.STRIPE:
                painter.setClipPath(stripe_path())
            width = m.CARD_WIDTH / len(kinds)
            for number, (_, category) in enumerate(kinds):
                painter.fillRect(QRectF(number * width, 0, width + 0.5, height), look.category(category))
        finally:
            painter.restore()

    def _paint_picture(self, painter: QPainter, look: theme.Theme, zoom: float) -> None:
        kinds = self.facts.inside if self.facts else ()
        rect = self.picture_rect()
        shown: Sequence[tuple[str, str]] = kinds
        if len(kinds) > COLUMNS * ROWS:
            shown = kinds[: COLUMNS * ROWS - 1]
        rest, count = len(kinds) - len(shown), len(shown) + (len(kinds) > len(shown))
        columns = min(COLUMNS, count)
        rows = -(-count // COLUMNS) if count else 0
        left = rect.center().x() - (columns * (CHIP + SPACE) - SPACE) / 2
        top = rect.center().y() - (rows * (CHIP + SPACE) - SPACE) / 2
        if not self.in_run:
            painter.setOpacity(painter.opacity() * 0.4)
        ratio = painter.device().devicePixelRatioF() * max(1.0, zoom)
        for number, (kind, category) in enumerate(shown):
            chip = _chip(left, top, number)
            colour = look.category(category)
            painter.setPen(QPen(faded(colour, 150), 1))
            painter.setBrush(faded(colour, 46))
            painter.drawRoundedRect(chip, 4, 4)
            if zoom >= SMALL_TEXT_ZOOM:
                picture = icons.pixmap(kind, 12, look.text, ratio)
                painter.drawPixmap(chip.topLeft() + QPointF(3, 3), picture)
        if rest:
            painter.setPen(look.secondary)
            painter.setFont(m.narrow_font())
            painter.drawText(_chip(left, top, len(shown)), Qt.AlignmentFlag.AlignCenter, f"+{rest}")
        if not self.in_run:
            painter.setOpacity(painter.opacity() / 0.4)
            if zoom >= SMALL_TEXT_ZOOM:
                paint_note(painter, look, rect, "not in this run")

    def _paint_texts(self, painter: QPainter, look: theme.Theme, outline: QRectF, zoom: float) -> None:
        if self._texts is None and self.facts is not None:
            waits = self.facts.waits and None in self.facts.shapes
            shape = shapes_text(self.facts.shapes)
            summary = "waits for a shape" if waits else amount(len(self.facts.inside), "layer")
            self._texts = fitted_texts(self.name, summary, shape, self.facts.parameters, self.title_rect().width())
        if self._texts is not None:
            paint_card_texts(painter, look, outline, zoom, self._texts, self.title_rect(), self.heat or 0.0)
        if zoom >= SMALL_TEXT_ZOOM:
            paint_fold(painter, look, self.fold_rect(), False, self.hovered)


def shapes_text(shapes: Sequence[Shape | None]) -> str:
    """What comes out of a block: the shape of the only output, or how many there are."""
    if len(shapes) != 1:
        return amount(len(shapes), "output")
    return shape_text(shapes[0]) if shapes[0] is not None else "—"


def paint_fold(painter: QPainter, look: theme.Theme, rect: QRectF, expanded: bool, strong: bool) -> None:
    """The mark that folds and unfolds: it points right while folded and down while unfolded."""
    at = rect.center()
    pen = QPen(look.text if strong else look.secondary, 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    points = [QPointF(-4, -2), QPointF(0, 2), QPointF(4, -2)]
    if not expanded:
        points = [QPointF(-2, -4), QPointF(2, 0), QPointF(-2, 4)]
    painter.drawPolyline([at + point for point in points])


def _chip(left: float, top: float, number: int) -> QRectF:
    row, column = divmod(number, COLUMNS)
    return QRectF(left + column * (CHIP + SPACE), top + row * (CHIP + SPACE), CHIP, CHIP)
