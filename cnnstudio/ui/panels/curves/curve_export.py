"""Curves as files: their numbers for other programs, or what is seen of them as a picture."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, QSize
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

from cnnstudio.exchange.curves import EVENTS, TABLE, CurvesError, table, tensorboard_events
from cnnstudio.files.atomic import replace_file
from cnnstudio.nn.telling.told import worded
from cnnstudio.runs.run import History
from cnnstudio.ui.panels.curves.curve_data import CurveData
from cnnstudio.ui.telling.notices import Notices

#: what a file is by the end of its name, and what a menu calls it
NUMBERS = {TABLE: "CSV", EVENTS: "TensorBoard events"}
ENDINGS = {**NUMBERS, ".png": "PNG", ".svg": "SVG"}
#: device pixels of a PNG to each of the screen
_SHARP = 2


def export_curves(data: CurveData, view: QWidget, path: Path, without: Sequence[QWidget] = ()) -> None:
    """Write the numbers (.csv, .tfevents) or the picture (.png, .svg) of curves to a file, which is replaced as a
    whole; the picture ``without`` what is there to be pressed.

    Raises:
        CurvesError: a package is missing.
        OSError: it cannot be written.
    """
    if path.suffix.lower() in NUMBERS:
        export_numbers(data.history(), time.time() - sum(done.seconds for done in data.epochs), path)
        return
    pressed = [widget for widget in without if widget.isVisible()]
    try:
        for widget in pressed:
            widget.hide()
        found = _png(view) if path.suffix.lower() == ".png" else _svg(view)
    finally:
        for widget in pressed:
            widget.show()
    _write(found, path)


def export_numbers(history: History, began: float, path: Path) -> None:
    """Write the numbers of a run that began at that time, in seconds since 1970, as ``export_curves`` does.

    Raises:
        CurvesError, OSError: as there.
    """
    _write(tensorboard_events(history, began) if path.suffix.lower() == EVENTS else table(history), path)


def tried(write: Callable[[Path], None], path: Path, notices: Notices) -> None:
    """Write curves to a file, and say why that cannot be done where it cannot."""
    try:
        write(path)
    except CurvesError as error:
        notices.tell(worded(error), "warning", about="export")
    except OSError as error:
        why = error.strerror or type(error).__name__
        notices.tell(f"{path}: The curves could not be written ({why}).", "warning", about="export")


def _write(content: bytes, path: Path) -> None:
    replace_file(path, lambda file: file.write(content), lambda written: None, backup=False)


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
        view.render(painter, QPoint())
    finally:
        painter.end()
    return bytes(held.data())
