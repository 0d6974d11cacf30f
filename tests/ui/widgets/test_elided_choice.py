"""A choice between words that may have no room."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from cnnstudio.ui.widgets.choosing.elided_choice import ElidedChoice


def test_words_without_room_end_in_dots_and_others_are_whole(qtbot: QtBot) -> None:
    box = ElidedChoice()
    qtbot.addWidget(box)
    box.addItems(["A picture of a dog with a very long name", "cat"])
    box.resize(180, 30)
    box.show()
    short = box.shown
    assert short.endswith("…") and box.currentText().startswith(short[:-1]) and len(short) > 8
    before = box.grab().toImage()
    box.setItemText(0, "A picture of a dog with another long name")
    assert box.shown == short and box.grab().toImage() == before, "what is not shown is not painted"
    box.setCurrentIndex(1)
    assert box.shown == "cat" and box.grab().toImage() != before
