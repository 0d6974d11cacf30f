"""Cards in a row, in a column, or evenly spaced: where each goes, without any covering another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from PySide6.QtCore import QRectF

from cnnstudio.ui.canvas import measures as m
from cnnstudio.ui.canvas.placing.snapping import on_grid

Way = Literal["row", "column", "evenly"]
Places = dict[str, tuple[float, float]]


def aligned(outlines: Mapping[str, QRectF], way: Way) -> Places:
    """The new corners of cards: in the row of the leftmost, in the column of the topmost, or with equal spaces between
    them along the longer side of what they fill."""
    if way == "row":
        cards = _sorted(outlines, across=True)
        return _pushed(outlines, {card: (outlines[card].left(), outlines[cards[0]].top()) for card in cards}, True)
    if way == "column":
        cards = _sorted(outlines, across=False)
        return _pushed(outlines, {card: (outlines[cards[0]].left(), outlines[card].top()) for card in cards}, False)
    return _spaced(outlines)


def _spaced(outlines: Mapping[str, QRectF]) -> Places:
    whole = QRectF()
    for outline in outlines.values():
        whole = whole.united(outline)
    across = whole.width() >= whole.height()
    cards = _sorted(outlines, across)
    filled = sum(_extent(outlines[card], across) for card in cards)
    gap = max(m.GAP, (_extent(whole, across) - filled) / (len(cards) - 1))
    at, places = (whole.left() if across else whole.top()), Places()
    for card in cards:
        corner = outlines[card].topLeft()
        corner.setX(at) if across else corner.setY(at)
        snapped = on_grid(corner)
        places[card] = (snapped.x(), corner.y()) if across else (corner.x(), snapped.y())
        at += _extent(outlines[card], across) + gap
    return places


def _pushed(outlines: Mapping[str, QRectF], places: Places, across: bool) -> Places:
    """The same places, with cards that would cover the one before, or touch it, pushed on."""
    free = float("-inf")
    for card, (x, y) in places.items():
        start = max(x if across else y, free)
        places[card] = (start, y) if across else (x, start)
        free = start + _extent(outlines[card], across) + m.GAP
    return places


def _sorted(outlines: Mapping[str, QRectF], across: bool) -> list[str]:
    def key(card: str) -> tuple[float, float]:
        left, top = outlines[card].left(), outlines[card].top()
        return (left, top) if across else (top, left)

    return sorted(outlines, key=key)


def _extent(rect: QRectF, across: bool) -> float:
    return rect.width() if across else rect.height()
