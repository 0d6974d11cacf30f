"""Lesson text as it is shown: *emphasis*, and [terms] that explain themselves on hover."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QLabel, QSizePolicy, QToolTip, QWidget

from cnnstudio.lessons.glossary import term
from cnnstudio.ui.look import dressing, theme
from cnnstudio.ui.look.labels import escaped, plain_tip

_MARK = re.compile(r"\*([^*\n]+)\*|\[([^\[\]|\n]+)(?:\|([^\[\]|\n]+))?\]")


def rich(text: str) -> str:
    """Escaped rich text. Words in brackets link to the glossary where it knows them, and stay
    as they are otherwise."""
    parts, place = [], 0
    for found in _MARK.finditer(text):
        parts.append(escaped(text[place : found.start()]))
        emphasised, word, shown = found.groups()
        if emphasised:
            parts.append(f"<i>{escaped(emphasised)}</i>")
        elif (known := term(word)) is not None:
            colour = theme.current().accent.name()
            parts.append(
                f'<a href="{escaped(known.name)}" style="color:{colour}; text-decoration:none">'
                f"{escaped(shown or word)}</a>"
            )
        else:
            parts.append(escaped(found[0]))
        place = found.end()
    parts.append(escaped(text[place:]))
    return "".join(parts)


class LessonText(QLabel):
    """A paragraph. ``term_asked`` names a term of the glossary that was clicked."""

    term_asked = Signal(str)

    def __init__(self, text: str = "", pixels: int = 14) -> None:
        super().__init__()
        self._pixels = pixels
        self.setTextFormat(Qt.TextFormat.RichText)  # made by ``rich``, which escapes
        self.setWordWrap(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.linkHovered.connect(self._explain)
        self.linkActivated.connect(self.term_asked)
        dressing.follow(self, self._dress)
        self.show_text(text)

    def show_text(self, text: str) -> None:
        """Show another text."""
        self._text = text
        self._dress()

    @property
    def words(self) -> str:
        """What it says, with its marks."""
        return self._text

    def focusNextPrevChild(self, next: bool) -> bool:
        first = not next and self.hasSelectedText() and self.selectionStart() == 0
        # on the way back Qt comes again and again to a link with which a text begins
        return QWidget.focusNextPrevChild(self, next) if first else super().focusNextPrevChild(next)

    def _dress(self) -> None:
        self.setAccessibleName(_MARK.sub(lambda found: found[1] or found[3] or found[2], self._text))
        self.setText(
            f'<div style="font-size:{theme.scaled(self._pixels)}px; line-height:145%">{rich(self._text)}</div>'
        )

    def _explain(self, name: str) -> None:
        known = term(name) if name else None
        if known is None:
            QToolTip.hideText()
        else:
            QToolTip.showText(QCursor.pos(), plain_tip(f"{known.sentence}\nClick to read more."), self)
