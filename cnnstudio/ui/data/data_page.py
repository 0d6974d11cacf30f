"""The Data workspace: classes at the left, all pictures in the middle, one of them at the right."""

from __future__ import annotations

import threading
from functools import partial

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSlider,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.data.dataset import PARTS, Cancelled, DataSet, Part
from cnnstudio.data.library import BUILTIN
from cnnstudio.data.review.catalogue import LEFT_OUT, Catalogue
from cnnstudio.data.review.class_pictures import ClassPictures, class_pictures
from cnnstudio.data.review.oddities import Groups
from cnnstudio.data.wording.found import layout_words, notice_words, remark_words
from cnnstudio.nn.arrays import shape_text, thousands
from cnnstudio.nn.rules.losses import BALANCED
from cnnstudio.nn.telling.phrases import amount, listed, share_text
from cnnstudio.nn.telling.told import Sentence
from cnnstudio.ui.data.copying import CopyButton
from cnnstudio.ui.data.decisions import Decision, Keep, Relabel
from cnnstudio.ui.data.found.checks import Checks
from cnnstudio.ui.data.grid.picture_grid import LARGEST, SMALLEST, PictureGrid
from cnnstudio.ui.data.no_pictures import NoPictures
from cnnstudio.ui.data.order_bar import OrderBar
from cnnstudio.ui.data.overview import Overview
from cnnstudio.ui.data.picture_card import PictureCard, mean_picture
from cnnstudio.ui.data.picture_edits import decide
from cnnstudio.ui.data.varied import Varied
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.look.labels import label, set_property
from cnnstudio.ui.run.data_source import DataSource
from cnnstudio.ui.run.looked_at import Looking
from cnnstudio.ui.studio.pages import Pages
from cnnstudio.ui.telling.notices import Notices
from cnnstudio.ui.widgets.choosing.segments import Segments
from cnnstudio.ui.widgets.elided_label import ElidedLabel
from cnnstudio.worker.background import Background
from cnnstudio.worker.jobs import Jobs

_ALL = "all"
#: the matter that notices here are about
_FIRST = "first pictures"
#: from this share of all pictures on it is said that a label was hard to learn
_SLOW = 0.8
_USES = {_ALL: "All", "train": "Train", "validation": "Validation", "test": "Test"}
_ABOUT_USES = {
    _ALL: "Show all pictures",
    "train": "Show those that the network learns from",
    "validation": "Show those that it is checked with while it learns",
    "test": "Show those that are touched only when a test is asked for",
}


