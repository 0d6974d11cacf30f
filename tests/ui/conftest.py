"""The real window, opened and closed as a user would."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QLocale, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import delete

from cnnstudio.data.library import open_data
from cnnstudio.design.templates import template
from cnnstudio.design.value.design import Design
from cnnstudio.project.project import untrained
from cnnstudio.ui.look import preferences, theme
from cnnstudio.ui.widgets.focused import Focused
from tests.ui.face import Face

QLocale.setDefault(QLocale.c())  # as the application does when it starts
OpenWindow = Callable[..., Face]


@pytest.fixture(autouse=True)
def _buttons_are_released(qapp) -> Iterator[None]:
    """A drag that a test cancels with Esc leaves the button down; to the next test that would be a drag."""
    yield
    held = QApplication.mouseButtons()
    if held != Qt.MouseButton.NoButton:
        window = QWindow()
        window.create()
        for button in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton):
            if held & button:
                QTest.mouseRelease(window, button)


@pytest.fixture(scope="session")
def drawn_digits() -> None:
    """Digits in the cache, so that no window has to draw them."""
    open_data("digits")


@pytest.fixture(scope="session")
def drawn_things() -> None:
    """Things in the cache, on which lessons on colour begin: drawing all of them takes longer than a test."""
    open_data("things")


@pytest.fixture
def open_window(qapp, qtbot, drawn_digits) -> Iterator[OpenWindow]:
    """Open windows on a design (a template's name by default); they are closed without questions."""
    preferences.forget_all()
    (preferences.folder() / "lessons.json").unlink(missing_ok=True)  # nobody has opened a lesson yet
    shutil.rmtree(preferences.folder() / "lessons", ignore_errors=True)  # or made anything of its network
    for focused in qapp.findChildren(Focused):
        delete(focused)  # nobody has pressed a key yet
    if not qapp.styleSheet():
        theme.apply(qapp, "light")
    opened: list[Face] = []

    def make(design: Design | str = "lenet5", path: Path | None = None, size=(1440, 900)) -> Face:
        chosen = template(design) if isinstance(design, str) else design
        window = Face(untrained(chosen), path)
        if size:  # () is the size that a window has by itself
            window.resize(*size)
        window.show()
        window.activateWindow()
        opened.append(window)
        qtbot.waitUntil(window.isActiveWindow)  # shortcuts work in the active window only
        # The canvas frames the network once its place is settled.
        qtbot.waitUntil(lambda: window.canvas.camera.seen().width() > 0)
        QApplication.processEvents()
        return window

    yield make
    for window in opened:
        window.run_control.settle()
        window.discard()
        window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()


@pytest.fixture
def window(open_window) -> Face:
    """LeNet-5 on Digits, as at the first start."""
    return open_window()


class Mouse:
    """A mouse whose events go to the widget that was pressed, as the window system does it."""

    def __init__(self) -> None:
        self.widget: QWidget | None = None

    def press(self, widget: QWidget, at: QPoint, button=Qt.MouseButton.LeftButton) -> None:
        self.widget = widget
        self._send(QEvent.Type.MouseButtonPress, widget.mapToGlobal(at), button, button)

    def move(self, position: QPoint, steps: int = 6) -> None:
        """Move to a global position."""
        start = getattr(self, "position", position)
        for step in range(1, steps + 1):
            point = start + (position - start) * step / steps
            self._send(QEvent.Type.MouseMove, point, Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton)

    def release(self) -> None:
        self._send(QEvent.Type.MouseButtonRelease, self.position, Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton)

    def right_click(self) -> None:
        """Press the right button while the left one is held."""
        both = Qt.MouseButton.LeftButton | Qt.MouseButton.RightButton
        self._send(QEvent.Type.MouseButtonPress, self.position, Qt.MouseButton.RightButton, both)
        self._send(
            QEvent.Type.MouseButtonRelease,
            self.position,
            Qt.MouseButton.RightButton,
            Qt.MouseButton.LeftButton,
        )

    def _send(self, kind, position: QPoint, button, buttons) -> None:
        assert self.widget is not None
        self.position = position
        local = QPointF(self.widget.mapFromGlobal(position))
        event = QMouseEvent(kind, local, QPointF(position), button, buttons, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(self.widget, event)
        QApplication.processEvents()


@pytest.fixture
def mouse() -> Mouse:
    return Mouse()
