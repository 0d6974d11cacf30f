"""The chain of backpropagation on the user's network: each number on the way from the loss to one weight."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHeaderView, QPushButton, QTreeWidget, QTreeWidgetItem

from cnnstudio.lessons.live.way_back import Link, WayBack, way_back
from cnnstudio.nn.graph.graph import GraphError
from cnnstudio.nn.looking.backward_pass import BackExplanation
from cnnstudio.nn.telling.phrases import place_text
from cnnstudio.nn.telling.told import worded
from cnnstudio.ui.learn.views.live_view import WorkedOutView, unchanged
from cnnstudio.ui.look.labels import label, plain_tip
from cnnstudio.ui.look.numbers import loss_text, number_text
from cnnstudio.ui.run.run_control import RunControl
from cnnstudio.ui.run.samples import Samples, spoken

_COLUMNS = {
    "Number": "The number on the way back: where it stands in which layer’s output, at last a weight",
    "Value": "What it is for this picture",
    "Gradient": "How the loss changes when this number grows by 1, by backpropagation",
    "By trying": "The same found by moving the number a little and measuring the loss again",
}
_ROW = 22
#: what a cell keeps free beside its words, and above and below two lines of them
_INSET, _AROUND = 18, 10


class WayBackView(WorkedOutView):
    """``looked`` counts the numbers that were pointed out, ``links`` how many there are."""

    def __init__(self, run_control: RunControl, samples: Samples) -> None:
        super().__init__("From the loss back to one weight", "Way back", "Following the loss back")
        self._run_control, self._samples = run_control, samples
        self._looked: set[int] = set()
        self.way: WayBack | None = None
        self.message = label("", "soft", wrap=True)
        self.rows = _Rows()
        self.rows.currentItemChanged.connect(self._chosen)
        self.first = self.rows
        self.because = label("", "soft", wrap=True)
        self.because.setMinimumHeight(48)  # three lines: rows and canvas stay where they are while one walks
        self.rows.hide()
        self.because.hide()
        self.other = QPushButton("Other picture")
        self.other.setToolTip("Take the next test picture of the data, on the cards as well")
        self.other.clicked.connect(lambda: self._samples.step(1))
        for widget in (self.message, self.rows, self.because):
            self.column.addWidget(widget)
        self.other.hide()
        self.head.addWidget(self.other)
        run_control.data.changed.connect(self._enter)
        samples.changed.connect(self._enter)

    @property
    def numbers(self) -> Mapping[str, int]:
        """See ``LiveView``."""
        return {} if self.way is None else {"looked": len(self._looked), "links": len(self.way.links)}

    def count_anew(self) -> None:
        """See ``LiveView``."""
        self._looked.clear()

    def _enter(self) -> None:
        now, sample = self._now, self._run_control.data.sample
        if now is None or not self.isVisible():
            return
        graph, snapshot = now.graph, now.snapshot
        if sample is None:
            self._tell("Waiting for the pictures…")
            return
        computed = graph.computable.order
        if not computed or tuple(sample.image_shape) != graph.shape(computed[0]):
            self._tell("The pictures of the data do not fit the Input: there is no way back to be seen.")
            return
        # the one on the cards; a picture of one's own has no class that would be right
        place = self._samples.index % len(sample.test)
        key = (graph, snapshot, sample, place)
        if unchanged(key, self._key):
            return
        self._key = key
        if self.way is None:
            self.message.setText("Following the gradients back…")
            self.message.show()
        image, right = sample.test.read(slice(place, place + 1))[0], int(sample.test.labels[place])

        cards = self._cards

        def name_of(node: str) -> str:
            return cards[node].name if node in cards else graph[node].layer.title

        def work() -> tuple[tuple[Any, ...], WayBack | str]:
            try:
                return key, way_back(graph, snapshot, image, right, name_of)
            except GraphError as error:
                return key, worded(error)

        self._background.ask(work)

    def _answered(self, told: tuple[tuple[Any, ...], WayBack | str]) -> None:
        key, found = told
        if key is not self._key:
            return
        if isinstance(found, str):
            self._tell(f"{found} Then its gradients can be followed here.")
            self._key = key
            return
        if self._now is None or self._now.graph is not key[0]:
            self._key = ()  # edited during training: its layers may be gone
            return
        self.way = found
        _, _, sample, place = key
        shown = spoken(sample.classes, int(sample.test.labels[place]))
        self.title.setText(f"From the loss back to one weight, for a picture of {shown}")
        self._show()

    def _tell(self, sentence: str) -> None:
        self._key, self.way = (), None
        self.message.setText(sentence)
        for widget in (self.rows, self.because, self.other):
            widget.hide()
        self.message.show()

    def _show(self) -> None:
        way, now = self.way, self._now
        assert way is not None and now is not None
        self._looked.clear()
        self.rows.blockSignals(True)
        self.rows.clear()
        first = ("Loss", number_text(way.loss), "1", "")
        why = f"The loss is −log of the probability of the right class: {loss_text(way.probability, way.loss)}."
        self.rows.add(first, f"{why} All gradients say how it changes.")
        for link in way.links:
            name = self.name_of(now.graph, link.node)
            found = link.found
            check = "✓" if found.confirmed else "≠"
            texts = (
                f"{name} · {_where(link, now.classes)}",
                number_text(link.value),
                number_text(found.engine),
                f"{tried_text(found)} {check}",
            )
            self.rows.add(texts, worded(link.because))
        self.rows.blockSignals(False)
        self.rows.fit()
        self.because.setText("Choose a number to read where its gradient comes from.")
        self.message.hide()
        for widget in (self.rows, self.because, self.other):
            widget.show()
        self.changed.emit()

    def _chosen(self, item: QTreeWidgetItem | None, _before: QTreeWidgetItem | None) -> None:
        if item is None or self.way is None:
            return
        place = self.rows.indexOfTopLevelItem(item)
        self._looked.add(place)
        self.because.setText(item.data(0, Qt.ItemDataRole.UserRole))
        if place:
            self.node_asked.emit(self.way.links[place - 1].node)
        self.changed.emit()


class _Rows(QTreeWidget):
    """The numbers, one under the other, all in sight."""

    def __init__(self) -> None:
        super().__init__()
        self.setColumnCount(len(_COLUMNS))
        self.setHeaderLabels(list(_COLUMNS))
        for place, tip in enumerate(_COLUMNS.values()):
            self.headerItem().setToolTip(place, tip)
        self.setRootIsDecorated(False)
        self.setWordWrap(True)
        self.setAccessibleName("The way back, from the loss to one weight")
        self.setToolTip("Choose a number to read where its gradient comes from; the arrow keys walk along the way")
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionsMovable(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for place in (1, 2, 3):
            header.setSectionResizeMode(place, QHeaderView.ResizeMode.ResizeToContents)

    def add(self, texts: tuple[str, ...], because: str) -> None:
        """One more number."""
        item = QTreeWidgetItem(self, list(texts))
        item.setData(0, Qt.ItemDataRole.UserRole, because)
        for place in range(len(texts)):
            item.setToolTip(place, plain_tip(f"{texts[0]}\n{because}"))
            if place:
                item.setTextAlignment(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def fit(self) -> None:
        """As high as its rows; a name that is too long for one line has two."""
        room, metrics, high = self.header().sectionSize(0) - _INSET, self.fontMetrics(), 0
        for item in filter(None, map(self.topLevelItem, range(self.topLevelItemCount()))):
            lines = 2 if metrics.horizontalAdvance(item.text(0)) > room else 1
            item.setSizeHint(0, QSize(0, _ROW if lines == 1 else 2 * metrics.lineSpacing() + _AROUND))
            high += item.sizeHint(0).height()
        self.setFixedHeight(self.header().sizeHint().height() + high + 4)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()


def _where(link: Link, classes: tuple[str, ...]) -> str:
    """A number by its place; a class by its name."""
    if not link.weight and link.answer and link.cell[0] < len(classes):
        return f"“{classes[link.cell[0]]}”"
    if not link.weight:
        return place_text(link.cell)
    if len(link.cell) == 2:
        return f"weight {link.cell[1] + 1} of unit {link.cell[0] + 1}"
    *lead, row, column, _ = link.cell
    return f"filter {lead[-1] + 1 if lead else 1}: row {row + 1}, column {column + 1}"


def tried_text(found: BackExplanation) -> str:
    """What trying gives; at a corner that the gradient lies in the middle of, what it gives to both sides."""
    if found.corner and not found.met:
        return " … ".join(number_text(slope) for slope in sorted(found.slopes))
    return number_text(found.nearest)
