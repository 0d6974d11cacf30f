"""The search for a learning rate: a range test of the document's network on the worker, and what it proposes."""

from __future__ import annotations

from contextlib import closing

from PySide6.QtCore import QObject, Signal

from cnnstudio.data.dataset import Examples
from cnnstudio.data.preparation.split import divided
from cnnstudio.design.value.design import Design
from cnnstudio.nn.parameters.parameters import Parameters
from cnnstudio.nn.telling.told import Sentence, told
from cnnstudio.nn.training.rate_range import STEPS, RateTried, proposed_rate
from cnnstudio.runs.plans import plan_for
from cnnstudio.runs.rate_range import try_rates_of
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.run.run_control import RunControl
from cnnstudio.ui.telling.notices import Notices
from cnnstudio.worker.jobs import Job, JobCancelled, Jobs, Steps, Work
from cnnstudio.worker.lanes import Log


class RateSearch(QObject):
    """One search at a time. ``tried`` grows while it is under way: poll it; ``rate`` is what came of it, 0.0 where no
    rate made the loss fall. What it found is gone once the network or its recipe has become another one."""

    changed = Signal()

    def __init__(self, run_control: RunControl, jobs: Jobs, notices: Notices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run_control, self._jobs, self._notices = run_control, jobs, notices
        self.tried: Log[RateTried] = Log()
        self.job: Job | None = None
        self.rate = 0.0
        self._of: Design | None = None
        run_control.document.changed.connect(self._follow)
        run_control.document.opened.connect(self.close)

    @property
    def open(self) -> bool:
        """Whether there is something to be seen: a search under way, or what it found."""
        return self._of is not None

    def why_not(self) -> str:
        """What keeps it from searching now, or ""."""
        control = self._run_control
        if control.session.active or control.waiting:
            return "The network is being trained. Stop the training first: one of both at a time."
        if control.data.dataset is None and control.data.job is not None:
            return "The images are still being prepared."
        return control.why_not()

    def begin(self) -> None:
        """Search anew, or say why not."""
        if why := self.why_not():
            self._notices.tell(why, "warning", about="rate")
            return
        data, project = self._run_control.data.dataset, self._document.project
        if data is None:
            self._run_control.data.when_all_are_there(self.begin)
            return
        if self._jobs.closed:
            return
        self.close()
        self.tried, self.rate, self._of = Log(), 0.0, project.design
        learning, _ = divided(data, project.design.recipe.data.split)
        threads = self._run_control.threads()
        work = _searching(project.design, project.weights.parameters, learning, threads, self.tried)
        job = self.job = self._jobs.submit(told("trying-rates"), work)
        job.done.connect(lambda rate: self._done(job, rate))
        job.state_changed.connect(lambda state: self._ended(job, state))
        self.changed.emit()

    def close(self) -> None:
        """Give up a search under way, and forget what was found."""
        job, self.job, self._of = self.job, None, None
        if job is not None:
            job.cancel()
        self.changed.emit()

    def take(self) -> None:
        """Train with the proposed rate from now on, as one undo step."""
        if not self.rate or self._of is None:
            return
        design = self._document.project.design
        name = Sentence("Take the learning rate {rate:g}", rate=self.rate)
        recipe = design.recipe.choose(learning_rate=self.rate)
        self.close()
        self._document.edit(name, design.with_changes(recipe=recipe))

    @property
    def _document(self) -> Document:
        return self._run_control.document

    def _done(self, job: Job, rate: float) -> None:
        if job is self.job:
            self.rate, self.job = rate, None
            self.changed.emit()

    def _ended(self, job: Job, state: str) -> None:
        if job is self.job and state in ("failed", "cancelled"):
            self.close()

    def _follow(self) -> None:
        now, of = self._document.project.design, self._of
        if of is not None and (now.graph, now.recipe, now.locks) != (of.graph, of.recipe, of.locks):
            self.close()


def _searching(design: Design, parameters: Parameters, learning: Examples, threads: int, tried: Log[RateTried]) -> Work:
    def work(job: Job) -> Steps:
        plan = plan_for(design.graph, design.recipe.batch_size, threads, job.cancelled)
        yield None
        with closing(try_rates_of(design, parameters, learning, plan, job.cancelled)) as steps:
            for one in steps:
                tried.append(one)
                job.report(len(tried) / STEPS)
                yield None
        if job.cancelled():
            raise JobCancelled
        return proposed_rate(tried.read())

    return work
