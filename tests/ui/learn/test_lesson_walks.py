"""The lessons on the user's own network, and what happens when networks and ticks come and go under their views."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from cnnstudio.design.templates import template
from cnnstudio.lessons.live.loss_surface import stepped
from cnnstudio.lessons.reading.reader import built_in
from cnnstudio.ui.learn.cards.choice_card import ChoiceCard
from cnnstudio.ui.learn.views.descent.descent_controls import RATES
from cnnstudio.ui.look import preferences
from tests.ui.learn.deeds import (
    LONG,
    ON_LENET,
    click_layer,
    click_volumes,
    enter,
    maps,
    move_over_the_picture,
    move_to_the_end,
    play,
    seen,
    set_rate,
    settings,
    to_the_last_place,
    train,
    view,
)

pytestmark = pytest.mark.qt_log_ignore("does not support raise")  # tooltips, without a screen

LESSONS = [lesson.id for lesson in built_in().lessons]
LEFT, Key = Qt.MouseButton.LeftButton, Qt.Key


@pytest.fixture
def own(same_window, qtbot):
    """Learn about one's own LeNet-5, which is trained for one epoch."""
    (preferences.folder() / "lessons.json").unlink(missing_ok=True)
    lenet = template("lenet5")
    window = same_window(lenet.with_changes(recipe=lenet.recipe.replace(epochs=1)))
    window.workspaces.show("Learn")
    qtbot.mouseClick(window.learn.current.network.own, LEFT)
    assert not window.document.guest
    yield window
    (preferences.folder() / "lessons.json").unlink(missing_ok=True)


def open_lesson(window, qtbot, name: str) -> None:
    qtbot.mouseClick(window.learn.list.buttons[name], LEFT)
    assert window.learn.current.lesson.id == name


@pytest.mark.parametrize("name", LESSONS)
def test_the_tasks_are_done_on_ones_own_network(own, qtbot, name):
    open_lesson(own, qtbot, name)
    assert not own.document.guest and own.learn.current.network.own.isChecked()
    seen(own, qtbot)
    play(own, qtbot, ON_LENET[name])


def test_places_are_counted_on_the_map_they_are_on(learning, qtbot):
    """An edit elsewhere takes nothing away; another map begins anew, and none of its places is beyond it."""
    open_lesson(learning, qtbot, "one_filter")
    maps(learning, qtbot)
    looking = view(learning)
    move_over_the_picture(learning, qtbot)
    count = looking.numbers["visited"]
    assert count >= 5
    settings("dense_1", Units="9")(learning, qtbot)
    assert looking.numbers["visited"] == count
    settings("conv2d_1", Stride="3")(learning, qtbot)
    assert looking.numbers["positions"] == 100
    assert (looking.numbers["position"], looking.numbers["visited"]) == (100, 0)
    move_to_the_end(learning, qtbot, looking)
    enter(learning, qtbot, "Stride", "4")
    assert looking.numbers["positions"] == 49 and looking.numbers["visited"] == 0
    assert looking.output.cell_at(looking.output.place(6, 6).center()) == (6, 6)


def test_cleared_ticks_are_earned_anew(learning, qtbot):
    """What only ever grows (volumes clicked, places visited) would otherwise be so already, for ever."""
    for name, deed in (("volumes", click_volumes), ("one_filter", move_over_the_picture)):
        open_lesson(learning, qtbot, name)
        page, learn = learning.learn.current, learning.learn
        task = page.lesson.tasks[0].id
        deed(learning, qtbot)
        assert learn.progress.has(page.lesson, task)
        qtbot.mouseClick(learn.list.clear, LEFT)
        assert not learn.progress.has(page.lesson, task)
        assert page.tasks[task].already.isHidden()
        deed(learning, qtbot)
        assert learn.progress.has(page.lesson, task)


def test_cleared_ticks_do_not_come_back_by_themselves(learning, qtbot):
    """What the network fulfils anyway is no deed; it was one when the ticks were cleared in the same sitting."""
    open_lesson(learning, qtbot, "learning")  # whose view begins anew with a word to all
    open_lesson(learning, qtbot, "volumes")
    page, learn = learning.learn.current, learning.learn
    settings("conv2d_1", Filters="12")(learning, qtbot)
    assert learn.progress.has(page.lesson, "deeper")
    qtbot.mouseClick(learn.list.clear, LEFT)
    learn.check_tasks()
    assert not learn.progress.has(page.lesson, "deeper") and page.tasks["deeper"].already.isVisible()


def test_what_was_done_on_one_network_counts_on_no_other(learning, qtbot):
    open_lesson(learning, qtbot, "sliding")
    page, looking = learning.learn.current, view(learning)
    maps(learning, qtbot)
    to_the_last_place(learning, qtbot)
    assert looking.numbers["position"] == looking.numbers["positions"] == 784
    qtbot.mouseClick(page.network.own, LEFT)
    assert not looking.numbers, "the numbers of the lesson's network, on another"
    settings("conv2d_1", Stride="2")(learning, qtbot)
    assert looking.numbers["positions"] == 14 * 14 and looking.numbers["visited"] == 0
    qtbot.mouseClick(page.network.lessons, LEFT)
    maps(learning, qtbot)
    assert looking.numbers["positions"] == 784 and looking.numbers["visited"] == 0
    move_over_the_picture(learning, qtbot)
    qtbot.mouseClick(page.network.again, LEFT)
    maps(learning, qtbot)
    assert looking.numbers["positions"] == 784 and looking.numbers["visited"] == 0


