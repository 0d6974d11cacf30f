"""The heads of the confusion matrix can be read."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from cnnstudio.ui.panels.evaluation.confusion_view import ConfusionView


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
