"""Short computations beside the window: of each asker only the newest question counts, and if it likes, only so often.

The askers of a window share its threads. The one that has waited longest is served first, and none has two threads at
once: however slow one of them is, it holds up itself and a single thread, and the others take turns on the rest.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject

from cnnstudio.nn.network.threads import one_blas_thread
from cnnstudio.nn.telling.told import Sentence
from cnnstudio.worker.failures import bug
from cnnstudio.worker.turns.loop import Loop, Turn, loop_of

#: two, so that one slow answer does not keep the others waiting; more would only take turns with each other
THREADS = 2

Work = Callable[[], Any]


class Asker:
    """One who asks, from the window: ``answered`` hears in the worker what came of it, a ``Failure`` where it failed.
    ``pause`` is the least time between the beginnings of two answers, in seconds."""

    def __init__(self, owner: QObject, doing: Sentence, answered: Callable[[Any], object], pause: float = 0.0) -> None:
        self.doing, self.pause = doing, pause
        self.busy = False
        self._owner, self._answered = owner, answered
        self._wanted: Work | None = None
        self._since, self._begun = 0.0, -math.inf
        self._loop: Loop | None = None
        self._policy: Newest | None = None
        self._closed = False

    @property
    def due(self) -> float:
        """Since when it waits for its turn, or when it may have one (monotonic seconds); inf if it asks nothing or is
        being answered."""
        return math.inf if self._wanted is None or self.busy else max(self._since, self._begun + self.pause)

    def ask(self, work: Work) -> None:
        """Compute ``work`` as soon as it is its turn, instead of what was asked before and has not begun."""
        if self._closed:
            return
        if self._loop is None or self._policy is None:
            # not before: only now everything is where it belongs
            self._loop, self._policy = loop_of(_top(self._owner), "beside", Newest, THREADS)
            self._loop.join(self)
            with self._policy.lock:
                self._policy.askers.append(self)
        with self._policy.lock:
            self.put(work, time.monotonic())
        self._loop.stir()

    def put(self, work: Work, now: float) -> None:
        """The newest question; who asks again does not lose its place. Called under the lock."""
        if self._wanted is None:
            self._since = now
        self._wanted = work

    def close(self) -> None:
        """Ask no more, and wait for the answer under way. Safe to call twice."""
        self._closed = True
        if self._loop is not None and self._policy is not None:
            with self._policy.lock:
                self._wanted = None
                while self.busy:
                    self._policy.lock.wait()
                if self in self._policy.askers:
                    self._policy.askers.remove(self)
            self._loop.leave(self)

    def begin(self, now: float) -> Work:
        """What it asks, which is going to be answered. Called under the lock."""
        assert self._wanted is not None
        work, self._wanted = self._wanted, None
        self.busy, self._begun = True, now
        return work

    def answer(self, work: Work) -> None:
        """Work it out, on whatever thread this is."""
        try:
            with one_blas_thread():
                found = work()
        except Exception as error:  # noqa: BLE001 - a bug in one computation must not take the worker
            found = bug(self.doing, error)
        self._answered(found)


class Newest:
    """The policy of a window's threads for short computations."""

    def __init__(self) -> None:
        self.lock = threading.Condition()
        self.askers: list[Asker] = []  # under the lock

    def next(self, now: float) -> Turn | float:
        """Whoever has waited longest."""
        first = min(self.askers, key=lambda asker: asker.due, default=None)
        if first is None or first.due > now:
            return math.inf if first is None else first.due - now
        return partial(self._answer, first, first.begin(now))

    def _answer(self, asker: Asker, work: Work) -> None:
        try:
            asker.answer(work)
        finally:
            with self.lock:
                asker.busy = False
                self.lock.notify_all()


def _top(owner: QObject) -> QObject:
    """The window that something is in."""
    while (above := owner.parent()) is not None:
        owner = above
    return owner
