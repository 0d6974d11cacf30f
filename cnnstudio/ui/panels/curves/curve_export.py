"""Curves as files: their numbers as a table, or what is seen of them as a picture."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, QSize
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

from cnnstudio.files.atomic import replace_file
from cnnstudio.ui.panels.curves.chart import Chart
from cnnstudio.ui.panels.curves.curve_data import CurveData

#: what a file is by the end of its name
ENDINGS = (".csv", ".png", ".svg")
#: device pixels of a PNG to each of the screen
_SHARP = 2
_COLUMNS = (
    "step", "epoch", "batch_loss", "batch_accuracy", "train_loss", "train_accuracy", "validation_loss",
    "validation_accuracy", "learning_rate", "batch_size",
)  # fmt: skip


def export_curves(data: CurveData, view: QWidget, path: Path, without: Sequence[QWidget] = ()) -> None:
    """Write the numbers (.csv) or the picture (.png, .svg) of curves to a file, which is replaced as a whole; the
    picture ``without`` what is there to be pressed.

    Raises:
        OSError: it cannot be written.
    """
    made = {".csv": lambda: table(data), ".png": lambda: _png(view), ".svg": lambda: _svg(view)}
    pressed = [widget for widget in without if widget.isVisible()]
    try:
        for widget in pressed:
            widget.hide()
        found = made[path.suffix.lower()]()
    finally:
        for widget in pressed:
            widget.show()
    replace_file(path, lambda file: file.write(found), lambda written: None, backup=False)


def table(data: CurveData) -> bytes:
    """A line for each step; the figures of an epoch stand in the line of its last one. UTF-8, with a heading."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    ends = {done.step: done for done in data.epochs}
    for place, (loss, accuracy) in enumerate(zip(data.loss.raw, data.accuracy.raw, strict=True)):
        step, done = place + 1, ends.get(place + 1)
        figures = [
            done.train_loss, done.train_accuracy, done.validation_loss, done.validation_accuracy, done.learning_rate,
        ] if done is not None else []  # fmt: skip
        row = [step, data.ends.at(step), *map(_number, (loss, accuracy, *figures))]
        writer.writerow([*row, done.batch_size] if done is not None else row + [""] * 6)
    return text.getvalue().encode()


def _number(value: float) -> str:
    return str(value) if math.isfinite(value) else ""


def _png(view: QWidget) -> bytes:
    picture = QPixmap(view.size() * _SHARP)
    picture.setDevicePixelRatio(_SHARP)
    view.render(picture)
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")
    return bytes(held.data())


def _svg(view: QWidget) -> bytes:
    held = QByteArray()
    buffer = QBuffer(held)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(QSize(view.width(), view.height()))
    generator.setViewBox(view.rect())
    generator.setTitle("Loss and accuracy")
    painter = QPainter(generator)
    try:
        with ExitStack() as figures:
            for chart in view.findChildren(Chart):
                figures.enter_context(chart.as_figure())
            view.render(painter, QPoint())
    finally:
        painter.end()
    return bytes(held.data())
