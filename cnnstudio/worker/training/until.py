"""Where a run is held: now, after the next batch, at the end of an epoch, or once it is good enough."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cnnstudio.nn.training.events import EpochDone, Event, StepDone

What = Literal["now", "batch", "epoch", "accuracy", "loss"]


@dataclass(frozen=True)
class Until:
    """Hold a run now; after its next batch; at the end of the epoch ``value``, from 1, or of the next there is; or
    after the epoch whose validation accuracy (0…1) is at least, or loss at most, ``value``."""

    what: What
    value: float = 0.0

    def met(self, event: Event) -> bool:
        """Whether it is to be held now."""
        match event:
            case _ if self.what == "now":
                return True
            case StepDone():
                return self.what == "batch"
            case EpochDone():
                good = self.what == "accuracy" and event.validation_accuracy >= self.value
                low = self.what == "loss" and event.validation_loss <= self.value
                return good or low or (self.what == "epoch" and event.epoch >= self.value)
            case _:
                return False


NOW, ONE_BATCH, ONE_EPOCH = Until("now"), Until("batch"), Until("epoch")
