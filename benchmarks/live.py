"""The training room under its event loop: what the run keeps of its speed with everything open, how often what is shown
is new, how much of the processor the window takes for that, how late it answers from Train to the end, and whether
memory stays flat.

    QT_QPA_PLATFORM=offscreen python benchmarks/live.py [--json] [--only NAME,NAME] [--rounds N] [--steps N]

The real window runs under ``exec()``, in the workspace Train. Headless turns, turns with the window, and turns with the
inside watched take turns, so that a machine that slows down slows all three. Run it on a machine that does nothing
else; the window’s processor time is right on any.
"""

from __future__ import annotations

import argparse
import math
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from benchmarks.rows import Row, report
from benchmarks.window import WARM, Headless, Lag, Script, Scripted, TimedLog, after, design_of
from cnnstudio.app import TURNS
from cnnstudio.nn.training.events import EpochDone, Event, Started, StepDone
from cnnstudio.runs.run import Run
from cnnstudio.ui.board.declaration import BOARD
from cnnstudio.ui.look import theme
from cnnstudio.ui.panels.curves.chart import Range
from cnnstudio.ui.panels.curves.declaration import CURVES
from cnnstudio.ui.panels.inside.declaration import INSIDE
from cnnstudio.ui.panels.inside.inside import VIEWS
from cnnstudio.ui.panels.maps.declaration import MAPS
from cnnstudio.ui.shell.window import MainWindow
from cnnstudio.worker.lanes import Log
from cnnstudio.worker.training import session as session_module

#: the networks, and the seconds of a turn of each
NETWORKS = {"lenet5": 2.0, "article": 3.0, "vgg_mini": 8.0}
#: how often a second the maps of the chosen layer are to be new, by network
MAPS_A_SECOND = {"lenet5": 4, "vgg_mini": 2}
POINTS, FRAMES = 100_000, 60
#: cores that a training has at most, of which the window takes a part
CORES = 2
#: images in a batch while memory is looked at: many short steps
SMALL_BATCH = 4


class States:
    """Counts how often what is shown becomes another, looked at with every beat of the timer that measures lag."""

    def __init__(self, what: Callable[[], object]) -> None:
        self._what, self._last = what, what()
        self.count = 0

    def look(self) -> None:
        found = self._what()
        if found != self._last:
            self._last, self.count = found, self.count + 1


