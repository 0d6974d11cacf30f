"""“Predict first”: what of the layer that is looked at is hidden until it has been predicted, or shown on request."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from cnnstudio.lessons.questions.predictions import Hides, Prediction, predictions, size_asked
from cnnstudio.lessons.questions.question import Verdict
from cnnstudio.ui.explain.place import Place
from cnnstudio.ui.look import preferences

_SETTING = "explain/predict_first"


class Predict(QObject):
    """Follows a place. What has been predicted of a layer, or of one of its cells, is not asked again. While
    ``sliding`` the cells are only watched."""

    #: another question, another answer, or another number is hidden
    changed = Signal()

    def __init__(self, place: Place, sliding: Callable[[], bool], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.place, self._sliding = place, sliding
        self.on = preferences.text(_SETTING) == "1"
        #: the question that is asked, or that was answered last
        self.current: Prediction | None = None
        self.verdict: Verdict | None = None
        self.shown = False
        self._done: set[tuple[object, ...]] = set()
        self._open: tuple[Prediction, ...] = ()
        place.layer_changed.connect(self._enter)
        place.moved.connect(self._moved)
        place.values_changed.connect(self._moved)

    @property
    def hidden(self) -> frozenset[Hides]:
        """What is hidden now."""
        return frozenset[Hides]().union(*(prediction.hidden for prediction in self._open)) if self.on else frozenset()

    @property
    def unknown(self) -> frozenset[str]:
        """The layers whose size cannot be known yet: their own or one before it is still to be predicted. What the
        layer that is looked at reads is known."""
        place = self.place
        if not self.on or not place.ready:
            return frozenset()
        graph, unknown = place.probed.graph, set[str]()
        read = graph.ancestors(place.node) - {place.node}
        for node in graph.order:
            if node in read or node not in place.probed.values:
                continue
            asked = size_asked(place.probed, node)
            if (asked is not None and asked.key not in self._done) or unknown.intersection(graph[node].inputs):
                unknown.add(node)
        return frozenset(unknown)

    @property
    def answered(self) -> bool:
        """Whether the current question has been answered rightly, or shown."""
        return self.shown or (self.verdict is not None and self.verdict.right)

    @property
    def more(self) -> bool:
        """Whether there is another question about this layer and cell."""
        return any(prediction is not self.current for prediction in self._open)

    def turn(self, on: bool) -> None:
        """Ask before numbers are shown, or do not; remembered for the next start."""
        if on != self.on:
            self.on = on
            preferences.remember(_SETTING, "1" if on else "")
            self._enter()

    def judge(self, given: float) -> Verdict | None:
        """Judge an answer; the right one shows the number."""
        if self.current is None or self.answered:
            return None
        self.verdict = self.current.drawn.judge(given)
        if self.verdict.right:
            self._settle()
        self.changed.emit()
        return self.verdict

    def show(self) -> None:
        """Show the number without an answer."""
        if self.current is not None and not self.answered:
            self.shown = True
            self._settle()
            self.changed.emit()

    def go_on(self) -> None:
        """Ask the next question about this layer and cell."""
        self._ask(next(iter(self._open), None))
        self.changed.emit()

    def _settle(self) -> None:
        assert self.current is not None
        self._done.add(self.current.key)
        self._open = tuple(prediction for prediction in self._open if prediction.key != self.current.key)

    def _enter(self) -> None:
        """Another layer, or one with other settings."""
        self._look()
        self._ask(next(iter(self._open), None))
        self.changed.emit()

    def _moved(self) -> None:
        """Another cell, or other numbers: the question that is being answered stays while it is about the same."""
        if not self.on:
            return
        self._look()
        asked = self.current
        keys = {prediction.key: prediction for prediction in self._open}
        if asked is not None and asked.key in keys and not self.answered:
            self._open = tuple(asked if prediction.key == asked.key else prediction for prediction in self._open)
        elif asked is None or not self.answered or asked.hides == "value":
            same = asked is not None and self.answered and asked.key[-1] == self.place.cell
            if not same:
                self._ask(next(iter(self._open), None))
        self.changed.emit()

    def _look(self) -> None:
        place = self.place
        found: tuple[Prediction, ...] = ()
        if self.on and place.ready:
            found = predictions(place.probed, place.node, place.cell)
        if self._sliding():
            found = tuple(prediction for prediction in found if prediction.hides != "value")
        self._open = tuple(prediction for prediction in found if prediction.key not in self._done)

    def _ask(self, prediction: Prediction | None) -> None:
        self.current, self.verdict, self.shown = prediction, None, False
