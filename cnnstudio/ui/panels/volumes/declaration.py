"""The network as volumes, the first tab below the canvas in Build, and the sheet that exports figures."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from cnnstudio.nn.graph.graph import Graph
from cnnstudio.ui.board.declaration import BUILD, TRAIN
from cnnstudio.ui.commands.command import Command, Entry, Slot
from cnnstudio.ui.panels.volumes.panel import VolumesPanel
from cnnstudio.ui.studio.declared import Panel, Part, Stop
from cnnstudio.ui.studio.intents import ExplainLayer
from cnnstudio.ui.studio.studio import Studio

if TYPE_CHECKING:
    from cnnstudio.ui.panels.volumes.export_sheet import Exporting


def _volumes(studio: Studio) -> VolumesPanel:
    panel = VolumesPanel(studio.document, studio.inspection)
    panel.export_asked.connect(lambda: studio.get(EXPORTING).open())
    panel.view.explain_requested.connect(lambda node: studio.intents.ask(ExplainLayer(node)))
    return panel


VOLUMES = Panel(
    name="Volumes",
    make=_volumes,
    place="tab",
    workspaces=(BUILD.name, TRAIN.name),
    first_in=(BUILD.name,),
    tip="The network as boxes of height, width and channels",
    room=VolumesPanel.leave_room,
    stop=lambda panel: Stop(panel, first=lambda: panel.view),
    watches=lambda panel, graph: panel.view.nodes_in_sight(graph),
)


def _exporting(studio: Studio) -> Exporting:
    from cnnstudio.ui.panels.volumes.export_sheet import Exporting

    view = studio.get(VOLUMES).view
    exporting = Exporting(studio.document, view, studio.notices, studio.window, lambda: studio.looking.now.classes)
    exporting.opened.connect(studio.live_maps.look_again)
    return exporting


def _wanted(exporting: Exporting, graph: Graph) -> Iterable[str] | None:
    """A figure shows the maps of every card."""
    return graph.order if exporting.sheet is not None else None


def _offers(studio: Studio) -> tuple[Entry, ...]:
    return (
        Command(
            id="export", section="Files", text="Export figure…", keys=("Ctrl+Shift+E",), slot=Slot("File", 2, 0),
            help="The network as SVG, PDF or PNG, as cards or as volumes", do=lambda: studio.get(EXPORTING).open(),
            words="picture image print screenshot",
        ),
    )  # fmt: skip


EXPORTING: Part[Studio, Exporting] = Part(
    name="exporting",
    make=_exporting,
    when="soon",
    modules=("cnnstudio.ui.panels.volumes.export_sheet",),
    offers=_offers,
    watches=_wanted,
    shutdown=lambda exporting: exporting.shutdown(),
)

#: what this folder declares
DECLARED = (VOLUMES, EXPORTING)
