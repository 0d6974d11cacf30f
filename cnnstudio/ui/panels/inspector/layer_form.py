"""One layer in the inspector: its settings as fields, and why its numbers are what they are."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from cnnstudio.design.analysis.analysis import LayerFacts, Problem, analyse
from cnnstudio.design.edits import edits
from cnnstudio.design.facts.memory import BYTES
from cnnstudio.design.facts.receptive_fields import ReceptiveField, receptive_field_of
from cnnstudio.design.facts.windows import Fit
from cnnstudio.design.wording.problems import problem_words
from cnnstudio.nn.graph.layer import Layer
from cnnstudio.nn.parameters.parameters import Snapshot
from cnnstudio.nn.settings import Setting, SettingError
from cnnstudio.nn.telling.phrases import Words, amount, bytes_text
from cnnstudio.nn.telling.told import Sentence, worded
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.document.lock_toggle import LockToggle
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.panels.inspector.choice_editors import PaddingEditor, SettingEditor, setting_editor
from cnnstudio.ui.panels.inspector.filter_sheets import lies_on_colours
from cnnstudio.ui.panels.inspector.filters_card import FiltersCard
from cnnstudio.ui.panels.inspector.told_first import ToldFirst
from cnnstudio.ui.panels.inspector.value_box import ValueBox
from cnnstudio.ui.widgets.fields.name_field import NameField
from cnnstudio.ui.widgets.layouts.contents import empty
from cnnstudio.ui.widgets.reasons.reason_card import Card, ReasonCard
from cnnstudio.ui.widgets.reasons.why_card import WhyCard, sized_by_window

#: more settings than this are folded, all but the first ones
_MOST_AT_ONCE = 5
#: widths of a field for one or two numbers, and for one of each channel
_ONE, _SEVERAL = 124, 224


class LayerForm(QWidget):
    """Edits one node of the document. It lives as long as the node keeps its kind."""

    def __init__(self, document: Document, node: str) -> None:
        super().__init__()
        self.document = document
        self.node = node
        layer = self._layer
        self.name = NameField("layer")
        self.name.renamed.connect(self._rename)
        self.rows: dict[str, SettingRow] = {}
        self._why = QVBoxLayout()
        self._why.setSpacing(8)
        self._problems = ToldFirst(self)
        self._remarks = QVBoxLayout()
        self._remarks.setSpacing(8)
        self._remarks.setContentsMargins(4, 0, 0, 0)
        self._shown_why: tuple[object, ...] = ()
        self.filters = FiltersCard()
        self.lock = LockToggle(document)
        self.explain = QPushButton("Explain this layer →")
        self.explain.setProperty("role", "link")
        self.explain.setToolTip("Every number of this layer, and where it comes from (E on the canvas)")

        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 16)
        column.setSpacing(8)
        heading = QVBoxLayout()
        heading.setSpacing(2)
        heading.addWidget(self.name)
        sentence = label(layer.sentence, "soft", wrap=True)
        sentence.setContentsMargins(4, 0, 0, 0)
        heading.addWidget(sentence)
        column.addLayout(heading)
        column.addWidget(self._problems.above)
        settings = layer.settings()
        first = len(settings) if len(settings) <= _MOST_AT_ONCE else _MOST_AT_ONCE - 1
        self.more = MoreRows() if first < len(settings) else None
        for place, about in enumerate(settings):
            row = SettingRow(about, layer.title)
            row.editor.entered.connect(partial(self._set, about))
            self.rows[about.name] = row
            if self.more is None or place < first:
                column.addWidget(row)
            else:
                self.more.add(row)
        if self.more is not None:
            column.addWidget(self.more)
            self.more.open(any(getattr(layer, about.name) != about.default for about in settings[first:]))
        column.addWidget(self._problems.below)
        column.addWidget(self.lock)
        column.addLayout(self._why)
        column.addWidget(self.filters)
        column.addWidget(self.explain, 0, Qt.AlignmentFlag.AlignLeft)
        column.addLayout(self._remarks)
        column.addStretch(1)
        self.refresh()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._problems.settle()

    @property
    def _layer(self) -> Layer:
        return self.document.project.design.graph[self.node].layer

    def refresh(self) -> None:
        """Show the node as it is now. Fields that are being typed in keep their text."""
        design = self.document.project.design
        facts = analyse(design.graph).layers[self.node]
        layer = self._layer
        self.name.show_name(design.cards[self.node].name)
        for name, row in self.rows.items():
            row.show_value(getattr(layer, name))
            window = layer.window(facts.inputs) if facts.inputs else None
            if isinstance(row.editor, PaddingEditor) and window is not None:
                row.editor.show_resolved(window.padding)
        told = {problem: problem_words(design, problem) for problem in facts.findings}
        costs = _costs(facts, design.recipe.batch_size, receptive_field_of(design.graph, self.node))
        shown = (layer, facts, costs, tuple(told.values()))
        if self._shown_why != shown:
            self._shown_why = shown
            self._explain(layer, facts, costs, told)
        self.lock.show_nodes([self.node])

    def show_weights(self, snapshot: Snapshot) -> None:
        """Show the layer's filters as they are in a snapshot (which may be of another graph), once they are made."""
        weights = (snapshot.parameters.at_hand(self.node) or {}).get("weights")
        self.filters.setVisible(weights is not None and weights.ndim == 4)
        if weights is not None and weights.ndim == 4:
            graph = self.document.project.design.graph
            colour = self.node in graph and lies_on_colours(graph, self.node)
            self.filters.show_weights(weights, snapshot.step, colour=colour)

    def _set(self, about: Setting, value: Any) -> None:
        row, layer = self.rows[about.name], self._layer
        try:
            changed = layer.replace(**{about.name: value})
        except SettingError as error:
            row.refuse(worded(error))
            row.show_value(getattr(layer, about.name))
            return
        design = edits.configure(self.document.project.design, self.node, changed)
        self.document.edit(
            Sentence("Change {setting}", setting=about.title.lower()), design, merge=f"{self.node}.{about.name}"
        )

    def _pick(self, fit: Fit) -> None:
        """Take over a setting that fits without loss, as one step."""
        changed = self._layer.replace(**{fit.setting: fit.value})
        self.document.edit(
            Sentence("Change {setting}", setting=changed.setting_at(fit.setting).title.lower()),
            edits.configure(self.document.project.design, self.node, changed),
        )

    def _rename(self, name: str) -> None:
        try:
            design = edits.rename(self.document.project.design, self.node, name)
        except edits.EditRefused:
            self.refresh()  # an empty name: the old one stays
            return
        self.document.edit("Rename layer", design)
        self.refresh()

    def _explain(self, layer: Layer, facts: LayerFacts, costs: str, told: Mapping[Problem, Words]) -> None:
        empty(self._why)
        empty(self._remarks)
        cards: list[QWidget] = []
        if facts.problem is None and facts.waiting:
            cards.append(label("Waits for a shape from the layers before it.", "soft", wrap=True))
        # what is dropped is drawn below
        cards += [ProblemCard(problem, words) for problem, words in told.items() if problem.code != "dropped"]
        self._problems.show(cards)
        if facts.shape is None:
            return
        drawn = sized_by_window(layer, facts.inputs)
        for reason in layer.reasons(facts.inputs):
            if drawn and reason.about == "size":
                drawn, card = False, WhyCard(reason, layer, facts.inputs)
                card.picked.connect(self._pick)
                self._why.addWidget(card)
            else:
                self._why.addWidget(ReasonCard(reason.words))
        self._remarks.addWidget(label(worded(layer.explanation(facts.inputs)), "", wrap=True))
        self._remarks.addWidget(label(costs, "secondary", wrap=True))


