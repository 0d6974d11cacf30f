"""Short computations beside the window where only the newest question matters: a worker that skips the others."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, Qt, QThread, Signal

from cnnstudio.nn.threads import one_blas_thread
from cnnstudio.training.jobs import Failure

Work = Callable[[], Any]


class Background(QObject):
    """Asks for one thing at a time; what was asked before and has not begun is dropped.

    ``answered`` carries what the work gave, in the window's thread. Close it with ``shutdown`` before it goes.
    """

    answered = Signal(object)
    crashed = Signal(object)
    _told = Signal(object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = _Worker(self, name)
        self._told.connect(self._hear, Qt.ConnectionType.QueuedConnection)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.shutdown)

    def ask(self, work: Work) -> None:
        """Compute ``work`` as soon as the worker is free."""
        self._worker.ask(work)

    def shutdown(self) -> None:
        """Wait for the worker to end. Safe to call twice."""
        self._worker.close()

    def _hear(self, answer: Any) -> None:
        if isinstance(answer, Failure):
            self.crashed.emit(answer)
        else:
            self.answered.emit(answer)


class _Worker(QThread):
    def __init__(self, owner: Background, name: str) -> None:
        super().__init__(owner)
        self.setObjectName(name)
        self._owner = owner
        self._condition = threading.Condition()
        self._wanted: Work | None = None
        self._closing = False

    def ask(self, work: Work) -> None:
        with self._condition:
            if self._closing:
                return
            self._wanted = work
            self._condition.notify()
        if not self.isRunning():
            self.start(QThread.Priority.LowPriority)

    def close(self) -> None:
        with self._condition:
            self._closing = True
            self._condition.notify()
        self.wait()

    def run(self) -> None:
        while (work := self._next()) is not None:
            try:
                with one_blas_thread():
                    answer = work()
            except Exception as error:  # noqa: BLE001 - a bug in one computation must not take the worker
                answer = Failure(f"Looking into the network failed: {error}", traceback.format_exc())
            self._owner._told.emit(answer)

    def _next(self) -> Work | None:
        with self._condition:
            while self._wanted is None and not self._closing:
                self._condition.wait()
            work, self._wanted = self._wanted, None
            return None if self._closing else work
