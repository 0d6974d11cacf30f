"""What is in a layout or a scroll area, for whoever fills it anew."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtWidgets import QLayout, QScrollArea, QWidget


def widgets_in(layout: QLayout) -> Iterator[QWidget]:
    """The widgets that lie in a layout themselves, in its order."""
    for place in range(layout.count()):
        item = layout.itemAt(place)
        widget = item.widget() if item is not None else None
        if widget is not None:
            yield widget


def empty(layout: QLayout) -> None:
    """Take everything out of a layout; its widgets are hidden at once, and deleted when nothing is about them."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()


def put_instead(area: QScrollArea, widget: QWidget) -> None:
    """Put a widget into a scroll area in place of what is there, which is deleted when nothing is about it. Qt would
    delete it at once: in the midst of what a field of it hears, or while the keyboard is on its way from it."""
    before = area.takeWidget()
    area.setWidget(widget)
    if before is not None:
        before.deleteLater()
