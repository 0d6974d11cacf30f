"""What is taken for what: the confusion matrix, and the pictures behind each of its cells."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from cnnstudio.nn.arrays import thousands
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.nn.training.mixed_up import Together, together
from cnnstudio.ui.evaluate.confusion_view import ConfusionView, Says
from cnnstudio.ui.look import pictures
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.run.evaluation import EvaluationResult
from cnnstudio.ui.run.samples import Samples, name_of
from cnnstudio.ui.studio.pages import Pages
from cnnstudio.ui.widgets.choosing.segments import Segments
from cnnstudio.ui.widgets.elided_label import ElidedLabel
from cnnstudio.ui.widgets.images.image_grid import ImageGrid, Thumb

#: of more, the surest are shown
MOST = 240
_SAYS: dict[Says, tuple[str, str]] = {
    "count": ("Count", "How many pictures"),
    "row": ("Row\u202f%", "Of the pictures of a class, how many of a hundred get each answer"),
    "column": ("Column\u202f%", "Of the pictures with an answer, how many of a hundred are of each class"),
}
PICTURES, CERTAINTY, CURVES, PROPERTY, COMPARE = "pictures", "certainty", "curves", "property", "compare"
_BESIDE = {
    PICTURES: ("Pictures", "The pictures of a cell, or all mistakes"),
    CERTAINTY: ("Certainty", "Is it right as often as it says it is sure?"),
    CURVES: ("Curves", "One class against the rest, at every threshold: ROC, precision and recall"),
    PROPERTY: ("Property", "Is it worse on dark, pale or small pictures?"),
    COMPARE: ("Compare", "Another network, or another step of this run, on the same pictures"),
}
_ORDERS = {
    "together": (
        "Mixed up",
        "Classes that are taken for each other stand together; a line parts what is seldom mixed up",
    ),
    "given": ("As named", "The classes in the order in which the data has them"),
}


class Confusions(QWidget):
    """A cell shows its pictures, a picture becomes the sample; ``opened`` when one is to be seen in every layer."""

    opened = Signal()
    #: the classes stand in another order
    arranged = Signal()
    #: what stands beside the matrix now
    turned = Signal(str)
    #: of which class pictures are shown; -1 for those of several
    turned_to = Signal(int)

    def __init__(self, samples: Samples, others: Mapping[str, QWidget], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._samples = samples
        self._shown: EvaluationResult | None = None
        self._at_hand = True
        self._indices: NDArray[np.int64] = np.zeros(0, np.int64)
        self._each = ""
        self._together = Together((), 0)
        self.matrix = ConfusionView()
        self.matrix.chosen.connect(self.show_cell)
        self.matrix.opened.connect(self._enter)
        self.says = Segments("What the cells say", {key: words for key, (words, _) in _SAYS.items()}, "count",
                             tips={key: tip for key, (_, tip) in _SAYS.items()}, evenly=False)  # fmt: skip
        self.says.changed.connect(lambda chosen: self.matrix.say(next(key for key in _SAYS if key == chosen)))
        self.orders = Segments("Order of the classes", {key: words for key, (words, _) in _ORDERS.items()}, "together",
                               tips={key: tip for key, (_, tip) in _ORDERS.items()}, evenly=False)  # fmt: skip
        self.orders.changed.connect(self._rearrange)
        self.caption = ElidedLabel()
        self.all = QPushButton("All mistakes")
        self.all.setProperty("role", "link")
        self.all.setToolTip("Every test picture that the network gets wrong, the surest answers first")
        self.all.clicked.connect(self.show_mistakes)
        self.grid = ImageGrid()
        self.grid.chosen.connect(self._look_at)
        self.grid.opened.connect(self._open)
        self.beside = Segments("Beside the matrix", {key: words for key, (words, _) in _BESIDE.items()}, PICTURES,
                               tips={key: tip for key, (_, tip) in _BESIDE.items()})  # fmt: skip
        self.beside.changed.connect(self.show_beside)
        self.pages = Pages()
        self.others = {PICTURES: self._pictures(), **others}
        for page in self.others.values():
            self.pages.addWidget(page)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(label("What is taken for what", "title"))
        head.addStretch(1)
        head.addWidget(self.orders)
        head.addWidget(self.says)
        right = QVBoxLayout()
        right.setSpacing(6)
        right.addWidget(self.beside)
        right.addWidget(self.pages, 1)
        row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        row.setSpacing(12)
        row.addWidget(self.matrix, 6)
        row.addLayout(right, 5)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 8)
        column.setSpacing(6)
        column.addLayout(head)
        column.addLayout(row, 1)
        samples.changed.connect(self._mark)

    def _pictures(self) -> QWidget:
        page = QWidget()
        over = QHBoxLayout()
        over.addWidget(self.caption, 1)
        over.addWidget(self.all)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(over)
        column.addWidget(self.grid, 1)
        return page

    def show_beside(self, name: str) -> None:
        """Show something else beside the matrix."""
        self.beside.show_choice(name)
        self.pages.setCurrentWidget(self.others[name])
        self.turned.emit(name)

    def show_pictures(self, indices: NDArray[np.int64], what: str) -> None:
        """Show these of the test pictures, whatever they have in common."""
        if self._shown is not None:
            self.matrix.mark(None)
            self._show_images(self._shown, indices, what)

    @property
    def order(self) -> tuple[int, ...]:
        """The classes as they stand now."""
        return self._together.order if self.orders.choice == "together" else tuple(sorted(self._together.order))

    def show_result(self, result: EvaluationResult, *, stale: bool, at_hand: bool) -> None:
        """Show another result, or that it has become one of another network, or of pictures that are not at hand."""
        self._at_hand = at_hand
        counts = result.confusion.counts
        self.matrix.show_counts(counts, result.data.classes, result.of.classes, stale=stale)
        if result is not self._shown:
            self._shown, self._together = result, together(counts)
            self._rearrange()
            self.show_mistakes()

    def show_cell(self, right: int, answer: int) -> None:
        """The pictures of one cell of the matrix."""
        result = self._shown
        if result is None:
            return
        self.matrix.mark((right, answer))
        name, said = name_of(result.data.classes, right), name_of(result.of.classes, answer)
        what = f"“{name}” taken for “{said}”" if right != answer else f"“{name}”, rightly"
        self._show_images(result, result.confusion.cell(right, answer), what)
        self.turned_to.emit(right)

    def show_class(self, number: int) -> None:
        """The pictures of a class that it gets wrong."""
        result = self._shown
        if result is None:
            return
        self.matrix.mark(None)
        mistakes = result.confusion.mistakes
        found = mistakes[result.confusion.labels[mistakes] == number]
        self._show_images(result, found, f"“{name_of(result.data.classes, number)}” taken for others")
        self.turned_to.emit(number)

    def show_mistakes(self) -> None:
        """All pictures that it gets wrong."""
        if self._shown is not None:
            self.matrix.mark(None)
            self._show_images(self._shown, self._shown.mistakes, "Mistakes, the surest first", "Mistake")
            self.turned_to.emit(-1)

    def _rearrange(self, *_choice: object) -> None:
        self.matrix.arrange(self.order, self._together.split if self.orders.choice == "together" else 0)
        self.arranged.emit()

    def _show_images(
        self, result: EvaluationResult, indices: NDArray[np.int64], what: str, each: str = "Image"
    ) -> None:
        self.show_beside(PICTURES)
        self.caption.set_text(f"{what}: {amount(len(indices), 'picture')}", f"{what}: {thousands(len(indices))}")
        thumbs = []
        for index in indices[:MOST].tolist():
            right, answer = int(result.confusion.labels[index]), int(result.confusion.evaluation.predictions[index])
            sureness = 100 * result.confusion.sureness(index)
            sure = "> 99\u202f%" if sureness > 99 else f"{sureness:.0f}\u202f%"
            picture = pictures.image_picture(result.data.test.read(slice(index, index + 1))[0])
            name, said = name_of(result.data.classes, right), name_of(result.of.classes, answer)
            tip = f"Test picture {thousands(index + 1)}: it is “{name}”, the network says “{said}”"
            tip = f"{tip}, {sure} sure. Click to look at it, Return shows it in every layer."
            words = said if answer == right else f"{name} → {said}"
            thumbs.append(Thumb(index, picture, f"{words} · {sure}", tip))
        self.grid.show_images(thumbs)
        self._indices, self._each = indices, each
        self._mark()

    def _mark(self) -> None:
        self.grid.mark(self._samples.index if self._samples.label >= 0 else -1)

    def _look_at(self, index: int) -> None:
        result = self._shown
        if self._at_hand:
            self._samples.show_among(self._indices, self._each, index)
        elif result is not None:  # the data are others now: it is shown as a picture of nobody's
            image = result.data.test.read(slice(index, index + 1))[0]
            self._samples.show_picture(image, f"“{name_of(result.data.classes, int(result.confusion.labels[index]))}”")

    def _enter(self) -> None:
        """On to the pictures of the cell that is marked."""
        if len(self._indices):
            self._look_at(int(self._indices[0]))
            self.grid.tiles.setFocus()

    def _open(self, index: int) -> None:
        self._look_at(index)
        self.opened.emit()
