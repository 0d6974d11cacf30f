"""The table of kept runs: found, named, starred, deleted and wanted back."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QContextMenuEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from benchmarks.runs import seeded, write_run
from cnnstudio.project.kept.notes import note, notes_of
from cnnstudio.project.kept.reading import history_of
from cnnstudio.project.kept.reopening import reopened
from cnnstudio.project.kept.runs import kept_runs
from cnnstudio.project.run_folder import SUMMARY, lines_of, runs_folder
from cnnstudio.runs.run import History
from cnnstudio.ui.panels.curves.chart import Chart, Range
from cnnstudio.ui.panels.curves.curves import CurvesPanel
from cnnstudio.ui.panels.curves.drawing.other_runs import OtherRun
from cnnstudio.ui.panels.runs.columns import BEGAN, BEST, NAME, NOTE, STAR, took_text
from cnnstudio.ui.panels.runs.difference import NOTHING, designs, recipes, results
from cnnstudio.ui.panels.runs.opening import TITLES
from cnnstudio.ui.panels.runs.runs_model import COLOUR
from cnnstudio.ui.panels.runs.runs_panel import RunsPanel
from cnnstudio.ui.panels.runs.seeds import Seeds, SeedsSheet
from cnnstudio.ui.studio.intents import Intents, ShowProject
from cnnstudio.ui.widgets.overlay import Overlay
from tests.ui.training_parts import LONG, Parts, parts, unloaded  # noqa: F401


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Ten runs; the seventh has the name Trial 7."""
    monkeypatch.setenv("CNNSTUDIO_DATA", str(tmp_path / "data"))
    return [write_run(seeded(n), n, points=60, epochs=3, rate=0.2 * n) for n in range(1, 11)]


@pytest.fixture
def panel(qtbot: QtBot, folders: list[Path], parts: Parts) -> Iterator[RunsPanel]:  # noqa: F811
    curves = CurvesPanel(parts.run_control)
    curves.resize(900, 270)
    seeds = Seeds(parts.run_control, parts.session.jobs, parts.notices, curves)
    made = RunsPanel(parts.run_control, parts.looking, curves, seeds, Intents(), parts.notices)
    made.resize(760, 300)
    for widget in (curves, made):
        qtbot.addWidget(widget)
        widget.show()
    qtbot.waitUntil(lambda: len(made.model.rows) == 10)
    yield made
    made.shutdown()


def click(qtbot: QtBot, panel: RunsPanel, row: int, column: int, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    place = panel.table.visualRect(panel.model.index(row, column)).center()
    qtbot.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, modifier, place)


def test_the_newest_stand_first_and_a_title_orders_them_otherwise_without_losing_what_is_selected(
    qtbot: QtBot, panel: RunsPanel
) -> None:
    began = [each.run.began for each in panel.model.rows]
    assert began == sorted(began, reverse=True)
    click(qtbot, panel, 2, NAME)
    (chosen,) = panel.selected
    panel.table.sort_by(BEST)
    best = [each.run.best_validation_accuracy for each in panel.model.rows]
    assert best == sorted(best, reverse=True), "the best is wanted first"
    assert panel.selected == [chosen]
    panel.table.sort_by(BEST)
    assert [each.run.best_validation_accuracy for each in panel.model.rows] == best[::-1]
    qtbot.keyClicks(panel.search, "trial 7")
    assert [each.run.name for each in panel.model.rows] == ["Trial 7"]
    panel.search.clear()
    qtbot.keyClicks(panel.search, "nothing")
    assert not panel.model.rows and not panel.selected
    panel.table.sort_by(BEGAN)


