"""What is looked at: one network with its weights at one moment, and one picture. Everything that shows numbers of the
network follows this one value."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from cnnstudio.nn.graph import Graph
from cnnstudio.nn.parameters import Snapshot
from cnnstudio.runs.run import Run
from cnnstudio.ui.document.document import Document
from cnnstudio.worker.inspection import Inspection
from cnnstudio.worker.lanes import Latest
from cnnstudio.worker.session import TrainingSession


@dataclass(frozen=True, eq=False)
class LookedAt:
    """``run`` is the one under way, as it was when it began, where ``live``; otherwise the document's last one, if any.
    ``picture`` is uint8 (H, W, C), None before there is one; ``label`` says what it shows (“digit “7””)."""

    graph: Graph
    snapshot: Snapshot
    run: Run | None
    picture: NDArray[np.uint8] | None
    label: str
    live: bool

    @property
    def step(self) -> int:
        """The step that the weights are of; 0 where nothing has been learned."""
        return self.snapshot.step

    def same(self, other: LookedAt) -> bool:
        """Whether it is the very same in all."""
        return all(getattr(self, field.name) is getattr(other, field.name) for field in fields(self))


class Looking(QObject):
    """Knows what is looked at: the newest weights of the run under way, as far as ``follow_run`` has asked for them, or
    else those of the document."""

    #: LookedAt
    changed = Signal(object)

    def __init__(
        self, document: Document, session: TrainingSession, inspection: Inspection, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._session, self._inspection = document, session, inspection
        self._lane: Latest[Snapshot] = session.latest
        self._seen = 0
        self._newest: Snapshot | None = None
        self._now = self._found()
        document.changed.connect(self._look)
        session.state_changed.connect(self._look)
        inspection.image_changed.connect(self._look)

    @property
    def now(self) -> LookedAt:
        """What is looked at."""
        return self._now

    def follow_run(self) -> None:
        """Look at the newest weights of the run under way, and ask it for newer ones; they come some steps later."""
        if not self._session.active:
            return
        snapshot, self._seen = self._session.latest.newer_than(self._seen)
        if snapshot is not None:
            self._newest = snapshot
            self._look()
        self._session.ask_snapshot()

    def _look(self, *_: object) -> None:
        found = self._found()
        if not found.same(self._now):
            self._now = found
            self.changed.emit(found)

    def _found(self) -> LookedAt:
        session, project = self._session, self._document.project
        picture, words = self._inspection.image, self._inspection.label
        if session.latest is not self._lane:  # each run has its own
            self._lane, self._seen, self._newest = session.latest, 0, None
        run = session.run
        if run is not None and self._newest is not None:
            return LookedAt(run.design.graph, self._newest, run, picture, words, live=True)
        graph, last = project.design.graph, run or project.run
        return LookedAt(graph, project.weights, last, picture, words, live=run is not None)
