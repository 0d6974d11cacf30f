"""What lessons say beside their views is so: the picture of the way back, the weights of the way down, the bench."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from cnnstudio.lessons.questions.on_a_row import places_asked_for
from cnnstudio.lessons.reading.reader import built_in
from cnnstudio.nn.looking.occlusion import hidden
from cnnstudio.nn.looking.sharing import Sharing
from cnnstudio.nn.network.network import compile_network
from cnnstudio.nn.telling import phrases
from cnnstudio.ui.learn.views.filters_view import CHANGED, FIRST, WEIGHTS
from cnnstudio.ui.learn.views.sharing_view import SharingSquares
from cnnstudio.ui.look.numbers import number_text
from tests.ui.learn.deeds import LONG, maps, settings, train, view

Key, LEFT = Qt.Key, Qt.MouseButton.LeftButton


def test_the_bench_does_not_answer_the_question_beside_it(learning, qtbot):
    learning.learn.show_lesson("why_28")
    page, bench = learning.learn.current, view(learning)
    assert {name for name, box in bench.boxes.items() if box.isVisible()} == {"size", "kernel", "stride"}
    card = page.questions["stride"]
    asked = places_asked_for(card.asked, card.drawn)
    for name, number in (("size", asked.extent), ("kernel", asked.kernel), ("stride", asked.stride)):
        bench.boxes[name].setValue(number)
    assert str(asked.count) not in bench.verdict.text() and "answer first" in bench.verdict.text()
    assert "=\xa0" not in bench.formula.text() and not bench.row.counted
    assert bench.numbers["places"] == asked.count, "tasks go by it all the same"
    card.field.setText(phrases.number_text(card.drawn.answer))
    qtbot.keyClick(card.field, Key.Key_Return)
    assert bench.verdict.text().startswith(f"{asked.count} place") and bench.row.counted
    bench.boxes["size"].setValue(asked.extent + 1)
    assert "place" in bench.verdict.text() and "=\xa0" in bench.formula.text(), "other numbers may be tried at any time"


def test_the_way_back_is_of_the_picture_on_the_cards(learning, qtbot):
    learning.learn.show_lesson("learning")
    page = learning.learn.current
    qtbot.mouseClick(page.tabs[1], LEFT)
    chain = page.live[1]
    qtbot.waitUntil(lambda: chain.way is not None, timeout=LONG)
    said = learning.looking.now.label
    assert said.startswith("digit “") and said in chain.title.text()
    digit = said[len("digit ") :]
    rows = [chain.rows.topLevelItem(place).text(0) for place in range(chain.rows.topLevelItemCount())]
    assert rows[1] == f"Dense · {digit}", "a class is called by its name"
    qtbot.mouseClick(chain.other, LEFT)
    qtbot.waitUntil(lambda: learning.looking.now.label in chain.title.text(), timeout=LONG)
    assert learning.studio.samples.index != 0


def test_after_training_the_way_down_is_of_the_same_two_weights(learning, qtbot):
    learning.learn.show_lesson("learning")
    descent = view(learning)
    qtbot.waitUntil(lambda: bool(descent.numbers) and descent.measured, timeout=LONG)
    names, first = descent.picture.names, descent.picture.now
    assert descent.picture.before == first, "nothing has moved yet"
    train(learning, qtbot)
    qtbot.mouseClick(learning.learn.current.tabs[0], LEFT)
    qtbot.waitUntil(lambda: descent.measured and descent.picture.now != first, timeout=LONG)
    assert descent.picture.names == names
    assert descent.picture.before == first and descent.picture.inside(first), "where they were is on the map"
    qtbot.mouseClick(descent.controls.other, LEFT)
    qtbot.waitUntil(lambda: descent.measured and descent.picture.names != names, timeout=LONG)
    assert descent.picture.before != descent.picture.now, "where other weights began is known as well"
    qtbot.mouseClick(learning.learn.current.network.again, LEFT)
    qtbot.waitUntil(lambda: not learning.looking.now.step and descent.measured, timeout=LONG)
    assert descent.picture.before == descent.picture.now, "of a training that was discarded nothing is left"
    again = descent.picture.now
    train(learning, qtbot)
    qtbot.mouseClick(learning.learn.current.tabs[0], LEFT)
    qtbot.waitUntil(lambda: descent.measured and descent.picture.now != again, timeout=LONG)
    assert descent.picture.before == again


def test_areas_are_to_each_other_as_the_numbers_are(qtbot):
    squares = SharingSquares()
    qtbot.addWidget(squares)
    squares.resize(700, 190)
    squares.show_counts(Sharing(456, 357_504, 14_455_392, 352_800, 14_450_688))
    shared, unshared, dense = squares.sides()
    assert math.isclose(dense**2 / shared**2, 14_455_392 / 456) and math.isclose(
        dense**2 / unshared**2, 40.434, rel_tol=1e-3
    )
    assert dense <= squares.height()


def test_neurons_of_a_map_share_their_weights_and_say_their_sum(learning, qtbot):
    learning.learn.show_lesson("sharing")
    page = learning.learn.current
    qtbot.mouseClick(page.tabs[1], LEFT)
    neurons = page.live[1]
    maps(learning, qtbot, 1)
    QApplication.processEvents()
    grid = neurons.grid
    assert "28×28 = 784 neurons" in neurons.title.text()
    grid.setFocus()
    before = grid.place
    qtbot.keyClick(grid, Key.Key_Right)
    assert grid.place == (before[0], before[1] + 1) and neurons.numbers["visited"] == 1
    found = learning.inspection.result
    value = float(found.values["conv2d_1"][(*grid.place, 0)])
    assert f"= {number_text(value)}" in neurons.sum.text()
    assert f"output\u00a0{number_text(max(value, 0.0))}" in neurons.sum.text()
    assert neurons.sum.text() in grid.accessibleDescription()
    reads = [(c.rows[-1] - c.rows[0], c.columns[-1] - c.columns[0]) for c in grid._connections]
    assert reads == [(4, 4)] * 3
    assert grid._connections[0].rows[0] == grid.place[0] and grid._connections[0].columns[0] == grid.place[1]


def test_what_training_changed_is_seen_and_is_smoother_than_the_weights(learning, qtbot):
    """The lesson promises patterns: neighbouring numbers of the change are alike, those of the weights are not."""
    learning.learn.show_lesson("what_filters_learn")
    filters = view(learning)
    qtbot.waitUntil(lambda: filters.switch.isVisible(), timeout=LONG)
    qtbot.mouseClick(filters.buttons[CHANGED], LEFT)
    qtbot.waitUntil(lambda: "Nothing has been changed" in filters.note.text(), timeout=LONG)
    train(learning, qtbot)
    qtbot.waitUntil(lambda: filters.numbers["step"] > 100 and "moved each weight" in filters.note.text(), timeout=LONG)
    changed = filters.card.picture.weights.copy()
    qtbot.mouseClick(filters.buttons[FIRST], LEFT)
    first = filters.card.picture.weights.copy()
    assert filters.card.heading.text() == f"{FIRST} · step 0"
    qtbot.mouseClick(filters.buttons[WEIGHTS], LEFT)
    weights = filters.card.picture.weights.copy()
    assert np.allclose(first + changed, weights, atol=1e-6)
    assert _alike(changed) > 0.5 > 0.25 > abs(_alike(weights))
    settings("conv2d_1", Kernel="9")(learning, qtbot)
    qtbot.mouseClick(filters.buttons[CHANGED], LEFT)
    qtbot.waitUntil(lambda: "Nothing has been changed" in filters.note.text(), timeout=LONG)
    assert filters.card.heading.text() == "Not trained yet", "filters of another size begin again"


def test_why_says_what_the_engine_says_of_the_hidden_picture(learning, qtbot):
    learning.learn.show_lesson("learning")
    lenet = learning.document.project
    learning.learn.show_lesson("typical")
    qtbot.mouseClick(learning.learn.current.network.own, LEFT)
    page = learning.learn.current
    qtbot.mouseClick(page.tabs[2], LEFT)
    why = page.live[2]
    qtbot.waitUntil(lambda: why.found is not None, timeout=LONG)
    assert lenet is not learning.document.project and "random" in why.words.text(), "nothing has been learned yet"
    now, found = learning.looking.now, why.found
    why.picture.go_to(4, 5)
    picture = hidden(now.picture, found.pixels(4, 5), found.ground)
    judge = compile_network(now.graph, now.snapshot.parameters, 1, mode="probe")
    judge.forward(picture[None])
    softmax = next(node.id for node in now.graph if node.layer.kind == "softmax")
    share = float(judge.value(softmax)[0][found.answer])
    assert f"has {100 * share:.1f}\u202f%" in why.words.text() or share < 0.0005
    assert why.numbers["visited"] == 1 and why.numbers["own"] == 0
    qtbot.mouseClick(why.other, LEFT)
    qtbot.waitUntil(lambda: why.found is not found, timeout=LONG)
    assert learning.looking.now.label[1:] in why.answer.text()


def _alike(weights: np.ndarray) -> float:
    """How much numbers are like their neighbours at the right, filter by filter."""
    left, right = weights[:, :, :-1].ravel(), weights[:, :, 1:].ravel()
    return float(np.corrcoef(left, right)[0, 1])


def test_one_filter_shows_every_product_and_sliding_writes_the_map_down(learning, qtbot):
    learning.learn.show_lesson("one_filter")
    maps(learning, qtbot)
    looking = view(learning)
    looking.along.setFocus()
    for _ in range(3):
        qtbot.keyClick(looking.along, Key.Key_Right)
    part = looking.ledger.part
    assert looking.ledger.isVisible() and len(part.blocks) == 3 and part.blocks[0].products.shape == (5, 5)
    value = float(learning.inspection.result.values["conv2d_1"][0, 3, 0])
    assert math.isclose(part.result, value, abs_tol=1e-4) and looking.sum.text().endswith(
        f"= {number_text(part.result)}"
    )

    learning.learn.show_lesson("sliding")
    maps(learning, qtbot)
    looking = view(learning)
    assert looking.ledger is None
    assert np.isfinite(looking.output.values).sum() == 1, "nothing is seen before the window has been there"
    looking.along.setFocus()
    for _ in range(4):
        qtbot.keyClick(looking.along, Key.Key_Right)
    whole = learning.inspection.result.values["conv2d_1"][:, :, 0]
    assert np.array_equal(looking.output.values[0, :5], whole[0, :5])
    assert np.isfinite(looking.output.values).sum() == 5
    qtbot.keyClick(looking.along, Key.Key_End)
    assert np.array_equal(looking.output.values, whole), "all that it slid over"


def test_each_lesson_begins_on_its_own_picture_and_ones_own_network_keeps_its(learning, qtbot):
    shown = []
    for name, thing in (("volumes", "ball"), ("one_filter", "mushroom"), ("sliding", "leaf"), ("sharing", "boat")):
        learning.learn.show_lesson(name)
        qtbot.waitUntil(lambda thing=thing: f"“{thing}”" in learning.looking.now.label, timeout=LONG)
        shown.append(learning.studio.samples.index)
    assert len(set(shown)) == 4
    qtbot.mouseClick(learning.learn.current.network.own, LEFT)
    qtbot.waitUntil(lambda: learning.looking.now.label.startswith("digit"), timeout=LONG)
    before = learning.studio.samples.index
    learning.learn.show_lesson("volumes")
    qtbot.mouseClick(learning.learn.current.network.own, LEFT)
    QApplication.processEvents()
    qtbot.waitUntil(lambda: learning.looking.now.label == "digit “7”", timeout=LONG)
    assert learning.studio.samples.index == before


def test_lessons_on_colour_begin_on_things_and_the_articles_sizes_stay():
    """32×32×3, and 28×28×6 where a lesson has the six filters of 5×5×3."""
    lessons = [lesson for lesson in built_in().lessons if lesson.network.graph.shape("input_1")[2] == 3]
    assert len(lessons) == 9 and len({lesson.picture for lesson in lessons}) == 9
    for lesson in lessons:
        data = lesson.network.recipe.data
        assert (data.source, data.made) == ("things", (32, 32, 3)) == ("things", lesson.network.graph.shape("input_1"))
    for name in ("volumes", "in_sequence", "sharing", "zero_padding"):
        assert built_in().lesson(name).network.graph.shape("conv2d_1") == (28, 28, 6)