def test_a_run_is_named_starred_and_noted_where_it_stands(qtbot: QtBot, panel: RunsPanel) -> None:
    folder = panel.model.rows[0].run.folder
    click(qtbot, panel, 0, STAR)
    assert notes_of(folder).starred
    qtbot.waitUntil(lambda: panel.model.rows[0].run.starred)
    click(qtbot, panel, 0, NAME)
    for column, text in ((NAME, "As the paper"), (NOTE, "rate too high")):
        panel.table.write(column)
        field = panel.table.viewport().findChild(QLineEdit)
        assert field is not None and panel.table.written_in
        qtbot.keyClicks(field, text)
        qtbot.keyClick(field, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: not panel.table.written_in)
    qtbot.waitUntil(lambda: panel.model.rows[0].run.note == "rate too high")
    assert notes_of(folder).name == panel.model.rows[0].run.name == "As the paper"


def test_deleted_runs_are_back_with_undo_and_gone_once_it_is_no_longer_offered(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    panel: RunsPanel,
) -> None:
    click(qtbot, panel, 1, NAME)
    click(qtbot, panel, 3, NAME, Qt.KeyboardModifier.ControlModifier)
    gone = {each.run.folder for each in panel.selected}
    for undone in (True, False):
        panel.table.select(list(gone))
        qtbot.keyClick(panel.table, Qt.Key.Key_Delete)
        qtbot.waitUntil(lambda: len(panel.model.rows) == 8)
        (notice,) = (each for each in parts.notices.current if each.action_title == "Undo")
        assert "2 runs" in notice.text and not any(path.exists() for path in gone)
        parts.notices.dismiss(notice)
        if undone:
            notice.action()
            qtbot.waitUntil(lambda: len(panel.model.rows) == 10)
    assert len(kept_runs()) == 8
    aside = panel.model.rows[0].run.folder.parent / ".removed"
    qtbot.waitUntil(lambda: not list(aside.iterdir()))


def test_what_is_selected_is_drawn_whole_under_the_curves_and_each_keeps_its_colour(
    qtbot: QtBot, panel: RunsPanel
) -> None:
    curves = panel.curves
    first, second, third = (panel.model.rows[row].run.folder for row in (0, 1, 2))
    panel.table.select([first, second])
    qtbot.waitUntil(lambda: len(curves.others) == 2)
    chart = curves.plots["loss"].chart
    assert curves.stack.currentWidget() is curves.curves and chart.seen.right > 60, "no run of its own is needed"
    drawn = {run.name: run for run in curves.others}
    losses = [line["loss"] for line in lines_of(first) if line["kind"] == "step_done"]
    assert np.array_equal(drawn["seed 10"].history.losses, np.float32(losses))
    assert panel.model.index(0, 0).data(COLOUR) == drawn["seed 10"].colour
    chart.pointed.emit(30)
    assert chart.crosshair is not None and chart.crosshair[0] == 30, "the legend reads all of them there"
    place = curves.others.index(drawn["seed 10"])
    assert chart.others.values_at(30)[place] == f"{losses[29]:.4g}" and chart.others.values_at(61)[place] == ""
    chart.pointed.emit(0)
    before = curves.grab().toImage()
    panel.table.select([second, third])
    qtbot.waitUntil(lambda: {run.name for run in curves.others} == {"seed 9", "seed 8"})
    assert curves.others[0].colour == drawn["seed 9"].colour
    assert curves.grab().toImage() != before
    panel.table.clearSelection()
    qtbot.waitUntil(lambda: not curves.others)
    assert curves.stack.currentWidget() is curves.empty


def test_a_peak_of_one_step_among_thousands_is_seen(qtbot: QtBot) -> None:
    chart = Chart(percent=False)
    chart.resize(400, 220)
    qtbot.addWidget(chart)
    chart.show()
    losses = np.full(10_000, 0.5, np.float32)
    colour = QColor("#ff0000")

    def top() -> int:
        chart.show_others([OtherRun("peak", colour, History(losses, losses))], named=False)
        image = chart.grab().toImage()
        reds = (
            y
            for y in range(image.height())
            for x in range(image.width())
            if (pixel := image.pixelColor(x, y)).red() > pixel.green() + 60
        )
        return next(reds)

    chart.show_range(Range(0, 10_000, 0, 3))
    flat = top()
    losses = losses.copy()
    losses[4321] = 2.5
    assert flat - top() > 100


