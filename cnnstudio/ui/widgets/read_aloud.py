"""Drawings that tell a screen reader what is drawn in them: cells, maps, layers, wires.

To Qt a widget that paints itself is one thing with a name. Where it has pieces (``Drawn``), ``install`` has Qt show it
to assistive technologies as a list of them. Nothing of this is made before a screen reader asks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol, cast, runtime_checkable

from PySide6.QtCore import QObject, QPoint, QRect
from PySide6.QtGui import QAccessible, QAccessibleInterface, QColor, QWindow
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import Shiboken

#: Qt takes nothing for an answer, which the types of PySide6 do not say
_NONE, _NO_OBJECT = cast(QAccessibleInterface, None), cast(QObject, None)
_Relation = QAccessible.RelationFlag
_ALL = _Relation.AllRelations
#: of a drawing with more pieces the first so many are told of
MOST = 20_000


@dataclass(frozen=True)
class Piece:
    """What is drawn in ``box``, in the widget's own pixels, in words."""

    name: str
    box: QRect


@runtime_checkable
class Drawn(Protocol):
    """A widget that has drawn pieces, in the order in which they are read."""

    def pieces_drawn(self) -> int:
        """How many there are."""
        ...

    def piece_drawn(self, number: int) -> Piece:
        """One of them, from 0."""
        ...


def install() -> None:
    """From now on screen readers are told of the pieces of drawings. Once for an application."""
    if not _installed:
        _installed.append(_interface_of)
        QAccessible.installFactory(_interface_of)


_installed: list[Callable[[str, QObject], QAccessibleInterface | None]] = []
#: Qt owns them and deletes them with their widgets; Python must not do so before
_kept: list[QAccessibleInterface] = []


def _interface_of(_kind: str, thing: QObject) -> QAccessibleInterface | None:
    """What Qt asks for anything that it does not know an interface of."""
    if not isinstance(thing, QWidget) or not isinstance(thing, Drawn):
        return None
    _kept[:] = [interface for interface in _kept if Shiboken.isValid(interface)]
    found = _Whole(thing, thing)
    _kept.append(found)
    return found


class _Whole(QAccessibleInterface):
    """A drawing: its pieces, then the widgets that lie on it."""

    def __init__(self, widget: QWidget, drawn: Drawn) -> None:
        super().__init__()
        self._widget, self._drawn = widget, drawn
        self._pieces: dict[int, _Part] = {}
        self._ids: list[int] = []
        widget.destroyed.connect(partial(_forget, self._ids))

    def isValid(self) -> bool:
        return Shiboken.isValid(self._widget)

    def object(self) -> QObject:
        return self._widget

    def window(self) -> QWindow:
        return self._widget.window().windowHandle()

    def parent(self) -> QAccessibleInterface:
        above = self._widget.parentWidget() or QApplication.instance() or self._widget
        return QAccessible.queryAccessibleInterface(above) or _NONE

    def _count(self) -> int:
        return min(self._drawn.pieces_drawn(), MOST)

    def _beside(self) -> list[QWidget]:
        """The widgets on it that are seen."""
        return [child for child in self._widget.children() if isinstance(child, QWidget) and child.isVisible()]

    def childCount(self) -> int:
        return self._count() + len(self._beside())

    def child(self, index: int) -> QAccessibleInterface:
        count = self._count()
        if 0 <= index < count:
            if index not in self._pieces:
                part = self._pieces[index] = _Part(self, self._widget, self._drawn, index)
                self._ids.append(QAccessible.registerAccessibleInterface(part))
            return self._pieces[index]
        for number, widget in enumerate(self._beside(), start=count):
            if number == index:
                return QAccessible.queryAccessibleInterface(widget) or _NONE
        return _NONE

    def childAt(self, x: int, y: int) -> QAccessibleInterface:
        at = self._widget.mapFromGlobal(QPoint(x, y))
        for number in range(self._count()):
            if self._drawn.piece_drawn(number).box.contains(at):
                return self.child(number)
        return _NONE

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        if isinstance(child, _Part):
            return child.number
        beside, thing = self._beside(), child.object()
        return self._count() + beside.index(thing) if thing in beside else -1

    def focusChild(self) -> QAccessibleInterface:
        return _NONE

    def text(self, kind: QAccessible.Text) -> str:
        if kind == QAccessible.Text.Name:
            return self._widget.accessibleName()
        if kind == QAccessible.Text.Description:
            return self._widget.accessibleDescription() or self._widget.toolTip()
        return ""

    def setText(self, kind: QAccessible.Text, text: str) -> None:
        """It cannot be written to."""

    def rect(self) -> QRect:
        return QRect(self._widget.mapToGlobal(QPoint(0, 0)), self._widget.size())

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.List

    def state(self) -> QAccessible.State:
        state = QAccessible.State()
        state.focusable, state.focused = 1, int(self._widget.hasFocus())
        state.invisible, state.disabled = int(not self._widget.isVisible()), int(not self._widget.isEnabled())
        return state

    def relations(self, match: QAccessible.RelationFlag = _ALL) -> list[tuple[QAccessibleInterface, _Relation]]:
        return []

    def foregroundColor(self) -> QColor:
        return self._widget.palette().windowText().color()

    def backgroundColor(self) -> QColor:
        return self._widget.palette().window().color()


class _Part(QAccessibleInterface):
    """One piece of a drawing."""

    def __init__(self, whole: _Whole, widget: QWidget, drawn: Drawn, number: int) -> None:
        super().__init__()
        self._whole, self._widget, self._drawn, self.number = whole, widget, drawn, number

    def isValid(self) -> bool:
        return Shiboken.isValid(self._widget) and self.number < self._drawn.pieces_drawn()

    def object(self) -> QObject:
        return _NO_OBJECT

    def window(self) -> QWindow:
        return self._whole.window()

    def parent(self) -> QAccessibleInterface:
        return self._whole

    def childCount(self) -> int:
        return 0

    def child(self, index: int) -> QAccessibleInterface:
        return _NONE

    def childAt(self, x: int, y: int) -> QAccessibleInterface:
        return _NONE

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return -1

    def focusChild(self) -> QAccessibleInterface:
        return _NONE

    def text(self, kind: QAccessible.Text) -> str:
        named = kind == QAccessible.Text.Name and self.isValid()
        return self._drawn.piece_drawn(self.number).name if named else ""

    def setText(self, kind: QAccessible.Text, text: str) -> None:
        """It cannot be written to."""

    def rect(self) -> QRect:
        if not self.isValid():
            return QRect()
        box = self._drawn.piece_drawn(self.number).box
        return QRect(self._widget.mapToGlobal(box.topLeft()), box.size())

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.ListItem

    def state(self) -> QAccessible.State:
        state = QAccessible.State()
        state.readOnly, state.invalid = 1, int(not self.isValid())
        return state

    def relations(self, match: QAccessible.RelationFlag = _ALL) -> list[tuple[QAccessibleInterface, _Relation]]:
        return []

    def foregroundColor(self) -> QColor:
        return QColor()

    def backgroundColor(self) -> QColor:
        return QColor()


def _forget(ids: list[int], _widget: QObject | None = None) -> None:
    """The pieces go with their widget."""
    for one in ids:
        QAccessible.deleteAccessibleInterface(one)
    ids.clear()
