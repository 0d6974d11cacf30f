"""Loss and accuracy, below the canvas in Train, and in Build where there is a run and nothing to solve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnstudio.ui.board.declaration import BUILD, TRAIN
from cnnstudio.ui.commands.command import Command, Entry, Slot
from cnnstudio.ui.problems.declaration import gives_place
from cnnstudio.ui.studio.declared import Panel
from cnnstudio.ui.studio.studio import Studio

if TYPE_CHECKING:
    from cnnstudio.ui.panels.curves.curves import CurvesPanel


def _make(studio: Studio) -> CurvesPanel:
    from cnnstudio.ui.panels.curves.curves import CurvesPanel

    return CurvesPanel(studio.run_control, studio.rate_search, studio.workspaces.widget, looking=studio.looking)


def _offers(studio: Studio) -> tuple[Entry, ...]:
    search = studio.rate_search

    def find_rate() -> None:
        """Search, and show what is found."""
        if studio.workspaces.current != TRAIN.name:  # elsewhere the curves may have no place
            studio.workspaces.go_to(TRAIN.name)
        search.begin()

    return (
        Command(
            id="find-rate", section="Train", text="Find a learning rate", slot=Slot("Train", 0, 7), do=find_rate,
            help="A new design’s rate was measured on other networks: try rates on this one for a moment and see where "
            "the loss falls; no weight changes",
            why_not=search.why_not, words="range test smith lr finder step size too high too low",
        ),
    )  # fmt: skip


CURVES = Panel(
    name="curves",
    make=_make,
    when="soon",
    modules=("cnnstudio.ui.panels.curves.curves",),
    place="below",
    workspaces=(BUILD.name, TRAIN.name),
    has_place=lambda studio: studio.workspaces.current == TRAIN.name or gives_place(studio),
    share=612,
    least=(320, 120),
    offers=_offers,
    shutdown=lambda panel: panel.shutdown(),
)

#: what this folder declares
DECLARED = (CURVES,)
