"""Small things on the cards of a figure: class bars with their names, and the lock of a locked layer."""

from __future__ import annotations

from collections.abc import Sequence

from cnnstudio.export.figure import Label, Line, Mark, Point, Rectangle
from cnnstudio.export.inks import Inks, blended
from cnnstudio.export.lettering import cut, text_width

#: the name of a class and its probability
Answer = tuple[str, float]

#: classes shown at most, pixels of their names, and the height of a row at most
_MOST, _SIZE, _NAME, _ROW = 10, 7.5, 46.0, 16.0


def class_bars(answers: Sequence[Answer], inks: Inks, middle: Point, room: Point, node: str) -> list[Mark]:
    """Probabilities as horizontal bars in a box of ``room`` pixels around ``middle``; of many the likeliest."""
    likeliest = sorted(range(len(answers)), key=lambda i: -answers[i][1])[:_MOST]
    shown = [answers[i] for i in sorted(likeliest)]
    best = max((share for _, share in shown), default=0.0)
    row = min(room[1] / max(1, len(shown)), _ROW)
    names = [cut(name, _SIZE, _NAME) for name, _ in shown]
    left = middle[0] - room[0] / 2 + max((text_width(name, _SIZE) for name in names), default=0.0) + 5
    width = middle[0] + room[0] / 2 - left
    top = middle[1] - row * len(shown) / 2
    colour = inks.category("output")
    marks: list[Mark] = []
    for number, (name, (_, share)) in enumerate(zip(names, shown, strict=True)):
        y = top + number * row
        first = share == best
        ink, bar = (inks.text, colour) if first else (inks.secondary, blended(colour, inks.card, 0.55))
        marks.append(Label(left - 5, y + row / 2 + _SIZE * 0.36, name, _SIZE, ink, "end", False, node))
        slot = blended(inks.line, inks.card, 0.7)
        marks.append(Rectangle(left, y + row * 0.2, width, row * 0.6, 1.5, slot, node=node))
        marks.append(Rectangle(left, y + row * 0.2, max(1.0, width * share), row * 0.6, 1.5, bar, node=node))
    return marks


def lock(right: float, top: float, ink: str, node: str) -> list[Mark]:
    """A closed lock, 9 pixels wide and 11 high, whose right top corner is there."""
    left, base = right - 9, top + 5
    bow = (
        (left + 2, base), (left + 2, top - 1.2), (left + 7, top - 1.2), (left + 7, base),
    )  # fmt: skip
    return [
        Line(bow, ink, 1.4, curved=True, node=node),
        Rectangle(left, base, 9, 6.5, 1.4, ink, node=node),
    ]
