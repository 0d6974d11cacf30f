"""From the folder of a run alone: it goes on to the same bits, wherever it was killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from test_run_folder import driven, fresh

from cnnstudio.design.format.strict import FileFormatError
from cnnstudio.nn.training.events import Set
from cnnstudio.opening import open_design
from cnnstudio.project import run_folder
from cnnstudio.project.kept.groups import grouped, read_run
from cnnstudio.project.kept.listing import RunList
from cnnstudio.project.kept.reopening import further, moments, reopened
from cnnstudio.project.project import Project
from cnnstudio.project.run_folder import EVENTS, SUMMARY, kept_steps, runs_folder

TOLD = {3: Set("clipping", 0.1), 8: Set("clipping", 0.2)}
#: trains with a state after each step, and is killed in the middle of the second epoch
_KILLED = """
import os, signal, sys
from cnnstudio.project import run_folder
from cnnstudio.runs import fallback
import test_run_folder as parts
run_folder.PAUSE = run_folder.FLUSH = fallback.PAUSE = 0.0
run_folder.SHARE = 1.0
hear = run_folder.RunFolder.hear
def killed(self, event):
    hear(self, event)
    if getattr(event, "step", 0) == int(sys.argv[1]) and hasattr(event, "loss"):
        os.kill(os.getpid(), signal.SIGKILL)
run_folder.RunFolder.hear = killed
parts.driven(parts.fresh(), told={3: parts.Set("clipping", 0.1), 8: parts.Set("clipping", 0.2)})
"""


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CNNSTUDIO_DATA", str(tmp_path))
    monkeypatch.setattr(run_folder, "FLUSH", 0.0)


def killed_at(step: int) -> Path:
    path = os.pathsep.join([str(Path(__file__).parents[1]), *sys.path])
    command = [sys.executable, "-c", _KILLED, str(step)]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False)
    assert done.returncode == -9, done.stderr
    (folder,) = (each for each in runs_folder().iterdir() if not each.name.startswith("."))
    return folder


def same(one: Project, two: Project) -> None:
    """The same weights, memory, figures and best weights, to the bit."""
    first, second = one.run, two.run
    assert first is not None and second is not None and first.step == second.step
    assert np.array_equal(one.weights.parameters.vector, two.weights.parameters.vector)
    assert np.array_equal(one.weights.parameters.state, two.weights.parameters.state)
    for name, vector in first.optimizer.vectors.items():
        assert np.array_equal(vector, second.optimizer.vectors[name])
    assert np.array_equal(first.history.losses, second.history.losses)
    assert np.array_equal(first.history.accuracies, second.history.accuracies)
    figures = [
        [(done.train_loss, done.validation_loss, done.learning_rate) for done in run.history.epochs]
        for run in (first, second)
    ]
    assert figures[0] == figures[1]
    assert [told.command for told in first.history.commands] == [told.command for told in second.history.commands]
    assert np.array_equal(first.best.parameters.vector, second.best.parameters.vector)


@pytest.mark.slow
@pytest.mark.parametrize("step", [4, 9])
def test_killed_at_any_step_a_run_goes_on_from_its_folder_alone_to_the_same_bits(step: int) -> None:
    whole, _ = driven(fresh(), told=TOLD)
    for folder in list(runs_folder().iterdir()):
        folder.rename(runs_folder().parent / folder.name)
    folder = killed_at(step)
    (listed,) = RunList().read()
    assert listed.state == "not ended" and moments(folder)[0] == "last"
    project = reopened(folder)
    assert project.run is not None and 0 < project.run.step < step
    assert project.weights.run == project.run.id == folder.name
    kept = Project(project.design, project.weights, project.run)
    assert further(kept) is kept, "it is as far"
    before = replace(project.weights, step=1)
    found = further(Project(project.design, before, project.run.with_changes(step=1)))
    assert found.run is not None and found.run.step == project.run.step and found.weights.same(project.weights)
    ended, again = driven(project, told={} if step == 9 else {8: TOLD[8]})
    assert again.path == folder, "it is the same run"
    same(ended, whole)
    assert RunList().read()[0].state == "ended"


def test_an_ended_run_opens_as_it_ended_at_its_best_and_as_it_began() -> None:
    project, folder = driven(fresh())
    assert project.run is not None and moments(folder.path) == ("last", "best", "first")
    last = reopened(folder.path)
    same(last, project)
    opened = open_design(folder.path)
    assert opened.foreign and opened.project is not None, "nobody saves into the folder of a run"
    same(opened.project, project)
    assert last.run is not None and last.run.best is not None
    best = reopened(folder.path, "best")
    assert best.weights.step == last.run.best.step and best.run is not None and best.run.step == 10
    first = reopened(folder.path, "first")
    begun = fresh()
    assert first.run is None and first.fresh
    assert np.array_equal(first.weights.parameters.vector, begun.weights.parameters.vector)
    assert kept_steps(folder.path, "weights")[0] == 0


def test_what_is_lost_or_damaged_is_said_and_lines_are_done_without() -> None:
    _, folder = driven(fresh())
    path = folder.path
    lines = (path / EVENTS).read_bytes().split(b"\n")
    (path / EVENTS).write_bytes(b"\n".join([*lines[:4], b'{"kind": "step_d']))
    found = reopened(path)
    assert found.run is not None and np.isnan(found.run.history.losses[-1]) and len(found.run.history.epochs) == 2
    state = path / "state-10.safetensors"
    data = state.read_bytes()
    for damaged in (data[:-4], data[:100], data.replace(b'\\"id\\"', b'\\"ib\\"'), b""):
        state.write_bytes(damaged)
        with pytest.raises(FileFormatError, match="state-10"):
            reopened(path)
    state.unlink()
    with pytest.raises(FileFormatError, match="No state of it is kept"):
        reopened(path)
    (path / "run.json").write_text("{}")
    with pytest.raises(FileFormatError, match="missing"):
        reopened(path, "first")
    summary = json.loads((path / SUMMARY).read_text())
    assert summary["ended"] and len(grouped([read_run(each) for each in RunList().read()])) == 1
