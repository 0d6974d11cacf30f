"""The inside of the network while it learns, a tab below the canvas in Train."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnstudio.ui.board.declaration import BOARD, TRAIN
from cnnstudio.ui.canvas.declaration import CANVAS
from cnnstudio.ui.commands.command import Command, Entry, Slot
from cnnstudio.ui.panels.curves.declaration import CURVES
from cnnstudio.ui.studio.declared import Panel
from cnnstudio.ui.studio.studio import Studio

if TYPE_CHECKING:
    from cnnstudio.ui.panels.inside.inside import InsidePanel


def _make(studio: Studio) -> InsidePanel:
    from cnnstudio.ui.panels.inside.inside import InsidePanel
    from cnnstudio.ui.run.watching import Watching

    watching = Watching(studio.session, studio.window)
    return InsidePanel(
        studio.document,
        studio.run_control,
        watching,
        studio.looking,
        studio.samples,
        studio.data,
        studio.get(CURVES),
        studio.workspaces.widget,
        show_on_cards=studio.get(CANVAS).canvas_scene.set_strips,
    )


def _offers(studio: Studio) -> tuple[Entry, ...]:
    def watch() -> None:
        """Switch it, and show what comes of it."""
        panel = studio.get(INSIDE)
        if not panel.watch.isChecked():
            if studio.workspaces.current != TRAIN.name:
                studio.workspaces.go_to(TRAIN.name)
            studio.get(BOARD).tabs.show_tab(INSIDE.name)
        panel.watch.toggle()

    def on_cards() -> None:
        """Switch them, and watch if nobody does yet."""
        panel = studio.get(INSIDE)
        panel.cards.switch(not panel.cards.on)
        if panel.cards.on and not panel.watching.on:
            panel.watch.setChecked(True)

    return (
        Command(
            id="watch inside", section="Train", text="Watch the inside while it trains", do=watch,
            help="Gradients, steps and silent units of each layer over time; it takes 5\u202f% of the time at most",
            checked=lambda: studio.made(INSIDE) and studio.get(INSIDE).watching.on,
            words="gradient vanishing exploding histogram dead relu update weights", slot=Slot("Train", 1, 4),
        ),
        Command(
            id="strips on cards", section="Train", text="Layers over time on their cards", do=on_cards,
            help="Each layer’s gradient, step or silent units over time at the foot of its card",
            checked=lambda: studio.made(INSIDE) and studio.get(INSIDE).cards.on,
            words="strip gradient vanishing layers time", slot=Slot("Train", 1, 5),
        ),
    )  # fmt: skip


INSIDE = Panel(
    name="Inside",
    make=_make,
    when="when needed",
    place="tab",
    workspaces=(TRAIN.name,),
    tip="What each step does to each layer: gradients, steps, silent units",
    room=lambda panel, size: panel.leave_room(size),
    watches=lambda panel, graph: panel.nodes_in_sight(graph),
    offers=_offers,
    shutdown=lambda panel: panel.shutdown(),
)

#: what this folder declares
DECLARED = (INSIDE,)
