"""Figures as files of each format."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QSizeF
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter, QPdfWriter

from cnnstudio.design.value.design import Design
from cnnstudio.export.embedding import packed, with_design
from cnnstudio.export.figure import Figure
from cnnstudio.export.writing import ExportError, svg_of
from cnnstudio.ui.look.pictures import png_of
from cnnstudio.ui.panels.volumes.painting import paint_figure

SVG, PDF, PNG = "SVG", "PDF", "PNG"
FORMATS = (SVG, PDF, PNG)
#: a picture may have this many pixels
MOST_PIXELS = 25_000_000
#: points of a PDF for a pixel, and its dots for a point: text stays text, lines stay lines
_POINTS, _FINE = 0.75, 20
#: dots for an inch at the scale 1, so that text in a PNG is as large on paper as in a PDF; metres of an inch
DPI, _INCH = 96, 0.0254


def file_of(design: Design, figure: Figure, format_name: str, scale: float) -> bytes:
    """The file's bytes.

    Raises:
        ExportError: the picture would be too large, or Qt cannot make it.
    """
    if format_name == SVG:
        return svg_of(design, figure, scale)
    return _pdf(figure, scale) if format_name == PDF else with_design(_png(figure, scale), packed(design))


def _png(figure: Figure, scale: float) -> bytes:
    width, height = (max(1, round(side * scale)) for side in (figure.width, figure.height))
    if width * height > MOST_PIXELS:
        most = MOST_PIXELS // 1_000_000
        raise ExportError(
            "A PNG may have {most} million pixels, this one would have {width}×{height}: make it smaller.",
            most=most,
            width=width,
            height=height,
        )
    image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    if image.isNull():
        raise ExportError("There is not enough memory for a picture of {size:×# pixel|# pixels}.", size=(width, height))
    dots = round(scale * DPI / _INCH)
    image.setDotsPerMeterX(dots)
    image.setDotsPerMeterY(dots)
    image.fill(0)
    painter = QPainter(image)
    painter.scale(scale, scale)
    paint_figure(painter, figure)
    painter.end()
    png = png_of(image)
    if not png:
        raise ExportError("Qt could not make a PNG of this figure.")
    return png


def _pdf(figure: Figure, scale: float) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(72 * _FINE)
    writer.setTitle(figure.title)
    size = QSizeF(figure.width * scale * _POINTS, figure.height * scale * _POINTS)
    page = QPageSize(size, QPageSize.Unit.Point, "figure", QPageSize.SizeMatchPolicy.ExactMatch)
    writer.setPageLayout(QPageLayout(page, QPageLayout.Orientation.Portrait, QMarginsF()))
    painter = QPainter()
    if not painter.begin(writer):
        raise ExportError("Qt could not make a PDF of this figure.")
    painter.scale(scale * _POINTS * _FINE, scale * _POINTS * _FINE)
    paint_figure(painter, figure)
    painter.end()
    return bytes(buffer.data().data())
