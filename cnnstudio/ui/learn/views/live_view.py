"""What all live views of lessons are: a title, a picture of the user’s network or a bench, and named numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from cnnstudio.lessons.questions.expression import Number
from cnnstudio.project.project import Project
from cnnstudio.ui.look.labels import label
from cnnstudio.worker.inspection import Maps


class LiveView(QFrame):
    """``numbers`` is what tasks may be about; ``changed`` says that one has changed."""

    changed = Signal()
    #: a node of the design that was pointed out
    node_asked = Signal(str)

    def __init__(self, title: str, tab: str) -> None:
        super().__init__()
        #: one or two words, for the switch between a lesson's views
        self.tab = tab
        self.setAccessibleName(title)
        self.setProperty("role", "live-view")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(16, 12, 16, 12)
        self.column.setSpacing(8)
        self.title = label(title, "title", wrap=True)
        self.column.addWidget(self.title)

    @property
    def numbers(self) -> Mapping[str, Number]:
        """What is shown, by name."""
        return {}

    def show_project(self, project: Project) -> None:
        """The document has changed."""

    def show_maps(self, maps: Maps | None) -> None:
        """The inspection has looked at the network again."""

    def count_anew(self) -> None:
        """Another network comes, or the ticks are forgotten: what was looked at so far no longer counts."""

    def shutdown(self) -> None:
        """Wait for a worker of its own to end. Safe to call twice."""


def unchanged(key: tuple[Any, ...], before: tuple[Any, ...]) -> bool:
    """Whether two questions are about the very same things; values such as numbers and names may be equal ones."""
    plain = (int, str)
    pairs = zip(key, before, strict=False)
    return len(key) == len(before) and all(a is b or (isinstance(a, plain) and a == b) for a, b in pairs)
