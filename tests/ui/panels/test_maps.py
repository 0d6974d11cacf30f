"""The maps panel: the right values of the right layer, said in words, counted from 1."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot
from small_training import small_graph

from cnnstudio.design.edits import edits
from cnnstudio.design.value.design import Design
from cnnstudio.nn.graph.layer import layer_from_json
from cnnstudio.nn.looking.inspect import inspect
from cnnstudio.ui.look.numbers import number_text
from cnnstudio.ui.panels.maps.map_blocks import first_convolution, signed, together
from cnnstudio.ui.panels.maps.maps import MapsPanel
from cnnstudio.ui.panels.maps.mosaic_view import Cell
from cnnstudio.ui.run.samples import spoken
from tests.ui.screen import colour_at, hover
from tests.ui.training_parts import LONG, Parts, parts, unloaded  # noqa: F401


@pytest.fixture
def panel(qtbot: QtBot, parts: Parts) -> MapsPanel:  # noqa: F811
    made = MapsPanel(parts.document, parts.inspection, parts.looking, parts.samples)
    made.resize(570, 275)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    qtbot.waitUntil(lambda: bool(made.blocks))
    return made


def test_without_a_selection_the_first_convolution_before_and_after(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    panel: MapsPanel,
) -> None:
    assert panel.node == "conv" and panel.stack.currentWidget() is panel.mosaic
    assert [block.node for block in panel.blocks] == ["conv", "relu"]
    assert [block.scale.signed for block in panel.blocks] == [True, False]
    assert panel.legends[0].isVisible() and panel.legend_names[1].text() == "after ReLU"
    title = panel.subtitle.text()
    assert title.startswith("Conv 2D · 6×6×2 · “") and title.endswith(" · not trained: its weights are random")


def test_the_value_under_the_pointer_is_the_cells_own(qtbot: QtBot, parts: Parts, panel: MapsPanel) -> None:  # noqa: F811
    place = panel.mosaic.place(0, Cell(1, 2, 4)).center().toPoint()
    hover(panel.mosaic, place)
    before = parts.inspection.maps["conv"][2, 4, 1]
    after = max(0.0, before)
    value = f"{number_text(before)} → {number_text(after)}"
    assert panel.subtitle.text() == f"map 2, row 3, column 5: {value}"
    for width in (300, 150, 100):
        panel.subtitle.resize(width, panel.subtitle.height())
        assert panel.subtitle.shown().endswith(value), "however narrow it is, the value stays"
    hover(panel.mosaic, QPoint(0, panel.mosaic.height() - 1))
    assert panel.subtitle.text().startswith("Conv 2D")


def test_the_second_block_points_at_the_same_cell(qtbot: QtBot, panel: MapsPanel) -> None:
    hover(panel.mosaic, panel.mosaic.place(1, Cell(0, 5, 1)).center().toPoint())
    assert panel.mosaic.cell == Cell(0, 5, 1)
    assert panel.subtitle.text().startswith("map 1, row 6, column 2: ")


def test_what_is_painted_has_the_colour_of_the_value(qtbot: QtBot, parts: Parts, panel: MapsPanel) -> None:  # noqa: F811
    from cnnstudio.ui.look import pictures, theme

    image = panel.mosaic.grab().toImage()
    block = panel.blocks[0]
    level = pictures.levels(block.maps, block.scale)
    for cell in (Cell(0, 0, 0), Cell(1, 3, 2), Cell(0, 5, 5)):
        at = panel.mosaic.place(0, cell).center()
        expected = theme.current().diverging[level[cell.row, cell.column, cell.index]]
        assert colour_at(image, at.x(), at.y()).getRgb()[:3] == tuple(int(v) for v in expected)


def test_the_panel_follows_the_selection(qtbot: QtBot, parts: Parts, panel: MapsPanel) -> None:  # noqa: F811
    for node, shown in (
        ("input", panel.image),
        ("relu", panel.mosaic),
        ("pool", panel.mosaic),
        ("flatten", panel.mosaic),
        ("dense", panel.mosaic),
        ("softmax", panel.bars),
    ):
        parts.document.select([node])
        assert panel.node == node and panel.stack.currentWidget() is shown, node
        panel.grab()
    parts.document.select(["dense"])
    assert panel.blocks[0].vector
    hover(panel.mosaic, panel.mosaic.place(0, Cell(2, 0, 0)).center().toPoint())
    assert panel.subtitle.text() == f"number 3 of 3: {number_text(parts.inspection.maps['dense'][2])}"


def test_the_maps_move_while_it_trains(qtbot: QtBot, parts: Parts, panel: MapsPanel) -> None:  # noqa: F811
    before = panel.blocks[0].maps.copy()
    parts.set_recipe(epochs=LONG)
    parts.run_control.train()
    qtbot.waitUntil(lambda: " · step " in panel.subtitle.text())
    assert not np.array_equal(panel.blocks[0].maps, before)
    parts.run_control.stop()
    qtbot.waitUntil(lambda: not parts.session.active)
    qtbot.waitUntil(lambda: parts.inspection.snapshot_step == parts.project.run.step)


def test_another_sample_is_shown_by_the_arrows_and_the_menu(qtbot: QtBot, parts: Parts, panel: MapsPanel) -> None:  # noqa: F811
    first = parts.samples.index
    before = panel.blocks[0].maps
    panel.chooser.next.click()
    assert parts.samples.index == first + 1
    qtbot.waitUntil(lambda: not np.array_equal(panel.blocks[0].maps, before))
    panel.chooser.previous.click()
    qtbot.waitUntil(lambda: np.array_equal(panel.blocks[0].maps, before))
    panel.chooser.menu.aboutToShow.emit()
    titles = [action.text() for action in panel.chooser.menu.actions()]
    assert titles == ["One it got wrong", "Draw one…", "", "Any image", "", "A “0”", "A “1”", "A “2”"]
    for number in (2, 0, 1):
        panel.chooser.menu.actions()[5 + number].trigger()
        assert parts.samples.label == number and parts.inspection.label == f"“{number}”"
    seen = parts.samples.index
    parts.samples.show_random()
    assert parts.samples.index != seen


def test_what_cannot_be_shown_is_explained(qtbot: QtBot, parts: Parts, panel: MapsPanel) -> None:  # noqa: F811
    parts.document.edit("Cut", edits.disconnect(parts.project.design, edits.Edge("pool", "flatten")), select=["dense"])
    assert panel.stack.currentWidget() is panel.empty and "no shape yet" in panel.empty.text()
    parts.document.history.undo()
    larger = edits.configure(
        parts.project.design, "input", layer_from_json("input", {"height": 12, "width": 12, "channels": 1})
    )
    parts.document.edit("Larger", larger, select=["conv"])
    qtbot.waitUntil(lambda: "8×8×1" in panel.empty.text())
    assert "8×8×1" in panel.empty.text() and "12×12×1" in panel.empty.text()
    parts.document.edit("Clear", Design())
    assert panel.node == "" and "Add layers" in panel.empty.text()


def test_which_layers_belong_together() -> None:
    graph = small_graph()
    assert first_convolution(graph) == "conv"
    assert together(graph, "conv") == together(graph, "relu") == ("conv", "relu")
    assert together(graph, "pool") == ("pool",) and together(graph, "dense") == ("dense",)
    positive = np.ones(3)
    assert [signed(graph, node, positive) for node in ("conv", "relu", "pool", "flatten", "dense", "softmax")] == [
        True, False, False, False, True, False,
    ]  # fmt: skip
    assert first_convolution(graph.restricted({"input"})) == "input"


def test_figures_in_words() -> None:
    assert [number_text(v) for v in (-0.43125, 0.0, -0.0, 12345.6, 1e-7, float("nan"))] == [
        "−0.4313", "0", "0", "1.235e4", "1e−7", "no number",
    ]  # fmt: skip
    assert spoken(tuple("0123456789"), 7) == "digit “7”" and spoken(("cat", "dog"), 1) == "“dog”"


def test_a_cell_that_is_gone_is_not_pointed_at(qtbot: QtBot, parts: Parts, panel: MapsPanel) -> None:  # noqa: F811
    """An edit by keyboard makes the maps smaller under a pointer that rests on their last cell."""
    hover(panel.mosaic, panel.mosaic.place(0, Cell(1, 5, 5)).center().toPoint())
    assert panel.subtitle.text().startswith("map 2, row 6, column 6: ")
    design = parts.project.design
    parts.document.edit("Stride", edits.configure(design, "conv", design.graph["conv"].layer.replace(stride=(2, 2))))
    qtbot.waitUntil(lambda: panel.blocks[0].maps.shape == (3, 3, 2), timeout=LONG)
    assert panel.mosaic.cell is None and panel.subtitle.text().startswith("Conv 2D · 3×3×2 · ")
    panel.mosaic.grab()


def test_the_best_weights_of_the_run_are_shown_where_they_are_chosen(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    panel: MapsPanel,
) -> None:
    assert not panel.which.isVisible(), "before training there is nothing to choose"
    run = parts.train_past_the_best(qtbot)
    assert run.best is not None
    words = f"est (epoch {run.best_epoch})"
    assert panel.which.isVisible() and panel.which.last.isChecked() and panel.which.best.text() == f"B{words}"
    for button, snapshot, told in (
        (panel.which.best, run.best, f"b{words}"),
        (panel.which.last, parts.project.weights, f"step {run.step}"),
    ):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert parts.looking.now.snapshot is snapshot
        qtbot.waitUntil(lambda told=told: panel.subtitle.text().endswith(f" · {told}"))
        said = inspect(parts.project.design.graph, snapshot, parts.inspection.image[None], ["conv"])["conv"][0]
        np.testing.assert_array_equal(panel.blocks[0].maps, said)
