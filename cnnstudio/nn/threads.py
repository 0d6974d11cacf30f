"""Threads that share a batch, and BLAS held to one thread while they do.

Two threads of ours, each with half of the batch, beat two threads inside every matrix product, because the
element-wise passes between the products are shared as well.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

from threadpoolctl import ThreadpoolController


class Team:
    """Runs one function per thread and waits for all of them. The caller is the first thread.

    Use it as a context manager: leaving it ends the other threads. The division of work decides the bits of the
    result, the team does not: without one the same functions run one after the other.
    """

    def __init__(self, threads: int) -> None:
        self._others = ThreadPoolExecutor(threads - 1, "cnnstudio-engine") if threads > 1 else None

    def run(self, functions: Sequence[Callable[[], None]]) -> None:
        """Call every function; an exception of any is raised once all have ended."""
        if self._others is None:
            for function in functions:
                function()
            return
        pending = [self._others.submit(function) for function in functions[1:]]
        try:
            functions[0]()
        finally:
            errors = [future.exception() for future in pending]
        for error in errors:
            if error is not None:
                raise error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._others is not None:
            self._others.shutdown()


_lock = threading.Lock()
_users = 0
_limiter: Any = None
_controller: Any = None


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Limit BLAS to one thread while anybody is inside. The limit is one for the whole process, so the last one out
    lifts it."""
    global _users, _limiter, _controller
    with _lock:
        if _users == 0:
            _controller = _controller or ThreadpoolController()
            _limiter = _controller.limit(limits=1, user_api="blas")
            _limiter.__enter__()
        _users += 1
    try:
        yield
    finally:
        with _lock:
            _users -= 1
            if _users == 0:
                _limiter.__exit__(None, None, None)
