"""The heads of the confusion matrix can be read."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QFontMetricsF, QImage
from PySide6.QtWidgets import QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from cnnstudio.ui.evaluate.confusion_view import READABLE, ConfusionView


def painted(view: ConfusionView, last: str) -> QImage:
    answers = tuple(f"shape {letter}" for letter in f"abcdefghi{last}")
    view.show_counts(np.eye(10, dtype=np.int64), tuple("0123456789"), answers, stale=False)
    return view.grab().toImage()


def test_names_longer_than_a_cell_are_told_apart_to_their_last_letter(qtbot: QtBot) -> None:
    view = ConfusionView()
    qtbot.addWidget(view)
    view.resize(300, 260)
    assert painted(view, "x") != painted(view, "y")
    heads = view.rect_of(0, 0).top()
    assert heads > 30 and view.rect_of(9, 9).bottom() <= view.height(), "the heads have room, and so have the cells"
    short = ConfusionView()
    qtbot.addWidget(short)
    short.resize(300, 260)
    short.show_counts(np.eye(10, dtype=np.int64), tuple("0123456789"), tuple("0123456789"), stale=False)
    assert short.rect_of(0, 0).top() < heads, "short names stand upright"


SHAPES = ("circle", "square", "triangle", "hexagon", "star", "cross", "ring", "heart", "crescent", "arrow")


def shown(qtbot: QtBot, width: int, height: int, names: tuple[str, ...] = SHAPES) -> ConfusionView:
    view = ConfusionView()
    qtbot.addWidget(view)
    view.resize(width, height)
    view.show_counts(np.eye(len(names), dtype=np.int64), names, names, stale=False)
    return view


def test_no_two_heads_touch_whatever_room_there_is(qtbot: QtBot) -> None:
    """Leaning by 45° they are 0.71 of a cell apart, upright a whole one."""
    apart = {"leaning": 0.71, "upright": 1.0}
    seen = set()
    for side in range(140, 620, 4):
        view = shown(qtbot, side, side)
        size = view.rect_of(0, 0).width()
        if view.heads in apart:
            assert size * apart[view.heads] >= QFontMetricsF(view.font()).height() - (
                1 if view.heads == "leaning" else 3
            ), side
        seen.add(view.heads)
    assert seen == {"none", "upright", "leaning"}
    assert shown(qtbot, 400, 400, tuple("0123456789")).heads == "lying"


def test_heads_that_nobody_could_read_take_no_room(qtbot: QtBot) -> None:
    view = shown(qtbot, 230, 168)
    assert view.heads == "none"
    assert view.rect_of(0, 0).top() < 24 and view.rect_of(0, 0).width() >= 13, "the rows have names, the cells room"


def test_in_a_page_the_matrix_takes_the_height_there_is_and_its_cells_have_numbers(qtbot: QtBot) -> None:
    """However narrow it was before it had anything to show."""
    page = QWidget()
    qtbot.addWidget(page)
    row = QHBoxLayout(page)
    view = ConfusionView()
    row.addWidget(view, 6)
    row.addWidget(QWidget(), 5)
    page.resize(1000, 280)
    page.show()
    qtbot.waitExposed(page)
    digits = tuple("0123456789")
    view.show_counts(np.eye(10, dtype=np.int64), digits, digits, stale=False)
    qtbot.waitUntil(lambda: view.width() > 240)
    assert view.rect_of(9, 9).bottom() > 0.9 * view.height() and view.rect_of(9, 9).width() >= READABLE
    assert view.width() < view.height() + 80, "what is at its right begins where it ends"
