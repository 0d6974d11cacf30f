"""Nothing is lost when the program dies: each document keeps a journal, and the next start offers what is left."""

from __future__ import annotations

import os
import secrets
import time
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLockFile, QObject, QTimer

from cnnstudio.design.strict import FileFormatError
from cnnstudio.project.file import SaveError
from cnnstudio.project.journal import About, Journal, journals
from cnnstudio.training.background import Background
from cnnstudio.ui import preferences, windows
from cnnstudio.ui.document import Document
from cnnstudio.ui.notices import Notices
from cnnstudio.ui.training_desk import TrainingDesk
from cnnstudio.ui.wording import amount

if TYPE_CHECKING:
    from cnnstudio.ui.window import MainWindow

#: milliseconds from an edit to its being written down
WAIT = 2000
#: milliseconds between two looks at the weights of a run under way
CHECKPOINT = 30_000


class Recovery(QObject):
    """Keeps the journal of one document. ``close`` it when nothing can be lost any more."""

    def __init__(
        self,
        document: Document,
        desk: TrainingDesk,
        notices: Notices,
        parent: QObject | None = None,
        *,
        wait: int = WAIT,
    ) -> None:
        super().__init__(parent)
        self._document, self._desk, self._notices = document, desk, notices
        self._journal: Journal | None = None
        self._lock: QLockFile | None = None
        self._complained = False
        self._soon = QTimer(self, interval=wait, singleShot=True)
        self._soon.timeout.connect(self._keep)
        self._checkpoints = QTimer(self, interval=CHECKPOINT)
        self._checkpoints.timeout.connect(self._take_checkpoint)
        self._background = Background("journal", self)
        self._background.answered.connect(self._answered)
        document.changed.connect(self._begin_to_wait)
        document.saved_changed.connect(self._begin_to_wait)
        desk.session.state_changed.connect(self._follow_run)

    def adopt(self, journal: Journal, lock: QLockFile) -> None:
        """The document shows what this journal keeps: it goes on with it."""
        self._journal, self._lock = journal, lock

    def close(self) -> None:
        """The document is saved or given up: no journal stays. Safe to call twice."""
        self._soon.stop()
        self._checkpoints.stop()
        self._background.shutdown()
        if self._journal is not None:
            self._journal.remove()
        if self._lock is not None:
            self._lock.unlock()
        self._journal = self._lock = None

    def _begin_to_wait(self, *_: object) -> None:
        if not self._soon.isActive():  # not begun anew: somebody who never rests is kept safe, too
            self._soon.start()

    def _keep(self) -> None:
        project, path, unsaved = self._document.own
        if not unsaved:
            if self._journal is not None:
                self._background.ask(self._journal.remove)
            return
        if self._journal is None and not self._take_journal():
            return
        journal = self._journal
        assert journal is not None
        name = path.name if path is not None else project.design.title or "Untitled"
        about = About(name, path, time.time())

        def work() -> str:
            try:
                journal.write(project, about)
            except (SaveError, OSError) as error:
                return str(error)
            return ""

        self._background.ask(work)

    def _take_journal(self) -> bool:
        """A journal of this document's own, locked by this process."""
        made = Journal(folder(), f"{os.getpid()}-{secrets.token_hex(4)}")
        try:
            made.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self._answered(str(error))
            return False
        lock = lock_of(made)
        if not lock.tryLock(0):
            self._answered(f"{made.lock} cannot be made.")
            return False
        self._journal, self._lock = made, lock
        return True

    def _answered(self, trouble: object) -> None:
        if trouble and not self._complained:
            self._complained = True
            self._notices.tell(
                f"Changes cannot be kept safe for the case that the program ends unexpectedly: save often. {trouble}",
                "warning",
            )

    def _follow_run(self) -> None:
        running = self._desk.session.state == "running"
        if running and not self._checkpoints.isActive():
            self._checkpoints.start()
        elif not running:
            self._checkpoints.stop()

    def _take_checkpoint(self) -> None:
        if not self._document.guest:
            self._desk.with_newest_weights(lambda: None)


def folder() -> Path:
    """Where the journals are."""
    return preferences.folder() / "recovery"


def lock_of(journal: Journal) -> QLockFile:
    """The lock of a journal; it holds as long as its process lives, however old it is."""
    lock = QLockFile(str(journal.lock))
    lock.setStaleLockTime(0)
    return lock


def offer(window: MainWindow) -> bool:
    """Offer in a window what processes that died have left, and say whether there was any; where nothing was lost
    nothing is asked."""
    left: list[tuple[Journal, QLockFile]] = []
    for journal in journals(folder()):
        lock = lock_of(journal)
        if not lock.tryLock(0):  # its process lives
            continue
        if journal.needless:
            journal.remove()
            lock.unlock()
        else:
            left.append((journal, lock))
    if not left:
        return False
    times = [time.strftime("%H:%M, %d %B", time.localtime(journal.about().time)) for journal, _ in left]
    named = [f"“{journal.about().name}” ({at})" for (journal, _), at in zip(left, times, strict=True)]
    what = named[0] if len(left) == 1 else f"{amount(len(left), 'design')}: {', '.join(named[:4])}"
    more = f" and {len(named) - 4} more" if len(named) > 4 else ""
    window.notices.tell(
        f"CNN Studio ended unexpectedly. Unsaved changes were kept of {what}{more}.",
        "warning",
        action_title="Recover" if len(left) == 1 else "Recover all",
        action=lambda: _recover(window, left),
        other_title="Discard" if len(left) == 1 else "Discard all",
        other=lambda: _discard(left),
    )
    return True


def _recover(window: MainWindow, left: list[tuple[Journal, QLockFile]]) -> None:
    for journal, lock in left:
        try:
            project, about = journal.read()
        except (FileFormatError, OSError) as error:
            kept = journal.set_aside()
            lock.unlock()
            window.notices.tell(f"{error} It stays as {kept}.", "error")
            continue
        document = window.document
        same = about.path is not None and document.path == about.path
        if window.files.pristine or (same and not document.modified and not window.session.active):
            shown = window
            document.open(project, about.path)
        else:
            shown = windows.open_window(window, project, about.path)
        shown.recovery.adopt(journal, lock)
        shown.document.mark_unsaved()
        where = f"in {about.path.name}" if about.path is not None else "to a file"
        shown.notices.tell(f"Recovered as it was last kept. It is not saved {where} yet.", "good")


def _discard(left: list[tuple[Journal, QLockFile]]) -> None:
    for journal, lock in left:
        journal.remove()
        lock.unlock()
