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
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from cnnstudio.data.library import open_data
from cnnstudio.design.templates import template
from cnnstudio.design.value.design import Design
from cnnstudio.project.project import Project, untrained
from cnnstudio.ui.look import preferences, theme
from cnnstudio.ui.studio import ahead
from cnnstudio.ui.widgets import focused
from cnnstudio.ui.widgets.focused import Focused
from cnnstudio.ui.widgets.overlay import open_sheets
from tests.left_running import nothing_left_running
from tests.ui.face import BUILD, Face
from tests.ui.usage import start_all_threads

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


def _nobody_has_been_here(app: QApplication) -> None:
    """Forget what was chosen, learned or typed before."""
    preferences.forget_all()
    (preferences.folder() / "lessons.json").unlink(missing_ok=True)  # nobody has opened a lesson yet
    shutil.rmtree(preferences.folder() / "lessons", ignore_errors=True)  # or made anything of its network
    for followed in app.findChildren(Focused):
        delete(followed)  # nobody has pressed a key yet
    if not app.styleSheet():
        theme.apply(app, "light")


def _project_of(design: Design | str) -> Project:
    return untrained(template(design) if isinstance(design, str) else design)


def _appear(window: Face, bot: QtBot) -> None:
    window.show()
    window.activateWindow()
    bot.waitUntil(window.isActiveWindow)  # shortcuts work in the active window only
    # The canvas frames the network once its place is settled.
    bot.waitUntil(lambda: window.canvas.camera.seen().width() > 0)
    QApplication.processEvents()


def _close(window: Face) -> None:
    window.run_control.settle()
    window.discard()
    window.deleteLater()


def _let_go() -> None:
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()


@pytest.fixture
def open_window(qapp, qtbot, monkeypatch, drawn_digits) -> Iterator[OpenWindow]:
    """Open windows on a design (a template's name by default); they are closed without questions. In all of them
    somebody is busy: what is made while nobody is depends on how fast the machine is."""
    monkeypatch.setattr(ahead, "QUIET", 3_600_000)
    _nobody_has_been_here(qapp)
    opened: list[Face] = []

    def make(design: Design | str = "lenet5", path: Path | None = None, size=(1440, 900)) -> Face:
        window = Face(_project_of(design), path)
        opened.append(window)
        if size:  # () is the size that a window has by itself
            window.resize(*size)
        _appear(window, qtbot)
        return window

    yield make
    for window in opened:
        _close(window)
    _let_go()


@pytest.fixture(scope="module")
def _windows_of_module(qapp, drawn_digits) -> Iterator[list[Face]]:
    """The window that the tests of a module share, once one of them has asked for it."""
    with nothing_left_running(qt=True):
        windows: list[Face] = []
        yield windows
        for window in windows:
            _close(window)
        _let_go()


@pytest.fixture
def same_window(qapp, qtbot, monkeypatch, _windows_of_module) -> OpenWindow:
    """As ``open_window``, but one window for all tests of a module, with a fresh document for each: for those to whom a
    window is the way to a panel that shows the document and remembers nothing else. Each begins in Build, with no
    message and no sheet."""
    monkeypatch.setattr(ahead, "QUIET", 3_600_000)
    _nobody_has_been_here(qapp)
    focused.follow(qapp)

    def make(design: Design | str = "lenet5", path: Path | None = None, size=(1440, 900)) -> Face:
        if not _windows_of_module:
            window = Face(untrained(Design()))
            _windows_of_module.append(window)
            _appear(window, qtbot)
            qtbot.waitUntil(lambda: window.data.dataset is not None)
            start_all_threads(window, qtbot.waitUntil)  # none begins in the midst of a test and outlives it
        (window,) = _windows_of_module
        window.session.abandon()
        for sheet in open_sheets(window):
            sheet.dismiss()
        window.studio.side_panels.show_alone(False)
        window.workspaces.show(BUILD)
        window.resize(*size)
        window.palette_panel.search.clear()
        window.document.give_back()
        window.document.open(untrained(Design()), None)  # nobody remembers a layer or a problem of the last one
        window.document.open(_project_of(design), path)
        window.notices.clear()
        _appear(window, qtbot)
        return window

    return make


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
