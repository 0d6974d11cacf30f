"""What filters look for: of all images the patches that excite each of them most, and patterns grown from noise."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.nn.arrays import thousands
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.looking.exciting.grown_patterns import STEPS
from cnnstudio.nn.network.network import ends_of
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.nn.telling.told import Told, worded
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.explain.around.side import weights_text
from cnnstudio.ui.explain.keys import bind_keys
from cnnstudio.ui.explain.pictures.tiles import Tiles
from cnnstudio.ui.explain.place import Place
from cnnstudio.ui.explain.stages.most_exciting_search import KEPT, Finder, Subject
from cnnstudio.ui.explain.stages.muting.without import Without
from cnnstudio.ui.explain.stages.patterns_through import Through
from cnnstudio.ui.explain.stages.weights_and_change import WeightsAndChange
from cnnstudio.ui.explain.terms import explain_term
from cnnstudio.ui.look import pictures
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.look.numbers import number_text
from cnnstudio.ui.run.data_source import DataSource
from cnnstudio.ui.run.looked_at import Looking
from cnnstudio.ui.widgets.focused import keyboard_stays
from cnnstudio.ui.widgets.images.image_view import ImageView
from cnnstudio.worker.jobs import Jobs

#: so many favourites are listed beside each filter's number
LISTED = 5
#: sides of the large pattern and of a favourite, in pixels
_PATTERN, _PATCH, _GAP = (140, 320), (56, 128), 8


class MostExcitingStage(QWidget):
    """Searches and grows when asked to, as jobs; the filter looked at is the place's map."""

    #: a layer is to be looked at, by node id
    layer_asked = Signal(str)

    def __init__(
        self,
        place: Place,
        jobs: Jobs,
        data: DataSource,
        names: Callable[[], dict[str, str]],
        document: Document,
        looking: Looking,
    ) -> None:
        super().__init__()
        self.place, self._data = place, data
        self.weights = WeightsAndChange(place, lambda: document.project.design.recipe.seed)
        self.without = Without(place, jobs, data, document, looking)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("What filters look for")
        self.finder = Finder(jobs, self)
        self.finder.changed.connect(self._show)
        self._make(names)
        self._lay_out()
        bind_keys(self, place)
        place.layer_changed.connect(self._enter)
        place.values_changed.connect(self._enter)
        place.moved.connect(self._show)

    def _make(self, names: Callable[[], dict[str, str]]) -> None:
        self.words = label("", "soft", wrap=True)
        self.start = QPushButton("Search the images")
        self.start.setProperty("role", "primary")
        self.start.setToolTip(
            "Look through all images that the data gives for training, also those that a run keeps of them for "
            "validation, for what excites each filter of this layer most"
        )
        self.start.clicked.connect(self.begin)
        self.grow = QPushButton("Grow patterns")
        self.grow.setToolTip(
            "Begin with noise and change the pixels, step by step, the way that excites each filter more"
        )
        self.grow.clicked.connect(self.begin_growing)
        self.all = QPushButton("Through the network")
        self.all.setCheckable(True)
        self.all.setToolTip("A few patterns of every layer below each other: edges become pieces, and pieces objects")
        self.all.toggled.connect(self._turn)
        self.through = Through(names, lambda: self.place.classes)
        self.through.chosen.connect(self._look_closer)
        self.costs = QPushButton("What muting costs")
        self.costs.setCheckable(True)
        self.costs.setToolTip(
            "Test the network without each of this layer’s filters: which does it need most, and for which class?"
        )
        self.costs.toggled.connect(self._count)
        self.stop = QPushButton("Stop")
        self.stop.setToolTip("End the work; what has been found stays")
        self.stop.clicked.connect(self.finder.stop)
        #: the button that the work under way was begun with
        self._begun = self.start
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(160)
        self.state = label("", "secondary")
        self.filters = Tiles("Filters and what excites them", upright=True, tile=44)
        self.filters.chosen.connect(self._choose)
        # as high as there is room: told from the height of all, it would make that higher, and so on
        self.filters.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.filters.setMinimumHeight(160)
        self.filters_title = explain_term(label("", "title"), "filter")
        self.title = label("", "title")
        self.patches = [ImageView() for _ in range(KEPT)]
        for patch in self.patches:
            patch.setFixedSize(_PATCH[0], _PATCH[0])
        self.captions = [label("", "secondary") for _ in range(KEPT)]
        self.pattern_title = explain_term(label("", "title"), "pattern")
        self.pattern = ImageView()
        self.pattern_words = label("", "secondary", wrap=True)

    def _lay_out(self) -> None:
        controls = QHBoxLayout()
        controls.setSpacing(10)
        for widget in (self.start, self.grow, self.all, self.costs, self.stop, self.bar, self.state):
            controls.addWidget(widget)
        controls.addStretch(1)
        grid = QGridLayout()
        grid.setSpacing(_GAP)
        grid.setVerticalSpacing(2)
        for number, (patch, caption) in enumerate(zip(self.patches, self.captions, strict=True)):
            grid.addWidget(patch, 2 * (number // 3), number % 3)
            grid.addWidget(caption, 2 * (number // 3) + 1, number % 3)
        self._columns = [QWidget() for _ in range(3)]
        inside: tuple[tuple[QWidget | QGridLayout, ...], ...] = (
            (self.filters_title, self.filters),
            (self.pattern_title, self.pattern, self.pattern_words),
            (self.title, grid),
        )
        line = QHBoxLayout()
        line.setSpacing(24)
        for part, things in zip(self._columns, inside, strict=True):
            upright = QVBoxLayout(part)
            upright.setContentsMargins(0, 0, 0, 0)
            upright.setSpacing(6)
            for thing in things:
                upright.addLayout(thing) if isinstance(thing, QGridLayout) else upright.addWidget(thing)
            if self.filters not in things:
                upright.addStretch(1)
            line.addWidget(part)
        line.addStretch(1)
        self.results = QWidget()
        self.results.setLayout(line)
        line.setContentsMargins(0, 0, 0, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(10)
        column.addWidget(self.words)
        column.addLayout(controls)
        column.addWidget(self.weights)
        column.addWidget(self.results, 1)
        column.addWidget(self.through, 1)
        column.addWidget(self.without, 1)
        self.through.hide()
        self.without.hide()
        column.addStretch(0)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._enter()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    # asking

    @property
    def _subject(self) -> Subject | None:
        """What is looked at, where it looks for anything."""
        place, dataset = self.place, self._data.sample
        if not place.ready or dataset is None or place.layer.category == "input":
            return None
        return Subject(place.probed, place.node, dataset.train)

    def begin(self) -> None:
        """Search the images for the layer that is looked at."""
        subject = self._subject
        if subject is not None:
            self._see_one_layer()
            self._begun = self.start
            self.finder.search(subject, self.place.name_of(subject.node))

    def begin_growing(self) -> None:
        """Grow a pattern for each filter of the layer, the chosen one's first."""
        subject = self._subject
        if subject is not None:
            self._see_one_layer()
            self._begun = self.grow
            self.finder.grow(subject, self.place.name_of(subject.node), self.place.cell[-1])

    def _see_one_layer(self) -> None:
        """What excites it, and neither all layers nor what muting costs."""
        self.all.setChecked(False)
        self.costs.setChecked(False)

    def _turn(self, through: bool) -> None:
        """Show all layers instead of one, or the other way round."""
        if through:
            self.costs.setChecked(False)
        if through and self.place.ready:
            self._begun = self.all
            self.finder.travel(self.place.probed)
        self._enter()

    def _count(self, counted: bool) -> None:
        """Show what muting each filter costs instead of what excites it, or the other way round."""
        if counted:
            self.all.setChecked(False)
        self.without.setVisible(counted)
        self._enter()
        if counted and self.costs.hasFocus() and self.without.table.isVisible():
            self.without.table.setFocus(Qt.FocusReason.OtherFocusReason)  # its keys are those of the hint below

    def _look_closer(self, node: str, item: int) -> None:
        """From all layers to one filter of one of them."""
        self.all.setChecked(False)
        self.layer_asked.emit(node)
        self._choose(item)

    # showing

    def _enter(self) -> None:
        place = self.place
        if not place.ready or not self.isVisible():
            return
        subject, looks = self._subject, place.layer.category != "input"
        for button in (self.start, self.grow):
            button.setVisible(looks)
        self.costs.setVisible(place.layer.category == "convolution")
        if place.layer.category != "convolution":
            self.costs.setChecked(False)
        self.words.setText(self._introduction(subject))
        if subject is not None:
            self.finder.look_at(subject)
        self._show()

    def _introduction(self, subject: Subject | None) -> str:
        if self.all.isChecked():
            return (
                "Patterns that excite a few filters of every layer, from the first to the last. In a trained network "
                "edges and blobs become pieces, and pieces whole objects. Click a pattern to look at its filter."
            )
        if self.costs.isChecked():
            return (
                "The network is tested without each filter, one after the other: what it loses, in points of accuracy, "
                "on the whole and for each class. The dearest come first. Nothing is trained anew."
            )
        if self.place.layer.category == "input":
            return "The Input layer looks for nothing: choose a layer behind it in the strip above."
        images = amount(len(subject.images), "image") if subject is not None else "all images"
        name = self.place.name_of(self.place.node)
        return (
            f"Which pieces of {images} excite each {self._thing} of {name} most, and which pattern "
            "would excite it more than any image? In a trained network the first layers look for edges and blobs, "
            "deeper ones for larger pieces, the last for whole objects."
        )

    @property
    def _thing(self) -> str:
        if self.place.layer.category == "convolution":
            return "filter"
        return "map" if len(self.place.shape) == 3 else "unit"

    def _show(self) -> None:
        if not self.place.ready or not self.isVisible():
            return
        self._show_progress()
        self.weights.setVisible(not (self.all.isChecked() or self.costs.isChecked()) and self.weights.possible)
        self.weights.follow()
        subject, found = self._subject, self.finder.found
        if (
            subject is None
            or found is None
            or not found.subject.same_layer(subject)
            or self.all.isChecked()
            or self.costs.isChecked()
            or (found.excitement is None and not found.patterns)
        ):
            found = None
        through = self.finder.through
        self.through.setVisible(self.all.isChecked() and through is not None)
        if self.all.isChecked() and through is not None:
            self.through.show_patterns(*through)
        self.results.setVisible(found is not None)
        if found is None:
            self._listed = None
            return
        self._columns[1].setVisible(bool(found.patterns))
        self._columns[2].setVisible(found.excitement is not None)
        listed = (found, found.excitement, found.patterns)
        if self._listed is None or any(a is not b for a, b in zip(listed, self._listed, strict=True)):
            self._listed = listed
            across = bool(found.patterns) + (LISTED if found.excitement is not None else 0)
            self.filters.show_items(self.place.shape[-1], across, self._tile, self._tip, self._classes)
            both = (
                "favourites" if not found.patterns else "pattern" if found.excitement is None else "pattern, favourites"
            )
            self.filters_title.setText(f"Each {self._thing}'s {both}")
        self._show_item(self.place.cell[-1])
        self._fit()

    _listed: tuple[object, ...] | None = None

    def _show_progress(self) -> None:
        finder, subject = self.finder, self._subject
        job = finder.running
        with keyboard_stays(self._begun, self.stop):
            for widget in (self.stop, self.bar):
                widget.setVisible(job is not None)
            self.start.setEnabled(finder.searching is None or finder.searching.over)
            self.grow.setEnabled(finder.growing is None or finder.growing.over)
        found = finder.found
        if job is not None:
            progress = job.progress.value
            waiting = job.state == "queued"
            self.bar.setRange(0, 0 if waiting or progress is None else 1000)
            if progress is not None:
                self.bar.setValue(round(1000 * max(0.0, progress.fraction)))
            done = worded(progress.text) if progress else ""
            self.state.setText("waiting for other work to end" if waiting else done)
        elif found is not None and subject is not None and found.subject.same_layer(subject):
            told = []
            if found.excitement is not None:
                told.append(f"{amount(found.excitement.seen, 'image')} looked at")
            told.append(f"weights: {weights_text(found.subject.probed.snapshot, self.place.run)}")
            if not finder.is_current(subject):
                told.append("they have changed since")
            self.state.setText(", ".join(told))
        else:
            self.state.setText("")

    def _tile(self, item: int) -> list[QImage]:
        found = self.finder.found
        if found is None:
            return []
        pattern = found.patterns.get(item)
        made = [] if not found.patterns else [QImage() if pattern is None else pictures.image_picture(pattern)]
        patches = (found.patch(item, rank) for rank in range(LISTED)) if found.excitement is not None else ()
        return [*made, *(patch[0] for patch in patches if patch is not None)]

    @property
    def _classes(self) -> tuple[str, ...]:
        """What the units of the layer are called; () where they have no names."""
        classes, place = self.place.classes, self.place
        answers = len(place.shape) == 1 and place.node in _answers(place.probed.graph)
        return classes if answers and len(classes) == place.shape[-1] else ()

    def _name(self, item: int) -> str:
        """A class by its name, anything else by its number."""
        classes = self._classes
        return f"“{classes[item]}”" if classes else f"{self._thing} {thousands(item + 1)}"

    def _tip(self, item: int) -> str:
        return f"What excites {self._name(item)} most"

    def _show_item(self, item: int) -> None:
        found = self.finder.found
        if found is None or item >= self.place.shape[-1]:
            return
        self.filters.mark(item)
        self.title.setText(f"Favourites of {self._name(item)}")
        for rank, (view, caption) in enumerate(zip(self.patches, self.captions, strict=True)):
            patch = found.patch(item, rank)
            view.setVisible(patch is not None)
            caption.setText("")
            if patch is not None and found.excitement is not None:
                caption.setText(number_text(float(found.excitement.values[item, rank])))
                view.show_image(patch[1])
        self.pattern_title.setText(f"Pattern of {self._name(item)}")
        pattern = found.patterns.get(item)
        self.pattern.setVisible(pattern is not None)
        if pattern is not None:
            self.pattern.show_image(pattern)
        self.pattern_words.setText(
            f"Grown from noise in {STEPS} steps: the part of an image it would like best. Fine grain is smoothed "
            "away on the way. Untrained filters like noise."
            if pattern is not None
            else "Not grown yet."
        )

    def _choose(self, item: int) -> None:
        place = self.place
        if len(place.shape) == 3:
            place.choose_map(item)
        else:
            place.move_to((item,))

    # size

    def _fit(self) -> None:
        if (layout := self.layout()) is not None:
            layout.activate()  # by now the results are where they will be
        room = self.width() - 32 - self.filters.width() - 48
        high = self.height() - self.results.y() - 40
        both = self._columns[1].isVisibleTo(self.results) and self._columns[2].isVisibleTo(self.results)
        side = int(min(max(_PATTERN[0], (0.42 if both else 1.0) * room), _PATTERN[1], max(_PATTERN[0], high - 60)))
        self.pattern.setFixedSize(side, side)
        self.pattern_words.setFixedWidth(side)
        rest = room - (side + 24 if both else 0) - 2 * _GAP
        fitting = self.patches[0].height() + (self._room() - self.minimumSizeHint().height()) // 3
        patch = int(min(max(_PATCH[0], rest / 3), _PATCH[1], max(_PATCH[0], fitting)))
        for view in self.patches:
            view.setFixedSize(patch, patch)

    def _room(self) -> int:
        """How high it may be without being scrolled. Its own height may be more, for it is as high as it must be."""
        around = self.parentWidget()
        while around is not None and not isinstance(around, QScrollArea):
            around = around.parentWidget()
        inside = around.widget() if around is not None else None
        if around is None or inside is None:
            return self.height()
        return around.viewport().height() - (inside.height() - self.height())


def _answers(graph: Graph) -> tuple[str, ...]:
    """The layers whose units are the classes: those of the answer, and of the sums it is made from."""
    ends = ends_of(graph)
    return () if isinstance(ends, Told) else (ends.softmax, ends.logits)
