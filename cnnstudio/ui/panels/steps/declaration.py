"""The steps of undo, as a tab below the canvas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnstudio.ui.board.declaration import BOARD, BUILD, TRAIN
from cnnstudio.ui.commands.command import Command, Entry, Slot
from cnnstudio.ui.studio.declared import Panel, Part, Stop
from cnnstudio.ui.studio.studio import Studio

if TYPE_CHECKING:
    from cnnstudio.ui.panels.steps.steps_panel import StepsPanel


def _make(studio: Studio) -> StepsPanel:
    from cnnstudio.ui.panels.steps.steps_panel import StepsPanel

    return StepsPanel(studio.document)


def _offers(studio: Studio) -> tuple[Entry, ...]:
    def show() -> None:
        if studio.workspaces.current not in (BUILD.name, TRAIN.name):
            studio.workspaces.show(BUILD.name)
        studio.get(BOARD).tabs.show_tab(STEPS.name)
        studio.get(STEPS).view.setFocus()

    return (
        Command(
            id="steps", section="Edit", text="Steps", keys=("Ctrl+Shift+H",), slot=Slot("Edit", 1, 2),
            help="Everything that was done to the design, to go back or forth to", do=show, words="history undo",
        ),
    )  # fmt: skip


STEPS: Part[Studio, StepsPanel] = Panel(
    name="Steps",
    make=_make,
    when="when needed",
    place="tab",
    workspaces=(BUILD.name, TRAIN.name),
    tip="What was done to the design, step by step",
    room=lambda panel, size: panel.leave_room(size),
    stop=lambda panel: Stop(panel, first=lambda: panel.view),
    offers=_offers,
    shutdown=lambda panel: panel.shutdown(),
)

#: what this folder declares
DECLARED = (STEPS,)
