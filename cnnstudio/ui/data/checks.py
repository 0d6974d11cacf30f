"""What is worth a look, as numbers that can be opened: pictures that occur twice, and blank ones."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from cnnstudio.data.dataset import Cancelled
from cnnstudio.data.review.catalogue import Catalogue
from cnnstudio.data.review.oddities import Groups, Oddities, across, oddities, remaining
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.nn.telling.told import told
from cnnstudio.ui.look.labels import label, set_property
from cnnstudio.worker.jobs import Job, JobCancelled, Jobs, Steps

#: milliseconds between two looks at how far the search is
_PAUSE = 100
#: kind → one, many, and what it means
_WORDS = {
    "exact": ("group of equal pictures", "groups of equal pictures", "The same pixels more than once"),
    "near": ("near duplicate", "near duplicates", "One picture in two forms: written anew, resized, moved a little"),
    "blank": ("blank picture", "blank pictures", "Nothing is on them"),
}


class Checks(QWidget):
    """A button that searches, then one for each kind of what was found."""

    #: other groups are open, or none are
    changed = Signal()

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self._jobs = jobs
        self._catalogue: Catalogue | None = None
        self._job: Job | None = None
        self.found: Oddities | None = None
        self.kind = ""
        self.search = QPushButton("Look for duplicates")
        self.search.setToolTip("Equal pictures, near duplicates and blank ones, also across training and test")
        self.search.clicked.connect(self._search)
        self.progress = label("", "secondary")
        self.stop = QPushButton("Stop")
        self.stop.clicked.connect(self._stop)
        self.kinds = {kind: QPushButton() for kind in _WORDS}
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        for widget in (self.progress, self.stop, *self.kinds.values(), self.search):
            line.addWidget(widget)
            set_property(widget, "in_line", "true")
        for kind, button in self.kinds.items():
            button.setCheckable(True)
            button.clicked.connect(partial(self.open_kind, kind))
        self._timer = QTimer(self)
        self._timer.setInterval(_PAUSE)
        self._timer.timeout.connect(self._tell_progress)
        self._show()

    @property
    def groups(self) -> Groups:
        """What is open."""
        return self._of_kind(self.kind)

    def show_catalogue(self, catalogue: Catalogue | None) -> None:
        """Other pictures, or what somebody changed of them."""
        if self._catalogue is None or catalogue is None or catalogue.data is not self._catalogue.data:
            self._stop()
            self.found, self.kind = None, ""
        self._catalogue = catalogue
        self._show()

    def open_kind(self, kind: str) -> None:
        """Show what was found of a kind; none where it is shown already."""
        self.kind = "" if kind == self.kind else kind
        self._show()
        self.changed.emit()

    def leave(self) -> None:
        """Nothing is open any more; whoever asks for that knows what is to be shown."""
        self.kind = ""
        self._show()

    def _of_kind(self, kind: str) -> Groups:
        if self.found is None or self._catalogue is None or not kind:
            return ()
        groups: Groups = getattr(self.found, kind)
        return remaining(groups, self._catalogue)

    def _search(self) -> None:
        if self._catalogue is None:
            return
        source = self._catalogue.data.title
        self._job = job = self._jobs.submit(told("duplicates", source=source), _searching(self._catalogue))
        job.done.connect(partial(self._take, job))
        job.state_changed.connect(partial(self._not_found, job))
        self._timer.start()
        self._show()
        self._tell_progress()

    def _stop(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None
            self._show()

    def _take(self, job: Job, found: Oddities) -> None:
        if job is self._job:
            self._job, self.found = None, found
            self._show()

    def _not_found(self, job: Job, state: str) -> None:
        if job is self._job and state in ("cancelled", "failed"):
            self._job = None
            self._show()

    def _tell_progress(self) -> None:
        if self._job is None:
            self._timer.stop()
            return
        progress = self._job.progress.value
        share = f", {100 * progress.fraction:.0f}\u202f%" if progress is not None and progress.fraction > 0 else ""
        waits = self._job.state == "queued"
        self.progress.setText("Waiting for other work" if waits else f"Comparing pictures{share}")

    def _show(self) -> None:
        searching, known = self._job is not None, self.found is not None
        self.progress.setVisible(searching)
        self.stop.setVisible(searching)
        self.search.setVisible(not searching and not known)
        for kind, button in self.kinds.items():
            groups = self._of_kind(kind)
            one, many, meaning = _WORDS[kind]
            button.setVisible(known and not searching)
            button.setText(amount(len(groups), one, many))
            button.setChecked(kind == self.kind)
            button.setEnabled(bool(groups) or kind == self.kind)
            apart = across(groups, self._catalogue) if self._catalogue is not None else 0
            told_apart = f"; {apart} of them are used for different things, such as training and test" if apart else ""
            button.setToolTip(f"{meaning}{told_apart}")
            set_property(button, "tone", "warning" if apart else "")


def _searching(catalogue: Catalogue) -> Callable[[Job], Steps]:
    def work(job: Job) -> Steps:
        try:
            yield None
            return oddities(catalogue, job.report, job.cancelled)
        except Cancelled as cancelled:
            raise JobCancelled from cancelled

    return work
