"""Looking into the network: what its layers say to one image, computed on a second worker beside training."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QObject, Qt, QThread, Signal

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.graph import Graph
from cnnstudio.nn.looking.inspect import inspect
from cnnstudio.nn.network.threads import one_blas_thread
from cnnstudio.nn.parameters import Snapshot
from cnnstudio.worker.failures import Failure, bug, tell
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


class Probe(QObject):
    """The probe image and the feature maps it gives. The latest request wins; at most ten a second are
    computed.

    Close it with ``shutdown`` before it goes.
    """

    #: node id → float32 (H, W, C) or (units,), as in ``maps``
    maps_changed = Signal(object)
    image_changed = Signal()
    _told = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.image: Image | None = None
        self.label = ""
        self.result: Maps | None = None
        self._asked: _Request | None = None
        self._worker = _Worker(self)
        self._refresh_rate = RefreshRate(PAUSE, LONGEST, SHARE, self)
        self._told.connect(self._hear, Qt.ConnectionType.QueuedConnection)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.shutdown)

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
            self.request(self._asked.graph, self._asked.snapshot, self._asked.wants)

    def request(self, graph: Graph, snapshot: Snapshot, wants: Iterable[str]) -> None:
        """Ask for the maps of some nodes. The answer comes with ``maps_changed``; without an image there is
        none."""
        image = self.image if self.image is not None else np.zeros((0, 0, 0), np.uint8)
        self._asked = _Request(graph, snapshot, image, frozenset(wants))
        if self.image is not None:
            self._worker.ask(self._asked)

    def shutdown(self) -> None:
        """Wait for the worker to end. Safe to call twice."""
        self._worker.close()

    def _hear(self, answer: Maps | Failure) -> None:
        if isinstance(answer, Failure):
            tell(answer, self)
            return
        if answer.image is self.image:
            self.result = answer
            self._refresh_rate.begin(self._set_pause)
            self.maps_changed.emit(answer.values)

    def _set_pause(self) -> None:
        self._worker.pause = self._refresh_rate.pause


class _Worker(QThread):
    def __init__(self, probe: Probe) -> None:
        super().__init__(probe)
        self.setObjectName("probe")
        self._probe = probe
        self._condition = threading.Condition()
        self._wanted: _Request | None = None
        self._closing = False
        self.pause = PAUSE

    def ask(self, request: _Request) -> None:
        with self._condition:
            if self._closing:
                return
            self._wanted = request
            self._condition.notify()
        if not self.isRunning():
            self.start(QThread.Priority.LowPriority)

    def close(self) -> None:
        with self._condition:
            self._closing = True
            self._condition.notify()
        self.wait()

    def run(self) -> None:
        begun = -LONGEST
        while (request := self._next(begun)) is not None:
            begun = time.monotonic()
            try:
                self._probe._told.emit(_answer(request))
            except Exception as error:  # noqa: BLE001 - a bug in one inspection must not take the worker
                self._probe._told.emit(bug("Looking into the network", error))

    def _next(self, begun: float) -> _Request | None:
        """The latest request, not before the pause is over; None once closed."""
        with self._condition:
            while not self._closing:
                left = begun + self.pause - time.monotonic()
                if self._wanted is not None and left <= 0:
                    request, self._wanted = self._wanted, None
                    return request
                self._condition.wait(left if self._wanted is not None else None)
            return None


def _answer(request: _Request) -> Maps:
    with one_blas_thread():
        found = inspect(request.graph, request.snapshot, request.image[None], request.wants)
    return Maps(
        request.graph,
        request.snapshot,
        request.image,
        {node: value[0].astype(np.float32, copy=False) for node, value in found.items()},
        request.wants,
    )
