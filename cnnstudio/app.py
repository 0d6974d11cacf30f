"""The application with its window: started by ``__main__``, never imported by anything else."""

from __future__ import annotations

import faulthandler
import gc
import logging
import signal
import sys
import threading
from pathlib import Path

from PySide6.QtCore import QLocale, QMessageLogContext, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from cnnstudio import __version__
from cnnstudio.design.templates import template, template_names
from cnnstudio.project.project import untrained
from cnnstudio.ui.look import icons, preferences
from cnnstudio.ui.shell import appearance
from cnnstudio.ui.shell.opening import open_all
from cnnstudio.ui.shell.window import MainWindow
from cnnstudio.ui.telling import watchdog
from cnnstudio.ui.telling.notices import Notices
from cnnstudio.ui.widgets import read_aloud

_log = logging.getLogger("cnnstudio.qt")

#: seconds after which a thread that waits for Python gets it: window and worker wait for each other many times a step,
#: and with Python’s own 5 ms a repaint of many small calls would hold the worker up for most of it
TURNS = 0.0002
#: so many new objects make Python look for garbage among the young, and so many searches among the older ones
GARBAGE = (20_000, 20, 50)
#: milliseconds after which a start counts as over
STARTED = 1000


def run(paths: list[str]) -> int:
    """Show the window, with a further one for each further design that is named, and give the exit code.

    A file that cannot be read is told in the window, as everything else.
    """
    faulthandler.enable()
    sys.setswitchinterval(TURNS)
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication([sys.argv[0]])
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    trouble = preferences.mend()
    prepare(app)
    window = first_window()
    catch_everything(window.studio.notices)
    if watchdog.watched():
        watchdog.Watchdog(app)
    if trouble:
        window.studio.notices.tell(trouble, "warning", about="preferences")
    window.appear()
    started = QTimer(window, singleShot=True)
    started.timeout.connect(_look_for_garbage)
    started.start(STARTED)
    if paths:
        open_all(window.studio, [Path(path) for path in paths])
    window.seen.connect(lambda: _greet(window, alone=not paths))
    return app.exec()


def prepare(app: QApplication) -> None:
    """Name, language, icon and look of the application."""
    QLocale.setDefault(QLocale.c())  # the program speaks English, and so do its numbers
    app.setApplicationName("CNN Studio")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("cnnstudio")
    appearance.dress(app)
    read_aloud.install()
    app.setWindowIcon(icons.window_icon())
    app.styleHints().colorSchemeChanged.connect(lambda _scheme: appearance.follow_system(app))


def first_window() -> MainWindow:
    """A window with the first template, ready to train."""
    return MainWindow(untrained(template(template_names()[0])))


def catch_everything(notices: Notices) -> None:
    """Whatever nobody caught, in any thread, becomes a notice whose details can be copied."""
    sys.excepthook = notices.bug

    def in_thread(arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            notices.bug(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)

    def from_qt(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        _log.warning("%s: %s", kind.name, text)
        if kind in (QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg):
            notices.tell("Qt reported a problem.", "error", details=text, about="bug")

    threading.excepthook = in_thread
    qInstallMessageHandler(from_qt)


def _greet(window: MainWindow, *, alone: bool) -> None:
    """What was left by a start before this one, half-written files too, or the doors of the first start of all."""
    from cnnstudio.files.atomic import sweep
    from cnnstudio.ui.shell import left_behind
    from cnnstudio.ui.shell.sheets import welcome

    for folder in {preferences.folder(), *(path.parent for path in preferences.recent_files())}:
        sweep(folder)
    if not left_behind.offer(window) and alone:
        welcome.welcome(window.studio)


def _look_for_garbage() -> None:
    """From now on, seldom; what the start made lasts and is left out. A search through the objects of a large design is
    felt as a stall."""
    gc.freeze()
    gc.set_threshold(*GARBAGE)
    gc.enable()
