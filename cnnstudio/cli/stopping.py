"""Signals that end a training, after it is saved: Ctrl+C, the end of a terminal, and what systems send at shutdown."""

from __future__ import annotations

import signal
from types import FrameType, TracebackType
from typing import Self

_ENDING = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)  # SIGHUP is Unix


class Stopped(KeyboardInterrupt):
    """A signal came where there is nothing to save, or came again from the keyboard. ``code`` is the exit code."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.code = 128 + number


class Stopping:
    """While it is entered, signals end what is done: at once, or, once ``patient`` is set, as soon as whoever asks
    ``wanted`` has saved. A second Ctrl+C ends it at once in any case; what the process was told to ignore, as by nohup,
    it ignores."""

    def __init__(self) -> None:
        self.number = 0
        self.patient = False
        self._before = {number: signal.getsignal(number) for number in _ENDING}

    def wanted(self) -> bool:
        """Whether a signal has come."""
        return self.number != 0

    @property
    def code(self) -> int:
        """The exit code that tells of the signal."""
        return 128 + self.number

    def __enter__(self) -> Self:
        for number, before in self._before.items():
            if before != signal.SIG_IGN:
                signal.signal(number, self._hear)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)

    def _hear(self, number: int, frame: FrameType | None) -> None:
        again = self.wanted() and number == signal.SIGINT
        self.number = self.number or number
        if again or not self.patient:
            raise Stopped(number)
