"""A film stands in for the camera: pictures are collected while Space is held, learned from, and classified live."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from cnnstudio.data.importing import stored
from cnnstudio.data.library import open_data
from cnnstudio.data.pictures.film import Film
from cnnstudio.nn.looking.inspect import inspect
from cnnstudio.ui.panels.camera.camera_card import CameraCard
from cnnstudio.ui.panels.camera.declaration import CAMERA
from cnnstudio.ui.panels.importing.declaration import IMPORTING
from tests.ui.face import Face

cv2 = pytest.importorskip("cv2")

Key = Qt.Key


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Two seconds, thirty pictures each: dark on the left, then light."""
    path = tmp_path / "film.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 30, (64, 48))
    for number in range(60):
        picture = np.full((48, 64, 3), 200 if number >= 30 else 20, np.uint8)
        picture[:, :16] = (250, number, 0)  # blue, green, red
        writer.write(picture)
    writer.release()
    return path


def held(card: CameraCard, qtbot, count: int) -> None:
    """Space is held until the chosen class has so many pictures."""
    name = card.chosen
    QTest.keyPress(card.classes, Key.Key_Space)
    qtbot.waitUntil(lambda: card.collected.counts[name] >= count)
    QTest.keyRelease(card.classes, Key.Key_Space)
    assert not card.collecting


def test_a_film_gives_ten_upright_pictures_a_second_in_their_colours(film: Path) -> None:
    opened, seen = Film(film), []
    while (picture := opened.next()) is not None:
        seen.append(picture)
    opened.close()
    assert len(seen) == 20 and seen[0].shape == (48, 64, 3)
    assert seen[0][:, 4, 2].mean() > 200 and seen[0][:, 4, 0].mean() < 60, "blue is the last"
    assert seen[0][:, 40].mean() < 60 and seen[-1][:, 40].mean() > 150


def test_pictures_are_collected_while_space_is_held_and_what_is_seen_is_classified(
    window: Face, qtbot, film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored, "folder", lambda: tmp_path / "imports")
    card, folder = window.studio.get(CAMERA), tmp_path / "collected"
    card.open(film, folder)
    qtbot.waitUntil(lambda: card.view.picture is not None)
    QTest.keyClick(card.name, Key.Key_Return)
    assert not card.running and card.name.hasFocus(), "nobody has said yet what is to be seen"
    for name in ("dark", "li/ght"):
        QTest.keyClicks(card.name, name)
        QTest.keyClick(card.name, Key.Key_Return)
    assert list(card.collected.counts) == ["dark", "li_ght"] and not card.learn.isEnabled()
    assert card.running and card.classes.hasFocus(), "where Space collects"
    card.classes.setCurrentRow(0)
    held(card, qtbot, 3)
    now, image = window.studio.looking.now, window.inspection.image
    assert image is not None and image.shape == (28, 28, 1) and window.samples.label == -1
    said = inspect(now.graph, now.snapshot, image[None], {"softmax_1"})["softmax_1"][0]
    assert f"“{now.classes[int(said.argmax())]}”" in card.answer.text()
    QTest.keyClick(card.classes, Key.Key_Down)
    assert card.chosen == "li_ght"
    held(card, qtbot, 3)
    qtbot.waitUntil(lambda: card.answer.text() == "That was all.")
    counts = dict(card.collected.counts)  # the picture that was on its way as Space was released is among them
    QTest.mouseClick(card.again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: card.running)
    qtbot.waitUntil(lambda: card.answer.text() == "That was all.")
    assert counts == card.collected.counts and card.film is None
    assert {path.name: len(list(path.iterdir())) for path in folder.iterdir()} == counts
    data = open_data(folder, size=(28, 28))
    assert data.classes == ("dark", "li_ght")
    QTest.mouseClick(card.learn, Qt.MouseButton.LeftButton)
    assert not card.isVisible()
    importing = window.studio.get(IMPORTING)
    qtbot.waitUntil(lambda: importing.page is not None and importing.page.button.isEnabled())
    QTest.mouseClick(importing.page.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.data.dataset is not None and window.data.classes == ("dark", "li_ght"))
    assert window.run_control.why_not() == "", window.run_control.why_not()


def test_without_a_camera_the_keyboard_stays_where_it_was_and_a_film_is_offered(window: Face, qtbot, capfd) -> None:
    before = window.focusWidget()
    card = window.studio.get(CAMERA)
    card.open(63)
    assert card.name.hasFocus()
    qtbot.waitUntil(lambda: any(each.action_title == "Choose a film…" for each in window.notices.current))
    assert not card.isVisible() and window.focusWidget() is before and before is not None
    assert capfd.readouterr().err == "", "it is said in the window, once"


def test_what_is_no_film_is_said(window: Face, qtbot, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_bytes(b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0\0\0\x08mdat" * 50)
    card = window.studio.get(CAMERA)
    card.open(tmp_path / "notes.txt")
    qtbot.waitUntil(lambda: any("no film that can be read" in each.text for each in window.notices.current))
    assert not card.isVisible()
