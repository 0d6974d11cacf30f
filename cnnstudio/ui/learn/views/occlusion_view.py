"""Why this answer? A patch of the picture is hidden, and the answer falls where the network looked."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from cnnstudio.nn.arrays import Array
from cnnstudio.nn.graph.graph import GraphError
from cnnstudio.nn.looking.occlusion import Occlusion, occlusion
from cnnstudio.nn.network.network import classifier
from cnnstudio.nn.telling.phrases import share_text
from cnnstudio.nn.telling.told import worded
from cnnstudio.ui.learn.place_grid import PlaceGrid
from cnnstudio.ui.learn.views.live_view import WorkedOutView, unchanged
from cnnstudio.ui.look import pictures, theme
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.run.looked_at import LookedAt
from cnnstudio.ui.run.samples import Samples, name_of

_SIDE = 240
#: how much of the picture the greatest fall covers, and what falls and rises are drawn in
_LAID, _FALL, _RISE = 0.8, (214, 62, 50), (52, 120, 220)


class OcclusionView(WorkedOutView):
    """``own`` is 1 while a picture of one's own is looked at; ``visited`` counts the places of it that were
    hidden, ``fallen`` is how far the answer fell there at most, in per cent of what it was, and ``found`` the same in
    per cent of the greatest fall there is."""

    def __init__(self, samples: Samples) -> None:
        super().__init__("Why this answer?", "Why", "Hiding pieces of the picture")
        self._samples = samples
        self.found: Occlusion | None = None
        self._picture: Array | None = None
        self._visited: set[tuple[int, int]] = set()
        self.picture = HiddenPicture()
        self.picture.pointed.connect(self._pointed)
        self.first = self.picture
        self.message = label("", "soft", wrap=True)
        self.answer = label("", "title", wrap=True)
        self.words = label("", "soft", wrap=True)
        self.legend = label(
            "Red: hidden there, the answer falls. Blue: hidden there, it rises. Point at a place, or walk with the "
            "arrow keys: what lies under the frame is hidden.",
            "secondary",
            wrap=True,
        )
        self.draw = QPushButton("Draw one")
        self.draw.setToolTip("Draw a picture with the mouse: it goes through the network at once")
        self.draw.clicked.connect(samples.drawing_asked)
        self.other = QPushButton("Another sample")
        self.other.setToolTip("Look at the next test picture of the data")
        self.other.clicked.connect(lambda: samples.step(1))
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.draw, self.other):
            buttons.addWidget(button)
        buttons.addStretch(1)
        side = QVBoxLayout()
        side.setSpacing(8)
        for widget in (self.answer, self.words, self.legend):
            side.addWidget(widget)
        side.addLayout(buttons)
        side.addStretch(1)
        self.stage = QWidget()
        row = QHBoxLayout(self.stage)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(18)
        row.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(side, 1)
        self.column.addWidget(self.message)
        self.column.addWidget(self.stage)
        self.stage.hide()

    @property
    def numbers(self) -> Mapping[str, float]:
        """See ``LiveView``."""
        found = self.found
        own = int(self._samples.count > 0 and self._samples.label < 0)
        if found is None:
            return {"own": own, "visited": 0, "fallen": 0, "found": 0}
        whole, most = max(1e-9, float(found.whole[found.answer])), float(found.falls.max())
        fall = max((float(found.falls[place]) for place in self._visited), default=0.0)
        fallen, share = max(0.0, 100 * fall / whole), 100 * fall / most if most > 0 else 100.0
        return {"own": own, "visited": len(self._visited), "fallen": fallen, "found": share}

    def show_looked_at(self, now: LookedAt) -> None:
        """See ``LiveView``."""
        self.changed.emit()
        super().show_looked_at(now)

    def count_anew(self) -> None:
        """See ``LiveView``."""
        self._visited.clear()

    def _enter(self) -> None:
        now = self._now
        if now is None or not self.isVisible():
            return
        if now.picture is None:
            self._tell("Waiting for the pictures…")
            return
        try:
            classifier(now.graph)
        except GraphError as error:
            self._tell(f"{worded(error)} Then one can ask it why.")
            return
        if now.graph.shape(now.graph.images[0]) != now.picture.shape:
            self._tell("The picture does not fit the Input.")
            return
        key = (now.graph, now.snapshot, now.picture)
        if unchanged(key, self._key):
            return
        self._key = key
        work = partial(occlusion, now.graph, now.snapshot.parameters, now.picture)
        self._background.ask(lambda: (key, work()))

    def _tell(self, sentence: str) -> None:
        self._key, self.found = (), None
        self.message.setText(sentence)
        self.message.show()
        self.stage.hide()

    def _answered(self, told: tuple[tuple[Any, ...], Occlusion]) -> None:
        key, found = told
        if key is not self._key:
            return
        if self.found is None or self._picture is not key[2]:
            self._visited.clear()
        self.found, self._picture = found, key[2]
        self.message.hide()
        self.stage.show()
        self.picture.show_found(key[2], found)
        self._say()
        self.changed.emit()

    def _pointed(self, row: int, column: int) -> None:
        self._visited.add((row, column))
        self._say()
        self.changed.emit()

    def _say(self) -> None:
        found, now = self.found, self._now
        if found is None or now is None:
            return
        name = name_of(now.classes, found.answer)
        whole = float(found.whole[found.answer])
        self.answer.setText(f"{now.label[:1].upper()}{now.label[1:]}: taken for “{name}”, with {share_text(whole)}")
        row, column = self.picture.place
        there = found.probabilities[row, column]
        left, taken = float(there[found.answer]), int(np.argmax(there))
        said = f"With this piece hidden “{name}” has {share_text(left)}"
        said += f", and it is taken for “{name_of(now.classes, taken)}”." if taken != found.answer else "."
        if not now.step:
            said += " Nothing has been learned yet: these answers are random."
        self.words.setText(said)
        self.picture.setAccessibleDescription(f"{self.answer.text()}. {said}")


class HiddenPicture(PlaceGrid):
    """A picture with the falls laid over it and a frame that hides, at the place that is pointed out."""

    def __init__(self) -> None:
        super().__init__()
        self._image: QImage | None = None
        self._laid: QImage | None = None
        self._found: Occlusion | None = None
        self._extent = (1, 1)
        self.setMouseTracking(True)
        self.setAccessibleName("The picture, with a patch hidden")
        self.setToolTip("Point at a place, or walk with the arrow keys: what lies under the frame is hidden")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_found(self, image: Array, found: Occlusion) -> None:
        """Another picture (H, W, C), uint8, or what was found of it."""
        first = self._found is None or self._found.falls.shape != found.falls.shape
        self._found, self._extent = found, (image.shape[0], image.shape[1])
        self._image = pictures.image_picture(image)
        falls = found.by_pixel(image.shape)
        self._laid = _laid_over(falls)
        if first:
            row, column = np.unravel_index(int(np.argmax(found.falls)), found.falls.shape)
            self.place = (int(row), int(column))
        self.updateGeometry()
        self.update()

    @property
    def places(self) -> tuple[int, ...]:
        """See ``PlaceGrid``."""
        return (1, 1) if self._found is None else self._found.falls.shape

    def sizeHint(self) -> QSize:
        scale = _SIDE / max(self._extent)
        return QSize(round(self._extent[1] * scale) + 2, round(self._extent[0] * scale) + 2)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @property
    def _cell(self) -> float:
        """The side of a pixel of the picture, on the screen."""
        return float(_SIDE / max(self._extent))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._found is not None:
            patch, stride = self._found.patch, self._found.stride
            y, x = event.position().y() / self._cell, event.position().x() / self._cell
            self.go_to(round((y - patch / 2) / stride), round((x - patch / 2) / stride))

    def paintEvent(self, _event: QPaintEvent) -> None:
        found, image, laid = self._found, self._image, self._laid
        if found is None or image is None or laid is None:
            return
        painter, look, cell = QPainter(self), theme.current(), self._cell
        whole = QRectF(1, 1, self._extent[1] * cell, self._extent[0] * cell)
        painter.drawImage(whole, image)
        painter.drawImage(whole, laid)
        rows, columns = found.pixels(*self.place)
        side = found.patch * cell
        frame = QRectF(1 + columns.start * cell, 1 + rows.start * cell, side, side)
        ground = found.ground if len(found.ground) == 3 else found.ground[:1] * 3
        painter.fillRect(frame, QColor(*ground))
        for colour, width in ((look.panel, 4), (look.warning, 2)):
            painter.setPen(QPen(colour, width))
            painter.drawRect(frame)


def _laid_over(falls: Array) -> QImage:
    """Falls (H, W) as a picture to be laid over another: the greater, the less of that is seen."""
    height, width = falls.shape
    most = float(np.abs(falls).max()) or 1.0
    pixels = np.zeros((height, width, 4), np.uint8)
    pixels[:, :, :3] = np.where(falls[:, :, None] > 0, _FALL, _RISE)
    # by its root, since even half of the greatest fall shall be seen on black
    pixels[:, :, 3] = np.round(255 * _LAID * np.sqrt(np.abs(falls) / most))
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGBA8888).copy()
