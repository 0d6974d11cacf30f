"""A page of HTML on paper: A4, as many sheets as it needs."""

from __future__ import annotations

import base64
import re

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, Qt, QUrl
from PySide6.QtGui import QColor, QImage, QPageLayout, QPageSize, QPainter, QPdfWriter, QTextDocument
from PySide6.QtSvg import QSvgRenderer

#: dots of an inch, and by how much finer drawings are painted than they are shown
_DOTS, _FINER = 96, 3
_MARGIN = 15.0


#: addresses that hold a picture themselves
_ADDRESS = re.compile(r"data:image/(?P<kind>[a-z+]+);base64,(?P<text>[A-Za-z0-9+/=]+)")


def printed(page: str) -> bytes:
    """The bytes of a PDF of an HTML page; its pictures are PNG or SVG in their own addresses."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    margins = QMarginsF(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(margins, QPageLayout.Unit.Millimeter)
    writer.setResolution(_DOTS)
    document = QTextDocument()
    for found in _ADDRESS.finditer(page):
        content = QByteArray(base64.b64decode(found["text"]))
        image = _drawing(content) if "svg" in found["kind"] else QImage.fromData(content)
        document.addResource(QTextDocument.ResourceType.ImageResource, QUrl(found[0]), image)
    document.setHtml(page)
    room = QRectF(0, 0, writer.width(), writer.height())
    document.setPageSize(room.size())
    document.setDocumentMargin(0)
    painter = QPainter(writer)
    try:
        for number in range(document.pageCount()):
            if number:
                writer.newPage()
            painter.resetTransform()
            painter.translate(0, -number * room.height())
            document.drawContents(painter, room.translated(0, number * room.height()))
    finally:
        painter.end()
    return bytes(buffer.data().data())


def _drawing(content: QByteArray) -> QImage:
    """An SVG as a picture, fine enough for paper."""
    renderer = QSvgRenderer(content)
    image = QImage(renderer.defaultSize() * _FINER, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(QColor(Qt.GlobalColor.transparent))
    painter = QPainter(image)
    try:
        renderer.render(painter)
    finally:
        painter.end()
    image.setDevicePixelRatio(_FINER)
    return image
