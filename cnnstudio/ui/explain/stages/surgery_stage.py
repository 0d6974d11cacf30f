"""Surgery: a filter's weights painted by hand, and what becomes of its map and of the accuracy."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QSizePolicy, QSlider, QVBoxLayout, QWidget

from cnnstudio.design.edits.locking import mute
from cnnstudio.nn.explaining.presets import presets
from cnnstudio.nn.graph.graph import GraphError
from cnnstudio.nn.looking.probed import Probed
from cnnstudio.nn.network.network import classifier
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.nn.telling.told import Sentence, worded
from cnnstudio.nn.telling.wording.presets import PRESETS
from cnnstudio.ui.commands.menus import help_entry
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.document.lock_toggle import LockToggle
from cnnstudio.ui.explain.keys import bind_keys
from cnnstudio.ui.explain.pictures.inks import Ink
from cnnstudio.ui.explain.pictures.paint_view import PaintView
from cnnstudio.ui.explain.pictures.tiles import Tiles
from cnnstudio.ui.explain.pictures.volume_view import VolumeView
from cnnstudio.ui.explain.place import Place
from cnnstudio.ui.explain.stages.muting.costs_table import points
from cnnstudio.ui.explain.stages.muting.mute import MUTE, UNMUTE, keep, mute_or_not
from cnnstudio.ui.explain.stages.tested_weights import TESTED, TestedWeights
from cnnstudio.ui.explain.terms import explain_term
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.look.numbers import number_text
from cnnstudio.ui.run.data_source import DataSource
from cnnstudio.ui.run.looked_at import LookedAt, Looking, best_text
from cnnstudio.worker.jobs import Jobs

#: how wide and high a map is at least
_LEAST = 100


class SurgeryStage(QWidget):
    """Follows a place. Every stroke is one undo step of the document; training goes on from there."""

    def __init__(self, place: Place, document: Document, looking: Looking, jobs: Jobs, data: DataSource) -> None:
        super().__init__()
        self.place, self._document, self._looking, self._data = place, document, looking, data
        self._live, self._tested_on = looking.now.live, data.sample
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Stage: surgery on a filter")
        self._baseline: Probed | None = None
        self.tested = TestedWeights(jobs, self)
        self.tested.changed.connect(self._show_accuracy)
        self._draft: NDArray[Any] | None = None
        self._make()
        self._lay_out()
        self._timer = QTimer(self, singleShot=True, interval=200)
        self._timer.timeout.connect(self._test)
        bind_keys(self, place)
        place.layer_changed.connect(self._enter)
        place.values_changed.connect(self._changed)
        place.moved.connect(self._show)
        place.channel_changed.connect(self._show)
        document.changed.connect(self._show_locks)
        looking.changed.connect(self._look)
        data.changed.connect(self._data_changed)

    def _make(self) -> None:
        self.words = label("", "soft", wrap=True)
        self.filters = Tiles("Filters and their maps", upright=True, tile=44)
        self.filters.chosen.connect(self.place.choose_map)
        self.kernel = PaintView("Weights of the filter: paint them")
        self.kernel.painted.connect(self._paint)
        self.kernel.finished.connect(self._commit)
        self.channels = Tiles("Weights for each channel", upright=False, tile=32)
        self.channels.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.channels.chosen.connect(self._choose_slot)
        self.kernel_title = explain_term(label("", "title"), "filter")
        self.brush = QSlider(Qt.Orientation.Horizontal)
        self.brush.setRange(-100, 100)
        self.brush.setValue(100)
        self.brush.setAccessibleName("Brush")
        self.brush.setToolTip("The weight that the left button paints; the right button paints 0")
        self.brush.valueChanged.connect(self._show_brush)
        self.brush_value = label("", "soft")
        self.preset = QPushButton("Lay in a known filter")
        self.preset.setToolTip("Replace the filter's weights by those of Sobel, a blur or an edge filter")
        self.menu = QMenu(self.preset)
        self.menu.setToolTipsVisible(True)
        self.menu.aboutToShow.connect(self._fill_menu)
        self.preset.setMenu(self.menu)
        self.mute = QPushButton()
        self.mute.setCheckable(True)
        self.mute.clicked.connect(self._mute)
        self.lock = LockToggle(self._document)
        self.before, self.now = VolumeView("The map before"), VolumeView("The map now")
        self._maps = (self.before, self.now)
        self.before_title = explain_term(label("Map before", "title"), "feature map")
        self.now_title = explain_term(label("Map now", "title"), "feature map")
        self.accuracy = label("", "heading", wrap=True)
        theme.wear(self.accuracy, "heading-figures")
        self.note = label("", "secondary", wrap=True)
        self.by_class = label("", "soft", wrap=True)
        self.by_class.hide()
        self.by_class.setToolTip("The accuracy of each class before and now, those that changed most first")

    def _lay_out(self) -> None:
        def stacked(*widgets: QWidget) -> QVBoxLayout:
            column = QVBoxLayout()
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(8)
            for widget in widgets:
                column.addWidget(widget)
            column.addStretch(1)
            return column

        self._filters_side = QWidget()
        self._filters_side.setLayout(column := stacked(explain_term(label("Filters", "title"), "filter")))
        self.filters.setMinimumHeight(140)
        # as high as there is room: given a height, it would ask for more
        self.filters.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        column.insertWidget(1, self.filters, 100)
        brush = QWidget()
        line = QHBoxLayout(brush)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(label("brush", "secondary"))
        line.addWidget(self.brush, 1)
        line.addWidget(self.brush_value)
        self.brush_value.setFixedWidth(64)
        middle = QWidget()
        middle.setFixedWidth(250)
        middle.setLayout(stacked(self.kernel_title, self.kernel, self.channels, brush, self.preset, self.mute))
        self.tools = QWidget()
        row = QHBoxLayout(self.tools)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(24)
        row.addWidget(self._filters_side)
        row.addWidget(middle)
        maps = QHBoxLayout()
        maps.setSpacing(16)
        maps.addLayout(stacked(self.before_title, self.before))
        maps.addLayout(stacked(self.now_title, self.now))
        maps.addStretch(1)
        right = QVBoxLayout()
        right.setSpacing(10)
        right.addLayout(maps)
        right.addWidget(self.accuracy)
        right.addWidget(self.note)
        right.addWidget(self.by_class)
        right.addStretch(1)
        row.addLayout(right, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(12)
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(self.words, 1)
        head.addWidget(self.lock, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(head)
        column.addWidget(self.tools, 1)
        column.addStretch()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._enter()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """With small maps: they are as large as there is room, and may not ask for it themselves."""
        needed = super().minimumSizeHint()
        return QSize(needed.width() - sum(max(0, view.width() - _LEAST) for view in self._maps), needed.height())

    # what is looked at

    @property
    def baseline(self) -> Probed:
        """The network before the strokes; only once a layer was entered."""
        assert self._baseline is not None
        return self._baseline

    @property
    def _weights(self) -> NDArray[Any]:
        """Those of the layer's filters; only where there are any."""
        found = self._sliding_weights()
        assert found is not None
        return found

    def _sliding_weights(self) -> NDArray[Any] | None:
        place, now = self.place, self._looking.now
        if not place.ready or place.node not in now.graph:
            return None
        found = now.snapshot.parameters.arrays(place.node).get("weights")
        return found if found is not None and found.ndim == 4 else None

    @property
    def _in_step(self) -> bool:
        """Whether the numbers of the place are those of the network that is looked at; after an edit they come a
        little later, and until then neither has the other's filters."""
        place = self.place
        return place.ready and place.probed.graph == self._looking.now.graph

    @property
    def why_not(self) -> str:
        """Why nothing can be painted here; "" where it can."""
        if self._sliding_weights() is None:
            return "Only layers whose filters slide can be operated on: choose a convolution in the strip above."
        if self._looking.now.live:
            return "A run is under way and its weights are shown. Stop it, then change them by hand."
        return "" if self._in_step else "The numbers of the design as it is now are not there yet."

    def _enter(self) -> None:
        if not self.place.ready or not self.isVisible():
            return
        self._baseline, self._draft = self.place.probed, None
        self._changed()

    def _look(self, now: LookedAt) -> None:
        """A run has begun or ended, which need not bring other numbers."""
        if now.live != self._live:
            self._live = now.live
            self._changed()

    def _changed(self) -> None:
        place = self.place
        if not place.ready or not self.isVisible():
            return
        self._draft = None
        self._show_locks()
        why = self.why_not
        self.tools.setVisible(not why)
        self.words.setText(
            why
            or "Paint the filter's weights: the left button sets the brush's value, the right one 0; or Tab leads to "
            "the filter, the arrow keys to a weight, Space sets it and Backspace makes it 0. Each stroke can be "
            "undone, and training goes on from what you leave."
            + self._of_best
        )
        if why:
            return
        before = self._baseline
        alike = before is not None and before.graph == place.probed.graph and before.image is place.probed.image
        if before is None or not alike or not before.values:
            self._baseline = place.probed
        weights = self._weights
        self._ink = Ink.signed(weights)
        several = weights.shape[0] > 1
        self._filters_side.setVisible(several)
        if several:
            maps = place.probed.values[place.node]
            ink = Ink.of(maps)
            self.filters.show_items(
                weights.shape[0],
                2,
                lambda item: (
                    self._ink.picture(weights[item, :, :, self._slot(item)]),
                    ink.picture(maps[:, :, item]),
                ),
                lambda item: f"Filter {item + 1} and its map" + (", muted" if item in self._all_muted else ""),
            )
        self._show()
        self._timer.start()

    @property
    def _of_best(self) -> str:
        """What a change does to the last weights while the best are looked at."""
        now = self._looking.now
        if not now.best or now.run is None:
            return ""
        return f" These are the {best_text(now.run)} weights: what you change in them takes the place of the last ones."

    def _show_locks(self) -> None:
        """Whether the layer is locked and the filter muted, in the document as it is now."""
        place = self.place
        if not place.ready or not self.isVisible():
            return
        self.lock.show_nodes([place.node])
        if len(place.cell) == 3:
            muted = self._muted
            self.mute.setChecked(muted)
            self.mute.setText("Muted · let it learn again" if muted else "Mute this filter")
            self.mute.setToolTip(UNMUTE if muted else MUTE)

    @property
    def _all_muted(self) -> frozenset[int]:
        """The muted filters of the layer."""
        return self._document.project.design.locks.muted(self.place.node)

    @property
    def _muted(self) -> bool:
        """Whether the filter that is looked at is muted."""
        return self.place.cell[2] in self._all_muted

    def _choose_slot(self, slot: int) -> None:
        channels = self.place.dependences[0].channels.places(self.place.cell[2])
        self.place.look_at_channel(int(channels[slot]))

    def _slot(self, item: int) -> int:
        """Which of the filter's channels is looked at."""
        channels = list(self.place.dependences[0].channels.places(item))
        return channels.index(self.place.channel) if self.place.channel in channels else 0

    def _show(self) -> None:
        place = self.place
        if not place.ready or not self.isVisible() or self.why_not:
            return
        item, weights = place.cell[2], self._weights
        self._show_locks()
        self.filters.mark(item)
        count = weights.shape[3]
        self.channels.setVisible(count > 1)
        if count > 1:
            channels = [int(c) for c in place.dependences[0].channels.places(item)]
            self.channels.show_items(
                count,
                1,
                lambda slot: (self._ink.picture(weights[item, :, :, slot]),),
                lambda slot: f"Weights for channel {channels[slot] + 1}",
            )
            self.channels.mark(self._slot(item))
        kernel = weights[item, :, :, self._slot(item)] if self._draft is None else self._draft
        self.kernel.show_map(kernel, self._ink)
        channel = f", channel {place.channel + 1}" if count > 1 else ""
        self.kernel_title.setText(f"Filter {item + 1}{channel}")
        node = place.node
        before, now = self.baseline.values[node], place.probed.values[node]
        ink = Ink.of(np.concatenate([before, now]))
        self.before.show_map(before[:, :, item], ink)
        self.now.show_map(now[:, :, item], ink)
        self._show_brush()
        self._show_accuracy()
        self._fit()

    def _fit(self) -> None:
        room = self.width() - 32 - 250 - 48 - (self.filters.width() if self._filters_side.isVisibleTo(self) else 0)
        side = int(max(_LEAST, min((room - 16) / 2, self.height() - 190, 320)))
        for view in self._maps:
            view.set_side(side)
        self.kernel.set_side(220)

    # painting

    @property
    def brush_weight(self) -> float:
        """What the left button paints: up to half as much again as the layer's largest weight before the strokes."""
        before = self.baseline.snapshot.parameters.arrays(self.place.node)["weights"]
        most = float(np.abs(before).max()) or 1.0
        return 1.5 * most * self.brush.value() / 100

    def _show_brush(self) -> None:
        if self._sliding_weights() is not None:
            self.brush_value.setText(number_text(self.brush_weight))

    def _paint(self, cell: tuple[int, int], erase: bool) -> None:
        if self.why_not:
            return
        item = self.place.cell[2]
        if self._draft is None:
            self._draft = np.array(self._weights[item, :, :, self._slot(item)])
        if 0 <= cell[0] < self._draft.shape[0] and 0 <= cell[1] < self._draft.shape[1]:
            self._draft[cell] = 0.0 if erase else self.brush_weight
            self.kernel.show_map(self._draft, self._ink)

    def _commit(self) -> None:
        if self._draft is not None:
            item = self.place.cell[2]
            self._change(Sentence("Paint a filter"), item, (slice(None), slice(None), self._slot(item)), self._draft)

    def _fill_menu(self) -> None:
        self.menu.clear()
        weights = self._sliding_weights()
        if weights is None:
            return
        for code in presets(*weights.shape[1:3]):
            words = PRESETS[code]
            help_entry(self.menu.addAction(words.title, partial(self.lay_in, code)), words.sentence)

    def lay_in(self, code: str) -> None:
        """Give the filter a known one's weights, the same for all its channels."""
        weights, item = self._weights, self.place.cell[2]
        kernel = presets(*weights.shape[1:3])[code] / weights.shape[3]
        self._change(Sentence("Lay in “{name}”", name=PRESETS[code].title), item, (), kernel[:, :, None], bias=0.0)

    def _mute(self) -> None:
        """Mute the filter, or let it learn again."""
        if not self.why_not:
            mute_or_not(self._document, self._looking.now, self.place.node, self.place.cell[2])

    def _change(
        self,
        what: Sentence,
        item: int,
        where: tuple[int | slice, ...],
        values: NDArray[Any],
        bias: float | None = None,
    ) -> None:
        """One undo step: some weights of a filter, and its bias. A muted one that gets weights is muted no more."""
        if self.why_not:
            return
        node, snapshot = self.place.node, self._looking.now.snapshot
        parameters = snapshot.parameters.copy()
        arrays = parameters.arrays(node)
        arrays["weights"][(item, *where)] = values
        if bias is not None and "bias" in arrays:
            arrays["bias"][item] = bias
        design = mute(self._document.project.design, node, item, False)
        keep(self._document, self._looking.now, what, snapshot.changed(parameters.frozen()), design)

    # the accuracy

    def _data_changed(self) -> None:
        """Other images: what was found on those before is no accuracy on these."""
        if self._data.sample is not self._tested_on:
            self._tested_on = self._data.sample
            self.tested.forget()
            self._changed()

    def _test(self) -> None:
        """Tell the accuracy of the weights before and now, as a job."""
        place, dataset = self.place, self._data.sample
        if not self.isVisible() or not place.ready or self.why_not or dataset is None:
            return
        try:
            classifier(place.probed.graph)
        except GraphError as error:
            self.note.setText(f"No accuracy: {worded(error)}")
            return
        snapshots = (self.baseline.snapshot, place.probed.snapshot)
        self.tested.test(place.probed.graph, snapshots, dataset.test.take(slice(0, TESTED)))
        self._show_accuracy()

    def _show_accuracy(self) -> None:
        if self._baseline is None or not self.place.ready or self._data.sample is None:
            return
        before = self.tested.accuracy_of(self.baseline.snapshot)
        now = self.tested.accuracy_of(self.place.probed.snapshot)
        words = [f"{100 * value:.1f}\u202f%" if value is not None else "…" for value in (before, now)]
        unchanged = self.baseline.snapshot.parameters is self.place.probed.snapshot.parameters
        self.accuracy.setText(f"Accuracy {words[1]}" if unchanged else f"Accuracy {words[0]} → {words[1]}")
        self.by_class.setText(self._said_by_class() if not unchanged else "")
        self.by_class.setVisible(bool(self.by_class.text()))
        tested = amount(min(TESTED, len(self._data.sample.test)), "test image")
        self.note.setText(f"on the first {tested}, tested in the background after each change")

    def _said_by_class(self) -> str:
        """Which classes are answered better or worse than before, in points."""
        before = self.tested.score_of(self.baseline.snapshot)
        now = self.tested.score_of(self.place.probed.snapshot)
        names = self.place.classes
        if before is None or now is None or len(names) != len(now.classes):
            return ""
        change = now.classes - before.classes
        moved = [place for place in np.argsort(-np.abs(change)).tolist() if abs(change[place]) >= 0.0005]
        if not moved:
            return "No class is answered otherwise than before."
        said = (f"“{names[place]}” {points(change[place])} ({100 * now.classes[place]:.0f}\u202f%)" for place in moved)
        return f"By class, in points: {', '.join(said)}."
