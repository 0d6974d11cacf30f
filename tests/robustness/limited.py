"""Trials in a process of their own with limits: one that takes too long, too much memory, or the process with it, has
failed; where the process ended, the next is made in another.

    python -m tests.robustness.limited NAME SEED NUMBER

makes one trial again and shows what it raises.
"""

from __future__ import annotations

import contextlib
import json
import mmap
import os
import resource
import signal
import struct
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

from tests.own_folders import NAMES

ROOT = Path(__file__).parent.parent.parent
#: seconds of work and megabytes more than before that one trial may take; seconds without a sign of life
SECONDS, MEGABYTES, SILENCE = 2.0, 512, 60.0
#: the module of all trials
EVERY = "tests.robustness.every"
#: failures after which a row is tried no further
ENOUGH = 40
#: what takes an administrator's rights away: one whom files and folders bind as they bind everybody
UNPRIVILEGED = ("setpriv", "--bounding-set", "-all", "--inh-caps", "-all")
#: the kind of trials, the one that is being made (−1 where none is yet), and how many succeeded
_PLACE = struct.Struct("<qqq")

#: told seed and number of a trial: whether what was tried succeeded; raises what is a failure
Trial = Callable[[int, int], bool]


@dataclass(frozen=True)
class Trials:
    """``prepare`` makes, from a folder of its own and in the process of the trials, what makes one of them; ``goal``
    are those of the long run and ``quick`` those of the quick form, ``seconds`` and ``megabytes`` what one may take."""

    name: str
    goal: int
    prepare: Callable[[Path], Trial]
    seconds: float = SECONDS
    megabytes: int = MEGABYTES
    quick: int = 20


@dataclass
class Tried:
    """How many trials were made, how many of them succeeded, and how others failed."""

    count: int = 0
    succeeded: int = 0
    failures: list[str] = field(default_factory=list)


def environment(home: Path) -> dict[str, str]:
    """Settings, caches and temporary files in a folder of one's own, and no screen."""
    own = {}
    for name in (*NAMES, "TMPDIR"):
        folder = home / name.lower()
        folder.mkdir(parents=True, exist_ok=True)
        own[name] = str(folder)
    folders = ("", *(f"tests/{name}" for name in ("cli", "data", "design", "files", "project", "ui", "worker")))
    own["PYTHONPATH"] = os.pathsep.join(str(ROOT / name) for name in folders)
    alone = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}
    return os.environ | own | alone | {"QT_QPA_PLATFORM": "offscreen", "PYTHONFAULTHANDLER": "1"}


@contextlib.contextmanager
def own_folder() -> Iterator[Path]:
    """A folder in memory where the system has such, else anywhere."""
    place = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="cnnstudio-torture-", dir=place, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def tried(
    trials: Trials, seed: int, count: int, until: float = 0.0, *, before: tuple[str, ...] = (), where: str = EVERY
) -> Tried:
    """Make the trials 0 … count − 1 of a seed, or those up to a time (in seconds since 1970); ``before`` stands before
    the command, and ``where`` is the module whose TRIALS they belong to."""
    return tried_in_turn([(trials, count)], seed, until, before=before, where=where)[0]


def tried_in_turn(
    rows: list[tuple[Trials, int]], seed: int, until: float = 0.0, *, before: tuple[str, ...] = (), where: str = EVERY
) -> list[Tried]:
    """The same of several kinds one after the other, by one process as long as none fails: starting it takes longer
    than a few trials."""
    found = [Tried() for _ in rows]
    while not (until and time.time() >= until):
        left = [
            (number, trials.name, found[number].count, count)
            for number, (trials, count) in enumerate(rows)
            if found[number].count < count and len(found[number].failures) < ENOUGH
        ]
        if not left:
            break
        with own_folder() as home:
            words = [json.dumps(left), str(seed), str(until), str(home), where]
            _one_process(rows, seed, home, [*before, sys.executable, "-m", __name__, *words], found)
    return found


