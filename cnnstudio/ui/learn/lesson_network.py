"""Whose network is on the canvas: the lesson's, lent for as long as it takes, or the user's own. Both are safe: the
user's is set aside, and what is made of a lesson's is kept with the lesson."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from cnnstudio.design.format.strict import FileFormatError
from cnnstudio.lessons.kept_network import KeptNetwork, begins
from cnnstudio.lessons.lesson import Lesson
from cnnstudio.nn.telling.told import worded
from cnnstudio.project.file import SaveError
from cnnstudio.project.project import Project, untrained
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.run.run_control import RunControl
from cnnstudio.ui.telling.notices import Notice, Notices
from cnnstudio.worker.background import Background

#: milliseconds from a change to its being kept
WAIT = 2000
#: the matters of what cannot be kept with a lesson, and of a network that begins again
_KEPT, _AGAIN = "lesson kept", "lesson begun again"


class LessonNetwork(QObject):
    """Lends lessons' networks to the document. What was made of one is there again when its lesson is, after a new
    start, too."""

    changed = Signal()

    def __init__(self, document: Document, run_control: RunControl, notices: Notices, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._run_control, self._notices = document, run_control, notices
        #: where what is made of these lessons' networks is kept
        self._folder: Path | None = None
        self._kept: KeptNetwork | None = None
        #: why nothing can be kept there
        self._why_not = ""
        #: what could not be kept in its file
        self._left: dict[str, Project] = {}
        #: what is lent as it is in its file, or as the lesson begins
        self._safe: Project | None = None
        self._lesson: Lesson | None = None
        self._notice: Notice | None = None
        #: runs from a change to its being kept
        self.soon = QTimer(self, interval=WAIT, singleShot=True)
        self.soon.timeout.connect(self._keep)
        self._background = Background("Keeping the lesson’s network", self)
        self._background.answered.connect(self._answered)
        document.changed.connect(self._begin_to_wait)
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
        if lesson is not self._lesson:
            self._notices.settle(_AGAIN)
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
        self._exchange(lesson, None)

    def keep_now(self) -> bool:
        """Keep what is made of the lesson's network, and say whether nothing is lost where it is given back; what was
        saved to a file of its own may be newer than that."""
        if self._kept is not None and self._document.path is None:
            self._run_control.settle()  # otherwise it is asked about first
        self._keep_at_once()
        return not (self._document.modified or self._run_control.session.active)

    def give_back(self) -> None:
        """The user's own network on the canvas again, as it was left; where it is there already, nothing happens."""
        if self.lent:
            self._leave()
            self._lesson = None
            self._notices.settle(_AGAIN)
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

    def turn_to(self, folder: Path) -> None:
        """Other lessons come, and what is made of their networks is kept in this folder."""
        self.give_back()
        self._left.clear()
        self._folder = folder

    def shutdown(self) -> None:
        """Wait for what is being written, and keep nothing more. Safe to call twice."""
        self.soon.stop()
        self._background.shutdown()
        self._release()

    def _lend(self, lesson: Lesson, made: Project | None = None, *, anew: bool = False) -> None:
        """Lend the lesson's network as it was left, as it was ``made``, or as it was at the beginning."""
        assert lesson.network is not None
        if made is None and not anew and self.lent and self._lesson is lesson:
            return
        self._leave()
        self._lesson = lesson
        unkept, kept = self._left.pop(lesson.id, None), self._opened(lesson)
        self._safe = kept or untrained(lesson.network)
        shown = untrained(lesson.network) if anew else made or unkept or self._safe
        self._document.lend(shown, kept=self._kept is not None)
        if shown is not self._safe:
            self._document.mark_unsaved()
            self._keep()

    def _exchange(self, lesson: Lesson, made: Project | None) -> None:
        """Lend what was made of the lesson's network, or it as it was at the beginning, with a way back."""
        self._run_control.settle()
        before = self._document.project
        self._lend(lesson, made, anew=made is None)
        anew, back = (
            "The lesson’s network is as it was at the beginning.",
            "What you made of the lesson’s network is back.",
        )
        if not begins(before, lesson):
            undo = partial(self._exchange, lesson, before)
            self._notices.tell(back if made else anew, about=_AGAIN, action_title="Undo", action=undo)
        else:
            self._notices.settle(_AGAIN)

    def _leave(self) -> None:
        """End a run of the network that goes, so that it has what it learned, and keep it."""
        self._run_control.settle()
        if self.lent and self._lesson is not None:
            self._keep_at_once()
            if self._document.project is not self._safe:
                self._left[self._lesson.id] = self._document.project
        self._release()

    def _opened(self, lesson: Lesson) -> Project | None:
        """What was kept of a lesson's network, which is held from now on; one that cannot be read is set aside."""
        assert self._folder is not None
        try:
            self._kept = KeptNetwork(self._folder, lesson)
            return self._kept.read()
        except OSError as error:
            self._why_not = worded(error)
        except FileFormatError as error:
            self._set_aside(error)
        return None

    def _set_aside(self, why: FileFormatError) -> None:
        assert self._kept is not None
        try:
            where = str(self._kept.set_aside())
        except OSError as error:
            where, self._why_not = f"{self._kept.file} ({error.strerror})", worded(error)
            self._release()
        words = f"What you made of this lesson’s network cannot be read: {worded(why.reason)}"
        self._notices.tell(f"{words} It stays as {where}; the lesson begins anew.", "error", about="lesson unreadable")

    def _release(self) -> None:
        self.soon.stop()
        if self._kept is not None:
            self._kept.release()
        self._kept = None

    def _begin_to_wait(self) -> None:
        if self.lent and not self.soon.isActive():  # not begun anew: somebody who never rests is kept safe, too
            self.soon.start()

    def _keep(self) -> None:
        project, kept = self._document.project, self._kept
        if not self.lent or project is self._safe:
            return
        if kept is None:
            self._complain(self._why_not)
            return
        keep = kept.keeping(project)
        self._background.ask(lambda: (kept, project, _tried(keep)))

    def _keep_at_once(self) -> None:
        if self._kept is not None and self._document.project is not self._safe:
            project = self._document.project
            self._answered((self._kept, project, _tried(self._kept.keeping(project))))

    def _answered(self, answer: tuple[KeptNetwork, Project, str]) -> None:
        kept, project, trouble = answer
        if kept is not self._kept:
            return
        if trouble:
            self._complain(trouble)
            return
        self._safe = project
        self._document.keep_guest(True)
        self._notices.settle(_KEPT)

    def _complain(self, trouble: str) -> None:
        self._document.keep_guest(False)
        words = f"What you make of this lesson’s network cannot be kept with it: save it to a file. {trouble}"
        self._notices.tell(words, "warning", about=_KEPT)


def _tried(keep: Callable[[], None]) -> str:
    """Why something could not be kept; "" where it was."""
    try:
        keep()
    except (SaveError, OSError) as error:
        return worded(error)
    return ""
