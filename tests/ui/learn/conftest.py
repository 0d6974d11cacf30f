"""The Learn workspace in the real window, with no progress from before."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication

from cnnstudio.ui.look import preferences


@pytest.fixture(autouse=True)
def _pointer_goes_home(qapp: QApplication) -> Iterator[None]:
    """A pointer left where the next test's window will be has a tooltip come up in it."""
    yield
    QCursor.setPos(qapp.primaryScreen().geometry().bottomRight() * 4)


@pytest.fixture
def learning(open_window):
    """The window with Learn shown."""
    (preferences.folder() / "lessons.json").unlink(missing_ok=True)
    window = open_window()
    window.workspaces.show("Learn")
    yield window
    (preferences.folder() / "lessons.json").unlink(missing_ok=True)
