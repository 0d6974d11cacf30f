"""The settings of a recipe that the training bar has no room for, folded until someone asks for them."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from cnnstudio.data.augmentation import Augmentation
from cnnstudio.design.value.recipe import Recipe
from cnnstudio.nn.rules.losses import LOSSES
from cnnstudio.nn.rules.schedules import SCHEDULES
from cnnstudio.nn.settings import Setting, SettingError
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.panels.inspector.choice_editors import ChoiceBox
from cnnstudio.ui.panels.inspector.layer_form import SettingRow

#: what the training bar and the data chip show already
_ELSEWHERE = {"data", "batch_size", "epochs", "learning_rate", "optimizer"}
_VARIED = {about.name for about in Augmentation.settings()}


class RecipeForm(QWidget):
    """Edits the document's recipe: how it learns, and how its images are varied. Each change is an undoable step."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self.rows: dict[str, SettingRow] = {}
        self.button = QPushButton()
        self.button.setProperty("role", "link")
        self.button.setToolTip("Show or hide how the network learns and how its images are varied")
        self.button.clicked.connect(lambda: self.open(self._inside.isHidden()))
        self._inside = QWidget()
        inside = QVBoxLayout(self._inside)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(8)
        settings = [about for about in Recipe.settings() if about.name not in _ELSEWHERE]
        for heading, varied in (("How it learns", False), ("How its images are varied", True)):
            inside.addWidget(label(heading, "secondary"))
            for about in settings:
                if (about.name in _VARIED) == varied:
                    inside.addWidget(self._row(about))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._inside)
        recipe, plain = document.project.design.recipe, Recipe()
        self.open(any(getattr(recipe, name) != getattr(plain, name) for name in self.rows if name != "schedule"))
        self.refresh()

    def open(self, shown: bool) -> None:
        """Show or fold the settings."""
        self._inside.setVisible(shown)
        self.button.setText("Fewer training settings" if shown else "More training settings…")

    def refresh(self) -> None:
        """Show the recipe as it is now."""
        for name, row in self.rows.items():
            row.show_value(getattr(self._document.project.design.recipe, name))

    def finish_typing(self) -> None:
        """Enter what stands in the fields, as leaving them would."""
        for row in self.rows.values():
            row.editor.finish_typing()

    def _row(self, about: Setting) -> SettingRow:
        row = self.rows[about.name] = SettingRow(about, Recipe.title)
        row.editor.entered.connect(partial(self._set, about))
        titles = {kind.kind: kind.title for kinds in (SCHEDULES, LOSSES) for kind in kinds.values()}
        if isinstance(row.editor, ChoiceBox):
            for index in range(row.editor.count()):
                name = row.editor.itemData(index)
                row.editor.setItemText(index, titles.get(name, name.capitalize()))
        return row

    def _set(self, about: Setting, value: Any) -> None:
        design, row = self._document.project.design, self.rows[about.name]
        try:
            recipe = design.recipe.choose(**{about.name: value})
        except SettingError as error:
            row.refuse(str(error))
            row.show_value(getattr(design.recipe, about.name))
            return
        changed = design.with_changes(recipe=recipe)
        self._document.edit(f"Change {about.title.lower()}", changed, merge=f"recipe.{about.name}")
