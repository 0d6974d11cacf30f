"""The settings of a recipe that the training bar has no room for, folded until someone asks for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from cnnstudio.design.value.recipe import Recipe
from cnnstudio.nn.graph.graph import GraphError
from cnnstudio.nn.network.network import classifier
from cnnstudio.nn.settings import Described, Setting, SettingError
from cnnstudio.nn.telling.told import Sentence, worded
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.panels.inspector.choice_editors import WeightsEditor
from cnnstudio.ui.panels.inspector.layer_form import SettingRow

#: what the training bar and the data chip show already
_ELSEWHERE = {"data", "batch_size", "epochs", "optimizer.learning_rate"}
#: what does not unfold the settings by itself: templates choose it
_USUAL = {"optimizer", "schedule"}
#: heading → settings of the recipe below it
_SECTIONS = {
    "How it learns": ("optimizer", "schedule", "clipping", "early_stopping", "loss", "drawing", "seed"),
    "How its images are varied": ("augmentation",),
}


class RecipeForm(QWidget):
    """Edits the document's recipe: how it learns, and how its images are varied. Each change is an undoable step. The
    settings are made when they are first unfolded."""

    #: the settings were asked for
    unfolded = Signal()

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self._inside = QWidget()
        self.button = QPushButton()
        self.button.setProperty("role", "link")
        self.button.setToolTip("Show or hide how the network learns and how its images are varied")
        self.button.clicked.connect(self._turn)
        self._inside.hide()
        self._plain: dict[str, SettingRow] = {}
        self._values: dict[str, _ValueRows] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._inside)
        self.open(self._touched())

    def _fill(self) -> None:
        inside = QVBoxLayout(self._inside)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(8)
        for heading, names in _SECTIONS.items():
            inside.addWidget(label(heading, "secondary"))
            for name in names:
                about = Recipe().setting_at(name)
                if about.kinds:
                    value = self._values[name] = _ValueRows(about, self._made)
                    inside.addWidget(value)
                else:
                    row = self._plain[name] = self._made(about, Recipe.title, name)
                    inside.addWidget(row)
        self.refresh()
        _order([self.button, *(stop for row in self.rows.values() for stop in _stops(row))])

    @property
    def rows(self) -> dict[str, SettingRow]:
        """The rows there are for the recipe as it is, from the top, by the paths of their settings; none before they
        were unfolded."""
        rows: dict[str, SettingRow] = {}
        for name in (name for name in _names() if name in self._values or name in self._plain):
            rows |= self._values[name].rows if name in self._values else {name: self._plain[name]}
        return rows

    def open(self, shown: bool) -> None:
        """Show or fold the settings."""
        if shown and not self._plain:
            self._fill()
        self._inside.setVisible(shown)
        self.button.setText("Fewer training settings" if shown else "More training settings…")

    def _turn(self) -> None:
        self.open(self._inside.isHidden())
        if not self._inside.isHidden():
            self.unfolded.emit()

    def refresh(self) -> None:
        """Show the recipe as it is now."""
        recipe = self._recipe
        for name, row in self._plain.items():
            row.show_value(getattr(recipe, name))
        for name, value in self._values.items():
            value.show_value(getattr(recipe, name))
        for row in self.rows.values():
            if isinstance(row.editor, WeightsEditor):
                row.editor.count = self._answers()

    @property
    def _recipe(self) -> Recipe:
        return self._document.project.design.recipe

    def _touched(self) -> bool:
        """Whether anything in here is not as it usually is."""
        recipe = self._recipe
        for path in _paths(recipe):
            about, (value, name) = recipe.setting_at(path), _owner(recipe, path)
            if path not in _USUAL and getattr(value, name) != about.default:
                return True
        return False

    def _answers(self) -> int:
        """How many classes the network tells apart; 2 where it tells none yet."""
        graph = self._document.project.design.graph
        try:
            return graph.shape(classifier(graph).softmax)[0]
        except GraphError:
            return 2

    def _made(self, about: Setting, owner: str, path: str) -> SettingRow:
        row = SettingRow(about, owner)
        row.editor.entered.connect(partial(self._set, about, path))
        return row

    def _set(self, about: Setting, path: str, value: Any) -> None:
        design, row = self._document.project.design, self.rows[path]
        try:
            recipe = design.recipe.choose(**{path: value})
        except SettingError as error:
            row.refuse(worded(error))
            owner, name = _owner(design.recipe, path)
            row.show_value(getattr(owner, name))
            return
        changed = design.with_changes(recipe=recipe)
        self._document.edit(Sentence("Change {setting}", setting=about.title.lower()), changed, merge=f"recipe.{path}")


class _ValueRows(QWidget):
    """A setting that is a value of one of several kinds: which, where there is a choice, and that kind's settings."""

    def __init__(self, about: Setting, make: Callable[[Setting, str, str], SettingRow]) -> None:
        super().__init__()
        self._about, self._make = about, make
        self._kind: type[Described] | None = None
        self._choice = make(about, Recipe.title, about.name) if len(about.kinds) > 1 else None
        self._rows: dict[str, SettingRow] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        if self._choice is not None:
            self._column.addWidget(self._choice)

    @property
    def rows(self) -> dict[str, SettingRow]:
        """The rows there are now, by the paths of their settings."""
        return {**({self._about.name: self._choice} if self._choice is not None else {}), **self._rows}

    def show_value(self, value: Described) -> None:
        """Show a value; one of another kind has other rows."""
        if self._choice is not None:
            self._choice.show_value(value)
        if type(value) is not self._kind:
            self._show_kind(type(value))
        for path, row in self._rows.items():
            row.show_value(getattr(value, path.rpartition(".")[2]))

    def _show_kind(self, kind: type[Described]) -> None:
        for row in self._rows.values():
            row.hide()
            row.deleteLater()
        self._kind, self._rows = kind, {}
        stops = _stops(self._choice) if self._choice is not None else []
        for about in kind.settings():
            path = f"{self._about.name}.{about.name}"
            if path in _ELSEWHERE:
                continue
            row = self._rows[path] = self._make(about, kind.title, path)
            row.setContentsMargins(12 if self._choice is not None else 0, 0, 0, 0)
            self._column.addWidget(row)
            stops += _stops(row)
        _order(stops)


def _names() -> Iterator[str]:
    """The settings of a recipe that stand here, from the top."""
    return (name for names in _SECTIONS.values() for name in names)


def _paths(recipe: Recipe) -> Iterator[str]:
    """The paths of the settings that have a row for this recipe."""
    for name in _names():
        kinds = recipe.setting_at(name).kinds
        if len(kinds) != 1:
            yield name
        if kinds:
            inner = (f"{name}.{about.name}" for about in type(getattr(recipe, name)).settings())
            yield from (path for path in inner if path not in _ELSEWHERE)


def _stops(row: SettingRow) -> list[QWidget]:
    """Where the tab key stops in a row."""
    editor = row.editor
    return [editor.choice, editor.numbers] if isinstance(editor, WeightsEditor) else [editor]


def _order(stops: list[QWidget]) -> None:
    """Let keys go down the rows, whenever they were made."""
    for before, after in pairwise(stops):
        QWidget.setTabOrder(before, after)


def _owner(recipe: Recipe, path: str) -> tuple[Described, str]:
    """The value that has the setting at a path, and its name there."""
    outer, _, name = path.rpartition(".")
    return (getattr(recipe, outer) if outer else recipe), name
