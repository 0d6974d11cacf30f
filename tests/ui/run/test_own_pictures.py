"""A folder of pictures is dropped on the window and learned from; what could not be taken is told of."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from painted import classes_of, write_files
from PIL import Image
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest

from cnnstudio.ui.panels.evaluation.declaration import PICTURE
from cnnstudio.ui.panels.importing.declaration import IMPORTING
from tests.ui.screen import drop


@pytest.fixture(autouse=True)
def _imports_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cnnstudio.data.importing.stored.folder", lambda: tmp_path / "imports")


def test_a_dropped_folder_becomes_the_data_and_what_was_left_out_is_told(window, qtbot, tmp_path):
    folder = write_files(tmp_path / "pets", classes_of("cat", "dog") | {"cat/bad.png": b""})
    drop(window, folder)
    importing = window.studio.get(IMPORTING)
    qtbot.waitUntil(lambda: importing.page is not None and importing.page.button.isEnabled())
    QTest.keyClick(importing.page, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.data_chip.text() == "pets")
    assert window.data.classes == ("cat", "dog")
    assert window.document.project.design.recipe.data.source == str(folder)
    (notice,) = (each for each in window.notices.current if "now learns from pets" in each.text)
    assert notice.kind == "warning"
    assert "8 images for training and validation, 2 for the test" in notice.text
    assert "1 file was left out: cat/bad.png (It is empty, no picture)." in notice.text


def test_a_dropped_folder_that_cannot_be_learned_from_changes_nothing(window, qtbot, tmp_path):
    before = window.document.project.design
    drop(window, write_files(tmp_path / "pets", classes_of("cat")))
    qtbot.waitUntil(
        lambda: any("nothing to tell apart" in each.text for each in window.notices.current), timeout=10_000
    )
    drop(window, write_files(tmp_path / "in", {"pets.rar": b"Rar!"}) / "pets.rar")
    assert any("unpack it and open the folder" in each.text for each in window.notices.current)
    assert window.document.project.design == before


def test_a_picture_that_is_looked_at_is_made_to_fit_as_those_of_the_data_were(window, qtbot, tmp_path):
    Image.fromarray(np.repeat(np.uint8([[0, 255, 0]]), 28, 1)).save(tmp_path / "wide.png")
    design = window.document.project.design
    for fit, white in (("crop", 28 * 28), ("fit", 28 * 10)):
        data = design.recipe.data.replace(source=str(tmp_path), choices={"fit": fit})
        window.document.edit("Choose data", design.with_changes(recipe=design.recipe.replace(data=data)))
        drop(window, tmp_path / "wide.png")
        shown = window.inspection.image
        assert shown is not None and abs(int((shown > 127).sum()) - white) <= 60, fit


def test_a_copied_picture_is_looked_at_by_a_key_as_a_file_of_it_is(window, qtbot, tmp_path, drawn_digits):
    qtbot.waitUntil(lambda: window.data.dataset is not None)
    pixels = np.zeros((28, 28, 3), np.uint8)
    pixels[4:20, 10:14] = 255
    Image.fromarray(pixels).save(tmp_path / "one.png")
    drop(window, tmp_path / "one.png")
    as_file = window.inspection.image.copy()
    window.studio.samples.show_index(3)
    clipboard = QGuiApplication.clipboard()
    clipboard.setImage(QImage(str(tmp_path / "one.png")))
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    QTest.keyClick(window, Qt.Key.Key_V, keys)
    assert np.array_equal(window.inspection.image, as_file)
    qtbot.waitUntil(lambda: any("The copied picture, taken as 28×28×1" in each.text for each in window.notices.current))
    window.studio.samples.show_index(3)
    copied = QMimeData()
    copied.setUrls([QUrl.fromLocalFile(str(tmp_path / "one.png"))])
    clipboard.setMimeData(copied)
    QTest.keyClick(window, Qt.Key.Key_V, keys)
    assert np.array_equal(window.inspection.image, as_file)
    clipboard.setText("no picture")
    window.studio.samples.show_index(3)
    before = window.inspection.image.copy()
    QTest.keyClick(window, Qt.Key.Key_V, keys)
    assert np.array_equal(window.inspection.image, before)
    assert any("No picture has been copied yet" in each.text for each in window.notices.current)


def test_several_pictures_dropped_at_once_are_counted_by_what_they_are_taken_for(window, qtbot, tmp_path, drawn_digits):
    qtbot.waitUntil(lambda: window.data.dataset is not None)
    for at, pixels in enumerate(window.data.dataset.test.pixels[:5]):
        Image.fromarray(pixels[..., 0]).save(tmp_path / f"{at}.png")
    (tmp_path / "5.png").write_bytes(b"no picture")
    drop(window, *(tmp_path / f"{at}.png" for at in range(6)))

    def told() -> list[str]:
        return [each.text for each in window.notices.current if "takes 5 pictures for" in each.text]

    qtbot.waitUntil(lambda: bool(told()))
    assert sum(int(number) for number in re.findall(r"(\d+) digit", told()[0])) == 5
    assert "Left out: 5.png: It is no picture that can be read" in told()[0]
    chooser, dropped = window.maps.chooser, window.data.dataset.test.pixels[:5]
    for at in (0, 1, 2, 3, 4, 0):
        assert np.array_equal(window.inspection.image, dropped[at]) and window.inspection.label == f"“{at}.png”"
        assert chooser.menu_button.text() == f"Picture {at + 1} of 5"
        chooser.next.click()
    chooser.previous.click()
    assert window.inspection.label == "“0.png”"
    window.studio.samples.show_class(7)
    assert chooser.menu_button.text() == "Sample" and window.inspection.label == "digit “7”"
    chooser.next.click()
    assert chooser.menu_button.text() == "Sample"


def test_a_table_without_labels_is_looked_at_row_by_row(window, qtbot, tmp_path, drawn_digits):
    qtbot.waitUntil(lambda: window.data.dataset is not None)
    pixels = window.data.dataset.test.pixels[:203]
    np.savetxt(tmp_path / "digits.csv", pixels.reshape(203, -1), "%d", ",")
    window.studio.get(PICTURE).show_many([tmp_path / "digits.csv"])

    def told() -> list[str]:
        return [each.text for each in window.notices.current if "takes 200 pictures for" in each.text]

    qtbot.waitUntil(lambda: bool(told()))
    assert "Of 203 pictures the first 200 were looked at." in told()[0]
    assert np.array_equal(window.inspection.image, pixels[0])
