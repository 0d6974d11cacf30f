"""The canvas: analysis after an edit, frames while panning, dragging and turning, stalls of edits, start and memory,
and a long walk of edits.

    python benchmarks/canvas.py [--json] [--edits N]        (QT_QPA_PLATFORM=offscreen, or under Xvfb)

Frames are real mouse events with real repaints, one for each; the median of many counts. Edits are made in the whole
window with a thousand layers; all that they cause until the window rests counts, in processor time of the window's
thread, at one go. The start is that of a process of its own, run once before to warm the caches of the disk, until its
first paint.
"""

from __future__ import annotations

import argparse
import gc
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from benchmarks import analysis
from benchmarks.rows import Row, report
from benchmarks.walk import walk_rows
from cnnstudio.app import GARBAGE
from cnnstudio.design.edits import blocks, edits
from cnnstudio.design.edits.copies import merged
from cnnstudio.design.layout.tidy import tidied
from cnnstudio.design.templates import template
from cnnstudio.design.value.design import Card, Design
from cnnstudio.nn.graph.graph import Graph, Node
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.project.file import save_project
from cnnstudio.project.project import untrained
from cnnstudio.ui.canvas.declaration import CANVAS
from cnnstudio.ui.canvas.view import CanvasView
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.look import theme
from cnnstudio.ui.panels.layers.declaration import append
from cnnstudio.ui.panels.volumes.view import VolumesView
from cnnstudio.ui.shell import windows
from cnnstudio.ui.shell.declaration import FILES
from cnnstudio.ui.shell.window import MainWindow
from cnnstudio.worker.inspection import Inspection

FRAMES = 120
STARTS = 3
#: the program as it is started, printing when its window has painted itself first, and its memory once all is loaded
_START = """
import sys, time
from cnnstudio import __main__ as program
begin = program._application
def application():
    run = begin()
    from PySide6.QtCore import QEvent, QObject, QTimer
    from cnnstudio import app
    from cnnstudio.ui.canvas.declaration import CANVAS
    make = app.first_window
    class Watch(QObject):
        def eventFilter(self, watched, event):
            if event.type() == QEvent.Type.Paint:
                watched.removeEventFilter(self)
                QTimer.singleShot(0, self.painted)
            return False
        def painted(self):
            print("painted", time.process_time(), flush=True)
    def first_window():
        window, app.watch = make(), Watch()
        window.studio.get(CANVAS).viewport().installEventFilter(app.watch)
        def memory():
            pages = next(line for line in open("/proc/self/status") if line.startswith("VmRSS"))
            print(pages.split()[1], flush=True)
            window.discard()
        QTimer.singleShot(6000, memory)
        return window
    app.first_window = first_window
    return run
program._application = application
sys.argv = ["cnnstudio"]
sys.exit(program.main())
"""


