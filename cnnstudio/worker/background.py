"""Short computations beside the window where only the newest question matters: a worker that skips the others."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, Qt, QThread, Signal

from cnnstudio.nn.network.threads import one_blas_thread
from cnnstudio.worker.failures import Failure, bug, tell

Work = Callable[[], Any]


class Background(QObject):
    """Asks for one thing at a time; what was asked before and has not begun is dropped.

    ``answered`` carries what the work gave, in the window's thread. ``doing`` says what the work is (“Looking into the
    network”): work that fails is logged and told in its window as “… failed”; ``failed`` stands in for the telling.
    Close it with ``shutdown`` before it goes.
    """

    answered = Signal(object)
    _told = Signal(object)

    def __init__(
        self, doing: str, parent: QObject | None = None, *, failed: Callable[[Failure], object] | None = None
    ) -> None:
        super().__init__(parent)
        self.doing = doing
        self._failed = failed
        self._worker = _Worker(self)
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
        if not isinstance(answer, Failure):
            self.answered.emit(answer)
        elif self._failed is not None:
            self._failed(answer)
        else:
            tell(answer, self)


class _Worker(QThread):
    def __init__(self, owner: Background) -> None:
        super().__init__(owner)
        self.setObjectName(owner.doing)
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
                answer = bug(self._owner.doing, error)
            self._owner._told.emit(answer)

    def _next(self) -> Work | None:
        with self._condition:
            while self._wanted is None and not self._closing:
                self._condition.wait()
            work, self._wanted = self._wanted, None
            return None if self._closing else work
