"""The window while it trains: what the worker keeps of its speed, how late the window answers, how soon Stop acts.

    QT_QPA_PLATFORM=offscreen python benchmarks/window.py [--json] [--rounds N] [--threads N]

Headless turns and turns with the open window alternate, so that a machine that slows down slows both. The window
runs under ``exec()``, in the Train workspace, with curves, cards and maps moving.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ["XDG_CONFIG_HOME"] = os.environ["CNNSTUDIO_DATA"] = tempfile.mkdtemp(prefix="cnnstudio-benchmark-")

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from benchmarks.rows import Row, report
from cnnstudio.app import TURNS
from cnnstudio.data.library import open_data
from cnnstudio.data.preparation.split import divided
from cnnstudio.design.templates import template, template_names
from cnnstudio.design.value.design import Design
from cnnstudio.design.wording.problems import why_not_trainable
from cnnstudio.nn.network.plan import Plan
from cnnstudio.nn.parameters.parameters import initial_parameters
from cnnstudio.nn.training.events import Event, StepDone
from cnnstudio.nn.training.trainer import train
from cnnstudio.project.project import untrained
from cnnstudio.runs.recorder import new_run, training_of
from cnnstudio.runs.run import Run
from cnnstudio.ui.board.declaration import TRAIN
from cnnstudio.ui.look import theme
from cnnstudio.ui.shell.window import MainWindow
from cnnstudio.worker.lanes import Log
from cnnstudio.worker.training import session as session_module

#: milliseconds between two beats of the timer that measures how late the event loop is
BEAT = 5
#: seconds of a turn, and of the moment before it that is not timed
TURN, WARM = 1.5, 0.3
LONG = 10_000
#: every template that can be trained as it is
TRAINABLE = [name for name in template_names() if not why_not_trainable(template(name))]

Script = Generator[Callable[[], bool], None, None]


class Lag(QObject):
    """How late a timer's beats come, in milliseconds."""

    def __init__(self) -> None:
        super().__init__()
        self.lags: list[float] = []
        #: what is called at each beat
        self.beaten: list[Callable[[], object]] = []
        self._last = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(BEAT)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        self._last = time.perf_counter()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def _beat(self) -> None:
        now = time.perf_counter()
        self.lags.append(max(0.0, 1000 * (now - self._last) - BEAT))
        self._last = now
        for call in self.beaten:
            call()


def design_of(name: str, **recipe: object) -> Design:
    design = template(name)
    return design.with_changes(recipe=design.recipe.choose(epochs=LONG, **recipe))


class Headless:
    """The bare trainer on this thread, in turns."""

    def __init__(self, design: Design, plan: Plan) -> None:
        data = open_data(design.recipe.data)
        examples, validation = divided(data, design.recipe.data.split)
        run = new_run(design, plan, data.fingerprint)
        training = training_of(run, initial_parameters(design.graph, 0))
        batch_size = design.recipe.batch_size
        self._steps = train(training, examples, validation, batch_size=batch_size, epochs=LONG, seed=0)

    def turn(self, seconds: float = TURN) -> float:
        """Steps a second; validation does not count."""
        begun, clock = time.perf_counter(), Clock()
        while clock.seconds < seconds:
            event, now = next(self._steps), time.perf_counter()
            if now - begun > WARM:
                clock.hear(event, now)
        return clock.rate

    def close(self) -> None:
        self._steps.close()


class Clock:
    """Times steps by the moments at which their events came; the validation between two epochs does not count."""

    def __init__(self) -> None:
        self.steps, self.seconds = 0, 0.0
        self._last: float | None = None

    def hear(self, event: Event, now: float) -> None:
        if isinstance(event, StepDone) and self._last is not None:
            self.steps += 1
            self.seconds += now - self._last
        self._last = now

    @property
    def rate(self) -> float:
        return self.steps / max(1e-9, self.seconds)


class TimedLog(Log[Event]):
    """A log that notes when each event was written down, on the worker."""

    def __init__(self) -> None:
        super().__init__()
        self.times: list[float] = []

    def append(self, item: Event) -> None:
        self.times.append(time.perf_counter())
        super().append(item)

    def rate(self, begun: float, ended: float) -> float:
        """Steps a second between two moments."""
        clock = Clock()
        for event, now in zip(self.read(), list(self.times), strict=False):
            if begun <= now <= ended:
                clock.hear(event, now)
        return clock.rate


def after(seconds: float) -> Callable[[], bool]:
    """True once so many seconds have passed."""
    until = time.perf_counter() + seconds
    return lambda: time.perf_counter() >= until


def change_theme(turn: int) -> float:
    """The longest turn of the event loop in another theme, until all windows are dressed and painted: milliseconds of
    this thread's own time, which other processes do not lengthen."""
    begun, longest, loop = time.thread_time(), 0.0, QEventLoop()
    theme.apply(QApplication.instance(), ("light", "dark")[turn % 2])
    for _ in range(20):
        loop.processEvents(QEventLoop.ProcessEventsFlag.AllEvents)
        begun, spent = time.thread_time(), 1000 * (time.thread_time() - begun)
        longest = max(longest, spent)
        time.sleep(0.002)
    return longest


