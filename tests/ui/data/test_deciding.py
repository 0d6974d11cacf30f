"""Duplicates are found, opened and dealt with by a key; every decision is one step of undo and no file is touched."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from painted import classes_of, painted, write_files
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from cnnstudio.data.importing import stored
from cnnstudio.data.library import open_data
from cnnstudio.data.review.kept_changes import kept
from cnnstudio.design.templates import template
from cnnstudio.nn.telling.told import worded
from cnnstudio.ui.data.data_page import DataPage
from cnnstudio.ui.data.decisions import LeaveOut, Relabel, decision_of
from cnnstudio.ui.data.declaration import DATA as SPACE
from cnnstudio.ui.data.declaration import KEPT
from tests.ui.face import DATA, Face

Key = Qt.Key


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    """Given parts; a cat of the test pictures is among those to learn from, as a dog."""
    train = classes_of("cat", "dog", count=10, inside="train/")
    test = classes_of("cat", "dog", count=4, first=50, inside="test/")
    return write_files(tmp_path / "pets", train | test | {"train/dog/again.png": painted(51)})


@pytest.fixture
def page(window: Face, qtbot, pets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataPage:
    monkeypatch.setattr(stored, "folder", lambda: tmp_path / "imports")
    window.data.choose(str(pets))
    qtbot.waitUntil(lambda: window.data.dataset is not None and window.data.source == str(pets))
    window.workspaces.go_to(DATA)
    return window.studio.get(SPACE)


def changes(window: Face):
    return window.document.project.design.recipe.data.changes


def press(page: DataPage, *keys: Key) -> None:
    for key in keys:
        QTest.keyClick(page.grid, key)


def test_a_picture_is_relabelled_left_out_and_moved_by_keys_and_all_is_undone(
    window: Face, qtbot, page: DataPage, pets: Path
) -> None:
    before = sorted(path.read_bytes() for path in pets.rglob("*.png"))
    undo = window.document.history
    row = page.grid.current
    assert row is not None
    press(page, Key.Key_2)
    assert page.catalogue is not None and page.catalogue.labels[row] == 1
    assert worded(window.document.to_undo) == "Label 1 picture “dog”"
    assert page.grid.current != row and page.grid.place == 0, "on to the next"
    page.grid.choose(row)
    assert page.card.label_of.currentText() == "dog"
    press(page, Key.Key_E)
    assert page.card.use_of.currentText() == "test" and worded(window.document.to_undo) == "Use 1 picture for test"
    press(page, Key.Key_X)
    assert (
        page.card.use_of.currentText() == "nothing, left out"
        and worded(window.document.to_undo) == "Leave 1 picture out"
    )
    assert page.overview.left_out.text() == "1 picture left out"
    headings = [page.grid.counted(section) for section in range(2)]
    of_class = [len(page.catalogue.chosen(label)) for label in range(2)]
    assert headings == [str(of_class[0]), f"{of_class[1] - 1} · 1 left out"], "as the list of classes has it"
    press(page, Key.Key_X)
    assert page.grid.counted(1) == str(of_class[1])
    assert (
        worded(window.document.to_undo) == "Take 1 picture back"
        and page.card.use_of.currentText() != "nothing, left out"
    )
    for _ in range(4):
        undo.undo()
    assert not changes(window) and page.card.label_of.currentText() == "cat"
    assert sorted(path.read_bytes() for path in pets.rglob("*.png")) == before


def test_what_is_learned_from_is_what_was_decided_and_it_is_opened_so_again(
    window: Face, qtbot, page: DataPage
) -> None:
    page.show_part("test")
    press(page, Key.Key_Space, Key.Key_Right, Key.Key_T)
    assert len(changes(window).moved) == 2 and not page.grid.marked
    page.show_part(None)
    press(page, Key.Key_End, Key.Key_X)
    qtbot.waitUntil(lambda: window.data.dataset is not None and window.data.job is None)
    data = window.data.dataset
    again = open_data(window.document.project.design.recipe.data)
    assert data is not None and data.fingerprint == again.fingerprint
    assert (len(data.train) + len(data.test)) == 28 and len(data.test) in (5, 6)


def test_keep_goes_on_and_a_share_of_validation_is_no_place_to_move_to(window: Face, page: DataPage) -> None:
    press(page, Key.Key_K)
    assert page.grid.place == 1 and not changes(window)
    press(page, Key.Key_V)
    assert not changes(window)
    assert any("a share of the training pictures" in notice.text for notice in window.notices.current)


def test_a_choice_in_the_card_is_a_decision_too(window: Face, page: DataPage) -> None:
    card = page.card
    assert page.catalogue is not None
    page.show_part("train")
    row = page.grid.current
    card.use_of.setFocus()
    QTest.keyClick(card.use_of, Key.Key_End)
    assert page.catalogue.parts[row] == -1
    card.label_of.setFocus()
    page.show_part(None)
    row = page.grid.current
    label = int(page.catalogue.labels[row])
    QTest.keyClick(card.label_of, Key.Key_Down if label == 0 else Key.Key_Up)
    assert page.catalogue.labels[row] == 1 - label


def test_duplicates_across_the_parts_are_opened_and_gone_once_one_is_left_out(
    window: Face, qtbot, page: DataPage
) -> None:
    checks = page.checks
    QTest.mouseClick(checks.searches["duplicates"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: checks.found is not None)
    button = checks.kinds["exact"]
    assert button.text() == "1 group of equal pictures" and "1 of them" in button.toolTip()
    assert not checks.kinds["blank"].isEnabled()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert len(page.grid.rows) == 2 and page.grid.hasFocus()
    shown = {page.catalogue.file(int(row)).rsplit("/", 1)[-1] for row in page.grid.rows}
    assert shown == {"again.png", "1.png"}
    pixels = page.catalogue.read(np.asarray(page.grid.rows))
    assert np.array_equal(*pixels)
    press(page, Key.Key_X)
    assert button.text() == "0 groups of equal pictures" and len(page.grid.rows) == 0
    window.document.history.undo()
    assert button.text() == "1 group of equal pictures" and len(page.grid.rows) == 2
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert len(page.grid.rows) == 29


def test_a_clean_copy_has_what_was_decided_and_is_told_of(
    window: Face, qtbot, page: DataPage, pets: Path, tmp_path: Path
) -> None:
    press(page, Key.Key_X)
    gone = page.catalogue.file(page.grid.current)
    page.copy.write(tmp_path / "copy")
    qtbot.waitUntil(lambda: any("Wrote 28 pictures" in notice.text for notice in window.notices.current))
    assert any("without 1 picture left out" in notice.text for notice in window.notices.current)
    assert not (tmp_path / "copy" / gone).exists() and (pets / gone).exists()
    assert open_data(tmp_path / "copy").content == window.data.dataset.content
    page.copy.write(tmp_path / "copy")
    qtbot.waitUntil(lambda: any("is there already" in notice.text for notice in window.notices.current))
    assert page.copy.text() == "Write a clean copy…" and page.copy.isEnabled()


def test_a_digit_is_the_class_of_that_name_or_the_place_of_one() -> None:
    digits = tuple("0123456789")
    assert decision_of(Key.Key_7, digits) == Relabel(7) and decision_of(Key.Key_0, digits) == Relabel(0)
    assert decision_of(Key.Key_2, ("cat", "dog")) == Relabel(1)
    assert decision_of(Key.Key_0, ("cat", "dog")) == Relabel(9) and decision_of(Key.Key_X, digits) == LeaveOut()


def test_changes_are_kept_beside_the_cache_and_offered_to_another_design(
    window: Face, qtbot, page: DataPage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CNNSTUDIO_CACHE", str(tmp_path / "kept"))
    window.studio.get(KEPT)
    mark = window.data.unchanged.fingerprint
    press(page, Key.Key_2)
    made = changes(window)
    qtbot.waitUntil(lambda: kept(mark) == made and bool(made))
    project, source = window.document.project, window.data.source
    window.document.new(project.with_changes(design=template("lenet5")))
    design = window.document.project.design
    data = design.recipe.data.taken_from(source)
    window.document.edit("Choose data", design.with_changes(recipe=design.recipe.replace(data=data)))
    qtbot.waitUntil(lambda: any(each.action_title == "Use these changes" for each in window.notices.current))
    assert kept(mark) == made, "who opens a design without changes forgets none"
    (notice,) = [each for each in window.notices.current if each.action_title == "Use these changes"]
    assert "1 picture of pets" in notice.text
    notice.action()
    assert changes(window) == made
    window.document.history.undo()
    assert not changes(window) and kept(mark) == made


def test_what_was_found_has_a_card_with_its_pictures_and_what_was_not_a_word(
    window: Face, qtbot, page: DataPage
) -> None:
    checks = page.checks
    assert not checks.cards.isVisible()
    QTest.mouseClick(checks.searches["duplicates"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: checks.found is not None)
    card = checks.kinds["exact"]
    assert card.isVisible() and card.count == 2 and not checks.kinds["blank"].isVisible()
    assert checks.none.isVisible() and "no blank ones" in checks.none.text().lower()
    tall = card.height()
    window.resize(1100, 700)
    qtbot.waitUntil(lambda: card.height() < tall, timeout=5000)
    assert card.isVisible() and page.grid.in_sight()
