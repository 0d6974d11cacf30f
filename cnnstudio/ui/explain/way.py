"""The way from the whole network to one map, and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Protocol

from PySide6.QtCore import QPoint, QPointF, QRectF
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from cnnstudio.ui.explain.around.modes import FORWARD, NETWORK
from cnnstudio.ui.explain.overview.columns import Spot
from cnnstudio.ui.explain.overview.overview import Overview
from cnnstudio.ui.explain.overview.zoom import Places, Zoom


class Near(Protocol):
    """A picture that says where in it maps are seen, by layer and number from 0."""

    def boxes(self) -> Mapping[tuple[str, int], QRectF]: ...

    def mapTo(self, parent: QWidget, pos: QPoint, /) -> QPoint: ...


class Way:
    """Moves between the overview and the film, or the ledger where a layer has no film. ``go_to`` and ``set_mode`` are
    what the page does with a layer and a mode, ``near`` is the picture of the layer that is looked at."""

    def __init__(
        self,
        page: QWidget,
        overview: Overview,
        near: Callable[[], Near],
        go_to: Callable[[str], None],
        set_mode: Callable[[str], None],
    ) -> None:
        self._page, self._overview, self._near = page, overview, near
        self._place, self._go_to, self._set_mode = overview.place, go_to, set_mode
        self.zoom = Zoom(page)
        #: whether what is seen was entered from the network
        self.came_from_network = False

    def stop(self) -> None:
        """Be there at once."""
        self.zoom.stop()

    def zoom_in(self, spot: Spot, cell: tuple[int, int] | None) -> None:
        """Go close to a map; ``cell`` is its row and column that is wanted."""
        if spot.node not in self._place.probed.values:
            return
        arrive = partial(self._arrive, spot, cell)
        key = (spot.node, max(spot.number, 0))
        self.zoom.change(arrive, self._picture, self._seen_afar, self._seen_close, key)
        self.came_from_network = True

    def zoom_out(self) -> None:
        """See the network, with the map that was looked at lit up."""
        key = (self._place.node, self._place.cell[-1])
        self.zoom.change(partial(self._leave, key), self._picture, self._seen_close, self._seen_afar, key)
        self.came_from_network = False

    def _arrive(self, spot: Spot, cell: tuple[int, int] | None) -> None:
        self._go_to(spot.node)
        place = self._place
        if len(place.shape) == 3:
            row, column = cell if cell is not None else place.cell[:2]
            place.move_to((row, column, max(spot.number, 0)))
        elif cell is not None or spot.number >= 0:
            place.move_to((spot.number if spot.number >= 0 else cell[0] if cell is not None else 0,))
        self._set_mode(FORWARD)

    def _leave(self, key: tuple[str, int]) -> None:
        self._set_mode(NETWORK)
        self._overview.look_at(*key)

    def _picture(self, key: tuple[str, int]) -> QImage:
        maps = self._overview.stage.maps
        return QImage() if maps is None else maps.picture(Spot(*key))

    def _seen_afar(self) -> Places:
        stage = self._overview.stage
        return {key: self._in_page(stage, box) for key, box in stage.boxes().items()}

    def _seen_close(self) -> Places:
        shown = self._near()
        return {key: self._in_page(shown, box) for key, box in shown.boxes().items()}

    def _in_page(self, widget: QWidget | Near, box: QRectF) -> QRectF:
        return box.translated(QPointF(widget.mapTo(self._page, QPoint(0, 0))))