def test_the_size_of_the_volume_that_was_clicked_follows_the_network(learning, qtbot):
    open_lesson(learning, qtbot, "volumes")
    volumes = view(learning)
    qtbot.mouseClick(volumes.row, LEFT, pos=volumes.row.middle(1).toPoint())
    assert "28×28×6: 6 sheets" in volumes.words.text()
    settings("conv2d_1", Filters="12")(learning, qtbot)
    assert "28×28×12: 12 sheets" in volumes.words.text()


def test_without_an_input_every_view_says_what_is_missing(learning, qtbot):
    """Each view is laid out while it is shown; a network it cannot use must not end that."""
    qtbot.mouseClick(learning.learn.current.network.own, LEFT)
    open_lesson(learning, qtbot, "learning")
    descent = view(learning)
    maps(learning, qtbot)
    click_layer(learning, qtbot, "input_1")
    learning.canvas.setFocus()
    qtbot.keyClick(learning.canvas, Key.Key_Delete)
    for name in LESSONS:
        open_lesson(learning, qtbot, name)
        for tab in learning.learn.current.tabs:
            qtbot.mouseClick(tab, LEFT)
            QApplication.processEvents()
    open_lesson(learning, qtbot, "learning")
    qtbot.mouseClick(learning.learn.current.tabs[0], LEFT)
    assert descent.message.isVisible() and not descent.numbers, "the loss of a network that is no more"
    qtbot.mouseClick(learning.learn.current.tabs[1], LEFT)
    assert "no way back to be seen" in view(learning, 1).message.text()


def test_views_of_other_lessons_make_no_deed_of_what_was_so_already(learning, qtbot):
    open_lesson(learning, qtbot, "learning")
    maps(learning, qtbot)
    open_lesson(learning, qtbot, "typical")
    page = learning.learn.current
    qtbot.mouseClick(page.network.own, LEFT)
    assert page.tasks["build"].already.isVisibleTo(page.tasks["build"])
    assert not learning.learn.progress.has(page.lesson, "build")


def test_a_step_under_way_when_the_ball_is_put_back_is_none_of_the_new_way(learning, qtbot):
    open_lesson(learning, qtbot, "learning")
    descent = view(learning)
    qtbot.waitUntil(lambda: bool(descent.numbers) and descent.measured, timeout=LONG)
    set_rate(learning, qtbot, RATES[0])
    qtbot.mouseClick(descent.controls.step, LEFT)
    qtbot.mouseClick(descent.controls.again, LEFT)
    set_rate(learning, qtbot, RATES[-1])
    qtbot.mouseClick(descent.controls.step, LEFT)
    qtbot.waitUntil(lambda: descent.numbers["steps"] >= 1 and not descent._asked, timeout=LONG)
    start, here = descent.path
    assert here.at == stepped(start.at, start.gradient, RATES[-1])


def test_what_a_network_has_learned_is_no_deed_when_it_comes_back(own, qtbot):
    """The views of “typical” speak up as soon as a network comes, before everything knows how far its run has come."""
    open_lesson(own, qtbot, "typical")
    page = own.learn.current
    train(own, qtbot)
    qtbot.waitUntil(lambda: own.learn.progress.has(page.lesson, "train"))
    qtbot.mouseClick(own.learn.list.clear, LEFT)
    assert page.tasks["train"].already.isVisibleTo(page.tasks["train"])
    qtbot.mouseClick(page.network.lessons, LEFT)
    qtbot.waitUntil(lambda: "not trained" in page.tasks["train"].now.text())
    qtbot.mouseClick(page.network.own, LEFT)
    seen(own, qtbot)
    own.learn.check_tasks()
    assert page.tasks["train"].already.isVisibleTo(page.tasks["train"])
    assert not own.learn.progress.has(page.lesson, "train")


def test_what_was_answered_is_asked_anew_when_the_ticks_are_cleared(learning, qtbot):
    open_lesson(learning, qtbot, "sharing")
    page = learning.learn.current
    card = next(card for card in page.asking.values() if isinstance(card, ChoiceCard))
    others = [other for other in page.asking.values() if other is not card]
    turns = [other.turn for other in others]
    qtbot.mouseClick(card.options[card.offered.right], LEFT)
    assert learning.learn.progress.has(page.lesson, card.question.id)
    qtbot.mouseClick(learning.learn.list.clear, LEFT)
    assert card.open and card.reply.isHidden() and card.tick.isHidden()
    assert [other.turn for other in others] == turns, "what is still open stays as it is"
    qtbot.mouseClick(card.options[card.offered.right], LEFT)
    assert learning.learn.progress.has(page.lesson, card.question.id)
