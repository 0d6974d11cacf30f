"""The bench of lessons: size, kernel, stride, padding and dilation, and how many places that makes."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QSpinBox, QWidget

from cnnstudio.lessons.lesson import VIEWS
from cnnstudio.nn.explaining.positions import Positions
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.ui.learn.views.live_view import LiveView
from cnnstudio.ui.learn.views.row_view import RowView
from cnnstudio.ui.look import dressing, theme
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.widgets.reasons.reason_card import coloured

_TIPS = {
    "size": "How many pixels one row of the picture has",
    "kernel": "How many cells wide the filter is",
    "stride": "How far the filter moves from one place to the next",
    "padding": "How many zeros are put at each end of the row",
    "dilation": "The distance of two cells under the filter; 1 means side by side",
}
_FIRST = {"size": 32, "kernel": 5, "stride": 1, "padding": 0, "dilation": 1}


class BenchView(LiveView):
    """``fixed`` shows the row alone, without numbers to change; of the ``settings`` alone there are fields."""

    def __init__(
        self, first: Mapping[str, int], *, fixed: bool = False, settings: tuple[str, ...] = tuple(VIEWS["bench"])
    ) -> None:
        super().__init__("One row of the picture", "Row" if fixed else "Bench")
        self.row = RowView()
        self.row.moved.connect(self._moved)
        self.first = self.row
        self.column.addWidget(self.row)
        self.verdict = label("", "secondary", wrap=True)
        self.column.addWidget(self.verdict)
        bench = QWidget()
        grid = QGridLayout(bench)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        self.boxes: dict[str, QSpinBox] = {}
        for place, (name, (low, high)) in enumerate(VIEWS["bench"].items()):
            box = QSpinBox()
            box.setRange(low, high)
            box.setValue(first.get(name, _FIRST[name]))
            box.setAccessibleName(name)
            box.setToolTip(_TIPS[name])
            box.setMinimumWidth(64)
            box.lineEdit().setTextMargins(4, 0, 0, 0)
            box.valueChanged.connect(self._tried)
            self.boxes[name] = box
            caption = label(name, "secondary")
            caption.setToolTip(_TIPS[name])
            grid.addWidget(caption, 0, place)
            grid.addWidget(box, 1, place)
            for widget in (caption, box):
                widget.setVisible(name in settings)
        grid.setColumnStretch(len(self.boxes), 1)
        self.column.addWidget(bench)
        bench.setVisible(not fixed)
        self.formula = QLabel()
        self.formula.setTextFormat(Qt.TextFormat.RichText)  # made from numbers, and escaped
        theme.wear(self.formula, "formula")
        self.formula.setWordWrap(True)
        self._settings, self._asked = settings, frozenset[Positions]()
        self.formula.setToolTip(
            "⌊(n + p₁ + p₂ − d·(k − 1) − 1) / s⌋ + 1 with the numbers above"
            if "dilation" in settings
            else "⌊(n − k) / s⌋ + 1 with the numbers above"
        )
        self.column.addWidget(self.formula)
        dressing.follow(self, self._write)
        self._tried()

    @property
    def numbers(self) -> Mapping[str, int]:
        """See ``LiveView``."""
        positions = self.row.positions
        unseen = len(positions.unseen) if positions.count else 0
        return {
            **{name: box.value() for name, box in self.boxes.items()},
            "place": self.row.place + 1,
            "places": positions.count,
            "dropped": unseen,
        }

    def keep_back(self, asked: Collection[Positions]) -> None:
        """Do not count these places: how many there are is asked beside the bench, and not answered yet."""
        if frozenset(asked) != self._asked:
            self._asked = frozenset(asked)
            self._tried()

    @property
    def _positions(self) -> Positions:
        size, kernel, stride, padding, dilation = (box.value() for box in self.boxes.values())
        return Positions(size, kernel, stride, padding, padding, dilation)

    def _tried(self) -> None:
        positions = self._positions
        size, padding = positions.extent, positions.before
        kept = positions in self._asked
        self.row.show_positions(positions, counted=not kept)
        words = f"One row of the picture, {size} wide"
        self.title.setText(words + (f", with {amount(padding, 'zero')} at each end" if padding else ""))
        said = f"{amount(positions.count, 'place')}." if positions.count else "It does not fit."
        if kept:
            said = "How many places? That is asked in the lesson: answer first, then it is counted here."
        elif positions.count and positions.unseen:
            said += f" {amount(len(positions.unseen), 'pixel')} (amber) never looked at."
        self.verdict.setText(said)
        self._write()
        self.changed.emit()

    def _write(self) -> None:
        size, kernel, stride, padding, dilation = (box.value() for box in self.boxes.values())
        count = 0 if self._positions in self._asked else self.row.positions.count
        terms = f"⌊({size} + {padding} + {padding} − {dilation}·({kernel} − 1) − 1) / {stride}⌋ + 1"
        if "dilation" not in self._settings:
            terms = f"⌊({size} − {kernel}) / {stride}⌋ + 1"
        self.formula.setText(coloured(f"{terms} = {count}" if count else terms))

    def _moved(self, _place: int) -> None:
        self.changed.emit()
