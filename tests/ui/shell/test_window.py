"""The window as a whole: shortcuts, workspaces, data, files, closing, and what must not leak."""

from __future__ import annotations

import gc
import itertools
import sys

import numpy as np
import pytest
from painted import painted
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QPushButton, QWidget

from cnnstudio.design.edits import edits
from cnnstudio.design.templates import template
from cnnstudio.exchange.exportable import Exportable
from cnnstudio.exchange.torch.writing import state
from cnnstudio.nn.parameters.parameters import initial_parameters
from cnnstudio.nn.telling.told import worded
from cnnstudio.project.file import load_project
from cnnstudio.project.tensors import write_tensors
from cnnstudio.ui.look import preferences, theme
from cnnstudio.ui.studio import ahead
from cnnstudio.ui.studio.keyboard import stops_of
from tests.ui.face import NAMES
from tests.ui.screen import drop

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def ready(window, qtbot) -> None:
    """Wait for the data."""
    qtbot.waitUntil(lambda: window.data.dataset is not None)


def question(window, qtbot) -> QMessageBox:
    qtbot.waitUntil(lambda: window.findChild(QMessageBox, "unsaved") is not None)
    return window.findChild(QMessageBox, "unsaved")


def change(window, units: int = 90) -> None:
    design = window.document.project.design
    layer = design.graph["dense_1"].layer.replace(units=units)
    window.document.edit("Change units", edits.configure(design, "dense_1", layer))


def few_epochs(window, qtbot, **recipe) -> None:
    ready(window, qtbot)
    design = window.document.project.design
    window.document.edit("Recipe", design.with_changes(recipe=design.recipe.choose(**recipe)))


def test_the_first_start_shows_untrained_maps_of_a_sample(window, qtbot):
    qtbot.waitUntil(lambda: len(window.inspection.maps) == 14)
    assert window.inspection.maps["conv2d_1"].shape == (28, 28, 6)
    assert window.inspection.snapshot_step == 0
    assert window.data_chip.text() == "Digits"
    assert not window.isWindowModified()
    assert window.status.parameters.text() == "61\u202f706 parameters"


def test_the_first_window_is_no_larger_than_the_screen(open_window):
    window = open_window(size=())
    room = window.screen().availableSize().expandedTo(window.minimumSize())
    assert window.width() <= room.width() and window.height() <= room.height(), "its right and lower edge are in sight"


class Shown(QObject):
    """Remembers every window that is shown."""

    def __init__(self) -> None:
        super().__init__()
        self.kinds: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.kinds.append(type(watched).__name__)
        return False


def test_a_start_shows_one_window_and_no_flash_of_another(open_window, qapp, qtbot, monkeypatch):
    monkeypatch.setattr(ahead, "QUIET", 1)
    shown = Shown()
    qapp.installEventFilter(shown)
    try:
        window = open_window()
        qtbot.waitUntil(lambda: window.made("curves"))
        window.workspaces.show("Train")
        window.document.select(["conv2d_1"])
        window.document.select(["input_1"])
    finally:
        qapp.removeEventFilter(shown)
    assert shown.kinds == ["Face"]
    assert window.isActiveWindow()


def test_shortcuts(window, qtbot):
    change(window)
    undo = window.commands.action("undo")
    assert undo.text() == "Undo “Change units”"
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert not undo.isEnabled()
    qtbot.keyClick(window, Qt.Key.Key_Y, CTRL)
    assert undo.isEnabled()
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL | SHIFT)
    assert undo.isEnabled()
    qtbot.keyClick(window, Qt.Key.Key_A, CTRL)
    assert len(window.document.selection) == 14
    qtbot.keyClick(window, Qt.Key.Key_Delete)
    assert len(window.document.project.design.graph) == 0
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert len(window.document.project.design.graph) == 14
    zoom = window.canvas.camera.zoom
    qtbot.keyClick(window, Qt.Key.Key_Equal, CTRL)
    assert window.canvas.camera.zoom > zoom
    qtbot.keyClick(window, Qt.Key.Key_0, CTRL)
    assert window.canvas.camera.zoom == pytest.approx(1.0)


