"""The inspector without a single layer to show: the whole design, or the sums of a selection."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from cnnstudio.design.analysis.analysis import analyse
from cnnstudio.design.edits.locking import trainable_parameters
from cnnstudio.design.value.design import Design
from cnnstudio.design.wording.problems import why_not_trainable
from cnnstudio.nn.arrays import shape_text, thousands
from cnnstudio.nn.telling.phrases import amount, bytes_text
from cnnstudio.nn.telling.told import Told
from cnnstudio.runs.verdicts.wording import verdict_text
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.document.lock_toggle import LockToggle
from cnnstudio.ui.document.naming import name_design
from cnnstudio.ui.document.stale_result import stale_result
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.panels.inspector.recipe_form import RecipeForm
from cnnstudio.ui.widgets.fields.name_field import NameField
from cnnstudio.ui.widgets.reasons.reason_card import Card
from cnnstudio.worker.training.session import State


class _Figures(QWidget):
    """Names on the left, figures on the right."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 4, 0, 4)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(0, 1)
        self.rows: dict[str, tuple[QLabel, QLabel]] = {}

    def show_figures(self, figures: dict[str, str]) -> None:
        """Show these figures, always of the same names; one that is "" is left out."""
        for row, (name, value) in enumerate(figures.items()):
            title, figure = self.rows.get(name) or self._add_row(name, row)
            figure.setText(value)
            for part in (title, figure):
                part.setVisible(bool(value))

    def _add_row(self, name: str, row: int) -> tuple[QLabel, QLabel]:
        title, figure = self.rows[name] = label(name, "soft"), label()
        figure.setFont(theme.tabular(figure.font()))
        self._grid.addWidget(title, row, 0)
        self._grid.addWidget(figure, row, 1, Qt.AlignmentFlag.AlignRight)
        return title, figure


def _learning(design: Design, parameters: int, nodes: Iterable[str] | None = None) -> str:
    """How many of the parameters training moves; "" if all."""
    learning = trainable_parameters(design, nodes)
    return thousands(learning) if learning != parameters else ""


_TRAINING = "Pause holds the run, Stop ends it and keeps its weights."
_BUSY: dict[State, str] = {
    "loading": _TRAINING,
    "running": _TRAINING,
    "paused": "Training is paused. Resume goes on, Stop ends the run and keeps its weights. Meanwhile you can click a "
    "layer, test the network or change the learning rate.",
    "stopping": "The run ends and keeps its weights.",
}


