"""The import sheet: a page over the workspace with what was found, what can be chosen and what follows."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.nn.phrases import amount
from cnnstudio.ui.look import dressing, icons, theme
from cnnstudio.ui.look.labels import label, rule
from cnnstudio.ui.panels.importing.choosing import ChoiceColumn
from cnnstudio.ui.panels.importing.consequences import ConsequenceColumn
from cnnstudio.ui.panels.importing.found import FoundColumn
from cnnstudio.ui.widgets.elided_label import ElidedLabel
from cnnstudio.ui.widgets.overlay import Sheet

_MARGIN, _BETWEEN = 24, 32


class ImportPage(Sheet):
    """Covers ``host`` from when it is made until it is dismissed; then it deletes itself."""

    #: Return or the blue button; Stop or Esc while it imports; Cancel or Esc before
    import_asked = Signal()
    stop_asked = Signal()
    dismissed = Signal()

    def __init__(self, path: Path, host: QWidget) -> None:
        super().__init__(host)
        self.setProperty("role", "sheet")
        self.setAccessibleName(f"Import {path.name}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._host, self._path = host, path
        self.found, self.choosing, self.consequences = FoundColumn(), ChoiceColumn(), ConsequenceColumn()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._head())
        line = QHBoxLayout()
        line.setContentsMargins(_MARGIN, 0, _MARGIN, 0)
        line.addWidget(rule())
        column.addLayout(line)
        columns = QWidget()
        columns.setProperty("role", "scrolled")
        self._columns = QHBoxLayout(columns)
        self._columns.setContentsMargins(_MARGIN, 18, _MARGIN, 18)
        self._columns.setSpacing(_BETWEEN)
        for part, share in ((self.found, 20), (self.choosing, 21), (self.consequences, 21)):
            part.setMinimumWidth(200)
            self._columns.addWidget(part, share)
            part.hide()
        self._waiting = label("Looking at what is there …", "soft")
        self._columns.addWidget(self._waiting, 1, Qt.AlignmentFlag.AlignCenter)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(columns)
        column.addWidget(area, 1)
        host.installEventFilter(self)
        dressing.follow(self, self._tint)
        self._tint()
        self._cover()
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def show_all(self) -> None:
        """Show the columns, once there is something in them."""
        self._waiting.hide()
        for part in (self.found, self.choosing, self.consequences):
            part.show()

    def show_importable(self, pictures: int, why_not: str) -> None:
        """Say on the button how many pictures it takes, or why it takes none."""
        self.button.setText(f"Import {amount(pictures, 'picture')}")
        self.button.setEnabled(not why_not)
        self.why_not.setText(why_not)
        self.why_not.setVisible(bool(why_not))

    def show_progress(self, words: str, share: float) -> None:
        """In place of the buttons: how far the import is."""
        self._right.setCurrentIndex(1)
        self._progress.setValue(round(1000 * max(0.0, share)))
        self._progress_words.setText(words)
        self._set_choosable(False)

    def show_buttons(self) -> None:
        """The buttons again, where nothing is imported."""
        self._right.setCurrentIndex(0)
        self._set_choosable(True)

    @property
    def importing(self) -> bool:
        """Whether progress is shown."""
        return self._right.currentIndex() == 1

    def dismiss(self) -> None:
        """Close it; nothing has been imported, or all is."""
        if self.isHidden():
            return
        self.hide()
        self.dismissed.emit()
        self.deleteLater()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._leave()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self.importing:
            self.import_asked.emit()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            own = event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if own and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
                event.accept()
                return True
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._host and event.type() == QEvent.Type.Resize:
            self._cover()
        return False

    def _leave(self) -> None:
        if self.importing:
            self.stop_asked.emit()
        else:
            self.dismiss()

    def _cover(self) -> None:
        self.setGeometry(self._host.rect())
        self._columns.setSpacing(_BETWEEN if self.width() >= 1280 else 20)
        self._keys.setVisible(self.width() >= 1280)

    def _head(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setContentsMargins(_MARGIN, 14, _MARGIN, 12)
        line.setSpacing(12)
        self._icon = QLabel()
        line.addWidget(self._icon)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(label(self._path.name or str(self._path), "heading"))
        where = ElidedLabel()
        where.set_text(str(self._path), tip=str(self._path))
        words.addWidget(where)
        line.addLayout(words, 1)
        self._right = QStackedWidget()
        self._right.addWidget(self._buttons())
        self._right.addWidget(self._running())
        line.addWidget(self._right)
        return line

    def _buttons(self) -> QWidget:
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        self.why_not = label("", "error")
        self.why_not.setWordWrap(True)
        self.why_not.setMinimumWidth(260)
        self.why_not.hide()
        self.cancel = QPushButton("Cancel")
        self.cancel.setToolTip("Esc")
        self.cancel.clicked.connect(self._leave)
        self.button = QPushButton("Import")
        self.button.setProperty("role", "primary")
        self.button.setToolTip("Return")
        self.button.setEnabled(False)
        self.button.clicked.connect(self.import_asked)
        line.addStretch(1)
        line.addWidget(self.why_not, 1)
        self._keys = label("Esc cancels, Return imports", "secondary")
        line.addWidget(self._keys)
        line.addWidget(self.cancel)
        line.addWidget(self.button)
        return holder

    def _running(self) -> QWidget:
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(10)
        self._progress = QProgressBar()
        self._progress.setProperty("role", "busy")
        self._progress.setTextVisible(False)
        self._progress.setRange(0, 1000)
        self._progress.setFixedWidth(200)
        self._progress_words = label("", "soft")
        self._progress_words.setMinimumWidth(200)
        self.stop = QPushButton("Stop")
        self.stop.setToolTip("Esc: nothing of it is kept")
        self.stop.clicked.connect(self.stop_asked)
        line.addStretch(1)
        line.addWidget(self._progress_words)
        line.addWidget(self._progress)
        line.addWidget(self.stop)
        return holder

    def _set_choosable(self, can: bool) -> None:
        self.choosing.setEnabled(can)
        self.consequences.setEnabled(can)

    def _tint(self) -> None:
        self._icon.setPixmap(icons.icon("open", theme.current().accent).pixmap(QSize(22, 22)))
