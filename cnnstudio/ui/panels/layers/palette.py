"""The palette: every layer kind there is, to be dragged onto the canvas or appended.

The drag is our own gesture: the row keeps the mouse, the canvas draws the ghost. Plain mouse events drive it,
so it works the same on every platform and in tests.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import QLineEdit, QMenu, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from cnnstudio.design.kept_blocks import KeptBlock
from cnnstudio.nn.graph.layer import CATEGORY_TITLES, Layer, layer_kinds
from cnnstudio.ui.canvas.placing.placeables import block_library, category_title, kept
from cnnstudio.ui.commands.menus import help_entry
from cnnstudio.ui.look import icons, theme
from cnnstudio.ui.look.labels import label, plain_tip
from cnnstudio.ui.widgets.choosing.fuzzy import score
from cnnstudio.ui.widgets.fields.text_undo import TextUndo
from cnnstudio.ui.widgets.layouts.scrolled_column import scroll_down

#: pixels the mouse must move before a press becomes a drag
DRAG_DISTANCE = 4
#: height of a row, and of one whose name takes two lines
_ROW, _TWO_LINES = 24, 40


class Palette(QWidget):
    """Signals tell what the hand does; the window hands them on to the canvas. Positions are global."""

    drag_began = Signal(str)
    drag_moved = Signal(QPoint)
    drag_dropped = Signal(QPoint)
    drag_cancelled = Signal()
    #: double-click or Enter: append this kind at the end of the stack
    chosen = Signal(str)
    #: an own block is to go from the palette
    forget_asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setMinimumWidth(160)
        self.search = QLineEdit()
        TextUndo(self.search, seeks=True)
        self.search.setPlaceholderText("Search layers")
        self.search.setAccessibleName("Search layers")
        self.search.setToolTip("Type a layer’s name; Enter appends the first that is found")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.search.returnPressed.connect(self._choose_best)
        down = QShortcut(Qt.Key.Key_Down, self.search, context=Qt.ShortcutContext.WidgetShortcut)
        down.activated.connect(lambda: self._focus_row(0))
        clear = QShortcut(Qt.Key.Key_Escape, self.search, context=Qt.ShortcutContext.WidgetShortcut)
        clear.activated.connect(self.search.clear)
        clear.setEnabled(False)  # of an empty field Esc takes nothing back: there it leads on
        self.search.textChanged.connect(lambda typed: clear.setEnabled(bool(typed)))

        self.rows: list[PaletteRow] = []
        self._headings: dict[str, QWidget] = {}
        inside = QWidget()
        inside.setProperty("role", "scrolled")
        column = QVBoxLayout(inside)
        column.setContentsMargins(8, 0, 8, 8)
        column.setSpacing(0)
        self._column = column
        for kind in layer_kinds().values():
            if kind.category not in self._headings:
                self._add_heading(kind.category, CATEGORY_TITLES[kind.category])
            self._add_row(kind)
        self._add_heading("block", "Blocks")
        for block in kept():
            self._add_row(block)
        block_library.changed.connect(self._blocks_changed)
        self._nothing = label("No layer is called that.", "soft", wrap=True)
        self._nothing.setContentsMargins(4, 8, 0, 0)
        self._nothing.hide()
        column.addWidget(self._nothing)
        column.addStretch(1)
        area = QScrollArea()
        scroll_down(area, inside)
        area.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        words = "Drag a layer onto a wire to insert it. Double-click appends it at the end."
        self._hint = label(words, "secondary")
        self._hint.setWordWrap(True)
        self._hint.setContentsMargins(12, 8, 12, 12)

        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        top = QVBoxLayout()
        top.setContentsMargins(8, 12, 8, 4)
        top.addWidget(self.search)
        whole.addLayout(top)
        whole.addWidget(area, 1)
        whole.addWidget(self._hint)

    def _add_heading(self, category: str, title: str) -> None:
        heading = label(title.upper(), "section", wrap=True)
        heading.setContentsMargins(4, 10 if self._headings else 4, 0, 2)
        self._headings[category] = heading
        self._column.addWidget(heading)

    def _add_row(self, kind: type[Layer] | KeptBlock, place: int = -1) -> None:
        row = PaletteRow(kind, self)
        self.rows.append(row)
        self._column.insertWidget(place, row)

    def _blocks_changed(self) -> None:
        """Somebody has kept a block, or removed one."""
        old = [row for row in self.rows if row.category == "block"]
        place = self._column.indexOf(old[0])
        for row in old:
            self.rows.remove(row)
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        for number, block in enumerate(kept()):
            self._add_row(block, place + number)
        self._filter(self.search.text())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._hint.setVisible(self.height() >= 520)  # the layers themselves come first
        super().resizeEvent(event)

    def row(self, kind: str) -> PaletteRow:
        """The row of a kind."""
        return next(row for row in self.rows if row.kind == kind)

    def move_focus(self, row: PaletteRow, by: int) -> None:
        """Arrow keys walk through the rows that are shown; above the first is the search field."""
        shown = self._shown()
        place = shown.index(row) + by
        if place < 0:
            self.search.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self._focus_row(min(place, len(shown) - 1))

    def _shown(self) -> list[PaletteRow]:
        return [row for row in self.rows if not row.isHidden()]

    def _focus_row(self, place: int) -> None:
        shown = self._shown()
        if shown:
            shown[place].setFocus(Qt.FocusReason.TabFocusReason)

    def _choose_best(self) -> None:
        shown = self._shown()
        query = self.search.text().strip()
        if shown and query:
            self.chosen.emit(max(shown, key=lambda row: score(query, row.title)).kind)
            self.search.selectAll()  # the next name takes its place

    def hideEvent(self, event: QHideEvent) -> None:
        self.search.clear()
        super().hideEvent(event)

    def _filter(self, query: str) -> None:
        categories = set()
        for row in self.rows:
            fits = max(score(query, row.title), score(query, category_title(row.category))) > 0
            row.setVisible(fits)
            if fits:
                categories.add(row.category)
        for category, heading in self._headings.items():
            heading.setVisible(category in categories)
        self._nothing.setVisible(not categories)


class PaletteRow(QWidget):
    """One kind: its icon in the category's colour and its name."""

    def __init__(self, layer: type[Layer] | KeptBlock, palette: Palette) -> None:
        super().__init__()
        self.kind: str = layer.kind
        self._own = layer if isinstance(layer, KeptBlock) and layer.file is not None else None
        self.category = layer.category
        self.title = layer.title
        self._palette = palette
        self._pressed_at: QPointF | None = None
        self._dragging = False
        theme.fix_height(self, _ROW)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # the arrow keys come to it; Return on it changes the design
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setToolTip(plain_tip(f"{layer.title}\n{layer.sentence}"))
        self.setAccessibleName(layer.title)
        self.setAccessibleDescription(layer.sentence)

    def sizeHint(self) -> QSize:
        return QSize(36 + self.fontMetrics().horizontalAdvance(self.title), self.height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed_at = event.position()
        elif self._dragging:
            self._cancel()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed_at is None:
            return
        if not self._dragging:
            if (event.position() - self._pressed_at).manhattanLength() < DRAG_DISTANCE:
                return
            self._dragging = True
            self.installEventFilter(self)
            self.setFocus(Qt.FocusReason.MouseFocusReason)  # so that Esc reaches this row
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self._palette.drag_began.emit(self.kind)
        self._palette.drag_moved.emit(event.globalPosition().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if self._dragging:
            self._end()
            self._palette.drag_dropped.emit(event.globalPosition().toPoint())
        self._pressed_at = None

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self._own is None or self._dragging:
            return
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        own = self._own
        menu.setToolTipsVisible(True)
        forget = menu.addAction("Remove from the palette")
        help_entry(forget, "Forget this block; designs that use it keep their layers")
        forget.triggered.connect(lambda: self._palette.forget_asked.emit(own))
        menu.popup(event.globalPos())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._palette.chosen.emit(self.kind)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Escape if self._dragging:
                self._cancel()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Space:
                self._palette.chosen.emit(self.kind)
            case Qt.Key.Key_Down:
                self._palette.move_focus(self, 1)
            case Qt.Key.Key_Up:
                self._palette.move_focus(self, -1)
            case _:
                super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """While something is dragged, Esc ends the drag before it means anything else."""
        meant = (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and event.key() == Qt.Key.Key_Escape
        )
        if meant:
            event.accept()
        return meant

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if self._dragging:
            self._cancel()
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self.underMouse() or self._dragging:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.hover)
            painter.drawRoundedRect(box, 5, 5)
        if self.hasFocus():
            painter.setPen(look.accent)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, 5, 5)
        name = "block" if self.category == "block" else self.kind
        picture = icons.pixmap(name, 16, look.category(self.category), self.devicePixelRatioF())
        painter.drawPixmap(QPoint(4, (self.height() - 16) // 2), picture)
        painter.setPen(look.text)
        room, flags = self._room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        if self.wraps:
            painter.drawText(room, flags | Qt.TextFlag.TextWordWrap, self.title)
        else:
            text = painter.fontMetrics().elidedText(self.title, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, flags, text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        theme.fix_height(self, _TWO_LINES if self.wraps else _ROW)

    @property
    def _room(self) -> QRect:
        """Where the name stands."""
        return self.rect().adjusted(28, 0, -2, 0)

    @property
    def wraps(self) -> bool:
        """Whether the name takes two lines: in the letters of its neighbours it is too long for one."""
        metrics, room = self.fontMetrics(), self._room.width()
        if metrics.horizontalAdvance(self.title) <= room:
            return False
        taken = metrics.boundingRect(QRect(0, 0, room, 1 << 16), Qt.TextFlag.TextWordWrap, self.title)
        return taken.width() <= room and taken.height() < 2.5 * metrics.height()

    def _cancel(self) -> None:
        self._end()
        self._palette.drag_cancelled.emit()

    def _end(self) -> None:
        self._dragging = False
        self.removeEventFilter(self)
        self._pressed_at = None
        self.unsetCursor()
        self.update()
