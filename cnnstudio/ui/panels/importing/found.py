"""What was found: the layout, the classes with a few pictures of each and their counts, and what is left out."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from cnnstudio.data.dataset import Part
from cnnstudio.data.importing.preview import MOST_CLASSES, Preview
from cnnstudio.data.importing.survey import Survey
from cnnstudio.data.wording.found import layout_words, remark_words
from cnnstudio.data.wording.left_out import why_left_out
from cnnstudio.nn.arrays import thousands
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.ui.look.labels import label, rule
from cnnstudio.ui.panels.importing.painted import Thumbs
from cnnstudio.ui.widgets.elided_label import ElidedLabel
from cnnstudio.ui.widgets.layouts.contents import empty

#: files left out that are named
_NAMED = 5
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_TITLES: dict[Part | None, str] = {"train": "train", "validation": "validation", "test": "test", None: "pictures"}


class FoundColumn(QWidget):
    """The left column of the sheet."""

    def __init__(self) -> None:
        super().__init__()
        self._survey: Survey | None = None
        self.thumbs: dict[str, Thumbs] = {}
        self.layout_line = label("", wrap=True)
        self.sample_line = label("", "secondary", wrap=True)
        #: above the classes, of which there may be many: what is left out is named below them
        self.left_out_line = label("", "warning-title", wrap=True)
        self.table = QGridLayout()
        self.table.setHorizontalSpacing(10)
        self.table.setVerticalSpacing(3)
        self.table.setColumnMinimumWidth(0, 84)
        self.table.setColumnStretch(1, 1)
        self._counts: dict[tuple[Part | None, str | None], QLabel] = {}
        self.left_out = QFrame()
        self.left_out.setProperty("role", "card")
        self.left_out_title = label("", "title")
        self.copy = QPushButton("Copy the list")
        self.copy.setProperty("role", "link")
        self.copy.clicked.connect(self._copy)
        self._names = QGridLayout()
        self._names.setColumnStretch(0, 2)
        self._names.setColumnStretch(1, 3)
        self._names.setHorizontalSpacing(12)
        card = QVBoxLayout(self.left_out)
        head = QHBoxLayout()
        head.addWidget(self.left_out_title, 1)
        head.addWidget(self.copy)
        card.addLayout(head)
        card.addLayout(self._names)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(label("What was found", "title"))
        column.addWidget(self.layout_line)
        column.addWidget(self.left_out_line)
        column.addLayout(self.table)
        column.addWidget(self.sample_line)
        column.addWidget(self.left_out)
        column.addStretch(1)
        self.left_out.hide()
        self.left_out_line.hide()

    def show_survey(self, survey: Survey) -> None:
        """Show what is known; the table is made anew where there are other classes."""
        before, self._survey = self._survey, survey
        if before is None or before.classes != survey.classes:
            remarks = " ".join(map(remark_words, survey.remarks))
            self.layout_line.setText(f"Recognised: {layout_words(survey.layout)}. {remarks}".rstrip())
            self._make_table(survey)
        for (part, name), count in self._counts.items():
            count.setText(thousands(survey.count(part, name)))
        what = "Read to the end, to find those that are broken" if survey.heads_known else "Sizes, colours and faults"
        far = survey.read if survey.heads_known else len(survey.looks)
        self.sample_line.setText(f"{what}: {thousands(far)} of {amount(len(survey.pictures), 'file')} so far …")
        self.sample_line.setVisible(not survey.complete)
        self._name_left_out(survey)

    def show_preview(self, preview: Preview) -> None:
        """Show a few pictures of each class as the network will see them."""
        for name, row in self.thumbs.items():
            row.show_pictures(preview.examples.get(name))

    def _make_table(self, survey: Survey) -> None:
        empty(self.table)
        self._counts.clear()
        self.thumbs.clear()
        parts: tuple[Part | None, ...] = survey.parts or (None,)
        self.table.addWidget(label("class", "section"), 0, 0)
        self.table.addWidget(label("as fitted", "section"), 0, 1)
        for place, part in enumerate(parts):
            self.table.addWidget(label(_TITLES[part], "section"), 0, 2 + place, _RIGHT)
        row = 1
        for name in survey.classes[:MOST_CLASSES]:
            title = ElidedLabel(middle=True)
            title.set_text(name)
            title.setMinimumWidth(76)
            self.table.addWidget(title, row, 0)
            self.thumbs[name] = Thumbs()
            self.table.addWidget(self.thumbs[name], row, 1)
            for place, part in enumerate(parts):
                self._count(part, name, "", row, 2 + place)
            row += 1
        self.table.addWidget(rule(), row, 0, 1, 2 + len(parts))
        more = len(survey.classes) - MOST_CLASSES
        told = amount(len(survey.classes), "class", "classes") + (f", {more} of them not shown" if more > 0 else "")
        self.table.addWidget(label(told, "title"), row + 1, 0, 1, 2)
        for place, part in enumerate(parts):
            self._count(part, None, "title", row + 1, 2 + place)

    def _count(self, part: Part | None, name: str | None, role: str, row: int, column: int) -> None:
        self._counts[part, name] = made = label("", role)
        self.table.addWidget(made, row, column, _RIGHT)

    def _name_left_out(self, survey: Survey) -> None:
        count = len(survey.left_out)
        self.left_out.setVisible(count > 0)
        told = f"{amount(count, 'file')} {'is' if count == 1 else 'are'} left out"
        self.left_out_title.setText(told)
        self.left_out_line.setText(f"{told}, named below")
        self.left_out_line.setVisible(count > 0)
        empty(self._names)
        for row, each in enumerate(survey.left_out[:_NAMED]):
            name = ElidedLabel()
            name.set_text(each.file)
            self._names.addWidget(name, row, 0)
            self._names.addWidget(label(str(why_left_out(each.why)), "secondary", wrap=True), row, 1)
        if count > _NAMED:
            self._names.addWidget(label(f"and {thousands(count - _NAMED)} more", "secondary"), _NAMED, 0, 1, 2)

    def _copy(self) -> None:
        assert self._survey is not None
        lines = [f"{each.file}: {why_left_out(each.why)}" for each in self._survey.left_out]
        QGuiApplication.clipboard().setText("\n".join(lines))
