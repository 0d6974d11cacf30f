"""The glossary as a sheet over the window: every term of the field, searched while typing."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from cnnstudio.lessons.glossary import glossary
from cnnstudio.ui.labels import label
from cnnstudio.ui.overlay import Overlay


class GlossaryList(QWidget):
    """All terms, or those that contain what was typed; names come before texts."""

    def __init__(self, search: str = "") -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 4, 24, 20)
        column.setSpacing(14)
        self.search = QLineEdit(search)
        self.search.setPlaceholderText("Search the glossary")
        self.search.setToolTip("Type a word to find its explanation")
        self.search.setAccessibleName("Search the glossary")
        self.search.setClearButtonEnabled(True)
        column.addWidget(self.search)
        self.entries: dict[str, QWidget] = {}
        for term in glossary():
            entry = QWidget()
            lines = QVBoxLayout(entry)
            lines.setContentsMargins(0, 0, 0, 0)
            lines.setSpacing(2)
            lines.addWidget(label(term.name[:1].upper() + term.name[1:], "title"))
            lines.addWidget(label(term.sentence, wrap=True))
            lines.addWidget(label(term.text, "soft", wrap=True))
            self.entries[term.name] = entry
            column.addWidget(entry)
        self.nothing = label("No term has this word.", "soft")
        column.addWidget(self.nothing)
        column.addStretch(1)
        self.search.textChanged.connect(self._filter)
        self._filter(search)

    def _filter(self, typed: str) -> None:
        wanted = typed.casefold().strip()
        named = {term.name for term in glossary() if any(wanted in w.casefold() for w in (term.name, *term.also))}
        if not named:
            named = {term.name for term in glossary() if wanted in f"{term.sentence} {term.text}".casefold()}
        for name, entry in self.entries.items():
            entry.setVisible(name in named)
        self.nothing.setVisible(not named)


def open_glossary(window: QWidget, search: str = "") -> Overlay:
    """Show the glossary over a window, at one term or from the beginning."""
    content = GlossaryList(search)
    sheet = Overlay(window, "Glossary", content, QSize(640, 640))
    content.search.setFocus(Qt.FocusReason.PopupFocusReason)
    return sheet
