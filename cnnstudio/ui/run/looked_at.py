"""What is looked at: one network with its weights at one moment, and one picture. Everything that shows numbers of the
network follows this one value."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from cnnstudio.design.facts.answers import answers
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.parameters.parameters import Snapshot
from cnnstudio.project.project import Project
from cnnstudio.runs.run import Run
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.run.data_source import DataSource
from cnnstudio.worker.inspection import Inspection
from cnnstudio.worker.lanes import Latest
from cnnstudio.worker.training.session import TrainingSession


@dataclass(frozen=True, eq=False)
class LookedAt:
    """``run`` is the one under way, as it was when it began, where ``live``; otherwise the document's last one, if any.
    ``picture`` is uint8 (H, W, C), None before there is one; ``label`` says what it shows (“digit “7””). ``classes``
    are what the answers are called, () while nobody knows."""

    graph: Graph
    snapshot: Snapshot
    run: Run | None
    picture: NDArray[np.uint8] | None
    label: str
    classes: tuple[str, ...]
    live: bool

    @property
    def step(self) -> int:
        """The step that the weights are of; 0 where nothing has been learned."""
        return self.snapshot.step

    @property
    def best(self) -> bool:
        """Whether the weights are the best of the run, and not the last."""
        return is_best(self.snapshot, self.run)

    def same_network(self, other: LookedAt | None) -> bool:
        """Whether the same weights of the same graph are looked at, whatever the picture."""
        return other is not None and self.graph is other.graph and self.snapshot.same(other.snapshot)

    def same(self, other: LookedAt) -> bool:
        """Whether it is the very same in all."""
        return all(getattr(self, field.name) is getattr(other, field.name) for field in fields(self))


class Looking(QObject):
    """Knows what is looked at: the newest weights of the run under way, as far as ``follow_run`` has asked for them, or
    else those of the document: the last, or where somebody wants them the best of its run."""

    #: LookedAt
    changed = Signal(object)
    #: a run begins from the last weights while the best were looked at
    left_best = Signal()
    #: the best weights, with what was changed in them by hand, have taken the place of the last ones
    took_best = Signal()

    def __init__(
        self,
        document: Document,
        session: TrainingSession,
        data: DataSource,
        inspection: Inspection,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._session, self._data, self._inspection = document, session, data, inspection
        self._lane: Latest[Snapshot] = session.latest
        self._seen = 0
        self._newest: Snapshot | None = None
        self._wants_best = False
        #: the document's weights beside which the best were looked at, until others took their place
        self._beside_best: Snapshot | None = None
        self._now = self._found()
        document.changed.connect(self._document_changed)
        session.state_changed.connect(self._session_changed)
        data.changed.connect(self._look)
        inspection.image_changed.connect(self._look)

    @property
    def now(self) -> LookedAt:
        """What is looked at."""
        return self._now

    @property
    def best_offered(self) -> bool:
        """Whether the best weights of the document's last run are others than its last, and fit what is drawn. While a
        run is under way they are not known."""
        run, project = self._document.project.run, self._document.project
        if run is None or run.best is None or self._session.active:
            return False
        others = (run.best.run, run.best.step) != (project.weights.run, project.weights.step)
        return others and run.design.graph.goes_on_as(project.design.graph)

    def look_at_best(self, wanted: bool) -> None:
        """Look at the best weights of the last run, until the document gets other weights, and once it has got them
        back; or at the last again."""
        self._wants_best, self._beside_best = wanted, None
        self._look()

    def follow_run(self) -> None:
        """Look at the newest weights of the run under way, and ask it for newer ones; they come some steps later."""
        if not self._session.active:
            return
        snapshot, self._seen = self._session.latest.newer_than(self._seen)
        if snapshot is not None and not (self._newest is not None and snapshot.same(self._newest)):
            self._newest = snapshot
            self._look()
        self._session.ask_snapshot()

    def _document_changed(self, before: Project, after: Project) -> None:
        if after.weights is not before.weights:
            if self._wants_best:
                self._beside_best = before.weights
                if self._now.best and after.run is before.run:
                    self.took_best.emit()
            self._wants_best = after.weights is self._beside_best
        self._look()

    def _session_changed(self) -> None:
        if self._wants_best and self._session.active and self._now.best:
            self.left_best.emit()
        self._look()

    def _look(self, *_: object) -> None:
        found = self._found()
        if not found.same(self._now):
            self._now = found
            self.changed.emit(found)

    def _found(self) -> LookedAt:
        session, project = self._session, self._document.project
        if session.latest is not self._lane:  # each run has its own
            self._lane, self._seen, self._newest = session.latest, 0, None
        run, design, weights = session.run, project.design, project.weights
        if run is not None and self._newest is not None:
            if not _newer(project, self._newest, run):
                weights = self._newest
            design, self._newest = run.design, weights
        elif self._wants_best and self.best_offered and project.run is not None and project.run.best is not None:
            weights = project.run.best
        picture, label = self._inspection.image, self._inspection.label
        names = answers(design, self._data.classes)
        return LookedAt(design.graph, weights, run or project.run, picture, label, names, live=run is not None)


def _newer(project: Project, newest: Snapshot, run: Run) -> bool:
    """Whether a project has newer weights of a run, recorded for a test or a file, than those it showed last."""
    own = project.weights
    return own.run == run.id and own.step > newest.step and project.design.graph.goes_on_as(run.design.graph)


def is_best(snapshot: Snapshot, run: Run | None) -> bool:
    """Whether weights are the best that a run has kept."""
    return run is not None and snapshot is run.best


def best_text(run: Run) -> str:
    """What the best weights of a run are called: “best (epoch 7)”."""
    return f"best (epoch {run.best_epoch})"
