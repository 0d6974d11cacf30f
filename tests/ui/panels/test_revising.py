"""Data are read otherwise, and the network is fitted to them: seen before, in one step of undo."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from painted import classes_of, write_files
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from cnnstudio.data.importing import stored
from cnnstudio.data.preparation.split import divided
from cnnstudio.nn.layers.input import Input
from cnnstudio.nn.telling.told import worded
from cnnstudio.ui.data.declaration import DATA as SPACE
from cnnstudio.ui.panels.importing.choices_page import ChoicesPage
from cnnstudio.ui.panels.importing.declaration import IMPORTING, REVISING
from tests.ui.face import Face
from tests.ui.screen import drop

Key, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, drawn_digits: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored, "folder", lambda: tmp_path / "imports")


@pytest.fixture
def arrays(tmp_path: Path) -> Path:
    """Forty pictures of four classes, no two alike."""
    x, y = np.random.default_rng(1).integers(0, 256, (40, 16, 16), np.uint8), np.arange(40) % 4
    np.savez(tmp_path / "four.npz", x_train=x[:32], y_train=y[:32], x_test=x[32:], y_test=y[32:])
    return tmp_path / "four.npz"


def learn_from(window: Face, qtbot, path: Path) -> None:
    drop(window, path)
    qtbot.waitUntil(lambda: window.data.dataset is not None and window.data.source == str(path))


def shown(window: Face, qtbot) -> ChoicesPage:
    """The sheet, once the data were read as they are chosen on it."""
    revising = window.studio.get(REVISING)
    qtbot.waitUntil(lambda: revising.page is not None and revising.page.ready)
    assert revising.page is not None
    return revising.page


def typed(page: ChoicesPage, name: str, text: str) -> None:
    field = page.rows[name].editor
    field.setFocus()
    QTest.keyClick(field, Key.Key_A, CTRL)
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Key.Key_Return)


def test_the_network_is_fitted_to_arrays_in_one_step_that_is_seen_before(window: Face, qtbot, arrays: Path) -> None:
    learn_from(window, qtbot, arrays)
    before, steps = window.document.project.design, window.document.history.count()
    (offer,) = (button for button in window.strip.findChildren(QPushButton) if button.text() == "Fit the network…")
    QTest.mouseClick(offer, Qt.MouseButton.LeftButton)
    page = shown(window, qtbot)
    QTest.keyClick(page, Key.Key_Escape)
    QTest.keyClick(window, Key.Key_1, CTRL)
    QTest.mouseClick(window.studio.get(SPACE).fit, Qt.MouseButton.LeftButton)
    page = shown(window, qtbot)
    assert page.facts.text().startswith("40 pictures, 16×16×1, 4 classes") and window.document.project.design == before
    assert page.button.text() == "Fit the network" and not page.consequences.trouble.isVisible()
    QTest.keyClick(page, Key.Key_Return)
    design, train = window.document.project.design, np.load(arrays)["x_train"] / 255
    entry = design.graph[design.graph.images[0]].layer
    assert isinstance(entry, Input) and (entry.height, entry.width, entry.channels) == (16, 16, 1)
    assert np.allclose([entry.mean, entry.deviation], [train.mean(), train.std()], rtol=1e-3)
    assert design.graph.shape(design.graph.order[-1]) == (4,) and design.classes == ("0", "1", "2", "3")
    assert window.document.history.count() == steps + 1
    assert worded(window.document.to_undo) == "Fit the network to four.npz"
    window.document.history.undo()
    assert window.document.project.design == before


def test_what_validation_gets_is_chosen_anew_and_changes_to_pictures_stay(window: Face, qtbot, arrays: Path) -> None:
    learn_from(window, qtbot, arrays)
    QTest.keyClick(window, Key.Key_1, CTRL)
    space = window.studio.get(SPACE)
    qtbot.waitUntil(lambda: space.catalogue is not None and len(space.grid.rows) == 40)
    QTest.keyClick(space.grid, Key.Key_X)
    changes = window.document.project.design.recipe.data.changes
    assert len(changes.excluded) == 1
    QTest.mouseClick(space.overview.change, Qt.MouseButton.LeftButton)
    page = shown(window, qtbot)
    typed(page, "share", "25")
    page = shown(window, qtbot)
    assert "validation 8 " in page.shares.text()
    page.consequences.fits.click()
    assert page.button.text() == "Take it so"
    graph = window.document.project.design.graph
    QTest.mouseClick(page.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.data.dataset is not None)
    design = window.document.project.design
    assert design.graph == graph and design.recipe.data.changes == changes and design.recipe.data.split.share == 25
    _, validation = divided(window.data.dataset, design.recipe.data.split)
    assert 7 <= len(validation) <= 8


def test_a_table_whose_column_of_classes_is_not_found_asks_for_it(window: Face, qtbot, tmp_path: Path) -> None:
    pixels = np.random.default_rng(2).integers(0, 256, (40, 64))
    lines = [",".join([*(f"pixel{at}" for at in range(64)), "id", "kind"])]
    lines += [",".join([*map(str, row), str(at), "abcd"[at % 4]]) for at, row in enumerate(pixels.tolist())]
    table = tmp_path / "table.csv"
    table.write_text("\n".join(lines))
    drop(window, table)
    qtbot.waitUntil(lambda: any(each.action_title == "Say how it is read…" for each in window.notices.current))
    (asking,) = (each for each in window.notices.current if each.action_title == "Say how it is read…")
    asking.action()
    revising = window.studio.get(REVISING)
    qtbot.waitUntil(lambda: revising.page is not None and revising.page.trouble.isVisible())
    assert "has no labels" in revising.page.trouble.text() and not revising.page.ready
    typed(revising.page, "label_column", "kind")
    page = shown(window, qtbot)
    assert page.facts.text().endswith("4 classes: a, b, c and d") and not page.trouble.isVisible()
    QTest.keyClick(page, Key.Key_Return)
    qtbot.waitUntil(lambda: window.data.dataset is not None and window.data.source == str(table))
    assert window.data.dataset.classes == ("a", "b", "c", "d")


def test_pictures_in_files_are_imported_anew_from_what_was_chosen_before(window: Face, qtbot, tmp_path: Path) -> None:
    importing = window.studio.get(IMPORTING)

    def ready() -> bool:
        return importing.preview is not None and importing.page is not None and importing.page.button.isEnabled()

    files = {f"{at}.png": content for at, content in enumerate(classes_of("x", count=24).values())}
    rows = [f"{at}.png,{'gh'[at // 12]},{'abc'[at % 3]}" for at in range(24)]
    folder = write_files(tmp_path / "pets", files | {"labels.csv": "\n".join(["file,mood,animal", *rows]).encode()})
    drop(window, folder)
    qtbot.waitUntil(ready)
    choosing = importing.page.choosing
    assert [choosing.column.itemText(at) for at in range(choosing.column.count())] == ["mood", "animal"]
    choosing.column.setFocus()
    QTest.keyClick(choosing.column, Key.Key_End)
    qtbot.waitUntil(lambda: ready() and importing.survey is not None and importing.survey.classes == ("a", "b", "c"))
    choosing.other_size.setFocus()
    QTest.keyClicks(choosing.other_size, "40x36")
    QTest.keyClick(choosing.other_size, Key.Key_Tab)
    qtbot.waitUntil(choosing.fits["pad"].isVisible)
    QTest.keyClick(choosing.fits["pad"], Key.Key_Space)
    choosing.validation.setValue(25)
    qtbot.waitUntil(ready)
    QTest.keyClick(importing.page, Key.Key_Return)
    qtbot.waitUntil(lambda: importing.page is None and window.data.image_shape[:2] == (40, 36))
    before = window.document.project.design
    window.studio.commands["fit to data"].carry_out()
    qtbot.waitUntil(ready)
    page = importing.page
    assert (page.choosing.other_size.text(), page.choosing.validation.value()) == ("40×36", 25)
    assert page.choosing.fits["pad"].isChecked() and page.choosing.column.currentText() == "animal"
    assert not page.consequences.trouble.isVisible()
    QTest.keyClick(page.choosing.sizes[1], Key.Key_Space)
    qtbot.waitUntil(ready)
    assert not page.consequences.trouble.isVisible(), "what comes is not taken for what was"
    QTest.keyClick(page, Key.Key_Escape)
    assert window.document.project.design == before
