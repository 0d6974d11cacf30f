"""The Evaluate workspace: a test is asked for in its bar, and what came out is below."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSplitter, QVBoxLayout, QWidget

from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.evaluate.beside.calibration import Calibration
from cnnstudio.ui.evaluate.beside.certainty import Certainty
from cnnstudio.ui.evaluate.beside.curves import Curves
from cnnstudio.ui.evaluate.beside.other_network import OtherNetwork
from cnnstudio.ui.evaluate.beside.properties import Properties
from cnnstudio.ui.evaluate.confusions import CERTAINTY, COMPARE, CURVES, PROPERTY, Confusions
from cnnstudio.ui.evaluate.how_good import HowGood
from cnnstudio.ui.evaluate.pace import Pace
from cnnstudio.ui.evaluate.report.report_button import ReportButton
from cnnstudio.ui.evaluate.taking.panel import TakingPanel
from cnnstudio.ui.evaluate.where.panel import WherePanel
from cnnstudio.ui.look.labels import label, on_ground, plain_tip, set_property
from cnnstudio.ui.run.data_source import DataSource
from cnnstudio.ui.run.evaluation import EvaluationResult, Evaluator
from cnnstudio.ui.run.looked_at import Looking, best_text
from cnnstudio.ui.run.samples import Samples
from cnnstudio.ui.studio.pages import Pages
from cnnstudio.ui.telling.notices import Notices
from cnnstudio.ui.widgets.choosing.segments import Segments
from cnnstudio.ui.widgets.elided_label import ElidedLabel
from cnnstudio.ui.widgets.focused import keyboard_stays
from cnnstudio.worker.inspection import Inspection
from cnnstudio.worker.jobs import Job, Jobs

#: the tabs of the workspace
RESULTS, TAKING = "Results", "What it would take"
_TABS = {
    RESULTS: "How good it is, what it takes for what, and where it looked",
    TAKING: "What makes it answer otherwise: changes by hand, the smallest one, the way to another picture",
}
#: milliseconds between two looks at how far the test is
POLL = 100
_WHAT = "Show every test picture to the network, and count what it says"


class EvaluatePage(QWidget):
    """Follows the evaluator. ``every_layer`` when the picture that is looked at is to be seen in all layers."""

    every_layer = Signal()
    #: other layers' numbers may have come into sight
    sight_changed = Signal()

    def __init__(
        self,
        document: Document,
        evaluator: Evaluator,
        looking: Looking,
        samples: Samples,
        inspection: Inspection,
        data: DataSource,
        jobs: Jobs,
        notices: Notices,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._evaluator, self._looking = evaluator, looking
        self._pace = Pace()
        self.report = ReportButton(document, evaluator, jobs, notices)
        self.how_good = HowGood()
        self.certainty = Certainty(Calibration(document, evaluator, looking, jobs, self))
        self.curves, self.properties, self.other = Curves(), Properties(), OtherNetwork()
        self._beside: dict[str, Certainty | Curves | Properties | OtherNetwork] = {
            CERTAINTY: self.certainty, CURVES: self.curves, PROPERTY: self.properties, COMPARE: self.other,
        }  # fmt: skip
        #: what each of these shows
        self._shown: dict[str, EvaluationResult] = {}
        self.confusions = Confusions(samples, self._beside)
        self.confusions.turned.connect(self._show_beside)
        self.confusions.turned_to.connect(self.curves.show_class)
        self.other.chosen.connect(self.confusions.show_pictures)
        self.confusions.opened.connect(self.every_layer)
        self.confusions.arranged.connect(self._show_scores)
        self.confusions.turned_to.connect(self.how_good.classes.show_class)
        self.how_good.classes.chosen.connect(self.confusions.show_class)
        self.where = WherePanel(document, looking, samples, jobs)
        self.where.every_layer.connect(self.every_layer)
        self.where.closed.connect(lambda: self.show_where(False))
        across = _splitter(Qt.Orientation.Horizontal, (self.how_good, self.confusions), (320, 1000))
        self.found = _splitter(Qt.Orientation.Vertical, (across, self.where), (372, 418))
        self.found.setStretchFactor(0, 1)
        self.pages = Pages()
        self.empty = self._empty()
        self.empty.setAccessibleName("Nothing was evaluated yet")
        self.empty.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.pages.addWidget(self.empty)
        self.pages.addWidget(self.found)
        self._make_taking = partial(TakingPanel, document, looking, samples, inspection, data, jobs)
        self._taking: TakingPanel | None = None
        self.tabs = Pages()
        self.tabs.addWidget(self.pages)
        self.tabs.currentChanged.connect(self.sight_changed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.bar = self._head()
        column.addWidget(self.bar)
        column.addWidget(self.tabs, 1)
        self._timer = QTimer(self, interval=POLL)
        self._timer.timeout.connect(self._follow)
        evaluator.changed.connect(self._follow)
        looking.changed.connect(self._recall)
        self._follow()

    def shutdown(self) -> None:
        """Nothing is worked out any more. Safe to call twice."""
        self.properties.shutdown()
        self.other.shutdown()

    @property
    def main(self) -> QWidget:
        """What gets the keyboard."""
        if self.tab == TAKING:
            return self.taking.first
        if self.pages.currentWidget() is self.found:
            return self.confusions.matrix
        return self.begin if self.begin.isEnabled() else self.empty

    @property
    def tab(self) -> str:
        """Which tab is seen."""
        return RESULTS if self.tabs.currentWidget() is self.pages else TAKING

    @property
    def taking(self) -> TakingPanel:
        """What it would take, made when it is first looked at: it is a third of the page."""
        if self._taking is None:
            self._taking = self._make_taking()
            self._taking.every_layer.connect(self.every_layer)
            self._taking.strip.sight_changed.connect(self.sight_changed)
            self.tabs.addWidget(self._taking)
        return self._taking

    def nodes_in_sight(self, graph: Graph) -> Iterable[str] | None:
        """The layers whose numbers are shown; None while there are none of them."""
        return None if self._taking is None else self._taking.nodes_in_sight(graph)

    def show_tab(self, tab: str) -> None:
        """Show one of the tabs."""
        self.choice.show_choice(tab)
        self.tabs.setCurrentWidget(self.taking if tab == TAKING else self.pages)
        self._follow()

    def beside_first(self) -> QWidget | None:
        """What is used most beside the matrix: the pictures, where they stand there."""
        grid = self.confusions.grid
        return grid.tiles if grid.isVisible() else None

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._recall()
        self._follow()

    def show_where(self, shown: bool) -> None:
        """Show where it looked, or give its room to the matrix."""
        here = self.focusWidget()
        self.where.setVisible(shown)
        self.look.setVisible(not shown)
        if here is self.look or (here is not None and self.where.isAncestorOf(here)):
            self.confusions.matrix.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The keys of the results, where nothing nearer has a use for them."""
        key, plain = event.key(), not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if not plain or self.tab != RESULTS or self.pages.currentWidget() is not self.found:
            super().keyPressEvent(event)
        elif key == Qt.Key.Key_A:
            self.show_where(self.where.isHidden())
        elif Qt.Key.Key_1 <= key <= Qt.Key.Key_9 and self.where.isVisible():
            self.where.choose_class(key - Qt.Key.Key_1)
        elif key != Qt.Key.Key_Escape or not self._go_back():
            super().keyPressEvent(event)

    def _go_back(self) -> bool:
        """From where it looked to the pictures, from what is beside the matrix to the matrix; whether it could."""
        here, confusions = self.focusWidget(), self.confusions
        if here is None or here is confusions.matrix:
            return False
        pictures = self.beside_first()
        (pictures if pictures is not None and self.where.isAncestorOf(here) else confusions.matrix).setFocus()
        return True

    def _recall(self, *_now: object) -> None:
        if self.isVisible():
            self._evaluator.recall()

    def _head(self) -> QWidget:
        bar = QFrame()
        bar.setProperty("role", "bar")
        line = QHBoxLayout(bar)
        line.setContentsMargins(14, 6, 14, 6)
        line.setSpacing(12)
        self.of, self.looks = ElidedLabel(), label("", "secondary")
        self.looks.setToolTip(
            plain_tip(
                "Whoever chooses by the test pictures which network to keep no longer learns from them how it does on "
                "new ones. Choose by validation, and test at the end. Counted on this computer, over all networks."
            )
        )
        self.button = QPushButton("Evaluate")
        self.button.clicked.connect(self._press)
        self.choice = Segments("What is evaluated", tuple(_TABS), RESULTS, tips=_TABS, evenly=False)
        self.choice.changed.connect(self.show_tab)
        line.addWidget(self.choice)
        line.addWidget(self.of, 1)
        line.addStretch(0)
        self.look = QPushButton("Where it looked")
        self.look.setToolTip("Show where it looked (A)")
        self.look.clicked.connect(lambda: self.show_where(True))
        self.look.hide()
        for widget in (self.looks, self.look, self.button, self.report):
            set_property(widget, "in_line", "true")
            line.addWidget(widget)
        return bar

    def _empty(self) -> QWidget:
        page = QWidget()
        on_ground(page, "live-ground")
        column = QVBoxLayout(page)
        column.setContentsMargins(24, 4, 24, 4)
        column.setSpacing(10)
        column.addStretch(2)
        self.begin = QPushButton("Evaluate on the test pictures")
        self.begin.setProperty("role", "primary")
        self.begin.clicked.connect(lambda: self._evaluator.begin())
        asked = "How well does it do on pictures that training never sees?"
        more = "And what does it take for what? The test pictures are shown to it only when you ask for it."
        for words, role in ((asked, "heading"), (more, "soft")):
            column.addWidget(label(words, role), 0, Qt.AlignmentFlag.AlignHCenter)
        self.reason = label("", "soft")
        column.addSpacing(4)
        column.addWidget(self.begin, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.reason, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        return page

    def _press(self) -> None:
        if self._evaluator.job is not None:
            self._evaluator.cancel()
        else:
            self._evaluator.begin()

    def _follow(self) -> None:
        evaluator = self._evaluator
        job, result, why = evaluator.job, evaluator.result, evaluator.why_not()
        stale = result is not None and not evaluator.current
        self.button.setText("Cancel" if job is not None else "Evaluate again" if result is not None else "Evaluate")
        here = self.tab == RESULTS
        self.button.setVisible(here and (job is not None or result is not None))
        self.button.setEnabled(job is not None or not why)
        self.button.setToolTip(plain_tip(why) or _WHAT)
        with keyboard_stays(self.button, self.begin):
            self.begin.setEnabled(job is None and not why)
        self.begin.setToolTip(self.button.toolTip())
        self.reason.setText(why)
        self.reason.setVisible(bool(why))
        looks = evaluator.looks
        times = "once" if looks == 1 else amount(looks, "time")
        self.looks.setText(f"The test pictures were looked at {times}" if looks else "")
        self.looks.setVisible(here and bool(looks))
        self.report.setVisible(here and result is not None)
        self.look.setVisible(here and result is not None and self.where.isHidden())
        self._show_state(job, stale)
        if not here:
            self.of.set_text("")
        if result is not None:
            self.confusions.show_result(result, stale=stale, at_hand=evaluator.at_hand)
            self._show_scores()
            self.pages.setCurrentWidget(self.found)

    def _show_beside(self, name: str) -> None:
        """What stands beside the matrix is worked out once somebody looks at it."""
        result = self._evaluator.result
        if result is not None and name in self._beside and self._shown.get(name) is not result:
            self._shown[name] = result
            self._beside[name].show_result(result)

    def _show_scores(self) -> None:
        if self._evaluator.result is not None:
            self.how_good.show_result(self._evaluator.result, self.confusions.order)

    def _show_state(self, job: Job | None, stale: bool) -> None:
        """How far a test is, or of which weights the result is."""
        if job is None:
            self._timer.stop()
            self.of.set_text(*self._of(stale))
            return
        self._timer.start()
        self.of.set_text(self._pace.words(job))

    def _of(self, stale: bool) -> tuple[str, ...]:
        result, now = self._evaluator.result, self._looking.now
        if result is None:
            return ("",)
        best = best_text(result.of.run).capitalize() if result.of.best and result.of.run is not None else ""
        other = result.of.best != now.best and result.of.run is now.run
        since = "of other weights" if other else "before the last change"
        before = f"{since}: evaluate again to see what it says now" if stale else ""
        return (" · ".join(filter(None, (best, before))),)


def _splitter(way: Qt.Orientation, parts: tuple[QWidget, QWidget], sizes: tuple[int, int]) -> QSplitter:
    """Two parts beside each other, the second of which takes what is to spare."""
    made = QSplitter(way)
    made.setChildrenCollapsible(False)
    made.setHandleWidth(1)
    for place, part in enumerate(parts):
        made.addWidget(part)
        made.setStretchFactor(place, place)
    made.setSizes(list(sizes))
    return made
