"""Locking a layer wherever people look for it, and training on from there, in the real window."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from cnnstudio.design.edits import edits
from cnnstudio.nn.parameters.locks import Locks
from cnnstudio.nn.telling.told import worded
from cnnstudio.ui.panels.layers import layers_model as columns

LEFT = Qt.MouseButton.LeftButton


def locked(window) -> frozenset[str]:
    return window.document.project.design.locks.layers


def arrays(window, node: str) -> dict[str, bytes]:
    parameters = window.document.project.weights.parameters
    return {name: array.tobytes() for name, array in parameters.arrays(node).items()}


def test_key_inspector_and_tree_lock_the_same_layer_and_undo_unlocks_it(window, qtbot) -> None:
    undo, card = window.document.history, window.canvas.canvas_scene.cards["conv2d_1"]
    window.canvas.setFocus()
    window.document.select(["conv2d_1"])
    qtbot.keyClick(window.canvas, Qt.Key.Key_K)
    assert locked(window) == {"conv2d_1"} and card.locked and worded(window.document.to_undo) == "Lock Conv 2D"
    toggle = window.inspector.form.lock
    assert toggle.isChecked() and "156 parameters exactly as they are" in toggle.toolTip()
    QTest.mouseClick(toggle, LEFT)
    assert not locked(window) and not card.locked and worded(window.document.to_undo) == "Unlock Conv 2D"
    qtbot.keyClick(window, Qt.Key.Key_F4)
    view = window.layers.view
    cell = window.layers.model.index_of("dense_1", columns.LOCK)
    view.scrollTo(cell)
    QTest.mouseClick(view.viewport(), LEFT, pos=view.visualRect(cell).center())
    assert locked(window) == {"dense_1"}
    assert window.layers.model.words("dense_1").endswith("48\u202f120 parameters, locked")
    qtbot.keyClick(view, Qt.Key.Key_K)
    assert not locked(window)
    for _ in range(4):
        undo.undo()
    assert not locked(window) and not undo.can_undo()
    window.document.select(["conv2d_1", "relu_1", "conv2d_2"])
    several = window.inspector.summary.lock
    assert "2\xa0572 parameters of these 2 layers" in several.toolTip()
    QTest.mouseClick(several, LEFT)
    assert locked(window) == {"conv2d_1", "conv2d_2"} and several.isChecked()
    assert worded(window.document.to_undo) == "Lock 2 layers"
    undo.undo()
    assert not locked(window) and not several.isChecked()
    window.document.select(["relu_1"])
    assert not window.inspector.form.lock.isVisible(), "there is nothing to lock"
    window.document.select(())
    window.document.edit("Lock", window.document.project.design.with_changes(locks=Locks(frozenset({"dense_1"}))))
    assert window.inspector.summary.figures.rows["of which learn"][1].text() == "13\u202f586"


def test_a_trained_network_learns_other_classes_with_its_convolutions_kept(window, qtbot) -> None:
    """Transfer: train, lock the convolutions, change the last Dense layer, train on."""
    qtbot.waitUntil(lambda: window.data.dataset is not None)

    def train() -> None:
        with qtbot.waitSignal(window.session.finished):
            window.run_control.train()

    design = window.document.project.design
    window.document.edit("Set", design.with_changes(recipe=design.recipe.replace(epochs=1, batch_size=256)))
    train()
    window.document.select(["conv2d_1", "conv2d_2"])
    window.canvas.setFocus()
    qtbot.keyClick(window.canvas, Qt.Key.Key_K)
    design = window.document.project.design
    dense = design.graph["dense_1"].layer
    window.document.edit("Change units", edits.configure(design, "dense_1", dense.replace(units=40)))
    learned = {node: arrays(window, node) for node in ("conv2d_1", "conv2d_2", "dense_1")}
    train()
    now = {node: arrays(window, node) for node in learned}
    assert {node for node in learned if learned[node] == now[node]} == {"conv2d_1", "conv2d_2"}
    run = window.document.project.run
    assert run is not None and run.design.locks.layers == {"conv2d_1", "conv2d_2"}
    assert run.history.epochs[-1].validation_accuracy > 0.5


def test_a_muted_filter_stays_muted_while_training(window, qtbot) -> None:
    window.workspaces.show("Explain")
    page = window.explain
    qtbot.waitUntil(lambda: page.place.ready and window.data.dataset is not None)
    QTest.mouseClick(page.modes.buttons["Surgery"], LEFT)
    surgery = page.surgery
    surgery.filters.chosen.emit(2)
    before = arrays(window, "conv2d_1")
    QTest.mouseClick(surgery.mute, LEFT)
    assert surgery.mute.isChecked() and worded(window.document.to_undo) == "Mute filter 3"

    def filters() -> np.ndarray:
        return window.document.project.weights.parameters.arrays("conv2d_1")["weights"]

    design = window.document.project.design
    window.document.edit("Set", design.with_changes(recipe=design.recipe.replace(epochs=1, batch_size=1024)))
    start = filters().copy()
    with qtbot.waitSignal(window.session.finished):
        window.run_control.train()
    assert not filters()[2].any() and (filters()[1] != start[1]).all()
    QTest.mouseClick(surgery.mute, LEFT)
    assert filters()[2].any() and not window.document.project.design.locks
    window.document.history.undo()
    assert not filters()[2].any() and surgery.mute.isChecked()
    window.document.history.undo()
    window.document.history.undo()
    assert arrays(window, "conv2d_1") == before and not window.document.project.design.locks
    QTest.mouseClick(surgery.lock, LEFT)
    assert locked(window) == {"conv2d_1"}
