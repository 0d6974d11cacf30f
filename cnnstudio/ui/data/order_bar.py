"""The order of the pictures, and which of them are shown, by what the network that is looked at says to them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QWidget

from cnnstudio.data.dataset import Labels
from cnnstudio.data.review.answers import Answers, answers
from cnnstudio.data.review.catalogue import Catalogue
from cnnstudio.nn.arrays import thousands
from cnnstudio.nn.network.network import ends_of
from cnnstudio.nn.telling.told import Told, told
from cnnstudio.ui.look.labels import label, set_property
from cnnstudio.ui.run.looked_at import LookedAt, Looking
from cnnstudio.ui.widgets.choosing.segments import Segments
from cnnstudio.worker.jobs import Job, Jobs, Steps

BY_CLASS, LOSS, UNSURE, SURE = ORDERS = ("class", "loss", "unsure", "sure")
_WORDS = {BY_CLASS: "By class", LOSS: "Highest loss first", UNSURE: "Least sure first", SURE: "Surest first"}
ALL, RIGHT, WRONG = "all", "right", "wrong"
_ANSWERS = {ALL: "All", RIGHT: "Right", WRONG: "Wrong"}
_ABOUT = {
    ALL: "Whatever the network says",
    RIGHT: "Those whose class is what the network says",
    WRONG: "Those that the network takes for another class",
}
#: milliseconds between two looks at how far the network is
_PAUSE = 100


class OrderBar(QWidget):
    """Seen once the network has learned and fits the pictures; it is asked when an order or a choice needs it."""

    #: another order, other answers, or others are shown
    changed = Signal()

    def __init__(self, jobs: Jobs, looking: Looking) -> None:
        super().__init__()
        self._jobs, self._looking = jobs, looking
        self._catalogue: Catalogue | None = None
        self._answers: tuple[LookedAt, Catalogue, Answers] | None = None
        self._job: Job | None = None
        self.order = QComboBox()
        self.order.setAccessibleName("Order")
        self.order.setToolTip("By what the network says to the pictures")
        for name in ORDERS:
            self.order.addItem(_WORDS[name], name)
        self.order.activated.connect(self._choose)
        self.shown = Segments("Answers", _ANSWERS, ALL, tips=_ABOUT, evenly=False)
        self.shown.changed.connect(self._choose)
        self.words = label("", "secondary")
        self.again = QPushButton("Ask again")
        self.again.setToolTip("Ask the network as it is now")
        self.again.clicked.connect(self._ask)
        self.stop = QPushButton("Stop")
        self.stop.clicked.connect(self._stop)
        line = QHBoxLayout(self)
        line.setContentsMargins(12, 0, 12, 0)
        line.setSpacing(8)
        for widget in (self.order, self.shown, self.words, self.again, self.stop):
            line.addWidget(widget)
        for button in (self.again, self.stop):
            set_property(button, "in_line", "true")
        line.addStretch(1)
        self._timer = QTimer(self, interval=_PAUSE)
        self._timer.timeout.connect(self._show)
        looking.changed.connect(self._show)
        self._show()

    def show_catalogue(self, catalogue: Catalogue | None) -> None:
        """Other pictures, or what somebody changed of them; None as long as not all are there."""
        if self._catalogue is None or catalogue is None or catalogue.data is not self._catalogue.data:
            self._stop()
            self._answers = None
        self._catalogue = catalogue
        self._show()

    @property
    def answers(self) -> Answers | None:
        """What the network said to the pictures when it was asked; None where it was not."""
        return self._answers[2] if self._answers is not None and self._can() else None

    @property
    def by_class(self) -> bool:
        """Whether pictures are class after class."""
        return self.answers is None or self.order.currentData() == BY_CLASS

    @property
    def title(self) -> str:
        """What stands above pictures that are in another order."""
        return str(_WORDS[self.order.currentData()])

    def arranged(self, catalogue: Catalogue, rows: Labels) -> Labels:
        """Of these rows int64 (n,), class after class, those that are shown, in the order that was chosen."""
        found = self.answers
        if found is None:
            return rows
        if self.shown.choice != ALL:
            rows = rows[found.right(rows, catalogue.labels[rows]) == (self.shown.choice == RIGHT)]
        match self.order.currentData():
            case "loss":
                return rows[np.argsort(-found.losses(rows, catalogue.labels[rows]), kind="stable")]
            case "unsure":
                return rows[np.argsort(found.confidence(rows), kind="stable")]
            case "sure":
                return rows[np.argsort(-found.confidence(rows), kind="stable")]
        return rows

    def _can(self) -> bool:
        """Whether the network has learned, takes such pictures and tells these classes apart."""
        now, catalogue = self._looking.now, self._catalogue
        ends = ends_of(now.graph)
        if catalogue is None or now.snapshot.drawn or isinstance(ends, Told):
            return False
        takes = now.graph.inferred[ends.input].output == catalogue.data.image_shape
        return takes and now.graph.shape(ends.softmax) == (len(catalogue.data.classes),)

    def _wants(self) -> bool:
        return self.order.currentData() != BY_CLASS or self.shown.choice != ALL

    def _choose(self) -> None:
        if self._wants() and self._answers is None:
            self._ask()
        self.changed.emit()

    def _ask(self) -> None:
        now, catalogue = self._looking.now, self._catalogue
        if catalogue is None or self._job is not None or not self._can():
            return
        self._job = job = self._jobs.submit(told("asking", count=len(catalogue)), _asking(now, catalogue))
        job.done.connect(partial(self._take, job, now, catalogue))
        job.state_changed.connect(partial(self._ended, job))
        self._timer.start()
        self._show()

    def _stop(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None
            self._show()

    def _take(self, job: Job, now: LookedAt, catalogue: Catalogue, found: Answers) -> None:
        if job is self._job:
            self._job, self._answers = None, (now, catalogue, found)
            self._show()
            self.changed.emit()

    def _ended(self, job: Job, state: str) -> None:
        if job is self._job and state in ("cancelled", "failed"):
            self._job = None
            self._show()

    def _show(self, *_: object) -> None:
        asking = self._job is not None
        if not asking:
            self._timer.stop()
        self.setVisible(self._can())
        self.stop.setVisible(asking)
        outdated = self._answers is not None and not _same(self._answers[0], self._looking.now)
        self.again.setVisible(outdated and not asking)
        self.words.setText(self._said(outdated))

    def _said(self, outdated: bool) -> str:
        if self._job is not None:
            progress = self._job.progress.value
            share = progress.fraction if progress is not None else 0.0
            waits = self._job.state == "queued"
            return "Waiting for other work" if waits else f"Asking the network, {100 * max(0.0, share):.0f}\u202f%"
        if self._answers is None or not outdated:
            return ""
        return f"As it was at step {thousands(self._answers[0].step)}"


def _same(one: LookedAt, other: LookedAt) -> bool:
    return one.graph == other.graph and one.snapshot.same(other.snapshot)


def _asking(now: LookedAt, catalogue: Catalogue) -> Callable[[Job], Steps]:
    def work(job: Job) -> Steps:
        found = None
        for each in answers(catalogue, now.graph, now.snapshot.parameters, job.report, job.cancelled):
            found = each
            yield None
        return found

    return work
