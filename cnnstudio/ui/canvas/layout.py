"""Where cards lie: the rectangle around them, and whether two designs have everything in the same places."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRectF

from cnnstudio.design.value.design import Design
from cnnstudio.ui.canvas import measures as m
from cnnstudio.ui.canvas.items.card import CardItem


def frame_around(cards: Iterable[CardItem]) -> QRectF:
    """The rectangle around some cards; a null one around none."""
    corners = [(card.x(), card.y(), card.height()) for card in cards]
    if not corners:
        return QRectF()
    left, top = min(x for x, _, _ in corners), min(y for _, y, _ in corners)
    right, bottom = max(x for x, _, _ in corners) + m.CARD_WIDTH, max(y + height for _, y, height in corners)
    return QRectF(left, top, right - left, bottom - top)


def lies_alike(one: Design, two: Design) -> bool:
    """Whether nothing lies elsewhere: a thousand wires need not be laid anew for every letter that is typed."""
    return (
        one.places == two.places
        and one.graph.edges == two.graph.edges
        and (one.blocks, one.frames, one.notes) == (two.blocks, two.frames, two.notes)
    )
