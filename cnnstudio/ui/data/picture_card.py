"""The right column: one picture large, where it comes from and what it is used for, and its class on the whole."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

import numpy as np
from PySide6.QtCore import QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.data.dataset import PARTS
from cnnstudio.data.preparation.measured import histograms
from cnnstudio.data.review.catalogue import LEFT_OUT, Catalogue
from cnnstudio.data.review.class_pictures import ClassPictures
from cnnstudio.nn.arrays import thousands
from cnnstudio.ui.data.decisions import KEYS_IN_WORDS, LeaveOut, Relabel, UseFor
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.labels import label, on_ground, rule
from cnnstudio.ui.look.numbers import number_text, size_text
from cnnstudio.ui.look.pictures import image_picture
from cnnstudio.ui.panels.importing.painted import drawn_in
from cnnstudio.ui.widgets.choosing.elided_choice import ElidedChoice
from cnnstudio.ui.widgets.elided_label import ElidedLabel
from cnnstudio.ui.widgets.icon_button import IconButton
from cnnstudio.ui.widgets.layouts.scrolled_column import ScrolledColumn

#: side of the large picture, and of the two of its class
_LARGE, _SMALL = 240, 112
_CHANNELS = ("red", "green", "blue")
_USES = {
    "train": "The network learns from it",
    "validation": "The network is checked with it while it learns",
    "test": "Touched only when a test is asked for",
    "nothing, left out": "As if it were not there; the file stays where it is",
}


class PictureView(QWidget):
    """A picture as large as it has room, its pixels in sight."""

    def __init__(self, side: int) -> None:
        super().__init__()
        self._side = side
        self.picture: QImage | None = None
        self.setMinimumSize(min(side, 64), min(side, 64))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_picture(self, picture: QImage | None) -> None:
        """Show another picture, or none."""
        self.picture = picture
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._side, self._side)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, side = QPainter(self), min(self.width(), self.height())
        if self.picture is None:
            painter.fillRect(QRect(0, 0, side, side), theme.current().background)
        else:
            drawn_in(painter, self.picture, QRect(0, 0, side, side))


class _Choice(ElidedChoice):
    """One of some words."""

    def __init__(self, name: str, help: str, each: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setToolTip(help)
        self._each = each or {}
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        self.before = -1
        self._words: tuple[str, ...] = ()

    def show_choice(self, words: tuple[str, ...], place: int) -> None:
        """Show which of the words it is now."""
        if words != self._words:
            self._words = words
            self.clear()
            self.addItems(words)
            for row, word in enumerate(words):
                said = self._each.get(word, f"It is a picture of “{word}”")
                self.setItemData(row, said, Qt.ItemDataRole.ToolTipRole)
        self.before = place
        self.setCurrentIndex(place)


class PictureCard(ScrolledColumn):
    """About the picture that is chosen."""

    #: another picture is wanted: the next (1) or the previous one (-1); this one is to be explained
    step_asked = Signal(int)
    explain_asked = Signal()
    #: another class or use was chosen, a ``Decision``
    decided = Signal(object)

    def __init__(self, below: QWidget) -> None:
        """``below`` stands between what is said of the picture and of its class."""
        super().__init__()
        holder = QWidget()
        on_ground(holder, "panel")
        on_ground(self, "panel")
        self.setWidget(holder)
        self.large = PictureView(_LARGE)
        self.name, self.folder = ElidedLabel(title=True), ElidedLabel()
        self.back, self.on = (
            self._arrow("chevron_left", "Previous picture (←)", -1),
            self._arrow("chevron_right", "Next picture (→)", 1),
        )
        self.count = label("", "secondary")
        self.facts = QGridLayout()
        self.facts.setHorizontalSpacing(12)
        self.facts.setVerticalSpacing(4)
        self.facts.setColumnStretch(1, 1)
        self.label_of, self.use_of = (
            _Choice("Class", "The class this picture is learned as; a digit key chooses it too"),
            _Choice("What it is used for", "Whether it is learned from, checked with, tested with, or left out", _USES),
        )
        self.label_of.activated.connect(lambda label_of: self.decided.emit(Relabel(label_of)))
        self.use_of.activated.connect(self._use)
        for row, (name, choice) in enumerate((("class", self.label_of), ("used for", self.use_of))):
            self.facts.addWidget(label(name, "secondary"), row, 0)
            self.facts.addWidget(choice, row, 1)
        self.values = {name: self._fact(row, name) for row, name in enumerate(("size", "mean"), start=2)}
        self.opinion = label("", "secondary", wrap=True)
        self.opinion.hide()
        self._into_sight = QTimer(self, singleShot=True, interval=0)
        self._into_sight.timeout.connect(lambda: self.ensureWidgetVisible(self.opinion, 0, 16))
        self.explain = QPushButton("Look at it in Explain")
        self.explain.setToolTip("Return: what the network makes of this picture, layer by layer")
        self.explain.clicked.connect(self.explain_asked)
        self.class_title = label("", "title", wrap=True)
        self.mean, self.deviation = PictureView(_SMALL), PictureView(_SMALL)
        column = QVBoxLayout(holder)
        column.setContentsMargins(16, 14, 16, 16)
        column.setSpacing(8)
        column.addWidget(self.large)
        steps = QHBoxLayout()
        steps.setSpacing(4)
        steps.addWidget(self.name, 1)
        for widget in (self.back, self.count, self.on):
            steps.addWidget(widget)
        column.addLayout(steps)
        column.addWidget(self.folder)
        column.addLayout(self.facts)
        column.addWidget(self.opinion)
        column.addWidget(label(KEYS_IN_WORDS, "secondary", wrap=True))
        column.addWidget(self.explain, 0, Qt.AlignmentFlag.AlignLeft)
        column.addSpacing(4)
        column.addWidget(rule())
        column.addWidget(below)
        column.addSpacing(4)
        column.addWidget(rule())
        column.addWidget(self.class_title)
        both = QGridLayout()
        both.setHorizontalSpacing(12)
        for place, (view, words) in enumerate(
            ((self.mean, "mean of its pictures"), (self.deviation, "where they differ: deviation"))
        ):
            both.addWidget(view, 0, place)
            both.addWidget(label(words, "secondary", wrap=True), 1, place, Qt.AlignmentFlag.AlignTop)
        column.addLayout(both)
        column.addStretch(1)
        self.show_row(None, None, None, 0)

    def show_row(
        self,
        catalogue: Catalogue | None,
        row: int | None,
        place: int | None,
        among: int,
        marked: int = 0,
        *,
        whole: bool = True,
    ) -> None:
        """Show a picture, which is at a place among so many that are shown; None for none. So many are ``marked``. What
        it is used for is known of the ``whole`` data."""
        there = catalogue is not None and row is not None
        self.explain.setEnabled(there)
        for button in (self.back, self.on):
            button.setEnabled(among > 1)
        where = f"{thousands(place + 1)} of {thousands(among)}" if place is not None else ""
        self.count.setText(f"{thousands(marked)} marked" if marked else where)
        for choice in (self.label_of, self.use_of):
            choice.setEnabled(there and whole)
        if catalogue is None or row is None:
            self.large.show_picture(None)
            self.name.set_text("No picture chosen")
            self.folder.set_text("")
            for value in self.values.values():
                value.set_text("")
            return
        pixels = catalogue.read(np.array([row]))
        self.large.show_picture(image_picture(pixels[0]))
        part, index = catalogue.where(row)
        file = PurePosixPath(catalogue.file(row))
        self.name.set_text(file.name or f"Picture {thousands(index + 1)}")
        folder = str(file.parent) if file.name and str(file.parent) != "." else ""
        if not file.name:  # what it is used for may be another thing
            folder = f"number {thousands(index + 1)} of those stored as “{part}”"
        self.folder.set_text(folder, tip=str(file) if file.name else "")
        height, width, channels = catalogue.data.image_shape
        use = int(catalogue.parts[row])
        colours = "colour" if channels >= 3 else "grey"
        self.label_of.show_choice(catalogue.data.classes, int(catalogue.labels[row]))
        self.use_of.show_choice(
            (*PARTS, "nothing, left out"), (len(PARTS) if use == LEFT_OUT else use) if whole else -1
        )
        self.values["size"].set_text(f"{size_text(height, width)}, {colours}")
        self.values["mean"].set_text(*_brightness(pixels))

    def show_opinion(self, words: str) -> None:
        """Show what a network that never saw the picture says to it; "" for nothing."""
        other = words != self.opinion.text()
        self.opinion.setText(words)
        self.opinion.setVisible(bool(words))
        if words and other:  # it says why the picture is among those to be looked at
            self._into_sight.start()

    def show_class(self, name: str, pictures: ClassPictures | None, label_of: int, *, whole: bool = True) -> None:
        """Show what a class, or what is there of it, has in common, as soon as that is known."""
        self.class_title.setText(f"{'All' if whole else 'The first'} of “{name}”" if name else "")
        known = pictures is not None and 0 <= label_of < len(pictures.means)
        self.mean.show_picture(mean_picture(pictures, label_of) if known and pictures is not None else None)
        self.deviation.show_picture(_deviation(pictures, label_of) if known and pictures is not None else None)

    def _use(self, place: int) -> None:
        if place != self.use_of.before:
            self.decided.emit(LeaveOut() if place == len(PARTS) else UseFor(PARTS[place]))
        self.use_of.setCurrentIndex(self.use_of.before)

    def _fact(self, row: int, name: str) -> ElidedLabel:
        value = ElidedLabel()
        self.facts.addWidget(label(name, "secondary"), row, 0)
        self.facts.addWidget(value, row, 1)
        return value

    def _arrow(self, icon: str, words: str, by: int) -> IconButton:
        button = IconButton(icon, words)
        button.setIconSize(QSize(12, 12))
        button.clicked.connect(lambda: self.step_asked.emit(by))
        return button


def mean_picture(pictures: ClassPictures, label_of: int) -> QImage:
    """The mean of a class in its own colours."""
    return image_picture(np.clip(pictures.means[label_of] + 0.5, 0, 255).astype(np.uint8))


def _deviation(pictures: ClassPictures, label_of: int) -> QImage:
    """Deviations as brightness, the largest of all classes white."""
    most = max(1.0, float(pictures.deviations.max()))
    return image_picture(np.clip(pictures.deviations[label_of] * (255 / most) + 0.5, 0, 255).astype(np.uint8))


def _brightness(pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> tuple[str, str]:
    """The mean of a picture's pixels between 0 and 1, one number a channel, with and without their colours."""
    counts = histograms(pixels)
    means = [number_text(mean, 3) for mean in (counts @ np.arange(256) / 255 / counts.sum(1)).tolist()]
    if len(means) != 3:
        return " · ".join(means), ""
    return " · ".join(f"{colour} {mean}" for colour, mean in zip(_CHANNELS, means, strict=True)), " · ".join(means)
