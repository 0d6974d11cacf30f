"""How the learning rate changes during a run: rules that give its part of the optimizer's own at every step.

A rule depends on nothing but the step, the number of steps in all and the validation losses so far, so a resumed run
finds its place by itself. The optimizer keeps its learning rate; a command that changes it moves the whole curve.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import ClassVar

from cnnstudio.nn.settings import Described, registry, setting


@dataclass(frozen=True)
class Schedule(Described):
    """Base of the schedules. With ``warm_up`` the rate first rises evenly over so many steps (Goyal et al., 2017)."""

    kind: ClassVar[str]
    #: whether its course depends on how many steps there are in all, so that it begins anew where a run gets more
    spans_the_run: ClassVar[bool] = False

    _: KW_ONLY
    warm_up: int = setting(
        0,
        "Warm-up",
        "Over how many steps the learning rate first rises.",
        low=0,
        high=1_000_000,
        unit="steps",
        stays=True,
    )

    def factor(self, step: int, steps: int, losses: Sequence[float] = (), *, taken: int | None = None) -> float:
        """What the learning rate is multiplied with at ``step`` (from 0) of ``steps`` in all, after epochs with these
        validation ``losses``. ``taken`` are the steps that were taken, which the warm-up counts, where batches of
        several sizes made others of them than ``step``."""
        done = step if taken is None else taken
        rise = min(1.0, (done + 1) / self.warm_up) if self.warm_up else 1.0
        return rise * self._factor(step, steps, losses)

    def _factor(self, step: int, steps: int, losses: Sequence[float]) -> float:
        raise NotImplementedError


@dataclass(frozen=True)
class Constant(Schedule):
    """The same learning rate all the time."""

    kind: ClassVar[str] = "constant"
    title: ClassVar[str] = "Constant"
    about: ClassVar[str] = "The same learning rate all the time"

    def _factor(self, step: int, steps: int, losses: Sequence[float]) -> float:
        return 1.0


@dataclass(frozen=True)
class Step(Schedule):
    """The run falls into equal parts; from each to the next the rate is multiplied with ``drop``."""

    kind: ClassVar[str] = "step"
    spans_the_run: ClassVar[bool] = True
    title: ClassVar[str] = "Step"
    about: ClassVar[str] = "The learning rate falls in a few equal steps"

    parts: int = setting(3, "Parts", "Into how many equal parts the run falls.", low=1, high=1000)
    drop: float = setting(
        0.1, "Drop", "What the rate is multiplied with at each part’s end.", type="real", low=0.0, high=1.0
    )

    def _factor(self, step: int, steps: int, losses: Sequence[float]) -> float:
        return float(self.drop ** min(self.parts - 1, step * self.parts // max(1, steps)))


@dataclass(frozen=True)
class Cosine(Schedule):
    """Half a cosine from the full rate to ``last`` of it (Loshchilov and Hutter, 2017)."""

    kind: ClassVar[str] = "cosine"
    spans_the_run: ClassVar[bool] = True
    title: ClassVar[str] = "Cosine"
    about: ClassVar[str] = "The learning rate falls slowly, then faster, then slowly, as half a cosine"

    last: float = setting(0.0, "Last", "The part of the rate that is left at the end.", type="real", low=0.0, high=1.0)

    def _factor(self, step: int, steps: int, losses: Sequence[float]) -> float:
        return _eased(1.0, self.last, step / max(1, steps - 1))


@dataclass(frozen=True)
class OneCycle(Schedule):
    """Up to the full rate and down again, each half a cosine (Smith and Topin, 2018)."""

    kind: ClassVar[str] = "one_cycle"
    spans_the_run: ClassVar[bool] = True
    title: ClassVar[str] = "One cycle"
    about: ClassVar[str] = "The learning rate rises first and falls for the rest of the run"

    rise: float = setting(0.3, "Rise", "The part of the run that goes up.", type="real", low=0.0, high=1.0)
    first: float = setting(0.04, "First", "The part of the rate with which it begins.", type="real", low=0.0, high=1.0)
    last: float = setting(0.0, "Last", "The part of the rate that is left at the end.", type="real", low=0.0, high=1.0)

    def _factor(self, step: int, steps: int, losses: Sequence[float]) -> float:
        end = max(1, steps - 1)
        top = self.rise * end
        if step < top:
            return _eased(self.first, 1.0, step / top)
        return _eased(1.0, self.last, (step - top) / max(1.0, end - top))


@dataclass(frozen=True)
class Plateau(Schedule):
    """Each time the validation loss has not become better for more than ``patience`` epochs, the rate is multiplied
    with ``drop``."""

    kind: ClassVar[str] = "plateau"
    title: ClassVar[str] = "On a plateau"
    about: ClassVar[str] = "The learning rate falls when the validation loss no longer does"

    drop: float = setting(0.1, "Drop", "What the rate is multiplied with on a plateau.", type="real", low=0.0, high=1.0)
    patience: int = setting(
        2, "Patience", "How many epochs without a better loss are waited for.", low=0, high=1000, unit="epochs"
    )
    better: float = setting(
        1e-4, "Better", "By which part the loss must fall to count as better.", type="real", low=0.0, high=1.0
    )

    def _factor(self, step: int, steps: int, losses: Sequence[float]) -> float:
        best, waited, factor = math.inf, 0, 1.0
        for loss in losses:
            if loss < best * (1 - self.better):
                best, waited = loss, 0
                continue
            waited += 1
            if waited > self.patience:
                factor, waited = factor * self.drop, 0
        return factor


def _eased(first: float, last: float, part: float) -> float:
    """From ``first`` to ``last`` along half a cosine; ``part`` goes from 0 to 1."""
    return last + (first - last) * (1 + math.cos(math.pi * min(1.0, part))) / 2


#: the usual one
CONSTANT = Constant()

SCHEDULES: Mapping[str, type[Schedule]] = registry(Constant, Step, Cosine, OneCycle, Plateau)
