"""The feature maps, the first tab below the canvas in Train."""

from __future__ import annotations

from cnnstudio.ui.board.declaration import BUILD, TRAIN
from cnnstudio.ui.panels.maps.maps import MapsPanel
from cnnstudio.ui.studio.declared import Panel
from cnnstudio.ui.studio.studio import Studio


def _make(studio: Studio) -> MapsPanel:
    return MapsPanel(studio.document, studio.inspection, studio.looking, studio.samples)


MAPS = Panel(
    name="Feature maps",
    make=_make,
    place="tab",
    workspaces=(BUILD.name, TRAIN.name),
    first_in=(TRAIN.name,),
    tip="What the selected layer makes of an image",
    room=MapsPanel.leave_room,
    watches=MapsPanel.nodes_in_sight,
)

#: what this folder declares
DECLARED = (MAPS,)