def test_runs_of_several_seeds_are_a_mean_and_only_what_the_interval_says_is_called_better(
    qtbot: QtBot, panel: RunsPanel
) -> None:
    slow, fast, alike = (
        [write_run(seeded(seed, learning_rate=rate), 30 + seed, points=60, epochs=3, rate=falls) for seed in (1, 2, 3)]
        for rate, falls in ((0.003, 0.7), (0.01, 3.0), (0.02, 3.0))
    )
    panel.read()
    qtbot.waitUntil(lambda: len(panel.model.rows) == 19)

    def said(folders: list[Path]) -> str:
        panel.table.select(folders)
        wanted = set(folders)
        qtbot.waitUntil(lambda: {run.listed.run.folder for run in panel.read_runs} == wanted)
        return panel.verdict.text()

    assert said(slow).startswith("Best validation accuracy over 3 seeds: ")
    assert said(slow + fast).startswith("Learning rate 0.01 is better: best validation accuracy ")
    assert "95\u202f% interval, Welch’s t, 3 and 3 seeds" in panel.verdict.text()
    assert said(fast + alike).startswith("Neither is called better: "), "they differ by chance alone"
    assert said(slow[:1] + fast) != "" and said(slow[:1] + fast[:1]) == "", "of one seed each nothing is said"
    said(slow + fast)
    panel.means.click()
    names = {f"learning rate {rate}, mean of 3 seeds" for rate in (0.003, 0.01)}
    assert {run.name for run in panel.curves.others} == names
    losses = [history_of(folder).losses for folder in fast]
    assert any(np.allclose(run.history.losses, np.mean(losses, 0)) for run in panel.curves.others)


def test_two_runs_are_laid_beside_each_other(qtbot: QtBot, panel: RunsPanel) -> None:
    other = write_run(seeded(1, learning_rate=0.05, optimizer="sgd"), 40, points=60, epochs=3)
    panel.read()
    qtbot.waitUntil(lambda: len(panel.model.rows) == 11)
    assert not panel.compare.isEnabled()
    panel.table.select([panel.model.rows[-1].run.folder, other])
    qtbot.waitUntil(lambda: len(panel.read_runs) == 2)
    one, two = panel.read_runs
    changed = {line.title for line in recipes(one, two)}
    assert "Optimizer" in changed and not designs(one, two)
    told = {line.title: (line.first, line.second) for line in results(one, two)}
    assert told["Epochs"] == ("3", "3") and told["Test accuracy"][1] == NOTHING
    qtbot.mouseClick(panel.compare, Qt.MouseButton.LeftButton)
    (sheet,) = panel.window().findChildren(Overlay)
    assert sheet.isVisible()
    sheet.dismiss()


def test_a_run_that_died_is_opened_from_its_folder_and_goes_on_as_the_same_run(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    panel: RunsPanel,
) -> None:
    parts.train(qtbot, epochs=3)
    run, weights = parts.project.run, parts.project.weights
    folder = runs_folder() / run.id
    summary = json.loads((folder / SUMMARY).read_text())
    (folder / SUMMARY).write_text(json.dumps(summary | {"ended": False}))
    note(folder, name="Lost")
    panel.read()
    qtbot.waitUntil(lambda: panel.model.rows[0].run.name == "Lost" and panel.model.rows[0].state == "not ended")
    click(qtbot, panel, 0, NAME)
    offered = dict(panel.opener.offered(panel.selected[0]))
    assert list(offered) == ["Go on training", *(f"Open: {title.lower()}" for title in TITLES.values())]
    shown: list[ShowProject] = []
    panel.intents.answer(ShowProject, shown.append)
    offered["Go on training"]()
    qtbot.waitUntil(lambda: len(shown) == 1)
    assert shown[0].train and "“Lost” is open as it was after step 27" in shown[0].said
    found = shown[0].project
    assert found.run.id == run.id and found.weights.same(weights) and found.run.history == run.history
    parts.document.open(found, None)
    assert parts.data.dataset is not None
    with qtbot.waitSignal(parts.session.finished):
        parts.run_control.train()
    assert parts.project.run.id == run.id and parts.project.run.step == 54
    qtbot.keyClick(panel.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(shown) == 2)
    assert not shown[1].train and shown[1].project.run.step == 54


