"""The Learn workspace: lessons at the left, their text, their live views, and the user's own canvas."""

from __future__ import annotations

import hashlib
import os
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from cnnstudio.design.format.strict import FileFormatError
from cnnstudio.files.printable import printable
from cnnstudio.lessons.condition import Standing
from cnnstudio.lessons.lesson import Asked, Course, Lesson
from cnnstudio.lessons.progress import Progress, open_progress, save_progress
from cnnstudio.lessons.questions.expression import Number
from cnnstudio.lessons.questions.question import Question
from cnnstudio.lessons.reading.reader import built_in, read_course
from cnnstudio.nn.telling.told import worded
from cnnstudio.nn.training.events import EpochDone, Event, StepDone
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.learn.lesson_list import LessonList
from cnnstudio.ui.learn.lesson_network import LessonNetwork
from cnnstudio.ui.learn.lesson_page import LessonPage
from cnnstudio.ui.learn.own_lessons import open_guide
from cnnstudio.ui.look import preferences
from cnnstudio.ui.look.labels import on_ground
from cnnstudio.ui.run.looked_at import LookedAt, Looking
from cnnstudio.ui.run.run_control import RunControl
from cnnstudio.ui.run.samples import Samples
from cnnstudio.ui.telling.notices import REFUSED, Notices
from cnnstudio.worker.inspection import Inspection, Maps
from cnnstudio.worker.lanes import Log

#: milliseconds between two looks at how far training has come
_LOOK = 200
_WIDE, _NARROW = (258, 420, 762), (200, 376, 524)


