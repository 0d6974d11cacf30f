"""What training sees of a picture: the same in sixteen epochs, varied as the recipe says, and the settings of that."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from cnnstudio.data.dataset import Pixels
from cnnstudio.data.preparation.augmentation import Augmentation, Augmenter
from cnnstudio.data.review.catalogue import Catalogue
from cnnstudio.design.value.recipe import Recipe
from cnnstudio.nn.settings import SettingError
from cnnstudio.nn.telling.told import Sentence, worded
from cnnstudio.nn.training.order import BALANCED
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.look.pictures import image_picture
from cnnstudio.ui.panels.importing.painted import drawn_in
from cnnstudio.ui.panels.inspector.layer_form import SettingRow
from cnnstudio.worker.background import Background

EPOCHS, _ACROSS, _GAP = 16, 4, 4


class VariantsView(QWidget):
    """Sixteen pictures, four in a row."""

    def __init__(self) -> None:
        super().__init__()
        self.pictures: list[QImage] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("The picture as training sees it in sixteen epochs")

    def show_pictures(self, pixels: Pixels | None) -> None:
        """Show pictures uint8 (16, H, W, C), or none."""
        self.pictures = [] if pixels is None else [image_picture(each) for each in pixels]
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, 240)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.setFixedHeight(self.width())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, side = QPainter(self), (self.width() + _GAP) // _ACROSS - _GAP
        for place, picture in enumerate(self.pictures):
            down, right = divmod(place, _ACROSS)
            drawn_in(painter, picture, QRect(right * (side + _GAP), down * (side + _GAP), side, side))


class Varied(QWidget):
    """Follows the recipe. Close it with ``shutdown`` before it goes."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self._asked: tuple[object, ...] = ()
        self._catalogue: Catalogue | None = None
        self._row: int | None = None
        self._whole = False
        self._background = Background("Varying the picture", self)
        self._background.answered.connect(self._take)
        self.words = label("", "secondary", wrap=True)
        self.view = VariantsView()
        self.rows: dict[str, SettingRow] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(label("What training sees of it", "title"))
        column.addWidget(self.words)
        column.addWidget(self.view)
        for about in Augmentation.settings():
            row = self.rows[about.name] = SettingRow(about, Augmentation.title)
            row.editor.entered.connect(partial(self._set, about.name, about.title))
            column.addWidget(row)
        document.changed.connect(self.follow)

    def shutdown(self) -> None:
        """Vary no more. Safe to call twice."""
        self._background.shutdown()

    def show_row(self, catalogue: Catalogue | None, row: int | None, *, whole: bool) -> None:
        """Show another picture, or none; of the ``whole`` data it is known when which picture is varied how."""
        self._catalogue, self._row, self._whole = catalogue, row, whole
        self.follow()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.follow()

    def follow(self, *_change: object) -> None:
        """Show it as the recipe varies pictures now, once it is seen: edits elsewhere do not wait for it."""
        if not self.isVisible():
            return
        recipe, catalogue, row = self._document.project.design.recipe, self._catalogue, self._row
        for name, setting_row in self.rows.items():
            setting_row.show_value(getattr(recipe.augmentation, name))
        if catalogue is None or row is None:
            self._asked = ()
            self.view.show_pictures(None)
            self.words.setText("")
            return
        place = catalogue.place_in_training(row) if self._whole else None
        self.words.setText(_words(recipe, place is not None))
        asked = (catalogue, row, recipe.augmentation, recipe.seed)
        if asked != self._asked:
            self._asked = asked
            pixels = catalogue.read(np.array([row]))
            where = (place, catalogue.learned) if place is not None else (0, 1)
            self._background.ask(partial(_variants, asked, pixels, recipe.augmentation, recipe.seed, *where))

    def _take(self, answer: tuple[tuple[object, ...], Pixels]) -> None:
        if answer[0] == self._asked:
            self.view.show_pictures(answer[1])

    def _set(self, name: str, title: str, value: Any) -> None:
        design, row = self._document.project.design, self.rows[name]
        try:
            recipe = design.recipe.choose(**{f"augmentation.{name}": value})
        except SettingError as error:
            row.refuse(worded(error))
            row.show_value(getattr(design.recipe.augmentation, name))
            return
        step, after = Sentence("Change {setting}", setting=title.lower()), design.with_changes(recipe=recipe)
        self._document.edit(step, after, merge=f"recipe.augmentation.{name}")


def _words(recipe: Recipe, learned: bool) -> str:
    if not recipe.augmentation.changes:
        return "The same in every epoch, as nothing is varied."
    if not learned:
        return "As it would be in epochs 1 to 16 if it were learned from."
    drawn = ", where it is drawn" if recipe.drawing == BALANCED else ""
    return f"As it is in epochs 1 to 16{drawn}."


def _variants(
    asked: tuple[object, ...], pixels: Pixels, settings: Augmentation, seed: int, place: int, count: int
) -> tuple[tuple[object, ...], Pixels]:
    """The picture (1, H, W, C) at a place of so many training pictures, in the epochs from 1 on."""
    vary, at = Augmenter(settings, seed, count), np.array([place])
    return asked, np.concatenate([vary(pixels, at, epoch) for epoch in range(1, EPOCHS + 1)])
