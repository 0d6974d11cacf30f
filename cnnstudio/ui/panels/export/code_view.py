"""The text that an export writes, before it is written."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QResizeEvent, QTextCharFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout

from cnnstudio.nn.telling.phrases import amount
from cnnstudio.ui.look import dressing, theme
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.widgets.choosing.segments import Segments


def _tokens(remark: str, text: str, words: Iterable[str]) -> re.Pattern[str]:
    """What is coloured, the first that fits; a remark or a text hides what is in it."""
    return re.compile(
        rf"(?P<remark>{remark})|(?P<text>{text})|(?P<word>\b(?:{'|'.join(words)})\b)|(?P<number>\b\d[\d.e_-]*f?\b)"
    )


_PYTHON = _tokens(
    r"#.*",
    r"(?s:\"\"\".*?\"\"\")|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'",
    keyword.kwlist,
)
_C = _tokens(
    r"/\*(?s:.*?)\*/",
    r"\"(?:\\.|[^\"\\])*\"",
    (
        "char", "const", "continue", "define", "double", "else", "endif", "enum", "float", "for", "if", "ifndef",
        "include", "inline", "int", "return", "sizeof", "static", "struct", "typedef", "void",
    ),
)  # fmt: skip
#: by token: a category whose colour it has
_COLOURS = {"text": "pooling", "word": "normalization", "number": "activation"}


class CodeView(QFrame):
    """One file of several at a time; it can be copied."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._texts: Mapping[str, str] = {}
        self._abridged = False
        self.tabs: Segments | None = None
        self._bar = QHBoxLayout()
        self._bar.setContentsMargins(8, 6, 8, 6)
        self._bar.setSpacing(10)
        self._lines = label("", "secondary")
        self.copy = QPushButton("Copy")
        self.copy.setProperty("in_line", "true")
        self.copy.setToolTip("This file's text to the clipboard")
        self.copy.clicked.connect(self._copy)
        self._bar.addWidget(self._lines)
        self._bar.addStretch(1)
        self._bar.addWidget(self.copy)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setAccessibleName("What is written")
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addLayout(self._bar)
        column.addWidget(self.text, 1)
        self._words = label("", "soft", wrap=True)
        self._words.setContentsMargins(24, 24, 24, 24)
        self._words.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._words.hide()
        column.addWidget(self._words, 1)
        dressing.follow(self, self._dress)
        self._dress()

    def show_code(self, texts: Mapping[str, str], *, abridged: bool = False) -> None:
        """The files by name; the one that was shown stays, if it is among them. What is ``abridged`` cannot be
        copied."""
        self._abridged = abridged
        shown = self.tabs.choice if self.tabs is not None else ""
        if self.tabs is None or tuple(self._texts) != tuple(texts):
            if self.tabs is not None:
                self._bar.removeWidget(self.tabs)
                self.tabs.deleteLater()
            self.tabs = Segments("File", list(texts), shown if shown in texts else next(iter(texts)), evenly=False)
            self.tabs.changed.connect(self._show)
            self._bar.insertWidget(0, self.tabs)
        self._texts = texts
        self._show(self.tabs.choice)

    def show_words(self, words: str) -> None:
        """A sentence where there is no text."""
        if self.tabs is not None:
            self._bar.removeWidget(self.tabs)
            self.tabs.deleteLater()
            self.tabs = None
        self._texts = {}
        self._lines.setText("")
        self.copy.hide()
        self.text.hide()
        self._words.setText(words)
        self._words.show()

    def _show(self, name: str) -> None:
        text = self._texts[name]
        self._words.hide()
        self.text.show()
        _write(self.text.document(), text, _C if name.endswith(".h") else _PYTHON)
        self.text.moveCursor(QTextCursor.MoveOperation.Start)
        lines = amount(len(text.splitlines()), "line")
        self._lines.setText(f"{lines}, without the weights" if self._abridged else lines)
        self.copy.setVisible(not self._abridged)
        self._give_room()

    def _give_room(self) -> None:
        """Where there is little, the files' names have it."""
        if self.tabs is not None:
            self.tabs.ensurePolished()
            others = self.tabs.sizeHint().width() + self.copy.sizeHint().width() + 4 * self._bar.spacing()
            self._lines.setVisible(others + self._lines.sizeHint().width() <= self.width())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._give_room()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())

    def _dress(self) -> None:
        look = theme.current()
        self.text.setFont(theme.formula_font())
        self.text.setStyleSheet(
            f"QPlainTextEdit {{ background: {look.background.name()}; border: none; border-top: 1px solid "
            f"{look.line.name()}; border-radius: 0; padding: 8px; }}"
        )
        if self.tabs is not None:
            self._show(self.tabs.choice)


def _write(document: QTextDocument, text: str, tokens: re.Pattern[str]) -> None:
    """Code in a document: words, texts, numbers and remarks in colours of the look."""
    look, cursor, begun = theme.current(), QTextCursor(document), 0
    cursor.beginEditBlock()
    cursor.select(QTextCursor.SelectionType.Document)
    cursor.removeSelectedText()
    plain = QTextCharFormat()
    plain.setForeground(look.text)
    for found in tokens.finditer(text):
        kind = found.lastgroup or ""
        ink = look.category(_COLOURS[kind]) if kind in _COLOURS else look.secondary
        form = QTextCharFormat()
        form.setForeground(ink if look.dark else theme.mixed(ink, look.text, 0.6))
        cursor.insertText(text[begun : found.start()], plain)
        cursor.insertText(found[0], form)
        begun = found.end()
    cursor.insertText(text[begun:], plain)
    cursor.endEditBlock()
