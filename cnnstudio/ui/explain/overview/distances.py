"""Volumes, cards and the maps of Explain are one network seen from three distances: what is the same flies."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QPoint, QPointF, QRectF
from PySide6.QtWidgets import QWidget

from cnnstudio.ui.board.declaration import BUILD
from cnnstudio.ui.canvas.declaration import CANVAS
from cnnstudio.ui.explain.overview.zoom import Places, Zoom
from cnnstudio.ui.explain.page import ExplainPage
from cnnstudio.ui.panels.volumes.declaration import VOLUMES
from cnnstudio.ui.studio.studio import Studio


class Distances:
    """Moves between the workspaces of a window in one movement."""

    def __init__(self, studio: Studio, page: ExplainPage) -> None:
        self._studio, self._page = studio, page
        self.zoom = Zoom(studio.window)

    def nearer(self, node: str, act: Callable[[], object]) -> None:
        """From the volumes or the cards to the maps of a layer; ``act`` shows them."""
        if self._page.isVisible() or not self._page.place.ready:
            act()  # it is there already, or its maps are still to be worked out
        else:
            self.zoom.change(act, None, self._seen_afar, self._seen_close, (node, 0))

    def farther(self) -> None:
        """From the whole network back to its cards."""
        node = self._page.place.node
        self.zoom.change(self._build, None, self._seen_close, self._seen_afar, (node, 0))

    def _build(self) -> None:
        self._studio.workspaces.go_to(BUILD.name)

    def _seen_afar(self) -> Places:
        """The layers where somebody looks at them: the volumes under the hand, or else the cards."""
        volumes, canvas = self._studio.get(VOLUMES).view, self._studio.get(CANVAS)
        if volumes.isVisible() and (volumes.hasFocus() or volumes.underMouse()):
            return self._in_window(volumes, volumes.boxes())
        return self._in_window(canvas.viewport(), canvas.boxes()) if canvas.isVisible() else {}

    def _seen_close(self) -> Places:
        """The layers in Explain: as columns of maps, or as the maps of one layer and what it reads."""
        stage = self._page.overview.stage
        if stage.isVisible():
            return self._in_window(stage, stage.columns())
        near = self._page.near
        found: dict[str, QRectF] = {}
        for (node, _), box in near.boxes().items():
            found[node] = found.get(node, box).united(box)
        return self._in_window(near, found)

    def _in_window(self, widget: QWidget, boxes: Mapping[str, QRectF]) -> Places:
        corner = QPointF(widget.mapTo(self._studio.window, QPoint(0, 0)))
        whole = QRectF(widget.rect())
        return {
            (node, 0): box.intersected(whole).translated(corner) for node, box in boxes.items() if box.intersects(whole)
        }