def test_no_keys_mean_two_things(window):
    taken: dict[str, str] = {}
    for command in window.commands.all:
        name = command.id
        for keys in window.commands.action(name).shortcuts():
            assert keys.toString() not in taken, (name, taken[keys.toString()])
            taken[keys.toString()] = name


def test_workspaces_show_the_same_panels_and_lose_nothing(window, qtbot):
    window.document.select(["conv2d_2"])
    form, zoom = window.inspector.form, window.canvas.camera.zoom
    qtbot.mouseClick(window.topbar.switch.buttons["Train"], Qt.MouseButton.LeftButton)
    assert window.curves.isVisible()
    assert not window.problems.isVisible()
    assert window.training_bar.isVisible() and window.training_bar.recipe.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_2, CTRL)
    assert window.problems.isVisible()
    assert not window.curves.isVisible()
    assert window.training_bar.isVisible() and not window.training_bar.recipe.isVisible()
    assert window.inspector.form is form
    qtbot.waitUntil(lambda: window.canvas.camera.zoom == pytest.approx(zoom))
    assert window.document.selection == {"conv2d_2"}


def test_f6_walks_through_the_panels(window, qtbot):
    window.document.select(["conv2d_1"])
    window.canvas.setFocus()
    seen = []
    for _ in range(6):
        qtbot.keyClick(window.focusWidget(), Qt.Key.Key_F6)
        seen.append(window.focusWidget())
    assert window.inspector.isAncestorOf(seen[0])
    assert "No problems" in seen[1].accessibleName() and window.problems.isAncestorOf(seen[1])
    assert seen[2] is window.volumes.view
    assert seen[3] is window.training_bar.train_button
    assert seen[4] is window.palette_panel.search
    assert seen[5] is window.canvas
    back = []
    for _ in range(6):
        qtbot.keyClick(window.focusWidget(), Qt.Key.Key_F6, SHIFT)
        back.append(window.focusWidget())
    assert back == [*seen[4::-1], window.canvas]


def test_f6_comes_to_the_open_problem_and_its_repairs_are_next(window, qtbot):
    design = window.document.project.design
    layer = design.graph["conv2d_2"].layer.replace(kernel=(17, 17))
    window.document.edit("Change kernel", edits.configure(design, "conv2d_2", layer))
    QApplication.processEvents()
    window.inspector.focus_first()
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_F6)
    assert window.focusWidget() is window.problems.open_row
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Down)
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Return)
    assert window.document.history.count() == 2
    assert not any(problem.severity == "error" for problem in window.findings.all)


@pytest.mark.parametrize("name", ["Train", "Explain", "Learn"])
def test_f6_comes_to_every_panel_of_every_workspace_and_round(window, qtbot, name):
    window.workspaces.show(name)
    if name == "Train":
        assert window.curves.isVisible()
    if name == "Explain":
        qtbot.waitUntil(lambda: window.explain.place.ready)
    window.training_bar.train_button.setFocus()
    panels = [stop.panel for stop in stops_of(window.studio)]
    assert len(panels) >= 4 and window.training_bar in panels
    seen = []
    for panel in panels:
        qtbot.keyClick(window.focusWidget(), Qt.Key.Key_F6)
        focused = window.focusWidget()
        assert panel is focused or panel.isAncestorOf(focused)
        seen.append(focused)
    assert len(set(seen)) == len(panels)
    assert seen[-1] is window.training_bar.train_button


def test_sizes_are_remembered(open_window):
    first = open_window()
    first.board.columns.setSizes([240, 800, 360])
    sizes = first.board.columns.sizes()
    first.board.remember()
    first.workspaces.show("Train")
    first.workspaces.show("Build")
    assert first.board.columns.sizes() == sizes


