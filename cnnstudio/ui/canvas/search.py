"""Search to add: type a few letters, Enter adds the layer, Esc closes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QIcon, QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from cnnstudio.ui import icons, theme
from cnnstudio.ui.canvas.fuzzy import score
from cnnstudio.ui.canvas.pieces import Piece, category_title

WIDTH, ROW_HEIGHT, MOST_ROWS = 260, 28, 8


class LayerSearch(QFrame):
    """A field and the layers that match it, best first. ``chosen`` carries the kind; it deletes itself."""

    chosen = Signal(str)
    closed = Signal()

    def __init__(self, kinds: Sequence[type[Piece] | Piece], heading: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._kinds = tuple(kinds)
        self._done = False
        look = theme.current()
        self.setObjectName("layerSearch")
        self.setStyleSheet(
            f"#layerSearch {{ background: {look.panel.name()}; border: 1px solid {look.field_border.name()};"
            "border-radius: 8px; }"
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        title = QLabel(heading)
        title.setTextFormat(Qt.TextFormat.PlainText)
        title.setProperty("role", "secondary")
        column.addWidget(title)
        self.field = QLineEdit()
        self.field.setPlaceholderText("Search layers")
        self.field.setAccessibleName("Search layers")
        self.field.textChanged.connect(self._filter)
        self.field.installEventFilter(self)
        column.addWidget(self.field)
        self.list = QListWidget()
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setIconSize(QSize(16, 16))
        self.list.setUniformItemSizes(True)
        self.list.setAccessibleName("Matching layers")
        self.list.itemClicked.connect(self._choose)
        column.addWidget(self.list)
        self._nothing = QLabel("No layer fits.")
        self._nothing.setProperty("role", "soft")
        self._nothing.hide()
        column.addWidget(self._nothing)
        self.setFixedWidth(WIDTH)
        self._filter("")
        self.setFocusProxy(self.field)

    def kinds_shown(self) -> list[str]:
        """The kinds on the list, in its order."""
        return [self.list.item(row).data(Qt.ItemDataRole.UserRole) for row in range(self.list.count())]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # what is typed belongs to the field
            return True
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event)
        if event.type() == QEvent.Type.FocusOut and isinstance(event, QFocusEvent):
            self._close_unless_inside(event)
        return super().eventFilter(watched, event)

    def dismiss(self) -> None:
        """Close without choosing."""
        self._finish("")

    def _key(self, event: QKeyEvent) -> bool:
        match event.key():
            case Qt.Key.Key_Escape:
                self.dismiss()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                if self.list.currentItem() is not None:
                    self._choose(self.list.currentItem())
            case Qt.Key.Key_Down | Qt.Key.Key_Tab:
                self._step(1)
            case Qt.Key.Key_Up | Qt.Key.Key_Backtab:
                self._step(-1)
            case _:
                return False
        return True

    def _step(self, by: int) -> None:
        if self.list.count():
            self.list.setCurrentRow((self.list.currentRow() + by) % self.list.count())

    def _close_unless_inside(self, event: QFocusEvent) -> None:
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self.dismiss()

    def _filter(self, query: str) -> None:
        ranked = [(self._score(query, kind), kind) for kind in self._kinds]
        found = [(s, kind) for s, kind in ranked if s > 0]
        if query.strip():
            found.sort(key=lambda pair: -pair[0])
        self.list.clear()
        look = theme.current()
        for _, kind in found:
            tint = look.category(kind.category)
            name = "block" if kind.category == "block" else kind.kind
            picture = icons.icon(name, tint) if icons.has_icon(name) else QIcon()
            item = QListWidgetItem(picture, kind.title)
            item.setData(Qt.ItemDataRole.UserRole, kind.kind)
            item.setSizeHint(QSize(0, ROW_HEIGHT))
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.list.setVisible(bool(found))
        self.list.setFixedHeight(min(MOST_ROWS, max(1, len(found))) * ROW_HEIGHT + 2)
        self._nothing.setVisible(not found)
        self.adjustSize()

    def _score(self, query: str, kind: type[Piece] | Piece) -> float:
        other = max(score(query, kind.kind), score(query, category_title(kind.category)) * 0.5)
        return max(score(query, kind.title), other * 0.9)

    def _choose(self, item: QListWidgetItem) -> None:
        self._finish(item.data(Qt.ItemDataRole.UserRole))

    def _finish(self, kind: str) -> None:
        if self._done:
            return
        self._done = True
        self.hide()
        self.closed.emit()
        if kind:
            self.chosen.emit(kind)
        self.deleteLater()
