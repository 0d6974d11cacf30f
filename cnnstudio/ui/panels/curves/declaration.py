"""Loss and accuracy, below the canvas in Train, and in Build where there is a run and nothing to solve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnstudio.ui.board.declaration import BUILD, TRAIN
from cnnstudio.ui.problems.declaration import gives_place
from cnnstudio.ui.studio.declared import Panel
from cnnstudio.ui.studio.studio import Studio

if TYPE_CHECKING:
    from cnnstudio.ui.panels.curves.curves import CurvesPanel


def _make(studio: Studio) -> CurvesPanel:
    from cnnstudio.ui.panels.curves.curves import CurvesPanel

    return CurvesPanel(studio.run_control, studio.workspaces.widget)


CURVES = Panel(
    name="curves",
    make=_make,
    when="soon",
    modules=("cnnstudio.ui.panels.curves.curves",),
    place="below",
    workspaces=(BUILD.name, TRAIN.name),
    has_place=lambda studio: studio.workspaces.current == TRAIN.name or gives_place(studio),
    share=612,
    least=(260, 120),
)

#: what this folder declares
DECLARED = (CURVES,)
