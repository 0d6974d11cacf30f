"""Where it looked, asked by real events on real workers: the map, the sum behind it, and its two tests."""

from __future__ import annotations

from threading import Event

import numpy as np
import pytest
from PySide6.QtCore import Qt, QThread
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from cnnstudio.design.edits import edits
from cnnstudio.design.templates import template
from cnnstudio.nn.looking.attribution.class_score import ClassScore, pixels
from cnnstudio.nn.looking.attribution.grad_cam import layers_with_maps
from cnnstudio.nn.looking.attribution.mattering import MANY
from cnnstudio.nn.looking.attribution.methods import METHODS, Question, look
from cnnstudio.nn.parameters.parameters import initial_parameters
from cnnstudio.nn.telling.told import told
from cnnstudio.ui.evaluate.where.cam_account import FIRST, CamAccount
from cnnstudio.ui.evaluate.where.map_view import meaning
from cnnstudio.ui.evaluate.where.panel import METHOD_WORDS, WherePanel
from cnnstudio.worker.jobs import Job, Steps
from tests.ui.training_parts import LONG, Parts, parts, unloaded  # noqa: F401

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(qtbot: QtBot, parts: Parts) -> WherePanel:  # noqa: F811
    parts.train(qtbot)
    made = WherePanel(parts.document, parts.looking, parts.samples, parts.session.jobs)
    made.resize(1200, 420)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    settled(qtbot, made)
    return made


def settled(qtbot: QtBot, panel: WherePanel) -> None:
    qtbot.waitUntil(lambda: panel.inquiry.looked is not None and not panel.inquiry.jobs)


def choose(qtbot: QtBot, panel: WherePanel, box: QComboBox, value: object) -> None:
    """By the keyboard, as a hand would."""
    box.setFocus()
    row = box.findData(value)
    for _ in range(abs(row - box.currentIndex())):
        qtbot.keyClick(box, Qt.Key.Key_Down if box.currentIndex() < row else Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: panel.inquiry.looked is None or not panel.inquiry.jobs)
    settled(qtbot, panel)


def test_every_method_shows_what_the_engine_says_and_the_tests_are_asked_for_by_hand(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    panel: WherePanel,
) -> None:
    graph, parameters = parts.project.design.graph, parts.project.weights.parameters
    picture = parts.inspection.image
    assert panel.methods.count() == len(METHODS) == len(METHOD_WORDS)
    for method in METHODS:
        choose(qtbot, panel, panel.methods, method)
        looked = panel.inquiry.looked
        assert looked.question.method == method and panel.layers.isVisible() == ("cam" in method)
        np.testing.assert_allclose(looked.map, look(graph, parameters, picture, looked.question).map, atol=1e-6)
        below = meaning(looked)
        assert ("against" in below) == ("cam" not in method or "guided" in method), (method, below)
        if method in ("gradient", "smooth"):
            assert looked.map.min() >= 0 > looked.values.min(), "what is bright may speak against the class, too"
        shown = panel.stack.currentWidget()
        assert shown.looked is looked and shown.accessibleName() and shown.isVisible()
        assert panel.inquiry.depending is None and panel.inquiry.mattering is None, "nobody has asked yet"
        qtbot.mouseClick(panel.depending.button, LEFT)
        qtbot.mouseClick(panel.mattering.button, LEFT)
        qtbot.waitUntil(lambda: panel.inquiry.depending is not None and panel.inquiry.mattering is not None)
        for card, works, failing in (
            (panel.depending, panel.inquiry.depending.depends, "! it does not"),
            (panel.mattering, panel.inquiry.mattering.matters, "! not shown"),
        ):
            assert card.verdict.text() == ("✓ it does" if works else failing)
            assert card.shown.isVisible() and card.words.text()
        assert len(panel.inquiry.mattering.others) == MANY


