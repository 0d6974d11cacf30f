"""The filters of the user's network, drawn anew while it learns: as they are, what training changed, how they began."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton

from cnnstudio.design.value.design import Design
from cnnstudio.nn.arrays import Array, thousands
from cnnstudio.nn.looking.first_weights import first_weights
from cnnstudio.nn.telling.told import worded
from cnnstudio.project.trained import trained, trained_names, trained_sentence
from cnnstudio.ui.learn.network_switch import segment
from cnnstudio.ui.learn.views.live_view import LiveView
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.panels.inspector.filter_sheets import change_words, lies_on_colours
from cnnstudio.ui.panels.inspector.filters_card import FiltersCard
from cnnstudio.ui.run.looked_at import LookedAt
from cnnstudio.ui.widgets.layouts.flow import FlowLayout

WEIGHTS, CHANGED, FIRST, ANOTHER = "Weights", "What training changed", "First values", "A trained one"
#: pixels of the filters' height: a small window has room for them with all that is said of them
_TALLEST = 110
_EMPTY = "Add a Conv 2D to see its filters here."
_TIPS = {
    WEIGHTS: "The weights as they are now: the first values and what training changed, added up",
    CHANGED: "The weights minus their first values, on a scale of their own: here the patterns stand out",
    FIRST: "The random values that the seed drew, and training began with",
    ANOTHER: "What training changed in a network that comes with the program, whatever yours has learned so far",
}


class FiltersView(LiveView):
    """The first convolution's weights; ``shown`` is what of them."""

    def __init__(self) -> None:
        super().__init__("The filters of the first convolution", "Filters")
        self.shown = WEIGHTS
        self.card = FiltersCard(cell=14, tallest=_TALLEST)
        self.card.hide()
        self.empty = label("", "soft", wrap=True)
        self.note = label("", "secondary", wrap=True)
        self._now: LookedAt | None = None
        self._step = 0
        #: the first values of a network's layer, worked out once
        self._known: tuple[object, str, Array | None] | None = None
        self.switch = QFrame()
        self.switch.setProperty("role", "switch")
        self.buttons: dict[str, QPushButton] = {}
        line = FlowLayout(self.switch, 2, 2, one_line=True)
        line.setContentsMargins(2, 2, 2, 2)
        group = QButtonGroup(self.switch)
        for name, tip in _TIPS.items():
            button = segment(name, tip, tight=True)  # four of them fit into a narrow window
            button.clicked.connect(lambda _checked, name=name: self.show_what(name))
            group.addButton(button)
            line.addWidget(button)
            self.buttons[name] = button
        self.buttons[WEIGHTS].setChecked(True)
        self.first = self.buttons[WEIGHTS]
        row = QHBoxLayout()
        row.addWidget(self.switch)
        row.addStretch(1)
        self.column.addLayout(row)
        for widget in (self.card, self.note, self.empty):
            self.column.addWidget(widget)

    @property
    def numbers(self) -> Mapping[str, int]:
        """See ``LiveView``."""
        return {"step": self._step}

    def show_design(self, design: Design) -> None:
        """See ``LiveView``."""
        super().show_design(design)
        self._seed = design.recipe.seed

    _seed = 0

    def show_what(self, name: str) -> None:
        """Show the weights, what training changed, or the first values."""
        self.shown = name
        self.buttons[name].setChecked(True)
        self._show()
        self.changed.emit()

    def show_looked_at(self, now: LookedAt) -> None:
        """See ``LiveView``."""
        self._now = now
        self._show()

    def _show(self) -> None:
        now = self._now
        if now is None:
            return
        graph, snapshot = now.graph, now.snapshot
        found = next((i for i in graph.computable.order if graph[i].layer.category == "convolution"), "")
        weights = (snapshot.parameters.at_hand(found) or {}).get("weights") if found else None
        drawable = weights if weights is not None and weights.ndim == 4 else None
        if drawable is not None:
            self._step = snapshot.step
        if self.shown == ANOTHER:
            self._show_another()
            return
        self.card.setVisible(drawable is not None)
        self.empty.setVisible(drawable is None)
        self.note.hide()
        if drawable is None:
            self.empty.setText(self._missing(lambda layer: layer.category == "convolution", _EMPTY))
            return
        first = self._first(now, found)
        self.note.setText(self._said(first, drawable))
        self.note.setVisible(bool(self.note.text()))
        shown = drawable
        if first is not None and self.shown != WEIGHTS:
            shown = drawable - first if self.shown == CHANGED else first
        # a layer that was given another shape begins again, whatever the others have learned
        learned = snapshot.step if first is None or not np.array_equal(first, drawable) else 0
        self.card.show_weights(shown, learned, colour=lies_on_colours(graph, found))
        step = 0 if self.shown == FIRST else learned
        self.card.heading.setText(f"{self.shown} · step {thousands(step)}" if learned else "Not trained yet")

    def _show_another(self) -> None:
        """The first convolution of a network that has learned."""
        name = trained_names()[0]
        other = trained(name)
        graph, snapshot = other.design.graph, other.weights
        found = next(node for node in graph.order if graph[node].layer.category == "convolution")
        weights = snapshot.parameters.arrays(found)["weights"]
        first = first_weights(graph, snapshot.parameters, other.design.recipe.seed, found)
        self.card.show_weights(
            weights if first is None else weights - first, snapshot.step, colour=lies_on_colours(graph, found)
        )
        self.card.heading.setText(f"{other.design.title} · step {thousands(snapshot.step)}")
        self.note.setText(worded(trained_sentence(name)))
        self.empty.hide()
        self.card.show()
        self.note.show()

    def _first(self, now: LookedAt, node: str) -> Array | None:
        """The first values, if these weights began with what the seed draws."""
        seed = self._seed if now.run is None else now.run.design.recipe.seed
        if self._known is None or self._known[0] is not now.snapshot or self._known[1] != node:
            self._known = (now.snapshot, node, first_weights(now.graph, now.snapshot.parameters, seed, node))
        return self._known[2]

    def _said(self, first: Array | None, weights: Array) -> str:
        if self.shown == WEIGHTS:
            return ""
        if first is not None and self.shown == FIRST:
            return "So the seed drew them. Nobody has taught them anything."
        return change_words(first, weights)
