"""The smallest change of the picture that makes the network answer otherwise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, get_args

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cnnstudio.nn.arrays import Array, thousands
from cnnstudio.nn.looking.attribution.class_score import ClassScore
from cnnstudio.nn.looking.flipping.answering import Answering
from cnnstudio.nn.looking.flipping.flip import BOUND, Flip, Search
from cnnstudio.nn.looking.flipping.one_pixel import one_pixel
from cnnstudio.nn.looking.flipping.signed_steps import BESIDE, many_steps, one_step
from cnnstudio.nn.telling.phrases import amount, share_text
from cnnstudio.nn.telling.told import told
from cnnstudio.ui.evaluate.one_job import OneJob
from cnnstudio.ui.evaluate.taking.ask_button import AskButton
from cnnstudio.ui.evaluate.where.painted import SmallFigures
from cnnstudio.ui.look import pictures, theme
from cnnstudio.ui.look.labels import label, plain_tip
from cnnstudio.ui.look.numbers import number_text
from cnnstudio.ui.run.looked_at import LookedAt
from cnnstudio.ui.run.samples import name_of
from cnnstudio.ui.widgets.choosing.elided_choice import ElidedChoice
from cnnstudio.ui.widgets.choosing.segments import Segments
from cnnstudio.worker.jobs import Job, Jobs, Steps

Way = Literal["step", "steps", "pixel"]
WAYS: tuple[Way, ...] = get_args(Way)
WAY_WORDS: dict[Way, tuple[str, str]] = {
    "step": (
        "One step",
        "Every number moved by the same, up or down as the loss grows: FGSM (Goodfellow et al., 2015)",
    ),
    "steps": (
        "Many steps",
        "Many small steps that stay within a bound: PGD (Madry et al., 2018). Often needs less",
    ),
    "pixel": ("One pixel", "One pixel with each channel at nothing or at its most, after the idea of Su et al. (2019)"),
}
ANY = -1
_GAP = 10.0


def searching(now: LookedAt, picture: Array, way: Way, toward: int) -> Callable[[Job], Steps]:
    """The work of looking for a flip of a picture uint8 (H, W, C)."""

    def work(job: Job) -> Steps:
        yield None
        score = ClassScore(now.graph, now.snapshot.parameters, BESIDE)
        answering = Answering(now.graph, now.snapshot.parameters)
        try:
            search = Search(score, answering, picture, toward)
            if way == "step":
                return one_step(search, cancelled=job.cancelled)
            look = many_steps if way == "steps" else one_pixel
            return look(search, progress=job.report, cancelled=job.cancelled)
        finally:
            score.close()
            answering.close()

    return work


def flip_words(flip: Flip, way: Way, classes: Sequence[str]) -> str:
    """What was found, in numbers."""
    before, after = name_of(classes, flip.answer), name_of(classes, int(flip.says.argmax()))
    if way == "pixel":
        what = f"One pixel of {thousands(flip.before.shape[0] * flip.before.shape[1])}"
        if flip.flipped:
            found = amount(flip.tried, "try", "tries")
            return f"{what} in another colour, and “{before}” is “{after}”: found after {found}."
        tried = f"{amount(flip.tried, 'picture')} with one pixel at nothing or at its most"
        return f"None does it of {tried}. The one that comes nearest is shown."
    moved = (
        f"moved by at most {amount(flip.largest, 'level')} of 255 (L∞), {number_text(flip.length, 3)} together (L₂), "
        f"{thousands(flip.pixels)} of {amount(flip.before.shape[0] * flip.before.shape[1], 'pixel')}"
    )
    if flip.flipped:
        return f"The smallest found: “{before}” is “{after}” with every number {moved}."
    wanted = f"“{name_of(classes, flip.toward)}”" if flip.toward >= 0 else "anything else"
    return f"Up to {amount(BOUND, 'level')} of 255 nothing found makes it {wanted}. What comes nearest: {moved}."


class FlipView(SmallFigures):
    """The picture, the changed one, and the difference, larger than it is."""

    def __init__(self) -> None:
        super().__init__()
        self._flip: Flip | None = None
        self._classes: Sequence[str] = ()

    @property
    def times(self) -> int:
        """By how much the difference is larger than it is."""
        return 1 if self._flip is None else max(1, 127 // max(1, self._flip.largest))

    def show_flip(self, flip: Flip | None, classes: Sequence[str]) -> None:
        """Show another one, or none."""
        self._flip, self._classes = flip, classes
        self.setAccessibleName("; ".join(self._captions()))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(330, round(100 + 2 * self.line))

    def minimumSizeHint(self) -> QSize:
        return QSize(220, round(64 + 2 * self.line))

    def _captions(self) -> list[str]:
        flip = self._flip
        if flip is None:
            return []
        said = [
            f"“{name_of(self._classes, int(each.argmax()))}” {share_text(float(each.max()))}"
            for each in (flip.said, flip.says)
        ]
        return [*said, f"difference × {self.times}"]

    def paintEvent(self, _event: QPaintEvent) -> None:
        flip, look = self._flip, theme.current()
        if flip is None:
            return
        painter = QPainter(self)
        height, width, _channels = flip.before.shape
        grey = np.clip(128 + self.times * flip.difference.astype(np.int32), 0, 255).astype(np.uint8)
        share = (self.width() - 2 * _GAP) / 3
        high = min(share * height / width, self.height() - 2 * self.line)
        wide = high * width / height
        for place, (picture, words) in enumerate(zip((flip.before, flip.after, grey), self._captions(), strict=True)):
            box = QRectF(place * (share + _GAP) + 1, 1, wide - 2, high - 2)
            painter.drawImage(box, pictures.image_picture(picture))
            painter.setPen(QPen(look.line, 1))
            painter.drawRect(box)
            painter.setPen(look.text if place < 2 else look.secondary)
            below = QRectF(box.left(), box.bottom() + 2, share, self.line)
            shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, round(share))
            painter.drawText(below, Qt.AlignmentFlag.AlignLeft, shown)


class FlipCard(QWidget):
    """What was found is of the network and the picture that were asked about; others make it go."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self.trial = OneJob(jobs, self)
        self._now: LookedAt | None = None
        self._picture: Array | None = None
        self.flip: Flip | None = None
        self.ways = Segments("How it is looked for", {way: WAY_WORDS[way][0] for way in WAYS}, "steps",
                             tips={way: WAY_WORDS[way][1] for way in WAYS}, evenly=False)  # fmt: skip
        self.ways.changed.connect(self._forget)
        self.toward = ElidedChoice()
        self.toward.setAccessibleName("To which class")
        self.toward.setToolTip(plain_tip("What the network is to take the picture for"))
        self.toward.activated.connect(self._forget)
        self.ask = AskButton("Find it", "Look for the smallest change of this kind", self.trial)
        self.ask.asked.connect(self._begin)
        self.words, self.view = label("", "secondary", wrap=True), FlipView()
        self.trial.done.connect(self._take)
        first, second = QHBoxLayout(), QHBoxLayout()
        first.addWidget(self.ways)
        first.addStretch(1)
        second.addWidget(label("so that it is", "soft"))
        second.addWidget(self.toward, 1)
        second.addWidget(self.ask)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(first)
        column.addLayout(second)
        column.addWidget(self.words)
        column.addWidget(self.view, 1)
        self._forget()

    @property
    def way(self) -> Way:
        """How it is looked for."""
        return next(way for way in WAYS if way == self.ways.choice)

    def show_network(self, now: LookedAt, picture: Array | None, why: str) -> None:
        """Another network or picture, as it is without the sliders; ``why`` it cannot be tried, or ""."""
        if not now.same_network(self._now) or picture is not self._picture:
            self._now, self._picture = now, picture
            self._offer(now.classes)
            self._forget()
        self._now = now
        self.ask.allow(why)

    def _offer(self, classes: Sequence[str]) -> None:
        named = ["anything else", *(f"“{name}”" for name in classes)]
        if [self.toward.itemText(row) for row in range(self.toward.count())] != named:
            self.toward.clear()
            for number, words in enumerate(named):
                self.toward.addItem(words, number - 1)

    def _forget(self, *_: object) -> None:
        self.trial.stop()
        self.flip = None
        self.view.show_flip(None, ())
        self.words.setText(f"{WAY_WORDS[self.way][1]}. The picture stays whole levels, as it would be saved.")

    def _begin(self) -> None:
        if self._now is not None and self._picture is not None:
            toward = self.toward.currentData()
            work = searching(self._now, self._picture, self.way, ANY if toward is None else int(toward))
            self.trial.begin(told("looking-for-flip"), work)

    def _take(self, flip: Flip) -> None:
        assert self._now is not None
        self.flip = flip
        self.words.setText(flip_words(flip, self.way, self._now.classes))
        self.view.show_flip(flip, self._now.classes)
