"""Nothing is lost when the program dies: each document keeps a journal."""

from __future__ import annotations

import logging
import math
import os
import secrets
import time
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, QTimer

from cnnstudio.files.plain import exists, is_plain
from cnnstudio.nn.telling.told import worded
from cnnstudio.project.file import SaveError
from cnnstudio.project.journal import About, Journal
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.look import preferences
from cnnstudio.ui.run.run_control import RunControl
from cnnstudio.ui.telling.notices import Notice, Notices
from cnnstudio.worker.background import Background
from cnnstudio.worker.failures import Failure

#: milliseconds from an edit to its being written down
WAIT = 2000
#: milliseconds between two looks at the weights of a run under way: at most so many, and at least where its epochs
#: end sooner
CHECKPOINT, EPOCHS = 30_000, 10_000
#: more than this part of the time is not spent on keeping what epochs have learned
SHARE = 0.05
#: milliseconds until what could not be written is tried again without an edit: at first, and at most
AGAIN, LONGEST = 5000, 300_000

_log = logging.getLogger(__name__)


class Recovery(QObject):
    """Keeps the journal of one document. ``close`` it when nothing can be lost any more.

    Where it cannot be kept, that is told once, and it is tried again at every edit and, ever less often, without one.
    """

    def __init__(
        self,
        document: Document,
        run_control: RunControl,
        notices: Notices,
        parent: QObject | None = None,
        *,
        wait: int = WAIT,
        again: int = AGAIN,
        epochs: int = EPOCHS,
    ) -> None:
        super().__init__(parent)
        self._document, self._run_control, self._notices = document, run_control, notices
        self._journal: Journal | None = None
        self._lock: QLockFile | None = None
        self._complaint: Notice | None = None
        self._closed = False
        #: runs from an edit to its being written down
        self.soon = QTimer(self, interval=wait, singleShot=True)
        self.soon.timeout.connect(self._keep)
        self._first_pause = self._pause = again
        self._again = QTimer(self, singleShot=True)
        self._again.timeout.connect(self._keep)
        self._checkpoints = QTimer(self, interval=CHECKPOINT)
        self._checkpoints.timeout.connect(self.take_checkpoint)
        self._wait, self._epochs = wait, epochs
        #: when a checkpoint was last taken, and how long it took to be written, in seconds
        self._taken, self._took = -math.inf, 0.0
        self._owed = QTimer(self, singleShot=True)
        self._owed.timeout.connect(self.take_checkpoint)
        self._background = Background("Keeping a copy of the changes", self, failed=self._failed)
        self._background.answered.connect(self._answered)
        document.changed.connect(self._begin_to_wait)
        document.saved_changed.connect(self._begin_to_wait)
        document.path_changed.connect(self._begin_to_wait)
        run_control.session.state_changed.connect(self._follow_run)
        run_control.session.epoch_ended.connect(self._epoch_ended)

    def adopt(self, journal: Journal, lock: QLockFile) -> None:
        """The document shows what this journal keeps: it goes on with it."""
        self._journal, self._lock = journal, lock

    def close(self) -> None:
        """The document is saved or given up: no journal stays. Safe to call twice."""
        self._closed = True
        for timer in (self.soon, self._again, self._checkpoints, self._owed):
            timer.stop()
        self._background.shutdown()
        if self._journal is not None:
            self._journal.remove()
        if self._lock is not None:
            self._lock.unlock()
        self._journal = self._lock = None

    def _begin_to_wait(self, *_: object) -> None:
        if not self._closed and not self.soon.isActive():  # not begun anew: somebody who never rests is kept safe, too
            self.soon.start()

    def _keep(self) -> None:
        project, path, unsaved = self._document.own
        if not unsaved:
            self._again.stop()
            if self._journal is not None:
                self._background.ask(self._journal.remove)
            return
        try:
            journal = self._own_journal()
        except OSError as error:
            self._answered(_why(error))
            return
        name = path.name if path is not None else project.design.title or "Untitled"
        about = About(name, path, time.time(), self._document.own_on_disk)

        def work() -> str:
            begun = time.monotonic()
            try:
                journal.write(project, about)
            except SaveError as error:
                return worded(error)
            except OSError as error:
                return _why(error)
            self._took = time.monotonic() - begun
            return ""

        self._background.ask(work)

    def _own_journal(self) -> Journal:
        """The journal of this document, locked by this process: the next start takes one without a lock for that of a
        process that died.

        Raises:
            OSError: its folder cannot be made or written to.
        """
        journal = self._journal or Journal(folder(), f"{os.getpid()}-{secrets.token_hex(4)}")
        if self._lock is not None and journal.lock.exists():
            return journal
        journal.folder.mkdir(parents=True, exist_ok=True)
        if self._lock is not None:  # its file has gone with the folder, and Qt unlocks no lock without a file
            journal.lock.touch()
            self._lock.unlock()
            self._lock = None
        lock = lock_of(journal)
        if not lock.tryLock(0):
            raise OSError(f"{journal.lock} cannot be made")
        self._journal, self._lock = journal, lock
        return journal

    def _answered(self, trouble: str | None) -> None:
        """What came of writing: "" where all went well; None comes of nothing to write."""
        if trouble:
            _log.warning("the journal cannot be kept: %s", trouble)
            self._complain(trouble)
        elif trouble is not None:
            self._again.stop()
            self._pause = self._first_pause
            if self._complaint is not None:
                self._notices.dismiss(self._complaint)
                self._complaint = None

    def _failed(self, failure: Failure) -> None:
        self._complain(worded(failure.sentence), failure.details)

    def _complain(self, trouble: str, details: str = "") -> None:
        if not self._again.isActive():
            self._again.start(self._pause)
            self._pause = min(2 * self._pause, LONGEST)
        if self._complaint is None:
            self._complaint = self._notices.tell(
                f"Changes cannot be kept safe for the case that the program ends unexpectedly: save often. {trouble}",
                "warning",
                details=details,
                about="kept safe",
            )

    def _follow_run(self) -> None:
        running = self._run_control.session.state == "running"
        if running and not self._checkpoints.isActive():
            self._checkpoints.start()
        elif not running:
            self._checkpoints.stop()
        if self._run_control.session.state == "paused":
            self._owe(self._wait / 1000)

    def _epoch_ended(self) -> None:
        self._owe(max(self._epochs / 1000, self._took / SHARE))

    def _owe(self, pause: float) -> None:
        """Take a checkpoint as soon as the last is so many seconds ago."""
        wait = round(1000 * max(0.0, self._taken + pause - time.monotonic()))
        if not self._closed and (not self._owed.isActive() or wait < self._owed.remainingTime()):
            self._owed.start(wait)

    def take_checkpoint(self) -> None:
        """Bring what a run under way has learned into the document, so that it is kept; here, or by whoever lent it."""
        self._taken = time.monotonic()
        self._run_control.with_newest_weights(lambda: None)


def _why(error: OSError) -> str:
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{error.strerror or error}."


def folder() -> Path:
    """Where the journals are."""
    return preferences.folder() / "recovery"


def lock_of(journal: Journal) -> QLockFile:
    """The lock of a journal; it holds as long as its process lives, however old it is."""
    lock = QLockFile(str(journal.lock))
    lock.setStaleLockTime(0)
    return lock


def taken(journal: Journal) -> QLockFile | None:
    """The lock of a journal, held from now on; None while its process lives.

    Qt takes no lock that is empty or was written on another machine, as where a home has been moved. Whether anybody
    holds it, the system knows.

    Raises:
        OSError: it is no plain file and cannot be set aside.
    """
    if exists(journal.lock) and not is_plain(journal.lock):  # to read a pipe would wait for ever
        journal.lock.replace(journal.lock.with_name(journal.lock.name + ".bad"))
    lock = lock_of(journal)
    if lock.tryLock(0) or (lock.removeStaleLockFile() and lock.tryLock(0)):
        return lock
    return None
