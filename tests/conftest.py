"""What every test stands on: no screen, own settings and cache, nothing left running."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from functools import partialmethod
from pathlib import Path

import pytest

from cnnstudio.ui.start.display import is_qt, why_no_window
from tests.kept import let_go
from tests.left_running import nothing_left_running
from tests.own_folders import NAMES

# Before anything imports Qt or the data library: both look at the environment when they are first used.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Before the workers start, which inherit it: they are as many as there are cores, and threads of BLAS that wait for
# each other took an eighth of the whole time.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
try:  # before pytest's plugin for Qt does: to pytest its failure is an internal error
    from PySide6 import QtGui, QtTest, QtWidgets  # noqa: F401
except ImportError as error:
    if not is_qt(error):
        raise
    print(why_no_window(str(error)), file=sys.stderr)
    raise SystemExit(pytest.ExitCode.USAGE_ERROR) from None
from pytestqt.qtbot import QtBot

# Whoever starts the tests in the background may have them ignore what ends programs, and what they start would as well.
for _signal in (signal.SIGINT, getattr(signal, "SIGQUIT", signal.SIGINT), getattr(signal, "SIGHUP", signal.SIGINT)):
    if signal.getsignal(_signal) == signal.SIG_IGN:
        signal.signal(_signal, signal.default_int_handler if _signal == signal.SIGINT else signal.SIG_DFL)

_HOME = Path(tempfile.mkdtemp(prefix="cnnstudio-tests-"))
for _name in NAMES:
    _folder = _HOME / _name.lower()
    _folder.mkdir()
    os.environ[_name] = str(_folder)

#: milliseconds
PATIENCE = 60_000


class PatientBot(QtBot):
    """Waits, where a test does not say how long, as long as a busy machine may take: no test depends on its speed."""

    waitUntil = partialmethod(QtBot.waitUntil, timeout=PATIENCE)  # noqa: N815 (their names)
    waitSignal = partialmethod(QtBot.waitSignal, timeout=PATIENCE)  # noqa: N815 (their names)
    waitSignals = partialmethod(QtBot.waitSignals, timeout=PATIENCE)  # noqa: N815 (their names)


@pytest.fixture
def qtbot(qapp: object, request: pytest.FixtureRequest) -> QtBot:
    return PatientBot(request)


def pytest_sessionfinish() -> None:
    """The session's own folders go with it."""
    shutil.rmtree(_HOME, ignore_errors=True)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: whoever waits for a timer or for another process leaves its core to the others."""
    return (os.cpu_count() or 1) + 1


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """All tests of the window need Qt: where the fast ones are asked for, they are not even read."""
    return True if config.option.markexpr == "fast" and collection_path == Path(__file__).parent / "ui" else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests marked ``real_data`` need the folder that ``CNNSTUDIO_REAL_DATA`` names; those that open the whole window
    are marked ``window``, those that are neither slow nor need Qt ``fast``."""
    # the offscreen platform says so at every dialog, and Qt of a locale that is not installed; nothing is meant by it
    nothing = pytest.mark.qt_log_ignore("does not support propagateSizeHints", "^Detected locale")
    for item in items:
        item.add_marker(nothing)
        if {"open_window", "same_window"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.window)
        if "qapp" not in getattr(item, "fixturenames", ()) and not item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.fast)
    folder = os.environ.get("CNNSTUDIO_REAL_DATA", "")
    if folder and Path(folder).is_dir():
        return
    for item in items:
        if item.get_closest_marker("real_data"):
            item.add_marker(pytest.mark.skip(reason="CNNSTUDIO_REAL_DATA names no folder"))


def pytest_collection_finish() -> None:
    """What a process holds once it knows its tests stays: set aside, it no longer makes each search for garbage long
    and therefore rare, so that windows that are closed go soon."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True, scope="module")
def _what_was_read_goes() -> Iterator[None]:
    yield
    let_go()


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder with MNIST and CIFAR-10, for tests marked ``real_data``."""
    return Path(os.environ["CNNSTUDIO_REAL_DATA"])


@pytest.fixture(autouse=True)
def _no_thread_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """A thread that outlives its test has a shutdown path that does not work; those of a window that a whole module
    shares are looked at when it is closed."""
    if "same_window" in request.fixturenames:
        yield
        return
    with nothing_left_running(qt="qapp" in request.fixturenames):
        yield
