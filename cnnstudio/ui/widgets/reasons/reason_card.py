"""Answers to “why this number?”: the question, the formula with this layer's digits marked, and a remark."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QVBoxLayout

from cnnstudio.nn.telling.wording.reasons import ReasonWords
from cnnstudio.ui.look import dressing, theme
from cnnstudio.ui.look.labels import escaped, label

_NUMBER = re.compile("[0-9][0-9.\u202f]*")


class Card(QFrame):
    """A quiet box with a small heading."""

    def __init__(self, heading: str = "", role: str = "card") -> None:
        super().__init__()
        self.setProperty("role", role)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(12, 8, 12, 10)
        self.column.setSpacing(4)
        self.heading = label(heading, "soft", wrap=True)
        self.column.addWidget(self.heading)


class ReasonCard(Card):
    """One reason, in words."""

    def __init__(self, reason: ReasonWords) -> None:
        super().__init__(reason.question)
        self._formula_text = reason.formula
        self.formula = QLabel()
        self.formula.setTextFormat(Qt.TextFormat.RichText)  # made from our own numbers, and escaped
        self.formula.setWordWrap(True)
        theme.wear(self.formula, "formula")
        self.formula.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.formula.setAccessibleName(reason.formula)
        self.formula.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.column.addWidget(self.formula)
        if reason.remark:
            self.column.addWidget(label(reason.remark, "secondary", wrap=True))
        dressing.follow(self, self._colour)
        self._colour()

    def _colour(self) -> None:
        self.formula.setText(coloured(self._formula_text))


def coloured(formula: str) -> str:
    """A formula as rich text: digits in the accent, what follows “=” in green."""
    look = theme.current()
    lines = []
    for line in formula.split("\n"):
        terms, equals, result = line.rpartition("=")
        if not equals:
            terms, result = line, ""
        text = _marked(terms, look.accent.name())
        if equals:
            kept_together = result.strip().replace(" ", "\u00a0")
            text += f"=\u00a0{_marked(kept_together, look.good.name())}"
        lines.append(text)
    return "<br>".join(lines)


def _marked(text: str, colour: str) -> str:
    parts, place = [], 0
    for found in _NUMBER.finditer(text):
        parts.append(escaped(text[place : found.start()]))
        parts.append(f'<span style="color:{colour}; font-weight:600">{escaped(found[0])}</span>')
        place = found.end()
    parts.append(escaped(text[place:]))
    return "".join(parts)