@pytest.mark.parametrize("size", [(1440, 900), (1100, 700), (900, 600)])
def test_it_fits_into_small_windows(open_window, size):
    window = open_window(size=size)
    for workspace in NAMES:
        window.workspaces.show(workspace)
        QApplication.processEvents()
        assert (window.width(), window.height()) == size
        if workspace in ("Build", "Train"):
            assert window.canvas.width() > 300
        bar = window.topbar
        shown = [w for w in (window.data_chip, bar.undo, bar.redo, bar.templates, bar.switch) if w.isVisible()]
        for widget in shown:
            assert bar.rect().contains(widget.mapTo(bar, QPoint(widget.width() - 1, widget.height() - 1)))
            assert widget.width() >= widget.minimumSizeHint().width()
        for name, button in bar.switch.buttons.items():
            assert button.width() >= button.fontMetrics().horizontalAdvance(name) + 8
        parts = [window.training_bar.train_button, window.training_bar.stop_button, window.training_bar.progress]
        parts.append(window.training_bar.reset_button)
        if workspace == "Train":
            parts += window.training_bar.fields.fields.values()
        places = [QRect(part.mapTo(window, QPoint(0, 0)), part.size()) for part in parts]
        assert all(window.rect().contains(place) for place in places)
        assert not any(a.intersects(b) for a, b in itertools.combinations(places, 2))
        train = window.training_bar.train_button
        assert window.rect().contains(train.mapTo(window, QPoint(train.width() - 1, 0)))


def test_other_data_is_an_undoable_edit_with_an_offer_to_fit(window, qtbot):
    ready(window, qtbot)
    window.data.choose("shapes")
    assert window.document.project.design.recipe.data.source == "shapes"
    qtbot.waitUntil(lambda: bool(window.notices.current))
    notice = window.notices.current[0]
    assert notice.text == "Shapes has images of 32×32×3, but the Input layer takes 28×28×1."
    assert notice.action_title == "Set Input to 32×32×3"
    steps = window.document.history.count()
    buttons = [b for b in window.strip.findChildren(QPushButton) if b.text() == notice.action_title]
    qtbot.mouseClick(buttons[0], Qt.MouseButton.LeftButton)
    assert window.document.project.design.graph.shape("input_1") == (32, 32, 3)
    assert window.document.history.count() == steps + 1
    assert window.notices.current == ()
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert window.data_chip.text() == "Digits"
    assert window.notices.current == ()


def test_the_offer_to_fit_says_what_the_input_layer_takes_now(window, qtbot):
    ready(window, qtbot)
    for height in (29, 30):
        design = window.document.project.design
        layer = design.graph["input_1"].layer.replace(height=height)
        window.document.edit("Change height", edits.configure(design, "input_1", layer))
        QApplication.processEvents()
        (notice,) = window.notices.current
        assert notice.text == f"Digits has images of 28×28×1, but the Input layer takes {height}×28×1."
    window.notices.close(notice)
    layer = layer.replace(height=31)
    window.document.edit("Change height", edits.configure(window.document.project.design, "input_1", layer))
    assert window.notices.current == (), "closed by hand, it is not said again"


def test_data_that_is_none_is_refused_and_nothing_changes(window, qtbot, tmp_path):
    (tmp_path / "notes.txt").write_text("no images here")
    window.open_any(tmp_path / "notes.txt")
    qtbot.waitUntil(lambda: bool(window.notices.current))
    assert window.notices.current[0].kind == "error"
    assert "notes.txt" in window.notices.current[0].text
    assert window.document.project.design.recipe.data.source == "digits"


@pytest.mark.real_data
def test_mnist_from_the_disk(window, qtbot, real_data):
    window.open_any(real_data / "mnist")
    qtbot.waitUntil(lambda: window.data_chip.text() == "mnist")
    assert worded(window.document.to_undo) == "Choose data"
    assert window.data.dataset.image_shape == (28, 28, 1)
    assert window.notices.current[0].kind == "good"


