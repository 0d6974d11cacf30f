"""Short computations beside the window where only the newest question matters; the others are skipped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal

from cnnstudio.nn.telling.told import Sentence
from cnnstudio.worker.failures import Failure, tell
from cnnstudio.worker.turns.newest import Asker, Work


class Background(QObject):
    """Asks for one thing at a time; what was asked before and has not begun is dropped.

    ``answered`` carries what the work gave, in the window's thread. ``doing`` says what the work is (“Looking into the
    network”): work that fails is logged and told in its window as “… failed”; ``failed`` stands in for the telling.
    ``pause`` is the least time between two answers, in seconds. All of a window share its threads; ask in the window's
    thread. Close it with ``shutdown`` before it goes.
    """

    answered = Signal(object)
    _told = Signal(object)

    def __init__(
        self,
        doing: str | Sentence,
        parent: QObject | None = None,
        *,
        failed: Callable[[Failure], object] | None = None,
        pause: float = 0.0,
    ) -> None:
        super().__init__(parent)
        self.doing = Sentence(doing)
        self._failed = failed
        self._asker = Asker(self, self.doing, self._told.emit, pause)
        self._told.connect(self._hear, Qt.ConnectionType.QueuedConnection)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.shutdown)

    def ask(self, work: Work) -> None:
        """Compute ``work`` as soon as it is its turn."""
        self._asker.ask(work)

    def set_pause(self, pause: float) -> None:
        """Answer less or more often from now on."""
        self._asker.pause = pause

    def shutdown(self) -> None:
        """Wait for the answer under way and ask no more. Safe to call twice."""
        self._asker.close()

    def _hear(self, answer: Any) -> None:
        if not isinstance(answer, Failure):
            self.answered.emit(answer)
        elif self._failed is not None:
            self._failed(answer)
        else:
            tell(answer, self)