class MoreRows(QWidget):
    """Settings that are rarely touched, folded away until someone asks for them."""

    def __init__(self) -> None:
        super().__init__()
        self._inside = QWidget()
        self.button = QPushButton()
        self.button.setProperty("role", "link")
        self.button.setToolTip("Show or hide the settings that are rarely touched")
        self.button.clicked.connect(lambda: self.open(self._inside.isHidden()))
        self._rows = QVBoxLayout(self._inside)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(8)
        column = QVBoxLayout(self)
        column.setContentsMargins(2, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._inside)

    def add(self, row: SettingRow) -> None:
        """One more row."""
        self._rows.addWidget(row)

    def open(self, shown: bool) -> None:
        """Show or fold the rows."""
        self._inside.setVisible(shown)
        self.button.setText("Fewer settings" if shown else f"{amount(self._rows.count(), 'more setting')}…")


class SettingRow(QWidget):
    """A setting's title, its field, and below them why a value was refused."""

    def __init__(self, about: Setting, owner: str) -> None:
        super().__init__()
        self.editor: SettingEditor = setting_editor(about, owner)
        theme.fix_width(self.editor, _ONE)
        self.editor.refused.connect(self.refuse)
        title = label(about.title)
        title.setToolTip(about.sentence)
        title.setBuddy(self.editor)
        theme.fix_height(title, 28)  # as high as the field beside it
        self.refusal = label("", "error", wrap=True)
        self.refusal.hide()
        self._line = line = QHBoxLayout()
        line.setContentsMargins(4, 0, 0, 0)
        line.addWidget(title, 1, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.editor, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(line)
        column.addWidget(self.refusal)

    def show_value(self, value: Any) -> None:
        """Show a value, unless another one is being typed."""
        typing = isinstance(self.editor, QWidget) and self.editor.hasFocus() and not self.refusal.isHidden()
        if not typing:
            self.editor.show_value(value)
            self._give_room(value)

    def _give_room(self, value: Any) -> None:
        """A number for each channel takes a line of its own: all of them are seen."""
        several = isinstance(self.editor, ValueBox) and isinstance(value, tuple) and len(value) > 2
        if several == (self._line.direction() == QHBoxLayout.Direction.TopToBottom):
            return
        self._line.setDirection(QHBoxLayout.Direction.TopToBottom if several else QHBoxLayout.Direction.LeftToRight)
        self._line.setAlignment(self.editor, Qt.AlignmentFlag(0) if several else Qt.AlignmentFlag.AlignTop)
        theme.fix_width(self.editor, _SEVERAL if several else _ONE)

    def refuse(self, sentence: str) -> None:
        """Say why a value cannot be taken; "" takes it back."""
        self.refusal.setText(sentence)
        self.refusal.setVisible(bool(sentence))
        if sentence:
            QTimer.singleShot(0, self, self._show_refusal)  # once it has its place below the field

    def _show_refusal(self) -> None:
        above = self.parentWidget()
        while above is not None and not isinstance(above, QScrollArea):
            above = above.parentWidget()
        if above is not None:
            for _ in range(2):  # the column grows first, then what scrolls it
                QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
            above.ensureWidgetVisible(self.refusal, 0, 8)


class ProblemCard(Card):
    """What is wrong with the layer, or worth a thought, with the numbers."""

    def __init__(self, problem: Problem, words: Words) -> None:
        kind = "error" if problem.severity == "error" else "warning"
        super().__init__(words.title, f"{kind}-card")
        self.heading.setProperty("role", f"{kind}-title")
        self.column.addWidget(label(words.sentence, wrap=True))


def _costs(facts: LayerFacts, batch: int, view: ReceptiveField | None) -> str:
    parts = [amount(facts.parameters, "parameter") if facts.parameters else "Nothing to learn"]
    if facts.macs:
        parts.append(f"{amount(facts.macs, 'MAC')} per image")
    held = BYTES * facts.numbers
    parts.append(f"activations {bytes_text(held)} an image, {bytes_text(batch * held)} a batch of {batch}")
    if facts.inputs and view is not None:
        parts.append(f"sees {view.height}×{view.width} px of the input")
    return " · ".join(parts)
