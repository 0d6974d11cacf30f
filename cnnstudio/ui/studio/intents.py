"""What one part of the window wants of another, as values: who asks does not know who answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from cnnstudio.project.project import Project


@dataclass(frozen=True)
class GoToLayer:
    """Select a layer, bring it into sight on the canvas and give the canvas the keyboard."""

    node: str


@dataclass(frozen=True)
class ExplainLayer:
    """Show every number of a layer."""

    node: str


@dataclass(frozen=True)
class ExplainNetwork:
    """Show all maps of the network at once."""


@dataclass(frozen=True)
class ShowTerm:
    """Open the glossary, at a term if one is named."""

    name: str = ""


@dataclass(frozen=True)
class LookAtPicture:
    """Show the network the picture in a file, or those in several."""

    path: Path
    others: tuple[Path, ...] = ()


@dataclass(frozen=True)
class ImportData:
    """Learn from the pictures at a path, and show first what is there and what can be chosen."""

    path: Path


@dataclass(frozen=True)
class ReviseData:
    """Choose anew how data are read and whether the network is fitted to them: those of the design, or others that
    could not be read as they are by themselves."""

    source: str = ""


@dataclass(frozen=True)
class FetchData:
    """Learn from a published data set, and fetch it first if it is not here."""

    name: str


@dataclass(frozen=True)
class OpenLessons:
    """Open the folder of a teacher's own lessons."""

    folder: Path


@dataclass(frozen=True)
class GiveBack:
    """Put the user's own network on the canvas again, if another was lent; where what was made of that one is not kept,
    only ``anyway``."""

    anyway: bool = False


@dataclass(frozen=True, eq=False)
class ShowProject:
    """Show a project that has no file: here if nothing has been done here yet, otherwise in a window of its own. There
    it is ``said`` what it is, and it goes on training where that is wanted."""

    project: Project
    said: str
    train: bool = False


Intent = (
    GoToLayer
    | ExplainLayer
    | ExplainNetwork
    | ShowTerm
    | LookAtPicture
    | ImportData
    | FetchData
    | ReviseData
    | OpenLessons
    | GiveBack
    | ShowProject
)
I = TypeVar("I")  # noqa: E741 - one intent


class Intents:
    """Carries intents to whoever answers them."""

    def __init__(self) -> None:
        self._answers: dict[type[Any], list[Callable[[Any], object]]] = {}

    def answer(self, kind: type[I], do: Callable[[I], object]) -> None:
        """Let ``do`` be called for every intent of this kind."""
        self._answers.setdefault(kind, []).append(do)

    def ask(self, intent: Intent) -> None:
        """Have it done, by all who answer such intents.

        Raises:
            LookupError: nobody does.
        """
        if type(intent) not in self._answers:
            raise LookupError(f"No part of the window answers {type(intent).__name__}.")
        for do in self._answers[type(intent)]:
            do(intent)
