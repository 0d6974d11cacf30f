"""Occlusion as what it is: the patches that hide a pixel, and how much less probable each makes the class."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent

from cnnstudio.nn.looking.occlusion import hidden
from cnnstudio.nn.telling.phrases import amount, share_text
from cnnstudio.ui.evaluate.where.account import CENTRE, GAP, LEFT, Account, sum_text
from cnnstudio.ui.evaluate.where.painted import map_image
from cnnstudio.ui.look import pictures, theme
from cnnstudio.ui.look.numbers import signed_figure

_SIDE = 110.0
#: so many patches over a pixel are told one by one
_MOST = 6


class HidingAccount(Account):
    """The picture with the patch that costs most there, the falls at all places, and the map."""

    def prepare(self) -> None:
        looked = self.looked
        if looked is None or looked.hiding is None:
            return
        self._falls = map_image(looked.hiding.falls_of(looked.question.label), signed=True)
        self._map = map_image(looked.map, signed=True)

    def over(self) -> list[tuple[tuple[int, int], float]]:
        """The places of the patch that hide the pixel, each with the fall of the class, the largest first."""
        looked = self.looked
        assert looked is not None and looked.hiding is not None
        hiding = looked.hiding
        falls = hiding.falls_of(looked.question.label)
        found = []
        for place, fall in np.ndenumerate(falls):
            down, across = hiding.pixels(place[0], place[1])
            if down.start <= self.pixel[0] < down.stop and across.start <= self.pixel[1] < across.stop:
                found.append(((place[0], place[1]), float(fall)))
        return sorted(found, key=lambda each: -each[1])

    def words(self) -> str:
        looked = self.looked
        if looked is None or looked.hiding is None:
            return ""
        over = self.over()
        mean = sum(fall for _, fall in over) / max(1, len(over))
        where = (
            f"Row {self.pixel[0] + 1}, column {self.pixel[1] + 1} lies under {amount(len(over), 'patch', 'patches')}"
        )
        return f"{where}; the class falls by {signed_figure(mean)} in the mean"

    def paintEvent(self, _event: QPaintEvent) -> None:
        looked = self.looked
        if looked is None or looked.hiding is None or self.picture is None:
            return
        look, painter, hiding = theme.current(), QPainter(self), looked.hiding
        self.tiles = []
        over = self.over()
        where, fall = over[0]
        side = max(44.0, min(_SIDE, self.width() / 3 - 2 * GAP))
        pitch, top = side + 3 * GAP, self.line + 2
        covered = pictures.image_picture(hidden(self.picture, hiding.pixels(*where), hiding.ground))
        rest = hiding.probabilities[where][looked.question.label]
        tiles = ((f"hidden: {share_text(float(rest))}", covered, self.pixel), ("falls, by place", self._falls, where),
                 ("map", self._map, self.pixel))  # fmt: skip
        for place, (words, image, ringed) in enumerate(tiles):
            left = GAP + place * pitch
            painter.setPen(look.secondary)
            painter.drawText(QRectF(left - GAP, 0, side + 2 * GAP, self.line), CENTRE, words)
            self.tile(painter, QRectF(left, top, side, side), image, ringed)
        below = top + side + 8
        told = sum_text([each for _, each in over], _MOST)
        mean = sum(each for _, each in over) / len(over)
        row, column = self.pixel
        lines = (
            f"Row {row + 1}, column {column + 1} lies under {amount(len(over), 'patch', 'patches')} of "
            f"{hiding.patch}×{hiding.patch}, and the class falls by",
            f"({told}) / {len(over)} = {signed_figure(mean)}.",
            f"How much less probable the class is with the patch at each; the largest fall is {signed_figure(fall)}.",
        )
        for number, text in enumerate(lines):
            painter.setPen(look.secondary if number == len(lines) - 1 else look.text)
            box = QRectF(6, below + number * self.line, self.width() - 12, self.line)
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()))
            painter.drawText(box, LEFT, shown)
