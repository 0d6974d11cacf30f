"""Kept runs: a table of a thousand runs of ten thousand points, and twenty of them drawn over each other.

    python benchmarks/runs.py [--json] [--runs N]        (QT_QPA_PLATFORM=offscreen, or under Xvfb)

The folders are written as a training writes them; a few kinds of curves are shared between them. Sorting is by each
column both ways in the real table, until it is painted; the longest counts. A frame is one plot drawn anew over other
steps, as it is while somebody moves what is seen; both plots take turns, as they do while a network learns. All of it
is processor time of the window's thread.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtWidgets import QApplication

from benchmarks.rows import Row, report
from cnnstudio.design.templates import template
from cnnstudio.design.value.design import Design
from cnnstudio.nn.network.plan import default_plan
from cnnstudio.project.kept.listing import RunList
from cnnstudio.project.kept.notes import note
from cnnstudio.project.run_folder import ABOUT, EVENTS, SUMMARY, about, runs_folder
from cnnstudio.runs.recorder import new_run
from cnnstudio.ui.look import theme
from cnnstudio.ui.panels.curves.chart import Chart, Range
from cnnstudio.ui.panels.runs.columns import COLUMNS, SHOWN
from cnnstudio.ui.panels.runs.drawn import ReadRuns, drawing
from cnnstudio.ui.panels.runs.runs_model import RunsModel
from cnnstudio.ui.panels.runs.runs_table import RunsTable

POINTS, EPOCHS = 10_000, 20
DRAWN, FRAMES, KINDS = 20, 60, 4


def write_run(
    design: Design, number: int, *, points: int = POINTS, epochs: int = EPOCHS, rate: float = 1.0, ended: bool = True
) -> Path:
    """A folder of a run that was never trained; its curves fall the faster, the greater the rate."""
    run = new_run(design, default_plan(design.graph), "print")
    folder = runs_folder() / run.id
    folder.mkdir(parents=True)
    draw = np.random.default_rng(number)
    shape = np.exp(-np.arange(points) / points * 6 * rate)
    losses = 2.2 * shape + 0.08 * draw.gamma(2, 1, points) * (0.2 + shape)
    accuracies = np.clip(1 - 0.85 * shape - 0.04 * draw.random(points), 0, 1)
    every, lines, best = points // epochs, [], 0.0
    for step in range(1, points + 1):
        loss, accuracy, epoch = float(losses[step - 1]), float(accuracies[step - 1]), (step - 1) // every + 1
        lines.append({"kind": "step_done", "step": step, "epoch": epoch, "loss": loss, "accuracy": accuracy})
        if step % every == 0:
            good = float(np.clip(0.985 - 0.8 * shape[step - 1] + draw.normal(0, 0.004), 0, 1))
            best = max(best, good)
            lines.append(
                {
                    "kind": "epoch_done", "epoch": epoch, "step": step, "train_loss": loss, "train_accuracy": accuracy,
                    "validation_loss": 1.1 * loss, "validation_accuracy": good, "images_per_second": 9000.0,
                    "seconds": 2.0, "learning_rate": design.recipe.optimizer.learning_rate,
                    "batch_size": design.recipe.batch_size,
                }
            )  # fmt: skip
    (folder / EVENTS).write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    (folder / ABOUT).write_text(json.dumps(about(run)))
    began = f"2026-11-{1 + number % 28:02}T{number % 24:02}:{number % 60:02}:00+00:00"
    summary = {
        "id": run.id, "design": design.title, "data": design.recipe.data.source, "seed": design.recipe.seed,
        "epochs": epochs, "best_validation_accuracy": best, "began": began, "seconds": 40.0 + number, "parent": "",
        "step": points, "ended": ended,
    }  # fmt: skip
    (folder / SUMMARY).write_text(json.dumps(summary))
    if number % 7 == 0:
        note(folder, name=f"Trial {number}", starred=number % 14 == 0, tests={points: best - 0.01})
    return folder


def seeded(seed: int, **recipe: object) -> Design:
    """LeNet-5 with another seed and other settings of its recipe."""
    design = template("lenet5")
    return design.with_changes(recipe=design.recipe.choose(seed=seed, **recipe))


def write_runs(count: int) -> None:
    """So many runs; the lines of most are copies of a few."""
    made = [write_run(seeded(number), number, rate=0.5 + number) for number in range(min(KINDS, count))]
    for number in range(len(made), count):
        of = made[number % KINDS]
        run = new_run(seeded(number), default_plan(template("lenet5").graph), "print")
        folder = runs_folder() / run.id
        shutil.copytree(of, folder)
        summary = json.loads((folder / SUMMARY).read_text())
        changed = {"id": run.id, "seed": number, "seconds": number * 7.0 % 1000, "epochs": number % 50}
        (folder / SUMMARY).write_text(json.dumps(summary | changed))
        (folder / ABOUT).write_text(json.dumps(about(run)))


def rows_of_table(runs: int) -> list[Row]:
    """Reading the list, again where nothing has changed, and sorting it."""
    listed = RunList()
    begun = time.thread_time()
    found = listed.read()
    first = time.thread_time() - begun
    begun = time.thread_time()
    listed.read()
    again = time.thread_time() - begun
    model = RunsModel()
    table = RunsTable(model)
    table.resize(760, 300)
    table.show()
    QApplication.processEvents()
    model.show(found)
    table.fit()
    table.select([each.run.folder for each in found[:DRAWN]])
    seconds: list[float] = []
    for column in range(len(COLUMNS)):
        for _ in range(2 if column != SHOWN else 0):
            begun = time.thread_time()
            table.sort_by(column)
            table.viewport().repaint()
            seconds.append(time.thread_time() - begun)
    assert len(found) == runs and len(table.selected) == DRAWN
    table.close()
    return [
        Row(f"read {runs} runs", 1000 * first, "ms"),
        Row("read them again", 1000 * again, "ms"),
        Row(f"sort {runs} runs, longest", 1000 * max(seconds), "ms", "≤ 100"),
    ]


def rows_of_curves() -> list[Row]:
    """Twenty runs over each other, moved about, in plots of a usual width and of the greatest."""
    found = RunList().read()[:DRAWN]
    begun = time.thread_time()
    read = ReadRuns().read(found)
    reading = time.thread_time() - begun
    drawn = drawing(read, means=False, before={}).runs
    rows = [Row(f"read {DRAWN} runs of {POINTS} points", 1000 * reading, "ms")]
    for width in (300, 620):
        charts = [Chart(percent=False), Chart(percent=True)]
        for chart in charts:
            chart.resize(width, 240)
            chart.show()
            chart.show_others(drawn, named=not chart.percent)
        QApplication.processEvents()  # nothing is painted that was never seen
        seconds: list[float] = []
        for frame in range(FRAMES):
            chart = charts[frame % 2]
            begun = time.thread_time()
            chart.show_range(Range(10.0 * frame, POINTS - 10.0 * frame, 0.0, 2.5 if not chart.percent else 1.05))
            chart.viewport().repaint()
            seconds.append(time.thread_time() - begun)
        for chart in charts:
            chart.close()
        rate = 1 / statistics.median(seconds)
        rows.append(Row(f"{DRAWN} runs over each other, {width} pixels wide", rate, "frames/s", "≥ 30"))
    return rows


def main() -> None:
    """Make the runs in a temporary folder and print the rows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--runs", type=int, default=1000)
    arguments = parser.parse_args()
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    theme.apply(application, "dark")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CNNSTUDIO_DATA"] = folder
        write_runs(max(DRAWN, arguments.runs))
        report([*rows_of_table(max(DRAWN, arguments.runs)), *rows_of_curves()], arguments.json)


if __name__ == "__main__":
    main()
