"""Labels of a given role. All are plain text: what comes from files must never be taken for HTML."""

from __future__ import annotations

import html
from functools import lru_cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from cnnstudio.nn.arrays import THIN


def label(text: str = "", role: str = "", *, wrap: bool = False, parent: QWidget | None = None) -> QLabel:
    """A label in one of the style sheet's roles: heading, title, secondary, soft, section, error …"""
    made = QLabel(parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setText(text)
    if role:
        made.setProperty("role", role)
    if wrap:
        made.setWordWrap(True)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        made.setSizePolicy(policy)
    return made


def rule(parent: QWidget | None = None, *, vertical: bool = False) -> QFrame:
    """A hairline."""
    made = QFrame(parent)
    made.setProperty("role", "rule")
    if vertical:
        made.setFixedWidth(1)
    else:
        made.setFixedHeight(1)
    return made


def escaped(text: str) -> str:
    """Plain text for within rich text, where Qt makes spaces of all kinds plain ones but for this: lines would end
    within numbers."""
    return html.escape(text).replace(THIN, "\u00a0")


@lru_cache(2000)  # those of all commands are asked for after each edit
def plain_tip(text: str) -> str:
    """A tooltip that shows exactly this text: tooltips otherwise guess whether they hold HTML, and names and
    paths come from files."""
    return f"<div>{escaped(text)}</div>".replace("\n", "<br>") if text else ""


def plain_title(text: str) -> str:
    """A button's or menu's text that shows exactly this: there “&” would underline the next letter."""
    return text.replace("&", "&&")


def on_ground(widget: QWidget, role: str) -> None:
    """Fill a plain widget with the colour that the style sheet has for a role: “panel” or “live-ground”."""
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    set_role(widget, role)


def set_role(widget: QWidget, role: str) -> None:
    """Give a widget another role and let the style sheet see it."""
    set_property(widget, "role", role)


def set_property(widget: QWidget, name: str, value: str) -> None:
    """Change a property that the style sheet selects by."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
        widget.updateGeometry()  # layouts keep the size it had


def elided_name(metrics: QFontMetricsF, name: str, width: float) -> str:
    """A name that ends in … where it does not fit. A number at its end stays: what differs in it alone would read the
    same."""
    words, space, number = name.rpartition(" ")
    end = space + number if words and number.isdigit() else ""
    if not end or metrics.horizontalAdvance(name) <= width:
        return metrics.elidedText(name, Qt.TextElideMode.ElideRight, width)
    room = width - metrics.horizontalAdvance(end)
    return metrics.elidedText(words, Qt.TextElideMode.ElideRight, room) + end