class Live(Scripted):
    """The script of this benchmark."""

    def __init__(self, names: list[str], rounds: int, steps: int, threads: int) -> None:
        super().__init__(threads)
        self.names, self.rounds, self.steps = names, rounds, steps

    def _whole(self) -> Script:
        session_module.Log = TimedLog  # the session makes its log when it starts
        for name in self.names:
            yield from self._network(name)
        if self.steps:
            yield from self._memory()
        yield from self._many_points()

    def _opened(self, name: str, **recipe: object) -> MainWindow:
        window = self._open(design_of(name, **recipe))
        window.studio.get(BOARD).tabs.show_tab(MAPS.name)
        return window

    def _network(self, name: str) -> Script:
        """Speed, states and lag of one network, from Train to the end."""
        window, seconds, lag = self._opened(name), NETWORKS[name], Lag()
        studio = window.studio
        yield lambda: studio.data.dataset is not None
        yield after(1.0)
        inside, tabs = studio.get(INSIDE), studio.get(BOARD).tabs
        lag.start()
        studio.run_control.train()
        log = studio.session.log
        yield lambda: studio.session.state == "running"
        runs: list[Run] = []
        studio.session.recorded.connect(lambda run, _weights: runs.append(run))
        studio.session.checkpoint()
        yield lambda: bool(runs)
        studio.session.pause()
        yield lambda: studio.session.state == "paused"
        lag.stop()
        alone = Headless(design_of(name), runs[0].plan)
        plots, maps = tuple(studio.get(CURVES).plots.values()), studio.get(MAPS)
        # both are drawn in turns
        curve = States(lambda: [len(line.values) for plot in plots for line in plot.chart.lines[:1]])
        layer = States(lambda: maps.blocks)
        shares: dict[bool, list[float]] = {False: [], True: []}
        shown = 0.0
        spent: dict[bool, list[float]] = {False: [], True: []}
        for turn in range(2 * self.rounds):
            watched = turn % 2 == 1
            tabs.show_tab(INSIDE.name if watched else MAPS.name)
            if inside.watch.isChecked() != watched:
                inside.watch.click()
            if watched:
                inside.show_view(tuple(VIEWS)[turn // 2 % len(VIEWS)])
                inside.pins.pin_each_class()
            studio.session.resume()
            yield lambda: studio.session.state == "running"
            yield after(WARM)
            lag.start()
            begun, worked = time.perf_counter(), time.thread_time()
            if not watched:
                lag.beaten = [curve.look, layer.look]
            yield after(seconds)
            ended = time.perf_counter()
            spent[watched].append((time.thread_time() - worked) / (ended - begun) / CORES)
            lag.beaten = []
            shown += 0.0 if watched else ended - begun
            lag.stop()
            studio.session.pause()
            yield lambda: studio.session.state == "paused"
            shares[watched].append(log.rate(begun, ended) / alone.turn(seconds / 2))
        alone.close()
        lag.start()
        studio.session.resume()
        yield lambda: studio.session.state == "running"
        studio.run_control.stop()
        yield lambda: not studio.session.active
        yield after(0.5)
        lag.stop()
        lags = sorted(lag.lags)
        self.rows += [
            Row(f"{name}: speed with the window ÷ headless", statistics.median(shares[False]), "", "≥ 0.95"),
            Row(f"{name}: the same, everything watched", statistics.median(shares[True]), "", "≥ 0.90"),
            Row(f"{name}: the window’s part of two cores", 100 * statistics.median(spent[False]), "%", "≤ 5"),
            Row(f"{name}: the same, everything watched", 100 * statistics.median(spent[True]), "%", "≤ 5"),
            Row(f"{name}: new states of the curve", curve.count / shown, "a second", "≥ 10"),
            Row(
                f"{name}: new maps of the chosen layer",
                layer.count / shown,
                "a second",
                f"≥ {MAPS_A_SECOND[name]}" if name in MAPS_A_SECOND else "",
            ),
            Row(f"{name}: lag of the event loop, 99th percentile", lags[int(0.99 * len(lags))], "ms", "≤ 16"),
            Row(f"{name}: lag of the event loop, longest", lags[-1], "ms", "≤ 100"),
        ]
        self._close(window)

    def _memory(self) -> Script:
        """Many short steps, everything watched: after a fifth of them memory grows no more."""
        window = self._opened("lenet5", batch_size=SMALL_BATCH)
        studio = window.studio
        yield lambda: studio.data.dataset is not None
        inside = studio.get(INSIDE)
        studio.get(BOARD).tabs.show_tab(INSIDE.name)
        inside.watch.click()
        studio.run_control.train()

        def come_to(step: int) -> Callable[[], bool]:
            return lambda: (status := studio.session.status.value) is not None and status.step >= step

        yield come_to(self.steps // 5)
        before = resident()
        yield come_to(self.steps)
        grown = resident() - before
        studio.run_control.stop()
        yield lambda: not studio.session.active
        self.rows.append(Row(f"memory grown over {self.steps} steps, the first fifth left out", grown, "MB", "≤ 10"))
        self._close(window)

    def _many_points(self) -> Script:
        """A curve of very many points is zoomed: each frame until it is painted."""
        window = self._opened("lenet5")
        yield after(0.5)
        curves = window.studio.get(CURVES)
        log: Log[Event] = Log()
        per_epoch = POINTS // 20
        made: list[Event] = [Started(0, per_epoch, 20, 64)]
        for step in range(1, POINTS + 1):
            made.append(StepDone(step, (step - 1) // per_epoch + 1, 2 / (1 + step / 9000) + 0.2 * math.sin(step), 0.5))
            if step % per_epoch == 0:
                made.append(EpochDone(step // per_epoch, step, 0.1, 0.9, 0.2, 0.9, 1000, 1.0, 0.01))
        log.extend(made)
        window.studio.session.log = log
        curves.follow()
        times = []
        for frame in range(FRAMES):
            left = POINTS * 0.4 * frame / FRAMES
            begun = time.perf_counter()
            for plot in curves.plots.values():
                plot.chart.show_range(Range(left, POINTS - left, 0.0, 2.5))
                plot.chart.viewport().repaint()
            times.append(1000 * (time.perf_counter() - begun))
            yield after(0.0)
        times.sort()
        self.rows.append(Row(f"{POINTS} points: a frame of both curves, 99th percentile", times[-1], "ms", "≤ 33"))
        self._close(window)


def resident() -> float:
    """What this process has in memory, in megabytes; no number where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return math.nan
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", default=",".join(NETWORKS), help="networks, with commas between them")
    parser.add_argument("--rounds", type=int, default=10, help="turns of each kind for each network")
    parser.add_argument("--steps", type=int, default=10_000, help="steps over which memory is looked at; 0: it is not")
    parser.add_argument("--threads", type=int, default=max(1, os.cpu_count() or 1))
    chosen = parser.parse_args()
    sys.setswitchinterval(TURNS)
    application = QApplication([])
    theme.apply(application, "dark")
    names = [name for name in chosen.only.split(",") if name]
    live = Live(names, chosen.rounds, chosen.steps, chosen.threads)
    QTimer.singleShot(0, live.start)
    application.exec()
    report(live.rows, chosen.json)


if __name__ == "__main__":
    main()
