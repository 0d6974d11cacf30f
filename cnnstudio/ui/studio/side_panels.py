"""Panels at the sides can be hidden and come back as wide as they were; the middle can have the whole screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QSplitter, QToolButton, QWidget

from cnnstudio.ui.look import dressing, icons, preferences
from cnnstudio.ui.studio.declared import Around, Workspace
from cnnstudio.ui.studio.workspaces import Workspaces

Side = Literal["left", "right"]
SIDES: tuple[Side, Side] = ("left", "right")
#: size of the handle that a hidden panel leaves, in pixels
HANDLE = QSize(16, 56)
_HIDDEN, _SHOWN = "hidden", "shown"


class SidePanels(QObject):
    """Which panels of each workspace are hidden. ``alone``: the middle by itself, until another workspace is shown."""

    #: (alone): the middle is alone from now on, or not any more
    alone_changed = Signal(bool)

    def __init__(self, workspaces: Workspaces, around: Callable[[Workspace[Any, Any]], Around]) -> None:
        super().__init__(workspaces)
        self._workspaces, self._around_of = workspaces, around
        self._around = Around()
        self._watched: set[QSplitter] = set()
        self._put_away: list[QWidget] = []
        self.alone = False
        host = workspaces.widget
        self.handles = {side: _Handle(side, host) for side in SIDES}
        for side, handle in self.handles.items():
            handle.clicked.connect(lambda _=False, side=side: self.toggle(side))
        self.way_back = _Handle("top", host)
        self.way_back.clicked.connect(lambda: self.show_alone(False))
        host.installEventFilter(self)
        workspaces.changed.connect(self._entered)

    def panel(self, side: Side) -> QWidget | None:
        """The panel at this side of the workspace that is shown, as it is now."""
        self._look_around()
        return self._around.left if side == "left" else self._around.right

    def _look_around(self) -> None:
        now = self._workspaces.now
        self._around = self._around_of(now) if now is not None else Around()

    def hidden(self, side: Side) -> bool:
        """Whether that panel is hidden: as somebody chose, else the one at the right where there is no room for it."""
        return self._hidden(side, self.panel(side))

    def _hidden(self, side: Side, panel: QWidget | None) -> bool:
        chosen = preferences.text(self._key(side))
        return chosen == _HIDDEN if chosen else side == "right" and self._lacks_room(panel)

    def _lacks_room(self, panel: QWidget | None) -> bool:
        page = self._workspaces.widget.currentWidget()
        if panel is None or page is None:
            return False
        beside = max(panel.minimumSizeHint().width(), panel.minimumWidth()) if panel.isHidden() else 0
        return page.minimumSizeHint().width() + beside > self._workspaces.widget.window().width()

    def toggle(self, side: Side) -> None:
        """Hide a panel, or bring it back."""
        if self.alone:
            self.show_alone(False)
        elif self.panel(side) is not None:
            self._hide(side, not self.hidden(side))

    def show_alone(self, alone: bool) -> None:
        """Leave nothing but the middle, or bring all back that was there."""
        if alone != self.alone:
            self.alone = alone
            self.apply()
            self.alone_changed.emit(alone)

    def uncover(self, widget: QWidget) -> None:
        """Bring back what a widget is in that has got the keyboard while that was put aside: nobody types unseen."""
        panels = [panel for panel, _ in self._sides().values() if panel is not None]
        if self.alone and any(put.isAncestorOf(widget) for put in (*self._put_away, *panels)):
            self.show_alone(False)
        for side, (panel, hidden) in self._sides().items():
            if hidden and panel is not None and panel.isAncestorOf(widget):
                self._hide(side, False)

    def apply(self) -> None:
        """Show and hide as it was chosen here."""
        focused = self._workspaces.widget.window().focusWidget()
        for panel, hidden in self._sides().values():
            if panel is not None:
                self._set_visible(panel, not (hidden or self.alone))
        back, self._put_away = self._put_away, [w for w in self._around.others if self.alone and not w.isHidden()]
        for widget in self._put_away:
            widget.hide()
        for widget in () if self.alone else back:
            widget.show()
        if focused is not None and not focused.isVisible() and self._workspaces.widget.isVisible():
            self._workspaces.take_keyboard()
        self._place(self._sides())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            sides = self._sides()  # one look, since a layout is asked for with every word that changes
            self._place(sides)
            if any(panel is not None and panel.isHidden() != (self.alone or hide) for panel, hide in sides.values()):
                self.apply()
        return False

    def _sides(self) -> dict[Side, tuple[QWidget | None, bool]]:
        """The panels at both sides, and whether each is hidden."""
        self._look_around()
        panels: dict[Side, QWidget | None] = {"left": self._around.left, "right": self._around.right}
        return {side: (panel, self._hidden(side, panel)) for side, panel in panels.items()}

    def _entered(self) -> None:
        self._workspaces.widget.window().installEventFilter(self)
        self.show_alone(False)
        for side in SIDES:
            panel = self.panel(side)
            splitter = panel.parentWidget() if panel is not None else None
            if panel is not None and isinstance(splitter, QSplitter):
                splitter.setCollapsible(splitter.indexOf(panel), True)
                if splitter not in self._watched:
                    self._watched.add(splitter)
                    splitter.splitterMoved.connect(self._dragged)
        self.apply()

    def _dragged(self) -> None:
        """A panel that was dragged to nothing is hidden."""
        for side in SIDES:
            panel = self.panel(side)
            splitter = panel.parentWidget() if panel is not None else None
            if panel is None or not panel.isVisible() or not isinstance(splitter, QSplitter):
                continue
            if splitter.sizes()[splitter.indexOf(panel)] == 0:
                self._hide(side, True)

    def _hide(self, side: Side, hidden: bool) -> None:
        preferences.remember(self._key(side), _HIDDEN if hidden else _SHOWN)
        self.apply()

    def _set_visible(self, panel: QWidget, visible: bool) -> None:
        splitter = panel.parentWidget()
        if visible == (not panel.isHidden()):
            return
        if not isinstance(splitter, QSplitter):
            panel.setVisible(visible)
            return
        place, sizes = splitter.indexOf(panel), splitter.sizes()
        if visible:
            panel.show()
            width = max(panel.property("shown_width") or 0, panel.minimumSizeHint().width(), panel.minimumWidth())
            sizes[place] = width
            middle = max(range(len(sizes)), key=lambda other: sizes[other] if other != place else -1)
            sizes[middle] = max(1, sizes[middle] - width - splitter.handleWidth())
            splitter.setSizes(sizes)
        else:
            panel.setProperty("shown_width", sizes[place])
            panel.hide()
        QTimer.singleShot(0, splitter, splitter.updateGeometry)  # what lies around it has not heard that it needs less

    def _place(self, sides: dict[Side, tuple[QWidget | None, bool]]) -> None:
        host = self._workspaces.widget
        for side, (panel, hidden) in sides.items():
            handle = self.handles[side]
            handle.setVisible(panel is not None and hidden and not self.alone)
            left = 0 if side == "left" else host.width() - HANDLE.width()
            handle.move(left, (host.height() - HANDLE.height()) // 2)
            handle.raise_()
        self.way_back.setVisible(self.alone)
        self.way_back.move((host.width() - self.way_back.width()) // 2, 0)
        self.way_back.raise_()

    def _key(self, side: Side) -> str:
        return f"workspace/{self._workspaces.current}/{side}"


#: for what lies hidden at each edge: where the handle points to, what a press brings back, and its keys
_HANDLES = {
    "left": ("chevron_right", "Show the panel at the left", "Shift+F9"),
    "right": ("chevron_left", "Show the panel at the right", "F9"),
    "top": ("chevron_down", "Show the bars and panels", "F11"),
}


class _Handle(QToolButton):
    """At the edge where something is hidden: a press brings it back."""

    def __init__(self, edge: Side | Literal["top"], host: QWidget) -> None:
        super().__init__(host)
        self._icon, what, keys = _HANDLES[edge]
        self.setProperty("role", f"handle-{edge}")
        self.setFixedSize(HANDLE if edge != "top" else HANDLE.transposed())
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its keys and the menu do the same
        self.setIconSize(QSize(12, 12))
        self.setToolTip(f"{what} ({keys})")
        self.setAccessibleName(what)
        self.hide()
        dressing.follow(self, self._dress)
        self._dress()

    def _dress(self) -> None:
        self.setIcon(icons.icon(self._icon))
