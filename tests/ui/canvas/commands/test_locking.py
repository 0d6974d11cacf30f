"""Locks on the canvas: by key and by menu, for a layer, several, or a whole block; drawn on the card."""

from __future__ import annotations

import pytest
from canvas_bench import RIGHT, Bench
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu

from cnnstudio.design.edits import blocks

#: what the screenless platform says about every menu
QUIET_POPUPS = pytest.mark.qt_log_ignore("does not support (raise|grabbing)")


def entry(bench: Bench, node: str):
    """The menu's entry about locks on a card, and the menu."""
    bench.hands.click(bench.card(node), RIGHT)
    (menu,) = [menu for menu in bench.view.findChildren(QMenu) if menu.isVisible()]
    (found,) = [action for action in menu.actions() if action.text().endswith("\tK")]
    return found, menu


@QUIET_POPUPS
def test_a_layer_is_locked_from_its_menu_in_one_step(bench: Bench) -> None:
    action, menu = entry(bench, "conv2d_1")
    assert action.text().startswith("Lock while training") and action.isEnabled()

    def choose() -> None:
        action.trigger()
        menu.close()

    design = bench.is_one_step(choose, "Lock Conv 2D")
    assert design.locks.layers == {"conv2d_1"} and bench.view.canvas_scene.cards["conv2d_1"].locked
    action, menu = entry(bench, "conv2d_1")
    assert action.text().startswith("Unlock")
    menu.close()


@QUIET_POPUPS
def test_what_learns_nothing_cannot_be_locked(bench: Bench) -> None:
    action, menu = entry(bench, "relu_1")
    assert not action.isEnabled()
    menu.close()
    said: list[str] = []
    bench.view.commands.editing.refused.connect(said.append)
    bench.hands.key(Qt.Key.Key_K)
    assert said == ["ReLU learns nothing, so there is nothing to lock."] and not bench.design.locks


def test_a_collapsed_block_is_locked_as_a_whole_and_a_lock_leaves_its_name_room(bench: Bench) -> None:
    design, block = blocks.group(bench.design, ["conv2d_1", "relu_1"])
    bench.document.edit("Group", blocks.toggle(design, block))
    card = bench.view.canvas_scene.cards[block]
    free = card.title_rect().width()
    bench.document.select(["conv2d_1", "relu_1"])
    design = bench.is_one_step(lambda: bench.hands.key(Qt.Key.Key_K), "Lock Conv 2D")
    assert design.locks.layers == {"conv2d_1"} and card.locked
    assert card.title_rect().width() < free and not card.lock_rect().intersects(card.fold_rect())
