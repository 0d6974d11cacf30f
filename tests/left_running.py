"""Threads that outlive what they were begun for."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

#: live for the whole process by design: pools that wait for work
_LASTING_THREADS = ("ThreadPoolExecutor", "pytest_timeout", "cnnstudio-pool")


@contextmanager
def nothing_left_running(qt: bool) -> Iterator[None]:
    """Fails where threads are running afterwards that were not before; those of Qt are looked for on demand."""
    before, threads = set(threading.enumerate()), _system_threads()
    yield
    left = [
        thread
        for thread in threading.enumerate()
        if thread not in before
        and thread.is_alive()
        and not thread.name.startswith(_LASTING_THREADS)
        # how Python sees a QThread, for ever; those are looked at below
        and not isinstance(thread, threading._DummyThread)
    ]
    for thread in left:
        thread.join(2.0)
    left = [thread.name for thread in left if thread.is_alive()]
    # looking through all objects is slow, and pointless unless the process has more threads than before
    grown = threads is None or (_system_threads() or 0) > threads
    running = _running_qthreads() if grown and qt else []
    if left or running:
        pytest.fail(f"still running after the test: {left + running}")


def _system_threads() -> int | None:
    """How many threads the process has, where the system tells."""
    tasks = Path("/proc/self/task")
    return len(list(tasks.iterdir())) if tasks.is_dir() else None


def _running_qthreads() -> list[str]:
    """The QThreads that Python knows of and that are still running."""
    import shiboken6
    from PySide6.QtCore import QThread

    threads = [thing for thing in gc.get_objects() if issubclass(type(thing), QThread)]
    return [
        f"{type(thread).__name__} {thread.objectName()}"
        for thread in threads
        if shiboken6.isValid(thread) and thread != QThread.currentThread() and thread.isRunning()
    ]