def test_a_recipe_is_trained_with_several_seeds_while_the_design_stays_as_it_is(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    panel: RunsPanel,
) -> None:
    parts.set_recipe(seed=7)
    before = parts.project
    sheet = SeedsSheet(panel.seeds, parts.run_control)
    qtbot.addWidget(sheet)
    assert "seeds 7 to 9" in sheet.sentence.text() and not sheet.refusal.text()
    sheet.begin()
    assert panel.seeds.job is not None and "already" in panel.seeds.why_not() and panel.more_seeds.isHidden()
    qtbot.waitUntil(lambda: panel.seeds.job is None)
    assert parts.project is before, "the document knows nothing of it"
    qtbot.waitUntil(lambda: len(panel.model.rows) == 13)
    new = [each for each in panel.model.runs if each.run.design == "small"]
    assert {each.run.seed for each in new} == {7, 8, 9} and {each.state for each in new} == {"ended"}
    panel.table.select([each.run.folder for each in new])
    qtbot.waitUntil(lambda: panel.verdict.text().startswith("Best validation accuracy over 3 seeds"))
    parts.run_control.reset()
    parts.train(qtbot)
    own = parts.project
    seventh = next(each for each in new if each.run.seed == 7)
    assert reopened(seventh.run.folder).weights.parameters.vector.tobytes() == own.weights.parameters.vector.tobytes()
    parts.set_recipe(epochs=LONG)
    panel.seeds.begin(3)
    qtbot.waitUntil(lambda: panel.how_far.text().startswith("Seed 7, 1 of 3: epoch "))
    qtbot.mouseClick(panel.stop, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.seeds.job is None)
    qtbot.waitUntil(lambda: all(each.state == "ended" for each in panel.model.runs))


def test_times_are_told_in_their_own_units() -> None:
    assert [took_text(seconds) for seconds in (41.6, 185, 7800)] == [
        "42\u202fs",
        "3\u202fmin 5\u202fs",
        "2\u202fh 10\u202fmin",
    ]


def test_whoever_clicks_beside_the_rows_selects_nothing(qtbot: QtBot, panel: RunsPanel) -> None:
    panel.resize(760, 900)
    click(qtbot, panel, 1, NAME)
    assert panel.selected and panel.delete.isEnabled()
    below = QPoint(40, panel.table.viewport().height() - 4)
    qtbot.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=below)
    assert not panel.selected and not panel.delete.isEnabled()


@pytest.mark.qt_log_ignore("does not support")  # menus and dialogs, without a screen
def test_the_curves_of_a_run_are_exported_from_its_menu(panel: RunsPanel, qtbot: QtBot, tmp_path: Path) -> None:
    row, folder = 3, panel.model.rows[3].run.folder
    click(qtbot, panel, row, NAME)
    qtbot.waitUntil(lambda: [run.listed.run.folder for run in panel.read_runs] == [folder])
    place = panel.table.visualRect(panel.model.index(row, NAME)).center()
    asked = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, panel.table.viewport().mapToGlobal(place))
    QApplication.sendEvent(panel.table.viewport(), asked)
    (menu,) = panel.findChildren(QMenu, options=Qt.FindChildOption.FindDirectChildrenOnly)
    next(action for action in menu.actions() if action.text() == "Export its curves…").trigger()
    (dialog,) = panel.findChildren(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "seven.csv"))
    dialog.fileSelected.emit(str(tmp_path / "no folder" / "seven.csv"))
    dialog.reject()
    with (tmp_path / "seven.csv").open() as file:
        told = [float(row["batch_loss"]) for row in csv.DictReader(file)]
    assert told == pytest.approx(history_of(folder).losses.tolist())
    menu.close()
