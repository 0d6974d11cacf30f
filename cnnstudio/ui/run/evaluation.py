"""The test: how the network does on the test images, which training never sees, and where it is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, Signal

from cnnstudio.data.dataset import DataSet
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.network.network import classifier
from cnnstudio.nn.parameters.parameters import Snapshot
from cnnstudio.nn.rules.losses import Loss
from cnnstudio.nn.telling.told import told
from cnnstudio.nn.training.confusion import Confusion
from cnnstudio.nn.training.evaluation import Evaluation, evaluate, joined
from cnnstudio.project.kept.evaluations import keep_test, kept_evaluation
from cnnstudio.project.kept.looks import looks_at
from cnnstudio.runs.run import plan_of
from cnnstudio.ui.run.looked_at import LookedAt, Looking
from cnnstudio.ui.run.run_control import RunControl
from cnnstudio.ui.run.samples import Samples
from cnnstudio.ui.telling.notices import Notices
from cnnstudio.worker.jobs import Job, Jobs, Steps

#: images between two looks at whether it goes on
PIECE = 512


@dataclass(frozen=True, eq=False)
class EvaluationResult:
    """What came out, and for which network and data."""

    confusion: Confusion
    of: LookedAt
    data: DataSet

    @property
    def mistakes(self) -> np.ndarray:
        """Indices of the test images it gets wrong, the surest first."""
        return self.confusion.mistakes


class Evaluator(QObject):
    """Tests the network that is looked at on the worker, and leads to what it gets wrong."""

    changed = Signal()

    def __init__(
        self,
        run_control: RunControl,
        looking: Looking,
        samples: Samples,
        jobs: Jobs,
        notices: Notices,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._run_control, self._looking, self._samples = run_control, looking, samples
        self._jobs, self._notices = jobs, notices
        self.result: EvaluationResult | None = None
        self.job: Job | None = None
        self._after: list[Callable[[], object]] = []
        self._current: bool | None = None
        #: weights, network and images of which it was asked whether a test of them is kept
        self._asked_for: tuple[Snapshot, Graph, DataSet] | None = None
        run_control.changed.connect(self._follow)
        looking.changed.connect(self._look)
        samples.mistake_asked.connect(self.show_mistake)

    @property
    def current(self) -> bool:
        """Whether the newest result is about the network and the images as they are now."""
        result, now = self.result, self._looking.now
        if result is None or result.data is not self._run_control.data.dataset:
            return False
        return result.of.graph.goes_on_as(now.graph) and result.of.snapshot.same(now.snapshot)

    @property
    def at_hand(self) -> bool:
        """Whether the pictures that the newest result is about are those of the data now."""
        return self.result is not None and self.result.data is self._run_control.data.dataset

    @property
    def looks(self) -> int:
        """How often networks were tested on these test images, on this computer."""
        data = self._run_control.data.dataset
        return 0 if data is None else looks_at(data.fingerprint)

    def recall(self) -> None:
        """Show what these weights said to the test images when they were tested once, where that is kept: nothing is
        tested again for that."""
        now, data = self._looking.now, self._run_control.data.dataset
        if now.live or self.current or self.job is not None:
            return
        if data is None:
            if now.run is not None:
                self._run_control.data.when_all_are_there(self.recall)
            return
        about = now.snapshot, now.graph, data
        if self._asked_for is not None and all(one is two for one, two in zip(about, self._asked_for, strict=True)):
            return
        self._asked_for = about
        found = kept_evaluation(now.run, now.graph, now.snapshot, data.fingerprint)
        if found is not None and len(found.labels) == len(data.test):
            self.result = EvaluationResult(Confusion(found), now, data)
            self._current = self.current
            self.changed.emit()

    def why_not(self) -> str:
        """What keeps it from testing now, or ""."""
        if self._run_control.session.state in ("loading", "running", "stopping"):
            return "The network is being trained. Pause or stop the training first: one of both at a time."
        if self._run_control.data.dataset is None and self._run_control.data.job is not None:
            return "The images are still being prepared."
        return self._run_control.why_not()

    def begin(self, then: Callable[[], object] | None = None) -> None:
        """Test, and then do something with what came out; or say why not."""
        if why := self.why_not():
            self._notices.tell(why, "warning", about="test")
            return
        data = self._run_control.data
        if data.dataset is None:
            data.when_all_are_there(lambda: self.begin(then))
            return
        if then is not None:
            self._after.append(then)
        if self.job is None:
            self._run_control.with_newest_weights(self._submit)

    def cancel(self) -> None:
        """Give a test under way up."""
        self._after.clear()
        if self.job is not None:
            self.job.cancel()

    def show_mistake(self) -> None:
        """Show an image that the network gets wrong, after a test if there was none of this network."""
        if not self.current:
            self.begin(self.show_mistake)
        elif self.result is not None and len(self.result.mistakes):
            self._samples.show_among(self.result.mistakes, "Mistake")
        else:
            self._notices.tell("It gets every test image right.", "good", about="test")

    def _submit(self) -> None:
        self._notices.settle("test")
        now, data = self._looking.now, self._run_control.data.dataset
        if data is None or self.job is not None or self._jobs.closed:
            return
        loss = self._run_control.document.project.design.recipe.loss
        self.job = self._jobs.submit(told("testing", count=len(data.test)), _test(now, data, loss))
        self.job.done.connect(self._done)
        self.job.failed.connect(self._failed)
        self.job.state_changed.connect(self._job_changed)
        self.changed.emit()

    def _done(self, result: EvaluationResult) -> None:
        self.result, self.job = result, None
        of = result.of
        keep_test(of.run, of.graph, of.snapshot, result.data.fingerprint, result.confusion.evaluation)
        self._current = self.current
        self.changed.emit()
        after, self._after = self._after, []
        if self._current:
            for action in after:
                action()

    def _failed(self) -> None:
        self.job = None
        self._after.clear()
        self.changed.emit()

    def _job_changed(self, state: str) -> None:
        if state == "cancelled":
            self.job = None
            self.changed.emit()

    def _look(self) -> None:
        if self.current != self._current:
            self._follow()

    def _follow(self) -> None:
        """The network may have become another one: its mistakes are then no longer these."""
        current = self.current
        if self._current and not current:
            self._samples.leave_among()
        self._current = current
        self.changed.emit()


def _test(now: LookedAt, data: DataSet, loss: Loss) -> Callable[[Job], Steps]:
    graph, examples = now.graph, data.test
    plan = plan_of(now.run, graph)

    def work(job: Job) -> Steps:
        found: list[Evaluation] = []
        parameters = now.snapshot.parameters
        for start in range(0, len(examples), PIECE):
            part = examples.take(slice(start, start + PIECE))
            found.append(evaluate(graph, parameters, part, plan=plan, loss=loss, cancelled=job.cancelled))
            job.report(min(1.0, (start + PIECE) / len(examples)))
            yield None
        return EvaluationResult(Confusion(joined(found)), now, data)

    classifier(graph)
    return work
