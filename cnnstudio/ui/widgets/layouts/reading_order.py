"""Where Tab goes next: what takes the keyboard is visited as it is read, whenever it was made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QWidget

#: so many pixels two rows, or two columns, may reach into each other
_SLACK = 2


def step(within: QWidget, forward: bool) -> bool:
    """Give the keyboard to what comes next in a window or a sheet, or before; whether there is anything."""
    now = within.window().focusWidget()
    stops = list(_stops(within, now))
    if all(stop is now for stop in stops):
        return False
    here = stops.index(now) if now in stops else -1 if forward else 0
    reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
    stops[(here + (1 if forward else -1)) % len(stops)].setFocus(reason)
    return True


def _stops(within: QWidget, now: QWidget | None) -> Iterator[QWidget]:
    """What Tab may halt at in a widget, and what has the keyboard now, as they are read. Windows and sheets within it
    have ways of their own."""
    if within is now or _takes_tab(within):
        yield within
    inner = [
        child
        for child in within.children()
        if isinstance(child, QWidget)
        and child.isVisible()
        and not child.isWindow()
        and child.windowType() != Qt.WindowType.SubWindow
    ]
    for child in _read([(child.geometry(), child) for child in inner]):
        yield from _stops(child, now)


def _takes_tab(widget: QWidget) -> bool:
    halts = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return halts and widget.isEnabled() and widget.focusProxy() is None


_Placed = Sequence[tuple[QRect, QWidget]]


def _read(placed: _Placed) -> list[QWidget]:
    """From the top row to the last, in each from left to right; what lies over something else comes before it."""
    if len(placed) <= 1:
        return [widget for _, widget in placed]
    for ends in (_from_top, _from_left):
        parts = _cut(placed, ends)
        if len(parts) > 1:
            return [widget for part in parts for widget in _read(part)]
    under = max(placed, key=lambda each: each[0].width() * each[0].height())
    return [*_read([each for each in placed if each is not under]), under[1]]


def _from_top(place: QRect) -> tuple[int, int]:
    return place.top(), place.bottom()


def _from_left(place: QRect) -> tuple[int, int]:
    return place.left(), place.right()


def _cut(placed: _Placed, ends: Callable[[QRect], tuple[int, int]]) -> list[list[tuple[QRect, QWidget]]]:
    """Parts between which a straight line fits."""
    parts: list[list[tuple[QRect, QWidget]]] = []
    reached = 0
    for each in sorted(placed, key=lambda one: ends(one[0])):
        begin, end = ends(each[0])
        if parts and begin <= reached - _SLACK:
            parts[-1].append(each)
            reached = max(reached, end)
        else:
            parts.append([each])
            reached = end
    return parts
