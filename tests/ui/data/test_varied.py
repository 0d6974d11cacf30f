"""Sixteen variants of a chosen picture are those that training sees, and follow the settings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from painted import classes_of, write_files
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from cnnstudio.data.importing import stored
from cnnstudio.data.preparation.augmentation import Augmenter
from cnnstudio.data.preparation.split import divided
from cnnstudio.ui.data.data_page import DataPage
from cnnstudio.ui.data.declaration import DATA as SPACE
from cnnstudio.ui.look.pictures import image_picture
from tests.ui.face import Face

Key = Qt.Key


@pytest.fixture
def page(window: Face, qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataPage:
    monkeypatch.setattr(stored, "folder", lambda: tmp_path / "imports")
    pets = write_files(tmp_path / "pets", classes_of("cat", "dog", count=20))
    window.data.choose(str(pets))
    qtbot.waitUntil(lambda: window.data.unchanged is not None and window.data.source == str(pets))
    QTest.keyClick(window, Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    return window.studio.get(SPACE)


def test_the_variants_of_a_picture_are_those_of_its_epochs_and_follow_what_is_typed(
    window: Face, qtbot, page: DataPage
) -> None:
    varied, catalogue = page.varied, page.catalogue
    qtbot.waitUntil(lambda: len(varied.view.pictures) == 16)
    assert varied.words.text() == "The same in every epoch, as nothing is varied."
    shift = varied.rows["shift"].editor
    before = varied.view.pictures
    shift.setFocus()
    QTest.keyClick(shift, Key.Key_Up)
    QTest.keyClick(shift, Key.Key_Up)
    qtbot.waitUntil(lambda: varied.view.pictures is not before and varied.words.text().startswith("As it is in"))
    recipe = window.document.project.design.recipe
    assert recipe.augmentation.shift == 2
    page.show_part("train")
    row = int(page.grid.rows[7])
    page.grid.choose(row)
    learning, _ = divided(window.data.dataset, recipe.data.split)
    place = catalogue.place_in_training(row)
    assert place is not None
    pixels = learning.read(np.array([place]))
    assert np.array_equal(pixels, catalogue.read(np.array([row])))
    vary = Augmenter(recipe.augmentation, recipe.seed, len(learning))
    expected = [image_picture(vary(pixels, np.array([place]), epoch)[0]) for epoch in range(1, 17)]
    qtbot.waitUntil(lambda: varied.view.pictures == expected)
    page.show_part("test")
    assert varied.words.text() == "As it would be in epochs 1 to 16 if it were learned from."
    window.document.history.undo()
    assert window.document.project.design.recipe.augmentation.shift == 0, "typing is one step"