class LearnPage(QWidget):
    """Holds palette, canvas and inspector while it is shown; the workspaces hand them over."""

    term_asked = Signal(str)

    def __init__(
        self,
        document: Document,
        run_control: RunControl,
        samples: Samples,
        inspection: Inspection,
        looking: Looking,
        notices: Notices,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._run_control, self._notices = document, run_control, notices
        self._samples, self._inspection, self._looking = samples, inspection, looking
        self._path = preferences.folder() / "lessons.json"
        self.progress, self._trouble = Progress(), ""
        self.course: Course | None = None
        self.pages: dict[str, LessonPage] = {}
        self.current: LessonPage | None = None
        self._log: Log[Event] | None = None
        self._read, self._steps, self._epochs, self._accuracy = 0, 0, 0, 0.0
        self.network = LessonNetwork(document, run_control, notices, self)
        #: tasks that were not fulfilled when the lesson or the network came: they count when they are
        self._undone: set[str] = set()
        self.list = LessonList()
        self.list.chosen.connect(self.show_lesson)
        self.list.cleared.connect(self.begin_again)
        self.list.own_asked.connect(lambda: self.show_course(built_in()))
        self.list.write_asked.connect(lambda: open_guide(self, self.open_course, notices))
        self.texts, self.views = QStackedWidget(), QStackedWidget()
        on_ground(self.views, "live-ground")
        self._lay_out()
        run_control.data.changed.connect(self._show_picture)
        self._timer = QTimer(self, interval=_LOOK)
        self._timer.timeout.connect(self.check_tasks)
        run_control.session.state_changed.connect(self._session_changed)
        self.network.changed.connect(self._network_changed)
        document.changed.connect(self._document_changed)
        looking.changed.connect(self._look)
        inspection.maps_changed.connect(self._maps_changed)
        on_ground(self, "panel")

    def _lay_out(self) -> None:
        self.below = QSplitter(Qt.Orientation.Horizontal)
        self.right = QSplitter(Qt.Orientation.Vertical)
        self.columns = QSplitter(Qt.Orientation.Horizontal)
        self.left = QSplitter(Qt.Orientation.Vertical)
        for splitter, parts in (
            (self.left, (self.list,)),
            (self.right, (self.views, self.below)),
            (self.columns, (self.left, self.texts, self.right)),
        ):
            for part in parts:
                splitter.addWidget(part)
        for splitter in (self.left, self.below, self.right, self.columns):
            splitter.setHandleWidth(1)
            splitter.setChildrenCollapsible(False)
        self.right.splitterMoved.connect(self._split_by_hand)
        self.columns.setStretchFactor(2, 1)
        self.views.setMinimumHeight(140)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.columns)

    def hold(self, palette: QWidget, canvas: QWidget, inspector: QWidget) -> None:
        """Take palette, canvas and inspector in."""
        self.left.addWidget(palette)
        self.below.addWidget(canvas)
        self.below.addWidget(inspector)
        self.below.setStretchFactor(0, 1)
        self.right.setStretchFactor(1, 1)  # a line of message takes its room from the canvas

    def open_course(self, folder: Path) -> bool:
        """Show a teacher's lessons; if they cannot be read, a notice says why and nothing else happens."""
        try:
            course = read_course(folder)
        except FileFormatError as error:
            self._notices.tell(worded(error), "error", about=REFUSED)
            return False
        self._notices.settle(REFUSED)
        self._ready()
        self.show_course(course, folder)
        return True

    def show_course(self, course: Course, folder: Path | None = None) -> None:
        """Show these lessons, the one that was open last first; ``folder`` is where a teacher's are."""
        self._end_views()
        for page in self.pages.values():
            for part in (page.text, page.views, page.signals):
                part.deleteLater()
        self.network.turn_to(self._path.with_suffix("") / _key(folder))
        self.pages, self.current, self.course = {}, None, course
        self.list.show_course(course, foreign=folder is not None)
        names = [lesson.id for lesson in course.lessons]
        self.show_lesson(self.progress.last if self.progress.last in names else names[0], asked=folder is not None)

    def show_lesson(self, name: str, *, asked: bool = True) -> None:
        """Open a lesson of the course; ``asked`` for by name, or only the one that was open last."""
        assert self.course is not None
        lesson = self.course.lesson(name)
        if name not in self.pages:
            self.pages[name] = self._make(lesson)
        self.current = self.pages[name]
        self.texts.setCurrentWidget(self.current.text)
        self.views.setCurrentWidget(self.current.views)
        if self.progress.last != name:
            self._keep(self._joined().at(lesson))
        self._undone.clear()
        self.network.enter(lesson, asked=asked)
        self.current.network.show_lent(self.network.lent)
        self._wanted = lesson.picture
        self._show_picture()
        self._refresh()
        self._share_height()
        self._tick()
        self.check_tasks()

    def shutdown(self) -> None:
        """Wait for the workers to end. Safe to call twice."""
        self.network.shutdown()
        self._end_views()

    def _end_views(self) -> None:
        for page in self.pages.values():
            for view in page.live:
                view.shutdown()

    def check_tasks(self) -> None:
        """Tick the tasks of the open lesson that have become fulfilled. What was so from the beginning is no deed: such
        a task says so and waits."""
        page = self.current
        if page is None or not self.isVisible():
            return
        self._follow_run()
        standing = self.standing()
        for task in page.lesson.tasks:
            if self.progress.has(page.lesson, task.id):
                continue
            met = task.condition.met(standing)
            if met and task.id in self._undone:
                self._reach(page.lesson, task.id)
            elif not met:
                self._undone.add(task.id)
            page.tasks[task.id].show_now(None if met else task.condition.now(standing))
            page.tasks[task.id].show_already(met and task.id not in self._undone)

    def _say_how_far(self) -> None:
        """What views have begun to count anew is said so; nothing is ticked by it, for nobody has done anything."""
        page, standing = self.current, self.standing()
        if page is None:
            return
        for task in page.lesson.tasks:
            if not self.progress.has(page.lesson, task.id) and not task.condition.met(standing):
                page.tasks[task.id].show_now(task.condition.now(standing))

    @property
    def first_of_view(self) -> QWidget | None:
        """What the arrow keys move in the live view that is shown."""
        shown = (view for view in self.current.live if view.isVisible()) if self.current is not None else ()
        return next((view.first for view in shown), None)

    @property
    def left_in_text(self) -> QWidget | None:
        """What had the keyboard last in this lesson’s text: whoever comes back from doing a task reads on there."""
        return None if self.current is None else self.current.text.focusWidget()

    def standing(self) -> Standing:
        """What the tasks look at."""
        views: dict[str, Number] = {}
        for view in self.current.live if self.current is not None else ():
            views.update(view.numbers)
        project, sample = self._document.project, self._run_control.data.sample
        classes = 0 if sample is None else len(sample.classes)
        now = self._looking.now
        if not (now.live or (now.run is not None and now.snapshot.run == now.run.id)):
            return Standing(project, views=views, classes=classes)
        verdict = self._run_control.verdict.now
        if not now.live and now.run is not None:  # the log may still be that of the network that goes
            done = now.run.history.epochs
            accuracy = done[-1].validation_accuracy if done else 0.0
            return Standing(project, now.run.step, len(done), accuracy, verdict, views, classes)
        return Standing(project, self._steps, self._epochs, self._accuracy, verdict, views, classes)

    def begin_again(self) -> None:
        """Forget the ticks of these lessons, with a way back."""
        if self.course is not None:
            before = self._joined()
            self._keep(before.without(self.course))
            for page in self.pages.values():
                page.ask_anew()
            self._count_anew()
            self._tick()
            self.check_tasks()
            if any(before.count(lesson) for lesson in self.course.lessons):
                words, undo = "The ticks of these lessons are cleared.", partial(self._bring_back, before)
                self._notices.tell(words, action_title="Undo", action=undo, about="ticks")

    def _bring_back(self, before: Progress) -> None:
        self._keep(self._joined().joined(before))
        self._tick()
        self.check_tasks()

    # events

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ready()
        self.network.tell_nothing()
        if self.course is None:
            self.show_course(built_in())
        self._spread()
        self._refresh()
        self.check_tasks()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        if not event.spontaneous() and self.window().isVisible():
            self.network.tell_lent()
        super().hideEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if (event.size().width() >= 1280) != (event.oldSize().width() >= 1280):
            self._spread()
        else:
            self._give_width()

    _is_ready = False

    def _ready(self) -> None:
        """Read the progress when the workspace is first shown, and say once what is wrong with it."""
        if not self._is_ready:
            self._is_ready = True
            self.progress, trouble = open_progress(self._path)
            if trouble:
                self._notices.tell(printable(worded(trouble)), "warning", about="progress")

    #: the class of the picture that the open lesson begins with, until it has been shown
    _wanted: int | None = None

    def _show_picture(self) -> None:
        """Begin a lesson on a picture of the class that it asks for, once its data are there."""
        wanted, sample = self._wanted, self._run_control.data.sample
        own = self.current is None or self.current.lesson.network is None or not self.network.lent
        if wanted is None or own or sample is None or self.current is None or self.current.lesson.network is None:
            return
        if sample.source == self.current.lesson.network.recipe.data.source and wanted < len(sample.classes):
            self._wanted = None
            self._samples.show_class(wanted)

    _needed, _shared_by_hand = 0, False

    def _split_by_hand(self) -> None:
        """From now on the heights are the user's."""
        self._shared_by_hand = True

    def _spread(self) -> None:
        self._needed = 0
        self.columns.setSizes(list(_WIDE if self.width() >= 1280 else _NARROW))
        self._share_height()
        # all lessons in sight where there is room for some of the palette as well
        lessons = min(self.list.whole_height, self.height() - 230)
        self.left.setSizes([lessons, self.height() - lessons])
        self.below.setSizes([700, 272] if self.width() >= 1280 else [300, 260])

    def _share_height(self) -> None:
        """The live views take what they need, the canvas never less than two fifths."""
        if self.current is not None and not self._shared_by_hand:
            high = max(300, self.height())
            needed = self._height_of_views()
            if needed == self._needed:
                return
            self._needed = needed
            above = max(140, min(needed, round(high * 0.6)))
            self.right.setSizes([above, high - above])

    def _give_width(self) -> None:
        """What the live views cannot do without is taken from lessons and text, as far as these can give it."""
        if self.current is None:
            return
        others = (self.left, self.texts)
        room = self.width() - sum(part.minimumSizeHint().width() + self.columns.handleWidth() for part in others)
        self.views.setMinimumWidth(max(0, min(self.current.views.needed, room)))

    def _height_of_views(self) -> int:
        """How high the live views want to be, with their words broken into the width that there is."""
        assert self.current is not None
        inside = self.current.views_inside
        layout = inside.layout()
        broken = layout.heightForWidth(inside.width()) if layout is not None else 0
        return max(inside.sizeHint().height(), broken)

    def _make(self, lesson: Lesson) -> LessonPage:
        assert self.course is not None
        number = self.course.lessons.index(lesson)
        page = LessonPage(
            lesson, f"Lesson {number + 1} of {len(self.course.lessons)}", self._run_control, self._samples
        )
        page.network.lessons_asked.connect(lambda: self.network.use_lessons(lesson))
        page.network.own_asked.connect(self.network.use_own)
        page.network.again_asked.connect(lambda: self.network.begin_again(lesson))
        page.signals.term_asked.connect(self.term_asked)
        page.signals.answered.connect(lambda question: self._answered(lesson, question))
        page.signals.shown.connect(self._view_changed)
        page.signals.view_changed.connect(self._share_height)
        page.signals.width_changed.connect(self._give_width)
        page.signals.node_asked.connect(lambda node: self._document.select([node]))
        if number + 1 < len(self.course.lessons):
            following = self.course.lessons[number + 1].id
            page.next.clicked.connect(lambda: self.show_lesson(following))
        else:
            page.next.hide()
        self.texts.addWidget(page.text)
        self.views.addWidget(page.views)
        return page

    def _answered(self, lesson: Lesson, question: Question | Asked) -> None:
        self._reach(lesson, question.id)

    def _reach(self, lesson: Lesson, goal: str) -> None:
        self._keep(self._joined().with_goal(lesson, goal))
        self._tick()

    def _joined(self) -> Progress:
        """The progress, with what another window may have reached meanwhile."""
        return self.progress.joined(open_progress(self._path)[0])

    def _keep(self, progress: Progress) -> None:
        self.progress = progress
        try:
            save_progress(progress, self._path)
        except OSError as error:
            self._notices.tell(f"Your progress could not be kept: {worded(error)}", "warning", about="progress")

    def _tick(self) -> None:
        if self.current is not None:
            self.list.show_progress(self.progress, self.current.lesson.id)
            self.current.show_progress(self.progress)

    def _session_changed(self, state: str) -> None:
        if state == "loading" and self.current is not None:
            self.current.show_curves()
            self.check_tasks()  # a run that begins anew may be over before the next look

    def _view_changed(self) -> None:
        self._share_height()
        self.check_tasks()

    def _network_changed(self) -> None:
        """Another network is about to be on the canvas: what it fulfils already is no deed."""
        self._count_anew()
        if self.current is not None:
            self.current.network.show_lent(self.network.lent)

    def _count_anew(self) -> None:
        """What has been looked at and done so far counts for no task that is still open."""
        self._undone.clear()  # first, too: what was open when the ticks went is reached by nobody now
        for page in self.pages.values():
            for view in page.live:
                view.count_anew()
        self._undone.clear()  # last: a view that begins anew has the tasks looked at, on the network that goes

    def _document_changed(self, _before: object, _after: object) -> None:
        if self.isVisible():
            self._refresh()
            self.check_tasks()

    def _look(self, now: LookedAt) -> None:
        if self.isVisible() and self.current is not None:
            for view in self.current.live:
                view.show_looked_at(now)
            self._share_height()

    def _maps_changed(self, _values: object) -> None:
        if self.isVisible() and self.current is not None:
            for view in self.current.live:
                view.show_maps(self._fitting_maps())  # it may come late, when another network is here
            self._share_height()
            self._say_how_far()

    def _refresh(self) -> None:
        if self.current is not None and self.isVisible():
            self.current.show_design(self._document.project.design)
            for view in self.current.live:
                view.show_looked_at(self._looking.now)
                view.show_maps(self._fitting_maps())

    def _fitting_maps(self) -> Maps | None:
        """What the inspection saw last, if that was the network that is looked at."""
        result = self._inspection.result
        return result if result is not None and result.graph is self._looking.now.graph else None

    def _follow_run(self) -> None:
        log = self._run_control.session.log
        if log is not self._log:
            self._log, self._read, self._steps, self._epochs, self._accuracy = log, 0, 0, 0, 0.0
        events = log.read(self._read)
        self._read += len(events)
        for event in events:
            if isinstance(event, StepDone):
                self._steps = event.step
            elif isinstance(event, EpochDone):
                self._steps, self._epochs = max(self._steps, event.step), event.epoch
                self._accuracy = event.validation_accuracy


def _key(folder: Path | None) -> str:
    """A name for the lessons in a folder, or for those of the program."""
    if folder is None:
        return "built-in"
    return hashlib.sha256(os.fsencode(os.path.realpath(folder))).hexdigest()[:16]
