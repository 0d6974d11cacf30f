"""What muting each filter of a layer costs, found out as a job: the filters in sight first."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from cnnstudio.data.dataset import Examples
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.looking.muting import Score, score, without_each
from cnnstudio.nn.parameters.parameters import Snapshot
from cnnstudio.nn.telling.told import Sentence, told
from cnnstudio.worker.jobs import Job, Jobs, Steps
from cnnstudio.worker.lanes import Log

#: milliseconds between two looks at what has been found
_POLL = 150


class Costs(QObject):
    """``found`` holds the score without each filter, by its number; ``whole`` that with all of them."""

    changed = Signal()

    def __init__(self, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self.job: Job | None = None
        self.whole: Score | None = None
        self.found: dict[int, Score] = {}
        self._of: tuple[object, ...] = ()
        self._log: Log[tuple[int, Score]] = Log()
        self._timer = QTimer(self, interval=_POLL)
        self._timer.timeout.connect(self._poll)

    def are_of(self, snapshot: Snapshot, node: str) -> bool:
        """Whether they are those of this layer with these weights."""
        return bool(self._of) and self._of[0] is snapshot.parameters and self._of[1] == node

    def measure(self, graph: Graph, snapshot: Snapshot, node: str, items: Sequence[int], examples: Examples) -> None:
        """Find them out for ``items``, in their order. ``graph`` must be a classifier."""
        self.stop()
        self.whole, self.found, self._of, self._log = None, {}, (snapshot.parameters, node), Log()
        log = self._log

        def work(job: Job) -> Steps:
            log.append((-1, score(graph, snapshot.parameters, examples, job.cancelled)))
            yield None
            each = without_each(graph, snapshot.parameters, node, items, examples, job.cancelled)
            for number, one in enumerate(each, start=1):
                log.append(one)
                job.report(
                    number / len(items), Sentence("{done} of {all:# filter|# filters}", done=number, all=len(items))
                )
                yield None
            return None

        self.job = self._jobs.submit(told("muting-costs"), work)
        self.job.state_changed.connect(lambda _state: self._poll())
        self._timer.start()

    def stop(self) -> None:
        """End the work; what has been found stays."""
        if self.job is not None and not self.job.over:
            self.job.cancel()
        self._timer.stop()

    def _poll(self) -> None:
        for item, one in self._log.read():
            if item < 0:
                self.whole = one
            else:
                self.found[item] = one
        if self.job is None or self.job.over:
            self._timer.stop()
        self.changed.emit()
