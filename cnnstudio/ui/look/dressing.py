"""Another palette, font and style sheet for what is seen in the window in front, at once; for the rest in its turn.

Qt styles every widget anew where the style sheet of the application changes, also those in workspaces and sheets that
are hidden, and lays all of them out. Here it is made to forget whom it has styled, and each is styled once: what is
seen in the window in front now, what is seen in others later, one window after the other, and what is hidden when it is
shown. No window is painted between the change and its turn. With another font all sizes differ, and who shows something
may have asked before how large it will be: then what is hidden is styled as well, a little at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from time import monotonic
from weakref import WeakKeyDictionary, WeakMethod

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from cnnstudio.ui.look.living import living_widgets, living_windows

#: milliseconds between two windows: what takes none is done before keys and the mouse are heard
BREATH = 1
#: seconds that hidden widgets are styled at a time
TURN = 0.008
#: what gives a widget another size, where sizes differ
Grow = Callable[[QWidget], None]

_followers: WeakKeyDictionary[QWidget, list[WeakMethod[Callable[[], None]]]] = WeakKeyDictionary()


def follow(widget: QWidget, recolour: Callable[[], None]) -> None:
    """Call a method of a widget's whenever it is dressed anew. It is painted anew without asking; this is for icons,
    pictures and words that have colours in them."""
    _followers.setdefault(widget, []).append(WeakMethod(recolour))


def recolour(widget: QWidget) -> None:
    """Let a widget do what it does whenever it is dressed anew."""
    for method in _followers.get(widget, ()):
        if (recolour := method()) is not None:
            recolour()


def change(app: QApplication, palette: QPalette, sheet: str) -> None:
    """Put a palette and a style sheet in the place of those there are. Sizes may not differ: nothing is laid out."""
    app.style().unpolish(app)  # it forgets what it knows of widgets, and so restyles none for the new sheet
    app.setPalette(palette)
    app.setStyleSheet(sheet)
    _dress_all(app)


def resize(app: QApplication, font: QFont, palette: QPalette, sheet: str, grow: Grow) -> None:
    """The same with a font of another size. ``grow`` gives a widget with a font or a size of its own another, too."""
    app.style().unpolish(app)
    app.setFont(font)
    app.setPalette(palette)
    app.setStyleSheet(sheet)
    _later().lay_out([widget for widget in living_widgets() if not widget.isVisible()], grow)
    _dress_all(app, grow)


def all_dressed() -> bool:
    """Whether after another size what is hidden is dressed, too."""
    return not _later().busy


def _dress_all(app: QApplication, grow: Grow | None = None) -> None:
    windows = living_windows()
    seen = [window for window in windows if window.isVisible()]
    front = app.activeWindow() or next(iter(seen), None)
    now = [window for window in seen if front in (window, _owner(window))]
    later = [window for window in seen if window not in now]
    for window in later:
        window.setUpdatesEnabled(False)
    _dress_in_turn(later, grow)
    for window in windows:
        if window in now:
            _dress(window, grow)
        elif window not in later:
            _later().wait(window, grow)


def _owner(window: QWidget) -> QWidget | None:
    """The window that a menu or dialog belongs to."""
    around = window.parentWidget()
    return None if around is None else around.window()


def _dress_in_turn(windows: Sequence[QWidget], grow: Grow | None) -> None:
    """Dress the windows one after the other, each when the one before it has been painted, so that the program answers
    in between."""
    if windows:
        take_turn = partial(_take_turn, windows, grow)
        # the first comes with the painting that is due, the second after it
        QTimer.singleShot(BREATH, _later(), lambda: QTimer.singleShot(BREATH, _later(), take_turn))


def _take_turn(windows: Sequence[QWidget], grow: Grow | None) -> None:
    first, *rest = windows
    _dress_in_turn(rest, grow)
    if isValid(first):
        first.setUpdatesEnabled(True)
        _dress(first, grow)


def _dress(widget: QWidget, grow: Grow | None) -> None:
    """Let a widget and what is seen in it wear the style there is; what is hidden is waited for."""
    seen = list(_seen(widget, grow))
    for each in seen:
        _style(each, grow)
    for each in reversed(seen):  # some measure what is in them
        _settle(each, grow)


def _seen(widget: QWidget, grow: Grow | None) -> Iterator[QWidget]:
    if not widget.isVisible():  # also where it was closed before its turn
        _later().wait(widget, grow)
        return
    yield widget
    for child in widget.children():
        if isValid(child) and isinstance(child, QWidget) and not child.isWindow():
            yield from _seen(child, grow)


def _style(widget: QWidget, grow: Grow | None) -> None:
    if isValid(widget):
        widget.style().polish(widget)
        if grow is not None:
            grow(widget)  # to be styled has given it back the font that it had before


def _settle(widget: QWidget, grow: Grow | None) -> None:
    """Once it and all in it are styled."""
    if isValid(widget):
        if grow is not None:
            QApplication.sendEvent(widget, QEvent(QEvent.Type.StyleChange))  # its layout is to be made anew
            QApplication.postEvent(widget, QEvent(QEvent.Type.LayoutRequest))
        recolour(widget)
        widget.update()


class _Later(QObject):
    """Dresses what is hidden when it is shown, and where sizes differ a little at a time before that."""

    def __init__(self) -> None:
        super().__init__()
        self._growing: WeakKeyDictionary[QWidget, Grow] = WeakKeyDictionary()
        self._steps: Iterator[None] = iter(())
        self._timer = QTimer(self, interval=BREATH)
        self._timer.timeout.connect(self._go_on)

    @property
    def busy(self) -> bool:
        """Whether something hidden is still to be dressed."""
        return self._timer.isActive()

    def wait(self, widget: QWidget, grow: Grow | None) -> None:
        """Dress a widget once it is shown; it is filtered once, however often that is asked for."""
        if grow is not None:
            self._growing[widget] = grow
        widget.installEventFilter(self)

    def lay_out(self, hidden: list[QWidget], grow: Grow) -> None:
        """Dress what is hidden, a little at a time."""
        self._steps = (act(widget, grow) for act in (_style, _settle) for widget in reversed(hidden))
        self._timer.start()

    def _go_on(self) -> None:
        end = monotonic() + TURN
        for _ in self._steps:
            if monotonic() > end:
                return
        self._timer.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget):
            watched.removeEventFilter(self)
            _dress(watched, self._growing.pop(watched, None))
        return False


_made: list[_Later] = []


def _later() -> _Later:
    """One for the whole application; it filters a widget once, however often it is told to."""
    if not _made:
        _made.append(_Later())
    return _made[0]
