"""For those who work on the program: says on standard error where the window did not answer, and for how long."""

from __future__ import annotations

import os
import sys
import threading
import time
import traceback

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
            frame = sys._current_frames().get(self._watched)
            stack = "".join(traceback.format_stack(frame)) if frame is not None else ""
            while self._beat == last and time.monotonic() - last < ENDLESS and not self._over.wait(BEAT / 1000):
                pass
            lasted = (self._beat if self._beat != last else time.monotonic()) - last
            words = "The window did not answer for" if self._beat != last else "The window has not answered for"
            print(f"{words} {1000 * lasted:.0f} ms. It was here:\n{stack}", file=sys.stderr, flush=True)
            while self._beat == last and not self._over.wait(BEAT / 1000):
                pass