def test_save_and_open_by_drop(open_window, qtbot, tmp_path):
    window = open_window()
    change(window, 77)
    assert window.windowTitle().startswith("LeNet-5[*]")
    qtbot.keyClick(window, Qt.Key.Key_S, CTRL)
    dialog = window.findChild(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "mine.cnn"))
    dialog.close()
    assert not window.document.modified
    assert window.topbar.file.text() == "mine.cnn"
    assert window.status.saved.text().startswith("Saved ")
    assert load_project(tmp_path / "mine.cnn").design == window.document.project.design
    assert preferences.recent_files() == [tmp_path / "mine.cnn"]

    (tmp_path / "copy.cnn").write_bytes((tmp_path / "mine.cnn").read_bytes())
    other = open_window("first_conv")
    drop(other, tmp_path / "copy.cnn")
    qtbot.waitUntil(lambda: not other.files.opening)
    assert other.document.project.design.graph["dense_1"].layer.units == 77
    assert other.document.path == tmp_path / "copy.cnn"
    assert not other.document.modified


def test_names_from_files_are_shown_as_they_are(window, tmp_path):
    window.document.open(window.document.project, tmp_path / "<b>a&b.cnn")
    assert "&lt;b&gt;a&amp;b.cnn" in window.topbar.file.toolTip()
    assert window.topbar.file.text() == "<b>a&b.cnn"
    assert window.topbar.file.textFormat() == Qt.TextFormat.PlainText


def test_a_damaged_file_changes_nothing(window, tmp_path, qtbot):
    (tmp_path / "bad.cnn").write_bytes(b"PK not really")
    before = window.document.project
    window.open_any(tmp_path / "bad.cnn")
    qtbot.waitUntil(lambda: not window.files.opening)
    assert window.document.project is before
    assert window.notices.current[0].kind == "error"


@pytest.mark.parametrize("answer", ["Save", "Discard", "Cancel"])
def test_closing_asks_when_something_would_be_lost(window, qtbot, tmp_path, answer):
    window.document.open(window.document.project, tmp_path / "a.cnn")
    change(window)
    window.close()
    assert window.isVisible()
    box = question(window, qtbot)
    assert "a.cnn" in box.text()
    qtbot.mouseClick(box.button(QMessageBox.StandardButton[answer]), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.isVisible() == (answer == "Cancel"))
    assert (tmp_path / "a.cnn").exists() == (answer == "Save")


def test_closing_without_changes_asks_nothing(window):
    window.close()
    assert not window.isVisible()


def test_closing_while_training_ends_the_thread_and_saves_what_was_learned(window, qtbot, tmp_path):
    path = tmp_path / "trained.cnn"
    few_epochs(window, qtbot, epochs=50)
    window.document.open(window.document.project, path)
    qtbot.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: len(window.session.log.read()) > 5)
    window.close()
    assert window.isVisible()
    assert "Training is under way" in question(window, qtbot).informativeText()
    save = question(window, qtbot).button(QMessageBox.StandardButton.Save)
    qtbot.mouseClick(save, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.isVisible())
    saved = load_project(path)
    assert saved.run is not None
    assert saved.run.step >= 3
    assert saved.weights.step == saved.run.step
    assert window.session.state == "idle"


