"""Looking into the network: what its layers say to one image, computed beside window and training."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.looking.inspect import inspect
from cnnstudio.nn.parameters.parameters import Snapshot
from cnnstudio.worker.background import Background
from cnnstudio.worker.refresh_rate import RefreshRate

#: seconds between the beginnings of two inspections: the least, and the most where drawing them is slow
PAUSE, LONGEST = 0.1, 0.5
#: how much of the window's time may go into drawing them
SHARE = 0.03

Image = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class _Request:
    graph: Graph
    snapshot: Snapshot
    image: Image
    wants: frozenset[str]


@dataclass(frozen=True, eq=False)
class Maps:
    """What some layers say to an image: node id → float32 (H, W, C) or (units,), and for which graph,
    weights and image that holds. ``wants`` are the nodes that were asked for."""

    graph: Graph
    snapshot: Snapshot
    image: Image
    values: Mapping[str, Floats]
    wants: frozenset[str] = frozenset()


class Inspection(QObject):
    """The picture that is looked at and the feature maps it gives. The latest request wins; at most ten a second are
    computed for one picture. Another picture is looked at without a pause: a hand has drawn or chosen it.

    Close it with ``shutdown`` before it goes.
    """

    #: node id → float32 (H, W, C) or (units,), as in ``maps``
    maps_changed = Signal(object)
    image_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.image: Image | None = None
        self.label = ""
        self.result: Maps | None = None
        self._asked: _Request | None = None
        self._background = Background("Looking into the network", self, pause=PAUSE)
        self._background.answered.connect(self._hear)
        self._refresh_rate = RefreshRate(PAUSE, LONGEST, SHARE, self)

    @property
    def pause(self) -> float:
        """The seconds between the beginnings of two inspections of the same picture."""
        return self._refresh_rate.pause

    @property
    def maps(self) -> Mapping[str, Floats]:
        """The newest feature maps by node id; empty before the first."""
        return self.result.values if self.result is not None else {}

    @property
    def snapshot_step(self) -> int:
        """The step whose weights the maps show; 0 for untrained ones and before there are any."""
        return self.result.snapshot.step if self.result is not None else 0

    def set_image(self, image: Image | None, label: str = "") -> None:
        """Look at another image, uint8 (H, W, C); ``label`` says what it shows (“digit “7””)."""
        self.image, self.label = image, label
        self.image_changed.emit()
        if self._asked is not None and image is not None:
            self._background.set_pause(0.0)
            self.request(self._asked.graph, self._asked.snapshot, self._asked.wants)

    def request(self, graph: Graph, snapshot: Snapshot, wants: Iterable[str]) -> None:
        """Ask for the maps of some nodes. The answer comes with ``maps_changed``; without an image there is
        none."""
        image = self.image if self.image is not None else np.zeros((0, 0, 0), np.uint8)
        self._asked = _Request(graph, snapshot, image, frozenset(wants))
        if self.image is not None:
            self._background.ask(partial(_answer, self._asked))

    def shutdown(self) -> None:
        """Wait for the answer under way and ask no more. Safe to call twice."""
        self._background.shutdown()

    def _hear(self, answer: Maps) -> None:
        if answer.image is self.image:
            self.result = answer
            self._set_pause()
            self._refresh_rate.begin(self._set_pause)
            self.maps_changed.emit(answer.values)

    def _set_pause(self) -> None:
        """As long as drawing asks for; none while another picture waits."""
        asked, result = self._asked, self.result
        if asked is None or result is None or asked.image is result.image:
            self._background.set_pause(self._refresh_rate.pause)


def _answer(request: _Request) -> Maps:
    found = inspect(request.graph, request.snapshot, request.image[None], request.wants)
    return Maps(
        request.graph,
        request.snapshot,
        request.image,
        {node: value[0].astype(np.float32, copy=False) for node, value in found.items()},
        request.wants,
    )
