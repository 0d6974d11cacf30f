"""How often the network is right while one slider goes from end to end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cnnstudio.data.dataset import DataSet, Examples
from cnnstudio.data.preparation.picture_change import ChangedExamples, PictureChange
from cnnstudio.nn.settings import Setting
from cnnstudio.nn.telling.phrases import amount, percent
from cnnstudio.nn.telling.told import told
from cnnstudio.nn.training.evaluation import evaluate
from cnnstudio.nn.training.scores import interval
from cnnstudio.project.kept.looks import note_look
from cnnstudio.ui.evaluate.interval_bar import paint_shares
from cnnstudio.ui.evaluate.one_job import OneJob
from cnnstudio.ui.evaluate.taking.ask_button import AskButton
from cnnstudio.ui.evaluate.taking.sliders import of_type, reach, value_text
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.labels import label, plain_tip
from cnnstudio.ui.run.looked_at import LookedAt
from cnnstudio.ui.widgets.choosing.elided_choice import ElidedChoice
from cnnstudio.worker.jobs import Job, Jobs, Steps

#: places along the slider, and test pictures that are tried at each
PLACES, MOST = 13, 1000
_LEFT, _BELOW, _TOP = 48.0, 34.0, 8.0
#: what a patch is without a size is no change
_SETTINGS = tuple(about for about in PictureChange.settings() if not about.name.startswith("patch_"))


@dataclass(frozen=True, eq=False)
class Withstood:
    """Of ``pictures`` test pictures so many are ``right`` (N,) with a setting at each of the ``values`` (N,)."""

    about: Setting
    values: tuple[float, ...]
    right: tuple[int, ...]
    pictures: int


def places_of(about: Setting, side: int) -> tuple[float, ...]:
    """Where a setting is tried, for pictures whose shorter side is ``side`` pixels: at rest, too."""
    spread = (of_type(about, float(value)) for value in np.linspace(*reach(about, side), PLACES))
    return tuple(sorted({*spread, about.default}))


def withstanding(now: LookedAt, examples: Examples, about: Setting) -> Callable[[Job], Steps]:
    """The work of trying it on all of some examples."""
    side = min(now.graph.shape(now.graph.images[0])[:2])

    def work(job: Job) -> Steps:
        values, right = places_of(about, side), list[int]()
        for value in values:
            change = PictureChange.from_json({about.name: value})
            found = evaluate(
                now.graph, now.snapshot.parameters, ChangedExamples(examples, change), cancelled=job.cancelled
            )
            right.append(int(found.right.sum()))
            job.report(len(right) / len(values))
            yield None
        return Withstood(about, values, tuple(right), len(examples))

    return work


class RangeChart(QWidget):
    """A curve with its 95 % ranges; a line stands where the slider does."""

    def __init__(self) -> None:
        super().__init__()
        theme.wear(self, "small-figures")
        self.setMinimumSize(180, 120)
        self._found: Withstood | None = None
        self._at: float | None = None

    def sizeHint(self) -> QSize:
        return QSize(300, 200)

    def show_found(self, found: Withstood | None) -> None:
        """Show another curve, or none."""
        self._found = found
        self._tell()

    def show_place(self, at: float) -> None:
        """Where the slider stands."""
        self._at = at
        self.update()

    def _tell(self) -> None:
        found = self._found
        rows = zip(found.values, found.right, strict=True) if found is not None else ()
        said = [
            f"{value_text(found.about, value)}: {percent(right / max(1, found.pictures))} right"
            for value, right in rows if found is not None
        ]  # fmt: skip
        self.setAccessibleName("; ".join(said))
        self.setToolTip(plain_tip("\n".join(said)))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        found, look, painter = self._found, theme.current(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(_LEFT, _TOP, self.width() - _LEFT - 14, self.height() - _TOP - _BELOW)
        paint_shares(painter, box)
        if found is None:
            return
        low, high = found.values[0], found.values[-1]

        def place(value: float, share: float) -> QPointF:
            across = (value - low) / (high - low)
            return QPointF(box.left() + across * box.width(), box.bottom() - share * box.height())

        below = QRectF(box.left(), box.bottom() + 4, box.width(), 16)
        for side, value in ((Qt.AlignmentFlag.AlignLeft, low), (Qt.AlignmentFlag.AlignRight, high)):
            painter.drawText(below, side, value_text(found.about, value))
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, found.about.title)
        if self._at is not None and low <= self._at <= high:
            painter.setPen(QPen(look.secondary, 1, Qt.PenStyle.DashLine))
            painter.drawLine(place(self._at, 0.0), place(self._at, 1.0))
        painter.setPen(QPen(theme.mixed(look.accent, look.panel, 0.5), 2))
        for value, right in zip(found.values, found.right, strict=True):
            least, most = interval(right, found.pictures)
            painter.drawLine(place(value, least), place(value, most))
        painter.setPen(QPen(look.accent, 2))
        shares = [right / max(1, found.pictures) for right in found.right]
        painter.drawPolyline(
            QPolygonF([place(value, share) for value, share in zip(found.values, shares, strict=True)])
        )


class RangeCard(QWidget):
    """The curve is of the network and the pictures that were tried; others make it stale, and it goes."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self.trial = OneJob(jobs, self)
        self._now: LookedAt | None = None
        self._data: DataSet | None = None
        self._change = PictureChange()
        self.found: Withstood | None = None
        self.choice, self.chart = ElidedChoice(), RangeChart()
        self.choice.setAccessibleName("Which slider")
        for row, about in enumerate(_SETTINGS):
            self.choice.addItem(about.title, about.name)
            self.choice.setItemData(row, plain_tip(about.sentence), Qt.ItemDataRole.ToolTipRole)
        self.choice.activated.connect(self._choose)
        tip = "Try the test pictures with this slider at thirteen places, and all others at rest"
        self.ask = AskButton("Try it", tip, self.trial)
        self.ask.asked.connect(self._begin)
        self.words = label("", "secondary", wrap=True)
        self.trial.done.connect(self._take)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(label("How often right, by", "soft"))
        line.addWidget(self.choice, 1)
        line.addWidget(self.ask)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(line)
        column.addWidget(self.words)
        column.addWidget(self.chart, 1)
        self._say()

    @property
    def about(self) -> Setting:
        """The slider that is tried."""
        return _SETTINGS[self.choice.currentIndex()]

    def show_network(self, now: LookedAt, data: DataSet | None, why: str) -> None:
        """Another network, or other pictures; ``why`` it cannot be tried, or ""."""
        if not now.same_network(self._now) or data is not self._data:
            self.trial.stop()
            self.found = None
            self.chart.show_found(None)
        self._now, self._data = now, data
        self.ask.allow(why)
        self._say()

    def show_change(self, change: PictureChange) -> None:
        """Where the sliders stand."""
        self._change = change
        self.chart.show_place(float(getattr(change, self.about.name)))

    def follow(self, name: str) -> None:
        """The slider that is in the hand is the one to be tried, until a curve is there."""
        row = self.choice.findData(name)
        if row >= 0 and self.found is None and self.trial.job is None:
            self.choice.setCurrentIndex(row)
            self.show_change(self._change)

    def _choose(self) -> None:
        self.trial.stop()
        self.found = None
        self.chart.show_found(None)
        self.show_change(self._change)
        self._say()

    def _begin(self) -> None:
        if self._now is not None and self._data is not None:
            test = self._data.test
            some = np.linspace(0, len(test) - 1, min(MOST, len(test))).astype(np.int64)
            note_look(self._data.fingerprint)
            self.trial.begin(told("changing-all"), withstanding(self._now, test.take(some), self.about))

    def _take(self, found: Withstood) -> None:
        self.found = found
        self.chart.show_found(found)
        self._say()

    def _say(self) -> None:
        if self.found is None:
            self.words.setText("All other sliders at rest. Each place is tried on up to a thousand test pictures.")
            return
        found = self.found
        shares = [right / max(1, found.pictures) for right in found.right]
        rest = shares[found.values.index(found.about.default)]
        worst = min(range(len(shares)), key=shares.__getitem__)
        place = f"{found.about.title.lower()} at {value_text(found.about, found.values[worst])}"
        self.words.setText(
            f"Of {amount(found.pictures, 'test picture')} it gets {percent(rest)} right as they are, and "
            f"{percent(shares[worst])} with {place}."
        )
