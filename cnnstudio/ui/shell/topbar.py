"""The bar at the top: menu, name of the file, workspaces, what parts put there, undo, templates, and a bar."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QAction, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QToolButton,
    QWidget,
)

from cnnstudio.ui.look import dressing, icons, theme
from cnnstudio.ui.look.labels import label, plain_tip
from cnnstudio.ui.studio.declared import Workspace
from cnnstudio.ui.widgets.choosing.segments import Segments

#: how many things can be left out, one after the other, where there is little room
_STEPS = 11
#: at this one the bar at the right end takes little room
_SQUEEZED = 5
#: how wide the name of the file is at most, in pixels
_FILE_ROOM = 170


class FileName(QLabel):
    """The name of the design's file, as on the window's frame; without one what the design is called. It is shortened
    in the middle where there is little room, and has a dot while it is not saved. A double click asks for another."""

    rename_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", "soft")
        self._title, self._file, self._unsaved, self._room = "", "", False, 200
        dressing.follow(self, self._fit)

    def show_name(self, title: str, path: Path | None, unsaved: bool) -> None:
        """The design's title, "" where it has none, and its file, if it has one."""
        self._title, self._file, self._unsaved = title, path.name if path is not None else "", unsaved
        lines = [f"Design: {title or 'Untitled'}", str(path or "Not saved to a file yet")]
        lines += ["Unsaved changes"] * unsaved + [f"Double-click to rename the {'file' if path else 'design'}"]
        self.setToolTip(plain_tip("\n".join(lines)))
        self._fit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.rename_asked.emit()

    def set_room(self, pixels: int) -> None:
        """How wide it is, whatever stands in it: what comes behind it keeps its place."""
        self._room = pixels
        self.setFixedWidth(pixels)
        self._fit()

    def _fit(self) -> None:
        dot = " •" if self._unsaved else ""
        metrics = self.fontMetrics()
        room = self._room - metrics.horizontalAdvance(" •")
        name = self._file or self._title or "Untitled"
        self.setText(metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, room) + dot)


class TopBar(QFrame):
    """Lays its parts out for the width there is: words go first, then the product's name."""

    def __init__(self, workspaces: Sequence[Workspace[Any, Any]], chips: Sequence[QWidget], menu: QMenu) -> None:
        super().__init__()
        self.setProperty("role", "bar")
        self.menu_button = self._tool("menu", "Menu", bare=True)
        self.menu_button.setToolTip("Menu (F10)")
        self.menu_button.setMenu(menu)
        self.menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._mark = QLabel()
        self._product = label("CNN Studio", "title")
        self.file = FileName()
        tips = {each.name: each.help for each in workspaces}
        self.switch = Segments("Workspaces", tuple(tips), workspaces[0].name, tips=tips, tight=False, evenly=False)
        self.templates = QPushButton("Templates")
        self.templates.setAccessibleName("Templates")  # where there is little room only its icon is seen
        self.templates.setToolTip("Begin with a ready-made design")
        self.undo = self._tool("undo", "Undo")
        self.redo = self._tool("redo", "Redo")
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(8, 6, 12, 6)
        self._line.setSpacing(8)
        first: tuple[QWidget, ...] = (self.menu_button, self._mark, self._product, self.file)
        self._chips = tuple(chips)
        last: tuple[QWidget, ...] = (*chips, self.undo, self.redo, self.templates)
        for widget in first:
            self._line.addWidget(widget)
        self._line.addSpacing(4)
        self._line.addWidget(self.switch)
        self._line.addStretch(1)
        for widget in last:
            self._line.addWidget(widget)
        #: how many pixels its parts take
        self._taken = 0
        self._fitting = False
        self._bar: QWidget | None = None
        self._squeeze: Callable[[bool, int], object] = lambda squeezed, spare: None
        dressing.follow(self, self._tint)
        dressing.follow(self, self.fit)
        self._tint()

    def hold(self, bar: QWidget, squeeze: Callable[[bool, int], object]) -> None:
        """Put a bar at the right end; it leaves when another layout takes it. ``squeeze`` lets it take little room."""
        self._bar, self._squeeze = bar, squeeze
        self._line.addWidget(bar)
        self.fit()

    def bind(self, undo: QAction, redo: QAction) -> None:
        """Let the two buttons do what the actions do."""
        for button, action in ((self.undo, undo), (self.redo, redo)):
            button.clicked.connect(action.trigger)
            action.changed.connect(lambda b=button, a=action: self._follow(b, a))
            self._follow(button, action)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.fit()
        super().resizeEvent(event)

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and self._line.sizeHint().width() != self._taken:
            self.fit()  # a part has grown, or given room back
        return done

    def fit(self) -> None:
        """Leave out as little as the width allows, and let what is shortened have what is left of it."""
        if self._fitting:
            return  # a part that is shown may have the window laid out, which asks for this again
        self._fitting = True
        try:
            self._leave_out_as_little_as_can_be()
        finally:
            self._fitting = False

    def _leave_out_as_little_as_can_be(self) -> None:
        for step in range(_STEPS + 1):
            self._leave_out(step)
            if (spare := self._spare()) >= 0:
                break
        if spare > 0 and step >= _SQUEEZED:
            self._squeeze(True, spare // 2)
            spare = self._spare()
        if spare > 0:
            self.file.set_room(min(self.file.minimumWidth() + spare, _FILE_ROOM))
        self._line.activate()
        self._taken = self._line.sizeHint().width()

    def _spare(self) -> int:
        """How many pixels wider it is than its parts."""
        for part in (self.switch, self._bar):
            if part is not None:
                part.updateGeometry()  # the line keeps the sizes of parts that did not say so
        self._line.invalidate()
        return self.width() - self._line.sizeHint().width()

    def _leave_out(self, steps: int) -> None:
        """What can be done without first goes first."""
        self._product.setVisible(steps < 1)
        self.file.set_room((_FILE_ROOM, _FILE_ROOM, 140, 140, 120, 90, 76, 60)[min(steps, 7)])
        self.switch.be_tight(steps >= 3)
        self.templates.setText("Templates" if steps < 4 else "")
        self._squeeze(steps >= _SQUEEZED, 0)
        self._mark.setVisible(steps < 6)
        self.file.setVisible(steps < 8)  # the window's title has it
        for button in (self.undo, self.redo):
            button.setVisible(steps < 9)  # their keys and the menu have them
        for widget in (*self._chips, self.templates):
            widget.setVisible(steps < 10)
        self.switch.setVisible(steps < 11)
        self._line.setSpacing(8 if steps < 6 else 5)

    @staticmethod
    def _follow(button: QToolButton, action: QAction) -> None:
        button.setEnabled(action.isEnabled())
        keys = action.shortcut().toString()
        does = plain_tip(f"{action.text().replace('&', '')} ({keys})")
        button.setToolTip(does if action.isEnabled() else does + action.toolTip())  # the action says why not

    def _tool(self, icon: str, name: str, *, bare: bool = False) -> QToolButton:
        button = QToolButton()
        button.setAccessibleName(name)
        button.setToolTip(name)
        button.setProperty("icon_name", icon)
        button.setIconSize(QSize(16, 16))
        if bare:
            button.setProperty("role", "bare")
        return button

    def _tint(self) -> None:
        look = theme.current()
        self._mark.setPixmap(icons.pixmap("logo", 18, look.accent, 2.0))
        for button in (self.menu_button, self.undo, self.redo):
            button.setIcon(icons.icon(button.property("icon_name")))
        self.templates.setIcon(icons.icon("templates"))
