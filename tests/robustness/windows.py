"""Whole programs that are killed while somebody edits or trains, alone or two and three of them on one file: what the
next start offers, and that a run goes on from there exactly.

    python -m tests.robustness.windows edits FOLDER TRIES SEED
    python -m tests.robustness.windows runs FOLDER TRIES SEED
    python -m tests.robustness.windows instances FOLDER TRIES SEED

Each failure is told in a line of JSON, and at the end a remark. The settings are those of XDG_CONFIG_HOME. All is
imported once, and each program is a fork of that.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import select
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest

from cnnstudio import app
from cnnstudio.design.templates import template
from cnnstudio.files.atomic import backup_path
from cnnstudio.project.file import load_project, save_project
from cnnstudio.project.project import untrained
from cnnstudio.runs.run import Run
from cnnstudio.ui.shell import recovery, windows
from cnnstudio.ui.shell.window import MainWindow
from tests.robustness.kills import STEPS, write_digits
from tests.ui.face import Face

#: seconds of edits that may be lost
LOST = 5.0
#: milliseconds from an edit to its being written down: as in the program, and as short as makes many kills come amid it
_WAITS = (100, 100, 100, recovery.WAIT)
#: seconds in which a start must come to its first word
_PATIENCE = 60.0
#: epochs of a run, and milliseconds between two looks at its weights
EPOCHS, LOOKS = 8, 50
#: kills before a run is left to its end
_A_RUN = 5


class Hand(Face):
    """A window with somebody in front of it: looks at what is offered, takes or discards it, and edits on and on."""

    def begin(self, tell: int, doing: str, path: Path | None) -> None:
        """``doing`` is edit, save (and edit) or discard; it waits for the file at ``path``."""
        self._tell, self._doing, self._path, self._number = tell, doing, path, 0
        self.seen.connect(lambda: QTimer.singleShot(100, self, self._read_offers))  # offers come with the first look

    def _say(self, **what: Any) -> None:
        os.write(self._tell, json.dumps(what).encode() + b"\n")

    def _read_offers(self) -> None:
        if self.document.path != self._path and self._path is not None:
            QTimer.singleShot(50, self, self._read_offers)
            return
        offers = [notice for notice in self.notices.current if notice.action_title.startswith("Recover")]
        for notice in offers:
            (notice.other if self._doing == "discard" else notice.action)()
            self.notices.dismiss(notice)
        shown = [self, *windows.opened]
        numbers = [_number(each.studio.document.project.design.title) for each in shown]
        self._number = max(numbers)
        self._say(offered=offers[0].text if offers else "", number=self._number)
        if self._doing != "discard":
            self._edits = QTimer(self, interval=20)
            self._edits.timeout.connect(self._edit)
            self._edits.start()

    def _edit(self) -> None:
        """A key that moves all layers, a name with a number, and now and then a save."""
        self._number += 1
        QTest.keyClick(self.canvas.viewport(), Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClick(self.canvas.viewport(), Qt.Key.Key_Right)
        design = self.document.project.design
        self.document.edit("Name", design.with_changes(title=f"n{self._number}"))
        if self._doing == "save" and self._number % 7 == 0:
            self.commands.run("save")
        kept = any(recovery.folder().glob(f"{os.getpid()}-*.cnn"))
        self._say(edit=self._number, time=time.time(), kept=kept)


class Trainee(Face):
    """A window with somebody in front of it who takes what is offered and trains to the end of the run."""

    def begin(self, tell: int) -> None:
        self._tell = tell
        self.seen.connect(lambda: QTimer.singleShot(100, self, self._go_on))

    def _say(self, **what: Any) -> None:
        os.write(self._tell, json.dumps(what).encode() + b"\n")

    def _go_on(self) -> None:
        for notice in [notice for notice in self.notices.current if notice.action_title.startswith("Recover")]:
            notice.action()
            self.notices.dismiss(notice)
        shown = [self, *windows.opened][-1]
        self._say(step=_step(shown.studio.document.project.run))
        shown.studio.session.finished.connect(lambda: QTimer.singleShot(0, shown, lambda: self._tell_end(shown)))
        if _step(shown.studio.document.project.run) == STEPS * EPOCHS:
            self._tell_end(shown)
        else:
            shown.studio.run_control.train()

    def _tell_end(self, shown: MainWindow) -> None:
        project = shown.studio.document.project
        vector = project.weights.parameters.vector
        self._say(step=_step(project.run), weights=hashlib.sha256(vector.tobytes()).hexdigest())


def _step(run: Run | None) -> int:
    return 0 if run is None else run.step


def _number(title: str) -> int:
    return int(title[1:]) if title[:1] == "n" and title[1:].isdecimal() else 0


@dataclass
class Program:
    """A program in a process of its own, and what it says."""

    process: int
    hear: int
    text: bytes = b""

    def next(self) -> dict[str, Any] | None:
        """The next thing it says; None where it says nothing any more, or not in time."""
        until = time.monotonic() + _PATIENCE
        while b"\n" not in self.text:
            ready, _, _ = select.select([self.hear], [], [], max(0.0, until - time.monotonic()))
            more = os.read(self.hear, 65536) if ready else b""
            if not more:
                return None
            self.text += more
        line, _, self.text = self.text.partition(b"\n")
        found: dict[str, Any] = json.loads(line)
        return found

    def kill(self) -> list[dict[str, Any]]:
        """End it; whatever it has said before that."""
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)
        while more := os.read(self.hear, 65536):
            self.text += more
        os.close(self.hear)
        return [json.loads(line) for line in self.text.split(b"\n")[:-1]]


def start(doing: str, wait: int, *paths: Path) -> Program:
    """The program with a hand in it."""

    def first_window(tell: int) -> Hand:
        window = Hand(untrained(template("first_conv")))
        window.begin(tell, doing, paths[0] if paths else None)
        return window

    return _started(first_window, wait, *paths)


def _trained(data: Path) -> Program:
    """The program that trains."""

    def first_window(tell: int) -> Trainee:
        design = template("lenet5")
        recipe = design.recipe.choose(data=str(data), epochs=EPOCHS)
        window = Trainee(untrained(design.with_changes(recipe=recipe)))
        window.begin(tell)
        return window

    return _started(first_window, LOOKS)


def _started(make: Callable[[int], MainWindow], wait: int, *paths: Path) -> Program:
    """The program with a window that tells through a pipe."""
    hear, tell = os.pipe()
    process = os.fork()
    if process:
        os.close(tell)
        return Program(process, hear)
    os.close(hear)
    try:
        recovery.WAIT = wait
        recovery.CHECKPOINT = LOOKS
        recovery.Recovery.__init__.__kwdefaults__["wait"] = wait
        app.first_window = lambda: make(tell)
        app.run([str(path) for path in paths])
    finally:
        os._exit(1)


def edits(folder: Path, tries: int, seed: int) -> Iterator[str]:
    """Somebody edits and is killed; the next start must offer all edits but those of the last seconds, and goes on
    from there."""
    chance, kept, lost, worst = random.Random(seed), 0, 0, 0.0
    made: list[dict[str, Any]] = []
    killed = 0.0
    for attempt in range(tries + 1):
        wait = chance.choice(_WAITS)
        program = start("edit", wait)
        first = program.next()
        if first is None:
            program.kill()
            yield f"kill {attempt}: the next start says nothing"
            continue
        safe = max([kept, *(each["edit"] for each in made if each["time"] < killed - LOST)])
        if first["number"] < safe:
            yield f"kill {attempt}: edit {safe} is lost, {first['number']} is there: {first['offered']!r}"
        later = [each["time"] for each in made if each["edit"] > first["number"]]
        if later:
            lost, worst = lost + len(later), max(worst, killed - min(later))
        kept = first["number"]
        if attempt < tries:
            select.select([], [], [], chance.uniform(0.05, 1.0 if wait < 1000 else 4.0))
        killed = time.time()
        made = [each for each in program.kill() if "edit" in each]
    yield f"edits of at most {worst:.1f} s lost"


def runs(folder: Path, tries: int, seed: int) -> Iterator[str]:
    """Somebody trains and is killed at any moment; the next start offers the run as it was last kept, and it goes on to
    the weights of a run that nobody disturbed, to the bit. The last line says how many starts were within an epoch."""
    digits, chance = write_digits(folder / "digits"), random.Random(seed)
    whole, done, within = _end_of_run(_trained(digits)), 0, 0
    if "weights" not in whole:
        yield "a run that nobody disturbs does not end"
        return
    while done < tries:
        last = 0
        for _ in range(min(_A_RUN, tries - done)):
            done += 1
            program = _trained(digits)
            found = program.next() or {"step": -1}
            if found["step"] < last:
                yield f"kill {done}: step {found['step']} comes after step {last}"
            last, within = found["step"], within + (found["step"] % STEPS > 0)
            select.select([], [], [], chance.uniform(0.3, 3.0))
            program.kill()
        ended = _end_of_run(_trained(digits))
        if ended != whole:
            yield f"kill {done}: from step {last} it ends with {ended}, and undisturbed with {whole}"
    yield f"{within} starts within an epoch"


def _end_of_run(program: Program) -> dict[str, Any]:
    """Step and weights in the end; nothing is kept of it."""
    program.next()
    ended = program.next() or {}
    program.kill()
    discarding = start("discard", 100)
    discarding.next()
    discarding.kill()
    return ended


def instances(folder: Path, tries: int, seed: int) -> Iterator[str]:
    """Two or three programs edit one file and save it now and then, until all are killed: the file and its backup open,
    and the next start offers what each of them had not saved."""
    path, chance = folder / "a.cnn", random.Random(seed)
    for attempt in range(tries):
        save_project(untrained(template("first_conv")), path)
        doing, count = chance.choice(("edit", "save")), chance.choice((2, 3))
        programs = [start(doing, 100, path) for _ in range(count)]
        for program in programs:
            kept, until = False, time.monotonic() + _PATIENCE
            while not kept and (said := program.next()) and time.monotonic() < until:
                kept = said.get("kept", False)
            if not kept:
                yield f"try {attempt}: a program of {count} keeps no journal"
        select.select([], [], [], chance.uniform(0, 0.5))
        for program in programs:
            program.kill()
        for each in (path, backup_path(path)):
            try:
                if each.exists():
                    load_project(each)
            except Exception as error:  # noqa: BLE001 - whatever comes of reading it is a failure
                yield f"try {attempt}: {type(error).__name__}: {error}"
        following = start("discard", 100)
        said = following.next() or {"offered": "nothing"}
        following.kill()
        if doing == "edit" and (
            f"{count} designs" not in said["offered"] or load_project(path).design.title[:1] == "n"
        ):
            yield f"try {attempt}: of {count} programs the next start says {said['offered']!r}"
        if left := list(recovery.folder().glob("*.cnn")):
            yield f"try {attempt}: {left} stay though they were discarded"
    yield ""


if __name__ == "__main__":
    kind, where, count, drawn = sys.argv[1:]
    for line in {"edits": edits, "runs": runs, "instances": instances}[kind](Path(where), int(count), int(drawn)):
        print(json.dumps(line), flush=True)