class DesignSummary(QWidget):
    """Title, sums, and what to do next."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self.name = NameField("design")
        self.name.setPlaceholderText("Untitled design")
        self.name.renamed.connect(self._rename)
        self._kind = label("", "soft", wrap=True)
        self.figures = _Figures()
        self._data: tuple[tuple[int, ...], int, str] = ((), 0, "")
        self._images = ""
        self._state: State = "idle"
        self._epoch = ""
        self._verdict: Told | None = None
        self._next = Card("What to do next")
        self._text = label("", wrap=True)
        self._next.column.addWidget(self._text)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(14, 11, 16, 16)
        whole.setSpacing(3)
        whole.addWidget(self.name)
        column = QVBoxLayout()
        column.setContentsMargins(6, 0, 0, 0)  # the name itself, not its frame, stands in line with what is below
        column.setSpacing(8)
        whole.addLayout(column, 1)
        column.addWidget(self._kind)
        column.addWidget(self.figures)
        column.addWidget(self._next)
        self.recipe = RecipeForm(document)
        column.addWidget(self.recipe)
        column.addStretch(1)
        document.history_changed.connect(self._show_next)  # how far it is back to the trained weights

    @property
    def advice(self) -> str:
        """What it says is to be done next."""
        return self._text.text()

    def show_design(
        self, image_shape: tuple[int, ...] = (), classes: int = 0, missing_data: str = "", fingerprint: str = ""
    ) -> None:
        """Show the design as it is now; shape, classes and fingerprint of the data where they are known, or what is
        missing."""
        design = self._document.project.design
        self.recipe.refresh()
        facts = analyse(design.graph)
        self.name.show_name(design.title)
        self._kind.setText("Click a layer to see its settings and where its numbers come from.")
        inputs = design.graph.computable.images
        figures = {
            "Input": shape_text(design.graph.shape(inputs[0])) if inputs else "none yet",
            "Layers": thousands(len(design.graph)),
            "Parameters": thousands(facts.parameters),
            "of which learn": _learning(design, facts.parameters),
            "MACs per image": thousands(facts.macs),
            "Activations of a batch": bytes_text(facts.activation_bytes(design.recipe.batch_size)),
            "Weights": bytes_text(facts.weight_bytes),
        }
        self.figures.show_figures(figures)
        self._data, self._images = (image_shape, classes, missing_data), fingerprint
        self._show_next()

    def _rename(self, name: str) -> None:
        name_design(self._document, name)
        self.name.show_name(self._document.project.design.title)

    def show_state(self, state: State) -> None:
        """Whether a run is under way."""
        self._state = state
        self._show_next()

    def show_epoch(self, epoch: str) -> None:
        """How far the run under way is; "" if that is not known."""
        if epoch != self._epoch:
            self._epoch = epoch
            self._show_next()

    def show_verdict(self, verdict: Told | None) -> None:
        """What is to be thought of the run that is shown; None where nothing has been trained."""
        if verdict != self._verdict:
            self._verdict = verdict
            self._show_next()

    def _show_next(self) -> None:
        design, run = self._document.project.design, self._document.project.run
        reason = why_not_trainable(design, *self._data)
        if self._state in _BUSY:
            where = f"{self._epoch}. " if self._epoch and self._state != "stopping" else ""
            self._text.setText(where + self._judged(_BUSY[self._state]))
        elif not len(design.graph):
            self._text.setText("Drag an Input from the left onto the canvas, or choose a template above.")
        elif reason:
            self._text.setText(reason)
        elif (stale := stale_result(self._document, self._images)) is not None:
            self._text.setText(stale.long)
        elif run is not None and run.step:
            self._text.setText(self._judged("Train goes on where it stopped; Reset begins anew."))
        elif not self._document.project.fresh:
            self._text.setText("Ready to train on. The weights came with the model; nothing was learned here yet.")
        else:
            self._text.setText(
                "Ready to train. So far the weights are random, and so are the answers: press Train, or F5, and watch "
                "the loss fall while the feature maps on the cards take shape."
            )

    def _judged(self, what: str) -> str:
        """The verdict first, and then what can be done with the run."""
        return what if self._verdict is None else f"{verdict_text(self._verdict)}\n\n{what}"


class SelectionSummary(QWidget):
    """How many layers are selected and what they cost together."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self._title = label("", "heading")
        self.figures = _Figures()
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 16, 16)
        column.setSpacing(8)
        self.lock = LockToggle(document)
        column.addWidget(self._title)
        column.addWidget(self.figures)
        column.addWidget(self.lock)
        column.addWidget(
            label("Drag one of them to move all. Del deletes them, Ctrl+Z brings them back.", "soft", wrap=True)
        )
        column.addStretch(1)

    @property
    def title(self) -> str:
        return self._title.text()

    def show_selection(self) -> None:
        """Show the selection as it is now."""
        design = self._document.project.design
        facts = analyse(design.graph)
        chosen = [facts.layers[node] for node in self._document.selection]
        parameters = sum(layer.parameters for layer in chosen)
        self._title.setText(f"{amount(len(chosen), 'layer')} selected")
        self.figures.show_figures(
            {
                "Parameters": thousands(parameters),
                "of which learn": _learning(design, parameters, self._document.selection),
                "MACs per image": thousands(sum(layer.macs for layer in chosen)),
            }
        )
        self.lock.show_nodes(self._document.selection)
