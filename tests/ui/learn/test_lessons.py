"""Every lesson played through in the real window: wrong and right answers typed, tasks carried out on the document."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QWidget

from cnnstudio.design.edits import edits
from cnnstudio.lessons.expression import number_text
from cnnstudio.lessons.progress import load_progress
from cnnstudio.lessons.reader import built_in
from cnnstudio.nn.layer import layer_kinds
from cnnstudio.ui.learn.views.descent_controls import RATES
from cnnstudio.ui.look import preferences

pytestmark = pytest.mark.qt_log_ignore("does not support raise")  # tooltips, without a screen

LESSONS = [lesson.id for lesson in built_in().lessons]


def configure(window, node: str, **settings) -> None:
    design = window.document.project.design
    window.document.edit("Change", edits.configure(design, node, design.graph[node].layer.replace(**settings)))


def insert(window, kind: str, source: str, target: str, **settings) -> None:
    design = window.document.project.design
    edge = next(e for e in design.graph.edges if e.source == source and e.target == target)
    window.document.edit("Insert", edits.insert(design, edge, layer_kinds()[kind](**settings), (0.0, 0.0))[0])


def drag_onto_wire(window, qtbot, kind: str, source: str) -> None:
    """With the mouse, from the palette beside the lesson onto the wire behind a layer."""
    row, canvas = window.palette_panel.row(kind), window.canvas
    assert row.isVisible()
    canvas.frame_all()
    wire = next(wire for edge, wire in canvas.canvas.wires.items() if edge.source == source)
    start = row.mapToGlobal(QPoint(12, 12))
    end = canvas.viewport().mapToGlobal(canvas.mapFromScene(wire.point_at(0.5)))
    qtbot.mousePress(row, Qt.MouseButton.LeftButton, pos=row.mapFromGlobal(start))
    for share in range(1, 9):
        qtbot.mouseMove(row, row.mapFromGlobal(start + (end - start) * share / 8))
        QApplication.processEvents()
    qtbot.mouseRelease(row, Qt.MouseButton.LeftButton, pos=row.mapFromGlobal(end))
    QApplication.processEvents()


def build_by_hand(window, qtbot, *kinds: str) -> None:
    """One double click in the palette for each layer."""
    for kind in kinds:
        before = len(window.document.project.design.graph.nodes)
        qtbot.mouseDClick(window.palette_panel.row(kind), Qt.MouseButton.LeftButton)
        assert len(window.document.project.design.graph.nodes) == before + 1


def enter(window, qtbot, setting: str, text: str) -> None:
    """Type a number into a setting of the selected layer."""
    field = next(w for w in window.inspector.findChildren(QWidget) if w.accessibleName() == setting and w.isVisible())
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def view(window, number: int = 0):
    return window.learn.current.live[number]


def maps(window, qtbot, number: int = 0) -> None:
    qtbot.waitUntil(lambda: bool(view(window, number).numbers), timeout=15_000)


def click_volumes(window, qtbot) -> None:
    row = view(window).row
    for place in range(3):
        qtbot.mouseClick(row, Qt.MouseButton.LeftButton, pos=row.middle(place).toPoint())
    assert window.document.selection  # the layer is shown on the canvas, too


def move_over_the_picture(window, qtbot) -> None:
    maps(window, qtbot)
    shown = view(window).input
    for step in range(1, 9):
        qtbot.mouseMove(shown, QPoint(30 * step, 40))
        QApplication.processEvents()


def slide_to_the_end(window, qtbot) -> None:
    maps(window, qtbot)
    view(window).along.setValue(view(window).along.maximum())


def press_to_the_end(window, qtbot) -> None:
    row = view(window).row
    row.setFocus()
    for _ in range(row.positions.count):
        qtbot.keyClick(row, Qt.Key.Key_Right)


def look_at_three_filters(window, qtbot) -> None:
    maps(window, qtbot)
    qtbot.waitUntil(lambda: view(window).chooser.maximum() == 6, timeout=15_000)
    for number in (2, 3):
        view(window).chooser.setValue(number)


def roll_down(window, qtbot) -> None:
    descent = view(window)
    qtbot.waitUntil(lambda: bool(descent.numbers) and not descent._rows, timeout=30_000)
    start = descent.numbers["loss"]
    descent.controls.slider.setValue(RATES.index(1.0))
    qtbot.mouseClick(descent.controls.roll, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: descent.numbers["fallen"] >= 90, timeout=30_000)
    assert descent.numbers["loss"] < start
    assert all(abs(a - b) < 1e-5 for s in descent.path for a, b in zip(s.gradient, s.tried, strict=True))
    assert "✓" in descent.verdict.text()


def step_too_far(window, qtbot) -> None:
    descent = view(window)
    qtbot.mouseClick(descent.controls.again, Qt.MouseButton.LeftButton)
    assert descent.numbers["steps"] == 0
    descent.controls.slider.setValue(len(RATES) - 1)
    qtbot.mouseClick(descent.controls.step, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: descent.numbers["steps"] == 1, timeout=30_000)
    assert "too large" in descent.verdict.text()


def follow_the_chain(window, qtbot) -> None:
    page = window.learn.current
    qtbot.mouseClick(page.tabs[1], Qt.MouseButton.LeftButton)
    chain = page.live[1]
    qtbot.waitUntil(lambda: chain.way is not None, timeout=30_000)
    assert all(link.found.confirmed for link in chain.way.links)
    chain.rows.setFocus()
    chain.rows.setCurrentItem(chain.rows.topLevelItem(0))
    for place in range(1, chain.rows.topLevelItemCount()):
        qtbot.keyClick(chain.rows, Qt.Key.Key_Down)
        assert chain.because.text() == chain.way.links[place - 1].because
    assert window.document.selection == {"conv2d_1"}


def train(window, qtbot) -> None:
    qtbot.waitUntil(lambda: window.data.dataset is not None, timeout=20_000)
    assert window.run_control.why_not() == ""
    qtbot.mouseClick(window.training_bar.train_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.session.active, timeout=10_000)
    qtbot.waitUntil(lambda: not window.session.active, timeout=90_000)


def build_the_typical(window, qtbot) -> None:
    stage = ("conv2d", "relu", "max_pool2d")
    build_by_hand(window, qtbot, *stage, *stage, "flatten", "dense")
    assert window.document.selection == {"dense_1"}
    enter(window, qtbot, "Units", "10")
    build_by_hand(window, qtbot, "softmax")


def drag_two_layers(window, qtbot) -> None:
    drag_onto_wire(window, qtbot, "relu", "conv2d_1")
    drag_onto_wire(window, qtbot, "conv2d", "relu_1")


#: for each lesson what carries out its tasks, in their order
DEEDS = {
    "volumes": (click_volumes, lambda w, q: configure(w, "conv2d_1", filters=12)),
    "one_filter": (move_over_the_picture, lambda w, q: configure(w, "conv2d_1", filters=1, kernel=(5, 5))),
    "sliding": (slide_to_the_end, lambda w, q: configure(w, "conv2d_1", stride=(2, 2))),
    "why_28": (
        press_to_the_end,
        lambda w, q: view(w).boxes["stride"].setValue(2),
        lambda w, q: configure(w, "conv2d_1", kernel=(5, 5)),
    ),
    "six_filters": (lambda w, q: configure(w, "conv2d_1", filters=6), look_at_three_filters),
    "in_sequence": (drag_two_layers,),
    "learning": (roll_down, step_too_far, follow_the_chain, train),
    "what_filters_learn": (lambda w, q: configure(w, "conv2d_1", kernel=(7, 7)), train),
    "sharing": (lambda w, q: insert(w, "locally_connected2d", "relu_1", "flatten_1", filters=1),),
    "zero_padding": (
        lambda w, q: view(w).boxes["padding"].setValue(2),
        lambda w, q: configure(w, "conv2d_1", padding="same"),
    ),
    "pooling": (
        move_over_the_picture,
        lambda w, q: configure(w, "max_pool2d_1", kernel=(2, 2), stride=(2, 2)),
    ),
    "typical": (build_the_typical, train, None),
}


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_is_played_through(learning, qtbot, name):
    window, learn = learning, learning.learn
    qtbot.mouseClick(learn.list.buttons[name], Qt.MouseButton.LeftButton)
    page = learn.current
    assert page.lesson.id == name
    assert window.document.project.design.graph == page.lesson.network.graph
    assert not any(card.already.isVisibleTo(card) for card in page.tasks.values()), "begins with a task done"

    for card in page.questions.values():
        area = page.text
        area.ensureWidgetVisible(card)
        for value, reply in card.drawn.wrong:
            card.field.setText(number_text(value))
            qtbot.keyClick(card.field, Qt.Key.Key_Return)
            assert card.reply.words == reply
            assert card.why.isHidden(), "the answer is revealed before it was given"
            assert not learn.progress.has(page.lesson, card.question.id)
        card.field.setText(number_text(card.drawn.answer))
        qtbot.keyClick(card.field, Qt.Key.Key_Return)
        assert card.reply.words.startswith("✓ Right")
        assert card.why.isVisibleTo(card)
        assert learn.progress.has(page.lesson, card.question.id)

    deeds = DEEDS[name]
    assert len(deeds) == len(page.lesson.tasks)
    if name == "typical":  # enough to reach 90 %
        design = window.document.project.design
        window.document.edit("Recipe", design.with_changes(recipe=design.recipe.replace(epochs=3, learning_rate=0.004)))
    for task, deed in zip(page.lesson.tasks, deeds, strict=True):
        if deed is not None:
            assert not learn.progress.has(page.lesson, task.id), f"{task.id} was done before it was done"
            now = page.tasks[task.id].now
            assert now.isHidden() == (task.condition.now(learn.standing()) == "")
            deed(window, qtbot)
        qtbot.waitUntil(lambda task=task: learn.progress.has(page.lesson, task.id), timeout=10_000)
        assert page.tasks[task.id].tick.isVisibleTo(page.tasks[task.id])
        assert page.tasks[task.id].now.isHidden()
    assert learn.progress.whole(page.lesson)
    assert learn.list.buttons[name].text().split()[0] == "✓"
    assert load_progress(preferences.folder() / "lessons.json") == learn.progress
