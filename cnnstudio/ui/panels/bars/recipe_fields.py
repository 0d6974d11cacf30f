"""The recipe's numbers as small fields: batch size, epochs, learning rate and optimizer."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from cnnstudio.design.value.first_recipe import rule
from cnnstudio.design.value.recipe import Recipe
from cnnstudio.nn.telling.told import Sentence, worded
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.panels.inspector.choice_editors import ChoiceBox
from cnnstudio.ui.panels.inspector.value_box import ValueBox, in_turn

#: setting → (label, short label, width in pixels); in this order
_FIELDS = {
    "batch_size": ("Batch size", "Batch", 64),
    "epochs": ("Epochs", "Epochs", 68),
    "learning_rate": ("Learning rate", "Rate", 80),
    "optimizer": ("Optimizer", "", 80),
}


class ScaleBox(ValueBox):
    """A number whose arrows go up and down by a factor: 0.001, 0.002, 0.005, 0.01 … or 16, 32, 64 …"""

    #: pixels
    hinted_width = 64

    def stepBy(self, steps: int) -> None:
        self.finish_typing()
        for _ in range(abs(steps)):
            self._enter(self._next(self._value, up=steps > 0))
        self.selectAll()

    def sizeHint(self) -> QSize:
        return QSize(theme.scaled(self.hinted_width), theme.scaled(28))

    def _next(self, value: float, *, up: bool) -> Any:
        value = self._within(value)
        if self._about.name == "batch_size":
            power = math.floor(math.log2(value)) + 1 if up else math.ceil(math.log2(value)) - 1
            return int(self._within(2.0**power))
        if self._about.name == "epochs":
            return int(self._within(value + (1 if up else -1)))
        return float(self._within(in_turn(value, 1 if up else -1)))


class RecipeFields(QWidget):
    """Fields of the document's recipe. Each change is an undoable edit; a burst in one field is one step."""

    refused = Signal(str)

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._short = False
        self._locked = ""
        self.labels: dict[str, Any] = {}
        self.fields: dict[str, ScaleBox | ChoiceBox] = {}
        row = self.row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for name, (text, _, width) in _FIELDS.items():
            about = dataclasses.replace(Recipe().setting_at(name), unit="")
            if name == "learning_rate":
                about = dataclasses.replace(about, low=1e-8)  # a scale of factors has no 0
            field: ScaleBox | ChoiceBox
            if name == "optimizer":
                field = ChoiceBox(about, Recipe.title)
            else:
                field = ScaleBox(about, Recipe.title)
                field.hinted_width = width
            theme.fix_width(field, width)
            field.entered.connect(lambda value, name=name: self._enter(name, value))
            field.refused.connect(self.refused)
            self.fields[name] = field
            self.labels[name] = label(text, "secondary")
            self.labels[name].setBuddy(field)
            if row.count():
                row.addSpacing(6)
            row.addWidget(self.labels[name])
            row.addWidget(field)
        self._tips = {name: field.toolTip() for name, field in self.fields.items()}
        document.changed.connect(self._show)
        self._show()

    @property
    def short(self) -> bool:
        """Whether the labels are short."""
        return self._short

    def set_short(self, short: bool) -> None:
        """Use short labels where there is little room."""
        if short != self._short:
            self._short = short
            for name, (long_text, short_text, _) in _FIELDS.items():
                self.labels[name].setText(short_text if short else long_text)
                self.labels[name].setVisible(bool(self.labels[name].text()))
            self.row.invalidate()

    def lock(self, reason: str) -> None:
        """Keep what a run cannot change on its way from being changed, and say why; "" unlocks it."""
        if reason == self._locked:
            return
        self._locked = reason
        for name, field in self.fields.items():
            field.setEnabled(not reason or name != "optimizer")
        self._tell()

    def _show(self) -> None:
        recipe = self._document.project.design.recipe
        for name, field in self.fields.items():
            field.show_value(getattr(recipe.optimizer if name == "learning_rate" else recipe, name))
        self._tell()

    def _tell(self) -> None:
        """What a setting is, whether it follows the network and why it is what it is, and why it cannot be changed."""
        design = self._document.project.design
        of_network = rule(design.graph)
        following = of_network.followed(design.recipe)
        for name, field in self.fields.items():
            lines = [self._tips[name]]
            if name in following:
                lines.append("It follows the network until you choose another.")
                if name in of_network.reasons:
                    lines[-1] = f"{worded(of_network.reasons[name])} {lines[-1]}"
            if not field.isEnabled():
                lines.append(self._locked)
            elif self._locked and name == "batch_size":
                lines.append("The run under way takes it from its next epoch on.")
            field.setToolTip("\n".join(lines))

    def _enter(self, name: str, value: Any) -> None:
        design = self._document.project.design
        recipe = design.recipe.choose(**{name: value})
        what = Sentence("Change {setting}", setting=_FIELDS[name][0].lower())
        self._document.edit(what, design.with_changes(recipe=recipe), merge=f"recipe {name}")
