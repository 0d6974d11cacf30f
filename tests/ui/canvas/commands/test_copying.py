"""Duplicate, copy, cut, paste; the clipboard holds text that is checked like a file."""

from __future__ import annotations

import json

import pytest
from canvas_bench import CTRL, SHIFT, Bench, make_bench
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from cnnstudio.design.edits.copies import merged
from cnnstudio.design.templates import template
from cnnstudio.design.value.design import Design
from cnnstudio.ui.canvas.commands.editing import READ_AT_ONCE

BLOCK = {"conv2d_1", "relu_1", "max_pool2d_1"}


def wires_within(design: Design, nodes: set[str]) -> set[tuple[str, str]]:
    kinds = {i: design.graph[i].layer.kind for i in nodes}
    return {(kinds[e.source], kinds[e.target]) for e in design.graph.edges if {e.source, e.target} <= nodes}


def test_duplicates_keep_their_wires_and_are_selected(bench: Bench) -> None:
    bench.document.select(BLOCK)
    after = bench.is_one_step(lambda: bench.hands.key(Qt.Key.Key_D, CTRL), "Duplicate 3 layers")
    copies = set(bench.document.selection)
    assert not copies & BLOCK
    assert wires_within(after, copies) == wires_within(after, BLOCK)
    entry = next(i for i in copies if after.graph[i].layer.kind == "conv2d")
    assert after.graph[entry].inputs == ()
    assert len({card.name for card in after.cards.values()}) == len(after.cards)


def test_paste_puts_copies_at_the_pointer(bench: Bench) -> None:
    bench.document.select(BLOCK)
    bench.hands.key(Qt.Key.Key_C, CTRL).move(QPointF(652, 58))
    after = bench.is_one_step(lambda: bench.hands.key(Qt.Key.Key_V, CTRL), "Paste 3 layers")
    copies = set(bench.document.selection)
    assert wires_within(after, copies) == wires_within(after, BLOCK)
    assert min(after.cards[i].x for i in copies) == 650
    assert {after.cards[i].y for i in copies} == {60}


def test_paste_works_in_another_window(bench: Bench, qtbot) -> None:
    bench.document.select(BLOCK)
    bench.hands.key(Qt.Key.Key_C, CTRL)
    other = make_bench(qtbot, template("first_conv"))
    other.hands.key(Qt.Key.Key_V, CTRL)
    assert len(other.design.graph) == 5
    assert wires_within(other.design, set(other.document.selection)) == wires_within(bench.design, BLOCK)


def test_paste_with_incoming_wires(bench: Bench) -> None:
    bench.document.select(BLOCK)
    bench.hands.key(Qt.Key.Key_C, CTRL)
    bench.is_one_step(lambda: bench.hands.key(Qt.Key.Key_V, CTRL | SHIFT), "Paste 3 layers")
    copies = bench.document.selection
    entry = next(i for i in copies if bench.design.graph[i].layer.kind == "conv2d")
    assert bench.design.graph[entry].inputs == ("input_1",)


def test_many_layers_are_read_beside_the_window(qtbot: QtBot) -> None:
    design = template("lenet5")
    for _ in range(5):
        design, _ = merged(design, design, design.cards, (0, 0))
    bench = make_bench(qtbot, design)
    bench.hands.key(Qt.Key.Key_A, CTRL)
    bench.hands.key(Qt.Key.Key_C, CTRL)
    assert len(QGuiApplication.clipboard().text()) > READ_AT_ONCE
    bench.changes_nothing(lambda: bench.hands.key(Qt.Key.Key_V, CTRL))  # the key has been answered
    qtbot.waitUntil(lambda: len(bench.design.graph) == 2 * len(design.graph))
    assert len(bench.document.selection) == len(design.graph)
    bench.document.history.undo()
    assert bench.design == design


def test_cut_takes_the_layers_away(bench: Bench) -> None:
    bench.document.select(BLOCK)
    after = bench.is_one_step(lambda: bench.hands.key(Qt.Key.Key_X, CTRL), "Cut 3 layers")
    assert not BLOCK & set(after.cards)
    assert json.loads(QGuiApplication.clipboard().text())["format"] == "cnnstudio design"


@pytest.mark.parametrize(
    "text",
    [
        "a shopping list",
        "{}",
        '{"format": "cnnstudio design"}',
        '{"format": "cnnstudio design", "format_version": 99, "design": {}}',
        "[" * 50_000,
    ],
)
def test_foreign_text_is_refused_in_one_sentence(bench: Bench, qtbot, text: str) -> None:
    QGuiApplication.clipboard().setText(text)
    with qtbot.waitSignal(bench.view.told):
        bench.changes_nothing(lambda: bench.hands.key(Qt.Key.Key_V, CTRL))


def test_pasted_settings_are_checked(bench: Bench, qtbot) -> None:
    bench.document.select({"conv2d_1"})
    bench.hands.key(Qt.Key.Key_C, CTRL)
    value = json.loads(QGuiApplication.clipboard().text())
    value["design"]["nodes"][0]["settings"]["filters"] = 10**9
    QGuiApplication.clipboard().setText(json.dumps(value))
    with qtbot.waitSignal(bench.view.told) as told:
        bench.changes_nothing(lambda: bench.hands.key(Qt.Key.Key_V, CTRL))
    assert "4\u202f096" in told.args[0]


def test_many_copies_are_quick_and_named_apart() -> None:
    design = template("lenet5")
    for _ in range(6):
        design, _ = merged(design, design, design.cards, (0, 0))
    assert len(design.graph) == 64 * len(template("lenet5").graph)
    assert len({card.name for card in design.cards.values()}) == len(design.graph)
