"""The problems of the document: which there are, which one is being looked at, and what its repairs would do.

The panel lists them, the canvas shows the open one on its card, F8 walks through them; all ask here.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from cnnstudio.design.analysis.analysis import analyse
from cnnstudio.design.analysis.repairs import Repair, Stopped, repairs
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.environment import Environment, environment
from cnnstudio.design.value.problem import Problem
from cnnstudio.design.wording.problems import problem_words
from cnnstudio.design.wording.repairs import RepairTitle
from cnnstudio.nn.telling.phrases import Words
from cnnstudio.nn.telling.told import Sentence
from cnnstudio.ui.document.document import Document
from cnnstudio.worker.background import Background

#: repairs of larger designs take long enough to be felt; they are tried out beside the window once the hand has rested
#: so many milliseconds
LARGE, REST = 100, 300

#: what repairs were asked for
Asked = tuple[Design, Problem, Environment]


class Findings(QObject):
    """Whatever keeps the design from being trained first, errors before all, then advice."""

    #: the problems, or the one that is open, have changed
    changed = Signal()
    #: (Effect or None): what the repair that is being looked at would do
    previewed = Signal(object)
    #: the open problem is to be shown in the panel, its first repair ready
    repairs_asked = Signal()
    #: (tuple of ids): the layers that a repair has put in, set otherwise or wired otherwise
    repaired = Signal(object)

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.all: tuple[Problem, ...] = ()
        #: the design in which they were found
        self.design = document.project.design
        self._data: tuple[tuple[int, ...], int, str] = ((), 0, "")
        self._open: tuple[str, str | None] | None = None
        self._previewed: Repair | None = None
        self._rest = QTimer(self, interval=REST, singleShot=True)
        self._rest.timeout.connect(self._try_out)
        self._background = Background("Trying out the repairs", self)
        self._background.answered.connect(self._tried)
        self._asked: Asked | None = None
        self._known: tuple[Asked, tuple[Repair, ...]] | None = None
        document.changed.connect(self._follow)
        document.selection_changed.connect(self._follow_selection)
        self._follow()

    def set_data(self, image_shape: tuple[int, ...], classes: int, missing: str = "") -> None:
        """Shape and number of classes of the design's data, where they are known; ``missing`` is what the data is
        called if it could not be opened."""
        self._data = (tuple(image_shape), classes, missing)
        self._follow()

    @property
    def environment(self) -> Environment:
        """What lies around the design now."""
        return environment(self.document.project.design, *self._data, taught=not self.document.project.fresh)

    @property
    def open(self) -> Problem | None:
        """The problem that is looked at: the one that was chosen, else the first for which Train waits."""
        for problem in self.all:
            if (problem.code, problem.node) == self._open:
                return problem
        return next(iter(self.grave), None)

    @property
    def grave(self) -> tuple[Problem, ...]:
        """Those for which Train waits."""
        return tuple(problem for problem in self.all if problem.prevents_training)

    @property
    def preview(self) -> Repair | None:
        """The repair whose effect is shown."""
        return self._previewed

    def words(self, problem: Problem) -> Words:
        """The heading and the sentence of a problem."""
        return problem_words(self.design, problem)

    def repairs(self, problem: Problem) -> tuple[Repair, ...]:
        """The ranked repairs of a problem; in a large design none until they have been tried out."""
        design = self.document.project.design
        if len(design.graph) <= LARGE:
            return repairs(design, problem, self.environment)
        if self._known is not None and self._known[0][0] is design and self._known[0][1] == problem:
            return self._known[1]
        if not self._rest.isActive():
            self._rest.start()
        return ()

    def shutdown(self) -> None:
        """Wait for the worker to end. Safe to call twice."""
        self._rest.stop()
        self._asked = None
        self._background.shutdown()

    def _try_out(self) -> None:
        problem = self.open
        if problem is not None:
            key = self._asked = (self.document.project.design, problem, self.environment)
            self._background.ask(lambda: (key, self._repairs(key)))

    def _repairs(self, key: Asked) -> tuple[Repair, ...] | None:
        """In the worker: the repairs, or None once something else is asked for."""
        try:
            return repairs(*key, stopped=lambda: self._asked is not key)
        except Stopped:
            return None

    def _tried(self, found: tuple[Asked, tuple[Repair, ...] | None]) -> None:
        key, offered = found
        if offered is not None:
            self._known = key, offered
            if key[0] is self.document.project.design:
                self.changed.emit()

    def choose(self, problem: Problem) -> None:
        """Look at a problem."""
        if (problem.code, problem.node) != self._open:
            self._open = (problem.code, problem.node)
            self.show(None)
            self.changed.emit()

    def walk(self, by: int) -> Problem | None:
        """Look at the next (1) or previous (-1) problem; None if there is none."""
        if not self.all:
            return None
        chosen = [p for p in self.all if (p.code, p.node) == self._open]
        place = (self.all.index(chosen[0]) + by) if chosen else (0 if by > 0 else -1)
        problem = self.all[place % len(self.all)]
        self.choose(problem)
        return problem

    def show(self, repair: Repair | None) -> None:
        """Show what a repair would do; None takes it away."""
        if repair is not self._previewed:
            self._previewed = repair
            self.previewed.emit(repair.effect if repair is not None else None)

    def apply(self, repair: Repair) -> None:
        """Carry a repair out, as one undo step."""
        self.show(None)
        design = self.document.project.design
        self.document.edit(Sentence("{repair}", repair=RepairTitle(design, repair.what)), repair.edit(design))
        before, after = design.graph, self.document.project.design.graph
        self.repaired.emit(tuple(node.id for node in after if node.id not in before or before[node.id] != node))

    def _follow(self) -> None:
        design = self.design = self.document.project.design
        self._asked = None
        facts = analyse(design.graph, self.environment)
        found = sorted(facts.findings, key=lambda problem: (not problem.prevents_training, problem.severity != "error"))
        self.show(None)
        if found and len(design.graph) > LARGE:
            self._rest.start()  # again, until the hand rests
        self.all = tuple(found)
        self.changed.emit()

    def _follow_selection(self) -> None:
        selection = self.document.selection
        here = next((p for p in self.all if p.node in selection), None)
        if here is not None and (self.open is None or self.open.node not in selection):
            self.choose(here)
