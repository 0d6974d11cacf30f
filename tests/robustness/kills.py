"""Processes that are killed while they save or train: what they leave must open, and hold all that they had told of.

    python -m tests.robustness.kills saves FOLDER TRIES SEED
    python -m tests.robustness.kills trainings FOLDER TRIES SEED

Each failure is told in a line of JSON, and at the end how many kills there were.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from cnnstudio.files.atomic import backup_path, sweep
from cnnstudio.project.file import load_project, save_project
from cnnstudio.project.project import Project

#: a checkpoint after every step, so that a training is stopped within epochs, too
_ALWAYS = """
import sys
from cnnstudio.cli.training import checkpoints
checkpoints.PAUSE, checkpoints.SHARE = 0.0, 1.0
from cnnstudio.__main__ import main
sys.exit(main())
"""
#: steps of an epoch of the digits that are trained on, and epochs of a run
STEPS, EPOCHS = 15, 6
#: kills before a run is left to its end
_A_RUN = 5


def saves(folder: Path, tries: int, seed: int) -> Iterator[str]:
    """A child saves versions 0, 1, 2… as fast as it can and says each number; it is killed some milliseconds after its
    first word. The file must open and be at least the last version it spoke of, and the backup must be older; once
    what was left is cleared up, it is the version before. Tells of what is not so; the last line says how many kills
    came in the middle of a save."""
    from projects import trained_project

    path, project = folder / "a.cnn", trained_project()
    chance, found, amid = random.Random(seed), -1, 0
    for attempt in range(tries):
        acknowledged = _killed_save(project, path, found + 1, chance.uniform(0, 0.03))
        backup = backup_path(path)
        try:
            found = _version(path)
            if found not in (acknowledged, acknowledged + 1):
                yield f"kill {attempt}: version {acknowledged} was told of, and the file holds {found}"
            if backup.exists() and _version(backup) >= found:
                yield f"kill {attempt}: the older save is lost"
            left = sum(".cnnstudio-" in each.name for each in folder.iterdir())
            sweep(folder)
            if found and _version(backup) != found - 1:
                yield f"kill {attempt}: the backup is not the save before"
            if others := sorted({each.name for each in folder.iterdir()} - {path.name, backup.name}):
                yield f"kill {attempt}: {others} stay"
            amid += left > 0
        except Exception as error:  # noqa: BLE001 - whatever comes of reading it is a failure
            yield f"kill {attempt}: {type(error).__name__}: {error}"
            found = acknowledged
            for each in folder.iterdir():
                each.unlink()
    yield f"{amid} in the middle of a save"


def _killed_save(project: Project, path: Path, number: int, seconds: float) -> int:
    """The last version that the child told of."""
    hear, tell = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(hear)
        while True:
            save_project(project.with_changes(design=project.design.with_changes(title=str(number))), path)
            os.write(tell, b"%d " % number)
            number += 1
    os.close(tell)
    said = os.read(hear, 65536)
    select.select([], [], [], seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while more := os.read(hear, 65536):
        said += more
    os.close(hear)
    return int(said.split()[-1])


def _version(path: Path) -> int:
    return int(load_project(path).design.title)


def trainings(folder: Path, tries: int, seed: int) -> Iterator[str]:
    """Trainings with a helper process, killed at any moment, the helper too, and gone on with: the file always opens,
    its step never goes back, and the last line is that of a training nobody disturbed, to the bit. Tells of what is not
    so; the last line says how many kills came within an epoch."""
    digits = write_digits(folder / "digits")
    chance = random.Random(seed)
    begin = ("train", "lenet5", "--data", str(digits), "--threads", "2", "--epochs", str(EPOCHS), "--json")
    whole = last_line(_program(begin).stdout)
    within = done = 0
    while done < tries:
        path, steps = folder / f"{done}.cnn", [-1]
        words = (*begin, "--out", str(path))
        for _ in range(min(_A_RUN, tries - done)):
            done += 1
            _killed_training(words, chance.uniform(0, 0.15), helpers_first=chance.random() < 0.5)
            words = ("train", str(path), "--resume", "--json")
            try:
                run = load_project(path).run
                assert run is not None
            except Exception as error:  # noqa: BLE001 - whatever comes of reading it is a failure
                yield f"kill {done}: {type(error).__name__}: {error}"
                break
            if run.step < steps[-1]:
                yield f"kill {done}: step {run.step} comes after step {steps[-1]}"
            within += run.step % STEPS > 0
            steps.append(run.step)
        else:
            ended = _program(words)
            if ended.returncode or last_line(ended.stdout) != whole:
                yield f"kill {done}, steps {steps}: another last line: {ended.stdout[-200:]} {ended.stderr[-200:]}"
    yield f"{within} within an epoch"


def _program(words: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "cnnstudio", *words], capture_output=True, text=True)


def _killed_training(words: tuple[str, ...], seconds: float, *, helpers_first: bool) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", _ALWAYS, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    process.stdout.readline()
    select.select([], [], [], seconds)
    if helpers_first:
        for helper in helpers(process):
            with contextlib.suppress(ProcessLookupError):
                os.kill(helper, signal.SIGKILL)
    process.kill()
    process.communicate()


def helpers(process: subprocess.Popen[str]) -> list[int]:
    """The processes that it has started."""
    tasks = Path(f"/proc/{process.pid}/task")
    if tasks.is_dir():  # a bare system has no ps
        return [int(word) for task in tasks.iterdir() for word in (task / "children").read_text().split()]
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process.pid)], capture_output=True, text=True)
    return [int(word) for word in found.stdout.split()]


def last_line(text: str) -> dict[str, float] | None:
    """The figures that a training ends with."""
    lines = text.splitlines()
    return json.loads(lines[-1]) if lines else None


def write_digits(folder: Path) -> Path:
    """A folder with 1,000 training and 200 test digits in IDX files: nine hundred to learn from."""
    import numpy as np

    from cnnstudio.data.library import preview

    folder.mkdir(parents=True)
    data = preview("digits")
    for prefix, split in (("train", data.train), ("t10k", data.test)):
        header = b"".join(number.to_bytes(4) for number in (0x803, len(split), 28, 28))
        (folder / f"{prefix}-images-idx3-ubyte").write_bytes(header + split.pixels.tobytes())
        header = b"".join(number.to_bytes(4) for number in (0x801, len(split)))
        (folder / f"{prefix}-labels-idx1-ubyte").write_bytes(header + split.labels.astype(np.uint8).tobytes())
    return folder


if __name__ == "__main__":
    kind, where, count, drawn = sys.argv[1:]
    for line in {"saves": saves, "trainings": trainings}[kind](Path(where), int(count), int(drawn)):
        print(json.dumps(line), flush=True)
