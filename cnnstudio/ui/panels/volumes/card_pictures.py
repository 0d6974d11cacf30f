"""What the cards of a figure show: the sample image, feature maps and probabilities, as they are at this moment."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter

from cnnstudio.export.card_figure import ROOM, Pictures
from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.ui.look import pictures, theme
from cnnstudio.worker.inspection import Inspection

#: pixels for a unit of the card, and layers up to which a figure holds pictures
FINE, MOST_LAYERS = 3, 300
#: more maps, or cells of a vector, than this are too small to tell apart
_MOST_MAPS, _MOST_CELLS, _LARGEST = 64, 1600, 12


def card_pictures(graph: Graph, inspection: Inspection, look: theme.Theme, classes: tuple[str, ...] = ()) -> Pictures:
    """Pictures in the colours of a theme for all layers that have one; ``classes`` are the names beside the bars."""
    if len(graph) > MOST_LAYERS:
        return Pictures()
    images: dict[str, tuple[bytes, float, float]] = {}
    chances: dict[str, tuple[float, ...]] = {}
    maps: Mapping[str, Floats] = inspection.maps
    for node in graph:
        found = graph.inferred[node.id]
        if node.layer.category == "input":
            if inspection.image is not None and inspection.image.shape == found.output:
                images[node.id] = _packed(_enlarged(pictures.image_picture(inspection.image)))
        elif node.id in maps and maps[node.id].shape == found.output:
            values = maps[node.id]
            if node.layer.category == "output":
                chances[node.id] = tuple(float(value) for value in values)
            elif values.size:
                learns = bool(node.layer.parameters(found.inputs))
                images[node.id] = _packed(_mosaic(values, learns or bool(np.nanmin(values) < 0), look))
    return Pictures(images, chances, classes)


def _mosaic(values: Floats, signed: bool, look: theme.Theme) -> QImage:
    vector = values.ndim == 1 or values.shape[0] * values.shape[1] == 1
    image = pictures.mosaic(
        values,
        (round(ROOM[0] * FINE), round(ROOM[1] * FINE)),
        look,
        signed=signed,
        gap=FINE if vector else 2 * FINE,
        most=_MOST_CELLS if vector else _MOST_MAPS,
        largest=_LARGEST * FINE,
    )
    if not signed or look.dark:
        return image
    tray = QImage(image.size(), QImage.Format.Format_RGB32)  # on white, the zeros would be lost
    tray.fill(look.line)
    painter = QPainter(tray)
    painter.drawImage(0, 0, image)
    painter.end()
    return tray


def _enlarged(image: QImage) -> QImage:
    share = min(ROOM[0] * FINE / image.width(), ROOM[1] * FINE / image.height())
    how = Qt.TransformationMode.FastTransformation if share >= 1 else Qt.TransformationMode.SmoothTransformation
    size = max(1, int(image.width() * share)), max(1, int(image.height() * share))
    return image.scaled(*size, Qt.AspectRatioMode.IgnoreAspectRatio, how)


def _packed(image: QImage) -> tuple[bytes, float, float]:
    return pictures.png_of(image), image.width() / FINE, image.height() / FINE
