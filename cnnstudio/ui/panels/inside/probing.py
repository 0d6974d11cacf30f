"""Asks what the network says to pictures, beside window and training, and takes a small part of the time for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal

from cnnstudio.worker.background import Background

#: how much of the time goes into it, and the seconds between two answers: the least, and the most
SHARE, PAUSE, LONGEST = 0.05, 0.1, 1.0


@dataclass(frozen=True, eq=False)
class _Answer:
    value: Any
    seconds: float


class Probing(QObject):
    """Of what is asked only the newest counts; ``answered`` has what came of it."""

    answered = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = Background("Looking into the network", self, pause=PAUSE)
        self._background.answered.connect(self._hear)

    def ask(self, work: Callable[[], Any]) -> None:
        """Compute this as soon as it is its turn."""
        self._background.ask(lambda: _timed(work))

    def shutdown(self) -> None:
        """Wait for the answer under way and ask no more. Safe to call twice."""
        self._background.shutdown()

    def _hear(self, answer: _Answer) -> None:
        self._background.set_pause(min(LONGEST, max(PAUSE, answer.seconds / SHARE)))
        self.answered.emit(answer.value)


def _timed(work: Callable[[], Any]) -> _Answer:
    began = time.perf_counter()
    value = work()
    return _Answer(value, time.perf_counter() - began)
