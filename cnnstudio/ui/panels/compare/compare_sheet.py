"""This design beside another, as a sheet over the canvas that follows every edit until it is closed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QRect, QSignalBlocker, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.design.analysis.comparison import Comparison, Kind, compare
from cnnstudio.design.value.design import Design
from cnnstudio.design.wording.effects import part_text, signed
from cnnstudio.design.wording.settings import setting_text
from cnnstudio.nn.arrays import thousands
from cnnstudio.nn.telling.phrases import amount, bytes_text
from cnnstudio.nn.training.events import EpochDone
from cnnstudio.project.since_training import since_training
from cnnstudio.runs.run import Run
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.look import dressing, theme
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.look.model_index import AnyIndex
from cnnstudio.ui.look.numbers import number_text as figure_text
from cnnstudio.ui.panels.compare import compare_model as columns
from cnnstudio.ui.panels.compare.compare_model import CompareModel
from cnnstudio.ui.widgets.layouts.contents import empty
from cnnstudio.ui.widgets.overlay import Sheet

#: height of a row of one line, and what is left free around its words
_ROW, _PADDING = 28, 6
#: the least width of a name, and of what is different
_LEAST_NAME, _LEAST_WHAT = 150, 260


class CompareSheet(Sheet):
    """Covers ``host``. The other design stands on the left: what it was; this one on the right: what it has become."""

    def __init__(self, document: Document, host: QWidget) -> None:
        super().__init__(host)
        self.setProperty("role", "sheet")
        self._document, self._host = document, host
        self._other: tuple[Design, str, Run | None] | None = None
        self.model = CompareModel(self)
        self.heading = label("", "heading")
        self.counts = label("", "soft")
        self.close_button = QPushButton("Close")
        self.close_button.setToolTip("Esc")
        self.close_button.clicked.connect(self.dismiss)
        top = QHBoxLayout()
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.heading)
        words.addWidget(self.counts)
        top.addLayout(words, 1)
        top.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        self._sums = QGridLayout()
        self._sums.setHorizontalSpacing(20)
        self._sums.setVerticalSpacing(4)
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setAccessibleName("Layers of both designs")
        self.table.setShowGrid(False)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.table.setItemDelegate(_Tinted(self.table))
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(_ROW)
        self.table.horizontalHeader().setHighlightSections(False)
        self.table.horizontalHeader().setMinimumSectionSize(28)
        self.table.setFrameShape(QFrame.Shape.NoFrame)
        self.table.setTabKeyNavigation(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        column.addLayout(top)
        column.addLayout(self._sums)
        column.addWidget(self.table, 1)
        host.installEventFilter(self)
        document.changed.connect(self._follow)
        dressing.follow(self, self._follow)
        self.table.selectionModel().currentRowChanged.connect(self._select)
        self.hide()

    def show_with(self, design: Design, name: str, run: Run | None = None) -> None:
        """Compare the document with this design, which ``run`` has trained."""
        self._other = (design, name, run)
        self._follow()
        self.setGeometry(self._host.rect())
        self.show()
        self.raise_()
        with QSignalBlocker(self.table.selectionModel()):  # a table that gets the keyboard chooses its first row
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def dismiss(self) -> None:
        """Close it; the keyboard goes back to where it was."""
        self._other = None
        if not self.isHidden():
            super().dismiss()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._host and event.type() == QEvent.Type.Resize:
            self.setGeometry(self._host.rect())
            if self.isVisible():
                self._widths()
        return False

    def _follow(self) -> None:
        if self._other is None:
            return
        design, name, run = self._other
        project, path = self._document.project, self._document.path
        here = project.design
        found = compare(design, here)
        names = (name, "This design")
        title = here.title or "this design"
        if path is not None and path.name != name and here.title in (name, design.title):
            title = path.name  # both are called the same
        self.heading.setText(f"{name} and {title}" if title != name else f"{name} and this design")
        self.counts.setText(_counts(found))
        self.model.show(found, names)
        own = project.run if since_training(project) is None else None
        self._show_sums(found, names, _trained(run), _trained(own))
        self._widths()

    def _show_sums(
        self, found: Comparison, names: tuple[str, str], before_run: EpochDone | None, now_run: EpochDone | None
    ) -> None:
        empty(self._sums)
        one, two = found.first, found.second
        figures = [
            ("Layers", one.layers, two.layers, thousands),
            ("Parameters", one.parameters, two.parameters, thousands),
            ("MACs an image", one.macs, two.macs, thousands),
            ("Memory while training", one.training_bytes, two.training_bytes, bytes_text),
        ]
        for column, text in enumerate(("", *names, "")):
            self._sums.addWidget(label(text, "section"), 0, column, _RIGHT if column in (1, 2) else _LEFT)
        for row, (title, before, after, words) in enumerate(figures, start=1):
            self._sums.addWidget(label(title, "soft"), row, 0)
            for column, text in enumerate((words(before), words(after), _difference(before, after, words)), start=1):
                number_text = label(text, "title" if column == 2 and before != after else "soft" if column == 3 else "")
                number_text.setFont(theme.tabular(number_text.font()))
                self._sums.addWidget(number_text, row, column, _LEFT if column == 3 and before == after else _RIGHT)
        place = len(figures) + 1
        if before_run is not None or now_run is not None:
            for title, told in _RESULTS.items():
                self._sums.addWidget(label(title, "soft"), place, 0)
                for column, run in enumerate((before_run, now_run), start=1):
                    number_text = label(told(run) if run is not None else "not trained", "title" if column == 2 else "")
                    number_text.setFont(theme.tabular(number_text.font()))
                    self._sums.addWidget(number_text, place, column, _RIGHT)
                place += 1
        for change in found.recipe:
            self._sums.addWidget(label(f"Recipe: {change.title.lower()}", "soft"), place, 0)
            self._sums.addWidget(label(setting_text(change.before)), place, 1, _RIGHT)
            self._sums.addWidget(label(setting_text(change.after), "title"), place, 2, _RIGHT)
            place += 1
        self._sums.setColumnStretch(4, 1)

    def _widths(self) -> None:
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.table.resizeColumnsToContents()
        widths = [header.sectionSize(column) + 8 for column in range(self.model.columnCount())]
        widths[columns.MARK] = 28
        over = sum(widths) - (self._host.width() - 58)
        # what is different goes on in the next line, then names give way, so that shapes and differences stay in sight
        half = max(0, over - max(0, widths[columns.WHAT] - _LEAST_WHAT)) // 2
        for column, least, most in (
            (columns.WHAT, _LEAST_WHAT, over),
            (columns.SECOND, _LEAST_NAME, half),
            (columns.FIRST, _LEAST_NAME, over),
            (columns.SECOND, _LEAST_NAME, over),
        ):
            give = max(0, min(over, most, widths[column] - least))
            widths[column] -= give
            over -= give
        if over < 0:
            widths[columns.WHAT] -= over
        for column, width in enumerate(widths):
            header.resizeSection(column, width)
        self._heights(widths)

    def _heights(self, widths: Sequence[int]) -> None:
        """Rows in which a name, or what is different, takes more than one line have the room for it."""
        rows, metrics = self.table.verticalHeader(), self.table.fontMetrics()
        insides = {column: QRect(0, 0, widths[column] - 2 * _PADDING, 1 << 16) for column in columns.WORDY}
        for place in range(self.model.rowCount()):
            texts = {column: self.model.index(place, column).data() for column in insides}
            high = max(
                metrics.boundingRect(inside, Qt.TextFlag.TextWordWrap, texts[column]).height()
                for column, inside in insides.items()
            )
            if rows.sectionSize(place) != (height := max(_ROW, high + 2 * _PADDING)):
                rows.resizeSection(place, height)

    def _select(self) -> None:
        row = self.model.rows[self.table.currentIndex().row()] if self.table.currentIndex().isValid() else None
        if row is not None and row.second is not None:
            self._document.select([row.second.node])


class _Tinted(QStyledItemDelegate):
    """Style sheets hide the background of the model; it is painted below them."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        tint = index.data(Qt.ItemDataRole.BackgroundRole)
        if tint is not None:
            painter.fillRect(option.rect, tint)
        super().paint(painter, option, index)


