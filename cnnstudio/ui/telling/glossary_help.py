"""What a word on the screen means: labels without a tooltip get the glossary’s, and F1 opens its page."""

from __future__ import annotations

import re

from PySide6.QtGui import QCursor, QHelpEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QLineEdit, QToolTip, QWidget

from cnnstudio.lessons.glossary import Term, term, terms_named
from cnnstudio.ui.look.labels import plain_tip

#: how many widgets around the one that is asked about are looked at as well
_AROUND = 3
_TAG = re.compile(r"<[^>]*>")


def term_in(text: str) -> Term | None:
    """The first term of the glossary that a text names; of several at one place the longest."""
    return next((known for _, _, known in terms_named(_TAG.sub(" ", text))), None)


def show_term(window: QWidget, event: QHelpEvent) -> bool:
    """Answer the event of a tooltip that no widget has answered: labels that name a term explain it."""
    widget = window.childAt(event.pos())
    known = term_in(widget.text()) if isinstance(widget, QLabel) else None
    if known is None:
        return False
    QToolTip.showText(event.globalPos(), plain_tip(f"{known.sentence}\nF1: more about it"), window)
    return True


def term_under_hand(window: QWidget) -> Term | None:
    """What F1 asks about: the term under the pointer, otherwise that of what has the keyboard; None for neither."""
    under = QApplication.widgetAt(QCursor.pos())
    for widget in (under if under is not None and under.window() is window else None, window.focusWidget()):
        found = term_of(widget, window)
        if found is not None:
            return found
    return None


def term_of(widget: QWidget | None, window: QWidget) -> Term | None:
    """The term that a widget is about: its property “term”, or one that it names, on it, to screen readers or in its
    tooltip."""
    for _ in range(_AROUND):
        if widget is None or widget is window:
            return None
        own = term(str(widget.property("term") or ""))
        if own is not None:
            return own
        for words in _words_of(widget):
            found = term_in(words)
            if found is not None:
                return found
        widget = widget.parentWidget()
    return None


def _words_of(widget: QWidget) -> tuple[str, ...]:
    own = ""
    if isinstance(widget, QLabel | QAbstractButton):
        own = widget.text()
    elif isinstance(widget, QComboBox):
        own = widget.currentText()
    name = "" if isinstance(widget, QLineEdit) and not widget.toolTip() else widget.accessibleName()
    return own, name, widget.toolTip(), widget.accessibleDescription()
