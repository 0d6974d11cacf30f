"""Whose network is on the canvas: the lesson's, lent for as long as it takes, or the user's own."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from cnnstudio.lessons.lesson import Lesson
from cnnstudio.project.project import Project, untrained
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.run.run_control import RunControl
from cnnstudio.ui.telling.notices import Notice, Notices


class LessonNetwork(QObject):
    """Lends lessons' networks to the document. What was done to one is there again when its lesson is."""

    changed = Signal()

    def __init__(self, document: Document, run_control: RunControl, notices: Notices, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._run_control, self._notices = document, run_control, notices
        self._left: dict[str, Project] = {}
        self._lesson: Lesson | None = None
        self._notice: Notice | None = None
        #: the user wants lessons about their own network
        self.own_wanted = False
        document.opened.connect(self.changed)

    @property
    def lent(self) -> bool:
        """Whether a lesson's network is on the canvas."""
        return self._document.guest

    def enter(self, lesson: Lesson, *, asked: bool) -> None:
        """A lesson is shown. Its network comes along, unless the user prefers their own, is training it, or has only
        looked in (not ``asked``) with work of their own on the canvas."""
        if lesson.network is None:
            self.give_back()
        elif self.lent:
            self._lend(lesson)
        elif self.own_wanted or self._run_control.session.active:
            return
        elif asked or (self._document.path is None and not self._document.modified):
            self._lend(lesson)

    def use_lessons(self, lesson: Lesson) -> None:
        """Put the lesson's network on the canvas; a run of the user's own has to end first, and is asked about."""
        self.own_wanted = False
        if self._run_control.session.active and not self.lent:
            words = "Your network is being trained. Its training would end here; what it has learned stays."
            title = "Stop training and open the lesson’s network"
            self._notices.tell(
                words, "warning", action_title=title, action=lambda: self._lend(lesson), about="lesson’s network"
            )
            self.changed.emit()
            return
        self._lend(lesson)

    def use_own(self) -> None:
        """The user's own network, here and in the lessons that follow."""
        self.own_wanted = True
        self.give_back()

    def begin_again(self, lesson: Lesson) -> None:
        """The lesson's network as it was at the beginning."""
        self._leave()
        self._left.pop(lesson.id, None)
        self._lesson = None
        self._lend(lesson)

    def give_back(self) -> None:
        """The user's own network on the canvas again, as it was left; where it is there already, nothing happens."""
        if self.lent:
            self._leave()
            self._lesson = None
            self.tell_nothing()
            self._document.give_back()

    def tell_lent(self) -> None:
        """Outside of Learn, say whose network it is that is shown, and offer the way back."""
        if self.lent and self._lesson is not None:
            words = f"This is the network of the lesson “{self._lesson.title}”. Yours is kept safe."
            self._notice = self._notices.tell(words, action_title="Back to your network", action=self.give_back)

    def tell_nothing(self) -> None:
        """In Learn the lesson says it."""
        if self._notice is not None:
            self._notices.dismiss(self._notice)
            self._notice = None

    def forget(self) -> None:
        """Other lessons come: what was done in these is no longer needed."""
        self.give_back()
        self._left.clear()

    def _lend(self, lesson: Lesson) -> None:
        assert lesson.network is not None
        if self.lent and self._lesson is lesson:
            return
        self._leave()
        self._lesson = lesson
        self._document.lend(self._left.get(lesson.id) or untrained(lesson.network))

    def _leave(self) -> None:
        """End a run of the network that goes, so that it has what it learned, and remember it."""
        self._run_control.settle()
        if self.lent and self._lesson is not None:
            self._left[self._lesson.id] = self._document.project


class NetworkSwitch(QWidget):
    """“Lesson’s network” or “Your network”, and the way back to the beginning."""

    lessons_asked = Signal()
    own_asked = Signal()
    again_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        frame = QFrame()
        frame.setProperty("role", "switch")
        line = QHBoxLayout(frame)
        line.setContentsMargins(2, 2, 2, 2)
        line.setSpacing(2)
        self.lessons = segment("Lesson’s network", "The network this lesson begins with; yours is kept safe as it is")
        self.own = segment("Your network", "Your own network, as you left it; the live views follow it, too")
        group = QButtonGroup(self)
        for button, signal in ((self.lessons, self.lessons_asked), (self.own, self.own_asked)):
            group.addButton(button)
            line.addWidget(button)
            button.clicked.connect(signal)
        self.again = QPushButton("Begin again")
        self.again.setProperty("role", "link")
        self.again.setToolTip("Put the lesson’s network back to how it was at the beginning; ticks stay")
        self.again.clicked.connect(self.again_asked)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.words = label("", "secondary", wrap=True)
        row.addWidget(self.words, 1)
        row.addWidget(self.again, 0, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(frame, 0, Qt.AlignmentFlag.AlignLeft)
        column.addLayout(row)

    def show_lent(self, lent: bool) -> None:
        """Say which network is on the canvas."""
        (self.lessons if lent else self.own).setChecked(True)
        self.again.setVisible(lent)
        kept = "A small network for this lesson is on the canvas. Yours is kept safe."
        yours = "Your own network is on the canvas: the lesson is about it now."
        self.words.setText(kept if lent else yours)


def segment(text: str, tip: str) -> QPushButton:
    """One of several buttons of which one is down."""
    made = QPushButton(text)
    made.setCheckable(True)
    made.setProperty("role", "segment")
    made.setToolTip(tip)
    return made
