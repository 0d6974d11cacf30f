"""The Data workspace and Try it: frames of a grid of 100,000 pictures, and how soon the answer follows a stroke.

    QT_QPA_PLATFORM=offscreen python benchmarks/pictures.py [--json]

A frame is a step of scrolling with all that it paints, small pictures made beside it: by half a screen in a tenth of a
second, and by a page a frame. Beside the wall clock stands the processor's time of the window's thread, which tells the
same on a machine that has other work. The answer to a stroke counts from the movement of the mouse to the class bars
and to the feature maps of LeNet-5.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ["XDG_CONFIG_HOME"] = tempfile.mkdtemp(prefix="cnnstudio-benchmark-")

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from benchmarks.rows import Row, report
from cnnstudio.data.dataset import DataSet, Examples, fingerprint
from cnnstudio.data.preparation.changes import Changes
from cnnstudio.data.preparation.split import Split
from cnnstudio.data.review.catalogue import Catalogue
from cnnstudio.design.templates import template
from cnnstudio.project.project import untrained
from cnnstudio.ui.board.declaration import TRAIN
from cnnstudio.ui.data.grid.picture_grid import PictureGrid
from cnnstudio.ui.look import theme
from cnnstudio.ui.panels.evaluation.declaration import DRAWING
from cnnstudio.ui.shell.window import MainWindow

PICTURES, FRAMES, STROKES = 100_000, 240, 40
#: width and height of the grid, and pixels that a step of scrolling goes: half a screen in a tenth of a second, a page
GRID, STEPS = (860, 780), {"frame": 56, "page": 780}


def many() -> Catalogue:
    """So many pictures in ten classes."""
    pixels = np.random.default_rng(0).integers(0, 256, (PICTURES, 28, 28, 1), np.uint8)
    labels, classes = np.arange(PICTURES) % 10, tuple("abcdefghij")
    train, test = Examples(pixels[:-100], labels[:-100]), Examples(pixels[-100:], labels[-100:])
    data = DataSet("many", "Many", classes, train, test, fingerprint(classes, train, test), "many")
    return Catalogue(data, Changes(), Split())


def grid_rows(app: QApplication) -> list[Row]:
    """Scrolling through the grid, frame by frame."""
    catalogue, grid = many(), PictureGrid()
    grid.resize(*GRID)
    grid.show()
    rows = catalogue.chosen()
    counts = np.bincount(catalogue.labels[rows]).tolist()
    grid.show_rows(catalogue, rows, catalogue.data.classes, counts)
    found = [row for name, step in STEPS.items() for row in scrolled(app, grid, name, step)]
    grid.tiles.shutdown()
    return found


def scrolled(app: QApplication, grid: PictureGrid, name: str, step: int) -> list[Row]:
    """From the top, so many pixels a frame."""
    bar, frames, work, there = grid.verticalScrollBar(), [], [], []
    for frame in range(FRAMES):
        begun, busy = time.perf_counter(), time.thread_time()
        bar.setValue((frame + 1) * step)
        grid.viewport().repaint()
        app.processEvents()
        frames.append(1000 * (time.perf_counter() - begun))
        work.append(1000 * (time.thread_time() - busy))
        there += [grid.tiles.get(int(grid.rows[place])) is not None for place in grid.in_sight()]
        while time.perf_counter() - begun < 1 / 60:  # until the next one is due
            time.sleep(0.001)
    slowest = FRAMES * 95 // 100
    return [
        Row(f"pictures/grid_100000/{name}", statistics.median(frames), "ms", "≤ 16.7"),
        Row(f"pictures/grid_100000/{name}_of_the_slowest_20th", sorted(frames)[slowest], "ms", "≤ 16.7"),
        Row(f"pictures/grid_100000/{name}_of_the_windows_thread", sorted(work)[slowest], "ms", "≤ 16.7"),
        Row(f"pictures/grid_100000/{name}_pictures_there", 100 * sum(there) / len(there), "%"),
    ]


def stroke_rows(app: QApplication) -> list[Row]:
    """Drawing in the window, movement by movement."""
    window = MainWindow(untrained(template("lenet5")))
    window.resize(1440, 900)
    window.show()
    wait(app, lambda: window.studio.data.dataset is not None)
    window.studio.workspaces.show(TRAIN.name)
    card = window.studio.get(DRAWING)
    card.open()
    wait(app, lambda: bool(window.studio.inspection.maps))
    answers: list[float] = []
    maps: list[float] = []
    card._background.answered.connect(lambda _answer: answers.append(time.perf_counter()))
    window.studio.inspection.maps_changed.connect(lambda _maps: maps.append(time.perf_counter()))
    QTest.mousePress(card.pad, Qt.MouseButton.LeftButton, pos=QPoint(40, 40))
    bars_after, maps_after = [], []
    for stroke in range(STROKES):
        begun = time.perf_counter()
        answers.clear()
        maps.clear()
        QTest.mouseMove(card.pad, QPoint(40 + 3 * stroke, 40 + 2 * (stroke % 30)))
        wait(app, lambda: bool(answers) and bool(maps))
        card.grab()
        bars_after.append(1000 * (answers[0] - begun))
        maps_after.append(1000 * (maps[0] - begun))
        pause(app, 0.12)  # maps are computed ten times a second
    window.studio.run_control.settle()
    window.discard()
    return [
        Row("pictures/stroke/class_bars", statistics.median(bars_after), "ms", "≤ 50"),
        Row("pictures/stroke/feature_maps", statistics.median(maps_after), "ms", "≤ 50"),
    ]


def wait(app: QApplication, there: Callable[[], bool]) -> None:
    """Until something is there, half a minute at most."""
    begun = time.perf_counter()
    while not there():
        app.processEvents()
        if time.perf_counter() - begun > 30:
            raise SystemExit("nothing comes")


def pause(app: QApplication, seconds: float) -> None:
    begun = time.perf_counter()
    while time.perf_counter() - begun < seconds:
        app.processEvents()


def main() -> None:
    """Measure and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    app = QApplication([sys.argv[0]])
    theme.apply(app, "light")
    report(grid_rows(app) + stroke_rows(app), asked.json)


if __name__ == "__main__":
    main()
