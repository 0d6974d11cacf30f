"""A field for one number or a pair of numbers, made from the setting that describes it."""

from __future__ import annotations

import math
import re
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QWidget

from cnnstudio.nn.arrays import THIN
from cnnstudio.nn.settings import Setting, SettingError, check, refused_as_typed
from cnnstudio.nn.telling.phrases import of_number
from cnnstudio.nn.telling.told import worded
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.labels import set_property
from cnnstudio.ui.widgets.fields.text_undo import TextUndo, is_undo


class ValueBox(QAbstractSpinBox):
    """Shows an ``integer``, ``real``, ``reals`` or ``pair`` setting, pairs as 5 × 5, several numbers as 0.5, 0.4.

    ``entered`` carries a value that keeps the setting's limits: at each step of the arrows, and at Enter or when
    the field is left after typing. While what is typed makes no sense, ``refused`` carries the sentence that
    says why ("" once it does) and nothing is entered; leaving the field then brings the old value back.
    """

    entered = Signal(object)
    refused = Signal(str)

    def __init__(self, about: Setting, owner: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._about = about
        self._owner = owner
        self._value: Any = about.default
        self._clicked_into = False
        self.setFont(theme.tabular(self.font()))
        self.setAccessibleName(about.title)
        self.setToolTip(f"{about.title}: {about.sentence}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.lineEdit().setTextMargins(4, 0, 0, 0)
        self.lineEdit().textEdited.connect(self._typed)
        self.lineEdit().cursorPositionChanged.connect(self._keep_before_unit)
        self.lineEdit().installEventFilter(self)
        TextUndo(self.lineEdit())
        self._show(about.default)

    @property
    def value(self) -> Any:
        """The value that was shown or entered last."""
        return self._value

    def show_value(self, value: Any) -> None:
        """Show a value without entering it. What is being typed over this very value stays: it may be told again at any
        moment, as when the data have come."""
        if value != self._value or not (self.hasFocus() and self.lineEdit().isModified()):
            self._show(value)

    def _show(self, value: Any) -> None:
        self._value = value
        self.lineEdit().setText(self._text(value))
        if isinstance(value, tuple) and not self.hasFocus():
            self.lineEdit().home(False)  # of more numbers than there is room for the first are seen
        self._say("")

    def finish_typing(self) -> None:
        """Enter what has been typed, or go back to the old value where it makes no sense."""
        if not self.lineEdit().isModified():
            return
        try:
            value = self._parsed(self.lineEdit().text())
        except SettingError:
            value = self._value
        self._enter(value)

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        parts = self._value if isinstance(self._value, tuple) else (self._value,)
        flags = QAbstractSpinBox.StepEnabledFlag.StepNone
        if max(parts) < self._about.high:
            flags |= QAbstractSpinBox.StepEnabledFlag.StepUpEnabled
        if min(parts) > self._about.low:
            flags |= QAbstractSpinBox.StepEnabledFlag.StepDownEnabled
        return flags

    def stepBy(self, steps: int) -> None:
        """All numbers of several move together."""
        self.finish_typing()
        value = self._value
        self._enter(
            tuple(self._moved(part, steps) for part in value) if isinstance(value, tuple) else self._moved(value, steps)
        )
        self.selectAll()

    def sizeHint(self) -> QSize:
        return QSize(112, 28)

    def minimumSizeHint(self) -> QSize:
        return QSize(64, 28)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter_or_refuse()
            event.setAccepted(self.lineEdit().isModified())  # once it is entered, whoever holds the field may go on
            return
        if event.key() == Qt.Key.Key_Escape and self.lineEdit().isModified():
            self._show(self._value)
            self.selectAll()
            return
        super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonPress and not self.hasFocus():
            self._clicked_into = True
        elif event.type() == QEvent.Type.MouseButtonRelease and self._clicked_into:
            self._clicked_into = False
            if not self.lineEdit().hasSelectedText():
                self.selectAll()  # what is typed next takes its place
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
            and self.lineEdit().isModified()
        ):
            event.accept()  # Esc first takes the typing back
            return True
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        if is_undo(event) and not self.lineEdit().isModified():
            event.ignore()  # a spin box would otherwise ask its line edit behind the filter's back
            return True
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()  # the panel scrolls; nothing changes by accident

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.finish_typing()
        super().focusOutEvent(event)

    def _moved(self, value: float, steps: int) -> float:
        if self._about.type in ("integer", "pair"):
            return int(self._within(value + steps))
        if self._by_magnitude and value > 0:
            return float(self._within(in_turn(value, steps)))
        step = self._about.step or (0.05 if self._about.high - self._about.low <= 1 else 0.1)
        return float(self._within(round(value + steps * step, 10)))

    @property
    def _by_magnitude(self) -> bool:
        """Whether it is usually far smaller than it may be, as a learning rate: then 0.01 is followed by 0.02."""
        about = self._about
        return not isinstance(about.default, tuple | str) and 0 < about.default < (about.high - about.low) / 1000

    def _keep_before_unit(self, _before: int, place: int) -> None:
        """The unit is not written into: digits behind it would make no number."""
        unit, text = self._about.unit, self.lineEdit().text()
        if not self.lineEdit().isModified():  # who types “epochs” has “epoch” on the way
            unit = of_number(self._value, unit)
        end = len(text) - len(unit) - 1
        if unit and text.endswith(f" {unit}") and place > end and not self.lineEdit().hasSelectedText():
            self.lineEdit().setCursorPosition(max(0, end))

    def _typed(self, text: str) -> None:
        try:
            self._parsed(text)
        except SettingError as error:
            self._say(worded(error))
        else:
            self._say("")

    def _enter_or_refuse(self) -> None:
        try:
            value = self._parsed(self.lineEdit().text())
        except SettingError as error:
            self._say(worded(error))
        else:
            self._enter(value)
            self.selectAll()

    def _enter(self, value: Any) -> None:
        changed = value != self._value
        self._show(value)
        if changed:
            self.entered.emit(value)

    def _parsed(self, text: str) -> Any:
        """The value that was typed.

        Raises:
            SettingError: it makes no sense here.
        """
        unit = self._about.unit
        cleaned = text.removesuffix(unit).removesuffix(of_number(1, unit)).replace(THIN, "").strip()
        whole = r"([+-]?\d+)"
        value: Any = cleaned
        if self._about.type == "pair":
            if found := re.fullmatch(rf"{whole}\s*[×xX*, ]\s*{whole}", cleaned):
                value = (int(found[1]), int(found[2]))
            elif re.fullmatch(whole, cleaned):
                value = (int(cleaned), int(cleaned))
        elif self._about.type == "integer":
            cleaned = cleaned.replace(" ", "")
            value = int(cleaned) if re.fullmatch(whole, cleaned) else cleaned
        else:
            try:
                value = [float(part.replace(",", ".")) for part in self._parts(cleaned)]
            except ValueError:
                value = cleaned
            else:
                value = value[0] if len(value) == 1 and not self._about.choices else value
        try:
            return check(self._about, value, self._about.title)
        except SettingError:
            raise refused_as_typed(self._about, text.strip()) from None

    def _parts(self, text: str) -> list[str]:
        """The numbers of a text, of several those between commas, semicolons and spaces; a comma alone is a point."""
        if self._about.type != "reals":
            return [text]
        parts = re.split(r"\s*;\s*|,?\s+", text)
        commas = text.count(",")
        return text.split(",") if len(parts) == 1 and (commas > 1 or (commas and "." in text)) else parts

    def _text(self, value: Any) -> str:
        between = ", " if self._about.type == "reals" else " × "
        parts = value if isinstance(value, tuple) else (value,)
        number = between.join(f"{part:.6g}" if isinstance(part, float) else str(part) for part in parts)
        return f"{number} {of_number(value, self._about.unit)}".strip()

    def _within(self, value: float) -> float:
        low, high = self._about.low, self._about.high
        return min(max(value, low if math.isfinite(low) else value), high if math.isfinite(high) else value)

    def _say(self, sentence: str) -> None:
        set_property(self, "invalid", "true" if sentence else "false")
        self.refused.emit(sentence)


def in_turn(value: float, steps: int) -> float:
    """So many steps on from a value above 0 in the row 1, 2, 5, 10, 20, 50 and so on."""
    row = [float(f"{digit}e{power}") for power in range(-20, 12) for digit in (1, 2, 5)]
    if steps > 0:
        return [each for each in row if each > value * (1 + 1e-9)][steps - 1]
    return [each for each in row if each < value * (1 - 1e-9)][steps]
