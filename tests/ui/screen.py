"""Pointing at a place of a widget, looking at one, and dropping files on it, whatever the screen's resolution."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QEnterEvent, QImage, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget


def hover(widget: QWidget, point: QPoint | QPointF, held: Qt.MouseButton = Qt.MouseButton.NoButton) -> None:
    """Move the pointer over a widget, whatever other windows there are."""
    event = QMouseEvent(
        QEvent.Type.MouseMove, QPointF(point), QPointF(widget.mapToGlobal(point)),
        Qt.MouseButton.NoButton, held, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)


def point(window: QWidget, at: QPoint) -> None:
    """Let the pointer come to a place of a window: whatever is there hears that it comes, and all else that it left."""
    widget, there = window.childAt(at) or window, [window]
    while widget is not window:
        there.insert(1, widget)
        widget = widget.parentWidget()
    for each in window.findChildren(QWidget):
        if each.underMouse() and each not in there:
            QApplication.sendEvent(each, QEvent(QEvent.Type.Leave))
    for each in there:
        if not each.underMouse():
            local = QPointF(each.mapFrom(window, at))
            QApplication.sendEvent(each, QEnterEvent(local, QPointF(at), QPointF(window.mapToGlobal(at))))
    QApplication.processEvents()


def colour_at(image: QImage, x: float, y: float) -> QColor:
    """The colour at a place of the widget that was grabbed: the image has more pixels where the screen has."""
    ratio = image.devicePixelRatio()
    return image.pixelColor(int(x * ratio), int(y * ratio))


def drop(window: QWidget, *paths: Path) -> None:
    """Drop a file or a folder, or several, on a window."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    at, copy, left = QPoint(600, 400), Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(at, copy, mime, left, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    event = QDropEvent(QPointF(at), copy, mime, left, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(window, event)
