"""What a worker could not do: logged where it happens, and told in the window the worker belongs to unless somebody
else does."""

from __future__ import annotations

import logging
import traceback
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QObject

from cnnstudio.nn.telling.told import Sentence

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Failure:
    """A sentence for the user, and for a bug the traceback."""

    sentence: Sentence
    details: str = ""

    @property
    def bug(self) -> bool:
        """Whether nobody foresaw it; what was foreseen has a reason for its sentence."""
        return bool(self.details)


@runtime_checkable
class Hearer(Protocol):
    """Whoever tells the user about failures: a window."""

    def hear_failure(self, failure: Failure) -> None:
        """Tell it."""


def bug(doing: Sentence, error: Exception) -> Failure:
    """The failure of what was being done (“Looking into the network”), logged. Call it in the worker."""
    _log.error("%s failed", doing, exc_info=error)
    sentence = Sentence("{doing} failed: {error}", doing=doing, error=str(error) or type(error).__name__)
    return Failure(sentence, "".join(traceback.format_exception(error)))


def tell(failure: Failure, source: QObject) -> None:
    """Hand a failure to the nearest of its source's parents that hears failures. Call it in the window's thread."""
    above = source.parent()
    while above is not None and not isinstance(above, Hearer):
        above = above.parent()
    if above is not None:
        above.hear_failure(failure)
