"""Opening the window, or saying in one sentence why there can be none.

Qt ends the process (abort, core dump) where it finds no display or a system library is missing, and Python
ends it with a traceback where a library that PySide6 itself needs is missing. Both come here.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable, Sequence

BAD_INPUT = 2
_HEADLESS = "without a window, “cnnstudio train lenet5” and “cnnstudio --help” work everywhere"

#: what Qt's window needs on Linux, and the Debian package that has it
_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}


def open_window(load: Callable[[], Callable[[list[str]], int]], paths: Sequence[str]) -> int:
    """Show the window with these files and give the exit code; 2, with one sentence, where no window can be.

    ``load`` imports the application and gives the function that runs it.
    """
    _leave_wayland_out()
    try:
        from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
        from PySide6.QtGui import QGuiApplication

        def hear(kind: QtMsgType, _: QMessageLogContext, text: str) -> None:
            if kind == QtMsgType.QtFatalMsg:
                # Qt calls abort() when this returns.
                _complain(why_no_window(text))
                os._exit(BAD_INPUT)
            # Before there is a screen, Qt explains at length what the sentence above says.
            if QGuiApplication.primaryScreen() is not None:
                print(text, file=sys.stderr)

        qInstallMessageHandler(hear)
        run = load()
    except ImportError as error:
        if not is_qt(error):
            raise
        _complain(why_no_window(str(error)))
        return BAD_INPUT
    return run(list(paths))


def why_no_window(complaint: str) -> str:
    """The sentence for what Qt or Python's import complains about, with what to install or to do."""
    reasons = []
    if sys.platform == "linux":
        if missing := missing_packages():
            reasons.append(f"Qt needs system libraries that are missing (on Debian: apt install {' '.join(missing)})")
        display = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
        if not display and os.environ.get("QT_QPA_PLATFORM") != "offscreen":
            reasons.append("there is no display (DISPLAY and WAYLAND_DISPLAY are not set)")
        elif not missing and "platform plugin" in complaint:
            reasons.append(f"the display {display} does not answer")
    if "No module named" in complaint:
        reasons = ["PySide6 is not installed (pip install PySide6-Essentials)"]
    reason = " and ".join(reasons) or " ".join(complaint.split())
    return f"CNN Studio cannot open its window: {reason}; {_HEADLESS}."


def _leave_wayland_out() -> None:
    """Where there is no folder to look for a Wayland display in, ask for X11 at once, which Qt does anyway after
    libwayland has written a line of its own past Qt's messages."""
    reachable = (
        os.environ.get("XDG_RUNTIME_DIR", "").startswith("/")
        or os.environ.get("WAYLAND_DISPLAY", "").startswith("/")
        or "WAYLAND_SOCKET" in os.environ
    )
    if sys.platform == "linux" and not reachable:
        os.environ.setdefault("QT_QPA_PLATFORM", "xcb")


def missing_packages() -> list[str]:
    """Debian packages of the libraries that cannot be loaded."""
    found = []
    for library, package in _LIBRARIES.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            found.append(package)
    return found


def is_qt(error: ImportError) -> bool:
    """Whether the import failed for a library or PySide6 itself, and not for a mistake of ours."""
    return ".so" in str(error) or "DLL" in str(error) or (error.name or "").startswith(("PySide6", "shiboken6"))


def _complain(sentence: str) -> None:
    try:
        print(sentence, file=sys.stderr, flush=True)
    except UnicodeEncodeError:
        print(sentence.encode("ascii", "replace").decode(), file=sys.stderr, flush=True)
