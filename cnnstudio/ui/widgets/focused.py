"""What has the keyboard: a ring around it, the keys that are its own, and the way into a group of choices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen, QRegion
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QDialog,
    QFocusFrame,
    QLabel,
    QScrollBar,
    QWidget,
)
from shiboken6 import isValid

from cnnstudio.ui.look import theme

Key, Reason, Type = Qt.Key, Qt.FocusReason, QEvent.Type

_TAB = (Reason.TabFocusReason, Reason.BacktabFocusReason)
_RETURN = frozenset({Key.Key_Return, Key.Key_Enter})
_PRESS = _RETURN | {Key.Key_Space}
_UP_DOWN = frozenset({Key.Key_Up, Key.Key_Down, Key.Key_PageUp, Key.Key_PageDown})
_STEPS = _UP_DOWN | {Key.Key_Left, Key.Key_Right, Key.Key_Home, Key.Key_End}
_ARROWS = frozenset({Key.Key_Up, Key.Key_Down, Key.Key_Left, Key.Key_Right})
_DIRECT = Qt.FindChildOption.FindDirectChildrenOnly
#: what Qt calls the place of a button that is not in a group
_NONE = -1
_PLACED = (Type.Move, Type.Resize, Type.Show, Type.Hide, Type.ParentChange)

#: how far the ring reaches out of what it is around, how wide it is, and how deep its corners reach into it
_OUT, _WIDE, _DEEP, _ROUND = 2, 2, 6, 6
#: words that end where their widget does are not run through
_OUT_OF_WORDS = 5


def follow(app: QApplication) -> None:
    """Follow the keyboard through all windows of the application, from the first call on."""
    if app.findChild(Focused) is None:
        Focused(app)


def aimed_at(widget: QWidget) -> bool:
    """Whether the mouse is over a widget and was used last, not the keyboard: what moves there now is missed."""
    app = QApplication.instance()
    heard = app.findChild(Focused) if app is not None else None
    return widget.underMouse() and not (heard is not None and heard.by_keys)


class Focused(QObject):
    """Hears what comes to the widget that has the keyboard, and to no other.

    - Return presses a button as Space does. In a dialog and in what has the property ``form`` it has a meaning already:
      there only buttons that do something at once take it, as Qt has it for dialogs.
    - The keys that a control uses are its own: a shortcut of the drawing around it does not take them.
    - Tab enters a group of choices at the one that is chosen.
    - An arrow on a button goes to one like it beside it; Qt would go to anything, and change a choice on the way.
    - A ring is around whatever keys have led to.
    """

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._widget: QWidget | None = None
        self._ring: Ring | None = None
        self.by_keys = False
        self._reason = Reason.OtherFocusReason
        app.focusChanged.connect(self._moved)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if isinstance(event, QKeyEvent) and isinstance(watched, QWidget):
            self.by_keys = True
            return self._key(watched, event)
        if kind == Type.MouseButtonPress:
            self.by_keys = False
        elif isinstance(event, QFocusEvent) and kind == Type.FocusOut:
            self._reason = event.reason()
        return False

    def _moved(self, before: QWidget | None, now: QWidget | None) -> None:
        for left in {before, self._widget}:
            if left is not None and isValid(left):
                left.removeEventFilter(self)
        reason, self._reason, self._widget = self._reason, Reason.OtherFocusReason, None
        tab = reason in _TAB and _can_be_left(before)
        if tab:
            self.by_keys = True
        elif reason == Reason.MouseFocusReason or QApplication.mouseButtons() != Qt.MouseButton.NoButton:
            self.by_keys = False
        if now is None or not isValid(now):
            self._show_ring(None)
            return
        if tab and (chosen := _chosen_instead(before, now)) is not None:
            chosen.setFocus(reason)  # and this is called again
            return
        if now.window().windowType() == Qt.WindowType.Popup:  # an open list or menu has keys of its own
            self._show_ring(None)
            return
        self._widget = now
        now.installEventFilter(self)
        self._show_ring(now if self.by_keys else None)

    def _show_ring(self, widget: QWidget | None) -> None:
        if self._ring is not None and isValid(self._ring):
            self._ring.leave()
        if widget is None or widget.isWindow():
            return
        if self._ring is None or not isValid(self._ring):  # it went with what it was in
            self._ring = Ring()
        self._ring.surround(widget)

    def _key(self, widget: QWidget, event: QKeyEvent) -> bool:
        key, held = Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key in _ARROWS and event.type() != Type.ShortcutOverride and _is_alone(widget):
            beside = _beside(widget, key) if event.type() == Type.KeyPress and not held else None
            if beside is not None:
                beside.setFocus(Reason.OtherFocusReason)
            event.setAccepted(beside is not None)  # what the button lies on may have a use for it
            return True
        if held & ~Qt.KeyboardModifier.ShiftModifier:
            return False
        plain = not held
        if event.type() == Type.ShortcutOverride:
            written = event.text().isprintable() and event.text() != ""
            own = (plain and key in keys_of(widget)) or (written and _finds_by_letters(widget))
            event.setAccepted(own)
            return own
        if plain and key in _RETURN and isinstance(widget, QAbstractButton) and not _belongs_to_a_form(widget):
            space = QKeyEvent(event.type(), Key.Key_Space, event.modifiers(), " ", event.isAutoRepeat())
            QApplication.sendEvent(widget, space)
            return True
        return False


@contextmanager
def keyboard_stays(*widgets: QWidget) -> Iterator[None]:
    """While they are shown, hidden and switched: if one of them had the keyboard and may not keep it, the first of them
    that can be used has it afterwards. Qt would send it to whatever comes next, and scroll there."""
    had = any(widget.hasFocus() for widget in widgets)
    scrolled = _scrolled_around(widgets[0]) if had else ()
    yield
    if had and not any(widget.hasFocus() for widget in widgets):
        after = next((widget for widget in widgets if widget.isVisible() and widget.isEnabled()), None)
        if after is not None:
            for bar, value in scrolled:
                bar.setValue(value)
            after.setFocus(Reason.OtherFocusReason)


def _scrolled_around(widget: QWidget) -> Sequence[tuple[QScrollBar, int]]:
    """How far all around a widget is scrolled."""
    found, around = [], widget.parentWidget()
    while around is not None:
        if isinstance(around, QAbstractScrollArea):
            bars = around.horizontalScrollBar(), around.verticalScrollBar()
            found += [(bar, bar.value()) for bar in bars]
        around = around.parentWidget()
    return found


def _can_be_left(widget: QWidget | None) -> bool:
    """Whether somebody has led the keyboard on from a widget: it was not hidden, so that Qt did."""
    return widget is None or not isValid(widget) or (widget.isVisible() and widget.isEnabled())


def keys_of(widget: QWidget) -> frozenset[Qt.Key]:
    """The keys, without modifiers, that a control uses itself; what is written into is asked by Qt."""
    if isinstance(widget, QAbstractButton):
        keys = _PRESS - _RETURN if _belongs_to_a_form(widget) else _PRESS
        return keys | _ARROWS if len(_group(widget)) > 1 else keys
    if isinstance(widget, QAbstractSlider):
        return _STEPS
    if isinstance(widget, QAbstractSpinBox):
        return _UP_DOWN
    if isinstance(widget, QComboBox | QAbstractItemView):
        return _STEPS | _PRESS
    return frozenset()


def _finds_by_letters(widget: QWidget) -> bool:
    return isinstance(widget, QComboBox | QAbstractItemView)


def _belongs_to_a_form(button: QAbstractButton) -> bool:
    """Whether Return on a button is what the form around it does."""
    around: QWidget | None = button.parentWidget()
    while around is not None:
        if isinstance(around, QDialog):
            return True  # Qt presses the buttons there that are to be pressed
        if around.property("form"):
            return button.isCheckable()
        around = around.parentWidget()
    return False


def _group(button: QAbstractButton) -> list[QAbstractButton]:
    """The buttons of which one is chosen, where a button is one of them."""
    around = button.parentWidget()
    if around is None:
        return []
    if (found := _grouped(button)) is not None:
        group, within = found
        return (
            [each for each in within.findChildren(QAbstractButton) if group.id(each) != _NONE]
            if group.exclusive()
            else []
        )
    if not button.autoExclusive():
        return []
    beside = around.findChildren(QAbstractButton, options=_DIRECT)
    return [each for each in beside if each.autoExclusive() and _grouped(each) is None]


def _is_alone(widget: QWidget) -> bool:
    """Whether it is a button from which arrows do not lead on as Qt has it: to another choice, or through a dialog."""
    return isinstance(widget, QAbstractButton) and len(_group(widget)) <= 1 and not isinstance(widget.window(), QDialog)


def _beside(button: QWidget, key: Qt.Key) -> QWidget | None:
    """The next button of the same kind in the same place, in the order in which they were put there."""
    around = button.parentWidget()
    if around is None:
        return None
    alike = [
        each
        for each in around.findChildren(type(button), options=_DIRECT)
        if type(each) is type(button) and each.isVisible() and each.isEnabled() and _is_alone(each)
    ]
    place = alike.index(button) + (1 if key in (Key.Key_Right, Key.Key_Down) else -1)
    return alike[place] if 0 <= place < len(alike) else None


def _grouped(button: QAbstractButton) -> tuple[QButtonGroup, QWidget] | None:
    """The group that a button is in, and what the group is in. Neither is asked for the other: PySide takes a group
    for the child of the button that names it, and a button for the child of the group, and such a circle is garbage."""
    around = button.parentWidget()
    while around is not None:
        for group in around.findChildren(QButtonGroup, options=_DIRECT):
            if group.id(button) != _NONE:
                return group, around
        around = around.parentWidget()
    return None


def _chosen_instead(before: QWidget | None, now: QWidget) -> QAbstractButton | None:
    """What is chosen in the group of choices that the keyboard has come to; None where it is there, or nowhere."""
    if not isinstance(now, QAbstractButton) or now.isChecked() or before in (group := _group(now)):
        return None
    return next((each for each in group if each.isChecked() and each.isVisible() and each.isEnabled()), None)


def _too_small_area(widget: QWidget) -> QAbstractScrollArea | None:
    """What scrolls a widget that does not fit into it."""
    around = widget.parentWidget()
    while around is not None and not around.isWindow():
        if isinstance(around, QAbstractScrollArea):
            room = around.viewport().size()
            if widget.height() > room.height() or widget.width() > room.width():
                return around
        around = around.parentWidget()
    return None


class Ring(QFocusFrame):
    """Lies over the sides of a widget, as far outside as there is room on all of them; of one that does not fit into
    the area that scrolls it, over those of the area. Readers of the screen leave it out."""

    def __init__(self) -> None:
        super().__init__()
        self._followed: tuple[QWidget, ...] = ()

    def leave(self) -> None:
        """Be around nothing."""
        self._follow(())
        self.hide()

    def surround(self, widget: QWidget) -> None:
        """Be around a widget, wherever it goes; nowhere where that is not seen."""
        area = _too_small_area(widget)
        self._follow((widget,) if area is None else (widget, area))
        self._place(widget if area is None else area)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _PLACED and self._followed:
            if isValid(self._followed[0]):
                self.surround(self._followed[0])
            else:  # gone, and the area that scrolled it is not
                self.leave()
        return False

    def _follow(self, widgets: tuple[QWidget, ...]) -> None:
        for left in self._followed:
            if left not in widgets and isValid(left):
                left.removeEventFilter(self)
        for come in widgets:
            if come not in self._followed:
                come.installEventFilter(self)
        self._followed = widgets

    def _place(self, widget: QWidget) -> None:
        around = widget.parentWidget()
        if around is None or widget.isHidden():
            self.hide()
            return
        if self.parentWidget() is not around:
            self.setParent(around)
        sides, room = widget.geometry(), around.rect()
        free = (sides.left(), sides.top(), room.right() - sides.right(), room.bottom() - sides.bottom())
        out = max(0, min(_OUT_OF_WORDS if isinstance(widget, QLabel | QCheckBox) else _OUT, *free))
        place = sides.adjusted(-out, -out, out, out) & room
        self.setGeometry(place)
        inside = QRect(0, 0, place.width(), place.height())
        self.setMask(QRegion(inside) - QRegion(inside.adjusted(_DEEP, _DEEP, -_DEEP, -_DEEP)))
        self.raise_()
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = theme.current(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = QRectF(self.rect())
        half, inner = _WIDE / 2, _WIDE + 0.5
        painter.setPen(QPen(look.panel, 1))  # so that the ring stands off from what has its colour
        painter.drawRoundedRect(place.adjusted(inner, inner, -inner, -inner), _ROUND - _WIDE, _ROUND - _WIDE)
        painter.setPen(QPen(look.accent, _WIDE))
        painter.drawRoundedRect(place.adjusted(half, half, -half, -half), _ROUND, _ROUND)
