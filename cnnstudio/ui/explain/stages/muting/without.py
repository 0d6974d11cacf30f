"""The network without each filter of a layer: a table that fills in the background, and a button to mute one."""

from __future__ import annotations

from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from cnnstudio.nn.graph.graph import GraphError
from cnnstudio.nn.network.network import classifier
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.nn.telling.told import worded
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.explain.place import Place
from cnnstudio.ui.explain.stages.muting.costs import Costs
from cnnstudio.ui.explain.stages.muting.costs_table import CostsTable
from cnnstudio.ui.explain.stages.muting.mute import MUTE, UNMUTE, is_muted, mute_or_not
from cnnstudio.ui.explain.stages.tested_weights import TESTED
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.run.data_source import DataSource
from cnnstudio.ui.run.looked_at import Looking
from cnnstudio.worker.jobs import Jobs

#: of larger layers these many are measured around the chosen filter first
_FIRST = 32


class Without(QWidget):
    """Measures while it is shown, for the layer and weights that are looked at."""

    def __init__(self, place: Place, jobs: Jobs, data: DataSource, document: Document, looking: Looking) -> None:
        super().__init__()
        self.place, self._data, self._document, self._looking = place, data, document, looking
        self.costs = Costs(jobs, self)
        self.costs.changed.connect(self._show)
        self.table = CostsTable()
        self.table.chosen.connect(place.choose_map)
        self.state = label("", "secondary", wrap=True)
        self.mute = QPushButton("Mute this filter")
        self.mute.setToolTip(f"{MUTE} (M)")
        self.mute.clicked.connect(self.mute_chosen)
        line = QHBoxLayout()
        line.setSpacing(12)
        line.addWidget(self.mute)
        line.addWidget(self.state, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(line)
        column.addWidget(self.table, 1)
        self.table.mute_asked.connect(self.mute_chosen)
        place.layer_changed.connect(self._enter)
        place.values_changed.connect(self._enter)
        place.moved.connect(self._show)
        document.changed.connect(self._show)

    @property
    def why_not(self) -> str:
        """Why nothing can be measured; "" where it can."""
        place = self.place
        if not place.ready or place.node not in self._looking.now.graph:
            return "The numbers of the design as it is now are not there yet."
        weights = place.probed.snapshot.parameters.arrays(place.node).get("weights")
        if weights is None or weights.ndim != 4:
            return "Only layers whose filters slide have filters to be muted."
        if self._looking.now.live:
            return "A run is under way and its weights are shown. Stop it, then see what its filters are worth."
        if self._data.sample is None:
            return "There are no test images."
        try:
            classifier(place.probed.graph)
        except GraphError as error:
            return f"No accuracy: {worded(error)}"
        return ""

    def mute_chosen(self) -> None:
        """Mute the filter that is looked at, or let it learn again."""
        if not self.why_not and self.place.probed.graph == self._looking.now.graph:
            mute_or_not(self._document, self._looking.now, self.place.node, self.place.cell[-1])

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._enter()

    def hideEvent(self, event: QHideEvent) -> None:
        self.costs.stop()
        super().hideEvent(event)

    def _enter(self) -> None:
        if not self.isVisible():
            return
        place, sample = self.place, self._data.sample
        if not self.why_not and sample is not None:
            unfinished = self.costs.job is None or self.costs.job.state != "done"
            busy = self.costs.job is not None and not self.costs.job.over
            if not self.costs.are_of(place.probed.snapshot, place.node) or (unfinished and not busy):
                order = _around(place.cell[-1], place.shape[-1])
                examples = sample.test.take(slice(0, TESTED))
                self.costs.measure(place.probed.graph, place.probed.snapshot, place.node, order, examples)
        self._show()

    def _show(self) -> None:
        if not self.isVisible():
            return
        why, place = self.why_not, self.place
        for widget in (self.table, self.mute):
            widget.setVisible(not why)
        if why:
            self.state.setText(why)
            return
        costs = self.costs
        muted = self._document.project.design.locks.muted(place.node)
        self.table.show_costs(costs.whole, costs.found, place.classes, muted)
        self.table.mark(place.cell[-1])
        chosen = is_muted(self._document, place.node, place.cell[-1])
        number = place.cell[-1] + 1
        self.mute.setText(f"Let filter {number} learn again" if chosen else f"Mute filter {number}")
        self.mute.setToolTip(f"{UNMUTE if chosen else MUTE} (M)")
        done, whole = len(costs.found), costs.whole
        said = f"{done} of {amount(place.shape[-1], 'filter')} tested"
        if whole is not None:
            said += f"; with all of them {100 * whole.accuracy:.1f}\u202f% are right"
        if self._data.sample is not None:
            tested = amount(min(TESTED, len(self._data.sample.test)), "test image")
            said += f", on the first {tested}"
        self.state.setText(f"{said}.")


def _around(chosen: int, count: int) -> list[int]:
    """All filters, in large layers those around the chosen one first: these are in sight."""
    first = max(0, min(chosen - _FIRST // 2, count - _FIRST)) if count > _FIRST else 0
    last = min(count, first + _FIRST)
    return [*range(first, last), *range(first), *range(last, count)]
