"""Fields for settings that are chosen rather than counted: choices, padding and text."""

from __future__ import annotations

import dataclasses
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLineEdit, QVBoxLayout, QWidget

from cnnstudio.nn.settings import Described, Setting
from cnnstudio.ui.look.labels import label, plain_tip
from cnnstudio.ui.panels.inspector.value_box import ValueBox
from cnnstudio.ui.widgets.fields.text_undo import TextUndo

#: the choice of numbers of one's own
_OWN = "own"


class ChoiceBox(QComboBox):
    """One of the setting's choices, written as words; or one of ``choices``, written as they are."""

    entered = Signal(object)
    refused = Signal(str)

    def __init__(self, about: Setting, owner: str, choices: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.setAccessibleName(about.title)
        self.setToolTip(f"{about.title}: {about.sentence}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        for choice in choices:
            self.addItem(choice, choice)
        for choice in () if choices else about.choices:
            words = about.kinds[choice].title if about.kinds else (choice[:1].upper() + choice[1:]).replace("_", " ")
            self.addItem(words, choice)
        for place in range(self.count()):
            sentence = about.meanings.get(self.itemData(place), "")
            self.setItemData(place, plain_tip(sentence), Qt.ItemDataRole.ToolTipRole)
        self.activated.connect(lambda index: self.entered.emit(self.itemData(index)))

    def show_value(self, value: Any) -> None:
        self.setCurrentIndex(self.findData(value.kind if isinstance(value, Described) else value))

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the panel scrolls; nothing changes by accident


class Switch(QCheckBox):
    """A setting that is on or off."""

    entered = Signal(object)
    refused = Signal(str)

    def __init__(self, about: Setting, owner: str) -> None:
        super().__init__()
        self.setAccessibleName(about.title)
        self.setToolTip(f"{about.title}: {about.sentence}")
        self.setMinimumHeight(28)
        self.clicked.connect(lambda on: self.entered.emit(on))

    def show_value(self, value: Any) -> None:
        self.setChecked(value)


class WeightsEditor(QWidget):
    """One of the setting’s choices, or numbers of one’s own: one for each of the ``count`` things that they are for."""

    entered = Signal(object)
    refused = Signal(str)

    def __init__(self, about: Setting, owner: str) -> None:
        super().__init__()
        self.count = 2
        self.choice = ChoiceBox(about, owner)
        self.choice.addItem("My own", _OWN)
        sentence = (
            f"A number for each {about.per}, in the order of the classes; what counts is how large they are beside "
            "each other"
        )
        self.choice.setItemData(self.choice.count() - 1, plain_tip(sentence), Qt.ItemDataRole.ToolTipRole)
        self.choice.entered.connect(self._chosen)
        sentence = f"A number for each {about.per}, with commas between them."
        self.numbers = ValueBox(dataclasses.replace(about, default=(1.0, 1.0), sentence=sentence), owner)
        self.numbers.entered.connect(self.entered)
        self.numbers.refused.connect(self.refused)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.choice)
        column.addWidget(self.numbers)
        self.show_value(about.default)

    def show_value(self, value: Any) -> None:
        own = isinstance(value, tuple)
        self.choice.show_value(_OWN if own else value)
        self.numbers.setVisible(own)
        if own:
            self.numbers.show_value(value)

    def _chosen(self, choice: str) -> None:
        if choice != _OWN:
            self.entered.emit(choice)
        elif self.numbers.isHidden():
            self.entered.emit((1.0,) * self.count)


class PaddingEditor(QWidget):
    """None (valid), same, or four numbers of one's own."""

    entered = Signal(object)
    refused = Signal(str)

    def __init__(self, about: Setting, owner: str) -> None:
        super().__init__()
        self._value: Any = about.default
        self._resolved = (0, 0, 0, 0)
        self.choice = ChoiceBox(about, owner, ("valid", "same", "custom"))
        self.choice.entered.connect(self._chosen)
        self.sides: list[ValueBox] = []
        self._custom = QWidget()
        grid = QGridLayout(self._custom)
        grid.setContentsMargins(0, 4, 0, 0)
        grid.setHorizontalSpacing(4)
        grid.setVerticalSpacing(4)
        for place, side in enumerate(("top", "bottom", "left", "right")):
            box = ValueBox(
                dataclasses.replace(
                    about,
                    title=f"Padding {side}",
                    type="integer",
                    default=0,
                    low=0,
                    unit="",
                    sentence=f"Zeros at the {side}.",
                ),
                owner,
            )
            box.entered.connect(self._side_entered)
            box.refused.connect(self.refused)
            self.sides.append(box)
            row, across = divmod(place, 2)
            grid.addWidget(label(side, "secondary"), 2 * row, across)
            grid.addWidget(box, 2 * row + 1, across)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.choice)
        column.addWidget(self._custom)
        self.setFocusProxy(self.choice)
        self.show_value(about.default)

    def show_resolved(self, padding: tuple[int, int, int, int]) -> None:
        """Say how many zeros “same” comes to here: (top, bottom, left, right)."""
        self._resolved = padding
        if self._value == "same":
            amount = str(padding[0]) if len(set(padding)) == 1 else ", ".join(str(side) for side in padding)
            self.choice.setItemText(1, f"same ({amount})")
        else:
            self.choice.setItemText(1, "same")

    def show_value(self, value: Any) -> None:
        self._value = value
        custom = not isinstance(value, str)
        self.choice.show_value("custom" if custom else value)
        self._custom.setVisible(custom)
        for box, amount in zip(self.sides, value if custom else self._resolved, strict=True):
            box.show_value(amount)

    def _chosen(self, choice: str) -> None:
        self.entered.emit(self._resolved if choice == "custom" else choice)

    def _side_entered(self) -> None:
        self.entered.emit(tuple(box.value for box in self.sides))


class TextField(QLineEdit):
    """A text setting."""

    entered = Signal(object)
    refused = Signal(str)

    def __init__(self, about: Setting, owner: str) -> None:
        super().__init__()
        self.setAccessibleName(about.title)
        self.setToolTip(f"{about.title}: {about.sentence}")
        TextUndo(self)
        self.editingFinished.connect(self.finish_typing)

    def show_value(self, value: Any) -> None:
        self.setText(value)

    def finish_typing(self) -> None:
        if self.isModified():
            self.setModified(False)
            self.entered.emit(self.text())


SettingEditor = ValueBox | ChoiceBox | Switch | WeightsEditor | PaddingEditor | TextField


def setting_editor(about: Setting, owner: str) -> SettingEditor:
    """The field for a setting of ``owner`` (its title, for sentences)."""
    match about.type:
        case "choice" | "kind":
            return ChoiceBox(about, owner)
        case "switch":
            return Switch(about, owner)
        case "reals" if about.choices:
            return WeightsEditor(about, owner)
        case "padding":
            return PaddingEditor(about, owner)
        case "text":
            return TextField(about, owner)
        case _:
            return ValueBox(about, owner)
