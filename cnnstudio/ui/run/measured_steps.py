"""What was measured of a run, step after step: the numbers behind strips and spreads. Without Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.training.events import StepDone
from cnnstudio.nn.training.measured import SHARES, SPREADS, Figures, Measured

#: at most so many steps are kept; of more, every second one goes
MOST = 512
#: a gap so many times as long as is usual is one in which nobody watched
FAR = 5

Steps = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class _Frame:
    """One step that was measured; ``first`` after steps that nobody watched, those after it watched ``until`` one."""

    step: int
    measured: Measured
    first: bool
    until: int


class MeasuredSteps:
    """The measured steps of one run, at most ``MOST`` of them however long it is."""

    def __init__(self) -> None:
        self.run = ""
        self._frames: list[_Frame] = []

    def __len__(self) -> int:
        return len(self._frames)

    def begin(self, run: str) -> None:
        """Another run, which is begun anew, or the same, which goes on."""
        if run != self.run:
            self.run, self._frames = run, []

    def add(self, step: int, measured: Measured, first: bool) -> None:
        """Keep a step; ``first`` tells that those before it were not watched. Steps that a run has given up, for it
        goes on from before them, are no more."""
        self._frames = [frame for frame in self._frames if frame.step < step]
        if self._frames and self.layers != tuple(measured.figures):
            self._frames = []
        bare = replace(measured, arrays={})
        self._frames.append(_Frame(step, bare, first or not self._frames, step))
        if len(self._frames) > MOST:
            self._thin()

    def watched(self, until: int) -> None:
        """Nothing else was measured up to this step, but somebody watched."""
        if self._frames and until > self._frames[-1].until:
            self._frames[-1] = replace(self._frames[-1], until=until)

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers that were measured, in the order of the network."""
        return tuple(self._frames[-1].measured.figures) if self._frames else ()

    @property
    def newest(self) -> tuple[int, Measured] | None:
        """The last step that was measured, and what of it."""
        return (self._frames[-1].step, self._frames[-1].measured) if self._frames else None

    @property
    def stretches(self) -> tuple[Steps, Steps]:
        """From where to where each measured step stands for those around it: to the next one that was measured, but not
        over steps that nobody watched. A step is as wide as from half a step before it to half a step behind it."""
        steps = np.array([frame.step - 0.5 for frame in self._frames], np.float64)
        if not len(steps):
            return steps, steps
        ends = np.append(steps[1:], np.inf)
        for place, frame in enumerate(self._frames):
            if place + 1 == len(self._frames) or self._frames[place + 1].first:
                ends[place] = frame.until + 0.5
        return steps, ends

    def place_of(self, step: float) -> int | None:
        """The number of the measured step that stands for a step; None where nobody watched."""
        begins, ends = self.stretches
        place = int(np.searchsorted(begins, step, side="right")) - 1
        return place if place >= 0 and step < ends[place] else None

    def step(self, place: int) -> int:
        """A measured step's number, from 1."""
        return self._frames[place].step

    def figures(self, place: int, layer: str) -> Figures:
        """What a step did to a layer."""
        return self._frames[place].measured.figures[layer]

    def strip(self, figure: str) -> Floats:
        """One of the figures by layer and measured step: (layers, steps)."""
        index = Figures._fields.index(figure)
        rows = [[frame.measured.figures[layer][index] for frame in self._frames] for layer in self.layers]
        return np.array(rows, np.float64).reshape(len(self.layers), len(self._frames))

    def spread(self, of: str, layer: str) -> Floats:
        """The quantiles of a layer's weights, activations or gradients: (steps, shares); no numbers where they were not
        kept."""
        row, what = self.layers.index(layer), SPREADS.index(of)
        nothing = np.full(len(SHARES), np.nan)
        spreads = [frame.measured.spread for frame in self._frames]
        return np.array([spread[what, row] if spread.size else nothing for spread in spreads], np.float64)

    @property
    def spread_kept(self) -> bool:
        """Whether the quantiles of any step are there: a run's folder has figures alone."""
        return any(frame.measured.spread.size for frame in self._frames)

    def recall(self, steps: Sequence[StepDone]) -> None:
        """Fill it with steps that were measured earlier. Where far more lie between two of them than else, nobody
        watched."""
        numbers = np.array([step.step for step in steps], np.float64)
        usual = float(np.median(np.diff(numbers))) if len(steps) > 1 else 0.0
        before = -np.inf
        for step in steps:
            if step.measured is not None:
                far = step.step - before > FAR * usual
                if not far:
                    self.watched(step.step - 1)
                self.add(step.step, step.measured, far)
                before = step.step

    def _thin(self) -> None:
        kept: list[_Frame] = []
        for place in range(0, len(self._frames), 2):
            pair = self._frames[place : place + 2]
            kept.append(replace(pair[-1], first=_any_first(pair)))
        self._frames = kept


def _any_first(frames: Sequence[_Frame]) -> bool:
    return any(frame.first for frame in frames)
