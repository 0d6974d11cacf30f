"""Every lesson played through in the real window: wrong and right answers typed, tasks carried out by hand."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from cnnstudio.lessons.progress import load_progress
from cnnstudio.lessons.reading.reader import built_in
from cnnstudio.nn.telling.phrases import number_text
from cnnstudio.nn.telling.told import worded
from cnnstudio.ui.look import preferences
from tests.ui.learn.deeds import ON_THE_LESSONS, answer, play

pytestmark = pytest.mark.qt_log_ignore("does not support raise")  # tooltips, without a screen

LESSONS = [lesson.id for lesson in built_in().lessons]


@pytest.fixture
def learning(same_window):
    """Learn in one window for all lessons: the next begins where the last one ended."""
    window = same_window()
    window.workspaces.show("Learn")
    return window


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
            assert card.reply.words == worded(reply)
            assert card.why.isHidden(), "the answer is revealed before it was given"
            assert not learn.progress.has(page.lesson, card.question.id)
        card.field.setText(number_text(card.drawn.answer))
        qtbot.keyClick(card.field, Qt.Key.Key_Return)
        assert card.reply.words.startswith("✓ Right")
        assert card.why.isVisibleTo(card)
        assert learn.progress.has(page.lesson, card.question.id)

    for card in (card for name, card in page.asking.items() if name not in page.questions):
        page.text.ensureWidgetVisible(card)
        answer(window, card, qtbot)
        assert card.reply.words.startswith("✓ Right"), card.question.id
        assert learn.progress.has(page.lesson, card.question.id)

    play(window, qtbot, ON_THE_LESSONS[name])
    assert learn.progress.whole(page.lesson)
    assert learn.list.buttons[name].mark == "✓"
    assert load_progress(preferences.folder() / "lessons.json") == learn.progress
