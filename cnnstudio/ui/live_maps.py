"""Keeps the feature maps on the screen in step with the newest weights there are."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from cnnstudio.nn.graph import Graph
from cnnstudio.nn.parameters import Snapshot
from cnnstudio.training.probe import Probe
from cnnstudio.training.session import TrainingSession
from cnnstudio.ui.document import Document

#: milliseconds between two questions for a newer snapshot while a run is under way
POLL = 100


class LiveMaps(QObject):
    """Asks the probe for maps of the document's weights, or of the run's while one is under way."""

    #: the newest snapshot of a run under way, or None when the document's own weights hold
    snapshot_changed = Signal(object)

    def __init__(
        self, document: Document, session: TrainingSession, probe: Probe, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._session, self._probe = document, session, probe
        self._seen = 0
        self._shown: tuple[Graph, Snapshot] | None = None
        self._timer = QTimer(self, interval=POLL)
        self._timer.timeout.connect(self._poll)
        document.changed.connect(self._still)
        session.state_changed.connect(self._follow_session)
        self._still()

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
        if self._shown is not None and all(a is b for a, b in zip(wanted, self._shown, strict=True)):
            return
        self._request(*wanted)

    def _poll(self) -> None:
        session = self._session
        snapshot, self._seen = session.latest.newer_than(self._seen)
        if snapshot is not None and session.graph is not None:
            self._request(session.graph, snapshot)
            self.snapshot_changed.emit(snapshot)
        session.ask_snapshot()

    def _request(self, graph: Graph, snapshot: Snapshot) -> None:
        self._shown = (graph, snapshot)
        self._probe.request(graph, snapshot, [node.id for node in graph])