def test_training_moves_the_curve_the_maps_and_the_weights(window, qtbot, tmp_path):
    few_epochs(window, qtbot, epochs=1, batch_size=500)
    qtbot.waitUntil(lambda: len(window.inspection.maps) == 14)
    untrained = window.inspection.maps["conv2d_1"].copy()
    qtbot.mouseClick(window.training_bar.train_button, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(window.session.finished):
        pass
    assert window.document.project.run.step == 18
    assert window.document.project.weights.step == 18
    qtbot.waitUntil(lambda: window.inspection.snapshot_step == 18)
    assert not np.array_equal(window.inspection.maps["conv2d_1"], untrained)
    assert window.document.modified
    weights = window.document.project.weights
    window.document.open(window.document.project, tmp_path / "a.cnn")
    qtbot.keyClick(window, Qt.Key.Key_S, CTRL)
    again = load_project(tmp_path / "a.cnn")
    np.testing.assert_array_equal(again.weights.parameters.vector, weights.parameters.vector)
    assert len(again.run.history.losses) == 18


def test_a_design_that_cannot_be_trained_says_why_and_stays_still(open_window, qtbot):
    window = open_window("first_conv")
    qtbot.waitUntil(lambda: bool(window.data.image_shape))
    said = [window.findings.words(row.problem).sentence for row in window.problems.rows]
    assert said == [window.run_control.why_not()]
    assert window.problems.count.text() == "1"
    assert window.status.problems.text().endswith("1 problem")
    assert "Softmax" in window.run_control.why_not()
    qtbot.keyClick(window, Qt.Key.Key_F5)
    assert window.session.state == "idle"
    assert window.notices.current[-1].kind == "warning"


def test_new_from_template(window, qtbot):
    window.topbar.templates.menu().aboutToShow.emit()
    actions = {action.text(): action for action in window.topbar.templates.menu().actions()}
    actions[template("article").title].trigger()
    assert len(window.document.project.design.graph) == len(template("article").graph)
    assert window.document.path is None
    assert window.document.history.count() == 0


def test_the_problem_list_leads_to_the_layer(window, qtbot):
    design = window.document.project.design
    window.document.edit("Delete", edits.remove(design, ["flatten_1"], rejoin=True))
    row = window.problems.rows[0]
    qtbot.mouseClick(row, Qt.MouseButton.LeftButton)
    assert window.document.selection == {"dense_1"}
    assert row.property("role") == "problem-selected"


def test_both_looks(window, qapp):
    for name in theme.NAMES:
        theme.apply(qapp, name)
        QApplication.processEvents()
        picture = window.grab().toImage()
        corner = picture.pixelColor(picture.width() - 6, picture.height() - 4)
        assert corner.name() == theme.load(name).panel.name()


def test_repainting_loses_no_reference_to_none(window, qtbot):
    window.document.select(["conv2d_1"])
    QApplication.processEvents()
    gc.collect()
    window.grab()
    before = sys.getrefcount(None)
    for _ in range(200):
        window.canvas.viewport().repaint()
        window.palette_panel.rows[0].repaint()
        window.inspector.repaint()
    assert sys.getrefcount(None) > before - 100


def test_weights_that_were_saved_alone_open_for_the_design_at_hand(window, tmp_path, qtbot) -> None:
    design = window.document.project.design
    other = initial_parameters(design.graph, 7)
    (tmp_path / "w.safetensors").write_bytes(write_tensors(state(Exportable(design, other)), {}))
    window.open_any(tmp_path / "w.safetensors")
    qtbot.waitUntil(lambda: not window.document.project.fresh)
    found = window.document.project
    assert found.design == design and np.array_equal(found.weights.parameters.vector, other.vector)
    (notice,) = window.notices.current
    assert notice.text.startswith("w.safetensors is open with its weights")


def test_open_takes_what_a_drop_takes(window, tmp_path, qtbot) -> None:
    (tmp_path / "cat.png").write_bytes(painted(3, height=28, width=28))
    qtbot.keyClick(window, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    dialog = window.findChild(QFileDialog)
    offered = dialog.nameFilters()[0]
    for ending in ("*.cnn", "*.onnx", "*.keras", "*.safetensors", "*.png", "*.jpg", "*.npz", "*.zip"):
        assert ending in offered
    dialog.fileSelected.emit(str(tmp_path / "cat.png"))
    dialog.close()
    qtbot.waitUntil(lambda: "cat" in window.studio.looking.now.label)
    assert not [notice for notice in window.notices.current if notice.kind == "error"]
