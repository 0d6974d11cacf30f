"""The bar below the top bar in Train: the recipe’s numbers, and what the training says in whole sentences."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from cnnstudio.ui.document.document import Document
from cnnstudio.ui.look.labels import rule
from cnnstudio.ui.panels.bars.recipe_fields import RecipeFields
from cnnstudio.ui.widgets.elided_label import ElidedLabel

#: below this width the labels are short
NARROW = 1100


class RecipeBar(QWidget):
    """``fields`` at the left, ``said`` in what room is left."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self.fields = RecipeFields(document)
        self.said = ElidedLabel()
        line = rule(vertical=True)
        line.setFixedHeight(20)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        middle = Qt.AlignmentFlag.AlignVCenter
        row.addWidget(self.fields, 0, middle)
        row.addWidget(line, 0, middle)
        row.addWidget(self.said, 1, middle)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.fields.set_short(self.width() < NARROW)
        super().resizeEvent(event)
