"""Where the window does not answer, those who work on it are told the place and how long it took."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

HANGING = """
import time
from PySide6.QtCore import QCoreApplication, QTimer
from cnnstudio.ui.telling.watchdog import Watchdog

def busy_for(seconds):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        pass

def here_it_hangs():
    busy_for(0.4)
    QTimer.singleShot(100, answering)

def answering():
    QTimer.singleShot(100, application.quit)

application = QCoreApplication([])
Watchdog(application)
QTimer.singleShot(300, here_it_hangs)
application.exec()
"""

PAINTING = """
import time
from PySide6.QtCore import QTimer
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QWidget
from cnnstudio.ui.telling.watchdog import Watchdog

class Slow(QWidget):
    def paintEvent(self, event):
        painter = QPainter(self)
        until = time.monotonic() + 0.3
        while time.monotonic() < until:
            painter.fillRect(0, 0, 1, 1, 0)

application = QApplication([])
Watchdog(application)
slow = Slow()
QTimer.singleShot(200, slow.show)
QTimer.singleShot(900, slow.update)
QTimer.singleShot(1600, application.quit)
application.exec()
"""

PROGRAM = """
import sys, threading
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from cnnstudio import app

application = QApplication([])
QTimer.singleShot(0, lambda: print(*(thread.name for thread in threading.enumerate())))
QTimer.singleShot(0, application.closeAllWindows)
sys.exit(app.run([]))
"""


def done(folder: str, program: str, *options: str, **more: str) -> subprocess.CompletedProcess[str]:
    around = {name: value for name, value in os.environ.items() if name != "CNNSTUDIO_WATCHDOG"}
    around |= {"QT_QPA_PLATFORM": "offscreen", "XDG_CONFIG_HOME": folder, **more}
    command = [sys.executable, *options, "-c", program]
    ended = subprocess.run(command, env=around, capture_output=True, text=True, timeout=100, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended


def test_a_stall_is_told_once_with_its_place_and_its_whole_length(tmp_path) -> None:
    said = done(str(tmp_path), HANGING).stderr
    _, *told = re.split(r"^The window did not answer for (\d+) ms\. It was here:\n", said, flags=re.MULTILINE)
    ((lasted, stack),) = [(int(n), stack) for n, stack in zip(told[::2], told[1::2], strict=True) if "hangs" in stack]
    assert stack.rstrip().endswith("in busy_for") and "in _watch" not in stack
    assert lasted >= 400


def test_what_is_painted_slowly_is_told_and_painted_to_its_end(tmp_path) -> None:
    said = done(str(tmp_path), PAINTING).stderr
    assert said.count("did not answer") >= 2 and "paintEvent" in said
    assert "active painter" not in said, "it has outlived what it painted on"


@pytest.mark.parametrize(
    ("options", "around", "watched"),
    [((), {}, False), ((), {"CNNSTUDIO_WATCHDOG": "1"}, True), (("-X", "dev"), {}, True)],
    ids=["nobody asks", "the environment asks", "development mode asks"],
)
def test_the_program_is_watched_for_those_who_ask(
    tmp_path, options: tuple[str, ...], around: dict[str, str], watched: bool
) -> None:
    assert ("watchdog" in done(str(tmp_path), PROGRAM, *options, **around).stdout.split()) == watched
