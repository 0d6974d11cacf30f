"""What is asked about the picture that is looked at, and what came out: the map, and its two tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.graph.graph import GraphError
from cnnstudio.nn.looking.attribution.depending import Depending, Stage, alike, randomised
from cnnstudio.nn.looking.attribution.fills import Fill
from cnnstudio.nn.looking.attribution.mattering import Mattering, Rivals, mattering
from cnnstudio.nn.looking.attribution.methods import (
    AT_LAYERS,
    Looked,
    Method,
    Question,
    first_question,
    likeliest,
    look,
    methods_for,
)
from cnnstudio.nn.parameters.parameters import Parameters
from cnnstudio.nn.telling.told import told, worded
from cnnstudio.ui.evaluate.one_job import OneJob
from cnnstudio.ui.run.looked_at import LookedAt, Looking
from cnnstudio.worker.jobs import Job, Jobs, Steps

#: milliseconds that is waited for more changes before something is computed
_PAUSE = 40
#: steps from black that are enough to see whether a map falls apart
_FEW_STEPS = 32


@dataclass(frozen=True)
class Trial:
    """How the pixels are taken away, and what the map is compared with."""

    fill: Fill = "blur"
    rivals: Rivals = "moved"


class Inquiry(QObject):
    """Asks anew when the picture, the weights or the question are others, while somebody wants to see it. What is
    looked at while a network learns is not asked about: it changes all the time."""

    changed = Signal()

    def __init__(self, looking: Looking, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._looking = looking
        self._wanted = False
        self._of: LookedAt | None = None
        #: the method and the layer that were chosen by hand, and the class for this picture
        self._method: Method | None = None
        self._node = ""
        self._label = -1
        self.question: Question | None = None
        self.probabilities: Floats | None = None
        self.looked: Looked | None = None
        self.depending: Depending | None = None
        self.mattering: Mattering | None = None
        self.trial = Trial()
        self.why = ""
        #: whether the map was given up before it was there
        self.given_up = False
        self._trials = {what: OneJob(jobs, self) for what in ("looking", "depending", "mattering")}
        for trial in self._trials.values():
            trial.done.connect(self._take)
            trial.changed.connect(self.changed)
        self._soon = QTimer(self, singleShot=True, interval=_PAUSE)
        self._soon.timeout.connect(self._ask)
        looking.changed.connect(self._follow)

    @property
    def jobs(self) -> dict[str, Job]:
        """What is under way, by what it is for."""
        return {what: trial.job for what, trial in self._trials.items() if trial.job is not None}

    @property
    def of(self) -> LookedAt | None:
        """The network and the picture that the answers are about."""
        return self._of

    def want(self, wanted: bool) -> None:
        """Whether somebody can see what comes out."""
        self._wanted = wanted
        self._follow()

    def choose(self, *, label: int | None = None, method: Method | None = None, node: str | None = None) -> None:
        """Ask for another class, by another method, or at another layer."""
        if self.question is None:
            return
        self._label = self._label if label is None else label
        self._method = self._method if method is None else method
        self._node = self._node if node is None else node
        self.ask_again()

    def test_depending(self) -> None:
        """Does the map depend on what was learned?"""
        if self.looked is not None and "depending" not in self.jobs:
            self.depending = None
            self._trials["depending"].begin(told("drawing-anew"), self._draw_anew(self.looked))

    def test_mattering(self, trial: Trial | None = None) -> None:
        """Does it matter what the map points at? Tried in this way from now on."""
        self.trial = trial or self.trial
        if self.looked is not None:
            self.mattering = None
            self._trials["mattering"].begin(told("taking-away"), self._take_away(self.looked, self.trial))

    def stop(self, what: str) -> None:
        """Give up what is under way."""
        self.given_up = self.given_up or (what == "looking" and what in self.jobs)
        self._trials[what].stop()
        self.changed.emit()

    @property
    def failed(self) -> tuple[str, ...]:
        """The tests that the map has failed."""
        found = (("depending", self.depending is not None and not self.depending.depends),
                 ("mattering", self.mattering is not None and not self.mattering.matters))  # fmt: skip
        return tuple(name for name, bad in found if bad)

    # asking

    def _follow(self, *_now: object) -> None:
        now = self._looking.now
        if not self._wanted or now.live or (self._of is not None and _same(self._of, now)):
            return
        if self._of is not None and (now.picture is not self._of.picture or now.graph is not self._of.graph):
            self._label = -1
        self._of = now
        self.ask_again()

    def ask_again(self) -> None:
        """Ask from the start: what is under way or known is of no use any more."""
        self.given_up = False
        self.looked = self.depending = self.mattering = None
        for trial in self._trials.values():
            trial.stop()
        self._soon.start()

    def _ask(self) -> None:
        now = self._of
        if now is None:
            return
        self.why = ""
        try:
            if now.picture is None:
                self.why = "There is no picture to look at yet."
            elif now.graph.images and now.graph.shape(now.graph.images[0]) != now.picture.shape:
                self.why = "The picture does not have the shape that the Input layer takes."
            else:
                methods_for(now.graph)
        except GraphError as error:
            self.why = worded(error)
        if not self.why:
            chosen = self._label, self._method, self._node
            self._trials["looking"].begin(told("looking"), partial(_looking, now, chosen))
        self.changed.emit()

    def _take(self, result: object) -> None:
        if isinstance(result, Looked):
            self.looked, self.question, self.probabilities = result, result.question, result.probabilities
        elif isinstance(result, Depending):
            self.depending = result
        elif isinstance(result, Mattering):
            self.mattering = result

    # work

    def _draw_anew(self, looked: Looked) -> Callable[[Job], Steps]:
        now = self._of
        assert now is not None and now.picture is not None
        graph, picture, parameters, first = now.graph, now.picture, now.snapshot.parameters, looked.map

        def map_of(others: Parameters, job: Job) -> Floats:
            return look(graph, others, picture, looked.question, cancelled=job.cancelled, most_steps=_FEW_STEPS).map

        def work(job: Job) -> Steps:
            stages: list[Stage] = []
            many = sum(1 for slot in parameters.layout.firsts)
            for node, mixed in randomised(graph, parameters, seed=1):
                found = map_of(mixed, job)
                stages.append(Stage(node, found, alike(first, found)))
                job.report(len(stages) / max(1, many))
                yield None
            return Depending(first, tuple(stages))

        return work

    def _take_away(self, looked: Looked, trial: Trial) -> Callable[[Job], Steps]:
        now = self._of
        assert now is not None and now.picture is not None
        graph, picture, parameters = now.graph, now.picture, now.snapshot.parameters

        def work(job: Job) -> Steps:
            yield None
            return mattering(
                graph, parameters, picture, looked.question.label, looked.map, trial.fill, trial.rivals,
                progress=job.report, cancelled=job.cancelled,
            )  # fmt: skip

        return work


def _looking(now: LookedAt, chosen: tuple[int, Method | None, str], job: Job) -> Steps:
    """Ask, for what was chosen as far as the network has it, else for what is asked first."""
    label, method, node = chosen
    graph, parameters, picture = now.graph, now.snapshot.parameters, now.picture
    assert picture is not None
    question = first_question(graph, likeliest(graph, parameters, picture))
    yield None
    if label >= 0:
        question = replace(question, label=label)
    if method in methods_for(graph):
        first = question.node
        question = replace(question, method=method, node=first if method in AT_LAYERS else "")
    if question.method in AT_LAYERS and node in graph.computable and len(graph.shape(node)) == 3:
        question = replace(question, node=node)
    return look(graph, parameters, picture, question, job.report, job.cancelled)


def _same(one: LookedAt, other: LookedAt) -> bool:
    """Whether the same weights look at the same picture."""
    same_picture = one.picture is other.picture or (
        one.picture is not None and other.picture is not None and np.array_equal(one.picture, other.picture)
    )
    return same_picture and one.same_network(other)
