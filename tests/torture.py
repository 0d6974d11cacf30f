"""The proof of robustness: everything that may happen to files, processes and the window, many times over.

    python tests/torture.py [--quick | --minutes N] [--seed N] [--only WORDS]

Prints a row for each kind of trial: how often it was tried, how often it failed, and the goal of the long run. Another
seed gives other mutants, kills and walks, so that the figures of several runs add up. ``--only`` makes the rows alone
in whose names there are these words ("mutants"), and may be given several times. Without options it goes on until all
goals are reached, which takes hours.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.robustness.every import HOSTILE, MUTANTS
from tests.robustness.limited import ROOT, UNPRIVILEGED, Trials, Tried, environment, own_folder, tried, tried_in_turn
from tests.robustness.rows import Row, report

#: seconds after which a walk, a series of kills or a soak counts as hanging
_PATIENCE = 7200.0
#: minutes of a run that a soak leaves to what comes before and after it
_AROUND = 4.0
#: what is used without a rest, and the names of the rows of that
_SOAKS = {"window": "seconds of use without growth", "room": "seconds of training without growth"}
#: mutants of a format between two looks at the clock
_PORTION = 1000


@dataclass(frozen=True)
class Asked:
    """The rows that are asked for: those in whose names one of the ``words`` stands, or all where there are none."""

    words: tuple[str, ...] = ()

    def has(self, name: str) -> bool:
        """Whether this row is asked for."""
        return not self.words or any(word in name for word in self.words)


@dataclass(frozen=True)
class Series:
    """Trials that a module of tests/robustness makes by itself; ``quick`` of them in the quick form."""

    name: str
    words: tuple[str, ...]
    goal: int
    quick: int


SERIES = (
    Series("kills while training", ("kills", "trainings"), 50, 1),  # of these two the tests of files and of training
    Series("kills while saving", ("kills", "saves"), 1000, 5),  # make more
    Series("kills while editing", ("windows", "edits"), 200, 1),
    Series("two and three programs on one file", ("windows", "instances"), 20, 1),
    Series("edits undone and redone", ("walk",), 10_000, 100),
    Series("kills while the window trains", ("windows", "runs"), 50, 1),
)


def series(one: Series, count: int, seed: int, drawn: Path) -> Row:
    """A series in a process of its own; every line it tells but the last is a failure. Data that was drawn once for all
    lies in the folder ``drawn``."""
    with own_folder() as home:
        (home / "in").mkdir()
        where = [] if one.words == ("walk",) else [str(home / "in")]
        words = [f"tests.robustness.{one.words[0]}", *one.words[1:], *where, str(count), str(seed)]
        told, trouble = _told(words, home, drawn)
    _tell([*told[:-1], *trouble, f"{one.name}: {count:,} tried"])
    return Row(one.name, count, one.goal, (*told[:-1], *trouble), told[-1] if told else "")


def _tell(lines: list[str]) -> None:
    """At once, for whoever waits for a long run."""
    for line in lines:
        print(line, file=sys.stderr, flush=True)


def soak(what: str, minutes: float, seed: int, drawn: Path) -> Row:
    """The window, or the training room in it, used for so many minutes; tried are its seconds."""
    with own_folder() as home:
        told, trouble = _told(["tests.robustness.soak", str(minutes), str(seed), what], home, drawn)
    seconds = round(60 * minutes)
    return Row(_SOAKS[what], seconds, 1800, (*told[:-1], *trouble), told[-1] if told else "")


def _told(words: list[str], home: Path, drawn: Path) -> tuple[list[str], tuple[str, ...]]:
    """What a module says, and what is wrong with how it ended."""
    command = [sys.executable, "-m", *words]
    around = environment(home) | {"OPENBLAS_NUM_THREADS": "", "CNNSTUDIO_CACHE": str(drawn)}
    process = subprocess.Popen(
        command, cwd=ROOT, env={name: value for name, value in around.items() if value}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, errors="replace",
    )  # fmt: skip
    try:
        out, err = process.communicate(timeout=_PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        out, err = process.communicate()
        err += "\nit hangs"
    told = [json.loads(line) for line in out.splitlines() if line.startswith('"')]
    if process.returncode:
        return [*told, ""], (f"it ended ({process.returncode}): {' | '.join(err.splitlines()[-30:])}",)
    return told, ()


def _mutants(asked: Asked, seed: int) -> list[Row]:
    """A few mutants of each format."""
    formats = [each for each in MUTANTS if asked.has(each.name)]
    return list(map(_row, formats, tried_in_turn([(each, each.quick) for each in formats], seed)))


def _row(trials: Trials, found: Tried) -> Row:
    return Row(trials.name, found.count, trials.goal, tuple(found.failures), f"{found.succeeded:,} opened")


def mutants_until(asked: Asked, end: float, seed: int) -> list[Row]:
    """Mutants of all formats in turn, each in proportion to its goal, until a time or until all are made."""
    formats = [each for each in MUTANTS if asked.has(each.name)]
    sums = {each.name: Tried() for each in formats}
    turn = 0
    while time.time() < end and any(sums[each.name].count < each.goal for each in formats):
        for each in formats:
            whole = sums[each.name]
            portion = min(_PORTION * each.goal // 20_000, each.goal - whole.count)
            if portion <= 0 or time.time() >= end:
                continue
            found = tried(each, 1_000_000 * seed + turn, portion, end)
            _tell(found.failures)
            whole.count, whole.succeeded = whole.count + found.count, whole.succeeded + found.succeeded
            whole.failures += found.failures
        turn += 1
    return [_row(each, sums[each.name]) for each in formats]


def hostile(asked: Asked, *, quick: bool = False) -> list[Row]:
    """Each hostile file and surrounding; where this is an administrator, also as one whom rights bind."""
    users: list[tuple[str, tuple[str, ...]]] = [("", ())]
    if not quick and hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which(UNPRIVILEGED[0]):
        users = [(", as root", ()), (", without a root's rights", UNPRIVILEGED)]
    rows = []
    kinds = [each for each in HOSTILE if asked.has(each.name)]
    counts = [(each, min(each.quick, each.goal) if quick else each.goal) for each in kinds]
    for whose, before in users:
        for trials, found in zip(kinds, tried_in_turn(counts, 0, before=before), strict=True):
            _tell(found.failures)
            rows.append(Row(f"{trials.name}{whose}", found.count, trials.goal, tuple(found.failures)))
    return rows


def all_rows(minutes: float | None, seed: int, asked: Asked, *, quick: bool) -> list[Row]:
    """All rows that are asked for; four things go on at once."""
    with own_folder() as drawn:
        return _all_rows(minutes, seed, asked, drawn, quick=quick)


def _all_rows(minutes: float | None, seed: int, asked: Asked, drawn: Path, *, quick: bool) -> list[Row]:
    share = 1.0 if minutes is None else min(1.0, minutes / 35)

    def made(several: tuple[Series, ...]) -> list[Row]:
        counts = {one: one.quick if quick else max(1, round(share * one.goal)) for one in several}
        return [series(one, counts[one], seed, drawn) for one in several if asked.has(one.name)]

    def used(what: str, length: float) -> list[Row]:
        return [soak(what, length, seed, drawn)] if asked.has(_SOAKS[what]) else []

    if quick:
        lanes: list[Callable[[], list[Row]]] = [
            lambda: [*_mutants(asked, seed), *made(SERIES[2:])],
            lambda: [*hostile(asked, quick=True), *made(SERIES[:2]), *used("window", 0.05)],
        ]
    else:
        end = time.time() + (60 * minutes if minutes is not None else 1e9)
        long = 30.0 if minutes is None else max(0.5, min(30.0, minutes - _AROUND))
        lanes = [
            lambda: mutants_until(asked, end, seed),
            lambda: [*hostile(asked), *made(SERIES)],
            *(partial(used, what, long) for what in _SOAKS),
        ]
    with ThreadPoolExecutor(len(lanes)) as pool:
        return [row for rows in pool.map(lambda lane: lane(), lanes) for row in rows]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--quick", action="store_true", help="a few of each, within a minute")
    form.add_argument("--minutes", type=float, help="as many as fit")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", action="append", default=[], help="rows with these words in their names")
    options = parser.parse_args()
    asked = Asked(tuple(options.only))
    rows = all_rows(options.minutes, options.seed, asked, quick=options.quick)
    if not rows:
        parser.error(f"no row has {' or '.join(options.only)} in its name")
    return 0 if report(rows) else 1


if __name__ == "__main__":
    sys.exit(main())
