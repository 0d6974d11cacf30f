"""Keeps the feature maps on the screen in step with the newest weights there are, and computes no others."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, QTimer

from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.parameters.parameters import Snapshot
from cnnstudio.ui.run.looked_at import LookedAt, Looking
from cnnstudio.worker.inspection import Inspection

#: milliseconds from a movement of the view to the question for what has come into it
SOON = 30

#: the nodes of a graph whose maps a part of the window shows now, or None while nobody can see it
Looker = Callable[[Graph], Iterable[str] | None]


class LiveMaps(QObject):
    """Asks the inspection for maps of what is looked at, and looks at newer weights while a run is under way.

    Parts that show maps say with ``watch`` which they show; without any, all are computed. While no part is seen no
    question is asked.
    """

    def __init__(self, looking: Looking, inspection: Inspection, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._looking, self._inspection = looking, inspection
        self._shown: tuple[Graph, Snapshot] | None = None
        self._asked: frozenset[str] = frozenset()
        self._lookers: list[Looker] = []
        self._timer = QTimer(self, interval=round(500 * inspection.pause))
        self._timer.timeout.connect(self._poll)
        self._soon = QTimer(self, interval=SOON, singleShot=True)
        self._soon.timeout.connect(self._look)
        looking.changed.connect(self._follow)
        self._follow(looking.now)

    def watch(self, *lookers: Looker) -> None:
        """Compute what these show as well."""
        self._lookers += lookers
        self.look_again()

    def look_again(self, *_: object) -> None:
        """Something else may have come into sight."""
        self._soon.start()

    def _look(self) -> None:
        if self._shown is not None:
            wants = self._wants(self._shown[0])
            if wants is not None and not wants <= self._asked:
                self._request(*self._shown)

    def _wants(self, graph: Graph) -> frozenset[str] | None:
        """What is looked at; None while nobody looks."""
        if not self._lookers:
            return frozenset(graph.order)
        found = [nodes for looker in self._lookers if (nodes := looker(graph)) is not None]
        return frozenset().union(*found) if found else None

    def _follow(self, now: LookedAt) -> None:
        if now.live and not self._timer.isActive():
            self._timer.start()
        elif not now.live:
            self._timer.stop()
        wanted = (now.graph, now.snapshot)
        if now.snapshot.parameters.costly:  # as is said of the design; training makes them
            return
        if self._shown is None or any(a is not b for a, b in zip(wanted, self._shown, strict=True)):
            self._request(*wanted)

    def _poll(self) -> None:
        """Newer weights come a moment after they were asked for; more of them than can be looked at are not."""
        self._timer.setInterval(round(500 * self._inspection.pause))
        now = self._looking.now
        if self._wants(now.graph if now.run is None else now.run.design.graph) is not None:
            self._looking.follow_run()

    def _request(self, graph: Graph, snapshot: Snapshot) -> None:
        self._shown = (graph, snapshot)
        self._asked = self._wants(graph) or frozenset()
        self._inspection.request(graph, snapshot, self._asked)