_LEFT, _RIGHT = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
#: what is told of the last epoch of a run
_RESULTS: dict[str, Callable[[EpochDone], str]] = {
    "Validation accuracy": lambda done: f"{100 * done.validation_accuracy:.1f}\u202f%",
    "Validation loss": lambda done: figure_text(done.validation_loss, 3),
    "Epochs trained": lambda done: thousands(done.epoch),
}


def _trained(run: Run | None) -> EpochDone | None:
    return run.history.epochs[-1] if run is not None and run.history.epochs else None


def _counts(found: Comparison) -> str:
    if found.equal:
        return "The two are equal."
    kinds: tuple[Kind, ...] = ("added", "removed", "changed")
    parts = [
        amount(found.count(kind), f"layer {columns.WORDS[kind]}", f"layers {columns.WORDS[kind]}")
        for kind in kinds
        if found.count(kind)
    ]
    if found.recipe:
        parts.append(f"{amount(len(found.recipe), 'setting')} of the recipe changed")
    return " · ".join(parts)


def _difference(before: int, after: int, words: Callable[[int], str]) -> str:
    if before == after:
        return "equal"
    if words is thousands:
        text = signed(after - before)
    else:
        text = f"{'+' if after > before else '−'}{words(abs(after - before))}"
    if not before or not after:
        return f"{text}  ({'none before' if after else 'none now'})"
    if after >= 11 * before:
        return f"{text}  (×{after / before:.0f})"
    part = part_text(after - before, before)
    return f"{text}  ({part})" if part else text
