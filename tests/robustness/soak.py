"""The window, used without a rest: what it holds after a while is what it holds at the end.

    python -m tests.robustness.soak MINUTES SEED [window | room]

The whole window, or the training room while runs are under way. Each failure is told in a line of JSON, and at the end
what was held.
"""

from __future__ import annotations

import ctypes
import gc
import json
import logging
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from cnnstudio import app
from cnnstudio.data.library import open_data
from cnnstudio.design.templates import template
from cnnstudio.project.project import untrained
from cnnstudio.ui.explain import page
from cnnstudio.ui.look import theme
from cnnstudio.ui.studio.ahead import pieces_of
from cnnstudio.ui.studio.intents import ExplainLayer
from tests.robustness.living import live, wait_until
from tests.robustness.room import ROOM
from tests.ui.face import NAMES, Face
from tests.ui.usage import ACTS, held, open_files, start_all_threads

#: the part of the time, or at most the minutes, after which nothing may grow any more; by how much memory may
_WARM, _WARM_MINUTES, _GROWTH = 1 / 3, 10.0, 0.05
#: kinds of use in a soak of less than a minute
_FEW = 4
#: what Qt says only of the platform without a screen
_OFFSCREEN = "does not support propagateSizeHints"

Act = Callable[[Face], object]


@dataclass(frozen=True)
class Look:
    """What the window holds: widgets by kind, threads, open files, processes, memory shared with them in so many
    pieces, and memory in megabytes."""

    time: float
    widgets: Counter[tuple[str, str]]
    threads: int
    files: int
    processes: int
    shared: int
    megabytes: float


class Warned(logging.Handler):
    """What was told as a warning or worse, by Qt or by the program."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.told: dict[str, None] = {}

    def emit(self, record: logging.LogRecord) -> None:
        if _OFFSCREEN not in (text := record.getMessage()):
            self.told[f"{record.name}: {text}"] = None


def train(window: Face) -> None:
    """Some steps, a pause, some more, the end, and all back."""
    for command in ("train", "train", "train"):
        window.commands.run(command)
        live(150)
    window.commands.run("stop")
    wait_until(lambda: not window.session.active)
    window.run_control.reset()


def edit(window: Face) -> None:
    """Keys that move, copy and delete layers, and undo for all of it."""
    canvas, held_down = window.canvas.viewport(), Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(canvas, Qt.Key.Key_A, held_down)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Delete):
        QTest.keyClick(canvas, key)
        live(20)
    stack = window.document.history
    while stack.can_undo():
        stack.undo()
    live(20)


def look_around(window: Face) -> None:
    """Every workspace, both looks, two sizes."""
    for name in NAMES:
        window.workspaces.go_to(name)
        live(30)
    window.workspaces.go_to(NAMES[0])
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    for look in ("dark", "light"):
        theme.apply(application, look)
        live(20)
    for size in ((1100, 700), (1440, 900)):
        window.resize(*size)
        live(20)


def settle_down(window: Face) -> None:
    """To the same state after every round: the whole network explained, since Explain has a tile for each layer of the
    one it was last asked about; then Build, with nothing selected."""
    graph = window.document.project.design.graph
    window.studio.intents.ask(ExplainLayer(graph.order[-1]))
    window.explain.set_mode(page.FIELD)
    wait_until(lambda: len(window.explain.field.tiles) == len(graph))
    window.workspaces.go_to(NAMES[0])
    window.document.select([])
    wait_until(lambda: not window.session.jobs.queue and not window.session.active)
    for notice in window.notices.current:
        window.notices.dismiss(notice)
    live(300)


def soak(minutes: float, seed: int, acts: Sequence[Act]) -> Iterator[str]:
    """Use a window for so long. Tells of what has grown, and in the last line what is held."""
    warned = Warned()
    logging.getLogger("cnnstudio").addHandler(warned)
    open_data("digits")
    application = QApplication([])
    app.prepare(application)
    theme.apply(application, "light")
    window = Face(untrained(template("lenet5")))
    window.resize(1440, 900)
    window.show()
    app.catch_everything(window.notices)
    bugs: dict[str, None] = {}
    window.notices.changed.connect(
        lambda: bugs.update((f"{n.text} {n.details}", None) for n in window.notices.current if n.kind == "error")
    )
    wait_until(lambda: window.data.dataset is not None)
    for make in pieces_of(window.studio.declared, window.studio.get):
        make()
    start_all_threads(window, wait_until)
    chance, looks = random.Random(seed), list[Look]()
    if minutes < 1:  # twice each in a moment; the rest is what test_nothing_grows does
        acts = tuple(chance.sample(acts, k=min(_FEW, len(acts))))
    begun = time.monotonic()
    while time.monotonic() - begun < 60 * minutes or len(looks) < 2:
        for act in chance.sample(acts, k=len(acts)):
            window.activateWindow()
            wait_until(window.isActiveWindow)
            act(window)
        looks.append(_look(window, time.monotonic() - begun))
    yield from (*bugs, *warned.told)
    yield from _grown(looks, min(60 * _WARM_MINUTES, _WARM * looks[-1].time))
    last = looks[-1]
    yield (
        f"{len(looks)} rounds in {last.time / 60:.1f} minutes: {last.widgets.total()} widgets, "
        f"{last.threads} threads, {last.files} files, {last.processes} processes, "
        f"{last.shared} pieces of shared memory, {last.megabytes:.0f} MB"
    )
    window.run_control.settle()
    window.discard()


def _look(window: Face, at: float) -> Look:
    """What is held once all that nobody holds has been given back: the allocator keeps freed pages for the next
    request, and so does a circle until it is collected, some tens of megabytes in one round and none in the next."""
    settle_down(window)
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    widgets, threads, files = held()
    for _ in range(20):  # a file that is being written when looked at is none that stays open
        live(25)
        files = min(files, open_files())
    children = sum(len(task.read_text().split()) for task in Path("/proc/self/task").glob("*/children"))
    shared = Path("/proc/self/maps").read_text().count("/cnnstudio-")
    return Look(at, widgets, threads, files, children, shared, pages * 4096 / 1e6)


def _grown(looks: list[Look], warm: float) -> Iterator[str]:
    """What is more at the end than when it was warm; a computation under way takes some memory, so the least of a few
    rounds stands for each, and of fewer rounds memory says nothing."""
    first = next(number for number, look in enumerate(looks) if look.time >= warm)
    then, now = looks[first], looks[-1]
    if then.widgets != now.widgets:
        yield f"widgets: {dict(now.widgets - then.widgets)} more, {dict(then.widgets - now.widgets)} fewer"
    for name in ("threads", "files", "processes", "shared"):
        if getattr(then, name) != getattr(now, name):
            yield f"{name}: {getattr(then, name)} → {getattr(now, name)}"
    some = max(2, (len(looks) - first) // 5)  # what was computed last is let go of in the round after
    before, after = (min(look.megabytes for look in part) for part in (looks[first : first + some], looks[-some:]))
    if len(looks) - first >= 2 * some and abs(after - before) > _GROWTH * before:
        yield f"memory {before:.0f} → {after:.0f} MB: {[round(look.megabytes) for look in looks]}"


if __name__ == "__main__":
    chosen = ROOM if sys.argv[3:] == ["room"] else (*ACTS, train, edit, look_around)
    for line in soak(float(sys.argv[1]), int(sys.argv[2]), chosen):
        print(json.dumps(line), flush=True)
