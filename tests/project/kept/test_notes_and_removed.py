"""What people do with kept runs: name them, star them, delete them and want them back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.runs import seeded, write_run
from cnnstudio.project.kept.listing import RunList
from cnnstudio.project.kept.notes import NOTES, Notes, note, notes_of
from cnnstudio.project.kept.removed import Removed, sweep_removed
from cnnstudio.project.kept.runs import kept_runs
from cnnstudio.project.run_folder import EVENTS, SUMMARY, runs_folder


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CNNSTUDIO_DATA", str(tmp_path))


def small(number: int, *, ended: bool = True) -> Path:
    return write_run(seeded(number), number, points=20, epochs=2, ended=ended)


def test_what_is_noted_stays_whatever_the_training_writes_and_the_list_reads_only_what_changed() -> None:
    folder, listed = small(1), RunList()
    (before,) = listed.read()
    assert (before.run.name, before.run.starred, before.run.test_accuracy) == ("", False, None)
    note(folder, name="As the paper")
    note(folder, starred=True, tests={20: 0.75, 10: 0.5})
    summary = json.loads((folder / SUMMARY).read_text())
    (folder / SUMMARY).write_text(json.dumps(summary | {"seconds": 99}))
    (now,) = listed.read()
    assert (now.run.name, now.run.starred, now.run.test_accuracy) == ("As the paper", True, 0.75)
    assert listed.read()[0].run is now.run, "nothing has changed"
    (folder / SUMMARY).write_text(json.dumps(summary | {"step": 40}))
    assert listed.read()[0].run.test_accuracy is None, "its last weights are others than those that were tested"
    (folder / NOTES).write_text('{"tests": 3')
    assert notes_of(folder) == Notes() and kept_runs()[0].name == ""


def test_a_run_is_under_way_while_somebody_holds_it() -> None:
    ended, died, held = small(1), small(2, ended=False), small(3, ended=False)
    hold = "import sys; from cnnstudio.files.atomic import hold; f = open(sys.argv[1], 'ab'); hold(f.fileno()); "
    command = [sys.executable, "-c", hold + "print('held', flush=True); sys.stdin.read()", str(held / EVENTS)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stdout.readline()
        states = {each.run.folder: each.state for each in RunList().read()}
        process.communicate()
    assert states == {ended: "ended", died: "not ended", held: "under way"}


@pytest.mark.slow
def test_deleted_runs_come_back_until_they_are_forgotten_and_those_of_a_process_that_died_go() -> None:
    folders = [small(number) for number in (1, 2)]
    before = {path.relative_to(folders[0]): path.read_bytes() for path in folders[0].iterdir()}
    removed = Removed(folders)
    sweep_removed()
    assert kept_runs() == [] and RunList().read() == ()
    removed.bring_back()
    assert {path.relative_to(folders[0]): path.read_bytes() for path in folders[0].iterdir()} == before
    assert len(kept_runs()) == 2
    Removed(folders[:1]).forget()
    code = "import os, sys, pathlib; from cnnstudio.project.kept.removed import Removed; "
    code += "Removed([pathlib.Path(sys.argv[1])]); os._exit(1)"
    subprocess.run([sys.executable, "-c", code, str(folders[1])], env=os.environ, check=False)
    assert list((runs_folder() / ".removed").rglob(SUMMARY)), "it was only set aside"
    sweep_removed()
    assert kept_runs() == [] and not list((runs_folder() / ".removed").iterdir())
