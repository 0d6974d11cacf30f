"""All inputs of a layer side by side; several of them without their channels, in as many rows as make them largest."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from cnnstudio.ui.explain.pictures.port_panel import PortPanel
from cnnstudio.ui.explain.pictures.volume_view import VolumeView
from cnnstudio.ui.explain.place import Place

GAP, GAP_OF_SMALL = 16, 8


class Ports(QWidget):
    """Follows the inputs of the place's layer."""

    #: number of the input, and (row, column, channel) or (unit,) under the pointer
    pointed = Signal(int, object)
    #: number of the input, and its channel
    channel_chosen = Signal(int, int)

    def __init__(self, place: Place) -> None:
        super().__init__()
        self._place = place
        self.panels: list[PortPanel] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(GAP)
        self._grid.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)

    def enter(self) -> None:
        """Another layer: make a panel for each of its inputs."""
        for panel in self.panels:
            self._grid.removeWidget(panel)
            panel.hide()
            panel.deleteLater()
        count = len(self._place.inputs)
        self.panels = [PortPanel(self._place, port, small=count > 1) for port in range(count)]
        for panel in self.panels:
            panel.pointed.connect(lambda cell, port=panel.port: self.pointed.emit(port, cell))
            panel.channel_chosen.connect(lambda channel, port=panel.port: self.channel_chosen.emit(port, channel))
        self._arrange(count)
        self.setVisible(bool(count))

    @property
    def views(self) -> list[VolumeView]:
        """The pictures of the inputs."""
        return [panel.view for panel in self.panels]

    def set_room(self, wide: float, high: float) -> None:
        """Make the panels as large as they become in so much room."""
        count = len(self.panels)
        if not count:
            return

        small = count > 1
        gap = GAP_OF_SMALL if small else GAP
        self._grid.setSpacing(gap)

        def room(rows: int) -> tuple[float, float]:
            across = math.ceil(count / rows)
            captions = self.panels[0].caption_height
            return (wide - (across - 1) * gap) / across, (high - (rows - 1) * gap) / rows - captions

        def size(rows: int) -> float:
            """How large cells become; rows that leave too little width for the numbers come last."""
            across, down = room(rows)
            rated = min(across / shape[1], down / shape[0])
            return rated if not small or across >= self.panels[0].narrowest else rated - shape[1] * 1000

        shape = self.panels[0].view.extent
        best = max(range(1, min(count, 4) + 1), key=size)
        self._arrange(math.ceil(count / best))
        for panel in self.panels:
            panel.set_room(*room(best))
        self.used_height = best * max(panel.used_height for panel in self.panels) + (best - 1) * gap

    #: how high the panels are together
    used_height = 0

    def _arrange(self, across: int) -> None:
        items = (self._grid.itemAtPosition(*divmod(i, across)) for i in range(len(self.panels)))
        if [item.widget() if item is not None else None for item in items] == self.panels:
            return
        for panel in self.panels:
            self._grid.removeWidget(panel)
        for number, panel in enumerate(self.panels):
            self._grid.addWidget(panel, *divmod(number, across), Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
