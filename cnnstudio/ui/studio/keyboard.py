"""F6 and Shift+F6: the keyboard goes from panel to panel, through all that are on the screen. What is
typed where it is can be entered."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QWidget,
)

from cnnstudio.ui.studio.declared import Stop
from cnnstudio.ui.studio.studio import Studio
from cnnstudio.ui.widgets.floating_card import FloatingCard
from cnnstudio.ui.widgets.overlay import open_sheets


def walk(studio: Studio, by: int) -> None:
    """Give the keyboard to the next (1) or previous (-1) panel."""
    stops = stops_of(studio)
    focused = studio.window.focusWidget()
    inside = [stop.panel is focused or stop.panel.isAncestorOf(focused) for stop in stops] if focused else []
    here = inside.index(True) if True in inside else (-1 if by > 0 else 0)
    calling = [stop for stop in stops if stop.calls] if by > 0 else []
    if stops:
        enter(calling[0] if calling else stops[(here + by) % len(stops)])


def finish_typing(window: QWidget) -> None:
    """Enter what is being typed, wherever in a window, as leaving the field does; the keyboard stays there, or with
    what the field lay upon."""
    field = window.focusWidget()
    if isinstance(field, QLineEdit | QAbstractSpinBox | QPlainTextEdit) and field.hasFocus():
        field.clearFocus()
        stays = field if field.isVisible() else field.parentWidget()
        if stays is not None:
            stays.setFocus()


def stops_of(studio: Studio) -> list[Stop]:
    """The stops on the screen, as they are read. While a sheet is open: the messages, and the sheet."""
    if sheets := open_sheets(studio.window):
        return [stop for stop in studio.stops("messages") if stop.panel.isVisible()] + [Stop(sheets[-1])]
    cards = [Stop(card, card.show_up) for card in studio.window.findChildren(FloatingCard)]
    found = [*studio.stops("messages"), *studio.workspaces.stops(), *studio.stops("bar"), *cards]
    return [stop for stop in found if stop.panel.isVisible()]


def bring_into_sight(widget: QWidget) -> None:
    """Scroll to what has got the keyboard where not all of it is seen that can be: who comes by Tab from elsewhere
    would not know what Return does there. Under a press of the mouse nothing moves that is seen."""
    seen = widget.viewport() if isinstance(widget, QAbstractScrollArea) else widget
    pressed = QApplication.mouseButtons() != Qt.MouseButton.NoButton
    around = widget.parentWidget()
    while around is not None and seen.isVisible():
        if isinstance(around, QScrollArea):
            part, room = seen.visibleRegion().boundingRect(), around.viewport().size()
            fits = widget.width() <= room.width() and widget.height() <= room.height()
            if part.isEmpty() or (part != seen.rect() and fits and not pressed):
                whole = around.widget()
                if fits and whole is not None:  # Qt’s own way is content with where the cursor is
                    place = QRect(widget.mapTo(whole, QPoint()), widget.size())
                    middle = place.center()
                    around.ensureVisible(middle.x(), middle.y(), place.width() // 2 + 8, place.height() // 2 + 8)
                else:
                    around.ensureWidgetVisible(widget, 8, 8)
        around = around.parentWidget()


def enter(stop: Stop) -> None:
    """Give the keyboard to what is used there first."""
    if stop.enter is not None:
        stop.enter()
        return
    chosen = stop.first() if stop.first is not None else None
    usable = chosen if chosen is not None and _takes_keyboard(chosen) else _first(stop.panel)
    usable.setFocus(Qt.FocusReason.TabFocusReason)


def _first(panel: QWidget) -> QWidget:
    # not by the chain of focus: PySide takes what a widget says is next for its child, and deletes it with it
    return next((widget for widget in (panel, *panel.findChildren(QWidget)) if _takes_keyboard(widget)), panel)


def _takes_keyboard(widget: QWidget) -> bool:
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.isVisible() and widget.isEnabled()