def test_the_parts_at_a_cell_add_up_and_the_mouse_and_the_arrows_lead_to_others(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    panel: WherePanel,
) -> None:
    account = panel.stack.currentWidget()
    assert isinstance(account, CamAccount)
    account.setFocus()
    account.grab()
    seen = set()
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Left, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Right):
        qtbot.keyClick(account, key)
        told, _, rest = account.parts()
        assert sum(part for *_, part in told) + rest == pytest.approx(account.looked.cam.sums[account.cell], abs=1e-6)
        for _, value, weight, part in told:
            assert part == pytest.approx(value * weight, abs=1e-6)
        assert panel.map.pixel == account.pixel, "picture and account look at the same pixel"
        seen.add(account.pixel)
    assert len(seen) > 1
    tile = account.tiles[0]
    qtbot.mouseMove(account, tile.adjusted(0, 0, -2, -2).bottomRight().toPoint())
    rows, columns, _ = account.looked.cam.maps.shape
    qtbot.waitUntil(lambda: account.cell == (rows - 1, columns - 1))


def test_all_maps_can_be_told_one_by_one_and_the_rest_is_what_is_left_of_the_sum(qtbot: QtBot) -> None:
    graph = template("lenet5").graph
    picture = np.random.default_rng(3).integers(0, 256, graph.shape(graph.images[0]), dtype=np.uint8)
    parameters = initial_parameters(graph, seed=1)
    node = next(each for each in layers_with_maps(graph) if graph.shape(each)[:2] != (1, 1))
    looked = look(graph, parameters, picture, Question(2, "grad_cam", node))
    account, maps = CamAccount(), graph.shape(node)[2]
    qtbot.addWidget(account)
    account.resize(700, 300)
    account.show()
    account.show_looked(looked, picture)
    seen: list[int] = []
    while len(seen) < maps:
        told_now, others, rest = account.parts()
        seen += [number for number, *_ in told_now]
        assert others == maps - len(told_now)
        together = sum(part for *_, part in told_now) + rest
        assert together == pytest.approx(looked.cam.sums[account.cell], abs=1e-6)
        account.grab()
        qtbot.mouseClick(account, LEFT, pos=account.more.center().toPoint())
    assert len(seen) == maps > 2 * FIRST and sorted(seen) == list(range(maps))
    assert [number for number, *_ in account.parts()[0]] == seen[:FIRST], "past the last it begins anew"
    qtbot.keyClick(account, Qt.Key.Key_Return)
    assert [number for number, *_ in account.parts()[0]] == seen[FIRST : 2 * FIRST]


def test_the_answer_to_an_old_question_is_never_shown(qtbot: QtBot, panel: WherePanel) -> None:
    """It is ready, and on its way to the window, in the moment in which something else is asked."""
    inquiry = panel.inquiry
    late: list[Job] = []
    shown: set[str] = set()

    def watch() -> None:
        job = inquiry.jobs.get("looking")
        if job is not None and not late:
            late.append(job)
            while job.result is None:
                QThread.yieldCurrentThread()
            assert not job.over, "the window has not heard of it"
            inquiry.choose(method="times_pixel")
        if inquiry.looked is not None:
            shown.add(inquiry.looked.question.method)

    inquiry.changed.connect(watch)
    with qtbot.waitSignal(inquiry.changed):
        inquiry.choose(method="gradient")
    settled(qtbot, panel)
    qtbot.waitUntil(lambda: late[0].over)
    assert late[0].state == "done" and late[0].result.question.method == "gradient"
    assert shown == {"times_pixel"} and panel.map.looked is inquiry.looked


def test_a_slow_map_can_be_given_up_and_asked_for_again(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    panel: WherePanel,
) -> None:
    free = Event()

    def busy(_job: Job) -> Steps:
        free.wait()
        yield None

    parts.session.jobs.submit(told("looking"), busy)
    panel.inquiry.choose(method="gradient")
    qtbot.waitUntil(lambda: panel.stop.isVisible())
    assert panel.stop.text() == "Stop" and "%" in panel.state.text()
    qtbot.mouseClick(panel.stop, LEFT)
    free.set()
    assert not panel.inquiry.jobs and panel.inquiry.looked is None
    assert panel.state.text().startswith("Stopped") and not panel.map.isVisible() and not panel.stack.isVisible()
    qtbot.mouseClick(panel.stop, LEFT)
    settled(qtbot, panel)
    assert panel.inquiry.looked.question.method == "gradient"
    assert panel.map.isVisible() and not panel.stop.isVisible() and panel.state.text() == ""


