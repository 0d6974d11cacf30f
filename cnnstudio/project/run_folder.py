"""The folder of a run: what it said, line by line, and the states it can go on from, each written once.

``run.json`` says what was begun; ``events.jsonl`` has an event a line, as ``cnnstudio.nn.training.messages`` writes
them, with the seconds ``at`` which it came; a line “started” makes what lies behind its step void. A ``state-N`` holds
all that step N is gone on from, ``weights-N`` weights alone: the first and the best. ``summary.json`` is what a list of
runs shows, made anew after each epoch, at most once a second, and where the run is held.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import logging
import os
import platform
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from platformdirs import user_data_dir

import cnnstudio
from cnnstudio.design.format.design_format import design_to_json
from cnnstudio.design.format.migrations import VERSION
from cnnstudio.files.atomic import hold, replace_file
from cnnstudio.files.plain import open_plain, read_plain
from cnnstudio.nn.parameters.parameters import Snapshot
from cnnstudio.nn.telling.told import Sentence
from cnnstudio.nn.training.events import Commanded, EpochDone, Event, SnapshotTaken, StateTaken, StepDone
from cnnstudio.nn.training.messages import event_from_json, to_json
from cnnstudio.nn.training.plain import MessageError
from cnnstudio.project import history
from cnnstudio.project.tensors import about_weights, slices, write_tensors
from cnnstudio.runs.fallback import Fallback
from cnnstudio.runs.run import Run

EVENTS, ABOUT, SUMMARY = "events.jsonl", "run.json", "summary.json"
#: seconds between two states that are written, and between two times that lines and summary reach the disk
PAUSE, FLUSH = 30.0, 1.0
#: more than this part of the time is not spent on writing states
SHARE = 0.05
#: the longest summary, in bytes
LARGEST = 1 << 20
_BLOCK = 1 << 16
#: so many lines are read together
_TOGETHER = 500
#: seconds and times that a lock is waited for which somebody has who only looks whether it is held
_GLANCE, _GLANCES = 0.005, 4

_log = logging.getLogger(__name__)


def runs_folder() -> Path:
    """Where the folders of all runs lie."""
    data = os.environ.get("CNNSTUDIO_DATA") or user_data_dir("cnnstudio", appauthor=False)
    return Path(data) / "runs"


class RunFolder:
    """Hears the events of a run, after its fallback, and writes them down. Where the disk takes no more it gives up,
    and ``refused`` says why; the training goes on."""

    def __init__(self, run: Run, weights: Snapshot, fallback: Fallback) -> None:
        self.refused: Sentence | None = None
        self._run, self._fallback = run, fallback
        self._file: BinaryIO | None = None
        self._began = self._written = self._flushed = self._summarised = time.monotonic()
        self._pause, self._before = PAUSE, 0.0
        #: the summary as it is now
        self._now: dict[str, Any] = {}
        self.path = runs_folder() / run.id
        with self._trying():
            self._begin(run, weights)

    def hear(self, event: Event) -> None:
        """Write an event down, and now and then a state."""
        if self._file is None or isinstance(event, SnapshotTaken | StateTaken):
            return
        with self._trying():
            self._line(event)
            now = time.monotonic()
            if now - self._flushed > FLUSH or isinstance(event, Commanded | EpochDone):
                self._file.flush()
                self._flushed = now
            if isinstance(event, EpochDone):
                self._now = self._now | self._of(event)
                if now - self._summarised > FLUSH:
                    self._summarise(self._now)
            good = self._fallback.good
            if good is not None and now - self._written > self._pause and isinstance(event, StepDone):
                self._keep(*good)

    def flush(self) -> None:
        """The run is held: all that it said reaches the disk."""
        if self._file is None:
            return
        with self._trying():
            self._file.flush()
            self._summarise(self._now)

    def finish(self, run: Run, weights: Snapshot) -> None:
        """The run has come to rest: its first, best and last weights stay."""
        if self._file is None:
            return
        with self._trying():
            self._keep(run, weights)
            self._summarise(self._now | {"step": run.step, "ended": True})
        self.close()

    def close(self) -> None:
        """Let go of the file. Safe to call twice."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _begin(self, run: Run, weights: Snapshot) -> None:
        for path in folders_of(run):
            path.mkdir(parents=True, exist_ok=True)
            self.path, self._file = path, (path / EVENTS).open("ab")
            if _held(self._file.fileno()):
                break
            self._file.close()  # another window trains it
        assert self._file is not None
        self._file.truncate(_whole_lines(path / EVENTS))
        known = summary_of(self.path)
        if known is None:
            _write_json(self.path / ABOUT, about(run))
            known = {
                "id": run.id, "design": run.design.title, "data": run.design.recipe.data.source,
                "seed": run.design.recipe.seed, "epochs": 0, "best_validation_accuracy": None,
                "began": datetime.now(UTC).isoformat(timespec="seconds"), "seconds": 0.0, "parent": run.parent,
                "step": 0, "ended": False,
            }  # fmt: skip
            self._tensors(f"weights-{run.step}", weights, run)
            self._file.writelines(_as_line(to_json(event)) for event in run.history.events())
        self._before = known["seconds"]
        done = {"epochs": len(run.history.epochs), "ended": False}
        best = max((epoch.validation_accuracy for epoch in run.history.epochs), default=None)
        self._summarise(known | done | {"best_validation_accuracy": best})

    def _line(self, event: Event) -> None:
        assert self._file is not None
        self._file.write(_as_line({**to_json(event), "at": round(self._seconds, 3)}))

    @property
    def _seconds(self) -> float:
        """How long the run has been under way in all."""
        return self._before + time.monotonic() - self._began

    def _of(self, done: EpochDone) -> dict[str, Any]:
        before = self._now["best_validation_accuracy"]
        return {
            "epochs": done.epoch,
            "step": done.step,
            "best_validation_accuracy": max(done.validation_accuracy, -1.0 if before is None else before),
        }

    def _summarise(self, summary: dict[str, Any]) -> None:
        self._now = summary | {"seconds": round(self._seconds, 3)}
        _write_json(self.path / SUMMARY, self._now)
        self._summarised = time.monotonic()

    def _keep(self, run: Run, weights: Snapshot) -> None:
        """Write a state, and the best weights so far; those before them go, but the first stay. The lines that lead to
        a state are on the disk before it is."""
        begun = time.monotonic()
        assert run.optimizer is not None and self._file is not None
        self._file.flush()
        layout = weights.parameters.layout
        if run.best is not None:
            self._tensors(f"weights-{run.best.step}", run.best, run)
        self._tensors(f"state-{run.step}", weights, run, history.memory_slices(run.optimizer, layout))
        for path in needless(self.path):
            path.unlink()
        self._written = time.monotonic()
        self._pause = max(PAUSE, (self._written - begun) * (1 / SHARE - 1))

    def _tensors(self, name: str, weights: Snapshot, run: Run, memory: Mapping[str, Any] | None = None) -> None:
        path = self.path / f"{name}.safetensors"
        parameters = weights.parameters
        if path.exists() or not parameters.finite:
            return
        arrays = {
            **slices(parameters.layout, parameters.vector),
            **slices(parameters.state_layout, parameters.state),
            **{f"memory/{key}": array for key, array in (memory or {}).items()},
        }
        told = about_weights(weights)
        if memory is not None:  # all but the figures, which its events have
            bare = replace(run.history, losses=np.zeros(0, np.float32), accuracies=np.zeros(0, np.float32))
            told["record"] = json.dumps(history.run_to_json(run.with_changes(history=bare)), allow_nan=False)
        _write(path, write_tensors(arrays, told))

    @contextlib.contextmanager
    def _trying(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            _log.warning("The run is no longer written down: %s", error)
            why = error.strerror or type(error).__name__
            self.refused = Sentence(
                "{path}: The run cannot be written down any more ({why}). The training goes on; saving the project "
                "keeps what it learns.",
                path=str(self.path),
                why=why,
            )
            with contextlib.suppress(OSError):  # what it still held has no room either
                self.close()
            self._file = None


def about(run: Run) -> dict[str, Any]:
    """What is begun, by what and on which machine."""
    return {
        "format": VERSION,
        "id": run.id,
        "parent": run.parent,
        "began_at": {"epoch": run.began.epoch, "picture": run.began.picture},
        "design": design_to_json(run.design),
        "data": run.data,
        "plan": {"threads": run.plan.threads, "algorithms": dict(run.plan.algorithms)},
        "versions": {
            "cnnstudio": cnnstudio.__version__,
            "python": sys.version.split()[0],
            "numpy": np.__version__,
        },
        "machine": {"system": platform.system(), "processor": platform.machine(), "cores": os.cpu_count()},
    }


def run_folders() -> list[Path]:
    """The folders of all runs there are, but of those that are set aside to be deleted."""
    try:
        return [path for path in runs_folder().iterdir() if path.is_dir() and not path.name.startswith(".")]
    except OSError:  # there are none yet
        return []


def summary_of(path: Path) -> dict[str, Any] | None:
    """What the summary in a folder says; None where there is none that can be read."""
    try:
        found = json.loads(read_plain(path / SUMMARY, LARGEST))
    except (OSError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def lines_of(path: Path) -> Iterator[dict[str, Any]]:
    """The events in a folder that are not void, without the last line where the process died in it."""
    try:
        with open_plain(path / EVENTS) as file:
            lines = file.read().split(b"\n")[:-1]
    except OSError:
        return
    found: list[dict[str, Any]] = []
    for event in _read(lines):
        if event.get("kind") == "started":
            found = [each for each in found if each.get("step", 0) <= event["step"]]
        found.append(event)
    yield from found


def event_of(line: Mapping[str, Any]) -> Event | None:
    """The event that a line tells; None, which is logged, where it cannot be read."""
    try:
        return event_from_json({name: value for name, value in line.items() if name != "at"})
    except MessageError as error:
        _log.warning("A line of a run cannot be read: %s", error)
        return None


def _read(lines: list[bytes]) -> Iterator[dict[str, Any]]:
    """What lines say, without those that say nothing: a disk that was full ends in the middle of one."""
    for first in range(0, len(lines), _TOGETHER):
        block = lines[first : first + _TOGETHER]
        try:  # several at once take a third of the time, all at once would hold up every other thread
            events = json.loads(b"[%s]" % b",".join(block))
        except (ValueError, RecursionError):
            events = [_said(line) for line in block]
        yield from (event for event in events if isinstance(event, dict))


def _said(line: bytes) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def kept_steps(path: Path, what: str) -> list[int]:
    """The steps of which a folder has “weights” or a “state”, in their order."""
    names = (file.stem.removeprefix(f"{what}-") for file in path.glob(f"{what}-*.safetensors"))
    return sorted(int(name) for name in names if name.isascii() and name.isdigit())


def needless(path: Path) -> list[Path]:
    """The files of weights and states in a folder that are neither the first, the best nor the last."""
    weights = kept_steps(path, "weights")
    needed = {f"weights-{step}" for step in (*weights[:1], *weights[-1:])}
    needed |= {f"state-{step}" for step in kept_steps(path, "state")[-1:]}
    return [
        file for kind in ("weights", "state") for file in path.glob(f"{kind}-*.safetensors") if file.stem not in needed
    ]


def folders_of(run: Run) -> Iterator[Path]:
    """Folders that a run may have: not one that it has ended in behind the step that it stands at."""
    for number in itertools.count(1):
        path = runs_folder() / (run.id if number == 1 else f"{run.id}.{number}")
        found = summary_of(path)
        if found is None or not found.get("ended") or found.get("step", 0) <= run.step:
            yield path


def _held(descriptor: int) -> bool:
    """Whether a file is ours from now on, as far as the system has locks: not what another process trains."""
    for glance in range(_GLANCES):
        if hold(descriptor) is not False:
            return True
        time.sleep(_GLANCE * (glance + 1))
    return False


def open_elsewhere(path: Path) -> bool:
    """Whether the run of a folder is under way."""
    try:
        with (path / EVENTS).open("r+b") as file:
            return hold(file.fileno()) is False
    except OSError:  # there is none
        return False


def _whole_lines(path: Path) -> int:
    """How many bytes of a file are whole lines: where a process died, it may have been in the middle of one."""
    with open_plain(path) as file:
        end = file.seek(0, os.SEEK_END)
        while end:
            begin = max(0, end - _BLOCK)
            file.seek(begin)
            last = file.read(end - begin).rfind(b"\n")
            if last >= 0:
                return begin + last + 1
            end = begin
    return 0


def _write_json(path: Path, values: Mapping[str, Any]) -> None:
    _write(path, json.dumps(values, indent=1, allow_nan=False).encode())


def _write(path: Path, data: bytes) -> None:
    """Each file is the old one or the new one, whole."""
    replace_file(path, lambda file: file.write(data), lambda written: None, backup=False)


def _as_line(values: Mapping[str, Any]) -> bytes:
    return json.dumps(values, allow_nan=False, separators=(",", ":")).encode() + b"\n"
