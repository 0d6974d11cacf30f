"""For those who work on the program: says on standard error where the window did not answer, and for how long."""

from __future__ import annotations

import faulthandler
import os
import re
import sys
import tempfile
import threading
import time

from PySide6.QtCore import QCoreApplication, QTimer

#: milliseconds without an answer that a hand feels, and between two heartbeats
FELT, BEAT = 100, 20
#: seconds after which a stall is told although it lasts
ENDLESS = 10.0


def watched() -> bool:
    """Whether somebody wants to know: ``CNNSTUDIO_WATCHDOG`` is set, or Python runs in its development mode."""
    return sys.flags.dev_mode or bool(os.environ.get("CNNSTUDIO_WATCHDOG"))


class Watchdog:
    """Listens to the heart of the thread that makes it, a timer in its event loop. Where that is silent for longer than
    ``FELT``, another thread takes the stack meanwhile; it is printed once the heart beats again."""

    def __init__(self, application: QCoreApplication) -> None:
        self._watched = threading.get_ident()
        self._beat = 0.0  # monotonic seconds; 0 before the loop runs
        self._over = threading.Event()
        self._heart = QTimer(application, interval=BEAT)
        self._heart.timeout.connect(self._live)
        self._heart.start()
        application.aboutToQuit.connect(self._over.set)
        threading.Thread(target=self._watch, name="watchdog", daemon=True).start()

    def _live(self) -> None:
        self._beat = time.monotonic()

    def _watch(self) -> None:
        while not self._over.wait(BEAT / 1000):
            last = self._beat
            if not last or time.monotonic() - last < FELT / 1000:
                continue
            stack = _stack_of(self._watched)
            while self._beat == last and time.monotonic() - last < ENDLESS and not self._over.wait(BEAT / 1000):
                pass
            lasted = (self._beat if self._beat != last else time.monotonic()) - last
            words = "The window did not answer for" if self._beat != last else "The window has not answered for"
            print(f"{words} {1000 * lasted:.0f} ms. It was here:\n{stack}", file=sys.stderr, flush=True)
            while self._beat == last and not self._over.wait(BEAT / 1000):
                pass


def _stack_of(thread: int) -> str:
    """The calls that a thread is in, the innermost last. No frame is held meanwhile: a painter in one would outlive
    what it paints on, and end the program."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as written:
        faulthandler.dump_traceback(written, all_threads=True)
        written.seek(0)
        stacks = written.read().split("\n\n")
    for head, _, calls in (stack.partition("\n") for stack in stacks):
        found = re.search(r"hread 0x([0-9a-f]+)", head)
        if found is not None and int(found[1], 16) == thread:
            return "\n".join(reversed(calls.splitlines()))
    return ""
