"""Where it looked: picture and map at the left, the sum behind the map in the middle, its two tests at the right."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from cnnstudio.nn.looking.attribution.fills import FILLS
from cnnstudio.nn.looking.attribution.grad_cam import layers_with_maps
from cnnstudio.nn.looking.attribution.mattering import RIVALS
from cnnstudio.nn.looking.attribution.methods import AT_LAYERS, Method, methods_for
from cnnstudio.nn.telling.phrases import share_text
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.evaluate.pace import Pace
from cnnstudio.ui.evaluate.where.account import Account
from cnnstudio.ui.evaluate.where.cam_account import CamAccount
from cnnstudio.ui.evaluate.where.depending_view import DependingView, depending_words
from cnnstudio.ui.evaluate.where.hiding_account import HidingAccount
from cnnstudio.ui.evaluate.where.inquiry import Inquiry, Trial
from cnnstudio.ui.evaluate.where.map_view import MapView
from cnnstudio.ui.evaluate.where.mattering_view import FILL_WORDS, RIVAL_WORDS, MatteringView, mattering_words
from cnnstudio.ui.evaluate.where.path_account import PathAccount
from cnnstudio.ui.evaluate.where.product_account import ProductAccount
from cnnstudio.ui.evaluate.where.test_card import TestCard
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.labels import label, on_ground, plain_tip, set_property
from cnnstudio.ui.run.looked_at import Looking
from cnnstudio.ui.run.samples import Samples, name_of
from cnnstudio.ui.studio.pages import ScrolledPages
from cnnstudio.ui.widgets.choosing.segments import Segments
from cnnstudio.ui.widgets.elided_label import ElidedLabel
from cnnstudio.ui.widgets.icon_button import IconButton
from cnnstudio.worker.jobs import Job, Jobs

_POLL = 100
METHOD_WORDS: dict[Method, tuple[str, str]] = {
    "grad_cam": ("Grad-CAM", "Each map of a layer counts as much as the class grows with it"),
    "gradient": ("Gradient", "How much the score moves with each pixel"),
    "times_pixel": ("Gradient × pixel", "The slope of each pixel times the pixel"),
    "integrated": ("Integrated gradients", "The score shared out over the pixels on the way from a black picture"),
    "smooth": ("SmoothGrad", "The mean gradient of fifty copies with noise"),
    "guided": ("Guided backpropagation", "A gradient of which each ReLU lets only through what is above 0"),
    "guided_grad_cam": ("Guided Grad-CAM", "Guided backpropagation times Grad-CAM"),
    "occlusion": ("Occlusion", "How much less probable the class is with a patch of the picture hidden"),
}


class WherePanel(QWidget):
    """Follows the inquiry, which asks only while the panel is seen."""

    every_layer = Signal()
    #: it is to be out of the way
    closed = Signal()

    def __init__(self, document: Document, looking: Looking, samples: Samples, jobs: Jobs) -> None:
        super().__init__()
        on_ground(self, "live-ground")
        self._document, self._samples, self._pace = document, samples, Pace()
        self.inquiry = Inquiry(looking, jobs, self)
        self.classes, self.methods, self.layers = QComboBox(), QComboBox(), QComboBox()
        for box, name, tip in (
            (self.classes, "Class", _CLASS_TIP),
            (self.methods, "Method", "By which method the map is made"),
            (self.layers, "Layer", _LAYER_TIP),
        ):
            box.setAccessibleName(name)
            box.setToolTip(plain_tip(tip))
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            box.setMaximumWidth(theme.scaled(200))
        self.classes.activated.connect(lambda row: self.inquiry.choose(label=self.classes.itemData(row)))
        self.methods.activated.connect(lambda row: self.inquiry.choose(method=self.methods.itemData(row)))
        self.layers.activated.connect(lambda row: self.inquiry.choose(node=self.layers.itemData(row)))
        self.map, self.state = MapView(), ElidedLabel()
        self.accounts: dict[str, Account] = {
            "cam": CamAccount(), "path": PathAccount(), "hiding": HidingAccount(), "slopes": ProductAccount(),
        }  # fmt: skip
        self.stack = QStackedWidget()
        for account in self.accounts.values():
            self.stack.addWidget(account)
            account.moved.connect(partial(self._look_at, account))
        self.map.moved.connect(partial(self._look_at, self.map))
        self.depends, self.matters = DependingView(), MatteringView()
        self.depending = TestCard(
            "Does it depend on the weights?",
            "Layers get random weights, the last first. The map must fall apart: otherwise it shows the picture alone",
            "it does not",
            self.depends,
        )
        self.mattering = TestCard(
            "Does it matter?",
            "Pixels are taken away, the brightest of the map first. The class must be gone sooner than in any of the "
            "other orders: to be the first of twenty is chance once in twenty times",
            "not shown",
            self.matters,
            self._trial(),
        )
        self.depending.tried.connect(self.inquiry.test_depending)
        self.depending.stopped.connect(partial(self.inquiry.stop, "depending"))
        self.mattering.tried.connect(self._try)
        self.mattering.stopped.connect(partial(self.inquiry.stop, "mattering"))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 6, 16, 4)
        column.setSpacing(6)
        column.addLayout(self._head())
        column.addLayout(self._body(), 1)
        self._timer = QTimer(self, interval=_POLL)
        self._timer.timeout.connect(self._tick)
        #: the map that takes so long that it is told
        self._slow: Job | None = None
        self.inquiry.changed.connect(self._follow)
        samples.changed.connect(self._follow)
        self._follow()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.inquiry.want(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.inquiry.want(False)

    # laid out

    def _head(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(label("Where it looked", "title"))
        self.before = IconButton("chevron_left", "The picture before")
        self.after = IconButton("chevron_right", "The next picture")
        for button, by in ((self.before, -1), (self.after, 1)):
            button.clicked.connect(partial(self._samples.step, by))
            line.addWidget(button)
        for words, box in (("for", self.classes), ("by", self.methods), ("at", self.layers)):
            self._at = label(words, "soft")
            line.addWidget(self._at)
            line.addWidget(box)
        line.addWidget(self.state, 1)
        self.stop = QPushButton("Stop")
        self.stop.clicked.connect(self._stop_or_ask)
        set_property(self.stop, "in_line", "true")
        line.addWidget(self.stop)
        self.open = QPushButton("Every layer of this picture")
        self.open.setToolTip(plain_tip("Show what every layer makes of the picture that is looked at, in Explain"))
        self.open.clicked.connect(self.every_layer)
        set_property(self.open, "in_line", "true")
        line.addWidget(self.open)
        self.close_it = IconButton("close", "Hide where it looked")
        self.close_it.setToolTip("Hide where it looked (A)")
        self.close_it.clicked.connect(self.closed)
        line.addWidget(self.close_it)
        return line

    def _body(self) -> QHBoxLayout:
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self.depending)
        right.addWidget(self.mattering)
        right.addStretch(1)
        inside = QWidget()
        on_ground(inside, "live-ground")
        beside = QHBoxLayout(inside)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(18)
        beside.addWidget(self.stack, 8)
        beside.addLayout(right, 5)
        line = QHBoxLayout()
        line.setSpacing(18)
        line.addWidget(self.map, 2)
        line.addWidget(ScrolledPages(inside), 13)  # picture and map stay where the rest needs more room than there is
        return line

    def _trial(self) -> QWidget:
        choices = QWidget()
        self.fills = Segments("What takes the place of pixels", {fill: FILL_WORDS[fill][0] for fill in FILLS}, "blur",
                              tips={fill: FILL_WORDS[fill][2] for fill in FILLS}, evenly=False)  # fmt: skip
        self.rivals = Segments("What it is compared with", {each: RIVAL_WORDS[each][0] for each in RIVALS}, "moved",
                               tips={each: RIVAL_WORDS[each][2] for each in RIVALS}, evenly=False)  # fmt: skip
        line = QHBoxLayout(choices)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        for segments in (self.fills, self.rivals):
            segments.changed.connect(self._try_otherwise)
            line.addWidget(segments)
        line.addStretch(1)
        return choices

    def choose_class(self, place: int) -> None:
        """Ask for the likeliest class, 0, or for one of those that come after it."""
        if self.classes.isEnabled() and place < self.classes.count():
            self.classes.setCurrentIndex(place)
            self.inquiry.choose(label=self.classes.itemData(place))

    # what is shown

    def _stop_or_ask(self) -> None:
        if self.inquiry.given_up:
            self.inquiry.ask_again()
        else:
            self.inquiry.stop("looking")

    def _tick(self) -> None:
        self._slow = self.inquiry.jobs.get("looking")
        self._follow()

    def _try(self) -> None:
        self.inquiry.test_mattering(
            Trial(
                next(fill for fill in FILLS if fill == self.fills.choice),
                next(each for each in RIVALS if each == self.rivals.choice),
            )
        )

    def _try_otherwise(self, _choice: str) -> None:
        """What was tried is tried in the new way; otherwise it waits until it is asked for."""
        if self.inquiry.mattering is not None or "mattering" in self.inquiry.jobs:
            self._try()

    def _look_at(self, source: Account, row: int, column: int) -> None:
        for account in (self.map, *self.accounts.values()):
            if account is not source:
                account.show_pixel(row, column)

    def _follow(self) -> None:
        inquiry = self.inquiry
        jobs, looked, of = inquiry.jobs, inquiry.looked, inquiry.of
        self._timer.start() if jobs and self.isVisible() else self._timer.stop()
        for box in (self.classes, self.methods, self.layers):
            box.setEnabled(inquiry.question is not None and not inquiry.why)
        self._show_state()
        if looked is not None and of is not None and of.picture is not None and looked is not self.map.looked:
            self._show_choices()
            kind = "cam" if looked.cam else "path" if looked.path else "hiding" if looked.hiding else "slopes"
            chosen = self.accounts[kind]
            pixel = self._brightest()
            for account in (self.map, chosen):
                account.pixel = pixel
                account.show_looked(looked, of.picture)
            self.stack.setCurrentWidget(chosen)
        for widget in (self.map, self.stack, self.depending, self.mattering):
            widget.setVisible(not inquiry.why and not inquiry.given_up)
        self.map.show_failed(inquiry.failed)
        self._show_tests()

    def _brightest(self) -> tuple[int, int]:
        looked = self.inquiry.looked
        assert looked is not None
        row, column = divmod(int(looked.map.argmax()), looked.map.shape[1])
        return row, column

    def _show_state(self) -> None:
        job = self.inquiry.jobs.get("looking")
        slow, given_up = job is not None and job is self._slow, self.inquiry.given_up
        if self.inquiry.why:
            self.state.set_text(self.inquiry.why)
        elif job is not None and slow:
            self.state.set_text(self._pace.words(job))
        else:
            self.state.set_text("Stopped: there is no map." if given_up else "")
        self.stop.setVisible(slow or given_up)
        self.stop.setText("Ask again" if given_up else "Stop")
        self.stop.setToolTip("Work out this map from the start" if given_up else "Give up this map")

    def _show_choices(self) -> None:
        inquiry, of = self.inquiry, self.inquiry.of
        question, shares = inquiry.question, inquiry.probabilities
        assert question is not None and shares is not None and of is not None
        order = sorted(range(len(shares)), key=lambda number: -float(shares[number]))
        classes = [(f"{name_of(of.classes, n)}, {share_text(float(shares[n]))}", n, _CLASS_TIP) for n in order]
        _fill(self.classes, classes, question.label)
        methods = [(METHOD_WORDS[each][0], each, METHOD_WORDS[each][1]) for each in methods_for(of.graph)]
        _fill(self.methods, methods, question.method)
        names = self._names()
        layers = [(names.get(node, node), node, _LAYER_TIP) for node in layers_with_maps(of.graph)]
        _fill(self.layers, layers, question.node)
        for widget in (self._at, self.layers):
            widget.setVisible(question.method in AT_LAYERS)

    def _names(self) -> dict[str, str]:
        cards = self._document.project.design.cards
        return {node: card.name for node, card in cards.items()}

    def _show_tests(self) -> None:
        inquiry = self.inquiry
        can, of = inquiry.looked is not None, inquiry.of
        found, tried = inquiry.depending, inquiry.mattering
        if found is not None and inquiry.looked is not None:
            self.depends.show_found(found, self._names(), signed=inquiry.looked.signed)
        if tried is not None:
            self.matters.show_found(tried)
        question = inquiry.question
        name = name_of(of.classes, question.label) if of is not None and question is not None else ""
        self.depending.show_state(
            inquiry.jobs.get("depending"),
            None if found is None else found.depends,
            depending_words(found) if found is not None else "",
            can=can,
        )
        self.mattering.show_state(
            inquiry.jobs.get("mattering"),
            None if tried is None else tried.matters,
            mattering_words(tried, name) if tried is not None else "",
            can=can,
        )


_CLASS_TIP = "The class the map is about, with the probability it gets. 1 to 9: the likeliest, and those after it"
_LAYER_TIP = "The layer whose maps are weighed"


def _fill(box: QComboBox, items: Sequence[tuple[str, object, str]], chosen: object) -> None:
    """Put other items into a box, words, value and what they mean, and choose one by its value; nobody is told."""
    blocked = box.blockSignals(True)
    if [(box.itemText(i), box.itemData(i)) for i in range(box.count())] != [
        (words, value) for words, value, _ in items
    ]:
        box.clear()
        for row, (words, value, tip) in enumerate(items):
            box.addItem(words, value)
            box.setItemData(row, plain_tip(tip), Qt.ItemDataRole.ToolTipRole)
    box.setCurrentIndex(next((row for row, (_, value, _) in enumerate(items) if value == chosen), 0))
    box.blockSignals(blocked)
