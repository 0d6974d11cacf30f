"""What weights are worth: the accuracy of snapshots, found out as jobs and remembered."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal

from cnnstudio.data.dataset import Examples
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.looking.muting import Score, score
from cnnstudio.nn.parameters.parameters import Snapshot
from cnnstudio.nn.telling.told import told
from cnnstudio.worker.jobs import Job, Jobs, Steps

#: so many test images tell what weights are worth
TESTED = 1000
#: the accuracies of so many versions of the weights are kept
_REMEMBERED = 20


class TestedWeights(QObject):
    """One test at a time; a newer one takes its place."""

    __test__ = False  # pytest takes the name for a test's

    changed = Signal()

    def __init__(self, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self.job: Job | None = None
        self._known: list[tuple[Snapshot, Score]] = []

    def forget(self) -> None:
        """What was found was found on other images."""
        if self.job is not None and not self.job.over:
            self.job.cancel()
        self._known = []

    def test(self, graph: Graph, snapshots: Iterable[Snapshot], examples: Examples) -> None:
        """Find out the accuracies on ``examples`` that are not known yet. ``graph`` must be a classifier."""
        if self.job is not None and not self.job.over:
            self.job.cancel()
        wanted = [snapshot for snapshot in snapshots if self.accuracy_of(snapshot) is None]
        if not wanted:
            return

        def work(job: Job) -> Steps:
            found: list[tuple[Snapshot, Score]] = []
            for snapshot in wanted:
                found.append((snapshot, score(graph, snapshot.parameters, examples, job.cancelled)))
                yield None
            return found

        self.job = self._jobs.submit(told("testing-changed"), work)
        self.job.done.connect(self._tested)

    def accuracy_of(self, snapshot: Snapshot) -> float | None:
        """What was found for these weights, if they have been tested."""
        found = self.score_of(snapshot)
        return None if found is None else found.accuracy

    def score_of(self, snapshot: Snapshot) -> Score | None:
        """The same with the accuracy of each class."""
        return next((found for tested, found in self._known if tested.parameters is snapshot.parameters), None)

    def _tested(self, found: list[tuple[Snapshot, Score]]) -> None:
        self._known = [*found, *self._known][:_REMEMBERED]
        self.changed.emit()
