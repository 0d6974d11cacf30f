"""The threads of workers, as those find them who ask for them."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject

from cnnstudio.worker.turns.loop import Loop, loop_of
from cnnstudio.worker.turns.newest import Newest
from cnnstudio.worker.turns.queue import Queue


def heavy() -> Loop:
    """The one thread of the application for heavy work."""
    application = QCoreApplication.instance()
    assert application is not None
    return loop_of(application, "jobs", Queue)[0]


def beside(window: QObject) -> Loop:
    """The threads of a window for short computations."""
    return loop_of(window, "beside", Newest)[0]
