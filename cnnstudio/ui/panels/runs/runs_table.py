"""The table of runs as a widget: what is selected is drawn, a star is pressed, names and notes are written in it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QModelIndex, QRectF, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from cnnstudio.project.kept.listing import ListedRun
from cnnstudio.project.kept.notes import LONGEST_NAME, LONGEST_NOTE
from cnnstudio.ui.look import dressing, theme
from cnnstudio.ui.look.model_index import AnyIndex
from cnnstudio.ui.panels.runs.columns import BEGAN, COLUMNS, NAME, NOTE, SHOWN, STAR
from cnnstudio.ui.panels.runs.runs_model import COLOUR, RunsModel

#: height of a row, and widths in pixels: of swatch and star, and the most of names, notes and the rest
_ROW, _SWATCH, _STAR, _NAME, _NOTE, _MOST = 26, 30, 28, 180, 240, 130
#: pixels around a title, and around one with the arrow that says how it is sorted
_PADDING, _SORTED = 16, 34
_KEYS = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2, Qt.Key.Key_S)


class RunsTable(QTableView):
    """``opened`` carries the folder of the run that was asked for by Return or a double click."""

    #: other runs are selected
    chosen = Signal()
    opened = Signal(object)
    delete_asked = Signal()
    menu_asked = Signal(object)

    def __init__(self, model: RunsModel) -> None:
        super().__init__()
        self.runs = model
        self.setModel(model)
        self.setAccessibleName("Kept runs")
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.EditKeyPressed | triggers.SelectedClicked)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setItemDelegate(_Delegate(self))
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(24)
        header.setResizeContentsPrecision(60)
        header.setStretchLastSection(True)
        header.setSortIndicator(BEGAN, Qt.SortOrder.DescendingOrder)
        header.setSortIndicatorShown(True)
        header.setSectionsClickable(True)
        header.sectionClicked.connect(self.sort_by)
        #: what is selected, and where the keyboard is, by folders: rows become others
        self._selected: list[Path] = []
        self._current: tuple[Path, int] | None = None
        model.about_to_arrange.connect(self._remember)
        model.rearranged.connect(self._restore)
        self.doubleClicked.connect(self._double_clicked)
        #: whether somebody has chosen widths, which are then left alone
        self._own_widths = self._fitting = False
        header.sectionResized.connect(self._resized)
        dressing.follow(self, self._dress)
        self._dress()

    @property
    def selected(self) -> list[ListedRun]:
        """The runs that are selected, as they stand in the table."""
        rows = sorted({index.row() for index in self.selectionModel().selectedRows()})
        return [self.runs.rows[row] for row in rows]

    @property
    def written_in(self) -> bool:
        """Whether a name or a note is being written."""
        return self.state() == QAbstractItemView.State.EditingState

    def select(self, folders: list[Path]) -> None:
        """Select the runs of these folders, as far as they are in the table."""
        self._selected = list(folders)
        self._restore()
        self.chosen.emit()

    def sort_by(self, column: int) -> None:
        """Order by a column: again the other way round."""
        if column == SHOWN:
            return
        first = COLUMNS[column].first
        descending = not self.runs.descending if column == self.runs.column else first
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        self.horizontalHeader().setSortIndicator(column, order)
        self.runs.sort(column, order)
        needed = round(QFontMetricsF(theme.small_font()).horizontalAdvance(COLUMNS[column].title)) + _SORTED
        self._widen(column, max(needed, self.horizontalHeader().sectionSize(column)))

    def fit(self) -> None:
        """Give each column the width of what stands in it, up to a limit, unless somebody has chosen widths."""
        if self._own_widths:
            return
        titles, texts = QFontMetricsF(theme.small_font()), QFontMetricsF(theme.body_font())
        most = {NAME: _NAME, NOTE: _NOTE}
        for column, about in enumerate(COLUMNS):
            title = titles.horizontalAdvance(about.title) + (_SORTED if column == self.runs.column else _PADDING)
            title = max(title, texts.horizontalAdvance(about.widest) + 2 * _PADDING if about.widest else 0)
            width = {SHOWN: _SWATCH, STAR: _STAR}.get(column) or max(round(title), self.sizeHintForColumn(column))
            self._widen(column, min(width, theme.scaled(most.get(column, _MOST))))

    def _widen(self, column: int, width: int) -> None:
        self._fitting = True
        self.horizontalHeader().resizeSection(column, width)
        self._fitting = False

    def _resized(self, column: int, _before: int, _now: int) -> None:
        self._own_widths = self._own_widths or not (self._fitting or column == len(COLUMNS) - 1)

    def _dress(self) -> None:
        self.verticalHeader().setDefaultSectionSize(theme.scaled(_ROW))
        self.fit()

    def write(self, column: int) -> None:
        """Write the name or the note of the run where the keyboard is."""
        current = self.currentIndex()
        if current.isValid():
            place = self.runs.index(current.row(), column)
            self.selectionModel().setCurrentIndex(place, QItemSelectionModel.SelectionFlag.NoUpdate)
            self.edit(place)

    def toggle_star(self, row: int) -> None:
        """Give the run of a row a star, or take it."""
        each = self.runs.rows[row]
        self.runs.noted.emit(each.run.folder, "starred", not each.run.starred)

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        self.chosen.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid() and index.column() == STAR:
            self.toggle_star(index.row())
            return
        if not index.isValid():
            self.clearSelection()
        super().mousePressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_asked.emit(event.globalPos())

    def event(self, event: QEvent) -> bool:
        override = event.type() == QEvent.Type.ShortcutOverride
        if override and isinstance(event, QKeyEvent) and event.key() in _KEYS and not event.modifiers():
            event.accept()  # while the table has the focus its keys are its own
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        current = self.currentIndex()
        if self.written_in or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
            return
        match event.key():
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace:
                self.delete_asked.emit()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if current.isValid():
                self.opened.emit(self.runs.rows[current.row()].run.folder)
            case Qt.Key.Key_F2 if current.isValid():
                self.write(NOTE if current.column() == NOTE else NAME)
            case Qt.Key.Key_S if current.isValid():
                self.toggle_star(current.row())
            case Qt.Key.Key_Escape if self.selected:
                self.clearSelection()
            case _:
                super().keyPressEvent(event)

    def _double_clicked(self, index: QModelIndex) -> None:
        if index.column() != STAR:
            self.opened.emit(self.runs.rows[index.row()].run.folder)

    def _remember(self) -> None:
        current = self.currentIndex()
        self._selected = [each.run.folder for each in self.selected]
        self._current = None
        if current.isValid() and current.row() < len(self.runs.rows):
            self._current = self.runs.rows[current.row()].run.folder, current.column()

    def _restore(self) -> None:
        rows = {each.run.folder: row for row, each in enumerate(self.runs.rows)}
        chosen, last = QItemSelection(), len(COLUMNS) - 1
        for folder in self._selected:
            if (row := rows.get(folder)) is not None:
                chosen.select(self.runs.index(row, 0), self.runs.index(row, last))
        flags = QItemSelectionModel.SelectionFlag
        with QSignalBlocker(self.selectionModel()):  # the same runs are selected, in other rows
            if self._current is not None and (row := rows.get(self._current[0])) is not None:
                self.selectionModel().setCurrentIndex(self.runs.index(row, self._current[1]), flags.NoUpdate)
            self.selectionModel().select(chosen, flags.ClearAndSelect)
        self.viewport().update()
        if {each.run.folder for each in self.selected} != set(self._selected):
            self.chosen.emit()


class _Delegate(QStyledItemDelegate):
    """Paints the swatch, and lets names and notes be as long as they may be."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        super().paint(painter, option, index)
        if index.column() != SHOWN:
            return
        colour = index.data(COLOUR)
        look, middle = theme.current(), option.rect.center()
        painter.save()
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            drawn = isinstance(colour, QColor)
            painter.setPen(Qt.PenStyle.NoPen if drawn else look.field_border)
            painter.setBrush(colour if drawn else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(middle.x() - 6.5, middle.y() - 1.5, 14, 4), 2, 2)
        finally:
            painter.restore()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: AnyIndex) -> QWidget:
        field = QLineEdit(parent)
        field.setMaxLength(LONGEST_NOTE if index.column() == NOTE else LONGEST_NAME)
        field.setAccessibleName(COLUMNS[index.column()].title)
        field.setProperty("role", "cell")
        return field
