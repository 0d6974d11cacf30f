"""What filters look for: of all images the patches that excite each of them most, and one grown from noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from cnnstudio.nn.arrays import Array
from cnnstudio.nn.explaining.dependence import Cell, as_volume
from cnnstudio.nn.explanation import Probed
from cnnstudio.nn.explanation_looks import STEPS, Excitement, Images, grown, most_exciting, patch_of
from cnnstudio.training.jobs import Job, Jobs, Steps
from cnnstudio.training.lanes import Latest
from cnnstudio.ui import pictures
from cnnstudio.ui.data_source import DataSource
from cnnstudio.ui.explain.keys import bind_keys
from cnnstudio.ui.explain.place import Place
from cnnstudio.ui.explain.side import weights_text
from cnnstudio.ui.explain.terms import explain_term
from cnnstudio.ui.explain.tiles import Tiles
from cnnstudio.ui.labels import label
from cnnstudio.ui.panels.image_view import ImageView
from cnnstudio.ui.wording import amount, figure, thousands

#: of so many images the best are sought, and so many kept for each filter
MOST, KEPT, LISTED = 2000, 9, 5
#: milliseconds between two looks at what the job has found
_POLL = 150


@dataclass(frozen=True, eq=False)
class Search:
    """What was searched: a layer of a network with its weights, and the images."""

    probed: Probed
    node: str
    images: Images


class LooksStage(QWidget):
    """Searches when asked to, as a job; the filter looked at is the place's map."""

    def __init__(self, place: Place, jobs: Jobs, data: DataSource) -> None:
        super().__init__()
        self.place, self._jobs, self._data = place, jobs, data
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.search: Search | None = None
        self.found: Excitement | None = None
        self.job: Job | None = None
        self.growing: Job | None = None
        self._lane: Latest[Excitement] = Latest()
        self._seen = 0
        self._grown_lane: Latest[Array] = Latest()
        self._grown_seen = 0
        self._make()
        self._lay_out()
        self._timer = QTimer(self, interval=_POLL)
        self._timer.timeout.connect(self._poll)
        bind_keys(self, place)
        place.layer_changed.connect(self._enter)
        place.moved.connect(self._moved)

    def _make(self) -> None:
        self.words = label("", "soft", wrap=True)
        self.start = QPushButton("Search the images")
        self.start.setProperty("role", "primary")
        self.start.setToolTip("Look through the training images for what excites each filter of this layer most")
        self.start.clicked.connect(self.begin)
        self.stop = QPushButton("Stop")
        self.stop.setToolTip("End the search; what has been found stays")
        self.stop.clicked.connect(self._stop)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(160)
        self.state = label("", "secondary")
        self.filters = Tiles("Filters and what excites them", upright=True, tile=44)
        self.filters.chosen.connect(self._choose)
        self.filters_title = explain_term(label("Each filter's favourites", "title"), "filter")
        self.title = label("", "title")
        self.patches = [ImageView() for _ in range(KEPT)]
        self.captions = [label("", "secondary") for _ in range(KEPT)]
        self.grow = QPushButton("Grow an image that excites it")
        self.grow.setToolTip("Begin with noise and change the pixels step by step the way that excites the filter more")
        self.grow.clicked.connect(self._grow)
        self.grown = ImageView()
        self.grown_words = label("", "secondary", wrap=True)

    def _lay_out(self) -> None:
        controls = QHBoxLayout()
        controls.setSpacing(10)
        for widget in (self.start, self.stop, self.bar, self.state):
            controls.addWidget(widget)
        controls.addStretch(1)
        left = QVBoxLayout()
        left.setSpacing(6)
        left.addWidget(self.filters_title)
        left.addWidget(self.filters)
        left.addStretch(1)
        grid = QGridLayout()
        grid.setSpacing(8)
        for number, (patch, caption) in enumerate(zip(self.patches, self.captions, strict=True)):
            patch.setFixedSize(88, 88)
            grid.addWidget(patch, 2 * (number // 3), number % 3)
            grid.addWidget(caption, 2 * (number // 3) + 1, number % 3)
        middle = QVBoxLayout()
        middle.setSpacing(6)
        middle.addWidget(self.title)
        middle.addLayout(grid)
        middle.addStretch(1)
        right = QVBoxLayout()
        right.setSpacing(6)
        right.addWidget(self.grow, 0, Qt.AlignmentFlag.AlignLeft)
        self.grown.setFixedSize(196, 196)
        right.addWidget(self.grown)
        right.addWidget(self.grown_words)
        self.grown_words.setFixedWidth(210)
        right.addStretch(1)
        self._results = QWidget()
        line = QHBoxLayout(self._results)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(28)
        for part in (left, middle, right):
            line.addLayout(part)
        line.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(10)
        column.addWidget(self.words)
        column.addLayout(controls)
        column.addWidget(self._results, 1)
        column.addStretch(1)

    def showEvent(self, event) -> None:
        super().showEvent(event)
        self._enter()

    def resizeEvent(self, event) -> None:
        super().resizeEvent(event)
        self.filters.setFixedHeight(max(160, self.height() - 160))

    # searching

    def begin(self) -> None:
        """Search the images for the layer that is looked at."""
        place, dataset = self.place, self._data.sample
        if not place.ready or dataset is None or place.layer.category == "input":
            return
        self._stop()
        search = self.search = Search(place.probed, place.node, dataset.train)
        self.found = None
        lane = self._lane = Latest()
        self._seen = 0

        def work(job: Job) -> Steps:
            most = min(MOST, len(search.images))
            graph, weights = search.probed.graph, search.probed.snapshot
            for found in most_exciting(graph, weights, search.images, search.node, kept=KEPT, most=MOST):
                if job.cancelled():
                    return
                lane.put(found)
                job.report(found.seen / most, f"{thousands(found.seen)} of {thousands(most)} images")
                yield

        self.job = self._jobs.submit(f"What {place.name_of(place.node)} looks for", work)
        self.job.state_changed.connect(lambda _state: self._poll())
        self._timer.start()
        self._poll()

    def _stop(self) -> None:
        for job in (self.job, self.growing):
            if job is not None and not job.over:
                job.cancel()

    def _poll(self) -> None:
        found, self._seen = self._lane.newer_than(self._seen)
        if found is not None:
            self.found = found
            self._show_filters()
        image, self._grown_seen = self._grown_lane.newer_than(self._grown_seen)
        if image is not None:
            self.grown.show_image(image)
        running = [job for job in (self.job, self.growing) if job is not None and not job.over]
        if not running:
            self._timer.stop()
        self.stop.setVisible(bool(running))
        self.bar.setVisible(bool(running))
        if running:
            job = running[0]
            progress = job.progress.value
            waiting = job.state == "queued"
            self.bar.setRange(0, 0 if waiting or progress is None else 1000)
            if progress is not None:
                self.bar.setValue(round(1000 * max(0.0, progress.fraction)))
            self.state.setText("waiting for other work to end" if waiting else progress.text if progress else "")
        elif self.found is not None and self.search is not None:
            step = weights_text(self.search.probed.snapshot)
            self.state.setText(f"{amount(self.found.seen, 'image')} looked at, weights: {step}")
        else:
            self.state.setText("")
        self.start.setEnabled(self.job is None or self.job.over)

    # showing

    def _enter(self) -> None:
        place = self.place
        if not place.ready or not self.isVisible():
            return
        search = self.search
        fits = search is not None and search.node == place.node and search.probed.graph == place.probed.graph
        searchable = place.layer.category != "input"
        self.start.setVisible(searchable)
        things = "filter" if place.layer.category == "convolution" else "map" if len(place.shape) == 3 else "unit"
        images = f"{thousands(min(MOST, len(self._data.sample.train)))} images" if self._data.sample else "images"
        if searchable:
            self.words.setText(
                f"Which pieces of {images} excite each {things} of {place.name_of(place.node)} most? In a trained "
                "network the first layers look for edges and blobs, deeper ones for larger pieces."
            )
        else:
            self.words.setText("The Input layer looks for nothing: choose a layer behind it in the strip above.")
        if not fits:
            self._stop()
            self.search = self.found = None
            self._lane, self._seen = Latest(), 0
        self._results.setVisible(fits and self.found is not None)
        if fits and self.found is not None:
            self._show_filters()
        self._poll()

    def _show_filters(self) -> None:
        if self.found is None or self.search is None or self.search.node != self.place.node:
            return
        self._results.show()
        self.filters.show_items(
            len(self.found.values), LISTED, self._favourites, lambda item: f"What excites number {item + 1} most"
        )
        self.filters.mark(self.place.cell[-1])
        self._moved()

    def _favourites(self, item: int) -> list[QImage]:
        return [picture for picture, _ in (self._patch(item, rank) for rank in range(LISTED)) if picture is not None]

    def _patch(self, item: int, rank: int) -> tuple[QImage | None, Array]:
        """A filter's favourite: its picture and its pixels."""
        assert self.found is not None and self.search is not None
        found, search = self.found, self.search
        if not np.isfinite(found.values[item, rank]):
            return None, np.zeros((1, 1, 1), np.uint8)
        image = search.images.read(np.array([found.images[item, rank]]))[0]
        pixels = patch_of(search.probed.graph, search.node, self._cell(item, rank), image)
        return pictures.image_picture(pixels), pixels

    def _cell(self, item: int, rank: int) -> Cell:
        assert self.found is not None and self.search is not None
        if len(self.search.probed.values[self.search.node].shape) == 1:
            return (item,)
        return (int(self.found.rows[item, rank]), int(self.found.columns[item, rank]), item)

    def _moved(self) -> None:
        found, place = self.found, self.place
        if found is None or not place.ready or not self.isVisible() or place.cell[-1] >= len(found.values):
            return
        item = place.cell[-1]
        self.filters.mark(item)
        if (item, found) == self._shown:
            return
        self._shown = (item, found)
        self.title.setText(f"Favourites of number {item + 1}")
        for rank, (view, caption) in enumerate(zip(self.patches, self.captions, strict=True)):
            picture, pixels = self._patch(item, rank)
            view.setVisible(picture is not None)
            caption.setText(figure(float(found.values[item, rank])) if picture is not None else "")
            if picture is not None:
                view.show_image(pixels)
        if self._grown_of != item:
            self.grown.hide()
            self.grown_words.setText("")

    _shown: tuple[int, Excitement] | None = None
    _grown_of = -1

    def _choose(self, item: int) -> None:
        place = self.place
        if len(place.shape) == 3:
            place.choose_map(item)
        else:
            place.move_to((item,))

    # growing

    def _grow(self) -> None:
        place = self.place
        if not place.ready:
            return
        if self.growing is not None and not self.growing.over:
            self.growing.cancel()
        probed, node, item = place.probed, place.node, place.cell[-1]
        rows, columns, _ = as_volume(place.shape)
        cell = (rows // 2, columns // 2, item) if len(place.shape) == 3 else (item,)
        lane = self._grown_lane = Latest()
        self._grown_seen = 0

        def work(job: Job) -> Steps:
            for number, image in enumerate(grown(probed.graph, probed.snapshot, node, cell), start=1):
                if job.cancelled():
                    return
                lane.put(patch_of(probed.graph, node, cell, image))
                job.report(8 * number / STEPS, f"step {8 * number} of {STEPS}")
                yield

        self._grown_of = item
        self.grown.show()
        self.grown_words.setText(
            f"Grown from noise in {STEPS} steps: the part of an image that number {item + 1} would like best. "
            "Untrained filters like noise."
        )
        self.growing = self._jobs.submit("Growing an image", work)
        self.growing.state_changed.connect(lambda _state: self._poll())
        self._timer.start()
