"""What follows from the choices: what changes in the network, and what the import costs."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from cnnstudio.data.importing import stored
from cnnstudio.data.preparation.measured import Brightness
from cnnstudio.design.analysis.analysis import analyse
from cnnstudio.design.edits.edits import EditRefused
from cnnstudio.design.edits.fitting import fitted
from cnnstudio.design.value.design import Design
from cnnstudio.design.wording.problems import why_not_trainable
from cnnstudio.nn.arrays import Shape, shape_text, thousands
from cnnstudio.nn.layers.input import Input
from cnnstudio.nn.settings import Reals
from cnnstudio.nn.telling.phrases import bytes_text
from cnnstudio.nn.telling.told import worded
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.panels.importing.painted import LayerCard
from cnnstudio.ui.run.epoch_time import duration
from cnnstudio.ui.widgets.layouts.contents import empty
from cnnstudio.ui.widgets.layouts.flow import FlowLayout

#: layers that are shown as they change, and letters of two names of classes
_CARDS, _LONGEST_ENDS = 5, 28
_RIGHT = Qt.AlignmentFlag.AlignRight


class ConsequenceColumn(QWidget):
    """The right column of the sheet."""

    changed = Signal()

    def __init__(self, *, costs: bool = True) -> None:
        super().__init__()
        self.fits = QCheckBox("Fit the network to these pictures")
        self.fits.setChecked(True)
        self.fits.toggled.connect(self.changed)
        self.words = label("", "secondary", wrap=True)
        self.trouble = label("", "error", wrap=True)
        cards = QWidget()
        self.cards = FlowLayout(cards, 4, 4)
        self.figures = QGridLayout()
        for place, share in enumerate((3, 3, 0, 4)):
            self.figures.setColumnStretch(place, share)
        self.figures.setHorizontalSpacing(8)
        self.figures.setVerticalSpacing(6)
        self.costs = QGridLayout()
        self.costs.setColumnMinimumWidth(0, 80)
        self.costs.setColumnStretch(1, 1)
        self.costs.setVerticalSpacing(6)
        #: whether the network takes these pictures once it is fitted
        self.enough = True
        self.used = QProgressBar()
        self.used.setProperty("role", "busy")
        self.used.setTextVisible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        network = _card()
        for widget in (self.fits, self.words, self.trouble):
            _inside(network).addWidget(widget)
        _inside(network).addWidget(cards)
        _inside(network).addLayout(self.figures)
        cost = _card()
        _inside(cost).addWidget(label("What it costs", "title"))
        _inside(cost).addLayout(self.costs)
        _inside(cost).addWidget(self.used)
        column.addWidget(network)
        column.addWidget(cost)
        cost.setVisible(costs)
        column.addWidget(label("Your files are only read. Nothing leaves this computer.", "secondary", wrap=True))
        column.addStretch(1)

    def show_fitting(self, before: Design, shape: Shape, classes: tuple[str, ...], brightness: Brightness) -> None:
        """Show what fitting the network would change in a design that learns from these pictures; ``brightness`` is
        that of all, or of a few of them."""
        empty(self.cards)
        empty(self.figures)
        self.trouble.hide()
        self.enough = True
        try:
            after = fitted(before, shape, classes, brightness)
        except EditRefused as refusal:
            self.fits.setChecked(False)
            self.fits.setEnabled(False)
            self.words.setText(worded(refusal))
            return
        name = before.title or "The network"
        if not self.fits.isChecked():
            reason = why_not_trainable(before, shape, len(classes))
            stays = f"{name} stays as it is."
            self.words.setText(f"{stays} {reason}" if reason else f"{stays} It takes these pictures.")
            return
        reason = why_not_trainable(after, shape, len(classes))
        self.enough = not reason
        self.trouble.setText(f"Fitting alone is not enough: {reason}")
        self.trouble.setHidden(self.enough)
        self._show_cards(before, after)
        self._show_figures(before, after)
        what = f"{name} then takes these pictures; nothing else" if self.enough else f"In {name} nothing but this"
        self.words.setText(
            f"{what} {'in it ' * self.enough}changes, in one step of undo. Weights are drawn anew where their shape "
            "changes."
        )

    def show_costs(self, pictures: int, shape: Shape, seconds: float) -> None:
        """Show what an import of so many pictures takes, by the seconds that one of them took on one core."""
        empty(self.costs)
        size = pictures * shape[0] * shape[1] * shape[2]
        taken = stored.taken()
        rows = (
            ("Time", f"about {duration(max(0.5, pictures * seconds))}, then opened again at once"),
            ("On disk", f"{bytes_text(size)} of the {bytes_text(stored.budget())} for prepared pictures"),
            ("In memory", "read from the disk as needed"),
        )
        for row, (title, words) in enumerate(rows):
            self.costs.addWidget(label(title, "soft"), row, 0)
            self.costs.addWidget(label(words, wrap=True), row, 1)
        self.used.setRange(0, 1000)
        self.used.setValue(min(1000, round(1000 * (taken + size) / stored.budget())))
        self.used.setAccessibleName(f"Prepared pictures take {bytes_text(taken + size)} then")

    def _show_cards(self, before: Design, after: Design) -> None:
        changed = [
            node_id
            for node_id in after.graph.order
            if before.graph.inferred[node_id].output != after.graph.inferred[node_id].output
        ]
        for node_id in _some(after, changed):
            before_text, after_text = (_shape(design, node_id) for design in (before, after))
            colour = theme.current().category(after.graph[node_id].layer.category)
            self.cards.addWidget(LayerCard(after.cards[node_id].name, before_text, after_text, colour))

    def _show_figures(self, before: Design, after: Design) -> None:
        first, then = (_input(design) for design in (before, after))
        costs = [analyse(design.graph) for design in (before, after)]
        rows = [
            ("Mean, about", _short(first.mean), _short(then.mean)),
            ("Deviation", _short(first.deviation), _short(then.deviation)),
            ("Answers", _ends(before.classes), _ends(after.classes)),
        ]
        for node in after.graph:
            units = [getattr(design.graph[node.id].layer, "units", None) for design in (before, after)]
            if units[0] != units[1]:
                rows.append((f"Units of {after.cards[node.id].name}", str(units[0]), str(units[1])))
        old, new = costs
        rows.append(("Parameters", thousands(old.parameters), thousands(new.parameters)))
        rows.append(("MACs a picture", thousands(old.macs), thousands(new.macs)))
        for row, (title, now, then_text) in enumerate(rows):
            stays = now == then_text
            self.figures.addWidget(label(title, "soft", wrap=True), row, 0)
            self.figures.addWidget(_figure("stays" if stays else now, "soft"), row, 1)
            self.figures.addWidget(label("" if stays else "→", "soft"), row, 2)
            self.figures.addWidget(_figure(then_text, "title"), row, 3)
        words = label("One MAC is a multiplication and an addition.", "secondary")
        self.figures.addWidget(words, len(rows), 0, 1, 4)


def _some(design: Design, changed: list[str]) -> list[str]:
    """Of many layers the first, the last that has parameters, and those with parameters between."""
    facts = analyse(design.graph).layers
    shown = [node_id for node_id in changed if facts[node_id].parameters or not design.graph[node_id].inputs]
    return shown if len(shown) <= _CARDS else [*shown[: _CARDS - 1], shown[-1]]


def _short(value: Reals) -> str:
    """What was measured on a few pictures, as exactly as that is."""
    return ", ".join(f"{number:.2f}" for number in (value if isinstance(value, tuple) else (value,)))


def _ends(classes: tuple[str, ...]) -> str:
    """The first and the last name, or how many there are of long ones."""
    if not classes:
        return "–"
    ends = f"{classes[0]} … {classes[-1]}"
    return ends if len(ends) <= _LONGEST_ENDS else f"{thousands(len(classes))} names"


def _shape(design: Design, node_id: str) -> str:
    shape = design.graph.inferred[node_id].output
    return "–" if shape is None else shape_text(shape)


def _input(design: Design) -> Input:
    layer = design.graph[design.graph.images[0]].layer
    assert isinstance(layer, Input)
    return layer


def _figure(words: str, role: str) -> QLabel:
    """At the right; on two lines rather than cut."""
    found = label(words, role, wrap=True)
    found.setAlignment(_RIGHT | Qt.AlignmentFlag.AlignVCenter)
    return found


def _card() -> QFrame:
    made = QFrame()
    made.setProperty("role", "card")
    column = QVBoxLayout(made)
    column.setContentsMargins(14, 12, 14, 12)
    column.setSpacing(8)
    return made


def _inside(card: QFrame) -> QVBoxLayout:
    column = card.layout()
    assert isinstance(column, QVBoxLayout)
    return column
