"""The Data workspace by hand: all pictures in sight, one of them large, and every number true."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from painted import classes_of, painted, write_files
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from cnnstudio.data.dataset import PARTS
from cnnstudio.data.importing import stored
from cnnstudio.data.preparation.measured import brightness
from cnnstudio.data.preparation.split import divided
from cnnstudio.design.edits.fitting import fitted
from cnnstudio.nn.telling.told import Sentence
from cnnstudio.runs.verdicts.wording import verdict_text
from cnnstudio.ui.data.data_page import DataPage
from cnnstudio.ui.data.declaration import DATA as SPACE
from tests.ui.face import BUILD, DATA, EXPLAIN, Face
from tests.ui.screen import colour_at

Key, SPOKEN = Qt.Key, Qt.ItemDataRole.AccessibleTextRole


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, drawn_digits: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored, "folder", lambda: tmp_path / "imports")


def page_of(window: Face, qtbot) -> DataPage:
    """The workspace, with all that is worked out for it."""
    QTest.keyClick(window, Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert window.workspaces.current == DATA
    page = window.studio.get(SPACE)
    qtbot.waitUntil(lambda: window.data.dataset is not None and page.pictures is not None)
    qtbot.waitUntil(lambda: all_drawn(page))
    return page


def all_drawn(page: DataPage) -> bool:
    grid = page.grid
    return len(grid.in_sight()) > 0 and all(grid.tiles.get(int(grid.rows[place])) for place in grid.in_sight())


def learn_from(window: Face, qtbot, path: Path) -> None:
    window.data.choose(str(path))
    qtbot.waitUntil(lambda: window.data.dataset is not None and window.data.source == str(path))


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    uneven = classes_of("cat", count=20) | classes_of("dog", count=4, first=50)
    return write_files(tmp_path / "pets", uneven | {"dog/wide.png": painted(90, height=6, width=30)})


def test_every_picture_of_a_built_in_set_can_be_come_to_by_keys(window: Face, qtbot) -> None:
    page = page_of(window, qtbot)
    grid, data = page.grid, window.data.dataset
    assert data is not None and grid.hasFocus() and len(grid.rows) == len(data.train) + len(data.test)
    train, validation = divided(data, window.data.split)
    assert [int(page.overview.uses[part].text().replace("\u202f", "")) for part in PARTS] == [
        len(train),
        len(validation),
        len(data.test),
    ]
    QTest.keyClick(grid, Key.Key_Right)
    assert grid.place == 1
    QTest.keyClick(grid, Key.Key_Down)
    assert grid.place == 1 + grid.layout_of.columns
    QTest.keyClick(grid, Key.Key_End)
    assert grid.place == len(grid.rows) - 1 and grid.place in grid.in_sight()
    assert grid.viewport().rect().contains(grid.rect_of(grid.place))
    assert page.card.label_of.currentText() == "9"
    QTest.keyClick(grid, Key.Key_Home)
    assert grid.place == 0 and grid.verticalScrollBar().value() == 0


def test_of_a_set_that_is_being_drawn_nothing_is_counted_found_or_decided(
    window: Face, qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CNNSTUDIO_CACHE", str(tmp_path))
    window.data.choose("things")
    QTest.keyClick(window, Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    page, data = window.studio.get(SPACE), window.data
    qtbot.waitUntil(lambda: data.source == "things" and page.catalogue is not None and data.sample is not None)
    job, design = data.job, window.document.project.design
    assert data.unchanged is None and job is not None and page.grid.hasFocus() and len(page.grid.rows) == 400
    assert page.facts.text().startswith("first 400 of 7\u202f000 pictures (being drawn)")
    assert not page.overview.counted.isVisible() and "200" not in page.overview.classes.currentIndex().data(SPOKEN)
    assert not any(part.isEnabled() for part in (*page.checks.searches.values(), page.uses, page.card.label_of))
    assert page.card.use_of.currentText() == ""
    for key in (Key.Key_X, Key.Key_2, Key.Key_V):
        QTest.keyClick(page.grid, key)
    assert any("first pictures only" in each.text for each in window.notices.current)
    assert window.document.project.design is design and data.job is job, "nor is it drawn from the start again"
    window.document.history.undo()
    assert not any("first pictures only" in each.text for each in window.notices.current)


def test_a_tile_and_the_large_picture_show_the_pixels_of_the_file(window: Face, qtbot, pets: Path) -> None:
    learn_from(window, qtbot, pets)
    page = page_of(window, qtbot)
    grid, card = page.grid, page.card
    place = 3
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=grid.rect_of(place).center())
    assert grid.place == place
    number = int(card.name.text().removesuffix(".png"))
    expected = np.random.default_rng(number).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    picture = card.large.picture
    assert picture is not None and (picture.width(), picture.height()) == (8, 6)
    shown = [[picture.pixelColor(x, y).getRgb()[:3] for x in range(8)] for y in range(6)]
    assert np.array_equal(shown, expected)
    assert card.folder.text() == "cat" and card.label_of.currentText() == "cat"
    assert card.values["size"].text() == "8 wide, 6 high, colour"
    red, green, blue = expected.mean((0, 1)) / 255
    assert card.values["mean"].text() == f"red {red:.3g} · green {green:.3g} · blue {blue:.3g}"
    image = grid.grab().toImage()
    box = grid.rect_of(place)
    columns, rows = range(box.left() + 4, box.right() - 4), range(box.top() + 8, box.bottom() - 8)
    inside = [colour_at(image, x, y).getRgb()[:3] for y in rows for x in columns]
    assert np.abs(np.mean(inside, 0) / 255 - expected.mean((0, 1)) / 255).max() < 0.12


def test_a_class_and_a_use_are_shown_alone(window: Face, qtbot, pets: Path) -> None:
    learn_from(window, qtbot, pets)
    page = page_of(window, qtbot)
    catalogue, classes = page.catalogue, page.overview.classes
    assert catalogue is not None
    QTest.keyClick(classes, Key.Key_Down)
    QTest.keyClick(classes, Key.Key_Down)
    assert classes.label == 1 and len(page.grid.rows) == catalogue.counts[1].sum() == 5
    QTest.mouseClick(page.uses.buttons["train"], Qt.MouseButton.LeftButton)
    assert len(page.grid.rows) == catalogue.counts[1, 0]
    assert {page.card.label_of.currentText(), page.card.use_of.currentText()} == {"dog", "train"}
    assert page.overview.balance_title.text() == "Classes differ in number"
    assert "“dog” has" in page.overview.balance_words.text()


def test_what_guessing_gets_is_said_as_the_verdict_on_a_run_says_it(window: Face, qtbot, tmp_path: Path) -> None:
    """Three even classes, and four validation pictures of which most are of one: guessing gets more than a third."""
    names = {"train": "aaaaaabbbbbbcccccc", "val": "aaab", "test": "abc"}
    files = {
        f"{part}/{name}/{part}{at}.png": painted(at + 30 * place, height=28, width=28)
        for place, (part, of) in enumerate(names.items())
        for at, name in enumerate(of)
    }
    learn_from(window, qtbot, write_files(tmp_path / "pets", files))
    design, data = window.document.project.design, window.data.dataset
    assert data is not None
    fits = fitted(design, data.image_shape, data.classes, brightness(data.train))
    window.document.edit(Sentence("Fit"), fits.with_changes(recipe=fits.recipe.replace(epochs=1)))
    page = page_of(window, qtbot)
    said = "lways naming the most frequent class gets 75.0\u202f% of the 4 validation images"
    assert page.overview.balance_title.text() == "Balanced" and said in page.overview.balance_words.text()
    window.run_control.train()
    qtbot.waitUntil(lambda: window.document.project.run is not None and not window.session.active)
    verdict = window.run_control.verdict.now
    assert verdict is not None and said in verdict_text(verdict)


def test_uneven_classes_are_told_and_the_recipe_answers_them_in_one_step(window: Face, qtbot, pets: Path) -> None:
    learn_from(window, qtbot, pets)
    page = page_of(window, qtbot)
    assert page.overview.balance_title.text() == "Classes differ in number" and page.overview.weigh.isVisible()
    page.overview.weigh.setFocus()
    QTest.keyClick(page.overview.weigh, Key.Key_Return)
    assert window.document.project.design.recipe.loss.class_weights == "balanced"
    assert not page.overview.weigh.isVisible()
    assert page.overview.balance_words.text().endswith("The recipe lets every class count as much.")
    window.document.history.undo()
    assert page.overview.weigh.isVisible()
    recipe = window.document.project.design.recipe.choose(drawing="balanced")
    window.document.edit(Sentence("Draw"), window.document.project.design.with_changes(recipe=recipe))
    assert page.overview.balance_words.text().endswith("The recipe draws as many of every class.")


def test_return_explains_the_picture(window: Face, qtbot) -> None:
    page = page_of(window, qtbot)
    page.show_part("test")
    QTest.keyClick(page.grid, Key.Key_Right)
    row = page.grid.current
    assert page.catalogue is not None and row is not None
    QTest.keyClick(page.grid, Key.Key_Return)
    assert window.workspaces.current == EXPLAIN
    assert window.samples.index == page.catalogue.where(row)[1]
    assert window.samples.label == page.catalogue.labels[row]
    window.workspaces.go_to(DATA)
    page.show_part("train")
    QTest.keyClick(page.grid, Key.Key_Right)
    row = page.grid.current
    QTest.keyClick(page.grid, Key.Key_Return)
    assert window.workspaces.current == EXPLAIN and window.samples.label == -1
    assert row is not None
    shown = window.inspection.image
    assert shown is not None and np.array_equal(shown, page.catalogue.read(np.array([row]))[0])


def test_other_data_are_shown_when_it_is_looked_at_again(window: Face, qtbot, pets: Path) -> None:
    page = page_of(window, qtbot)
    window.workspaces.show(BUILD)
    learn_from(window, qtbot, pets)
    assert len(page.grid.rows) > 1000, "nothing is worked out that nobody sees"
    window.workspaces.go_to(DATA)
    assert len(page.grid.rows) == 25
    qtbot.waitUntil(lambda: all_drawn(page))


def test_without_pictures_it_says_how_to_get_some(window: Face, qtbot, pets: Path) -> None:
    recipe = window.document.project.design.recipe
    gone = recipe.replace(data=recipe.data.taken_from(str(pets.parent / "gone")))
    window.document.edit("Choose data", window.document.project.design.with_changes(recipe=gone))
    QTest.keyClick(window, Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    page = window.studio.get(SPACE)
    qtbot.waitUntil(lambda: page.none.isVisible() and page.none.folder.isVisible())
    assert page.none.words.text() == "No pictures yet. Drop a folder or zip here"
    QTest.mouseClick(page.none.builtin["digits"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.grid.isVisible() and len(page.grid.rows) > 1000)


def test_a_smaller_size_shows_more_and_keeps_what_was_chosen_in_sight(window: Face, qtbot) -> None:
    page = page_of(window, qtbot)
    QTest.keyClick(page.grid, Key.Key_End)
    before = len(page.grid.in_sight())
    page.size_of.setValue(page.size_of.minimum())
    assert len(page.grid.in_sight()) > before and page.grid.place in page.grid.in_sight()
    qtbot.waitUntil(lambda: all_drawn(page))


def test_a_set_with_a_flaw_is_chosen_from_the_menu_and_its_flaw_is_found(window: Face, qtbot) -> None:
    entries = [above.menu() for above in window.data_chip.menu().actions() if above.text() == "Sets with a flaw"]
    next(action for action in entries[0].actions() if action.text() == "Digits with a flaw, 3").trigger()
    qtbot.waitUntil(lambda: window.data.unchanged is not None and window.data.title == "Digits with a flaw")
    page = page_of(window, qtbot)
    assert page.title.text() == "Digits with a flaw"
    page.checks.searches["duplicates"].click()
    qtbot.waitUntil(lambda: page.checks.found is not None, timeout=120_000)
    assert page.checks.kinds["exact"].text() == "1\u202f000 groups of equal pictures"
    window.data.choose("digits")
    qtbot.waitUntil(lambda: window.data.unchanged is not None and window.data.title == "Digits")
    window.document.history.undo()
    assert window.data.title == "Digits with a flaw"