class DataPage(Pages):
    """Follows the data of the document while it is seen. Close it with ``shutdown`` before it goes.

    The first pictures of a set that is being drawn are shown as such: what is true of all is not known yet, so nothing
    is counted or found, and nothing can be decided.
    """

    #: (pixels uint8 (H, W, C), class, index among the test pictures or -1): somebody wants it explained
    explain_asked = Signal(object, int, int)
    #: the network is to be fitted to the data, or these to be read otherwise
    revising_asked = Signal()

    def __init__(
        self,
        document: Document,
        data: DataSource,
        looking: Looking,
        jobs: Jobs,
        notices: Notices,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._data, self._notices = document, data, notices
        self.catalogue: Catalogue | None = None
        self.pictures: ClassPictures | None = None
        self.part: Part | None = None
        self._shown: tuple[object, ...] = ()
        self._outdated = threading.Event()
        self._background = Background("Working out what the classes look like", self)
        self._background.answered.connect(self._take_pictures)
        self.overview, self.grid, self.varied = Overview(), PictureGrid(), Varied(document)
        self.card = PictureCard(self.varied)
        self.none, self.checks, self.copy = NoPictures(data), Checks(jobs), CopyButton(jobs, notices)
        self.order = OrderBar(jobs, looking)
        self.columns = QSplitter(Qt.Orientation.Horizontal)
        self.columns.setChildrenCollapsible(False)
        for place, (widget, share) in enumerate(((self.overview, 0), (self._middle(), 1), (self.card, 0))):
            self.columns.addWidget(widget)
            self.columns.setStretchFactor(place, share)
        self.columns.setSizes([248, 860, 300])
        self._full = QWidget()
        column = QVBoxLayout(self._full)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head())
        column.addWidget(self.columns, 1)
        self.addWidget(self._full)
        self.addWidget(self.none)
        self.grid.chosen.connect(self._show_chosen)
        self.grid.opened.connect(self._explain)
        self.grid.decided.connect(self._decide)
        self.card.decided.connect(self._decide)
        self.checks.changed.connect(self._opened)
        self.checks.answered.connect(self._show_chosen)
        self.order.changed.connect(self._reordered)
        self.card.step_asked.connect(self.grid.step)
        self.card.explain_asked.connect(lambda: self._explain(self.grid.current))
        self.overview.classes.chosen.connect(self._choose_class)
        self.overview.weighing_asked.connect(self._weigh)
        self.overview.revising_asked.connect(self.revising_asked)
        data.changed.connect(partial(notices.settle, _FIRST))
        data.changed.connect(self._follow)
        document.changed.connect(self._follow)

    def shutdown(self) -> None:
        """Nothing is worked out any more. Safe to call twice."""
        self._outdated.set()
        self._background.shutdown()
        self.grid.tiles.shutdown()
        self.varied.shutdown()

    @property
    def main(self) -> QWidget:
        """What gets the keyboard."""
        return self.grid if self.currentWidget() is self._full else self.none

    def show_part(self, part: Part | None) -> None:
        """Show the pictures that are used for something; None for all."""
        self.part = part
        self.uses.show_choice(part or _ALL)
        self.checks.leave()
        self._show_rows()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._follow()

    # laid out

    def _head(self) -> QWidget:
        bar = QFrame()
        bar.setProperty("role", "bar")
        line = QHBoxLayout(bar)
        line.setContentsMargins(14, 6, 14, 6)
        line.setSpacing(10)
        self.title, self.facts = label("", "title"), ElidedLabel()
        line.addWidget(self.title)
        line.addWidget(self.facts, 1)
        line.addWidget(self.checks)
        self.fit = QPushButton("Fit the network…")
        self.fit.setToolTip("Input, mean and deviation, units and class names for these pictures, seen before")
        set_property(self.fit, "in_line", "true")
        self.fit.clicked.connect(self.revising_asked)
        line.addWidget(self.fit)
        return bar

    def _middle(self) -> QWidget:
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(4)
        line = QHBoxLayout()
        line.setContentsMargins(12, 0, 12, 0)
        self.uses = Segments("Used for", _USES, _ALL, tips=_ABOUT_USES, evenly=False)
        self.uses.changed.connect(lambda chosen: self.show_part(next((part for part in PARTS if part == chosen), None)))
        line.addWidget(self.uses)
        line.addStretch(1)
        set_property(self.copy, "in_line", "true")
        line.addWidget(self.copy)
        line.addSpacing(12)
        line.addWidget(label("Size", "secondary"))
        self.size_of = QSlider(Qt.Orientation.Horizontal)
        self.size_of.setRange(SMALLEST, LARGEST)
        self.size_of.setValue(self.grid.side)
        self.size_of.setFixedWidth(110)
        self.size_of.setAccessibleName("Size of the pictures")
        self.size_of.setToolTip("How large the pictures in the grid are")
        self.size_of.valueChanged.connect(self.grid.set_side)
        line.addWidget(self.size_of)
        column.addWidget(self.checks.cards)
        column.addLayout(line)
        column.addWidget(self.order)
        column.addWidget(self.grid, 1)
        return middle

    # what is shown

    def _follow(self, *_change: object) -> None:
        if not self.isVisible():
            return
        self._data.need_all()
        data = self._data.unchanged or self._data.sample
        recipe = self._document.project.design.recipe.data
        drawn = self._data.unchanged is None and self._data.job is not None
        now = (data, recipe.changes, recipe.split, drawn)
        self.none.follow()
        self._show_page(self._full if data is not None else self.none)
        if now == self._shown:
            self.overview.show_recipe(self._document.project.design.recipe)
            return
        other, self._shown = not self._shown or data is not self._shown[0], now
        if data is None:
            self.catalogue = None
            self.checks.show_catalogue(None)
            self.order.show_catalogue(None)
            self.copy.show_catalogue(None)
            self.grid.show_rows(None, np.zeros(0, np.int64), (), ())
            return
        self.catalogue = Catalogue(data, recipe.changes, recipe.split)
        self.title.setText(self._data.title)
        shape, whole = shape_text(data.image_shape), self._whole
        pictures = amount(len(self.catalogue), "picture") if whole is not None else self._first_of(self.catalogue)
        words = f"{pictures}, {shape}, {amount(len(data.classes), 'class', 'classes')}"
        remarks = map(remark_words, data.remarks)
        facts = "  ·  ".join(filter(None, (words, layout_words(data.layout), *remarks)))
        self.facts.set_text(facts, words, tip=notice_words(data))
        self.overview.show_catalogue(self.catalogue, whole=whole is not None)
        self.overview.show_recipe(self._document.project.design.recipe)
        self.uses.setEnabled(whole is not None)
        self.checks.show_catalogue(whole)
        self.copy.show_catalogue(whole)
        self.order.show_catalogue(whole)
        if other:
            self.grid.current, self.pictures = None, None
            self.grid.marked.clear()
            self.grid.verticalScrollBar().setValue(0)
        self._show_rows()
        self._outdated.set()
        self._outdated = threading.Event()
        self._background.ask(partial(_class_pictures, self.catalogue, self._outdated))

    @property
    def _whole(self) -> Catalogue | None:
        """The catalogue where all pictures are in it."""
        return self.catalogue if self._data.unchanged is not None else None

    def _first_of(self, catalogue: Catalogue) -> str:
        kind = BUILTIN[self._data.source]  # of no other set are the first pictures shown alone
        how = "being drawn" if self._data.job is not None else "the others are not there"
        return f"first {thousands(len(catalogue))} of {amount(kind.train + kind.test, 'picture')} ({how})"

    def _show_page(self, page: QWidget) -> None:
        """The pictures, or what there is without them; the keyboard goes along where it was with the other."""
        if page is not self.currentWidget():
            focused = QApplication.focusWidget()
            here = focused is not None and (focused is self or self.isAncestorOf(focused))
            self.setCurrentWidget(page)
            if here:
                self.main.setFocus()

    def _show_rows(self) -> None:
        catalogue = self.catalogue
        if catalogue is None:
            return
        before = self.grid.place or 0
        if self.checks.kind:
            groups = _by_class(catalogue, self.checks.groups)
            rows = np.array([row for group in groups for row in group], np.int64)
            alone = all(len(group) == 1 for group in self.checks.groups)
            titles = [_of_group(catalogue, group, alone=alone) for group in groups]
            counts = [len(group) for group in groups]
        else:
            rows = self.order.arranged(
                catalogue, catalogue.chosen(self.overview.classes.label, self.part if self._whole else None)
            )
            found = np.bincount(catalogue.labels[rows], minlength=len(catalogue.data.classes))
            there = np.flatnonzero(found).tolist()
            titles, counts = [catalogue.data.classes[place] for place in there], found[there].tolist()
            if not self.order.by_class and len(rows):
                titles, counts = [self.order.title], [len(rows)]
        self.grid.show_rows(catalogue, rows, titles, counts)
        if self.grid.place is None and len(rows):  # what is not there any more makes room for the next
            self.grid.choose(int(rows[min(before, len(rows) - 1)]), told=False)
        self._show_chosen()

    def _weigh(self) -> None:
        design = self._document.project.design
        recipe = design.recipe.choose(**{"loss.class_weights": BALANCED})
        self._document.edit(Sentence("Let every class count as much"), design.with_changes(recipe=recipe))

    def _choose_class(self, _label: int) -> None:
        self.checks.leave()
        self._show_rows()

    def _reordered(self) -> None:
        self.checks.leave()
        self.grid.verticalScrollBar().setValue(0)
        self._show_rows()
        if len(self.grid.rows):
            self.grid.choose(int(self.grid.rows[0]))

    def _opened(self) -> None:
        self.grid.verticalScrollBar().setValue(0)
        self._show_rows()
        self.grid.setFocus()

    def _decide(self, decision: Decision) -> None:
        if self.catalogue is None or self.grid.current is None or self.grid.place is None:
            return
        if isinstance(decision, Keep):
            self.grid.step(1)
            return
        if self._whole is None:
            self._notices.tell("These are the first pictures only: decide about them once all are there.", about=_FIRST)
            return
        rows = sorted({self.grid.current, *self.grid.marked})
        following = self.grid.rows[self.grid.place + 1 :]
        self.grid.leave_marks()
        decide(self._document, self._notices, self.catalogue, rows, decision)
        left = following[~np.isin(following, rows)]
        if isinstance(decision, Relabel) and len(left):  # they have gone to another section: on to the next
            self.grid.choose(int(left[0]), told=False)
        self._show_chosen()

    def _show_chosen(self) -> None:
        catalogue, row = self.catalogue, self.grid.current
        among = len(self.grid.rows)
        shown = row if row is not None and self.grid.place is not None else None
        whole = self._whole is not None
        self.card.show_row(catalogue, shown, self.grid.place, among, len(self.grid.marked), whole=whole)
        self.card.show_opinion(" ".join(filter(None, (self._answer_to(shown), self._opinion_on(shown)))))
        self.varied.show_row(catalogue, shown, whole=whole)
        if catalogue is not None and shown is not None:
            number = int(catalogue.labels[shown])
            self.card.show_class(catalogue.data.classes[number], self.pictures, number, whole=whole)
        else:
            self.card.show_class("", None, 0)

    def _answer_to(self, row: int | None) -> str:
        found, catalogue = self.order.answers, self.catalogue
        if found is None or catalogue is None or row is None:
            return ""
        said, at = found.probabilities[row], np.array([row])
        name, loss = catalogue.data.classes[int(said.argmax())], float(found.losses(at, catalogue.labels[at])[0])
        return f"Your network says “{name}” with {share_text(float(said.max()))}, a loss of {loss:.2g}."

    def _opinion_on(self, row: int | None) -> str:
        opinion, catalogue = self.checks.opinion, self.catalogue
        said = None if opinion is None or row is None else opinion.of(row)
        if said is None or opinion is None or catalogue is None or row is None:
            return ""
        label, best, names = int(catalogue.labels[row]), int(said.argmax()), catalogue.data.classes
        classes = (best, label) if best != label else (best,)
        shares = " and ".join(f"“{names[each]}” with {share_text(float(said[each]))}" for each in classes)
        doubt = " Either may be wrong: you decide." if best != label else ""
        slow = opinion.slower_than(row)
        hard = f" Those that learned with it had a higher loss than with {_percent(slow)} of all."
        course = hard if slow > _SLOW else ""
        return f"A network that never saw this picture says {shares}.{course}{doubt}"

    def _take_pictures(self, answer: tuple[DataSet, ClassPictures] | None) -> None:
        if answer is None or self.catalogue is None or answer[0] is not self.catalogue.data:
            return
        self.pictures = answer[1]
        small = [mean_picture(self.pictures, number) for number in range(len(self.pictures.means))]
        self.overview.classes.show_pictures(small)
        self._show_chosen()

    def _explain(self, row: int | None) -> None:
        catalogue = self.catalogue
        if catalogue is None or row is None:
            return
        part, index = catalogue.where(row)
        pixels = catalogue.read(np.array([row]))[0]
        sample = self._data.sample
        tested = -1
        if sample is not None and part == "test" and catalogue.parts[row] == PARTS.index("test"):
            places = np.flatnonzero(sample.test.indices == index)
            tested = int(places[0]) if len(places) else -1
        self.explain_asked.emit(pixels, int(catalogue.labels[row]), tested)


