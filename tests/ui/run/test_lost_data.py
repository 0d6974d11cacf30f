"""Images that are not where they were are asked for once and known again by what they are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QPushButton
from small_mnist import small_mnist

import cnnstudio as cs
from cnnstudio.nn.looking.inspect import inspect
from cnnstudio.nn.telling.phrases import share_text
from cnnstudio.worker.training.next_run import next_run
from tests.ui.face import MAPS, Face
from tests.ui.screen import drop

FIND = "Find it…"


@pytest.fixture
def moved(tmp_path: Path) -> Path:
    """A trained design, and beside it the folder it learned from under another name."""
    folder = small_mnist(tmp_path, train=60)
    layers = [cs.Input(4, 6, 1), cs.Conv2D(2, 3), cs.ReLU(), cs.Flatten(), cs.Dense(3), cs.Softmax()]
    model = cs.Model(layers)
    model.fit(folder, epochs=1, batch_size=20, threads=1)
    model.save(tmp_path / "trained.cnn")
    folder.rename(tmp_path / "elsewhere")
    return tmp_path


def questions(window: Face) -> list[str]:
    return [notice.text for notice in window.notices.current if notice.action_title == FIND]


def opened(window: Face, folder: Path, qtbot) -> None:
    window.files.open_path(folder / "trained.cnn")
    qtbot.waitUntil(lambda: bool(questions(window)))


def press_find(window: Face, qtbot) -> QFileDialog:
    (button,) = (b for b in window.strip.findChildren(QPushButton) if b.text() == FIND and b.isVisible())
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    return next(dialog for dialog in window.findChildren(QFileDialog) if dialog.isVisible())


def choose(window: Face, place: Path, qtbot) -> None:
    dialog = press_find(window, qtbot)
    dialog.setDirectory(str(place.parent))
    dialog.selectFile(str(place))
    dialog.accept()


def test_the_same_images_elsewhere_are_taken_without_a_word_and_the_run_goes_on(window, qtbot, moved):
    opened(window, moved, qtbot)
    assert questions(window) == [f"There are no images at {moved / 'clocks'}, where this design looks for them."]
    assert len(window.notices.current) == 1
    window.document.select([])
    assert window.inspector.summary.advice == window.run_control.why_not(), "it does not say that Train goes on"
    choose(window, moved / "elsewhere", qtbot)
    qtbot.waitUntil(lambda: window.data.dataset is not None)
    assert "Train goes on where it stopped" in window.inspector.summary.advice
    assert window.notices.current == ()
    project = window.document.project
    assert project.design.recipe.data.source == str(moved / "elsewhere")
    assert not window.run_control.why_not()
    assert next_run(project, window.data.dataset).goes_on
    window.commands.run("undo")
    qtbot.waitUntil(lambda: bool(questions(window)))


def test_the_answers_keep_their_names_while_the_images_are_gone(window, qtbot, moved):
    opened(window, moved, qtbot)
    names = window.document.project.design.classes
    assert window.data.classes == () and window.looking.now.classes == names and len(names) == 3
    softmax = window.canvas.canvas_scene.cards["softmax_1"]
    assert softmax.class_names == names
    picture = moved / "own.png"
    Image.fromarray(np.full((4, 6), 200, np.uint8)).save(picture)
    drop(window, picture)
    qtbot.waitUntil(lambda: any("the network says" in notice.text for notice in window.notices.current))
    now = window.looking.now
    said = inspect(now.graph, now.snapshot, window.inspection.image[None], ["softmax_1"])["softmax_1"][0]
    answer = names[int(said.argmax())]
    assert any(f"the network says “{answer}”" in notice.text for notice in window.notices.current)
    window.document.select(["softmax_1"])
    window.board.tabs.show_tab(MAPS)
    likeliest = f"likeliest: {answer}, {share_text(float(said.max()))}"
    qtbot.waitUntil(lambda: window.maps.bars.accessibleName() == likeliest)
    window.workspaces.show("Explain")
    stage = window.explain.stage
    qtbot.waitUntil(lambda: window.explain.place.node == "softmax_1")
    assert f"class “{names[window.explain.place.cell[0]]}”" in stage.value.text()


def test_explain_says_that_there_are_no_images_and_does_not_wait_for_one(window, qtbot, moved):
    opened(window, moved, qtbot)
    window.workspaces.show("Explain")
    words = f"There are no images: {window.data.missing} could not be opened."
    qtbot.waitUntil(lambda: window.explain.message.isVisible() and words in window.explain.message.text())
    window.workspaces.show("Build")
    choose(window, moved / "elsewhere", qtbot)
    window.workspaces.show("Explain")
    qtbot.waitUntil(lambda: window.explain.place.ready)
    assert not window.explain.message.isVisible()


def test_other_images_are_taken_but_said_to_be_others(window, qtbot, moved):
    other = small_mnist(moved, train=60, seed=1, name="others")
    opened(window, moved, qtbot)
    choose(window, other, qtbot)
    qtbot.waitUntil(lambda: window.data.dataset is not None)
    (notice,) = window.notices.current
    assert notice.kind == "warning"
    assert notice.text == (
        "others holds other images than those the network has learned from: training begins a new run."
    )
    assert not next_run(window.document.project, window.data.dataset).goes_on


def test_a_place_without_images_is_refused_and_the_question_stays(window, qtbot, moved):
    (moved / "empty").mkdir()
    opened(window, moved, qtbot)
    choose(window, moved / "empty", qtbot)
    qtbot.waitUntil(lambda: len(window.notices.current) == 2)
    assert len(questions(window)) == 1
    assert any("holds no pictures to learn from" in notice.text for notice in window.notices.current)
    assert window.document.project.design.recipe.data.source == str(moved / "clocks")


def test_a_dialog_that_is_closed_again_leaves_the_question(window, qtbot, moved):
    opened(window, moved, qtbot)
    press_find(window, qtbot).reject()
    assert len(questions(window)) == 1


def test_choosing_other_data_answers_the_question(window, qtbot, moved):
    opened(window, moved, qtbot)
    window.data.choose("digits")
    assert not questions(window)
