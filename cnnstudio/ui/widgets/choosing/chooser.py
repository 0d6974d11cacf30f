"""A field and a list of rows that match it, best first: for commands, wires, anything to be chosen by typing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.ui.look import icons, theme
from cnnstudio.ui.look.model_index import AnyIndex
from cnnstudio.ui.widgets.choosing.fuzzy import score, told_of

_CHOICE = Qt.ItemDataRole.UserRole
#: what a name found counts for where it is another name than the one that is shown; what counts whatever is told of a
#: choice: less than any name that was written out, more than any that was abbreviated
_CALLED, _TOLD = 0.6, 40.0


@dataclass(frozen=True)
class Choice:
    """One row: ``detail`` stands at its right end, ``words`` are searched too, of ``said`` whole words and their
    beginnings. ``sign`` is "" or one of ✓ and ✕."""

    key: str
    text: str
    detail: str = ""
    icon: str = ""
    category: str = ""
    words: str = ""
    said: str = ""
    enabled: bool = True
    sign: str = field(default="", compare=False)


class Chooser(QFrame):
    """``chosen`` carries the key of the row; it deletes itself when it closes."""

    chosen = Signal(str)
    closed = Signal()

    row_height = 30
    most_rows = 11
    nothing = "Nothing matches."

    def __init__(
        self, choices: Sequence[Choice], placeholder: str, parent: QWidget, *, heading: str = "", width: int = 460
    ) -> None:
        super().__init__(parent)
        self._choices = tuple(choices)
        self._done = False
        look = theme.current()
        self.setObjectName("chooser")
        self.setStyleSheet(
            f"#chooser {{ background: {look.panel.name()}; border: 1px solid {look.field_border.name()};"
            "border-radius: 9px; }"
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        if heading:
            title = QLabel(heading)
            title.setTextFormat(Qt.TextFormat.PlainText)
            title.setProperty("role", "secondary")
            column.addWidget(title)
        self.field = QLineEdit()
        self.field.setPlaceholderText(placeholder)
        self.field.setAccessibleName(placeholder)
        self.field.textChanged.connect(self._filter)
        self.field.installEventFilter(self)
        column.addWidget(self.field)
        self.list = QListWidget()
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(placeholder)
        self.list.setItemDelegate(_Rows(self.list))
        self.list.itemClicked.connect(self._choose)
        column.addWidget(self.list)
        self._nothing = QLabel(self.nothing)
        self._nothing.setTextFormat(Qt.TextFormat.PlainText)
        self._nothing.setWordWrap(True)
        self._nothing.setProperty("role", "soft")
        self._nothing.hide()
        column.addWidget(self._nothing)
        self.setFixedWidth(theme.scaled(width))
        self._filter("")
        self.setFocusProxy(self.field)

    def shown(self) -> list[Choice]:
        """The choices on the list, in its order."""
        return [self.list.item(row).data(_CHOICE) for row in range(self.list.count())]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # what is typed belongs to the field
            return True
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event)
        if event.type() == QEvent.Type.FocusOut and isinstance(event, QFocusEvent):
            stays = event.reason() in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
            if not stays:
                self.dismiss()
        return super().eventFilter(watched, event)

    def points(self, query: str, choice: Choice) -> float:
        """How well a choice matches what was typed; 0 leaves it out."""
        named = score(query, choice.text)
        called = _CALLED * score(query, choice.words) if choice.words else 0.0
        told = _TOLD if choice.said and told_of(query, f"{choice.text} {choice.words} {choice.said}") else 0.0
        return max(named, called, told)

    def why_nothing(self, query: str) -> str:
        """What is said where nothing matches."""
        return self.nothing

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
            case Qt.Key.Key_Down:
                self._step(1)
            case Qt.Key.Key_Up:
                self._step(-1)
            case Qt.Key.Key_Tab | Qt.Key.Key_Backtab:
                self._lead_on(event.key() == Qt.Key.Key_Tab)
            case Qt.Key.Key_PageDown:
                self._step(self.most_rows - 1, round_trip=False)
            case Qt.Key.Key_PageUp:
                self._step(1 - self.most_rows, round_trip=False)
            case _:
                return False
        return True

    def _lead_on(self, forward: bool) -> None:
        """Close, and go on from where the keyboard was; it is the arrow keys that go through the list."""
        window = self.window()
        self.dismiss()
        window.focusNextPrevChild(forward)

    def _step(self, by: int, *, round_trip: bool = True) -> None:
        count = self.list.count()
        if count:
            row = self.list.currentRow() + by
            self.list.setCurrentRow(row % count if round_trip else min(max(row, 0), count - 1))

    def _filter(self, query: str) -> None:
        ranked = [(self.points(query, choice), choice) for choice in self._choices]
        found = [(points, choice) for points, choice in ranked if points > 0]
        if query.strip():
            found.sort(key=lambda pair: (-pair[0], not pair[1].enabled))
        self.list.clear()
        for _, choice in found:
            item = QListWidgetItem(choice.text)
            item.setData(_CHOICE, choice)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{choice.text}, {choice.detail}".strip(", "))
            item.setSizeHint(QSize(0, theme.scaled(self.row_height)))
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.list.setVisible(bool(found))
        self.list.setFixedHeight(min(self.most_rows, max(1, len(found))) * theme.scaled(self.row_height) + 4)
        self._nothing.setText(self.why_nothing(query))
        self._nothing.setVisible(not found)
        self.adjustSize()

    def _choose(self, item: QListWidgetItem) -> None:
        choice: Choice = item.data(_CHOICE)
        if choice.enabled:
            self._finish(choice.key)

    def _finish(self, key: str) -> None:
        if self._done:
            return
        self._done = True
        self.closed.emit()  # before it is hidden, when Qt would give the keyboard to whatever comes next
        self.hide()
        if key:
            self.chosen.emit(key)
        self.deleteLater()


class _Rows(QStyledItemDelegate):
    """Icon, text, and the detail at the right end."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        painter.save()
        try:
            self._paint_choice(painter, option, index.data(_CHOICE))
        finally:
            painter.restore()

    @staticmethod
    def _paint_choice(painter: QPainter, option: QStyleOptionViewItem, choice: Choice) -> None:
        look = theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.mixed(look.accent, look.panel, 0.2) if chosen else look.hover)
            painter.drawRoundedRect(option.rect.adjusted(1, 1, -1, -1), 5, 5)
        rect = option.rect.adjusted(8, 0, -10, 0)
        if choice.icon:
            tint = look.category(choice.category) if choice.category else look.secondary
            picture = icons.pixmap(choice.icon, 16, tint, painter.device().devicePixelRatioF())
            painter.drawPixmap(rect.left(), rect.center().y() - 7, picture)
        rect.setLeft(rect.left() + 26)
        metrics = option.fontMetrics
        detail = f"{choice.sign} {choice.detail}".strip()
        needed = metrics.horizontalAdvance(detail) + 3 if detail else 0
        wide = min(needed, max(rect.width() * 2 // 5, rect.width() - metrics.horizontalAdvance(choice.text) - 18))
        painter.setPen(look.good if choice.sign == "✓" else look.error if choice.sign == "✕" else look.secondary)
        right = QRect(rect.right() - wide, rect.top(), wide + 1, rect.height())
        short = metrics.elidedText(detail, Qt.TextElideMode.ElideRight, wide)
        painter.drawText(right, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, short)
        painter.setPen(look.text if choice.enabled else look.secondary)
        left = rect.adjusted(0, 0, -wide - 12 if wide else 0, 0)
        text = metrics.elidedText(choice.text, Qt.TextElideMode.ElideRight, left.width())
        painter.drawText(left, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
