"""F6 and Shift+F6: the keyboard goes from panel to panel, through all that are on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from cnnstudio.ui.panels.layers.side_panel import LAYERS
from cnnstudio.ui.shell.workspaces import EXPLAIN, LEARN

if TYPE_CHECKING:
    from cnnstudio.ui.shell.window import MainWindow


def walk(window: MainWindow, by: int) -> None:
    """Give the keyboard to the next (1) or previous (-1) panel."""
    panels = panels_of(window)
    focused = window.focusWidget()
    inside = [panel is focused or panel.isAncestorOf(focused) for panel in panels] if focused is not None else []
    here = inside.index(True) if True in inside else (-1 if by > 0 else 0)
    _enter(window, panels[(here + by) % len(panels)])


def enter_workspace(window: MainWindow) -> None:
    """Give the keyboard to what the workspace on the screen is about, and to no field that would take letters in."""
    main: QWidget = window.canvas
    if window.workspaces.current == EXPLAIN:
        main = window.explain.centre.currentWidget()
    elif window.workspaces.current == LEARN:
        main = window.learn.texts.currentWidget() or window.learn.list
    main.setFocus(Qt.FocusReason.OtherFocusReason)


def panels_of(window: MainWindow) -> list[QWidget]:
    """The panels on the screen, as they are read."""
    if window.workspaces.current == EXPLAIN:
        page = window.explain
        found = [page.strip, page.modes, page.centre, page.side]
    elif window.workspaces.current == LEARN:
        page = window.learn
        found = [page.list, window.side, page.texts, page.views, window.canvas, window.inspector]
    else:
        found = [window.side, window.canvas, window.inspector, window.problems, window.curves_place, window.below]
    return [panel for panel in (*found, window.training_bar) if panel.isVisible()]


def _enter(window: MainWindow, panel: QWidget) -> None:
    """Give the keyboard to what is used most in a panel, else to the first that takes it, else to the panel itself."""
    if panel is window.inspector:
        window.inspector.focus_first()
    elif panel is window.problems:
        window.problems.focus_open()
    else:
        chosen = {
            window.side: window.layers.view if window.side.tab == LAYERS else window.palette_panel.search,
            window.below: window.volumes.view,
            window.training_bar: window.training_bar.train_button,
        }.get(panel)
        usable = chosen is not None and _takes_keyboard(chosen)
        (chosen if usable else _first(panel)).setFocus(Qt.FocusReason.TabFocusReason)


def _first(panel: QWidget) -> QWidget:
    if _takes_keyboard(panel):
        return panel
    widget = panel.nextInFocusChain()
    while widget is not panel:
        if panel.isAncestorOf(widget) and _takes_keyboard(widget):
            return widget
        widget = widget.nextInFocusChain()
    return panel


def _takes_keyboard(widget: QWidget) -> bool:
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.isVisible() and widget.isEnabled()
