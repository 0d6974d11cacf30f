"""The kept runs, a tab below the canvas in Train."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnstudio.ui.board.declaration import TRAIN
from cnnstudio.ui.commands.command import Command, Entry, MouseGesture, Slot
from cnnstudio.ui.panels.curves.declaration import CURVES
from cnnstudio.ui.studio.declared import Panel, Part, Stop
from cnnstudio.ui.studio.studio import Studio

if TYPE_CHECKING:
    from cnnstudio.ui.panels.runs.runs_panel import RunsPanel
    from cnnstudio.ui.panels.runs.seeds import Seeds


def _make(studio: Studio) -> RunsPanel:
    from cnnstudio.ui.panels.runs.runs_panel import RunsPanel

    curves, seeds = studio.get(CURVES), studio.get(SEEDS)
    return RunsPanel(
        studio.run_control, studio.looking, curves, seeds, studio.intents, studio.notices, studio.workspaces.widget
    )


def _seeds(studio: Studio) -> Seeds:
    from cnnstudio.ui.panels.runs.seeds import Seeds

    return Seeds(studio.run_control, studio.jobs, studio.notices, studio.window)


def _offers(studio: Studio) -> tuple[Entry, ...]:
    def ask() -> None:
        from cnnstudio.ui.panels.runs.seeds import open_seeds  # only who wants it pays for it

        open_seeds(studio.window, studio.get(SEEDS), studio.run_control)

    def why_not() -> str:
        return studio.get(SEEDS).why_not() if studio.made(SEEDS) else studio.run_control.why_not()

    return (
        Command(
            id="seeds", section="Train", text="Train with several seeds…", do=ask, slot=Slot("Train", 0, 10),
            help="The same recipe from other first weights, one run after the other: how much of a result is luck",
            why_not=why_not, words="runs mean band repeat average queue random",
        ),
        MouseGesture("Train", "In Runs: name or note, star, delete", "F2, S, Del"),
        MouseGesture("Train", "In Runs: draw several", "Ctrl+click, Shift+click"),
        MouseGesture("Train", "In Runs: open one", "Double-click, Return"),
    )  # fmt: skip


SEEDS: Part[Studio, Seeds] = Part(name="seeds", make=_seeds, when="when needed", offers=_offers)

RUNS: Part[Studio, RunsPanel] = Panel(
    name="Runs",
    make=_make,
    when="when needed",
    place="tab",
    workspaces=(TRAIN.name,),
    tip="Every run that was trained here: find it again, draw its curve, compare it, go on with it",
    room=lambda panel, size: panel.leave_room(size),
    stop=lambda panel: Stop(panel, first=lambda: panel.table if panel.model.rows else panel.search),
    shutdown=lambda panel: panel.shutdown(),
)

#: what this folder declares
DECLARED = (SEEDS, RUNS)
