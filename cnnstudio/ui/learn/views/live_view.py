"""What all live views of lessons are: a title, a picture of the user’s network or a bench, and named numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from cnnstudio.design.value.design import Card, Design
from cnnstudio.lessons.questions.expression import Number
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.graph.layer import Layer
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.run.looked_at import LookedAt
from cnnstudio.worker.background import Background
from cnnstudio.worker.inspection import Maps


class LiveView(QFrame):
    """``numbers`` is what tasks may be about; ``changed`` says that one has changed."""

    changed = Signal()
    #: what the keyboard comes to first, where there is such a thing
    first: QWidget | None = None
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
        #: the title, and what may stand beside it
        self.head = QHBoxLayout()
        self.head.addWidget(self.title, 1)
        self.column.addLayout(self.head)

    _given = 0

    @property
    def room(self) -> int:
        """Pixels from left to right, for pictures to be as large as there is room: those around it say how many, for
        its own width answers to what stands in it."""
        return self._given or self.width()

    def give_room(self, wide: int) -> None:
        """See ``room``."""
        if wide != self._given:
            self._given = wide
            self._room_changed()

    def _room_changed(self) -> None:
        """Make what is as large as there is room larger or smaller."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._given:  # it stands alone
            self._room_changed()

    @property
    def numbers(self) -> Mapping[str, Number]:
        """What is shown, by name."""
        return {}

    def show_design(self, design: Design) -> None:
        """The drawing has changed."""
        self._cards, self._drawn = design.cards, design.graph

    _cards: Mapping[str, Card] = MappingProxyType({})
    _drawn = Graph(())

    def _missing(self, looked_for: Callable[[Layer], bool], otherwise: str) -> str:
        """Why a layer is not seen at work: it is drawn and does not work, or ``otherwise``."""
        working = self._drawn.computable
        for node in self._drawn:
            if looked_for(node.layer) and node.id not in working:
                return f"{self.name_of(self._drawn, node.id)} makes nothing yet: the mark on the canvas says why."
        return otherwise

    def name_of(self, graph: Graph, node: str) -> str:
        """What the drawing calls a layer of the network that is looked at, where it has it."""
        return self._cards[node].name if node in self._cards else graph[node].layer.title

    def show_looked_at(self, now: LookedAt) -> None:
        """Another network is looked at, or the same with other weights, or another picture."""

    def show_maps(self, maps: Maps | None) -> None:
        """The inspection has looked at the network again."""

    def count_anew(self) -> None:
        """Another network comes, or the ticks are forgotten: what was looked at so far no longer counts."""

    def shutdown(self) -> None:
        """Wait for a worker of its own to end. Safe to call twice."""


class WorkedOutView(LiveView):
    """What a worker finds out of the network that is looked at, while the view is seen: ``_enter`` asks, and remembers
    in ``_key`` what it asked for; ``_answered`` hears."""

    def __init__(self, title: str, tab: str, work: str) -> None:
        super().__init__(title, tab)
        self._background = Background(work, self)
        self._background.answered.connect(self._answered)
        self._now: LookedAt | None = None
        self._key: tuple[Any, ...] = ()

    def show_looked_at(self, now: LookedAt) -> None:
        """See ``LiveView``."""
        self._now = now
        if not now.live:  # while it learns, its weights change all the time
            self._enter()

    def shutdown(self) -> None:
        """See ``LiveView``."""
        self._background.shutdown()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._enter()

    def _enter(self) -> None:
        raise NotImplementedError

    def _answered(self, told: Any) -> None:
        raise NotImplementedError


def unchanged(key: tuple[Any, ...], before: tuple[Any, ...]) -> bool:
    """Whether two questions are about the very same things; values such as numbers and names may be equal ones."""
    plain = (int, str)
    pairs = zip(key, before, strict=False)
    return len(key) == len(before) and all(a is b or (isinstance(a, plain) and a == b) for a, b in pairs)
