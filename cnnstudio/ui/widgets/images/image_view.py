"""An image in its own colours, as large as fits, its pixels kept sharp."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from cnnstudio.ui.look import pictures


class ImageView(QWidget):
    """Shows one image (H, W, C), uint8."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = QImage()

    def show_image(self, image: NDArray[np.uint8]) -> None:
        """Show another image."""
        self._picture = pictures.image_picture(image)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, 200)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._picture.isNull():
            return
        share = min(self.width() / self._picture.width(), self.height() / self._picture.height())
        share = max(1.0, float(int(share))) if share >= 1 else share
        painter = QPainter(self)
        size = self._picture.width() * share, self._picture.height() * share
        painter.drawImage(QRectF(0, 0, *size), self._picture)
