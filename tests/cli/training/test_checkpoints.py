"""What --out names holds a whole project at every moment of a training, whatever ends it: real processes, killed,
signalled, without anybody who reads them, on disks without room."""

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from programs import Said

from cnnstudio.cli.training import checkpoints
from cnnstudio.design.templates import template
from cnnstudio.files.atomic import backup_path
from cnnstudio.nn.network.plan import reference_plan
from cnnstudio.project.file import load_project, save_project
from cnnstudio.project.project import Project, untrained
from cnnstudio.runs.recorder import new_run
from cnnstudio.runs.run import Run as TrainingRun
from tests.robustness import kills
from tests.robustness.kills import last_line

pytestmark = [
    pytest.mark.slow,  # each starts processes that train
    pytest.mark.skipif(os.name != "posix", reason="signals and kills are Unix"),
]
Run = Callable[..., Said]
Begin = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def begin() -> Iterator[Begin]:
    """Begin a command in a process of its own; it does not outlive the test."""
    begun: list[subprocess.Popen[str]] = []

    def start(*arguments: object, hand: str = "", **options: Any) -> "subprocess.Popen[str]":
        program = ["-c", f"{hand}\nimport sys\nfrom cnnstudio.__main__ import main\nsys.exit(main())"]
        command = [sys.executable, *(program if hand else ["-m", "cnnstudio"]), *map(str, arguments)]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, **options}
        begun.append(subprocess.Popen(command, **pipes))
        return begun[-1]

    yield start
    for process in begun:
        process.kill()
        process.communicate()


def training(digits: Path, *more: object, epochs: int = 9999, threads: int = 1) -> tuple[object, ...]:
    """A training; with two threads it has a helper, which takes longer to start than an epoch does."""
    return ("train", "lenet5", "--data", digits, "--threads", threads, "--epochs", epochs, *more)


def run_of(path: Path) -> TrainingRun:
    run = load_project(path).run
    assert run is not None
    return run


def test_killed_at_any_moment_it_goes_on_to_the_same_last_line(tmp_path: Path) -> None:
    """With a checkpoint after every step, so that it is stopped within epochs, too: where no kill came within one,
    which is chance, more are tried."""
    for seed in range(3, 9):
        *failures, remark = kills.trainings(tmp_path / str(seed), 3, seed)
        assert not failures
        if int(remark.split()[0]):
            return
    pytest.fail("no kill came within an epoch")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_a_signal_ends_it_saved_with_its_code(
    begin: Begin, digits: Path, tmp_path: Path, number: signal.Signals
) -> None:
    """It reaches the helpers too, as from a terminal."""
    path = tmp_path / "a b.cnn"
    process = begin(*training(digits, "--json", "--out", path, threads=2), start_new_session=True)
    assert process.stdout is not None
    process.stdout.readline()
    os.killpg(process.pid, number)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 128 + number, err
    assert f"; cnnstudio train '{path}' --resume goes on from there." in err and err.count("\n") == 1
    run = run_of(path)
    assert run.step == len(run.history.losses) >= 15


def test_what_the_process_was_told_to_ignore_does_not_end_it(begin: Begin, digits: Path, tmp_path: Path) -> None:
    ignore = lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)  # noqa: E731 - as nohup does
    process = begin(*training(digits, "--json", epochs=3), preexec_fn=ignore)
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGHUP)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0 and "test_accuracy" in last_line(out)


def test_a_signal_before_the_first_step_and_one_in_the_test_end_it_saved(
    begin: Begin, cnnstudio: Run, digits: Path, tmp_path: Path
) -> None:
    """The program is stopped at the line that it reads there."""
    path = tmp_path / "a.cnn"
    hand = """
import os, signal, sys
from cnnstudio.cli.training import command as training
from cnnstudio.__main__ import main
name, number = sys.argv.pop(), int(sys.argv.pop())
real = getattr(training, name)
def signalled(*arguments):
    os.kill(os.getpid(), number)
    return real(*arguments)
setattr(training, name, signalled)
sys.exit(main())
"""
    for name, number in (("drive", signal.SIGTERM), ("test", signal.SIGHUP), ("test", signal.SIGINT)):
        words = [*map(str, training(digits, "--json", "--out", path, epochs=1)), str(int(number)), name]
        done = subprocess.run([sys.executable, "-c", hand, *words], capture_output=True, text=True, timeout=60)
        assert done.returncode == 128 + number, done.stderr
        where = "before the test" if name == "test" else "after step 0"
        assert done.stderr == f"Stopped {where}; cnnstudio train {path} --resume goes on from there.\n"
        assert "test_accuracy" not in done.stdout
        assert run_of(path).step == (15 if name == "test" else 0)
    ended, whole = cnnstudio("train", path, "--resume", "--json"), cnnstudio(*training(digits, "--json", epochs=1))
    assert ended.code == 0 and last_line(ended.out) == last_line(whole.out)


