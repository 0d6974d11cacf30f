"""What has been found out about what filters look for: jobs that find it, kept for the layer and its weights."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from cnnstudio.nn.arrays import Array, thousands
from cnnstudio.nn.explaining.dependence import Cell, as_volume
from cnnstudio.nn.looking.exciting.grown_patterns import SHOWN, STEPS, grow
from cnnstudio.nn.looking.exciting.most_exciting import Excitement, Images, most_exciting, patch_of
from cnnstudio.nn.looking.probed import Probed
from cnnstudio.nn.network.threads import one_blas_thread
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.nn.telling.told import Told, told
from cnnstudio.ui.explain.stages.patterns_through import Patterns, cells_through, layers_through
from cnnstudio.ui.look import pictures
from cnnstudio.worker.jobs import Job, JobCancelled, Jobs, Steps, Work
from cnnstudio.worker.lanes import Latest

#: so many places are kept for each filter; so many patterns grow at once; so many layers are remembered
KEPT, TOGETHER, REMEMBERED = 9, 16, 12
T = TypeVar("T")
#: milliseconds between two looks at what the jobs have found
_POLL = 250


@dataclass(frozen=True, eq=False)
class Subject:
    """A layer of a network with its weights, and the images."""

    probed: Probed
    node: str
    images: Images

    def same_layer(self, other: Subject) -> bool:
        """Whether both are the same layer on the same images, with whatever weights."""
        return self.node == other.node and self.images is other.images and self.probed.graph == other.probed.graph

    def same(self, other: Subject) -> bool:
        """Whether the weights are the same too."""
        mine, theirs = self.probed.snapshot.parameters, other.probed.snapshot.parameters
        return self.same_layer(other) and mine is theirs

    def cell(self, item: int, row: int, column: int) -> Cell:
        """A cell of one of the layer's filters or units."""
        return (row, column, item) if self.probed.values[self.node].ndim == 3 else (item,)


@dataclass(eq=False)
class Found:
    """What is known of a subject; ``patterns`` by filter, uint8 (h, w, C): the part that the cell sees."""

    subject: Subject
    excitement: Excitement | None = None
    patterns: dict[int, Array] = field(default_factory=dict)
    _patches: dict[tuple[int, Cell], tuple[QImage, Array]] = field(default_factory=dict)

    def patch(self, item: int, rank: int) -> tuple[QImage, Array] | None:
        """One of a filter's favourites: its picture and its pixels; None where there is none."""
        found, subject = self.excitement, self.subject
        if found is None or not np.isfinite(found.values[item, rank]):
            return None
        image = int(found.images[item, rank])
        cell = subject.cell(item, int(found.rows[item, rank]), int(found.columns[item, rank]))
        if (image, cell) not in self._patches:
            pixels = patch_of(subject.probed.graph, subject.node, cell, subject.images.read(np.array([image]))[0])
            self._patches[image, cell] = (pictures.image_picture(pixels), pixels)
        return self._patches[image, cell]


def _alone(steps: Generator[T]) -> Generator[T]:
    """Each step on one of the processor's threads: more of them only get into each other's way with small products."""
    while True:
        with one_blas_thread():
            found = next(steps, None)
        if found is None:
            return
        yield found