def _one_process(rows: list[tuple[Trials, int]], seed: int, home: Path, command: list[str], found: list[Tried]) -> None:
    """Trials from the one that is next, until all are made or the process is at its end."""
    place, said = home / "place", home / "said"
    place.write_bytes(_PLACE.pack(-1, 0, 0))
    said.touch()
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment(home), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        errors="replace", start_new_session=True,
    )  # fmt: skip
    silent, last = time.monotonic(), place.read_bytes()
    ended = ""
    while True:
        try:
            _, ended = process.communicate(timeout=0.1)
            break
        except subprocess.TimeoutExpired:
            at = place.read_bytes()
            if at != last:
                silent, last = time.monotonic(), at
            elif time.monotonic() - silent > SILENCE:
                os.killpg(process.pid, signal.SIGKILL)
                _, ended = process.communicate()
                ended += f"\nno sign of life for {SILENCE:g} seconds"
                break
    with contextlib.suppress(ProcessLookupError):  # whoever was started by it goes with it
        os.killpg(process.pid, signal.SIGKILL)
    for kind, row, told in map(json.loads, said.read_text().splitlines()):
        if kind == "failed":
            found[row].failures.append(told)
        else:
            found[row].count, opened = told
            found[row].succeeded += opened
    if process.returncode != 0:
        row, number, opened = _PLACE.unpack(place.read_bytes())
        if number < 0 or row < 0:
            raise RuntimeError(f"{rows[max(row, 0)][0].name} could not be prepared: {ended}")
        lines = [line for line in ended.splitlines() if line.strip()]
        again = _again(rows[row][0], seed, number)
        found[row].failures.append(f"{again}: the process ended ({process.returncode}): {lines[:12]}")
        found[row].count = number + 1
        found[row].succeeded += opened


def _again(trials: Trials, seed: int, number: int) -> str:
    return f"trial {number} (python -m tests.robustness.limited '{trials.name}' {seed} {number})"


def _found(name: str, where: str) -> Trials:
    found: Trials = import_module(where).TRIALS[name]
    return found


def _work(words: list[str]) -> None:
    """The process of the trials."""
    rows: list[tuple[int, str, int, int]] = json.loads(words[0])
    seed, until, home, where = int(words[1]), float(words[2]), Path(words[3]), words[4]
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with (home / "place").open("r+b") as file, (home / "said").open("a") as said:

        def say(kind: str, row: int, told: object) -> None:
            said.write(json.dumps([kind, row, told]) + "\n")
            said.flush()

        place = mmap.mmap(file.fileno(), _PLACE.size)
        for row, name, start, count in rows:
            place[:] = _PLACE.pack(row, -1, 0)
            trials = _found(name, where)
            (own := home / "in" / str(row)).mkdir(parents=True)
            _limit_memory(None)
            trial = trials.prepare(own)
            _limit_memory(trials.megabytes << 20)
            succeeded, number = 0, start
            while number < count and not (until and time.time() >= until):
                place[:] = _PLACE.pack(row, number, succeeded)
                begun = time.process_time()
                try:
                    succeeded += bool(trial(seed, number))
                    if (taken := time.process_time() - begun) > trials.seconds:
                        raise AssertionError(f"it took {taken:.1f} s")
                except BaseException as error:  # noqa: BLE001 - whatever it is, it is what is looked for
                    say("failed", row, f"{_again(trials, seed, number)}: {_told(error)}")
                number += 1
            say("made", row, (number, succeeded))


def _limit_memory(more: int | None) -> None:
    """Addresses, since the system counts these; where it does not say how many there are, nothing is limited."""
    most = resource.getrlimit(resource.RLIMIT_AS)[1]
    with contextlib.suppress(OSError):
        used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (most if more is None else used + more, most))


def _told(error: BaseException) -> str:
    where = traceback.extract_tb(error.__traceback__)[-4:]
    steps = " ← ".join(f"{Path(step.filename).name}:{step.lineno}" for step in reversed(where))
    return f"{type(error).__name__}: {str(error)[:400]} ({steps})"


def _show(name: str, seed: int, number: int) -> None:
    """One trial again, in this process and without limits."""
    trials = _found(name, EVERY)
    with own_folder() as home:
        os.environ.update(environment(home))
        sys.path[:0] = os.environ["PYTHONPATH"].split(os.pathsep)
        (home / "in").mkdir()
        print("succeeded" if trials.prepare(home / "in")(seed, number) else "refused")


if __name__ == "__main__":
    if len(sys.argv) == 4:
        _show(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    else:
        _work(sys.argv[1:])
