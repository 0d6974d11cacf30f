"""The bar below the top bar in Train: the recipe’s numbers, a search for the rate, and what the training says."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from cnnstudio.ui.document.document import Document
from cnnstudio.ui.look.labels import rule
from cnnstudio.ui.panels.bars.recipe_fields import RecipeFields
from cnnstudio.ui.widgets.elided_label import ElidedLabel

#: below these widths the labels are short, and the search for a rate is left to the menu
NARROW, NARROWEST = 1100, 940


class RecipeBar(QWidget):
    """``fields`` at the left, ``find_rate`` beside them, ``said`` in whole sentences in what room is left."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self.fields = RecipeFields(document)
        self.find_rate = QPushButton()
        self.find_rate.setProperty("role", "link")
        self.find_rate.setAccessibleName("Find a learning rate")
        self.said = ElidedLabel()
        line = rule(vertical=True)
        line.setFixedHeight(20)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        middle = Qt.AlignmentFlag.AlignVCenter
        row.addWidget(self.fields, 0, middle)
        row.addWidget(self.find_rate, 0, middle)
        row.addWidget(line, 0, middle)
        row.addWidget(self.said, 1, middle)

    def resizeEvent(self, event: QResizeEvent) -> None:
        narrow = self.width() < NARROW
        self.fields.set_short(narrow)
        self.find_rate.setText("Find rate" if narrow else "Find a learning rate")
        self.find_rate.setVisible(self.width() >= NARROWEST)
        super().resizeEvent(event)
