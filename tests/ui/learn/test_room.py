"""In a small window: what a lesson is about is whole, nothing blank is scrolled, and nothing moves under the hand."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication

from cnnstudio.lessons.reading.reader import built_in
from cnnstudio.ui.learn.views.descent.descent_controls import RATES
from cnnstudio.ui.look import preferences
from cnnstudio.ui.widgets.floating_card import FloatingCard
from tests.ui.learn.deeds import LONG, build_by_hand, seen, set_rate, settings, view

LESSONS = [lesson.id for lesson in built_in().lessons]
LEFT = Qt.MouseButton.LeftButton
#: pixels of a view with a ledger that may lie below
_SCROLLED = 60


@pytest.fixture
def small(open_window):
    (preferences.folder() / "lessons.json").unlink(missing_ok=True)
    window = open_window(size=(1100, 700))
    window.workspaces.show("Learn")
    yield window
    (preferences.folder() / "lessons.json").unlink(missing_ok=True)


def test_a_text_ends_where_its_words_end_and_its_column_keeps_its_width(small, qtbot):
    widths = set()
    for name in LESSONS:
        small.learn.show_lesson(name)
        inside = small.learn.current.text.widget()
        qtbot.waitUntil(lambda inside=inside: inside.height() == inside.layout().heightForWidth(inside.width()))
        widths.add(small.learn.texts.width())
    assert len(widths) == 1, "the border beside the text moved from lesson to lesson"


def test_map_curve_and_sums_of_the_way_down_are_whole_and_buttons_stay(small, qtbot):
    small.learn.show_lesson("learning")
    descent, area = view(small), small.learn.current.views
    qtbot.waitUntil(lambda: bool(descent.numbers) and descent.measured, timeout=LONG)
    controls = (descent.controls.step, descent.controls.roll, descent.controls.slider, descent.picture, descent.trace)
    before = [part.mapTo(small, QPoint()) for part in controls]
    for rate in (1.0, RATES[-1]):
        set_rate(small, qtbot, rate)
        steps = descent.numbers["steps"]
        qtbot.mouseClick(descent.controls.step, LEFT)
        qtbot.waitUntil(lambda steps=steps: descent.numbers["steps"] > steps, timeout=LONG)
        QApplication.processEvents()
        assert [part.mapTo(small, QPoint()) for part in controls] == before
        for part in (descent.picture, descent.trace, descent.words, descent.loss):
            assert part.visibleRegion().boundingRect() == part.rect(), "cut"
        assert descent.trace.height() >= 60
    assert "too large" in descent.verdict.text()
    assert area.horizontalScrollBar().maximum() == 0


def test_a_network_that_is_built_lies_in_rows_and_the_pad_covers_nothing_of_it(small, qtbot):
    small.learn.show_lesson("typical")
    stage = ("conv2d", "relu", "max_pool2d")
    build_by_hand(small, qtbot, *stage, *stage, "flatten", "dense", "softmax")
    canvas = small.canvas
    qtbot.waitUntil(lambda: canvas.camera.seen().contains(canvas.canvas_scene.frame_of_all()))
    assert len({y for _, y in small.document.project.design.places.values()}) == 3
    assert canvas.camera.zoom > 0.3
    page = small.learn.current
    qtbot.mouseClick(page.tabs[2], LEFT)
    qtbot.waitUntil(lambda: page.live[2].found is not None, timeout=LONG)
    qtbot.mouseClick(page.live[2].draw, LEFT)
    (card,) = (card for card in small.findChildren(FloatingCard) if card.isVisible())
    for part in (canvas, page.live[2]):
        box = QRect(part.mapTo(small, QPoint()), part.size())
        assert not box.intersects(card.geometry())


def test_every_view_is_whole_without_scrolling_but_where_a_ledger_scrolls_itself(small, qtbot):
    """What a lesson is about is seen at once, at the beginning and with the largest that it asks for."""
    for name in LESSONS:
        small.learn.show_lesson(name)
        seen(small, qtbot)
        page = small.learn.current
        if name == "what_filters_learn":
            settings("conv2d_1", Kernel="7")(small, qtbot)
        for number, shown in enumerate(page.live):
            page.show_view(number)
            message = getattr(shown, "message", shown.title)
            qtbot.waitUntil(lambda message=message: not (message.isVisible() and message.text().endswith("…")))
            QApplication.processEvents()
            hidden = page.views.verticalScrollBar().maximum()
            room = getattr(shown, "ledger", None)
            assert hidden <= (_SCROLLED if room is not None else 0), f"{name}, {shown.tab}: {hidden} pixels below"
