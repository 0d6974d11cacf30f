"""The list of lessons, without a window."""

from __future__ import annotations

from cnnstudio.lessons.progress import Progress
from cnnstudio.lessons.reading.reader import built_in
from cnnstudio.ui.learn.lesson_list import LessonList


def test_every_title_is_whole_and_the_open_lesson_is_in_sight(qtbot) -> None:
    shown, course = LessonList(), built_in()
    qtbot.addWidget(shown)
    shown.show_course(course, foreign=False)
    shown.resize(200, 240)
    shown.show()
    for lesson in (course.lessons[-1], course.lessons[0]):
        shown.show_progress(Progress(), lesson.id)
        button = shown.buttons[lesson.id]
        qtbot.waitUntil(lambda button=button: button.visibleRegion().boundingRect() == button.rect())
    for lesson in course.lessons:
        button = shown.buttons[lesson.id]
        assert " ".join(button.lines(button.width())) == lesson.title
        assert button.height() == button.heightForWidth(button.width())
