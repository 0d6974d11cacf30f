"""The stage run backwards: how the gradient of one number adds up, and the trial that confirms it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from cnnstudio.nn.arrays import Array, shape_text
from cnnstudio.nn.explaining.dependence import Cell
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.looking.backward_pass import BackExplanation
from cnnstudio.nn.telling.phrases import place_text
from cnnstudio.nn.telling.told import worded
from cnnstudio.ui.explain.keys import bind_keys
from cnnstudio.ui.explain.parts.ledger_view import LedgerView
from cnnstudio.ui.explain.parts.steps_view import StepsView
from cnnstudio.ui.explain.parts.verdict import Verdict
from cnnstudio.ui.explain.pictures.inks import Ink
from cnnstudio.ui.explain.pictures.rays import Rays
from cnnstudio.ui.explain.pictures.tiles import Tiles
from cnnstudio.ui.explain.pictures.volume_view import VolumeView
from cnnstudio.ui.explain.place import Place, drawn_at
from cnnstudio.ui.explain.stages.back_answers import Answer, Answering
from cnnstudio.ui.explain.terms import explain_term
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.look.numbers import loss_text
from cnnstudio.ui.run.samples import name_of
from cnnstudio.worker.background import Background

MARGIN, GAP = 16, 20
#: how high the pictures are at least and at most; a ledger at least; and the pictures' share of the height beside one
_LEAST, _MOST, _LEAST_LEDGER, _PICTURES = 96, 400, 130, 0.5


class BackStage(QWidget):
    """Follows a place; the weight that is looked at is chosen in the filter."""

    def __init__(self, place: Place, label_of: Callable[[], int]) -> None:
        super().__init__()
        self.place, self._label_of = place, label_of
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Stage: the layer's gradients")
        self._background = Background("Working out the gradients", self)
        self._background.answered.connect(self._answered)
        self._answering = Answering()
        self.answer: Answer | None = None
        #: the node, cell and weight it is the answer for
        self.answered_for: tuple[str, Cell, tuple[int, ...] | None] | None = None
        self.weight: tuple[int, ...] | None = None
        self.loss = explain_term(label("", "soft", wrap=True), "loss")
        self.message = label("", "soft", wrap=True)
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._input_title = explain_term(label("", "title"), "gradient")
        self._output_title = explain_term(label("", "title"), "gradient")
        self._filter_title = label("", "title")
        #: what each is called, the whole first and then what fits into less room
        self._heads: dict[QLabel, tuple[str, ...]] = {}
        self._maps_title = explain_term(label("", "title"), "filter")
        self.input, self.output = VolumeView("Gradient before the layer"), VolumeView("Gradient after the layer")
        self.filter = VolumeView("Weights of the filter: click one")
        self.filters = Tiles("Filters", upright=True, tile=40)
        self.filters.chosen.connect(self._choose_map)
        self.output.pointed.connect(self._output_pointed)
        self.filter.pointed.connect(self._weight_pointed)
        self.caption = label("", "soft", wrap=True)
        self.ledger, self.steps = LedgerView(), StepsView()
        self.ledger.pointed.connect(self._term_pointed)
        self.verdict = Verdict()
        self._lay_out()
        bind_keys(self, place)
        place.layer_changed.connect(self._enter)
        place.values_changed.connect(self._ask)
        place.moved.connect(self._moved)
        place.channel_changed.connect(self._channel_changed)

    def _lay_out(self) -> None:
        def stacked(title: QWidget, *views: QWidget) -> QWidget:
            box = QWidget()
            column = QVBoxLayout(box)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(6)
            column.addWidget(title)
            for view in views:
                column.addWidget(view)
            column.addStretch(1)
            return box

        self._row = QWidget()
        line = QHBoxLayout(self._row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(GAP)
        self._boxes = (
            stacked(self._input_title, self.input),
            stacked(self._filter_title, self.filter),
            stacked(self._output_title, self.output),
            stacked(self._maps_title, self.filters),
        )
        line.addWidget(self._boxes[0])
        line.addWidget(_BackArrow())
        for box in self._boxes[1:]:
            line.addWidget(box)
        line.addStretch(1)
        self.rays = Rays(self._row)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, 12, MARGIN, 12)
        column.setSpacing(10)
        for widget in (self.loss, self._row, self.caption):
            column.addWidget(widget)
        column.addWidget(self.ledger, 100)
        column.addWidget(self.steps)
        column.addWidget(self.verdict)
        column.addWidget(self.message, 1)
        column.addStretch(1)
        for widget in (self.message, self._row, self.caption, self.ledger, self.steps, self.verdict, self.loss):
            widget.hide()  # until there is an answer

    def shutdown(self) -> None:
        """Wait for the worker to end. Safe to call twice."""
        self._background.shutdown()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._enter()

    # asking

    def _enter(self) -> None:
        self.weight = None
        if self.place.ready and self.isVisible():
            self._choose_weight()
            self._ask()

    def _weights(self) -> Array | None:
        if not self.place.ready:
            return None
        return self.place.probed.site(self.place.node).arrays.get("weights")

    def _choose_weight(self) -> None:
        """The weight at the same place of the current cell's filter, or the first one."""
        weights, cell = self._weights(), self.place.cell
        if weights is None:
            self.weight = None
        elif weights.ndim == 2:
            column = self.weight[1] if self.weight is not None and len(self.weight) == 2 else 0
            self.weight = (cell[0], column)
        else:
            ky, kx = self.weight[-3:-1] if self.weight is not None else (weights.shape[-3] // 2, weights.shape[-2] // 2)
            channels = list(self.place.dependences[0].channels.places(cell[2]))
            place = channels.index(self.place.channel) if self.place.channel in channels else 0
            self.weight = (*(cell if weights.ndim == 6 else cell[2:]), int(ky), int(kx), place)

    def _moved(self) -> None:
        if self.isVisible() and self.place.ready:
            before = self.weight
            self._choose_weight()
            if self.weight is None or self.weight != before:
                self._ask()
            else:
                self._show_marks()

    def _channel_changed(self) -> None:
        self._moved()

    def _ask(self) -> None:
        place = self.place
        if not place.ready or not self.isVisible():
            return
        right = self._label_of()
        if right < 0:
            self._say("The way back begins at the right answer, and this picture has none: choose a sample.")
            return
        work = partial(self._answering.answer, place.probed, right, place.node, place.cell, self.weight)
        question, graph = (place.node, place.cell, self.weight), place.probed.graph
        self._background.ask(lambda: (graph, question, work()))

    # answering

    def _say(self, sentence: str) -> None:
        self.message.setText(sentence)
        for widget in (self._row, self.caption, self.ledger, self.steps, self.verdict, self.loss):
            widget.setVisible(not sentence)
        self.message.setVisible(bool(sentence))

    def _answered(self, told: tuple[Graph, tuple[str, Cell, tuple[int, ...] | None], Answer]) -> None:
        graph, question, answer = told
        place = self.place
        if not place.ready or answer.node != place.node or graph != place.probed.graph:
            return  # the cell that is looked at may not be on the old map
        self.answer, self.answered_for = answer, question
        self._say(answer.sentence)
        if answer.sentence:
            return
        right = self._label_of()
        name = name_of(self.place.classes, right)
        self.loss.setText(
            f"Loss of this image: −log p(“{name}”) = {loss_text(answer.probability, answer.loss)}. "
            "A gradient says how the loss changes when a number is made a little larger."
        )
        self._show_maps(answer)
        found = answer.found
        part = found.part if found is not None else None
        gridded = part is not None and bool(part.blocks)
        self.ledger.setVisible(gridded)
        self.steps.setVisible(part is not None and not gridded)
        self.verdict.setVisible(found is not None)
        if part is None:
            self.caption.setText(
                "The gradient of a cell goes to all numbers of the image here, in many parts."
                if place.inputs
                else "Here the way back ends: images have no gradient that is used."
            )
        else:
            self.caption.setText(worded(part.caption))
            if gridded:
                image = place.probed.graph[place.inputs[0]].layer.category == "input"
                self.ledger.show_part(part, Ink.of(part.blocks[0].left, image=image), part.blocks[0].channel)
            else:
                self.steps.show_part(part)
                self.steps.setFixedHeight(self.steps.content_height)
        if found is not None:
            self.verdict.show_found(found, self._what(found))
        self._show_marks()
        self._fit()

    def _what(self, found: BackExplanation) -> str:
        if found.source is not None:
            return f"∂loss/∂input at {place_text(found.source)}"
        assert self.weight is not None
        if len(self.weight) == 2:
            return f"∂loss/∂weight {self.weight[1] + 1} of unit {self.weight[0] + 1}"
        *_, ky, kx, _place = self.weight
        return f"∂loss/∂weight at row {ky + 1}, column {kx + 1}"

    def _show_maps(self, answer: Answer) -> None:
        place, gradient = self.place, answer.output
        assert gradient is not None  # only an answer that is a sentence has none
        volume = gradient.ndim == 3
        number = place.cell[-1]
        shown = gradient[:, :, number] if volume else gradient
        self.output.show_map(shown, Ink.signed(gradient))
        which = f" · map {number + 1} of {gradient.shape[2]}" if volume else ""
        self._heads[self._output_title] = (f"Gradient after{which}", f"After{which}", "After")
        self._boxes[0].setVisible(answer.input is not None)
        if answer.input is not None:
            flat = answer.input.ndim == 1
            found = answer.found
            own = place.channel_of(0)
            channel = found.source[2] if found is not None and found.source and len(found.source) == 3 else own
            self.input.show_map(answer.input if flat else answer.input[:, :, channel], Ink.signed(answer.input))
            of = "" if flat else f" · {shape_text(answer.input.shape[:2])}, map {channel + 1}"
            self._heads[self._input_title] = (f"Gradient before{of}", f"Before{of}", "Before")
        weights = self._weights()
        sliding = weights is not None and weights.ndim in (4, 6) and self.weight is not None
        self._boxes[1].setVisible(sliding)
        if weights is not None and self.weight is not None and sliding:
            kernel = weights[self.weight[:-3]][:, :, self.weight[-1]]
            self.filter.show_map(kernel, Ink.signed(weights))
            self._heads[self._filter_title] = (f"Filter {number + 1}: point at a weight", f"Filter {number + 1}")
        self._boxes[2].setVisible(place.layer.category != "output")  # the loss is computed from the logits
        self._boxes[3].setVisible(volume and gradient.shape[2] > 1)
        self._maps_title.setText("Filters" if sliding else "Maps")
        if volume and gradient.shape[2] > 1:
            ink = Ink.signed(gradient)
            self.filters.show_items(
                gradient.shape[2],
                1,
                lambda item: (ink.picture(gradient[:, :, item]),),
                lambda item: f"Gradient of map {item + 1}",
            )
            self.filters.mark(number)

    def _show_marks(self) -> None:
        place, answer = self.place, self.answer
        if answer is None or answer.output is None:
            return
        self.output.mark_cell(drawn_at(place.cell))
        source = answer.found.source if answer.found is not None else None
        self.input.mark_winner(None if source is None else drawn_at(source))
        weight = self.weight
        self.filter.mark_cell(None if weight is None or len(weight) < 4 else (weight[-3], weight[-2]))
        self.rays.join([self.input] if source is not None else [], self.output)

    # the pointer

    def _output_pointed(self, cell: tuple[int, int]) -> None:
        place = self.place
        if place.ready:
            place.move_to((*cell, place.cell[2]) if len(place.shape) == 3 else (cell[1],))

    def _term_pointed(self, term: tuple[int, int, int] | None) -> None:
        """Mark the position a product of the ledger is from, and the number the weight met there."""
        place, after, before = self.place, None, None
        if term is not None and place.ready and self.weight is not None and len(self.weight) == 4:
            (seen, *_), (_, row, column) = place.dependences, term
            rows, columns = seen.rows.table, seen.columns.table
            if rows is not None and columns is not None and row < len(rows) and column < len(columns):
                after, met = (row, column), (int(rows[row, self.weight[1]]), int(columns[column, self.weight[2]]))
                before = met if all(0 <= at < extent for at, extent in zip(met, seen.shape, strict=False)) else None
        self.output.mark_spot(after)
        self.input.mark_spot(before)

    def _weight_pointed(self, cell: tuple[int, int]) -> None:
        weights = self._weights()
        if weights is None or self.weight is None or len(self.weight) < 4:
            return
        if all(at < extent for at, extent in zip(cell, weights.shape[-3:-1], strict=True)):  # it may just have shrunk
            chosen = (*self.weight[:-3], *cell, self.weight[-1])
            if chosen != self.weight:
                self.weight = chosen
                self._show_marks()
                self._ask()

    def _choose_map(self, number: int) -> None:
        self.place.choose_map(number)

    # size

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()
        super().resizeEvent(event)

    def _fit(self) -> None:
        """Share the height between the pictures and the account below them."""
        wide = self.width() - 2 * MARGIN
        words = sum(
            text.heightForWidth(max(1, wide)) for text in (self.loss, self.caption, self.verdict) if not text.isHidden()
        )
        title = self._output_title.sizeHint().height() + 6
        high = self.height() - words - title - 24 - 5 * 10
        if self.ledger.isVisibleTo(self):
            self.ledger.set_room(max(_LEAST_LEDGER, int((1 - _PICTURES) * high)))
            high -= min(self.ledger.content_height + 8, max(_LEAST_LEDGER, int((1 - _PICTURES) * high)))
        elif self.steps.isVisibleTo(self):
            high -= self.steps.content_height
        shown = sum(box.isVisibleTo(self) for box in self._boxes[:3]) or 1
        tiles = self._boxes[3].isVisibleTo(self)
        room = wide - 34 - (shown + tiles) * GAP - (self.filters.width() if tiles else 0)
        views, titles = (
            (self.input, self.filter, self.output),
            (self._input_title, self._filter_title, self._output_title),
        )
        used = 0
        for box, view, head in zip(self._boxes, views, titles, strict=False):
            view.set_room(room / shown, max(_LEAST, min(high, _MOST)), 48)
            heads, written = self._heads.get(head, ("",)), head.fontMetrics().horizontalAdvance
            head.setText(next((text for text in heads if written(text) <= room / shown), heads[-1]))
            box.setFixedWidth(max(view.width(), head.sizeHint().width()))
            used = max(used, view.height() if box.isVisibleTo(self) else 0)
        self._row.setFixedHeight(used + title)
        self.filters.setFixedHeight(used)
        self.rays.raise_()


class _BackArrow(QWidget):
    """From right to left: gradients come back."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(34)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.current().category("merge"), 2))
        start, end = QPointF(self.width() - 2, self.height() / 2), QPointF(2, self.height() / 2)
        painter.drawLine(start, end)
        painter.drawLine(end, end + QPointF(7, -6))
        painter.drawLine(end, end + QPointF(7, 6))
        painter.drawText(QRectF(0, end.y() + 6, self.width(), 16), Qt.AlignmentFlag.AlignCenter, "∂")
