"""How often the screen may move: as often as it likes on a fast machine, and never at the worker's expense.

Python runs one thread at a time, so what the window spends on drawing the worker loses. Whoever draws from the lanes
measures what one update costs, without what the window waits for others meanwhile, and keeps to a share of the time.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

#: a change of an item in a scene is painted only after so many rounds of the event loop
ROUNDS = 4


class Moment:
    """A moment of a thread, made in it, from which on what it spends is counted."""

    def __init__(self) -> None:
        self._passed, self._spent = time.perf_counter(), time.thread_time()

    def spent(self) -> float:
        """Seconds that this thread has worked since then, waiting left out."""
        # some systems count a thread's time in coarse ticks: it is never more than what has passed
        return min(time.perf_counter() - self._passed, time.thread_time() - self._spent)


class RefreshRate(QObject):
    """Measures updates and gives the pause between two of them, in seconds.

    ``least`` and ``most`` bound the pause; in between, updates take the ``share`` of the window's time.
    """

    def __init__(self, least: float, most: float, share: float, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._least, self._most, self._share = least, most, share
        self._cost = 0.0
        self._begun = Moment()
        self._after: Callable[[], object] | None = None

    @property
    def pause(self) -> float:
        """From the beginning of one update to that of the next."""
        return min(self._most, max(self._least, self._cost / self._share))

    def begin(self, then: Callable[[], object] | None = None) -> None:
        """An update begins now. It ends when all that it caused has been painted; ``then`` is called after that."""
        self._begun, self._after = Moment(), then
        self._wait(ROUNDS)

    def took(self, seconds: float) -> None:
        """An update took so much of the window's time."""
        # Slow to believe a single update that something else delayed, quick enough to follow a new layout.
        self._cost += 0.25 * (min(seconds, self._most) - self._cost)

    def _wait(self, rounds: int) -> None:
        if rounds:
            QTimer.singleShot(0, self, lambda: self._wait(rounds - 1))
        else:
            self._end()

    def _end(self) -> None:
        self.took(self._begun.spent())
        if self._after is not None:
            self._after()