def test_another_picture_is_asked_about_for_its_own_answer_and_a_class_can_be_chosen(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    panel: WherePanel,
) -> None:
    score = ClassScore(parts.project.design.graph, parts.project.weights.parameters, 1)

    def answer() -> int:
        return int(score.slopes(pixels(parts.inspection.image)[None], 0).probabilities[0].argmax())

    assert panel.inquiry.looked.question.label == answer()
    other = (answer() + 1) % 3
    choose(qtbot, panel, panel.classes, other)
    assert panel.inquiry.looked.question.label == other
    before = panel.inquiry.looked
    qtbot.mouseClick(panel.after, LEFT)
    qtbot.waitUntil(lambda: panel.inquiry.looked not in (None, before))
    settled(qtbot, panel)
    assert panel.inquiry.looked.question.label == answer()
    assert np.array_equal(panel.map.picture, parts.inspection.image)
    score.close()


def test_a_test_can_be_stopped_and_other_ways_are_tried_at_once_where_one_was(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    panel: WherePanel,
) -> None:
    qtbot.mouseClick(panel.rivals.buttons["random"], LEFT)
    assert not panel.inquiry.jobs, "it waits until it is asked for"
    qtbot.mouseClick(panel.mattering.button, LEFT)
    assert panel.mattering.button.text() == "Stop"
    qtbot.mouseClick(panel.mattering.button, LEFT)
    assert not panel.inquiry.jobs and panel.mattering.button.text() == "Try it"
    qtbot.mouseClick(panel.mattering.button, LEFT)
    qtbot.waitUntil(lambda: panel.inquiry.mattering is not None)
    assert (panel.inquiry.mattering.fill, panel.inquiry.mattering.rivals) == ("blur", "random")
    qtbot.mouseClick(panel.fills.buttons["mean"], LEFT)
    qtbot.waitUntil(lambda: panel.inquiry.mattering is not None and panel.inquiry.mattering.fill == "mean")


def test_a_map_that_fails_is_hatched_and_says_which_test(qtbot: QtBot, panel: WherePanel) -> None:
    before = panel.map.grab().toImage()
    panel.map.show_failed(("mattering",))
    assert panel.map.grab().toImage() != before


def test_nothing_is_asked_while_it_learns_or_nobody_looks(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    panel: WherePanel,
) -> None:
    parts.set_recipe(epochs=LONG)
    panel.hide()
    before = panel.inquiry.looked
    parts.samples.step(1)
    assert panel.inquiry.looked is before and not panel.inquiry.jobs
    panel.show()
    qtbot.waitUntil(lambda: panel.inquiry.looked not in (None, before))
    settled(qtbot, panel)
    parts.run_control.train()
    qtbot.waitUntil(lambda: parts.session.state == "running" and len(parts.session.log.read()) > 3)
    parts.looking.follow_run()
    assert not panel.inquiry.jobs
    with qtbot.waitSignal(parts.session.finished):
        parts.run_control.stop()
    qtbot.waitUntil(lambda: panel.inquiry.of.snapshot.step == parts.project.weights.step)
    settled(qtbot, panel)


def test_without_an_answer_there_is_nothing_to_ask_and_it_says_why(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    panel: WherePanel,
) -> None:
    parts.document.edit("Delete", edits.remove(parts.project.design, ["softmax"]))
    qtbot.waitUntil(lambda: bool(panel.inquiry.why))
    assert panel.state.text() == panel.inquiry.why
    assert not panel.stack.isVisible() and not panel.depending.button.isVisible()
    parts.document.history.undo()
    settled(qtbot, panel)
    assert panel.stack.isVisible() and not panel.inquiry.why
