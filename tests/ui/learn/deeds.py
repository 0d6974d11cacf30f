"""What carries out the tasks of the lessons, with mouse and keyboard alone, and a walk through all tasks of one."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from cnnstudio.lessons.condition import Shown
from cnnstudio.nn.telling.told import worded
from cnnstudio.ui.learn.cards.asking_card import AskingCard
from cnnstudio.ui.learn.cards.choice_card import ChoiceCard
from cnnstudio.ui.learn.cards.order_card import OrderCard
from cnnstudio.ui.learn.cards.place_card import PlaceCard
from cnnstudio.ui.learn.views.bench_view import BenchView
from cnnstudio.ui.learn.views.descent.descent_controls import RATES
from cnnstudio.ui.learn.views.live_view import LiveView
from cnnstudio.ui.learn.views.looking_view import LookingView
from cnnstudio.ui.learn.views.volumes_view import VolumesView
from cnnstudio.ui.learn.views.way_back_view import WayBackView
from cnnstudio.ui.widgets.images.drawing_pad import DrawingPad
from tests.ui.face import Face
from tests.ui.screen import hover

Deed = Callable[[Face, QtBot], None]
Key, LEFT = Qt.Key, Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier
LONG = 30_000


# canvas, palette and inspector


def click_layer(window: Face, qtbot: QtBot, node: str) -> None:
    """Click a card on the canvas."""
    canvas = window.canvas
    canvas.frame_all()
    QApplication.processEvents()
    # at its upper edge: what hangs over the canvas hangs there from below
    box = canvas.canvas_scene.cards[node].scene_outline()
    at = canvas.mapFromScene(box.center().x(), box.top() + 0.2 * box.height())
    qtbot.mouseClick(canvas.viewport(), LEFT, pos=at)
    assert window.document.selection == {node}


def field(window: Face, setting: str) -> QWidget:
    """The field of a setting of the selected layer."""
    fields = window.inspector.findChildren(QWidget)
    return next(widget for widget in fields if widget.accessibleName() == setting and widget.isVisible())


def enter(window: Face, qtbot: QtBot, setting: str, text: str) -> None:
    """Type a number into a setting of the selected layer."""
    box = field(window, setting)
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, text)
    qtbot.keyClick(box, Key.Key_Return)
    seen(window, qtbot)


def settings(node: str, **values: str) -> Deed:
    """Click a layer and type each of these numbers, in this order."""

    def deed(window: Face, qtbot: QtBot) -> None:
        click_layer(window, qtbot, node)
        for setting, text in values.items():
            enter(window, qtbot, setting, text)

    return deed


def pad(how: str) -> Deed:
    """Choose the padding of the first convolution by its first letter."""

    def deed(window: Face, qtbot: QtBot) -> None:
        click_layer(window, qtbot, "conv2d_1")
        choice = field(window, "Padding")
        choice.setFocus()
        qtbot.keyClicks(choice, how[0])
        assert window.document.project.design.graph["conv2d_1"].layer.padding == how

    return deed


def drag_onto_wire(window: Face, qtbot: QtBot, kind: str, source: str) -> None:
    """With the mouse, from the palette beside the lesson onto the wire behind a layer."""
    palette, canvas = window.palette_panel, window.canvas
    row = palette.row(kind)
    palette.search.setFocus()
    palette.search.selectAll()
    qtbot.keyClicks(palette.search, row.title)
    QApplication.processEvents()
    assert row.isVisible()
    canvas.frame_all()
    wire = next(wire for edge, wire in canvas.canvas_scene.wires.items() if edge.source == source)
    start = row.mapToGlobal(QPoint(12, 12))
    end = canvas.viewport().mapToGlobal(canvas.mapFromScene(wire.point_at(0.5)))
    qtbot.mousePress(row, LEFT, pos=row.mapFromGlobal(start))
    for share in range(1, 9):
        qtbot.mouseMove(row, row.mapFromGlobal(start + (end - start) * share / 8))
        QApplication.processEvents()
    qtbot.mouseRelease(row, LEFT, pos=row.mapFromGlobal(end))
    QApplication.processEvents()


def drag(kind: str, source: str) -> Deed:
    return lambda window, qtbot: drag_onto_wire(window, qtbot, kind, source)


def build_by_hand(window: Face, qtbot: QtBot, *kinds: str) -> None:
    """One double click in the palette for each layer."""
    for kind in kinds:
        before = len(window.document.project.design.graph.nodes)
        qtbot.mouseDClick(window.palette_panel.row(kind), LEFT)
        assert len(window.document.project.design.graph.nodes) == before + 1


def delete_and_undo(node: str) -> Deed:
    """Take a layer away and bring it back."""

    def deed(window: Face, qtbot: QtBot) -> None:
        click_layer(window, qtbot, node)
        window.canvas.setFocus()
        qtbot.keyClick(window.canvas, Key.Key_Delete)
        assert node not in window.document.project.design.graph
        QApplication.processEvents()
        qtbot.keyClick(window.canvas, Key.Key_Z, CTRL)
        assert node in window.document.project.design.graph

    return deed


# the live views


def view(window: Face, number: int = 0) -> LiveView:
    return window.learn.current.live[number]


def seen(window: Face, qtbot: QtBot) -> None:
    """Wait until the views show the network as it is now, where its pictures fit it."""
    QApplication.processEvents()
    inspection, graph = window.inspection, window.document.project.design.graph
    entry = next((node.id for node in graph if node.layer.category == "input"), "")
    if (
        inspection.image is not None
        and entry
        and graph.shape(entry) == inspection.image.shape
        and not window.session.active
    ):
        qtbot.waitUntil(lambda: inspection.result is not None and inspection.result.graph is graph, timeout=LONG)
    QApplication.processEvents()


def maps(window: Face, qtbot: QtBot, number: int = 0) -> None:
    """Wait until a view has something to show."""
    qtbot.waitUntil(lambda: bool(view(window, number).numbers), timeout=LONG)


def move_to_the_end(window: Face, qtbot: QtBot, looking: LookingView) -> None:
    """The pointer over the picture, from the middle to the corner at the bottom right, as the hand comes and goes."""
    qtbot.waitUntil(lambda: bool(looking.numbers), timeout=LONG)  # another picture may have come since
    picture = looking.input

    def corner() -> QPoint:
        return QPoint(picture.width() - 3, picture.height() - 3)

    for step in range(9):
        hover(picture, corner() * (8 + step) / 16)
        QApplication.processEvents()

    def there() -> bool:
        numbers = looking.numbers
        if numbers and numbers["position"] == numbers["positions"]:
            return True
        # the network was looked at anew, or the picture has become larger: the hand follows it
        hover(picture, corner() - QPoint(1, 1))
        hover(picture, corner())
        return False

    qtbot.waitUntil(there, timeout=LONG)


def to_the_last_place(window: Face, qtbot: QtBot) -> None:
    """Put everything that has a place in the views that are shown at its last one."""
    for shown in window.learn.current.live:
        if not shown.isVisible():
            continue
        if isinstance(shown, LookingView):
            if not shown.numbers:
                continue
            move_to_the_end(window, qtbot, shown)
            shown.chooser.setFocus()
            shown.chooser.selectAll()
            qtbot.keyClicks(shown.chooser, str(shown.chooser.maximum()))
            qtbot.keyClick(shown.chooser, Key.Key_Return)
            assert shown.numbers["filter"] == shown.chooser.maximum()
        elif isinstance(shown, BenchView):
            qtbot.keyClick(shown.row, Key.Key_End)
        elif isinstance(shown, VolumesView) and shown.row.nodes:
            qtbot.mouseClick(shown.row, LEFT, pos=shown.row.middle(len(shown.row.nodes) - 1).toPoint())
        elif isinstance(shown, WayBackView) and shown.way is not None:
            qtbot.keyClick(shown.rows, Key.Key_End)


def click_volumes(window: Face, qtbot: QtBot) -> None:
    row = view(window).row
    for place in range(3):
        qtbot.mouseClick(row, LEFT, pos=row.middle(place).toPoint())
    assert window.document.selection  # the layer is shown on the canvas, too


def move_over_the_picture(window: Face, qtbot: QtBot) -> None:
    maps(window, qtbot)
    move_to_the_end(window, qtbot, view(window))


def slide_to_the_end(window: Face, qtbot: QtBot) -> None:
    maps(window, qtbot)
    slider = view(window).along
    slider.setFocus()
    qtbot.keyClick(slider, Key.Key_End)


def press_to_the_end(window: Face, qtbot: QtBot) -> None:
    row = view(window).row
    row.setFocus()
    for _ in range(row.positions.count):
        qtbot.keyClick(row, Key.Key_Right)


def bench(setting: str, times: int) -> Deed:
    """Press the arrow key in a field of the bench."""

    def deed(window: Face, qtbot: QtBot) -> None:
        box = view(window).boxes[setting]
        box.setFocus()
        for _ in range(times):
            qtbot.keyClick(box, Key.Key_Up)

    return deed


def look_at_three_filters(window: Face, qtbot: QtBot) -> None:
    chooser = view(window).chooser
    qtbot.waitUntil(lambda: chooser.maximum() == 6, timeout=LONG)
    chooser.setFocus()
    for _ in range(3):
        qtbot.keyClick(chooser, Key.Key_Up if chooser.value() < 4 else Key.Key_Down)


def set_rate(window: Face, qtbot: QtBot, rate: float) -> None:
    slider = view(window).controls.slider
    slider.setFocus()
    qtbot.keyClick(slider, Key.Key_Home)
    for _ in range(RATES.index(rate)):
        qtbot.keyClick(slider, Key.Key_Right)
    assert view(window).controls.rate == rate


def roll_down(window: Face, qtbot: QtBot) -> None:
    descent = view(window)
    qtbot.waitUntil(lambda: bool(descent.numbers) and descent.measured, timeout=LONG)
    start = descent.numbers["loss"]
    set_rate(window, qtbot, 1.0)
    qtbot.mouseClick(descent.controls.roll, LEFT)
    qtbot.waitUntil(lambda: descent.numbers["fallen"] >= 90, timeout=LONG)
    assert descent.numbers["loss"] < start
    assert all(abs(a - b) < 1e-5 for s in descent.path for a, b in zip(s.gradient, s.tried, strict=True))
    assert "✓" in descent.verdict.text()


def step_too_far(window: Face, qtbot: QtBot) -> None:
    descent = view(window)
    qtbot.mouseClick(descent.controls.again, LEFT)
    assert descent.numbers["steps"] == 0
    set_rate(window, qtbot, RATES[-1])
    qtbot.mouseClick(descent.controls.step, LEFT)
    qtbot.waitUntil(lambda: descent.numbers["steps"] == 1, timeout=LONG)
    assert "too large" in descent.verdict.text()


def follow_the_chain(window: Face, qtbot: QtBot) -> None:
    page = window.learn.current
    qtbot.mouseClick(page.tabs[1], LEFT)
    chain = page.live[1]
    qtbot.waitUntil(lambda: chain.way is not None, timeout=LONG)
    assert all(link.found.confirmed for link in chain.way.links)
    chain.rows.setFocus()
    chain.rows.setCurrentItem(chain.rows.topLevelItem(0))
    for place in range(1, chain.rows.topLevelItemCount()):
        qtbot.keyClick(chain.rows, Key.Key_Down)
        assert chain.because.text() == worded(chain.way.links[place - 1].because)
    assert window.document.selection == {"conv2d_1"}


def train(window: Face, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.data.sample is not None, timeout=LONG)
    assert window.run_control.why_not() == ""
    qtbot.mouseClick(window.training_bar.train_button, LEFT)
    qtbot.waitUntil(lambda: window.session.active)
    qtbot.waitUntil(lambda: not window.session.active, timeout=90_000)


def draw_one(window: Face, qtbot: QtBot) -> None:
    """A stroke on the drawing pad, which “Why” opens; the pad is closed again."""
    page = window.learn.current
    qtbot.mouseClick(page.tabs[2], LEFT)
    why = page.live[2]
    qtbot.waitUntil(lambda: why.found is not None, timeout=LONG)
    qtbot.mouseClick(why.draw, LEFT)
    (pad,) = (pad for pad in window.findChildren(DrawingPad) if pad.isVisible())
    side = pad.width()
    places = [QPoint(side * x // 10, side * y // 10) for x, y in ((3, 2), (7, 2), (6, 5), (5, 8))]
    qtbot.mousePress(pad, LEFT, pos=places[0])
    for place in places[1:]:
        qtbot.mouseMove(pad, place)
    qtbot.mouseRelease(pad, LEFT, pos=places[-1])
    qtbot.keyClick(pad.parentWidget(), Key.Key_Escape)
    assert not pad.isVisible()


def hide_five_places(window: Face, qtbot: QtBot) -> None:
    """With the arrow keys, once the drawing has been looked into."""
    why = window.learn.current.live[2]
    qtbot.waitUntil(lambda: "Your drawing: taken for" in why.answer.text(), timeout=LONG)
    why.picture.go_to(0, 0)
    why.picture.setFocus()
    for _ in range(5):
        qtbot.keyClick(why.picture, Key.Key_Right)
        assert "With this piece hidden" in why.words.text()
    page, (task,) = window.learn.current, (task for task in window.learn.current.lesson.tasks if task.id == "why")
    if why.numbers["found"] < 90:
        assert not window.learn.progress.has(page.lesson, task.id), "five places, and not the one that matters"
    why.picture.go_to(*(int(at) for at in np.unravel_index(int(np.argmax(why.found.falls)), why.found.falls.shape)))
    assert why.numbers["found"] == 100


def nothing(window: Face, qtbot: QtBot) -> None:
    """What was done for the task before has brought this one, too."""


def build_the_typical(window: Face, qtbot: QtBot) -> None:
    stage = ("conv2d", "relu", "max_pool2d")
    build_by_hand(window, qtbot, *stage, *stage, "flatten", "dense")
    assert window.document.selection == {"dense_1"}
    enter(window, qtbot, "Units", "10")
    build_by_hand(window, qtbot, "softmax")


def answer(window: Face, card: AskingCard, qtbot: QtBot) -> None:
    """Answer what is asked for no number: first wrong, then right, with the mouse."""

    def click(widget: QWidget) -> None:
        QApplication.processEvents()
        window.learn.current.text.ensureWidgetVisible(widget)
        qtbot.mouseClick(widget, LEFT)

    if isinstance(card, ChoiceCard):
        right = card.offered.right
        for place in [place for place in range(len(card.options)) if place != right]:
            click(card.options[place])
            assert card.reply.words == worded(card.offered.options[place].reply)
            assert card.why.isHidden(), "the answer is revealed before it was given"
        click(card.options[right])
    elif isinstance(card, OrderCard):
        for place in reversed(card.shuffled.order):
            click(card.steps[place])
        assert "Something else comes first" in card.reply.words
        for place in card.shuffled.order:
            click(card.steps[place])
    else:
        assert isinstance(card, PlaceCard)
        card.field.go_to(0, 0)
        qtbot.keyClick(card.field, Key.Key_Return)
        assert "does not fit" in card.reply.words
        card.field.go_to(*card.pointed.best)
        qtbot.keyClick(card.field, Key.Key_Return)


def one_after_another(*deeds: Deed) -> Deed:
    def deed(window: Face, qtbot: QtBot) -> None:
        for each in deeds:
            each(window, qtbot)

    return deed


#: for each lesson what carries out its tasks on the lesson's own network, in their order
ON_THE_LESSONS: Mapping[str, tuple[Deed, ...]] = {
    "volumes": (click_volumes, settings("conv2d_1", Filters="12")),
    "one_filter": (move_over_the_picture, settings("conv2d_1", Filters="1")),
    "sliding": (slide_to_the_end, settings("conv2d_1", Stride="2")),
    "why_28": (press_to_the_end, bench("stride", 1), settings("conv2d_1", Kernel="5")),
    "six_filters": (settings("conv2d_1", Filters="6"), look_at_three_filters),
    "in_sequence": (one_after_another(drag("relu", "conv2d_1"), drag("conv2d", "relu_1")),),
    "learning": (roll_down, step_too_far, follow_the_chain, train),
    "what_filters_learn": (settings("conv2d_1", Kernel="7"), train),
    "sharing": (drag("locally_connected2d", "relu_1"),),
    "zero_padding": (bench("padding", 2), pad("same")),
    "pooling": (move_over_the_picture, settings("max_pool2d_1", Window="2", Stride="2")),
    "typical": (build_the_typical, train, nothing, draw_one, hide_five_places),
}
#: the same on LeNet-5, which has some of it already: that is unmade first, for what was so already is no deed
ON_LENET: Mapping[str, tuple[Deed, ...]] = {
    **ON_THE_LESSONS,
    "why_28": (
        press_to_the_end,
        bench("stride", 1),
        one_after_another(settings("input_1", Height="32", Width="32"), pad("valid")),
    ),
    "six_filters": (
        one_after_another(settings("conv2d_1", Filters="5"), settings("conv2d_1", Filters="6")),
        look_at_three_filters,
    ),
    "in_sequence": (drag("conv2d", "relu_1"),),
    "zero_padding": (
        bench("padding", 2),
        one_after_another(settings("conv2d_1", Stride="2"), settings("conv2d_1", Stride="1")),
    ),
    "pooling": (
        move_over_the_picture,
        one_after_another(
            settings("max_pool2d_2", Window="3"),
            settings("max_pool2d_1", Window="3"),
            settings("max_pool2d_1", Window="2"),
        ),
    ),
    "typical": (delete_and_undo("relu_1"), train, nothing, draw_one, hide_five_places),
}


def play(window: Face, qtbot: QtBot, deeds: tuple[Deed, ...]) -> None:
    """Carry out all tasks of the open lesson in their order; each is ticked when it is done and not before.

    What has a place is at its last one whenever the network is changed: there a smaller map ends first.
    """
    learn = window.learn
    page = learn.current
    assert len(deeds) == len(page.lesson.tasks)
    for task, deed in zip(page.lesson.tasks, deeds, strict=True):
        if not isinstance(task.condition, Shown):
            seen(window, qtbot)
            to_the_last_place(window, qtbot)
        card = page.tasks[task.id]
        if deed is not nothing:
            assert not learn.progress.has(page.lesson, task.id), f"{task.id} was done before it was done"
            standing = learn.standing()
            now = None if task.condition.met(standing) else task.condition.now(standing)
            assert card.now.isHidden() == (now is None)
        deed(window, qtbot)
        qtbot.waitUntil(lambda task=task: learn.progress.has(page.lesson, task.id))
        assert card.tick.isVisibleTo(card) and card.now.isHidden() and card.already.isHidden()
        seen(window, qtbot)
