"""What is wrong with a layer stands above its fields, and moves none of them that the mouse is at."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from cnnstudio.ui.widgets.focused import aimed_at
from cnnstudio.ui.widgets.layouts.contents import empty


class ToldFirst:
    """Two places for the same cards: ``above`` the fields of a form and ``below`` them. While the mouse is over the
    form what is new comes below, and what was above keeps its room; ``settle`` once it has left."""

    def __init__(self, form: QWidget) -> None:
        self._form = form
        self.above, self.below = QWidget(), QWidget()
        for place in (self.above, self.below):
            column = QVBoxLayout(place)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(8)
            place.hide()
        self._cards: Sequence[QWidget] = ()

    def show(self, cards: Sequence[QWidget]) -> None:
        """Show these in place of what was told."""
        for place in (self.above, self.below):
            empty(_column(place))
        self._cards = cards
        self._place(held=aimed_at(self._form))

    def settle(self) -> None:
        """Nothing is held any more."""
        self._place(held=False)

    def _place(self, *, held: bool) -> None:
        taken = self.above.height() if held and not self.above.isHidden() else 0
        place = self.below if held and not taken else self.above
        for card in self._cards:
            _column(place).addWidget(card)
        self.above.setMinimumHeight(taken)
        self.above.setVisible(bool(taken) or (place is self.above and bool(self._cards)))
        self.below.setVisible(place is self.below and bool(self._cards))


def _column(place: QWidget) -> QVBoxLayout:
    column = place.layout()
    assert isinstance(column, QVBoxLayout)
    return column
