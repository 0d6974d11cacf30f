"""A second opinion on labels by hand: asked for, opened, decided on by one key, and undone."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from painted import write_files
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from cnnstudio.data.importing import stored
from cnnstudio.ui.data.data_page import DataPage
from cnnstudio.ui.data.declaration import DATA as SPACE
from tests.ui.face import Face

Key = Qt.Key
COLOURS = {"blue": (30, 60, 220), "red": (210, 40, 40)}


@pytest.fixture
def page(window: Face, qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataPage:
    """Thirty pictures in each of two colours; two red ones lie in the folder of blue ones."""
    monkeypatch.setattr(stored, "folder", lambda: tmp_path / "imports")
    draw = np.random.default_rng(0)
    for name, colour in COLOURS.items():
        for at in range(30):
            pixels = np.clip(np.array(colour) + draw.integers(-30, 30, (8, 8, 3)), 0, 255).astype(np.uint8)
            folder = "blue" if name == "red" and at < 2 else name
            write_files(tmp_path / "in", {f"{folder}/{name} {at}.png": _png(pixels)})
    window.data.choose(str(tmp_path / "in"))
    qtbot.waitUntil(lambda: window.data.dataset is not None and window.data.source == str(tmp_path / "in"))
    QTest.keyClick(window, Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    return window.studio.get(SPACE)


def _png(pixels: np.ndarray) -> bytes:
    held = io.BytesIO()
    Image.fromarray(pixels).save(held, "PNG")
    return held.getvalue()


def test_labels_that_look_wrong_are_asked_for_opened_and_put_right_by_keys(window: Face, qtbot, page: DataPage) -> None:
    checks = page.checks
    search = checks.searches["second-opinion"]
    search.setFocus()
    QTest.keyClick(search, Key.Key_Return)
    assert checks.stop.isVisible() and not search.isVisible()
    qtbot.waitUntil(lambda: checks.opinion is not None, timeout=60_000)
    button = checks.kinds["labels"]
    assert button.text() == "2 labels to look at" and "agrees with 97\u202f% of all labels" in button.toolTip()
    button.setFocus()
    QTest.keyClick(button, Key.Key_Return)
    assert page.grid.hasFocus() and page.catalogue is not None
    names = sorted(page.catalogue.file(int(row)) for row in page.grid.rows)
    assert names == ["blue/red 0.png", "blue/red 1.png"]
    assert page.card.opinion.isVisible() and "says “red” with 9" in page.card.opinion.text()
    assert "had a higher loss than with 9" in page.card.opinion.text()
    QTest.keyClick(page.grid, Key.Key_2)
    assert button.text() == "1 label to look at" and len(page.grid.rows) == 1
    window.document.history.undo()
    assert button.text() == "2 labels to look at"
    window.data.choose("digits")
    qtbot.waitUntil(lambda: window.data.source == "digits" and checks.opinion is None)
    assert not page.card.opinion.isVisible() and search.isVisible()


def test_it_is_stopped_by_a_key_and_can_be_asked_for_again(qtbot, page: DataPage) -> None:
    checks = page.checks
    checks.searches["second-opinion"].click()
    checks.stop.setFocus()
    QTest.keyClick(checks.stop, Key.Key_Space)
    assert checks.opinion is None and checks.searches["second-opinion"].isVisible()
