"""The Learn workspace in the real window, with no progress from before."""

from __future__ import annotations

import pytest

from cnnstudio.ui.look import preferences


@pytest.fixture
def learning(open_window):
    """The window with Learn shown."""
    (preferences.folder() / "lessons.json").unlink(missing_ok=True)
    window = open_window()
    window.workspaces.show("Learn")
    yield window
    (preferences.folder() / "lessons.json").unlink(missing_ok=True)
