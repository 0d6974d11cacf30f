"""The left column: the classes, how even they are, and what the pictures are used for."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from cnnstudio.data.dataset import PARTS
from cnnstudio.data.review.catalogue import LEFT_OUT, Catalogue
from cnnstudio.design.value.recipe import Recipe
from cnnstudio.nn.arrays import thousands
from cnnstudio.nn.rules.losses import BALANCED as WEIGHED
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.nn.training.confusion import EVEN
from cnnstudio.nn.training.order import BALANCED as DRAWN
from cnnstudio.runs.verdicts.chance import Chance
from cnnstudio.runs.verdicts.wording import guess_words
from cnnstudio.ui.data.class_list import ClassList
from cnnstudio.ui.look.labels import label, on_ground, set_role
from cnnstudio.ui.panels.importing.painted import SplitBar


class Overview(QWidget):
    """What there is, in numbers."""

    #: the recipe is to let rare classes count as much as others
    weighing_asked = Signal()
    #: other pictures are to be validated with, or the data to be read otherwise
    revising_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        on_ground(self, "panel")
        self.classes = ClassList()
        self._count = label("", "secondary")
        head = QGridLayout()
        head.setContentsMargins(14, 12, 14, 4)
        head.addWidget(label("Classes", "title"), 0, 0)
        head.addWidget(self._count, 0, 1, Qt.AlignmentFlag.AlignRight)
        self.balance = QFrame()
        self.balance_title, self.balance_words = label("", "title"), label("", "secondary", wrap=True)
        inside = QVBoxLayout(self.balance)
        inside.setContentsMargins(12, 10, 12, 10)
        inside.setSpacing(4)
        inside.addWidget(self.balance_title)
        inside.addWidget(self.balance_words)
        self._even, self._told = True, ""
        self.weigh = QPushButton("Let every class count as much")
        self.weigh.setToolTip("Balanced class weights in the loss: images of rare classes count more. One step of undo")
        self.weigh.setProperty("role", "link")
        self.weigh.clicked.connect(self.weighing_asked)
        inside.addWidget(self.weigh, 0, Qt.AlignmentFlag.AlignLeft)
        self._bar = SplitBar()
        self.uses: dict[str, QLabel] = {}
        self.left_out = label("", "secondary", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 12)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.classes, 1)
        self.counted = QWidget()
        below = QVBoxLayout(self.counted)
        below.setContentsMargins(12, 10, 12, 0)
        below.setSpacing(10)
        below.addWidget(self._split())
        below.addWidget(self.balance)
        column.addWidget(self.counted)

    def minimumSizeHint(self) -> QSize:
        return super().minimumSizeHint().expandedTo(QSize(216, 0))

    def _split(self) -> QWidget:
        card = QFrame()
        card.setProperty("role", "card")
        grid = QGridLayout(card)
        grid.setContentsMargins(12, 10, 12, 10)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(4)
        grid.addWidget(label("Used for", "title"), 0, 0, 1, 2)
        self.change = QPushButton("Change…")
        self.change.setProperty("role", "link")
        self.change.setToolTip("What validation gets, and how the data are read")
        self.change.clicked.connect(self.revising_asked)
        grid.addWidget(self.change, 0, 2, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(self._bar, 1, 0, 1, 3)
        sides = (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignRight)
        for place, (part, side) in enumerate(zip(PARTS, sides, strict=True)):
            self.uses[part] = label("", "title")
            grid.addWidget(label(part, "secondary"), 2, place, side)
            grid.addWidget(self.uses[part], 3, place, side)
        grid.addWidget(self.left_out, 4, 0, 1, 3)
        return card

    def show_recipe(self, recipe: Recipe) -> None:
        """Say what the recipe does about classes that differ in number, or offer to do something."""
        answer = _answer(recipe)
        self.balance_words.setText(self._told if self._even else f"{self._told} {answer}".rstrip())
        self.weigh.setVisible(not self._even and not answer)

    def show_catalogue(self, catalogue: Catalogue, *, whole: bool = True) -> None:
        """Show other pictures, or what somebody changed. They are counted once the ``whole`` data are there."""
        self._count.setText(thousands(len(catalogue.data.classes)))
        self.classes.show_catalogue(catalogue, whole=whole)
        self.counted.setVisible(whole)
        if not whole:
            return
        totals = catalogue.counts.sum(0).tolist()
        self._bar.show_shares(totals)
        for part, count in zip(PARTS, totals, strict=True):
            self.uses[part].setText(thousands(count))
        out = int((catalogue.parts == LEFT_OUT).sum())
        self.left_out.setText(f"{amount(out, 'picture')} left out")
        self.left_out.setVisible(out > 0)
        even, self._told = _balance(catalogue)
        self._even = even
        self.balance_title.setText("Balanced" if even else "Classes differ in number")
        set_role(self.balance_title, "title" if even else "warning-title")
        set_role(self.balance, "card" if even else "warning-card")


def _balance(catalogue: Catalogue) -> tuple[bool, str]:
    """Whether the classes are even among the pictures to learn from, and what guessing gets, as verdicts say it."""
    learned, names = catalogue.counts[:, PARTS.index("train")], catalogue.data.classes
    fewest, most = int(learned.min()), int(learned.max())
    even = bool(fewest) and most <= EVEN * fewest
    if even:
        pictures = amount(fewest, "picture") if fewest == most else f"{thousands(fewest)} to {amount(most, 'picture')}"
        told = f"{pictures} of each class to learn from."
    else:
        commonest, rarest = names[int(np.argmax(learned))], names[int(np.argmin(learned))]
        told = f"“{rarest}” has {amount(fewest, 'picture')} to learn from, “{commonest}” {thousands(most)}."
    validation = catalogue.parts == PARTS.index("validation")
    chance = Chance.of(catalogue.labels[validation], len(names))
    guess = guess_words(chance.share, chance.images)
    return even, f"{told} {guess[0].upper()}{guess[1:]}."


def _answer(recipe: Recipe) -> str:
    """What the recipe does about classes that differ in number; "" where it does nothing."""
    if recipe.drawing == DRAWN:
        return "The recipe draws as many of every class."
    if recipe.loss.class_weights == WEIGHED:
        return "The recipe lets every class count as much."
    return "" if recipe.loss.class_weights == "equal" else "The recipe weighs the classes by numbers of your own."
