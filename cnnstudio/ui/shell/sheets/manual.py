"""The manual: one illustrated page in a window of its own, to be read beside the work."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import (
    QDesktopServices,
    QFont,
    QImage,
    QKeySequence,
    QResizeEvent,
    QShortcut,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QListWidget, QTextBrowser, QVBoxLayout, QWidget

from cnnstudio.resources import resource
from cnnstudio.ui.look import dressing, theme
from cnnstudio.ui.widgets.fields.text_undo import TextUndo

_SIZE = QSize(1140, 760)
#: the widest that lines and pictures become, in pixels
_WIDEST = 860
_FOLDER = ("manual",)
#: around the text, in pixels
_MARGIN = 24


class ManualPage(QTextBrowser):
    """The page; its pictures are as wide as the column of text."""

    def __init__(self) -> None:
        super().__init__()
        self._fitted = 0, 0.0
        self.setProperty("role", "page")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setAccessibleName("The manual")
        self.anchorClicked.connect(_follow)
        dressing.follow(self, self._dress)
        self._dress()

    @property
    def headings(self) -> list[tuple[str, int]]:
        """The title and the chapters, each with the place of its block."""
        found, block = [], self.document().begin()
        while block.isValid():
            if block.blockFormat().headingLevel() in (1, 2):
                found.append((block.text(), block.position()))
            block = block.next()
        return found

    def go_to(self, position: int) -> None:
        """Bring a place to the top."""
        cursor = QTextCursor(self.document())
        cursor.setPosition(position)
        self.setTextCursor(cursor)
        top = self.document().documentLayout().blockBoundingRect(cursor.block()).top()
        self.verticalScrollBar().setValue(round(top))

    def find_next(self, words: str) -> bool:
        """Select the next place where these words stand, from the top again after the last one."""
        if not words:
            return False
        if self.find(words):
            return True
        self.moveCursor(QTextCursor.MoveOperation.Start)
        return self.find(words)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_pictures()

    def _dress(self) -> None:
        place = self.verticalScrollBar().value()
        document = QTextDocument(self)
        document.setDefaultFont(_sized(15))
        document.setMarkdown(resource(*_FOLDER, "manual.md").read_text("utf-8"))
        document.setDocumentMargin(_MARGIN)
        self.setDocument(document)
        self._space_out()
        self._fitted = 0, 0.0
        self._fit_pictures()
        self.verticalScrollBar().setValue(place)

    def _space_out(self) -> None:
        look, cursor = theme.current(), QTextCursor(self.document())
        block = self.document().begin()
        while block.isValid():
            cursor.setPosition(block.position())
            level, shape = block.blockFormat().headingLevel(), QTextBlockFormat()
            tall = 100 if level or _is_picture(block) else 145
            shape.setLineHeight(tall, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
            shape.setTopMargin({0: 4, 1: 0}.get(level, 26))
            shape.setBottomMargin(10 if level else 8)
            cursor.mergeBlockFormat(shape)
            if level:
                cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
                letters = QTextCharFormat()
                letters.setFont(_sized(26 if level == 1 else 19))
                letters.setFontWeight(QFont.Weight.DemiBold)
                letters.setForeground(look.text)
                cursor.mergeCharFormat(letters)
            block = block.next()

    def _fit_pictures(self) -> None:
        wide, ratio = min(_WIDEST, self.viewport().width() - 2 * _MARGIN), self.devicePixelRatioF()
        if wide < 1 or (wide, ratio) == self._fitted:
            return
        self._fitted = wide, ratio
        smooth = Qt.TransformationMode.SmoothTransformation
        for path in resource(*_FOLDER).glob("*.png"):
            picture = QImage(str(path)).scaledToWidth(round(wide * ratio), smooth)
            picture.setDevicePixelRatio(ratio)
            self.document().addResource(QTextDocument.ResourceType.ImageResource, QUrl(path.name), picture)
        self.document().markContentsDirty(0, self.document().characterCount())


class Manual(QWidget):
    """Contents and a search at the left, the page at the right."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle("Manual – CNN Studio")
        self.page = ManualPage()
        self.search = QLineEdit()
        TextUndo(self.search, seeks=True)
        self.search.setPlaceholderText("Find in the manual")
        self.search.setAccessibleName("Find in the manual")
        self.search.setToolTip("Type a word and press Enter for the next place where it stands")
        self.search.setClearButtonEnabled(True)
        self.contents = QListWidget()
        self.contents.setAccessibleName("Contents")
        self.contents.setToolTip("The chapters; the arrow keys walk through them")
        self.contents.setFrameShape(QFrame.Shape.NoFrame)
        self.contents.setSpacing(3)
        for heading, _ in self.page.headings:
            self.contents.addItem(heading)
        left = QVBoxLayout()
        left.setSpacing(8)
        for widget in (self.search, self.contents):
            widget.setFixedWidth(208)
            left.addWidget(widget)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 16, 0, 0)
        row.setSpacing(8)
        row.addLayout(left)
        row.addWidget(self.page, 1)
        self.contents.currentRowChanged.connect(self._open)
        self.search.textEdited.connect(self._find_anew)
        self.search.returnPressed.connect(lambda: self.page.find_next(self.search.text()))
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self).activated.connect(self.search.setFocus)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self).activated.connect(self.close)

    def _open(self, row: int) -> None:
        self.page.go_to(self.page.headings[row][1])

    def _find_anew(self, words: str) -> None:
        self.page.moveCursor(QTextCursor.MoveOperation.Start)
        self.page.find_next(words)


def open_manual(parent: QWidget) -> Manual:
    """The manual beside a window; where it is open already it comes forward, at the place where it was."""
    found = parent.findChild(Manual)
    if found is None:
        found = Manual(parent)
        found.resize(_SIZE.boundedTo(parent.screen().availableGeometry().size()))
        found.contents.setFocus()
    found.show()
    found.activateWindow()
    return found


def _follow(link: QUrl) -> None:
    QDesktopServices.openUrl(link)


def _sized(pixels: int) -> QFont:
    font = QFont(theme.body_font())
    font.setPixelSize(theme.scaled(pixels))
    return font


def _is_picture(block: QTextBlock) -> bool:
    parts = block.begin()
    return not parts.atEnd() and parts.fragment().charFormat().isImageFormat()
