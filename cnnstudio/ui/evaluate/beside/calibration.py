"""By what the last numbers are to be divided so that it can be believed: found on validation, never on test."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject, Signal

from cnnstudio.data.dataset import DataSet
from cnnstudio.data.preparation.split import Split, divided
from cnnstudio.nn.graph.graph import GraphError
from cnnstudio.nn.looking.calibrated import calibrated, last_dense
from cnnstudio.nn.telling.told import Sentence, told, worded
from cnnstudio.nn.training.evaluation import evaluate
from cnnstudio.nn.training.scores import temperature
from cnnstudio.runs.run import plan_of
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.run.evaluation import EvaluationResult, Evaluator
from cnnstudio.ui.run.looked_at import LookedAt, Looking
from cnnstudio.worker.jobs import Job, Jobs, Steps

#: pictures between two looks at whether it goes on
_PIECE = 512


class Calibration(QObject):
    """Follows the evaluator: what is found is of the network that the newest result is about."""

    changed = Signal()

    def __init__(self, document: Document, evaluator: Evaluator, looking: Looking, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._evaluator, self._looking, self._jobs = document, evaluator, looking, jobs
        self._of: EvaluationResult | None = None
        self.job: Job | None = None
        self.temperature: float | None = None
        #: by what they were divided last, while it can be taken back
        self.applied: float | None = None
        evaluator.changed.connect(self._follow)

    def why_not(self) -> str:
        """What keeps it from being calibrated, or ""."""
        result = self._evaluator.result
        if result is None or not self._evaluator.current:
            return "Evaluate the network as it is now first."
        if why := self._evaluator.why_not():
            return why
        try:
            if last_dense(result.of.graph) is None:
                return "The last numbers before Softmax do not come from a Dense layer that could divide them."
            divided(result.data, self._document.project.design.recipe.data.split)
        except GraphError as error:
            return worded(error)
        except ValueError:
            return "There are too few pictures for a validation set."
        return ""

    def fit(self) -> None:
        """Find it on the validation pictures."""
        result = self._evaluator.result
        if result is None or self.why_not() or self.job is not None:
            return
        split = self._document.project.design.recipe.data.split
        self.job = self._jobs.submit(told("calibrating"), _fitting(result.of, result.data, split))
        self.job.done.connect(self._take)
        self.job.state_changed.connect(self._ended)
        self.changed.emit()

    def stop(self) -> None:
        """Give it up."""
        if self.job is not None:
            self.job.cancel()

    def apply(self) -> None:
        """Divide them, as one undo step."""
        result = self._evaluator.result
        if result is None or self.temperature is None or self.why_not():
            return
        now = self._looking.now
        weights = calibrated(now.graph, now.snapshot.parameters, self.temperature).frozen()
        by = self.temperature
        self._document.change_weights(Sentence("Calibrate by {by:.3g}", by=by), now.snapshot.changed(weights))
        self.applied = by
        self.changed.emit()

    def _take(self, found: float) -> None:
        self.job, self.temperature = None, found
        self.changed.emit()

    def _ended(self, state: str) -> None:
        if state in ("failed", "cancelled"):
            self.job = None
            self.changed.emit()

    def _follow(self) -> None:
        if self._evaluator.result is not self._of or not self._evaluator.current:
            self._of, self.temperature = self._evaluator.result, None
            self.stop()
        if self._evaluator.current:
            self.applied = None
        self.changed.emit()


def _fitting(now: LookedAt, data: DataSet, split: Split) -> Callable[[Job], Steps]:
    def work(job: Job) -> Steps:
        _, validation = divided(data, split)
        plan, said = plan_of(now.run, now.graph), []
        for start in range(0, len(validation), _PIECE):
            part = validation.take(slice(start, start + _PIECE))
            found = evaluate(now.graph, now.snapshot.parameters, part, plan=plan, cancelled=job.cancelled)
            said.append(found.probabilities)
            job.report(min(1.0, (start + _PIECE) / len(validation)))
            yield None
        return temperature(np.concatenate(said), validation.labels)

    return work