def _percent(share: float) -> str:
    return f"{100 * share:.3g}\u202f%"


def _by_class(catalogue: Catalogue, groups: Groups) -> Groups:
    """Pictures that stand each for itself as a group for each class; others as they are."""
    if any(len(group) > 1 for group in groups):
        return groups
    rows = [row for group in groups for row in group]
    labels = sorted({int(catalogue.labels[row]) for row in rows})
    return tuple(tuple(row for row in rows if catalogue.labels[row] == label) for label in labels)


def _of_group(catalogue: Catalogue, group: tuple[int, ...], *, alone: bool) -> str:
    """What is said above pictures that belong together: their classes, and of such as occur twice their uses."""
    parts = sorted({int(catalogue.parts[row]) for row in group} - {LEFT_OUT})
    names = sorted({int(catalogue.labels[row]) for row in group})
    classes = ", ".join(catalogue.data.classes[name] for name in names)
    if alone:
        return classes
    return f"{classes}  ·  {listed(PARTS[part] for part in parts) or 'left out'}"


def _class_pictures(catalogue: Catalogue, outdated: threading.Event) -> tuple[DataSet, ClassPictures] | None:
    """None where nobody wants to know any more."""
    try:
        return catalogue.data, class_pictures(catalogue, outdated.is_set)
    except Cancelled:
        return None
