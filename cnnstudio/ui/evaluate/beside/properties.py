"""Accuracy by a property of the picture: is it worse on dark ones, on small ones, on pale ones?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from cnnstudio.data.dataset import DataSet
from cnnstudio.data.pictures.properties import PROPERTIES
from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.telling.phrases import amount, percent
from cnnstudio.nn.training.scores import Along, along, in_groups, interval
from cnnstudio.ui.evaluate.interval_bar import paint_shares
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.labels import label, plain_tip
from cnnstudio.ui.run.evaluation import EvaluationResult
from cnnstudio.worker.background import Background

#: what each is called and means, what its ends are called, and the pictures there
_WORDS: dict[str, tuple[str, str, tuple[str, str], tuple[str, str]]] = {
    "brightness": ("Brightness", "The mean of all pixels", ("dark", "bright"), ("darkest", "brightest")),
    "contrast": ("Contrast", "How far the pixels lie from their mean", ("pale", "harsh"), ("palest", "harshest")),
    "drawn": (
        "Size",
        "How many pixels differ from the rim’s colour",
        ("small", "large"),
        ("smallest", "largest"),
    ),
    "colour": ("Colour", "How far red, green and blue lie apart", ("grey", "colourful"), ("greyest", "most colourful")),
}
#: the folder of a picture is no number of its pixels; so many of the folders with the most pictures are told
FOLDER, _MOST_FOLDERS = "folder", 16
#: pictures that are read together
_PIECE = 1024
_LEFT, _BELOW, _TOP = 48.0, 34.0, 10.0


class GroupChart(QWidget):
    """A dot for each group with its 95 % interval."""

    def __init__(self) -> None:
        super().__init__()
        theme.wear(self, "small-figures")
        self.setMinimumSize(180, 140)
        self._found: Along | None = None
        self._ends = ("", "")

    def sizeHint(self) -> QSize:
        return QSize(300, 240)

    def show_found(self, found: Along, ends: tuple[str, str], names: Sequence[str] = ()) -> None:
        """Show other groups, each by its name or by its range; ``ends`` are what the property is called at the left and
        at the right."""
        self._found, self._ends = found, ends
        told = [
            f"{names[round(low)] if names else number_between(low, high)}: "
            f"{percent(right / images)} of {amount(images, 'picture')} right"
            for (low, high), images, right in zip(
                found.between.tolist(), found.images.tolist(), found.right.tolist(), strict=True
            )
        ]
        self.setAccessibleName("; ".join(told))
        self.setToolTip(plain_tip("\n".join(told)))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        found, look, painter = self._found, theme.current(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(_LEFT, _TOP, self.width() - _LEFT - 12, self.height() - _TOP - _BELOW)
        paint_shares(painter, box)
        below = QRectF(box.left(), box.bottom() + 4, box.width(), 16)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, self._ends[0])
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, self._ends[1])
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, "right, with 95\u202f% ranges")
        if found is None:
            return
        wide = box.width() / len(found.images)
        whole = float(found.right.sum() / max(1, found.images.sum()))
        painter.setPen(QPen(look.secondary, 1, Qt.PenStyle.DashLine))
        level = box.bottom() - whole * box.height()
        painter.drawLine(QPointF(box.left(), level), QPointF(box.right(), level))
        for number, (images, right) in enumerate(zip(found.images.tolist(), found.right.tolist(), strict=True)):
            x = box.left() + (number + 0.5) * wide
            low, high = interval(right, images)
            painter.setPen(QPen(theme.mixed(look.accent, look.panel, 0.5), 2))
            painter.drawLine(
                QPointF(x, box.bottom() - low * box.height()), QPointF(x, box.bottom() - high * box.height())
            )
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.accent)
            painter.drawEllipse(QPointF(x, box.bottom() - right / images * box.height()), 4, 4)


class Properties(QWidget):
    """The numbers of all pictures are worked out beside the window. Close it with ``shutdown`` before it goes."""

    def __init__(self) -> None:
        super().__init__()
        self._result: EvaluationResult | None = None
        self._known: tuple[DataSet, str] | None = None
        self._values: Floats = np.zeros(0)
        self._background = Background("Measuring the test pictures", self)
        self._background.answered.connect(lambda take: take())
        self.choice, self.words, self.chart = QComboBox(), label("", "secondary", wrap=True), GroupChart()
        self.choice.setAccessibleName("Property")
        for row, (name, (words, tip, _, _)) in enumerate(_WORDS.items()):
            self.choice.addItem(words, name)
            self.choice.setItemData(row, plain_tip(tip), Qt.ItemDataRole.ToolTipRole)
        self._folders: tuple[str, ...] = ()
        self.choice.activated.connect(self._ask)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.choice)
        column.addWidget(self.words)
        column.addWidget(self.chart, 1)

    def shutdown(self) -> None:
        """Nothing is worked out any more. Safe to call twice."""
        self._background.shutdown()

    def show_result(self, result: EvaluationResult) -> None:
        """Show another result."""
        self._result, self._folders = result, folders_of(result.data)
        place, several = self.choice.findData(FOLDER), len(set(self._folders)) > 1
        if several and place < 0:
            self.choice.addItem("Folder", FOLDER)
            tip = plain_tip("The folder from which the picture was read")
            self.choice.setItemData(self.choice.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        elif not several and place >= 0:
            self.choice.removeItem(place)
        self._ask()

    def _ask(self, *_choice: object) -> None:
        result, name = self._result, str(self.choice.currentData())
        if result is None:
            return
        if name == FOLDER:
            self._show_folders(result)
            return
        if self._known == (result.data, name):
            self._show()
            return
        self.words.setText("Measuring the test pictures …")
        self._background.ask(partial(_measured, result.data, name, self._take))

    def _take(self, data: DataSet, name: str, values: Floats) -> None:
        self._known, self._values = (data, name), values
        if self._result is not None and self._result.data is data and self.choice.currentData() == name:
            self._show()

    def _show_folders(self, result: EvaluationResult) -> None:
        names, numbers = np.unique(self._folders, return_inverse=True)
        many = np.bincount(numbers)
        kept = np.isin(numbers, np.argsort(-many, kind="stable")[:_MOST_FOLDERS])
        found = in_groups(numbers[kept], result.confusion.evaluation.right[kept])
        told = [str(names[round(low)]) for low, _ in found.between.tolist()]
        self.chart.show_found(found, (told[0], told[-1]), names.tolist())
        shares = found.right / found.images
        ends = [int(shares.argmin()), int(shares.argmax())]
        first = f"The {_MOST_FOLDERS} folders with the most pictures. " if len(names) > _MOST_FOLDERS else ""
        self.words.setText(first + _told(found, (ends[0], ends[1]), (f"in {told[ends[0]]}", f"in {told[ends[1]]}")))

    def _show(self) -> None:
        result = self._result
        assert result is not None
        found = along(self._values.astype(np.float64), result.confusion.evaluation.right)
        _, _, ends, most = _WORDS[str(self.choice.currentData())]
        self.chart.show_found(found, ends)
        self.words.setText(_said(found, most))


def _measured(data: DataSet, name: str, take: Callable[[DataSet, str, Floats], None]) -> Callable[[], None]:
    measure, test = PROPERTIES[name], data.test
    parts = [measure(test.read(slice(start, start + _PIECE))) for start in range(0, len(test), _PIECE)]
    return partial(take, data, name, np.concatenate(parts))


def _said(found: Along, most: tuple[str, str]) -> str:
    """Whether the two ends differ by more than chance would have it."""
    if len(found.images) < 2:
        return "All pictures are the same in this."
    return _told(found, (0, -1), (f"of the {most[0]}", f"of the {most[1]}"))


def folders_of(data: DataSet) -> tuple[str, ...]:
    """The folder of each test picture; () where they were read from no files, or stand as they were not read."""
    files, test = data.files.get("test", ()), data.test
    if len(files) != len(test) or not np.array_equal(test.indices, np.arange(len(test))):
        return ()
    return tuple(file.rpartition("/")[0] or "." for file in files)


def _told(found: Along, groups: tuple[int, int], of: tuple[str, str]) -> str:
    """How two of the groups differ."""
    (low, low_ends), (high, high_ends) = (
        (hits / images, interval(hits, images))
        for hits, images in ((int(found.right[group]), int(found.images[group])) for group in groups)
    )
    apart = low_ends[1] < high_ends[0] or high_ends[1] < low_ends[0]
    told = f"{percent(low)} {of[0]} are right, {percent(high)} {of[1]}"
    return f"{told}." if apart else f"{told}: with so few pictures that may be chance."


def number_between(low: float, high: float) -> str:
    """A range of a property, in percent."""
    return f"{percent(low, 0)} to {percent(high, 0)}"
