"""One lesson: its text with cards in the middle, its live views at the right."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal, SignalInstance
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from cnnstudio.design.value.design import Design
from cnnstudio.lessons.figures import said
from cnnstudio.lessons.lesson import Formula, Lesson, Paragraph, Task
from cnnstudio.lessons.progress import Progress
from cnnstudio.lessons.questions.on_a_row import places_asked_for
from cnnstudio.nn.telling.told import worded
from cnnstudio.ui.learn.cards.asking_card import AskingCard
from cnnstudio.ui.learn.cards.card import TaskCard
from cnnstudio.ui.learn.cards.every_card import asking_card
from cnnstudio.ui.learn.cards.number_card import NumberCard
from cnnstudio.ui.learn.network_switch import NetworkSwitch, segment
from cnnstudio.ui.learn.views.bench_view import BenchView
from cnnstudio.ui.learn.views.curve_view import CurveView
from cnnstudio.ui.learn.views.every_view import live_view
from cnnstudio.ui.learn.views.live_view import LiveView
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.labels import label, set_role
from cnnstudio.ui.run.run_control import RunControl
from cnnstudio.ui.run.samples import Samples
from cnnstudio.ui.widgets.layouts.scrolled_column import ScrolledColumn, SteadyArea
from cnnstudio.ui.widgets.term_text import LessonText

#: text wider than this is tiring to read
_WIDEST = 560


class LessonPage:
    """The widgets of one lesson: ``text`` and ``views``. They live as long as the window, so nothing typed is lost."""

    def __init__(self, lesson: Lesson, place: str, run_control: RunControl, samples: Samples) -> None:
        self.lesson = lesson
        self.tasks: dict[str, TaskCard] = {}
        #: all that is asked, and of it what has a number for an answer
        self.asking: dict[str, AskingCard] = {}
        self.questions: dict[str, NumberCard] = {}
        self.tabs: list[QPushButton] = []
        self.live: list[LiveView] = [live_view(view, run_control, samples) for view in lesson.views]
        self.next = QPushButton("Next lesson")
        self.next.setToolTip("Go on with the next lesson")
        self.network = NetworkSwitch()
        #: what is read, in its order
        self.texts: list[tuple[Paragraph | Formula, LessonText | QLabel]] = []
        self.signals = _Signals()
        self.text = self._text_column(place)
        self.views = self._view_column()
        # without a parent it would be Python's to collect, perhaps in a worker's thread
        self.signals.setParent(self.text)

    def show_design(self, design: Design) -> None:
        """Say of this network what the lesson says, and show it in the views."""
        for item, shown in self.texts:
            sentence = said(item.text, item.about, design.graph)
            words = "" if sentence is None else worded(sentence)
            if not isinstance(shown, LessonText):
                shown.setText(words)
            elif shown.words != words:
                shown.show_text(words)
            shown.setVisible(bool(words))
        for view in self.live:
            view.show_design(design)

    def show_progress(self, progress: Progress) -> None:
        """Tick what has been reached."""
        for goal, card in (*self.tasks.items(), *self.asking.items()):
            card.show_done(progress.has(self.lesson, goal))
        self._keep_answers_back()
        whole = progress.whole(self.lesson)
        set_role(self.next, "primary" if whole else "")

    def ask_anew(self) -> None:
        """Ask again what has been answered."""
        for card in self.asking.values():
            if not card.open:
                card.begin_anew()

    def _keep_answers_back(self) -> None:
        """A bench beside open questions does not answer them."""
        cards = [card for card in self.questions.values() if card.open and card.tick.isHidden()]
        asked = [places_asked_for(card.asked, card.drawn) for card in cards if card.drawn is not None]
        for view in self.live:
            if isinstance(view, BenchView):
                view.keep_back([positions for positions in asked if positions is not None])

    def _text_column(self, place: str) -> QScrollArea:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(24, 18, 24, 24)
        column.setSpacing(14)
        column.addWidget(label(place, "secondary"))
        column.addWidget(label(self.lesson.title, "lesson-title", wrap=True))
        column.addWidget(self.network)
        self.network.setVisible(self.lesson.network is not None)
        seed = secrets.randbits(32)
        for item in self.lesson.items:
            match item:
                case Paragraph():
                    made = LessonText()
                    self.texts.append((item, made))
                    made.term_asked.connect(self.signals.term_asked)
                    column.addWidget(made)
                case Formula():
                    formula = _formula()
                    self.texts.append((item, formula))
                    column.addWidget(formula)
                case Task():
                    task = TaskCard(item)
                    task.term_asked.connect(self.signals.term_asked)
                    self.tasks[item.id] = task
                    column.addWidget(task)
                case _:
                    card = asking_card(item, seed)
                    card.term_asked.connect(self.signals.term_asked)
                    card.answered.connect(self.signals.answered)
                    self.asking[item.id] = card
                    if isinstance(card, NumberCard):
                        self.questions[item.id] = card
                        card.changed.connect(self._keep_answers_back)
                    column.addWidget(card)
        column.addWidget(self.next, 0, Qt.AlignmentFlag.AlignRight)
        column.addStretch(1)
        inside.setMaximumWidth(_WIDEST)
        area = ScrolledColumn()
        _scroll(area, "Lesson", inside)
        area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # the arrows scroll it
        area.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        return area

    def _view_column(self) -> _ViewsArea:
        self.views_inside = QWidget()
        column = QVBoxLayout(self.views_inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        if len(self.live) > 1:
            column.addLayout(self._switch())
        for view in self.live:
            view.changed.connect(self.signals.shown)
            view.node_asked.connect(self.signals.node_asked)
            column.addWidget(view)
        column.addStretch(1)
        if self.live:
            self.show_view(0)
        area = _ViewsArea(self.live, self.signals.width_changed)
        _scroll(area, "Live views", self.views_inside)
        return area

    def show_view(self, number: int) -> None:
        """Show one of the live views."""
        for place, view in enumerate(self.live):
            view.setVisible(place == number)
        if self.tabs:
            self.tabs[number].setChecked(True)
        self.signals.view_changed.emit()

    def show_curves(self) -> None:
        """Where the lesson has them, show the curves."""
        for place, view in enumerate(self.live):
            if isinstance(view, CurveView):
                self.show_view(place)

    def _switch(self) -> QHBoxLayout:
        frame = QFrame()
        frame.setProperty("role", "switch")
        line = QHBoxLayout(frame)
        line.setContentsMargins(2, 2, 2, 2)
        line.setSpacing(2)
        group = QButtonGroup(frame)
        for number, view in enumerate(self.live):
            tab = segment(view.tab, f"Show {view.title.text()[:1].lower()}{view.title.text()[1:]}")
            tab.clicked.connect(lambda _checked, number=number: self.show_view(number))
            group.addButton(tab)
            line.addWidget(tab)
            self.tabs.append(tab)
        row = QHBoxLayout()
        row.setContentsMargins(16, 12, 16, 0)
        row.addWidget(frame)
        row.addStretch(1)
        return row


class _Signals(QObject):
    """Carries the signals of a page, which is no widget itself."""

    term_asked = Signal(str)
    answered = Signal(object)
    shown = Signal()
    node_asked = Signal(str)
    view_changed = Signal()
    #: the live views need another width than before
    width_changed = Signal()


class _ViewsArea(SteadyArea):
    """Gives its views the room that is left beside a scroll bar, whether it is there or not."""

    def __init__(self, views: Sequence[LiveView], width_changed: SignalInstance) -> None:
        super().__init__()
        self._views, self._width_changed = views, width_changed
        #: pixels from left to right that all of it needs
        self.needed = 0

    @property
    def _bar(self) -> int:
        return self.verticalScrollBar().sizeHint().width()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        inside = self.widget()
        if inside is not None and watched is inside and event.type() == QEvent.Type.LayoutRequest:
            needed = inside.minimumSizeHint().width() + self._bar
            if needed != self.needed:
                self.needed = needed
                self._width_changed.emit()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for view in self._views:
            view.give_room(self.width() - self._bar)


def _scroll(area: QScrollArea, name: str, inside: QWidget) -> None:
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setAccessibleName(name)
    inside.setProperty("role", "scrolled")
    # else a layout tells the least height of its narrowest words, and so much would be blank below wider ones
    inside.setMinimumHeight(1)
    area.setWidget(inside)


def _formula() -> QLabel:
    made = label("", "lesson-formula", wrap=True)
    theme.wear(made, "lesson-formula")
    made.setToolTip("The formula in words is in the text around it")
    return made
