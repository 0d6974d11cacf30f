"""A picture of each class to choose from."""

from __future__ import annotations

from functools import partial

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolButton, QWidget

from cnnstudio.data.dataset import DataSet
from cnnstudio.ui.look import pictures
from cnnstudio.ui.look.labels import plain_tip, set_property
from cnnstudio.ui.run.data_source import DataSource
from cnnstudio.ui.run.samples import Samples, spoken

#: most thumbnails, and the side of one
MOST, SIDE = 10, 26
_GAP = 2


class Thumbnails(QWidget):
    """The first test image of each class; what is chosen is looked at everywhere."""

    def __init__(self, samples: Samples, data: DataSource) -> None:
        super().__init__()
        self._samples, self._data = samples, data
        self.buttons: dict[int, QToolButton] = {}
        self._made: DataSet | None = None
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        samples.changed.connect(self._mark)
        data.changed.connect(self.follow)

    def follow(self) -> None:
        """Make them for the data there is now; nothing before they are seen."""
        sample = self._data.sample
        if sample is self._made or not self.isVisible():
            return
        self._made = sample
        for button in self.buttons.values():
            button.hide()
            button.deleteLater()
        self.buttons.clear()
        if sample is None:
            return
        for number in range(min(len(sample.classes), MOST)):
            of_class = np.flatnonzero(sample.test.labels == number)
            if len(of_class):
                self._add(sample, number, int(of_class[0]))
        self._mark()
        self.updateGeometry()
        self._lay_out()

    def sizeHint(self) -> QSize:
        sizes = [button.sizeHint() for button in self.buttons.values()]
        return QSize(sum(size.width() + _GAP for size in sizes), max((size.height() for size in sizes), default=SIDE))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def _lay_out(self) -> None:
        """As many as there is room for, from the first class on; the menu beside them has all."""
        left = 0
        for button in self.buttons.values():
            size = button.sizeHint()
            button.setGeometry(left, (self.height() - size.height()) // 2, size.width(), size.height())
            left += size.width() + _GAP
            button.setVisible(left - _GAP <= self.width())

    def _add(self, sample: DataSet, number: int, index: int) -> None:
        image = pictures.image_picture(sample.test.read(slice(index, index + 1))[0])
        button = QToolButton(self)
        button.setProperty("role", "bare")
        button.setIcon(QIcon(QPixmap.fromImage(image)))
        button.setIconSize(QSize(SIDE, SIDE))
        name = spoken(sample.classes, number)
        button.setAccessibleName(f"Look at a {name}")
        button.setToolTip(plain_tip(f"Look at a {name}"))
        button.setCheckable(True)
        button.clicked.connect(partial(self._samples.show_index, index))
        self.buttons[index] = button

    def _mark(self) -> None:
        for index, button in self.buttons.items():
            chosen = index == self._samples.index and self._samples.label >= 0
            button.setChecked(chosen)
            set_property(button, "chosen", "true" if chosen else "false")
