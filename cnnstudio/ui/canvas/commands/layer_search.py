"""Search to add: type a few letters, Enter adds the layer, Esc closes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from cnnstudio.ui.canvas.placing.placeables import Offered, category_title
from cnnstudio.ui.look import icons
from cnnstudio.ui.widgets.choosing.chooser import Choice, Chooser
from cnnstudio.ui.widgets.choosing.fuzzy import score

WIDTH = 260


class LayerSearch(Chooser):
    """A field and the layers that match it, best first. ``chosen`` carries the kind."""

    row_height = 28
    most_rows = 8
    nothing = "No layer fits."

    def __init__(self, kinds: Sequence[Offered], heading: str, parent: QWidget) -> None:
        super().__init__([_choice(kind) for kind in kinds], "Search layers", parent, heading=heading, width=WIDTH)
        self.list.setAccessibleName("Matching layers")

    def kinds_shown(self) -> list[str]:
        """The kinds on the list, in its order."""
        return [choice.key for choice in self.shown()]

    def points(self, query: str, choice: Choice) -> float:
        other = max(score(query, choice.key), score(query, category_title(choice.category)) * 0.5)
        return max(score(query, choice.text), other * 0.9)


def _choice(kind: Offered) -> Choice:
    icon = "block" if kind.category == "block" else kind.kind
    return Choice(kind.kind, kind.title, icon=icon if icons.has_icon(icon) else "", category=kind.category)
