"""Tidy layout with all that lies around the layers: frames keep around their cards, notes stay beside theirs and cover
nothing. Sizes of notes and cards are those on the canvas."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF

from cnnstudio.design.edits import frames_and_notes
from cnnstudio.design.layout.tidy import tidied
from cnnstudio.design.value.design import Design
from cnnstudio.ui.canvas import measures as m
from cnnstudio.ui.canvas.items.annotation_items import TITLE
from cnnstudio.ui.canvas.placing.moved_along import contents
from cnnstudio.ui.canvas.scene import CanvasScene

#: free space between a frame and the cards in it: left and right, above its title strip's end, below; frames around
#: neighbours in tidy rows and columns do not touch
_ASIDE, _OVER, _UNDER = 14.0, 6.0, 8.0
#: between a note and what it must not cover
_NOTE_ROOM = 10.0


def tidy(scene: CanvasScene) -> Design:
    """The design of a scene with everything at its tidy place."""
    before, after = scene.design, tidied(scene.design)
    inside = {frame_id: contents(scene, frame_id) for frame_id in before.frames}
    cards = {shown: card.outline().translated(*after.places[shown]) for shown, card in scene.cards.items()}
    around = {}
    for frame_id, (nodes, _) in inside.items():
        if nodes:
            around[frame_id] = _united(cards[shown] for shown in scene.cards_of(nodes))
    homes = {note: _home(scene, note, inside) for note in before.notes}
    taken = list(cards.values())
    for note, home in homes.items():
        rect = scene.annotations[note].scene_outline()
        by = _step(scene, rect, cards, around.get(home))
        place = _free_place(rect.translated(by), taken)
        taken.append(place)
        after = frames_and_notes.shift(after, [note], (place.left() - rect.left(), place.top() - rect.top()))
        if home in around:
            around[home] = around[home].united(place)
    for frame_id in sorted(around, key=lambda frame_id: _area(scene, frame_id)):  # inner frames first
        inner = [around[other] for other in inside[frame_id][1] if other in around]
        rect = _united([around[frame_id], *inner])
        around[frame_id] = framed(rect)
        after = frames_and_notes.reshape(after, frame_id, m.place_and_size(around[frame_id]))
    return after


def framed(rect: QRectF) -> QRectF:
    """The frame to be drawn around what fills a rectangle."""
    return rect.adjusted(-_ASIDE, -_OVER - TITLE, _ASIDE, _UNDER)


def _home(scene: CanvasScene, note: str, inside: dict[str, tuple[frozenset[str], frozenset[str]]]) -> str:
    """The smallest frame with cards in which a note lies, or ""."""
    frames = [frame_id for frame_id, (nodes, extras) in inside.items() if nodes and note in extras]
    return min(frames, key=lambda frame_id: _area(scene, frame_id), default="")


def _area(scene: CanvasScene, frame_id: str) -> float:
    frame = scene.design.frames[frame_id]
    return frame.width * frame.height


def _step(scene: CanvasScene, note: QRectF, cards: dict[str, QRectF], frame: QRectF | None) -> QPointF:
    """How far the card nearest to a note goes; of a note in a frame the nearest one in there."""
    near = [shown for shown in cards if frame is None or frame.contains(cards[shown])]
    if not near:
        return QPointF()
    nearest = min(near, key=lambda shown: _distance(note, scene.cards[shown].scene_outline()))
    return cards[nearest].topLeft() - scene.cards[nearest].scene_outline().topLeft()


def _distance(one: QRectF, two: QRectF) -> tuple[float, float]:
    """Between the edges, then between the middles."""
    across = max(two.left() - one.right(), one.left() - two.right(), 0.0)
    down = max(two.top() - one.bottom(), one.top() - two.bottom(), 0.0)
    return across + down, (one.center() - two.center()).manhattanLength()


def _free_place(wanted: QRectF, taken: list[QRectF]) -> QRectF:
    """The place above or below which is nearest to the wanted one and covers nothing."""
    room = wanted.adjusted(-_NOTE_ROOM, -_NOTE_ROOM, _NOTE_ROOM, _NOTE_ROOM)
    near = [rect for rect in taken if rect.left() < room.right() and room.left() < rect.right()]
    step = 0
    while True:
        for by in (-step * m.GRID, step * m.GRID):
            if not any(room.translated(0.0, by).intersects(rect) for rect in near):
                return wanted.translated(0.0, by)
        step += 1


def _united(rects: Iterable[QRectF]) -> QRectF:
    whole = QRectF()
    for rect in rects:
        whole = whole.united(rect)
    return whole
