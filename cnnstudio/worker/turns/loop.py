"""The one loop that all workers are: threads that do, one turn after the other, what a policy says comes next.

A policy is what is waiting to be done and the rule of whose turn it is. There are three: ``queue.Queue``, one heavy
computation at a time in the whole application, with turns between the steps of a run; and ``newest.Newest``, where of
each asker only the newest question counts, at most so often if it likes.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable
from typing import Protocol, TypeVar
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject, QThread

_log = logging.getLogger(__name__)

Turn = Callable[[], None]


class Policy(Protocol):
    """What comes next. Whatever it holds is read and changed under its ``lock``, which is told of every change."""

    lock: threading.Condition

    def next(self, now: float) -> Turn | float:
        """The turn to be had at ``now`` (monotonic seconds), or the seconds after which to ask again (inf: not before
        something changes). Called under the lock."""


P = TypeVar("P", bound=Policy)


class Loop:
    """The threads of a policy, at most ``most``; one is started when something comes and the others are busy.

    It lives as long as anybody belongs to it: when the last one leaves, its threads have ended.
    """

    def __init__(self, name: str, policy: Policy, most: int, priority: QThread.Priority) -> None:
        self.name, self.policy = name, policy
        self._most, self._priority = most, priority
        self._members: set[object] = set()
        self._threads: list[_Thread] = []
        self._free = 0  # threads that wait for something to do; under the lock
        self._called = 0  # those of them that something has come for, and that are not awake yet; under the lock

    @property
    def running(self) -> bool:
        """Whether any of its threads is."""
        return any(thread.isRunning() for thread in self._threads)

    def join(self, member: object) -> None:
        """Belong to it, until ``leave``."""
        with self.policy.lock:
            self._members.add(member)

    def leave(self, member: object) -> None:
        """Belong to it no more; the last one waits for its threads to end. Nothing of the member's may be left."""
        with self.policy.lock:
            self._members.discard(member)
            ended = not self._members
            self.policy.lock.notify_all()
        if ended:
            for thread in self._threads:
                thread.wait()
            self._threads.clear()

    def stir(self) -> None:
        """Something has come. Call it in the window's thread; others tell the lock."""
        with self.policy.lock:
            self.policy.lock.notify_all()
            wanted = self._free == self._called and len(self._threads) < self._most
            if not wanted:
                self._called = min(self._free, self._called + 1)
        if wanted:
            thread = _Thread(self)
            self._threads.append(thread)
            thread.start(self._priority)

    def work(self) -> None:
        """What each of its threads does."""
        while (turn := self._next()) is not None:
            try:
                turn()
            except Exception:  # noqa: BLE001 – a bug in a policy must not end the worker
                _log.exception("A turn of the loop “%s” failed", self.name)
            del turn  # what it held, a whole data set perhaps, is not kept until something comes again

    def _next(self) -> Turn | None:
        """The next turn; waits for one. None once nobody belongs to the loop."""
        lock = self.policy.lock
        with lock:
            while self._members:
                found = self.policy.next(time.monotonic())
                if not isinstance(found, float):
                    return found
                self._free += 1
                lock.wait(None if found == math.inf else found)
                self._free -= 1
                self._called = max(0, self._called - 1)
            return None


#: by what they belong to and by name; who is in them keeps them alive
_loops: WeakKeyDictionary[QObject, dict[str, Loop]] = WeakKeyDictionary()


def loop_of(
    owner: QObject, name: str, policy: type[P], most: int = 1, priority: QThread.Priority = QThread.Priority.LowPriority
) -> tuple[Loop, P]:
    """The loop of this name that belongs to a window or the application, made when it is first asked for, and its
    policy."""
    loops = _loops.setdefault(owner, {})
    loop = loops.get(name) or loops.setdefault(name, Loop(name, policy(), most, priority))
    assert isinstance(loop.policy, policy)
    return loop, loop.policy


class _Thread(QThread):
    def __init__(self, loop: Loop) -> None:
        super().__init__()
        self.setObjectName(loop.name)
        self._loop = loop

    def run(self) -> None:
        self._loop.work()