def test_the_file_before_stays_as_its_backup_until_the_run_has_ended(
    begin: Begin, cnnstudio: Run, digits: Path, tmp_path: Path
) -> None:
    path = tmp_path / "a.cnn"
    cnnstudio("new", "first_conv", path)
    before = path.read_bytes()
    command = training(digits, "--json", "--out", path, epochs=6)
    for _ in range(2):  # begun, and gone on with
        process = begin(*command)
        assert process.stdout is not None
        for _ in range(2):
            process.stdout.readline()
        process.kill()
        process.wait()
        assert backup_path(path).read_bytes() == before and run_of(path).history.epochs
        command = ("train", path, "--resume", "--json")
    assert cnnstudio(*command).code == 0
    assert backup_path(path).read_bytes() == before
    ended = path.read_bytes()
    assert cnnstudio(*command).code == 0
    assert path.read_bytes() == ended and backup_path(path).read_bytes() == before, "there was nothing to do"
    assert cnnstudio(*command, "--epochs", "7").code == 0
    assert backup_path(path).read_bytes() == ended, "this run had ended"


@pytest.mark.parametrize("stream", ["json", "words"])
def test_when_its_reader_goes_it_trains_on_and_saves(begin: Begin, digits: Path, tmp_path: Path, stream: str) -> None:
    path = tmp_path / "a.cnn"
    process = begin(*training(digits, *(["--json"] if stream == "json" else []), "--out", path, epochs=4))
    assert process.stdout is not None and process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    err = process.stderr.read()
    assert process.wait(60) == 141, err
    assert "Traceback" not in err and (stream == "words" or err == "")
    assert len(run_of(path).history.epochs) == 4


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device")
@pytest.mark.parametrize("how", ["> /dev/full", ">&-", "> /dev/full 2>&1", ">&- 2>&-"])
def test_a_full_or_closed_output_is_told_and_ends_nothing(digits: Path, tmp_path: Path, how: str) -> None:
    path = tmp_path / "a.cnn"
    words = " ".join(map(str, training(digits, "--out", path, epochs=1, threads=1 + ("2>" in how))))
    done = subprocess.run(f"{sys.executable} -m cnnstudio {words} {how}", shell=True, capture_output=True, text=True)
    assert done.returncode == 1
    if "2>" not in how:
        assert done.stderr.count("Standard output cannot be written (") == 1 and "Traceback" not in done.stderr
    assert len(run_of(path).history.epochs) == 1 and run_of(path).step == 15


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device")
@pytest.mark.parametrize("command", ["check lenet5", "templates", "--help", "train --help", "--version"])
def test_no_other_command_has_a_traceback_where_nobody_hears_it(command: str) -> None:
    for how in ("> /dev/full", ">&-"):
        line = f"{sys.executable} -m cnnstudio {command} {how}"
        done = subprocess.run(line, shell=True, capture_output=True, text=True)
        assert done.returncode == 1
        assert done.stderr.startswith("Standard output cannot be written (") and done.stderr.count("\n") == 1


def test_a_place_that_cannot_be_written_is_told_before_the_first_step(cnnstudio: Run, digits: Path) -> None:
    said = cnnstudio(*training(digits, "--json", "--out", "/proc/a.cnn"))
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("/proc/a.cnn: It could not be saved (") and said.err.count("\n") == 1


def test_a_disk_that_fills_up_is_told_once_and_the_last_checkpoint_stays(
    cnnstudio: Run, begin: Begin, digits: Path, tmp_path: Path
) -> None:
    path = tmp_path / "a.cnn"
    assert cnnstudio(*training(digits, "--json", "--out", path, epochs=1)).code == 0
    room = path.stat().st_size + 300  # every epoch adds its figures

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    process = begin(*training(digits, "--json", "--out", path, epochs=8), preexec_fn=limit)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 1
    assert len(out.splitlines()) == 10 and err.count("The training goes on") == 1
    assert "(File too large)" in err
    assert 0 < run_of(path).step < 120


def test_within_an_epoch_it_is_written_every_pause_or_as_seldom_as_writing_is_slow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    monkeypatch.setattr(checkpoints.time, "monotonic", lambda: clock[0])
    kept = checkpoints.Checkpoints(str(tmp_path / "a.cnn"))
    cost = [0.1]
    real = save_project

    def slow(project: Project, path: str, *, backup: bool) -> None:
        real(project, path, backup=backup)
        clock[0] += cost[0]

    monkeypatch.setattr(checkpoints, "save_project", slow)
    project = untrained(template("lenet5"))
    run = new_run(project.design, reference_plan(project.design.graph), "")
    kept.begin(project.with_changes(run=run))
    at = clock[0]
    clock[0] = at + 28.9
    assert not kept.due(1.0)
    clock[0] = at + 29.1
    assert kept.due(1.0), "a step of a second would end after half a minute"
    cost[0] = 10.0
    kept.write(project.with_changes(run=run.with_changes(step=1)))
    at = clock[0]
    clock[0] = at + 189
    assert not kept.due(0.0)
    clock[0] = at + 190
    assert kept.due(0.0), "10 of 200 seconds are 5 %"


def test_a_checkpoint_is_there_before_the_line_about_it(begin: Begin, digits: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.cnn"
    process = begin(*training(digits, "--json", "--out", path, epochs=5))
    assert process.stdout is not None
    for epoch in range(1, 6):
        assert json.loads(process.stdout.readline())["epoch"] == epoch
        assert len(run_of(path).history.epochs) >= epoch
    assert process.wait(60) == 0
