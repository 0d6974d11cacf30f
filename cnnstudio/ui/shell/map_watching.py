"""Where feature maps are seen: only those are computed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from cnnstudio.nn.graph import Graph
from cnnstudio.ui.run.map_requests import Looker

if TYPE_CHECKING:
    from cnnstudio.ui.shell.window import MainWindow


def watch_maps(window: MainWindow) -> None:
    """Feature maps are computed where they are seen, and nowhere while the window is a symbol on a task bar."""

    def shown(nodes: Looker) -> Looker:
        return lambda graph: None if window.isMinimized() else nodes(graph)

    def on_pages(graph: Graph) -> Iterable[str] | None:
        if window.exporting.sheet is not None or (window.made("learn") and window.learn.isVisible()):
            return graph.order
        return () if window.made("explain") and window.explain.isVisible() else None  # it needs the weights alone

    canvas, maps, volumes = window.canvas, window.maps, window.volumes.view
    lookers = (canvas.sight.nodes, maps.nodes_in_sight, volumes.nodes_in_sight, on_pages)
    window.live_maps.watch(*(shown(looker) for looker in lookers))
    canvas.sight.changed.connect(window.live_maps.look_again)
    window.document.selection_changed.connect(window.live_maps.look_again)
    window.workspaces.changed.connect(window.live_maps.look_again)
    window.below.changed.connect(window.live_maps.look_again)
    window.exporting.opened.connect(window.live_maps.look_again)
