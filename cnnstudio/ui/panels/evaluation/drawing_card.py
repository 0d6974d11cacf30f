"""The card with the drawing pad: what is drawn is the sample everywhere, and the network's answer follows the pen."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.data.dataset import DataError
from cnnstudio.data.review.editing import with_picture
from cnnstudio.nn.graph.graph import GraphError
from cnnstudio.nn.looking.inspect import inspect
from cnnstudio.nn.network.network import classifier
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.nn.telling.told import Sentence, worded
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.look import pictures
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.panels.maps.class_bars import ClassBars
from cnnstudio.ui.run.data_source import DataSource
from cnnstudio.ui.run.looked_at import Looking
from cnnstudio.ui.run.samples import Samples, spoken
from cnnstudio.ui.telling.notices import Notices
from cnnstudio.ui.widgets.floating_card import FloatingCard
from cnnstudio.ui.widgets.focused import keyboard_stays
from cnnstudio.ui.widgets.images.drawing_pad import SIDE, DrawingPad, Pixels
from cnnstudio.ui.widgets.layouts.contents import empty
from cnnstudio.worker.background import Background

#: images of the data from whose edges the ground is known
_SOME = 50
_INKS = ("#e6453a", "#f5b41f", "#3fae5a", "#1fb8c8", "#3f6fe0", "#a45bd6")


class DrawingCard(FloatingCard):
    """What is drawn stays the sample when the card is taken away, until it is cleared. Close its worker with
    ``shutdown`` before it goes."""

    keys = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)

    def __init__(
        self,
        document: Document,
        looking: Looking,
        samples: Samples,
        data: DataSource,
        notices: Notices,
        window: QWidget,
    ) -> None:
        super().__init__("Draw an image", window)
        self._document, self._notices = document, notices
        self._looking, self._samples, self._data = looking, samples, data
        self._background = Background("Looking at the drawing", self)
        self._background.answered.connect(lambda told: told())
        self.pad = DrawingPad()
        self.pad.drawn.connect(self._drawn)
        self.answer = label("", "title", wrap=True)
        self.remark = label("", "secondary", wrap=True)
        self.bars = ClassBars()
        self.clear_button = QPushButton("Clear")
        self.clear_button.setToolTip("Begin anew (Del)")
        self.clear_button.clicked.connect(self._wipe)
        self._swatches = QHBoxLayout()
        self._swatches.setSpacing(4)
        self.class_of = QComboBox()
        self.class_of.setAccessibleName("Class of the drawing")
        self.class_of.setToolTip("What the drawing shows")
        self.class_of.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.class_of.setMinimumContentsLength(2)
        self.class_of.setPlaceholderText("choose")
        self.class_of.activated.connect(self._class_chosen)
        self.add_button = QPushButton("Add to the data")
        self.add_button.clicked.connect(self._add)
        adding = QHBoxLayout()
        adding.setSpacing(8)
        adding.addWidget(label("It is", "secondary"))
        adding.addWidget(self.class_of, 1)
        self.add_button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        adding.addWidget(self.add_button)
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self.pad)
        left.addLayout(self._swatches)
        right = QVBoxLayout()
        right.setSpacing(4)
        right.addWidget(self.answer)
        right.addWidget(self.remark)
        right.addWidget(self.bars, 1)
        right.addLayout(adding)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addLayout(left)
        row.addLayout(right, 1)
        self.head.insertWidget(2, self.clear_button)
        self.column.addLayout(row)
        self.setFixedWidth(SIDE + 290)
        looking.changed.connect(self._look_again)
        samples.changed.connect(self._sample_changed)
        data.changed.connect(self._show_adding)
        self._mine = False

    def open(self) -> None:
        """Show the pad, empty."""
        if not self.isVisible():
            self._choose_colours()
            self._clear()
        self._show_adding()
        self.show_up()
        self.pad.setFocus(Qt.FocusReason.OtherFocusReason)

    def shutdown(self) -> None:
        """Wait for the worker to end."""
        self._background.shutdown()

    def _shape(self) -> tuple[int, ...]:
        """Height, width and channels that the Input takes; those of the data where there is none that computes."""
        graph = self._looking.now.graph.computable
        entry = next(iter(graph.images), "")
        return graph.shape(entry) if entry else self._data.image_shape

    def _choose_colours(self) -> None:
        """The ground of the data's images, and inks that stand out from it."""
        sample, shape = self._data.sample, self._shape()
        ground = QColor(0, 0, 0)
        if sample is not None:
            some = sample.test.read(slice(0, _SOME))
            edge = np.concatenate([part.reshape(-1, part.shape[-1]) for part in (some[:, 0], some[:, -1])])
            colour = np.median(edge, axis=0).astype(int).tolist()
            ground = QColor(*(colour if len(colour) == 3 else colour[:1] * 3))
        white, black = QColor(255, 255, 255), QColor(0, 0, 0)
        inks = [white if ground.lightness() < 128 else black]
        if shape and shape[-1] == 3:
            inks += [QColor(name) for name in _INKS]
        self.pad.set_colours(ground, inks[0])
        empty(self._swatches)
        if len(inks) > 1:
            for ink in inks:
                self._swatches.addWidget(self._swatch(ink, chosen=ink is inks[0]))
            self._swatches.addStretch(1)

    def _swatch(self, ink: QColor, *, chosen: bool) -> QToolButton:
        made = QToolButton()
        made.setCheckable(True)
        made.setAutoExclusive(True)
        made.setChecked(chosen)
        made.setFixedSize(22, 22)
        made.setToolTip(f"Draw in {ink.name()}")
        made.setAccessibleName(f"Ink {ink.name()}")
        made.setStyleSheet(
            f"QToolButton {{ background: {ink.name()}; border: 1px solid palette(mid); border-radius: 4px; }}"
            "QToolButton:checked { border: 3px solid palette(highlight); }"
        )
        made.clicked.connect(lambda: setattr(self.pad, "ink", ink))
        return made

    def _clear(self) -> None:
        self.pad.clear()
        self.answer.setText("")
        self.remark.setText(
            "Draw something of one of the classes, so that it fills the pad: with the mouse, or with the arrow keys "
            "and Space. The network answers as you draw."
        )
        self.bars.show_bars((), -1)
        self.class_of.setCurrentIndex(-1)  # what the next one shows nobody has said
        self._show_adding()

    def _wipe(self) -> None:
        """Take the drawing off the pad and out of everyone’s sight: they see the data’s sample again."""
        drawn = not self.pad.empty
        self._clear()
        if drawn:
            self._samples.show_index(self._samples.index)

    def _class_chosen(self) -> None:
        self._data.need_all()  # the drawing is to be put among them
        self._show_adding()

    def _show_adding(self, *_: object) -> None:
        """Which classes there are, and whether the drawing can be added."""
        with keyboard_stays(self.pad, self.class_of, self.add_button):
            self._offer_classes()

    def _offer_classes(self) -> None:
        classes = self._data.classes
        if [self.class_of.itemText(place) for place in range(self.class_of.count())] != list(classes):
            self.class_of.clear()
            self.class_of.addItems(classes)
            self.class_of.setCurrentIndex(-1)
        fits = tuple(self._shape()) == self._data.image_shape
        why = ""
        if self._data.unchanged is None:
            why = "The images are not all there yet."
        elif not fits:
            why = "The Input layer takes other images than those of the data."
        elif self.pad.empty:
            why = "Draw something first."
        elif self.class_of.currentIndex() < 0:
            why = "Choose first what it is."
        self.class_of.setEnabled(fits)
        self.add_button.setEnabled(not why)
        self.add_button.setToolTip(why or "The network learns from it, too, when it is trained; Undo takes it back")

    def _add(self) -> None:
        """Put the drawing into the data, as one undoable edit."""
        data, design = self._data.unchanged, self._document.project.design
        label_of = self.class_of.currentIndex()
        if data is None or self.pad.empty or label_of < 0:
            return
        try:
            changes = with_picture(data, design.recipe.data.changes, self._pixels, label_of)
        except DataError as error:
            self._notices.tell(worded(error), "warning", about="drawing added")
            return
        name, count = data.classes[label_of], len(changes.added)
        recipe = design.recipe.replace(data=design.recipe.data.replace(changes=changes))
        self._document.edit(Sentence("Add a drawing as “{name}”", name=name), design.with_changes(recipe=recipe))
        self._clear()
        self.remark.setText(f"Added as “{name}”: {amount(count, 'picture')} of your own to learn from. Draw another.")

    def _drawn(self) -> None:
        if not self.add_button.isEnabled():
            self._show_adding()
        shape = self._shape()
        if len(shape) == 3:
            self._mine = True
            self._pixels = self.pad.pixels(*shape)
            self._samples.show_picture(self._pixels, "your drawing")
            self._mine = False
            self._ask()

    def _sample_changed(self) -> None:
        if not self._mine and not self.pad.empty and self.isVisible():
            self._clear()  # another image is looked at now

    def _look_again(self, *_: object) -> None:
        if self.isVisible() and not self.pad.empty and not self._mine:
            self._ask()

    _pixels: Pixels

    def _ask(self) -> None:
        now = self._looking.now
        graph, pixels = now.graph, self._pixels
        try:
            softmax = classifier(graph).softmax
        except GraphError as error:
            self.answer.setText("No answer")
            self.remark.setText(worded(error))
            self.bars.show_bars((), -1)
            return
        if graph.shape(classifier(graph).input) != pixels.shape:
            return

        def look() -> Callable[[], None]:
            found = inspect(graph, now.snapshot, pixels[None], [softmax])[softmax][0]
            return lambda: self._say(found, now.classes, now.snapshot.drawn)

        self._background.ask(look)

    def _say(self, probabilities: NDArray[np.float32], classes: tuple[str, ...], drawn: bool) -> None:
        if self.pad.empty:
            return
        best = int(np.argmax(probabilities))
        self.answer.setText(f"The network says {spoken(classes, best)}")
        untrained = "It is not trained yet: its weights are random, and so are its answers."
        small = "×".join(str(extent) for extent in self._shape()[:2])
        self.remark.setText(f"It sees {small} pixels, as on the Input card." if not drawn else untrained)
        self.bars.show_bars(pictures.bars(probabilities, classes), -1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in self.keys:
            self._wipe()
        else:
            super().keyPressEvent(event)