class Scripted:
    """Runs a script inside ``exec()``: it yields what is to be waited for. Opens and closes windows for it."""

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self.rows: list[Row] = []
        self._timer = QTimer(interval=1)
        self._timer.timeout.connect(self._go_on)
        self._script = self._whole()
        self._until: Callable[[], bool] = lambda: True

    def start(self) -> None:
        """Begin."""
        self._timer.start()

    def _whole(self) -> Script:
        raise NotImplementedError

    def _go_on(self) -> None:
        if self._until():
            try:
                self._until = next(self._script)
                self._timer.setInterval(1 if "stop" in self._until.__name__ else 20)
            except StopIteration:
                self._timer.stop()
                QApplication.instance().quit()

    def _open(self, design: Design) -> MainWindow:
        window = MainWindow(untrained(design))
        window.studio.threads = window.studio.run_control.threads = lambda: self.threads
        window.resize(1440, 900)
        window.show()
        window.studio.workspaces.show(TRAIN.name)
        return window

    def _close(self, window: MainWindow) -> None:
        window.studio.run_control.settle()
        window.discard()


class Bench(Scripted):
    """The script of this benchmark."""

    def __init__(self, threads: int, rounds: int) -> None:
        super().__init__(threads)
        self.rounds, self.lag = rounds, Lag()

    def _whole(self) -> Script:
        design = design_of("lenet5")
        window = self._open(design)
        yield lambda: window.studio.data.dataset is not None
        session_module.Log = TimedLog  # the session makes its log when it starts
        window.studio.run_control.train()
        log = window.studio.session.log
        assert isinstance(log, TimedLog)
        yield lambda: window.studio.session.state == "running"
        runs: list[Run] = []
        window.studio.session.recorded.connect(lambda run, _weights: runs.append(run))
        window.studio.session.checkpoint()
        yield lambda: bool(runs)
        alone = Headless(design, runs[0].plan)  # the same algorithms, as they were found by timing
        shares, rates = [], []
        for _ in range(self.rounds):
            window.studio.session.resume()
            yield lambda: window.studio.session.state == "running"
            yield after(WARM)
            begun = time.perf_counter()
            self.lag.start()
            yield after(TURN)
            self.lag.stop()
            ended = time.perf_counter()
            window.studio.session.pause()
            yield lambda: window.studio.session.state == "paused"
            rates.append(log.rate(begun, ended))
            shares.append(rates[-1] / alone.turn())
        alone.close()
        lags = sorted(self.lag.lags)
        self.rows += [
            Row("speed kept with the window open, LeNet-5", 100 * statistics.median(shares), "%", "≥ 88"),
            Row("steps with the window open, LeNet-5", statistics.median(rates), "steps/s"),
            Row("event loop lag, 99th percentile", lags[int(0.99 * len(lags))], "ms", "≤ 20"),
            Row("event loop lag, longest", lags[-1], "ms", "≤ 100"),
        ]
        yield from self._themes(window)
        self._close(window)
        for name in TRAINABLE:
            yield from self._stops(name)

    def _themes(self, window: MainWindow) -> Script:
        """Another theme, after every workspace was visited, with one window at rest and learning, and with four."""
        first = yield from self._themed(window)
        again, learning = [], []
        for turn in range(6):
            again.append(change_theme(turn))
            yield after(0.3)
        window.studio.session.resume()
        yield lambda: window.studio.session.state == "running"
        for turn in range(6):
            yield after(0.3)
            learning.append(change_theme(turn))
        window.studio.session.pause()
        yield lambda: window.studio.session.state == "paused"
        others = [self._open(template("lenet5")) for _ in range(3)]
        yield after(2)
        for other in others:
            yield from self._themed(other)
        four = []
        for turn in range(6):
            four.append(change_theme(turn))
            yield after(0.3)
        for other in others:
            self._close(other)
        self.rows += [
            Row("change of theme, the first after a visit to every workspace", first, "ms", "≤ 100"),
            Row("change of theme, one window", statistics.median(again), "ms", "≤ 100"),
            Row("change of theme, while LeNet-5 learns in it", statistics.median(learning), "ms", "≤ 100"),
            Row("change of theme, four windows, longest turn", statistics.median(four), "ms", "≤ 100"),
        ]

    def _themed(self, window: MainWindow) -> Generator[Callable[[], bool], None, float]:
        """Visit every workspace in both themes, so that all is made and drawn once, and in one of them again: what the
        first change then takes."""
        for name in ("light", "dark", "dark"):
            theme.apply(QApplication.instance(), name)
            for workspace in window.studio.workspaces.declared:
                window.studio.workspaces.show(workspace.name)
                yield after(0.5)
        window.studio.workspaces.show(TRAIN.name)
        yield after(0.5)
        return change_theme(0)

    def _stops(self, name: str) -> Script:
        window = self._open(design_of(name, batch_size=128))
        yield lambda: window.studio.data.dataset is not None
        times = []
        for turn in range(6):
            window.studio.run_control.train()
            yield lambda: window.studio.session.state == "running"
            yield after(0.5 + 0.037 * turn)
            begun = time.perf_counter()
            window.studio.run_control.stop()

            def stopped() -> bool:
                return not window.studio.session.active

            yield stopped
            times.append(1000 * (time.perf_counter() - begun))
        self.rows.append(Row(f"Stop, {name}, batch 128, slowest of {len(times)}", max(times), "ms", "≤ 200"))
        self._close(window)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--threads", type=int, default=max(1, os.cpu_count() or 1))
    chosen = parser.parse_args()
    sys.setswitchinterval(TURNS)
    application = QApplication([])
    theme.apply(application, "dark")
    bench = Bench(chosen.threads, chosen.rounds)
    QTimer.singleShot(0, bench.start)
    application.exec()
    report(bench.rows, chosen.json)


if __name__ == "__main__":
    main()
