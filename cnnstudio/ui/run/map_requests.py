"""Keeps the feature maps on the screen in step with the newest weights there are, and computes no others."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, QTimer, Signal

from cnnstudio.nn.graph import Graph
from cnnstudio.nn.parameters import Snapshot
from cnnstudio.ui.document.document import Document
from cnnstudio.worker.inspection import Inspection
from cnnstudio.worker.session import TrainingSession

#: milliseconds between two questions for a newer snapshot while a run is under way
POLL = 100
#: milliseconds from a movement of the view to the question for what has come into it
SOON = 30

#: the nodes of a graph whose maps a part of the window shows now, or None while nobody can see it
Looker = Callable[[Graph], Iterable[str] | None]


class LiveMaps(QObject):
    """Asks the inspection for maps of the document's weights, or of the run's while one is under way.

    Parts that show maps say with ``watch`` which they show; without any, all are computed. While no part is seen no
    question is asked.
    """

    #: the newest snapshot of a run under way, or None when the document's own weights hold
    snapshot_changed = Signal(object)

    def __init__(
        self, document: Document, session: TrainingSession, inspection: Inspection, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._session, self._inspection = document, session, inspection
        self._seen = 0
        self._shown: tuple[Graph, Snapshot] | None = None
        self._asked: frozenset[str] = frozenset()
        self._lookers: list[Looker] = []
        self._timer = QTimer(self, interval=POLL)
        self._timer.timeout.connect(self._poll)
        self._soon = QTimer(self, interval=SOON, singleShot=True)
        self._soon.timeout.connect(self._look)
        document.changed.connect(self._still)
        session.state_changed.connect(self._follow_session)
        self._still()

    def watch(self, *lookers: Looker) -> None:
        """Compute what these show as well."""
        self._lookers += lookers
        self.look_again()

    def look_again(self, *_: object) -> None:
        """Something else may have come into sight."""
        self._soon.start()

    def _look(self) -> None:
        if self._shown is not None:
            wants = self._wants(self._shown[0])
            if wants is not None and not wants <= self._asked:
                self._request(*self._shown)

    def _wants(self, graph: Graph) -> frozenset[str] | None:
        """What is looked at; None while nobody looks."""
        if not self._lookers:
            return frozenset(graph.order)
        found = [nodes for looker in self._lookers if (nodes := looker(graph)) is not None]
        return frozenset().union(*found) if found else None

    def _follow_session(self) -> None:
        if self._session.active:
            if not self._timer.isActive():
                self._seen = 0
                self._timer.start()
        else:
            self._timer.stop()
            self.snapshot_changed.emit(None)
            self._still()

    def _still(self) -> None:
        """Nothing is being trained: the document's weights are what there is to see."""
        project = self._document.project
        wanted = (project.design.graph, project.weights)
        if self._session.active:
            return
        if project.weights.parameters.costly:  # as is said of the design; training makes them
            return
        if self._shown is not None and all(a is b for a, b in zip(wanted, self._shown, strict=True)):
            return
        self._request(*wanted)

    def _poll(self) -> None:
        session = self._session
        graph = session.graph
        if graph is None or self._wants(graph) is None:
            return
        snapshot, self._seen = session.latest.newer_than(self._seen)
        if snapshot is not None:
            self._request(graph, snapshot)
            self.snapshot_changed.emit(snapshot)
        session.ask_snapshot()

    def _request(self, graph: Graph, snapshot: Snapshot) -> None:
        self._shown = (graph, snapshot)
        self._asked = self._wants(graph) or frozenset()
        self._inspection.request(graph, snapshot, self._asked)
