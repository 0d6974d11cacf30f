"""The sheet on which it is chosen anew how data are read, what validation gets, and whether the network is fitted."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from cnnstudio.data.dataset import PARTS, DataSet
from cnnstudio.data.library import is_name
from cnnstudio.data.preparation.choice import DataChoice
from cnnstudio.data.preparation.measured import Brightness
from cnnstudio.data.preparation.split import Split, divided
from cnnstudio.design.value.design import Design
from cnnstudio.nn.arrays import shape_text, thousands
from cnnstudio.nn.settings import Described, Setting, SettingError
from cnnstudio.nn.telling.phrases import amount, listed
from cnnstudio.nn.telling.told import worded
from cnnstudio.ui.look.labels import label, set_role
from cnnstudio.ui.panels.importing.consequences import ConsequenceColumn
from cnnstudio.ui.panels.importing.painted import SplitBar, Thumbs
from cnnstudio.ui.panels.inspector.layer_form import SettingRow
from cnnstudio.ui.widgets.elided_label import ElidedLabel
from cnnstudio.ui.widgets.layouts.scrolled_column import scroll_down
from cnnstudio.ui.widgets.page import MARGIN, Page

#: choices that are made elsewhere: a flaw is to be found, and equal pictures are apart in old designs alone
_ELSEWHERE = ("flaw", "equal")
#: pictures that are shown, and classes that are named
_SHOWN, _NAMED = 12, 12


class ChoicesPage(Page):
    """Covers ``host`` until it is dismissed. ``given`` is what is chosen now, ``kind`` what can be chosen."""

    #: other choices, which have to be read before they can be taken; Return or the blue button
    changed = Signal()
    taken = Signal()

    def __init__(self, title: str, kind: type[Described], given: DataChoice, host: QWidget) -> None:
        super().__init__(f"How {title} is read", "data", host)
        self._given = given
        self._values, self._split = kind.from_json(dict(given.choices)), given.split
        self.rows: dict[str, SettingRow] = {}
        self.words.addWidget(label(title, "heading"))
        self.where = ElidedLabel()
        self.where.set_text(given.source, tip=given.source)
        self.where.setVisible(not is_name(given.source))
        self.words.addWidget(self.where)
        self.trouble = label("", "error", wrap=True)
        self.trouble.setMinimumWidth(260)
        self.trouble.hide()
        cancel, self.button = QPushButton("Cancel"), QPushButton("Take it so")
        cancel.setToolTip("Esc")
        cancel.clicked.connect(self.leave)
        self.button.setProperty("role", "primary")
        self.button.setToolTip("Return")
        self.button.clicked.connect(self.taken)
        self.head.addWidget(self.trouble, 2)
        self.head.addWidget(cancel)
        self.head.addWidget(self.button)
        self.consequences = ConsequenceColumn(costs=False)
        columns = QWidget()
        columns.setProperty("role", "scrolled")
        line = QHBoxLayout(columns)
        line.setContentsMargins(MARGIN, 18, MARGIN, 18)
        line.setSpacing(32)
        line.addWidget(self._choices(kind), 1)
        line.addWidget(self.consequences, 1)
        area = QScrollArea()
        scroll_down(area, columns)
        self.column.addWidget(area, 1)
        self.show_reading()
        self.open()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    @property
    def choice(self) -> DataChoice:
        """What is chosen now; what is as by itself is not said."""
        plain = type(self._values)()
        said = {about.name: getattr(self._values, about.name) for about in self._values.settings()}
        chosen = {name: value for name, value in said.items() if value != getattr(plain, name)}
        return DataChoice(self._given.source, tuple(chosen.items()), self._given.changes, self._split)

    @property
    def ready(self) -> bool:
        return self.button.isEnabled()

    def go_on(self) -> None:
        self.taken.emit()

    def leave(self) -> None:
        self.dismiss()

    def show_reading(self) -> None:
        """It is being read as it is chosen."""
        self.button.setEnabled(False)
        self.trouble.hide()
        self.facts.setText("Reading …")

    def show_trouble(self, sentence: str) -> None:
        """It cannot be read so."""
        self.facts.setText("")
        self.thumbs.show_pictures(None)
        self.trouble.setText(sentence)
        self.trouble.show()

    def show_read(self, data: DataSet, design: Design, measured: Brightness) -> None:
        """Show what comes of the choices, and what fitting the network to that changes."""
        count = sum(map(len, data.parts.values()))
        more = ["…"] if len(data.classes) > _NAMED else []
        named = listed([*data.classes[:_NAMED], *more])
        self.facts.setText(
            f"{amount(count, 'picture')}, {shape_text(data.image_shape)}, "
            f"{amount(len(data.classes), 'class', 'classes')}: {named}"
        )
        some = np.linspace(0, len(data.train) - 1, min(_SHOWN, len(data.train))).astype(np.int64)
        self.thumbs.show_pictures(data.train.read(some))
        for widget in (self.share_words, self.rows["share"], self.rows["seed"]):
            widget.setVisible(data.validation is None)
        learning, validation = divided(data, self._split)
        shares = (len(learning), len(validation), len(data.test))
        self.bar.show_shares(shares)
        told = (f"{part} {thousands(of)}" for part, of in zip(PARTS, shares, strict=True))
        self.shares.setText("  ·  ".join(told))
        self.consequences.show_fitting(design, data.image_shape, data.classes, measured)
        fits, enough = self.consequences.fits.isChecked(), self.consequences.enough
        self.button.setText(("Fit the network" if enough else "Fit it all the same") if fits else "Take it so")
        set_role(self.button, "primary" if enough else "")
        self.button.setEnabled(True)

    def _choices(self, kind: type[Described]) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(label("What there is", "title"))
        self.facts, self.thumbs = label("", wrap=True), Thumbs(44)
        column.addWidget(self.facts)
        column.addWidget(self.thumbs)
        column.addSpacing(10)
        column.addWidget(label("How it is read", "title"))
        for about in kind.settings():
            if about.name not in _ELSEWHERE:
                column.addWidget(self._row(about, kind.title))
                told = label(about.sentence, "secondary", wrap=True)
                told.setContentsMargins(4, 0, 0, 6)
                column.addWidget(told)
        column.addSpacing(10)
        column.addWidget(label("Who learns, who checks", "title"))
        self.bar, self.shares = SplitBar(), label("", wrap=True)
        column.addWidget(self.bar)
        column.addWidget(self.shares)
        self.share_words = label("Validation gets this share of the training pictures:", "secondary", wrap=True)
        column.addWidget(self.share_words)
        for about in Split.settings():
            if about.name not in _ELSEWHERE:
                column.addWidget(self._row(about, Split.title))
        column.addStretch(1)
        return holder

    def _row(self, about: Setting, owner: str) -> SettingRow:
        row = self.rows[about.name] = SettingRow(about, owner)
        row.editor.entered.connect(partial(self._set, about.name))
        row.show_value(self._value(about.name))
        return row

    def _value(self, name: str) -> Any:
        return getattr(self._split if name in ("share", "seed") else self._values, name)

    def _set(self, name: str, value: Any) -> None:
        row = self.rows[name]
        try:
            if name in ("share", "seed"):
                self._split = self._split.replace(**{name: value})
            else:
                self._values = self._values.replace(**{name: value})
        except SettingError as error:
            row.refuse(worded(error))
            row.show_value(self._value(name))
            return
        row.refuse("")
        self.changed.emit()
