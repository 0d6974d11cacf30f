"""The Learn workspace: lessons at the left, their text, their live views, and the user's own canvas."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from cnnstudio.design.strict import FileFormatError
from cnnstudio.lessons.condition import Standing
from cnnstudio.lessons.expression import Number
from cnnstudio.lessons.lesson import Course, Lesson
from cnnstudio.lessons.progress import Progress, open_progress, save_progress
from cnnstudio.lessons.question import Question
from cnnstudio.lessons.reader import built_in, read_course
from cnnstudio.nn.trainer import EpochDone, Event, StepDone
from cnnstudio.training.lanes import Log
from cnnstudio.training.probe import Probe
from cnnstudio.ui import preferences, theme
from cnnstudio.ui.document import Document
from cnnstudio.ui.learn.lesson_list import LessonList
from cnnstudio.ui.learn.lesson_page import LessonPage
from cnnstudio.ui.notices import Notices
from cnnstudio.ui.training_desk import TrainingDesk

#: milliseconds between two looks at how far training has come
_LOOK = 200
_WIDE, _NARROW = (258, 420, 762), (200, 344, 556)


class LearnPage(QWidget):
    """Holds the canvas and the inspector while it is shown; the workspaces hand them over."""

    term_asked = Signal(str)
    #: the lesson's network is in the document now
    network_taken = Signal()

    def __init__(self, document: Document, desk: TrainingDesk, probe: Probe, notices: Notices) -> None:
        super().__init__()
        self._document, self._desk, self._probe, self._notices = document, desk, probe, notices
        self._path = preferences.folder() / "lessons.json"
        self.progress, self._trouble = Progress(), ""
        self.course: Course | None = None
        self.pages: dict[str, LessonPage] = {}
        self.current: LessonPage | None = None
        self._log: Log[Event] | None = None
        self._read, self._steps, self._epochs, self._accuracy = 0, 0, 0, 0.0
        self.list = LessonList()
        self.list.chosen.connect(self.show_lesson)
        self.list.cleared.connect(self.begin_again)
        self.list.own_asked.connect(lambda: self.show_course(built_in()))
        self.texts, self.views = QStackedWidget(), QStackedWidget()
        self.views.setProperty("role", "live-ground")
        self.views.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._lay_out()
        self._timer = QTimer(self, interval=_LOOK)
        self._timer.timeout.connect(self.check_tasks)
        document.changed.connect(self._document_changed)
        probe.maps_changed.connect(self._maps_changed)
        theme.changed.connect(self._ground)
        self._ground()

    def _lay_out(self) -> None:
        self.below = QSplitter(Qt.Orientation.Horizontal)
        self.right = QSplitter(Qt.Orientation.Vertical)
        self.columns = QSplitter(Qt.Orientation.Horizontal)
        for splitter, parts in (
            (self.right, (self.views, self.below)),
            (self.columns, (self.list, self.texts, self.right)),
        ):
            for part in parts:
                splitter.addWidget(part)
        for splitter in (self.below, self.right, self.columns):
            splitter.setHandleWidth(1)
            splitter.setChildrenCollapsible(False)
        self.right.splitterMoved.connect(self._split_by_hand)
        self.columns.setStretchFactor(2, 1)
        self.texts.setMinimumWidth(300)
        self.views.setMinimumHeight(140)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.columns)

    def hold(self, canvas: QWidget, inspector: QWidget) -> None:
        """Take the canvas and the inspector in."""
        self.below.addWidget(canvas)
        self.below.addWidget(inspector)
        self.below.setStretchFactor(0, 1)

    def open_course(self, folder: Path) -> bool:
        """Show a teacher's lessons; if they cannot be read, a notice says why and nothing else happens."""
        try:
            course = read_course(folder)
        except FileFormatError as error:
            self._notices.tell(str(error), "error")
            return False
        self._ready()
        self.show_course(course, foreign=True)
        return True

    def show_course(self, course: Course, *, foreign: bool = False) -> None:
        """Show these lessons, the one that was open last first."""
        for page in self.pages.values():
            for part in (page.text, page.views, page.signals):
                part.deleteLater()
        self.pages, self.current, self.course = {}, None, course
        self.list.show_course(course, foreign=foreign)
        names = [lesson.id for lesson in course.lessons]
        self.show_lesson(self.progress.last if self.progress.last in names else names[0])

    def show_lesson(self, name: str) -> None:
        """Open a lesson of the course."""
        assert self.course is not None
        lesson = self.course.lesson(name)
        if name not in self.pages:
            self.pages[name] = self._make(lesson)
        self.current = self.pages[name]
        self.texts.setCurrentWidget(self.current.text)
        self.views.setCurrentWidget(self.current.views)
        if self.progress.last != name:
            self._keep(self.progress.at(lesson))
        self._refresh()
        self._share_height()
        self._tick()
        self.check_tasks()

    def check_tasks(self) -> None:
        """Tick the tasks of the open lesson that the document, the run or the views now fulfil."""
        page = self.current
        if page is None or not self.isVisible():
            return
        self._follow_run()
        open_tasks = [task for task in page.lesson.tasks if not self.progress.has(page.lesson, task.id)]
        standing = self.standing()
        for task in open_tasks:
            if task.condition.met(standing):
                self._reach(page.lesson, task.id)

    def standing(self) -> Standing:
        """What the tasks look at."""
        views: dict[str, Number] = {}
        for view in self.current.live if self.current is not None else ():
            views.update(view.numbers)
        project = self._document.project
        own = project.run is not None and project.weights.run == project.run.id
        if not (own or self._desk.session.active):
            return Standing(project, views=views)
        return Standing(project, self._steps, self._epochs, self._accuracy, views)

    def begin_network(self) -> None:
        """The lesson's network in the document, as one step that can be undone; unsaved work is asked for first."""
        if not self._document.modified:
            self._put_network()
            return
        self._notices.tell(
            "Your network has changes that are not saved. The lesson’s network would take its place; Undo brings "
            "yours back.",
            "warning",
            action_title="Take the lesson’s network",
            action=self._put_network,
        )

    def begin_again(self) -> None:
        """Forget the ticks of these lessons."""
        if self.course is not None:
            self._keep(self.progress.without(self.course))
            self._tick()
            self.check_tasks()

    # events

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ready()
        if self.course is None:
            self.show_course(built_in())
        self._spread()
        self._refresh()
        self.check_tasks()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        super().hideEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if (event.size().width() >= 1280) != (event.oldSize().width() >= 1280):
            self._spread()

    _is_ready = False

    def _ready(self) -> None:
        """Read the progress when the workspace is first shown, and say once what is wrong with it."""
        if not self._is_ready:
            self._is_ready = True
            self.progress, trouble = open_progress(self._path)
            if trouble:
                self._notices.tell(trouble, "warning")

    _needed, _shared_by_hand = 0, False

    def _split_by_hand(self) -> None:
        """From now on the heights are the user's."""
        self._shared_by_hand = True

    def _spread(self) -> None:
        self._needed = 0
        self.columns.setSizes(list(_WIDE if self.width() >= 1280 else _NARROW))
        self._share_height()
        self.below.setSizes([700, 272] if self.width() >= 1280 else [330, 230])

    def _share_height(self) -> None:
        """The live views take what they need, the canvas never less than two fifths."""
        if self.current is not None and not self._shared_by_hand:
            high = max(300, self.height())
            needed = self.current.views.widget().sizeHint().height()
            if needed == self._needed:
                return
            self._needed = needed
            above = max(140, min(needed, round(high * 0.6)))
            self.right.setSizes([above, high - above])

    def _make(self, lesson: Lesson) -> LessonPage:
        assert self.course is not None
        number = self.course.lessons.index(lesson)
        page = LessonPage(lesson, f"Lesson {number + 1} of {len(self.course.lessons)}", self._desk)
        page.start.clicked.connect(self.begin_network)
        page.signals.term_asked.connect(self.term_asked)
        page.signals.answered.connect(lambda question: self._answered(lesson, question))
        page.signals.shown.connect(self.check_tasks)
        page.signals.node_asked.connect(lambda node: self._document.select([node]))
        if number + 1 < len(self.course.lessons):
            following = self.course.lessons[number + 1].id
            page.next.clicked.connect(lambda: self.show_lesson(following))
        else:
            page.next.hide()
        self.texts.addWidget(page.text)
        self.views.addWidget(page.views)
        return page

    def _answered(self, lesson: Lesson, question: Question) -> None:
        self._reach(lesson, question.id)

    def _reach(self, lesson: Lesson, goal: str) -> None:
        self._keep(self.progress.with_goal(lesson, goal))
        self._tick()

    def _keep(self, progress: Progress) -> None:
        self.progress = progress
        try:
            save_progress(progress, self._path)
        except OSError as error:
            self._notices.tell(f"Your progress could not be kept: {error}", "warning")

    def _tick(self) -> None:
        if self.current is not None:
            self.list.show_progress(self.progress, self.current.lesson.id)
            self.current.show_progress(self.progress)

    def _put_network(self) -> None:
        page = self.current
        if page is not None and page.lesson.network is not None:
            self._document.end_burst()
            self._document.edit("Take the lesson’s network", page.lesson.network, select=[])
            self.network_taken.emit()

    def _document_changed(self, _before: object, _after: object) -> None:
        if self.isVisible():
            self._refresh()
            self.check_tasks()

    def _maps_changed(self, _values: object) -> None:
        if self.isVisible() and self.current is not None:
            for view in self.current.live:
                view.show_maps(self._probe.result)
            self._share_height()

    def _refresh(self) -> None:
        if self.current is not None and self.isVisible():
            for view in self.current.live:
                view.show_project(self._document.project)
                view.show_maps(self._fitting_maps())

    def _fitting_maps(self):
        """What the probe saw last, if that was the network as it is now or one that is being trained."""
        result = self._probe.result
        graph = self._document.project.design.graph
        fits = result is not None and (result.graph is graph or self._desk.session.active)
        return result if fits else None

    def _follow_run(self) -> None:
        log = self._desk.session.log
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

    def _ground(self) -> None:
        palette = self.palette()
        palette.setColor(self.backgroundRole(), theme.current().panel)
        self.setPalette(palette)
        self.setAutoFillBackground(True)
