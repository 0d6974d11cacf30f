"""The filters of the user's network, drawn anew while it learns."""

from __future__ import annotations

from collections.abc import Mapping

from cnnstudio.ui.learn.views.live_view import LiveView
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.panels.inspector.filters_card import FiltersCard
from cnnstudio.ui.run.looked_at import LookedAt


class FiltersView(LiveView):
    """The first convolution's weights."""

    def __init__(self) -> None:
        super().__init__("The filters of your first convolution", "Filters")
        self.card = FiltersCard(cell=14)
        self.card.hide()
        self.empty = label("Add a Conv 2D to see its filters here.", "soft", wrap=True)
        self.column.addWidget(self.card)
        self.column.addWidget(self.empty)
        self._step = 0

    @property
    def numbers(self) -> Mapping[str, int]:
        """See ``LiveView``."""
        return {"step": self._step}

    def show_looked_at(self, now: LookedAt) -> None:
        """See ``LiveView``."""
        graph, snapshot = now.graph, now.snapshot
        found = next((i for i in graph.computable.order if graph[i].layer.category == "convolution"), "")
        weights = (snapshot.parameters.at_hand(found) or {}).get("weights") if found else None
        drawable = weights if weights is not None and weights.ndim == 4 else None
        self.card.setVisible(drawable is not None)
        self.empty.setVisible(drawable is None)
        if drawable is not None:
            self._step = snapshot.step
            self.card.show_weights(drawable, snapshot.step)
