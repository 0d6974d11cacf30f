"""Beside the stage: the image, the weights, and why the layer's numbers are what they are."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from cnnstudio.nn.arrays import shape_text, thousands
from cnnstudio.nn.explaining.dependence import Region
from cnnstudio.nn.looking.probed import receptive_field
from cnnstudio.nn.looking.sharing import sharing
from cnnstudio.nn.parameters.parameters import Snapshot
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.nn.telling.told import worded
from cnnstudio.runs.run import Run
from cnnstudio.ui.explain.around.bench import can_be_tried
from cnnstudio.ui.explain.around.predict.predict import Predict
from cnnstudio.ui.explain.around.predict.predict_card import PredictCard, PredictToggle
from cnnstudio.ui.explain.pictures.inks import Ink
from cnnstudio.ui.explain.pictures.volume_view import VolumeView
from cnnstudio.ui.explain.place import Place
from cnnstudio.ui.explain.terms import explain_term
from cnnstudio.ui.look import pictures, theme
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.panels.maps.sample_chooser import SampleChooser
from cnnstudio.ui.panels.maps.weights_chooser import WeightsChooser
from cnnstudio.ui.run.looked_at import Looking, best_text, is_best
from cnnstudio.ui.run.samples import Samples
from cnnstudio.ui.widgets.layouts.contents import empty, widgets_in
from cnnstudio.ui.widgets.reasons.reason_card import Card, ReasonCard

#: milliseconds a cell must be looked at until its receptive field is worked out
_SETTLED = 20


class Side(QScrollArea):
    """Follows a place."""

    bench_asked = Signal()

    def __init__(self, place: Place, samples: Samples, looking: Looking, predict: Predict) -> None:
        super().__init__()
        self.place, self._predict = place, predict
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setProperty("role", "panel")
        theme.fix_width(self, 300)
        inside = QWidget()
        inside.setProperty("role", "scrolled")
        inside.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        self.setWidget(inside)
        self.heading = label("", "heading", wrap=True)
        self.words = label("", "soft", wrap=True)
        self._make_image_card(samples, looking)
        self._why = QVBoxLayout()
        self._why.setSpacing(8)
        column = QVBoxLayout(inside)
        column.setContentsMargins(16, 14, 16, 16)
        column.setSpacing(8)
        self.predict_toggle, self.predict_card = PredictToggle(predict), PredictCard(predict)
        # what was ticked is answered next
        self.predict_toggle.clicked.connect(self._answer_next)
        head = QHBoxLayout()
        head.addWidget(self.heading, 1)
        head.addWidget(self.predict_toggle, 0, Qt.AlignmentFlag.AlignVCenter)
        column.addLayout(head)
        for widget in (self.predict_card, self.words, self.image_card):
            column.addWidget(widget)
        column.addLayout(self._why)
        predict.changed.connect(self._show_predicted)
        column.addStretch(1)
        self._field_timer = QTimer(self, singleShot=True, interval=_SETTLED)
        self._field_timer.timeout.connect(self._show_field)
        self._order = column
        place.layer_changed.connect(self._enter)
        place.values_changed.connect(self._new_values)
        place.moved.connect(self._field_timer.start)

    def _make_image_card(self, samples: Samples, looking: Looking) -> None:
        self.image_card = Card("Looking at")
        explain_term(self.image_card.heading, "sample")
        self.subject = label("", "title", wrap=True)
        self.chooser = SampleChooser(samples)
        self.which = WeightsChooser(looking)
        self.weights = explain_term(label("", "secondary", wrap=True), "snapshot")
        self.photo = VolumeView("The image, with what the cell depends on")
        self.photo.setToolTip("Tinted: all pixels the cell depends on")
        self.field = explain_term(label("", "", wrap=True), "receptive field")
        words = QVBoxLayout()
        words.setSpacing(4)
        for widget in (self.subject, self.weights):
            words.addWidget(widget)
        words.addStretch(1)
        line = QHBoxLayout()
        line.setSpacing(12)
        line.addWidget(self.photo, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(words, 1)
        # below its heading: “Mistake 12 of 240” leaves no room beside it
        self.image_card.column.addWidget(self.chooser, 0, Qt.AlignmentFlag.AlignLeft)
        self.image_card.column.addLayout(line)
        self.image_card.column.addWidget(self.which, 0, Qt.AlignmentFlag.AlignLeft)
        self.image_card.column.addWidget(self.field)

    def show_subject(self, subject: str, snapshot: Snapshot) -> None:
        """What the image shows, and which weights the numbers are of."""
        self.subject.setText(subject)
        self.weights.setText(f"weights: {weights_text(snapshot, self.place.run)}")

    def _answer_next(self, predicts: bool) -> None:
        if predicts:
            self.predict_card.focus_field()

    def _enter(self) -> None:
        place = self.place
        empty(self._why)
        if not place.ready:
            return
        layer, shapes = place.layer, place.input_shapes
        self.heading.setText(place.name_of(place.node))
        self.words.setText(worded(layer.explanation(shapes)))
        for reason in layer.reasons(shapes):
            self._why.addWidget(ReasonCard(reason.words))
            if reason.about == "size" and can_be_tried(layer):
                button = QPushButton("Try other numbers on the bench →")
                button.setProperty("role", "link")
                button.setToolTip("Other sizes, kernels, strides and paddings, without touching the design")
                button.clicked.connect(self.bench_asked)
                self._why.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        card = sharing_card(place)
        if card is not None:
            self._why.addWidget(card)
        self._show_predicted()
        self._new_values()

    def _show_predicted(self) -> None:
        """The reasons would give away what is to be predicted."""
        hidden = self._predict.hidden
        self.words.setVisible(not hidden)
        seen = not hidden & {"shape", "parameters"}
        for widget in widgets_in(self._why):
            widget.setVisible(seen)

    def _new_values(self) -> None:
        place = self.place
        if not place.ready:
            return
        image = place.probed.image
        grey = image[:, :, 0].astype(np.float32)
        picture = pictures.image_picture(image) if image.shape[2] >= 3 else None
        self.photo.show_map(grey, Ink(pictures.Scale(0.0, 255.0, False), grey=True), picture=picture)
        self.photo.set_side(104)
        self._show_field()

    def _show_field(self) -> None:
        place = self.place
        if not place.ready:
            return
        fields = receptive_field(place.probed.graph, place.node, place.cell)
        entry = next((node for node in place.probed.graph.images if node in fields), None)
        if entry is None:
            return
        region = fields[entry]
        self.photo.shade(region.cells_inside)
        self.field.setText(field_words(region))


def field_words(region: Region) -> str:
    """How much of the image a cell depends on, in a sentence. Its size is counted in pixels of the image, as in the
    inspector; padding is told apart."""
    inside = region.cells_inside
    padding = int(region.cells.sum() - inside.sum())
    around = f" and {amount(padding, 'cell')} of padding" if padding else ""
    if not inside.any():
        return f"Receptive field: this cell depends on no pixel at all{around and ', only on padding'}."
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    height, width = int(rows[-1] - rows[0]) + 1, int(columns[-1] - columns[0]) + 1
    share = 100 * inside.sum() / inside.size
    words = f"Receptive field: {shape_text((height, width))}, {amount(int(inside.sum()), 'pixel')} of the image"
    holes = ", with holes between them" if int(inside.sum()) < height * width else ""
    return f"{words} ({share:.3g}\u202f%){holes}{around}."


def weights_text(snapshot: Snapshot, run: Run | None) -> str:
    """“step 2 811 (trained)”, “best (epoch 7), step 2 100”, “untrained”, trained and then changed by edit or by hand,
    or brought from another program."""
    if run is not None and is_best(snapshot, run):
        return f"{best_text(run)}, step {thousands(snapshot.step)}"
    if snapshot.run:
        return f"step {thousands(snapshot.step)} (trained)"
    if snapshot.step:
        return f"step {thousands(snapshot.step)}, then changed"
    return "untrained" if snapshot.drawn else "not trained here"


def sharing_card(place: Place) -> Card | None:
    """The layer counted three ways; None for layers without a sliding filter."""
    counts = sharing(place.layer, place.input_shapes)
    if counts is None:
        return None
    card = Card("Parameter sharing")
    explain_term(card.heading, "parameter sharing")
    grid = QGridLayout()
    grid.setHorizontalSpacing(10)
    grid.setVerticalSpacing(2)
    rows = (
        ("", "parameters", "multiplications", ""),
        ("shared", counts.shared, counts.local_macs, "One filter is used at every position."),
        ("unshared", counts.unshared, counts.local_macs, "Every position has filters of its own."),
        ("dense", counts.dense, counts.dense_macs, "Every output cell is connected to every input cell."),
    )
    current = {"conv2d": 1, "depthwise_conv2d": 1, "locally_connected2d": 2}.get(place.layer.kind)
    for line, (name, parameters, macs, tip) in enumerate(rows):
        for column, text in enumerate((name, parameters, macs)):
            shown = thousands(text) if isinstance(text, int) else str(text)
            made = label(shown, "secondary" if line == 0 else "title" if line == current else "")
            made.setFont(theme.tabular(made.font()))
            made.setToolTip(tip)
            made.setAlignment(Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight)
            grid.addWidget(made, line, column)
    grid.setColumnStretch(0, 1)
    card.column.addLayout(grid)
    (seen,) = place.dependences
    window = place.layer.window(place.input_shapes)
    assert window is not None
    read = shape_text((*window.kernel, len(seen.channels.places(0))))
    whole = shape_text(place.input_shapes[0])
    words = f"Local connectivity: a cell looks at {read} numbers instead of all {whole}."
    card.column.addWidget(explain_term(label(words, "secondary", wrap=True), "local connectivity"))
    return card