class Finder(QObject):
    """Looks at one subject at a time; what was found of others is remembered for as long as their weights live."""

    changed = Signal()

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self.found: Found | None = None
        self._remembered: list[Found] = []
        self.searching: Job | None = None
        self.growing: Job | None = None
        self._lanes: dict[str, Latest[Any]] = {"excitement": Latest(), "patterns": Latest()}
        self._seen = {"excitement": 0, "patterns": 0}
        #: the network whose layers' patterns are grown through all of it, and what has grown
        self.through: tuple[Probed, Patterns] | None = None
        self.travelling: Job | None = None
        self._through_lane: Latest[Patterns] = Latest()
        self._timer = QTimer(self, interval=_POLL)
        self._timer.timeout.connect(self._poll)

    @property
    def running(self) -> Job | None:
        """The job that is under way, or waits."""
        return next((job for job in self._jobs_of_mine if not job.over), None)

    @property
    def _jobs_of_mine(self) -> list[Job]:
        return [job for job in (self.searching, self.growing, self.travelling) if job is not None]

    def look_at(self, subject: Subject) -> None:
        """Take out what is known of a subject. Other weights of the same layer leave what there is, until something
        is known of them."""
        known = next((found for found in self._remembered if found.subject.same(subject)), None)
        if self.found is not None and (known is self.found or (known is None and self._keeps(subject))):
            return
        self._turn_to(known)
        self.changed.emit()

    def _keeps(self, subject: Subject) -> bool:
        return self.found is not None and self.found.subject.same_layer(subject)

    def is_current(self, subject: Subject) -> bool:
        """Whether what is shown was found with these weights."""
        return self.found is not None and self.found.subject.same(subject)

    def stop(self) -> None:
        """End the jobs; what has been found stays."""
        self._poll()
        for job in self._jobs_of_mine:
            if not job.over:
                job.cancel()

    def search(self, subject: Subject, layer: str) -> None:
        """Look through all images for what excites each filter most."""
        self._begin(subject)
        lane, most = self._fresh("excitement"), len(subject.images)

        def work(job: Job) -> Steps:
            graph, weights = subject.probed.graph, subject.probed.snapshot
            for found in _alone(most_exciting(graph, weights, subject.images, subject.node, kept=KEPT)):
                if job.cancelled():
                    raise JobCancelled
                lane.put(found)
                job.report(found.seen / most, f"{thousands(found.seen)} of {amount(most, 'image')}")
                yield None

        self.searching = self._submit(told("exciting", layer=layer), work)
        self.changed.emit()

    def grow(self, subject: Subject, layer: str, first: int) -> None:
        """Grow a pattern for every filter, those beside ``first`` to begin with."""
        self._begin(subject)
        lane = self._fresh("patterns")
        rows, columns, count = as_volume(subject.probed.values[subject.node].shape)
        starts = sorted(range(0, count, TOGETHER), key=lambda start: not start <= first < start + TOGETHER)
        whole = len(starts) * STEPS

        def work(job: Job) -> Steps:
            graph, weights, grown = subject.probed.graph, subject.probed.snapshot, {}
            for place, start in enumerate(starts):
                items = range(start, min(start + TOGETHER, count))
                cells = [subject.cell(item, rows // 2, columns // 2) for item in items]
                for number, images in enumerate(_alone(grow(graph, weights, subject.node, cells)), start=1):
                    if job.cancelled():
                        raise JobCancelled
                    for item, cell, image in zip(items, cells, images, strict=True):
                        grown[item] = patch_of(graph, subject.node, cell, image)
                    lane.put(dict(grown))
                    done = place * STEPS + number * SHOWN
                    job.report(done / whole, f"{thousands(min(count, start + TOGETHER))} of {amount(count, 'pattern')}")
                    yield None

        self.growing = self._submit(told("patterns", layer=layer), work)
        self.changed.emit()

    def travel(self, probed: Probed) -> None:
        """Grow a few patterns in every layer, the first layer to begin with."""
        before, job = self.through, self.travelling
        if before is not None and job is not None and job.state not in ("cancelled", "failed"):
            if before[0].graph == probed.graph and before[0].snapshot.parameters is probed.snapshot.parameters:
                return
            job.cancel()
        lane = self._through_lane = Latest()
        self.through = (probed, {})
        nodes = layers_through(probed)

        def work(job: Job) -> Steps:
            grown: dict[str, list[Array]] = {}
            for place, node in enumerate(nodes):
                cells = cells_through(probed, node)
                steps = _alone(grow(probed.graph, probed.snapshot, node, cells))
                for number, images in enumerate(steps, start=1):
                    if job.cancelled():
                        raise JobCancelled
                    pairs = zip(cells, images, strict=True)
                    grown[node] = [patch_of(probed.graph, node, cell, image) for cell, image in pairs]
                    lane.put(dict(grown))
                    done = (place + number * SHOWN / STEPS) / len(nodes)
                    job.report(done, f"layer {place + 1} of {len(nodes)}")
                    yield None

        self.travelling = self._submit(told("patterns-through"), work)
        self.changed.emit()

    def _begin(self, subject: Subject) -> None:
        if not self.is_current(subject):
            found = Found(subject)
            self._turn_to(found)
            self._remembered = [*self._remembered[1 - REMEMBERED :], found]

    def _turn_to(self, found: Found | None) -> None:
        self._poll()
        for job in (self.searching, self.growing):
            if job is not None and not job.over:
                job.cancel()
        self._lanes = {what: Latest() for what in self._lanes}  # what the jobs still say is of another subject
        self._seen = dict.fromkeys(self._seen, 0)
        self.found = found

    def _fresh(self, what: str) -> Latest[Any]:
        self._lanes[what], self._seen[what] = Latest(), 0
        return self._lanes[what]

    def _submit(self, title: Told, work: Work) -> Job:
        job = self._jobs.submit(title, work)
        job.state_changed.connect(lambda _state: self._poll())
        self._timer.start()
        return job

    def _poll(self) -> None:
        """Take what the jobs have found."""
        for what, lane in self._lanes.items():
            value, self._seen[what] = lane.newer_than(self._seen[what])
            if value is not None and self.found is not None:
                setattr(self.found, what, value)
        if self.through is not None and self._through_lane.value is not None:
            self.through = (self.through[0], self._through_lane.value)
        if self.running is None:
            self._timer.stop()
        self.changed.emit()
