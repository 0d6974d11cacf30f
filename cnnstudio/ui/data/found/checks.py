"""What is worth a look, as numbers that can be opened: pictures that occur twice, blank ones, and labels."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from cnnstudio.data.review.catalogue import LEFT_OUT, Catalogue
from cnnstudio.data.review.oddities import Groups, Oddities, across, oddities, remaining
from cnnstudio.data.review.second_opinion import FEWEST, SecondOpinion, opinions
from cnnstudio.data.review.thumbnails import thumbnails
from cnnstudio.nn.arrays import thousands
from cnnstudio.nn.telling.told import told
from cnnstudio.ui.data.found.finding_card import SHOWN, SIDE, FindingCard
from cnnstudio.ui.look.labels import label, set_property
from cnnstudio.ui.widgets.focused import keyboard_stays
from cnnstudio.ui.widgets.layouts.flow import FlowLayout
from cnnstudio.worker.jobs import Job, Jobs, Steps

#: milliseconds between two looks at how far the search is
_PAUSE = 100
#: pixels from which on cards have their pictures
_WIDE = 720
#: kind → one, many, and what it means
_WORDS = {
    "exact": ("group of equal pictures", "groups of equal pictures", "The same pixels more than once"),
    "near": ("near duplicate", "near duplicates", "One picture in two forms: written anew, resized, moved a little"),
    "blank": ("blank picture", "blank pictures", "Nothing is on them"),
    "odd": (
        "picture unlike the rest",
        "unlike the rest",
        "Grey among coloured ones, or far darker, lighter, flatter or harsher than nearly all",
    ),
    "labels": ("label to look at", "labels to look at", ""),
}
#: what is said of kinds of which there are none
_NONE = {"exact": "equal pictures", "near": "near duplicates", "blank": "blank ones", "odd": "unlike the rest"}
#: what can be looked for: the words of its button, what it means, and how far it is
_SEARCHES = {
    "duplicates": (
        "Look for duplicates",
        "Equal pictures, near duplicates, also across training and test, and blank or odd ones",
        "Comparing pictures",
    ),
    "second-opinion": (
        "Look for wrong labels",
        "A small network learns from most of the pictures and is asked about the others, until all were asked about. "
        "This takes a minute or two",
        "Asking a network",
    ),
}


class _Cards(QWidget):
    """Cards side by side, in as many lines as it takes; small ones where there is little room."""

    def __init__(self) -> None:
        super().__init__()
        inside = QWidget()
        self._flow = FlowLayout(inside, 8, 8)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 0, 12, 4)
        column.addWidget(inside)

    def add(self, widget: QWidget) -> None:
        """Put one more after those that are there."""
        self._flow.addWidget(widget)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for card in self.findChildren(FindingCard):
            card.be_small(event.size().width() < _WIDE)


class Checks(QWidget):
    """A button for each search. What they found has a card for each kind in ``cards``, which stands elsewhere."""

    #: other groups are open, or none are
    changed = Signal()
    #: something was found out about the pictures
    answered = Signal()

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self._jobs = jobs
        self._catalogue: Catalogue | None = None
        self._job: Job | None = None
        self.found: Oddities | None = None
        self.opinion: SecondOpinion | None = None
        self.kind = ""
        self._searching = ""
        self.searches = {name: QPushButton(words) for name, (words, _, _) in _SEARCHES.items()}
        for name, button in self.searches.items():
            button.clicked.connect(partial(self._search, name))
        self.progress = label("", "secondary")
        self.stop = QPushButton("Stop")
        self.stop.clicked.connect(self._stop)
        self.kinds = {kind: FindingCard() for kind in _WORDS}
        self.cards = _Cards()
        self.none = label("", "secondary")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        for widget in (self.progress, self.stop, *self.searches.values()):
            line.addWidget(widget)
            set_property(widget, "in_line", "true")
        for kind, button in self.kinds.items():
            self.cards.add(button)
            button.clicked.connect(partial(self.open_kind, kind))
        self.cards.add(self.none)
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
            self.found, self.opinion, self.kind = None, None, ""
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
        if self._catalogue is None or not kind:
            return ()
        if kind == "labels":
            return () if self.opinion is None else self.opinion.worth_a_look(self._catalogue)
        if self.found is None:
            return ()
        groups: Groups = getattr(self.found, kind)
        return remaining(groups, self._catalogue)

    def _search(self, name: str) -> None:
        if self._catalogue is None or self._job is not None:
            return
        source, self._searching = self._catalogue.data.title, name
        work = _searching(self._catalogue) if name == "duplicates" else _asking(self._catalogue)
        self._job = job = self._jobs.submit(told(name, source=source), work)
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

    def _take(self, job: Job, found: Oddities | SecondOpinion | None) -> None:
        if job is self._job:
            self._job = None
            if isinstance(found, Oddities):
                self.found = found
            else:
                self.opinion = found
            self._show()
            self.answered.emit()

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
        words = _SEARCHES[self._searching][2]
        self.progress.setText("Waiting for other work" if waits else f"{words}{share}")

    def _show(self) -> None:
        with keyboard_stays(self.stop, *self.kinds.values(), *self.searches.values()):
            self._show_what_there_is()

    def _show_what_there_is(self) -> None:
        searching = self._job is not None
        self.progress.setVisible(searching)
        self.stop.setVisible(searching)
        self.searches["duplicates"].setVisible(not searching and self.found is None)
        self.searches["second-opinion"].setVisible(not searching and self.opinion is None)
        for name, button in self.searches.items():
            button.setEnabled(self._catalogue is not None)
            button.setToolTip(
                _SEARCHES[name][1] if self._catalogue is not None else "The pictures are not all there yet"
            )
        used = 0 if self._catalogue is None else int((self._catalogue.parts != LEFT_OUT).sum())
        self.searches["second-opinion"].setEnabled(used >= FEWEST)
        for kind, button in self.kinds.items():
            groups = self._of_kind(kind)
            one, many, meaning = _WORDS[kind]
            of_labels = kind == "labels"
            if of_labels:
                button.setToolTip(_about_labels(self.opinion))
            known = (self.opinion if of_labels else self.found) is not None
            button.setVisible(known and (bool(groups) or kind == self.kind))
            self._show_first(button, groups)
            number = sum(map(len, groups)) if of_labels else len(groups)
            button.show_count(thousands(number), one if number == 1 else many)
            button.setChecked(kind == self.kind)
            button.setEnabled(bool(groups) or kind == self.kind)
            if of_labels:
                continue
            apart = across(groups, self._catalogue) if self._catalogue is not None else 0
            told_apart = f"; {apart} of them are used for different things, such as training and test" if apart else ""
            button.setToolTip(f"{meaning}{told_apart}")
            set_property(button, "tone", "warning" if apart else "")
        without = [_NONE[kind] for kind in _NONE if self.found is not None and not self._of_kind(kind)]
        self.none.setText(", ".join(f"no {kind}" for kind in without).capitalize())
        self.none.setVisible(bool(without))
        self.cards.setVisible(any(not each.isHidden() for each in (self.none, *self.kinds.values())))

    def _show_first(self, button: FindingCard, groups: Groups) -> None:
        """The first pictures of what was found."""
        rows = [row for group in groups for row in group][:SHOWN]
        if self._catalogue is not None and rows != button.property("rows"):
            button.setProperty("rows", rows)
            pixels = self._catalogue.read(np.array(rows, np.int64))
            button.show_pictures(thumbnails(pixels, 2 * SIDE) if rows else pixels)


def _about_labels(opinion: SecondOpinion | None) -> str:
    if opinion is None:
        return ""
    share, many = f"{100 * opinion.accuracy:.0f}\u202f%", thousands(len(opinion.suspected))
    return (
        "A network that never saw these pictures is sure of another class. Either may be wrong: it agrees with "
        f"{share} of all labels, and suspects {many} in all"
    )


def _asking(catalogue: Catalogue) -> Callable[[Job], Steps]:
    def work(job: Job) -> Steps:
        found = None
        for each in opinions(catalogue, job.report, job.cancelled):
            found = each
            yield None
        return found

    return work


def _searching(catalogue: Catalogue) -> Callable[[Job], Steps]:
    def work(job: Job) -> Steps:
        yield None
        return oddities(catalogue, job.report, job.cancelled)

    return work
