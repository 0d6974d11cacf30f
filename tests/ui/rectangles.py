"""Where the widgets of a window lie, and what is wrong with it. Nothing here knows a font or a pixel's colour."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QLabel,
    QLayout,
    QLayoutItem,
    QPushButton,
    QScrollArea,
    QScrollBar,
    QStackedLayout,
    QWidget,
)


def visible(window: QWidget) -> list[QWidget]:
    """All that is seen in a window, but for windows of its own and what Qt makes itself within its widgets."""
    return [
        widget
        for widget in window.findChildren(QWidget)
        if widget.isVisible() and widget.window() is window and not widget.objectName().startswith("qt_")
    ]


def rectangles(window: QWidget) -> dict[str, QRect]:
    """Where each widget lies in the window, by its place among the others; its words may name colours."""
    return {
        f"{number} {type(widget).__name__} in {type(widget.parentWidget()).__name__}": QRect(
            widget.mapTo(window, QPoint()), widget.size()
        )
        for number, widget in enumerate(visible(window))
    }


def faults(window: QWidget) -> list[str]:
    """All faults in a sentence each."""
    found: list[str] = []
    for widget in visible(window):
        found += _of_itself(widget)
    for widget in (window, *visible(window)):
        if (layout := widget.layout()) is not None:
            found += _overlaps(layout)
    return found


def name(widget: QWidget) -> str:
    """A widget, told by its class, its words and those around it."""
    words = widget.accessibleName() or widget.objectName()
    if isinstance(widget, QLabel | QAbstractButton):
        words = widget.text()
    around = [type(parent).__name__ for parent in _parents(widget)][:3]
    return f"{type(widget).__name__} “{words[:40]}” in {' in '.join(around)}"


def _of_itself(widget: QWidget) -> Iterator[str]:
    rectangle, parent = widget.geometry(), widget.parentWidget()
    if widget.size().isEmpty() and not _is_spacer(widget):
        yield f"{name(widget)} is empty: {widget.width()}×{widget.height()}"
    elif not _is_scrolled(widget) and not parent.rect().contains(rectangle):
        yield f"{name(widget)} leaves its parent: {rectangle.getRect()} in {parent.width()}×{parent.height()}"
    if isinstance(widget, QScrollBar) and widget.maximum() > widget.minimum() and widget.visibleRegion().isEmpty():
        yield f"{name(widget)} is out of sight"
    if isinstance(widget, QAbstractScrollArea):
        yield from _lost(widget)
    if isinstance(widget, QLabel | QPushButton) and (short := _short_of(widget)) > 0:
        yield f"{name(widget)} is cut off by {short} pixels"


def _lost(area: QAbstractScrollArea) -> Iterator[str]:
    """What lies beyond an area that has a bar in the other direction alone; what has none at all shows in ways of its
    own where it looks."""
    across = (area.horizontalScrollBar(), area.horizontalScrollBarPolicy())
    down = (area.verticalScrollBar(), area.verticalScrollBarPolicy())
    none = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
    for way, (bar, policy), (_, other) in (("sideways", across, down), ("down", down, across)):
        if policy == none and other != none and bar.maximum() > bar.minimum():
            yield f"{name(area)} goes on {way} by {bar.maximum()} pixels, and has no bar for that"


def _short_of(widget: QLabel | QPushButton) -> int:
    """How many pixels its words lack."""
    if not widget.text():
        return 0
    room, metrics = widget.contentsRect(), widget.fontMetrics()
    if isinstance(widget, QLabel) and widget.wordWrap():
        return widget.heightForWidth(widget.width()) - widget.height()
    if isinstance(widget, QLabel) and "</" in widget.text():
        needed = widget.sizeHint()
    elif isinstance(widget, QLabel):  # not its hint, which never is below a width that was fixed once
        needed = metrics.size(0, widget.text())
    else:
        needed = metrics.size(Qt.TextFlag.TextShowMnemonic, widget.text())
    return max(needed.width() - room.width(), needed.height() - room.height())


def _is_spacer(widget: QWidget) -> bool:
    """Whether it only keeps others apart."""
    return type(widget) is QWidget and not widget.children()


def _is_scrolled(widget: QWidget) -> bool:
    """Whether it is what lies under a scroll area and may be larger than that."""
    area = widget.parentWidget().parentWidget()
    return isinstance(area, QScrollArea) and area.widget() is widget


def _overlaps(layout: QLayout) -> Iterator[str]:
    """Two things that one layout has laid upon each other."""
    items = [layout.itemAt(index) for index in range(layout.count())]
    for item in items:
        if (inner := item.layout()) is not None:
            yield from _overlaps(inner)
    if isinstance(layout, QStackedLayout):
        return
    places = [(item, item.geometry()) for item in items if not item.isEmpty() and item.spacerItem() is None]
    for number, (item, place) in enumerate(places):
        for other, there in places[:number]:
            if place.intersects(there):
                yield f"{_called(item)} lies upon {_called(other)}: {place.getRect()}, {there.getRect()}"


def _called(item: QLayoutItem) -> str:
    widget = item.widget()
    return name(widget) if widget is not None else "a line of widgets"


def _parents(widget: QWidget) -> Iterator[QWidget]:
    while (parent := widget.parentWidget()) is not None:
        yield parent
        widget = parent
