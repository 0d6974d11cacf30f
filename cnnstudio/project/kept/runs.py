"""The runs that are kept: a list of them, and what one was told behind the state that it goes on from."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from cnnstudio.nn.training.events import Commanded, Lock, Set
from cnnstudio.project.kept.notes import Notes, notes_of
from cnnstudio.project.run_folder import event_of, lines_of, open_elsewhere, run_folders, runs_folder, summary_of
from cnnstudio.runs.run import Run

_log = logging.getLogger(__name__)

#: trained somewhere now; at rest; or left by a process that died
State = Literal["under way", "ended", "not ended"]


@dataclass(frozen=True)
class KeptRun:
    """One run: what a list says of it. ``began`` is a time of day in UTC, ISO 8601; accuracies are from 0 to 1, None
    where nobody knows, ``test_accuracy`` that of its last weights; ``ended`` is false of one that is under way or whose
    process died; ``name``, ``starred`` and ``note`` are somebody's; ``folder`` has all of it."""

    id: str
    name: str
    design: str
    data: str
    seed: int
    epochs: int
    best_validation_accuracy: float | None
    test_accuracy: float | None
    began: str
    seconds: float
    parent: str
    ended: bool
    starred: bool
    note: str
    folder: Path

    def state(self) -> State:
        """How it stands now."""
        if self.ended:
            return "ended"
        return "under way" if open_elsewhere(self.folder) else "not ended"

    def to_json(self) -> dict[str, Any]:
        """The same as JSON values."""
        return {**asdict(self), "folder": str(self.folder)}


def kept_runs() -> list[KeptRun]:
    """All runs that are kept, the oldest first; what is no run is left out."""
    return sorted(
        (run for path in run_folders() if (run := kept_run(path)) is not None), key=lambda run: (run.began, run.id)
    )


def told_ahead(run: Run) -> tuple[Commanded, ...]:
    """What a run was told behind the place that its record stands at, where its process died: it is told so again. Of
    one that came to rest nothing: whoever goes on before its end wants another."""
    found = list(_commands(runs_folder() / run.id))
    known = run.history.commands
    return tuple(found[len(known) :]) if tuple(found[: len(known)]) == known else ()


def told_again(before: Run, now: Run) -> Run:
    """A run that goes on, to be told again what it was told ahead of its place, unless something else is decided."""
    decided = len(now.history.commands) > len(before.history.commands)
    return now if decided else now.with_changes(ahead=told_ahead(now))


def _commands(path: Path) -> Iterator[Commanded]:
    """The commands in a folder; none where its run has come to rest."""
    summary = summary_of(path)
    if summary is None or summary.get("ended"):
        return
    for line in lines_of(path):
        if line.get("kind") == "commanded":
            event = event_of(line)
            if event is None:  # what comes after it is not told without it
                return
            if isinstance(event, Commanded) and isinstance(event.command, Set | Lock):
                yield event


def kept_run(path: Path) -> KeptRun | None:
    """The run of a folder; None where there is none."""
    found = summary_of(path)
    try:
        return None if found is None else _made(found, notes_of(path), path)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        _log.warning("%s is no run: %s", path, error)
        return None


def _made(found: dict[str, Any], notes: Notes, path: Path) -> KeptRun:
    def at_least_0(name: str, most: float = 1e12) -> float:
        if not 0 <= (number := float(found[name])) <= most:
            raise ValueError(f"{name} is {number:g}")
        return number

    best = found["best_validation_accuracy"]
    return KeptRun(
        id=str(found["id"]),
        name=notes.name,
        design=str(found["design"]),
        data=str(found["data"]),
        seed=int(found["seed"]),
        epochs=int(at_least_0("epochs")),
        best_validation_accuracy=None if best is None else at_least_0("best_validation_accuracy", 1.0),
        test_accuracy=notes.tests.get(int(found["step"])),
        began=str(found["began"]),
        seconds=at_least_0("seconds"),
        parent=str(found["parent"]),
        ended=bool(found["ended"]),
        starred=notes.starred,
        note=notes.note,
        folder=path,
    )
