"""Gradient descent on the real loss of the user's network: a ball on the map of two of its weights."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cnnstudio.design.value.design import Design
from cnnstudio.lessons.live.loss_surface import At, LossSurface, Slopes, stepped, weighty_nodes
from cnnstudio.nn.graph.graph import Graph, GraphError
from cnnstudio.nn.looking.first_weights import first_weights
from cnnstudio.nn.parameters.parameters import Snapshot
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.nn.telling.told import worded
from cnnstudio.ui.explain.parts.sums import step_text
from cnnstudio.ui.learn.views.descent.descent_controls import DescentControls
from cnnstudio.ui.learn.views.descent.loss_trace import LossTrace
from cnnstudio.ui.learn.views.descent.surface_picture import SurfacePicture
from cnnstudio.ui.learn.views.live_view import WorkedOutView, unchanged
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.look.numbers import number_text
from cnnstudio.ui.run.run_control import RunControl

_PICTURES = 32
#: places along each side of the map, the finest that is done in so many seconds
_GRIDS, _SECONDS = (33, 25, 17, 11), 8.0
#: milliseconds between two steps while the ball rolls, and the most steps it takes by itself
_PACE, _ROLL = 90, 40


@dataclass(frozen=True, eq=False)
class _Begun:
    surface: LossSurface
    before: At
    reach: float
    start: Slopes
    grid: int
    pictures: int


@dataclass(frozen=True, eq=False)
class _Kept:
    """Two weights of a network that stay the same while it learns."""

    graph: Graph
    node: str
    pair: int
    weights: tuple[tuple[int, ...], tuple[int, ...]]


class DescentView(WorkedOutView):
    """``loss``, ``steps``, ``rate``; ``fallen``, per cent of the way from the start to the lowest place on the map;
    ``risen``, how many steps made the loss greater."""

    def __init__(self, run_control: RunControl) -> None:
        super().__init__("The loss of the network, and the way down", "Way down", "Working out the way down")
        self._run_control = run_control
        self._begun: _Begun | None = None
        self._rows: list[int] = []
        self.path: list[Slopes] = []
        self._walked = self.path  # the path that the step under way belongs to
        self._risen, self._to_go, self._asked = 0, 0, False
        self.message = label("", "soft", wrap=True)
        self.picture = SurfacePicture()
        self.picture.placed.connect(self._place)
        self.first = self.picture
        self.controls = DescentControls()
        self.controls.step.clicked.connect(lambda: self._walk(1))
        self.controls.roll.clicked.connect(lambda: self._walk(0 if self._to_go else _ROLL))
        self.controls.again.clicked.connect(self.begin)
        self.controls.other.clicked.connect(self._other_pair)
        self.controls.layers.activated.connect(self._other_layer)
        self._pair = 0
        self._kept: _Kept | None = None
        self.words = label("", wrap=True)
        theme.wear(self.words, "formula")
        self.words.setToolTip("The last step in numbers: weight − learning rate × gradient, for both weights")
        self.loss = label("")
        theme.wear(self.loss, "formula")
        self.loss.setToolTip("The loss before the last step, and after it")
        self.verdict = label("", "secondary", wrap=True)
        self.verdict.setToolTip("The gradient at the ball, as backpropagation finds it and as trying confirms it")
        self.trace = LossTrace()
        self._lay_out()
        self._pace = QTimer(self, interval=_PACE, singleShot=True)
        self._pace.timeout.connect(self._next_step)
        run_control.data.changed.connect(self._enter)

    def _lay_out(self) -> None:
        self.stage = QWidget()
        row = QHBoxLayout()
        row.setSpacing(16)
        side = QVBoxLayout()
        side.setSpacing(6)
        side.addWidget(self.controls)
        side.addWidget(self.trace, 1)
        row.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(side, 1)
        said = QHBoxLayout()
        said.setSpacing(16)
        said.addWidget(self.words, 1)
        said.addWidget(self.loss)
        below = QVBoxLayout(self.stage)  # what is said grows there, and moves nothing
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(5)
        for part in (row, said):
            below.addLayout(part)
        below.addWidget(self.verdict)
        self.column.addWidget(self.message)
        self.column.addWidget(self.stage)
        self.stage.hide()

    @property
    def numbers(self) -> Mapping[str, float]:
        """See ``LiveView``."""
        if not self.path:
            return {}
        start, here, known = self.path[0].loss, self.path[-1].loss, self.picture.known
        lowest = min(float(known.min()), here) if len(known) else here
        way = start - lowest
        return {
            "loss": here if math.isfinite(here) else 1e15,
            "steps": len(self.path) - 1,
            "rate": self.controls.rate,
            "fallen": 100 * (start - here) / way if way > 0 and math.isfinite(here) and not self._rows else 0.0,
            "risen": self._risen,
        }

    def show_design(self, design: Design) -> None:
        """See ``LiveView``."""
        super().show_design(design)
        self._seed = design.recipe.seed

    _seed = 0
    #: the learning rate of the last step, and that of the step under way
    _rate = _next_rate = 0.0

    @property
    def measured(self) -> bool:
        """Whether all of the map is there."""
        return self._begun is not None and not self._rows

    def count_anew(self) -> None:
        """See ``LiveView``."""
        self.begin()

    def begin(self) -> None:
        """The ball where it was put down first."""
        if self.path:
            self._to_go, self._risen = 0, 0
            self.path = self.path[:1]
            self._say()

    # what is asked of the worker

    def _enter(self) -> None:
        now, data = self._now, self._run_control.data
        if now is None or not self.isVisible():
            return
        graph, sample = now.graph, data.dataset or data.sample
        try:
            nodes = weighty_nodes(graph)
        except GraphError as error:
            self._tell(f"{worded(error)} Then its loss can be seen here.")
            return
        if sample is None:
            self._tell("Waiting for the pictures…")
            return
        if tuple(sample.image_shape) != tuple(graph.shape(graph.computable.order[0])):
            self._tell("The pictures of the data do not fit the Input: there is no loss to be seen.")
            return
        if not nodes:
            self._tell("Add a layer with weights to see how the loss depends on them.")
            return
        self.controls.show_layers(nodes, {node: self.name_of(graph, node) for node in nodes}, graph)
        node = self.controls.layer
        key = (graph, now.snapshot, sample, node, self._pair)
        if unchanged(key, self._key):
            return
        self._key, self._begun, self.path, self._rows = key, None, [], []
        self._to_go, self._risen, self._asked = 0, 0, False
        self.verdict.setText("Measuring the loss…")
        self.message.setText(self.verdict.text())
        self.message.setVisible(self.stage.isHidden())
        chosen = np.arange(min(_PICTURES, len(sample.train)))
        kept = self._kept
        if kept is not None and (kept.graph != graph or (kept.node, kept.pair) != (node, self._pair)):
            self._kept = kept = None
        seed = self._seed if now.run is None else now.run.design.recipe.seed
        work = partial(_begin, graph, now.snapshot, sample.train.read(chosen), sample.train.labels[chosen], node)
        self._ask(partial(work, self._pair, kept, seed))

    def _ask(self, work: Callable[[], Any]) -> None:
        key = self._key
        self._background.ask(lambda: (key, work()))

    def _answered(self, told: tuple[tuple[Any, ...], Any]) -> None:
        key, answer = told
        if key is not self._key:
            return
        if isinstance(answer, _Begun):
            self._show_begun(answer)
        elif isinstance(answer, Slopes):
            self._arrive(answer)
        else:
            row, losses = answer
            self._rows.remove(row)
            self.picture.show_row(row, losses)
            self.changed.emit()
        self._go_on()

    def _go_on(self) -> None:
        """The rows of the map that are missing, unless a step is under way."""
        begun = self._begun
        if begun is None or self._asked:
            return
        if not self._rows:
            self._say()
            return
        now, reach = begun.surface.now, begun.reach
        along, up = (np.linspace(n - reach, n + reach, begun.grid) for n in now)
        row = self._rows[0]
        self._ask(lambda: (row, begun.surface.row(float(up[row]), along)))

    def _walk(self, steps: int) -> None:
        self._to_go = steps
        self._say()
        self._next_step()

    def _next_step(self) -> None:
        if not self._to_go or self._begun is None or self._asked or not self.path:
            return
        last = self.path[-1]
        if not math.isfinite(last.loss):
            self._to_go = 0
            self._say()
            return
        self._to_go -= 1
        self._next_rate = self.controls.rate
        self._look(stepped(last.at, last.gradient, self._next_rate))

    def _look(self, at: At) -> None:
        assert self._begun is not None
        self._asked, self._walked = True, self.path
        self._ask(partial(self._begun.surface.slopes, at))

    def _place(self, at: At) -> None:
        if self._begun is not None and not self._asked:
            self.path, self._to_go, self._risen = [], 0, 0
            self._look(at)

    def _other_pair(self) -> None:
        self._pair += 1
        self._enter()

    def _other_layer(self, _index: int) -> None:
        self._pair = 0
        self._enter()

    # what is shown

    def _tell(self, sentence: str) -> None:
        self._key, self._begun, self.path, self._rows = (), None, [], []
        self._to_go, self._risen, self._asked = 0, 0, False
        self.message.setText(sentence)
        self.message.setVisible(True)
        self.stage.setVisible(False)

    def _show_begun(self, begun: _Begun) -> None:
        self._begun, surface = begun, begun.surface
        self.message.setVisible(False)
        self.stage.setVisible(True)
        names = (_weight_name(surface.first), _weight_name(surface.second))
        if self._kept is None and self._now is not None:
            pair = (surface.first, surface.second)
            self._kept = _Kept(self._now.graph, self.controls.layer, self._pair, pair)
        self.picture.show_frame(surface.now, begun.reach, names, begun.grid, begun.before)
        self._rows = _coarse_first(begun.grid)
        self.path = [begun.start]
        name = self.controls.layers.currentText()
        pictures = amount(begun.pictures, "picture")
        self.title.setText(f"The loss on {pictures}, for two weights of {name}")
        self._room_changed()
        self._say()

    def _arrive(self, found: Slopes) -> None:
        self._asked = False
        if self._walked is not self.path:  # the ball was put back meanwhile
            self._next_step()
            return
        if self.path and not found.loss <= self.path[-1].loss:
            self._risen += 1
        self.path.append(found)
        self._rate = self._next_rate
        self._say()
        if self._to_go:
            self._pace.start()

    def _say(self) -> None:
        self.picture.show_path([slopes.at for slopes in self.path])
        self.trace.show_losses([slopes.loss for slopes in self.path])
        self.controls.roll.setText("Hold" if self._to_go else "Roll")
        if not self.path:
            return
        here, lines = self.path[-1], []
        if len(self.path) > 1:
            last = self.path[-2]
            for number, sign in ((0, "₁"), (1, "₂")):
                step = step_text(last.at[number], self._rate, last.gradient[number], here.at[number])
                lines.append(f"w{sign} = {step}")
            loss = f"loss {number_text(last.loss)}\n→ {number_text(here.loss)}"
        else:
            lines += [f"w₁ = {number_text(here.at[0])}", f"w₂ = {number_text(here.at[1])}"]
            loss = f"loss {number_text(here.loss)}"
        self.words.setText("\n".join(lines))
        self.loss.setText(loss)
        self.verdict.setText(self._verdict(here))
        self.changed.emit()

    def _verdict(self, here: Slopes) -> str:
        if not math.isfinite(here.loss) or not np.isfinite(here.gradient).all():
            return "The loss is beyond all numbers: the step was far too large. Begin again."
        said = "Measuring the map… " if self._rows else ""
        said += f"{amount(len(self.path) - 1, 'step')}. "
        if len(self.path) > 1 and here.loss > self.path[-2].loss:
            said += "The step was too large, over the valley: the loss is greater than before. "
        if not self.picture.inside(here.at):
            said += "The ball has left the map. "
        pairs = zip(here.gradient, here.tried, strict=True)
        fits = all(abs(a - b) <= 1e-4 * max(abs(a), 1e-3) for a, b in pairs)
        tried = ", ".join(number_text(value) for value in here.tried)
        gradient = ", ".join(number_text(value) for value in here.gradient)
        check = "\u00a0✓" if fits else " (at a corner of the loss, both sides differ)"
        return said + f"Gradient here by backpropagation: {gradient}; by trying: {tried}{check}"

    # size

    def hideEvent(self, event: QHideEvent) -> None:
        self._to_go = 0
        super().hideEvent(event)

    def _room_changed(self) -> None:
        self.picture.set_side(max(150, min(280, round(self.room * 0.32))))


def _begin(
    graph: Graph,
    snapshot: Snapshot,
    images: NDArray[np.uint8],
    labels: NDArray[np.int64],
    node: str,
    pair: int,
    kept: _Kept | None,
    seed: int,
) -> _Begun:
    weights = None if kept is None else kept.weights
    surface = LossSurface(graph, snapshot, images, labels, node, pair, weights)
    first = first_weights(graph, snapshot.parameters, seed, node)
    before = surface.now if first is None else (float(first[surface.first]), float(first[surface.second]))
    moved = max(abs(now - then) for now, then in zip(surface.now, before, strict=True))
    reach = max(surface.reach(), 1.15 * moved)  # where they began is on the map as well
    start = surface.slopes(surface.highest_around(reach))
    began = time.perf_counter()
    surface.loss(surface.now)
    each = time.perf_counter() - began
    grid = next((count for count in _GRIDS if count * count * each <= _SECONDS), _GRIDS[-1])
    return _Begun(surface, before, reach, start, grid, len(images))


def _coarse_first(count: int) -> list[int]:
    """All rows, so that the whole is seen soon and becomes finer."""
    rows: list[int] = []
    for step in (8, 4, 2, 1):
        rows += [row for row in range(0, count, step) if row not in rows]
    return rows


def _weight_name(index: tuple[int, ...]) -> str:
    """A weight by its place in its array, from 1."""
    if len(index) == 2:
        return f"unit {index[0] + 1}, weight {index[1] + 1}"
    *lead, row, column, _channel = index
    return f"filter {lead[-1] + 1 if lead else 1}: row {row + 1}, column {column + 1}"