def copies_of_lenet(layers: int) -> Design:
    """LeNet-5 again and again, side by side, until there are so many layers."""
    base = design = template("lenet5")
    number = 1
    while len(design.graph) < layers:
        design, _ = merged(design, base, base.cards, (number % 8 * 1000, number // 8 * 700))
        number += 1
    return edits.remove(design, [node.id for node in design.graph.nodes[layers:]])


def residual_classifier(layers: int) -> Design:
    """One deep network that can be trained, tidily laid out."""
    kinds, nodes = layer_kinds(), list(analysis.residual(layers - 3, 64).nodes)
    for kind, settings in (("flatten", {}), ("dense", {"units": 10}), ("softmax", {})):
        nodes.append(Node(kind, kinds[kind](**settings), (nodes[-1].id,)))
    return tidied(Design(Graph(tuple(nodes)), {node.id: Card(node.id) for node in nodes}))


class Stage:
    """A canvas on the screen with pictures on its cards."""

    def __init__(self, layers: int) -> None:
        self.design = copies_of_lenet(layers)
        self.document = Document(untrained(self.design))
        self.view = CanvasView(self.document)
        self.view.resize(1440, 900)
        self.view.show()
        QApplication.processEvents()
        chance, graph = np.random.default_rng(0), self.design.graph
        self.view.set_maps({i: chance.standard_normal(graph.shape(i)).astype(np.float32) for i in graph.order})
        self.view.frame_all()
        self.view.grab()

    def frames(self, start: QPointF, button: Qt.MouseButton, along: Callable[[int], QPointF]) -> list[float]:
        """Milliseconds of each step of a drag that begins at ``start`` (pixels), repaint included."""
        self._send(QEvent.Type.MouseButtonPress, start, button)
        self._send(QEvent.Type.MouseMove, start + QPointF(12, 12), button)
        times = []
        for step in range(FRAMES):
            begun = time.perf_counter()
            self._send(QEvent.Type.MouseMove, along(step), button)
            QApplication.processEvents()
            times.append(1000 * (time.perf_counter() - begun))
        self.view.mouse.cancel()
        self._send(QEvent.Type.MouseButtonRelease, along(FRAMES), button)
        return times

    def _send(self, kind: QEvent.Type, at: QPointF, button: Qt.MouseButton) -> None:
        globally = QPointF(self.view.viewport().mapToGlobal(QPoint())) + at
        cause = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else button
        held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else button
        event = QMouseEvent(kind, at, globally, cause, held, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(self.view.viewport(), event)

    def close(self) -> None:
        self.document.history.clear()
        self.view.close()
        self.view.deleteLater()
        QApplication.processEvents()


def frame_rows(layers: int, goal: str) -> list[Row]:
    """Panning with everything in view, and at a readable size; dragging one card, and all."""
    stage, rows = Stage(layers), []
    view = stage.view

    def measure(name: str, times: list[float]) -> None:
        rows.append(Row(f"{name}, {layers} layers", 1000 / statistics.median(times), "frames/s", goal))
        slowest = statistics.quantiles(times, n=20)[-1]
        rows.append(Row(f"{name}, {layers} layers, one frame in twenty is slower than", slowest, "ms"))

    def there_and_back(step: int) -> float:
        return abs(FRAMES / 2 - step)

    empty, middle, far = QPointF(6, 6), Qt.MouseButton.MiddleButton, QPointF(700, 450)
    measure("panning, all in view", stage.frames(empty, middle, lambda s: empty + QPointF(2 * s, there_and_back(s))))
    view.camera.zoom_at(QPointF(0, 0), 0.6)
    measure("panning at 60 %", stage.frames(far, middle, lambda s: far + QPointF(3 * there_and_back(s), s)))
    card = view.canvas_scene.cards["relu_1"]
    view.show_card("relu_1")
    start = view.camera.to_pixel(card.pos() + QPointF(60, 100))
    left = Qt.MouseButton.LeftButton
    measure("dragging a card", stage.frames(start, left, lambda s: start + QPointF(3 * s, there_and_back(s))))
    stage.document.select(node.id for node in stage.design.graph)
    start = view.camera.to_pixel(card.pos() + QPointF(60, 100))
    measure("dragging all", stage.frames(start, left, lambda s: start + QPointF(3 * s, there_and_back(s))))
    stage.close()
    return rows


def volume_rows(layers: int, goal: str) -> list[Row]:
    """Turning the volumes: all of them in view, and near."""
    document, inspection = Document(untrained(copies_of_lenet(layers))), Inspection()
    view = VolumesView(document, inspection)
    view.resize(900, 280)
    view.show()
    settle(0.5)  # so many are laid out once the window has been seen
    rows = []
    for name, scale in (("all in view", view.scale), ("near", 1.0)):
        view.zoom(scale / view.scale, QPointF(450, 140))
        times = []
        for step in range(FRAMES // 4):
            begun = time.perf_counter()
            view.camera = view.camera.turned(2.0 if step % 30 < 15 else -2.0, 0.5)
            view.update_figure()
            view.repaint()
            times.append(time.perf_counter() - begun)
        rows.append(Row(f"turning volumes, {name}, {layers} layers", 1 / statistics.median(times), "frames/s", goal))
    inspection.shutdown()
    view.close()
    return rows


def edit_rows(layers: int) -> list[Row]:
    """The longest stall of edits in a window with so many layers, each three times."""
    window = MainWindow(untrained(residual_classifier(layers)))
    window.resize(1440, 900)
    window.show()
    while window.studio.ahead.left:  # other workspaces are made ready first
        settle(0.5)
    gc.collect()
    gc.freeze()
    document, canvas, rows = window.studio.document, window.studio.get(CANVAS), []
    first = next(node.id for node in document.project.design.graph if node.layer.kind == "conv2d")

    def edited(change: Callable[[Design], Design]) -> Callable[[], object]:
        return lambda: document.edit("edit", change(document.project.design))

    def toggled(design: Design) -> Design:
        return blocks.toggle(design, next(iter(design.blocks)))

    def typed() -> None:
        layer = document.project.design.graph[first].layer
        document.edit("type", edits.configure(document.project.design, first, replace(layer, filters=next(numbers))))

    numbers = iter(range(7, 40))
    part = frozenset(document.project.design.graph.order[:6])
    steps: dict[str, list[Callable[[], object]]] = {
        "select a layer": [lambda: document.select([first])],
        "type another number of filters": [typed],
        "move a layer": [edited(lambda design: edits.move(design, {first: (next(numbers) * 10.0, -300.0)}))],
        "undo and redo": [document.history.undo, document.history.redo],
        "append a layer": [lambda: append(window.studio, "relu")],
        "group, collapse and expand": [
            edited(lambda design: blocks.group(design, part)[0]),
            edited(toggled),
            edited(toggled),
            document.history.undo,
            document.history.undo,
            document.history.undo,
        ],
        "delete a layer, and undo": [edited(lambda design: edits.remove(design, [first])), document.history.undo],
        "zoom to all": [lambda: canvas.camera.zoom_in_middle(1.0), canvas.frame_all],
    }
    for name, doings in steps.items():
        longest = max(stall(do) for _ in range(3) for do in doings)
        rows.append(Row(f"{name}, {layers} layers, longest stall", longest, "ms", "≤ 100"))
    path = Path(tempfile.mkdtemp(prefix="cnnstudio-benchmark-")) / "large.cnn"
    save_project(document.project, path)
    document.history.set_clean()
    files = window.studio.get(FILES)
    opening = stall(lambda: files.open_path(path), lambda: bool(files.opening))
    if not windows.opened:
        raise RuntimeError("the file was not opened")
    rows.append(Row(f"open a file of {layers} layers", opening, "ms", "≤ 500"))
    for shown in (window, *windows.opened):
        shown.discard()
    return rows


def stall(do: Callable[[], object], under_way: Callable[[], bool] = lambda: False) -> float:
    """Milliseconds for which the window would not have answered, at the longest, until a while after what it caused is
    no longer ``under_way`` in another thread."""
    begun = time.thread_time()
    do()
    QApplication.processEvents()
    longest = time.thread_time() - begun
    while under_way():
        longest = max(longest, settle(0.01))
    return 1000 * max(longest, settle(0.5))


def settle(seconds: float) -> float:
    """Let the window do what it does later; the longest piece of it, in seconds."""
    longest, until = 0.0, time.perf_counter() + seconds
    while time.perf_counter() < until:
        begun = time.thread_time()
        QApplication.processEvents()
        longest = max(longest, time.thread_time() - begun)
        time.sleep(0.005)
    return longest


def start_rows() -> list[Row]:
    """Seconds until the first paint of a process of its own, and its memory a few seconds later."""
    times, busy, memory = [], [], []
    # As installed: compiled code lies ready after the first start. It goes to a folder of its own here.
    around = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    around["PYTHONPYCACHEPREFIX"] = tempfile.mkdtemp(prefix="cnnstudio-benchmark-")
    for number in range(STARTS + 1):
        begun = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-c", _START],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=around,
            cwd=Path(__file__).resolve().parent.parent,
        )
        assert process.stdout is not None
        word, _, processor = process.stdout.readline().partition(" ")
        if word != "painted":
            raise RuntimeError("the window did not start")
        seconds = time.perf_counter() - begun
        kilobytes = int(process.stdout.readline())
        process.wait()
        if number:
            times.append(seconds)
            busy.append(float(processor))
            memory.append(kilobytes / 1024)
    return [
        Row("start to first paint, warm", statistics.median(times), "s", "≤ 1.0"),
        Row("start to first paint, processor time", statistics.median(busy), "s", "≤ 0.75"),
        Row("resident memory with LeNet-5, all workspaces made", statistics.median(memory), "MB", "≤ 250"),
    ]


def main() -> int:
    """Measure and report; 1 if a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="as one JSON list")
    parser.add_argument("--edits", type=int, default=10_000)
    asked = parser.parse_args()
    os.environ["XDG_CONFIG_HOME"] = os.environ["CNNSTUDIO_DATA"] = tempfile.mkdtemp(prefix="cnnstudio-benchmark-")
    application = QApplication.instance() or QApplication([])
    theme.apply(application, "dark")
    gc.freeze()  # as the program does once it has started
    gc.set_threshold(*GARBAGE)
    rows = [*analysis.rows(), *frame_rows(200, "≥ 60"), *frame_rows(1000, "≥ 30"), *volume_rows(1000, "≥ 30")]
    rows += [*edit_rows(1000), *start_rows(), *walk_rows(asked.edits)]
    report(rows, asked.json)
    return int(any(row.holds is False for row in rows))


if __name__ == "__main__":
    sys.exit(main())
