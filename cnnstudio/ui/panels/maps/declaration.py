"""The feature maps, the first tab below the canvas in Train."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnstudio.ui.board.declaration import BUILD, TRAIN
from cnnstudio.ui.commands.command import Command, Entry, Slot
from cnnstudio.ui.studio.declared import Panel
from cnnstudio.ui.studio.studio import Studio

if TYPE_CHECKING:
    from cnnstudio.ui.panels.maps.maps import MapsPanel


def _make(studio: Studio) -> MapsPanel:
    from cnnstudio.ui.panels.maps.maps import MapsPanel

    return MapsPanel(studio.document, studio.inspection, studio.looking, studio.samples, studio.workspaces.widget)


def _offers(studio: Studio) -> tuple[Entry, ...]:
    looking = studio.looking

    def why_not() -> str:
        if looking.best_offered:
            return ""
        now = looking.now
        if now.live:
            return "A run is under way, and its newest weights are shown."
        return "Nothing has been trained yet." if now.run is None else "No better weights than the last are kept."

    def other() -> None:
        looking.look_at_best(not looking.now.best)

    return (
        Command(
            id="best weights", section="Train", text="Look at the best weights", slot=Slot("Train", 1, 3),
            help="Those of the epoch after which the loss on the validation images was lowest, instead of the last",
            do=other, checked=lambda: looking.now.best, why_not=why_not, words="last epoch validation overfitting",
        ),
    )  # fmt: skip


MAPS = Panel(
    name="Feature maps",
    make=_make,
    when="soon",
    modules=("cnnstudio.ui.panels.maps.maps",),
    place="tab",
    workspaces=(BUILD.name, TRAIN.name),
    first_in=(TRAIN.name,),
    tip="What the selected layer makes of an image",
    room=lambda panel, size: panel.leave_room(size),
    watches=lambda panel, graph: panel.nodes_in_sight(graph),
    offers=_offers,
)

#: what this folder declares
DECLARED = (MAPS,)
