"""The glossary as a sheet over the window: terms at the left, searched while typing; at the right the page of one, with
its links and its example."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.lessons.glossary import Term, glossary, term, terms_named
from cnnstudio.ui.learn.examples.every_example import example_widget
from cnnstudio.ui.look.labels import label, plain_tip
from cnnstudio.ui.widgets.fields.text_undo import TextUndo
from cnnstudio.ui.widgets.layouts.contents import put_instead
from cnnstudio.ui.widgets.overlay import Overlay
from cnnstudio.ui.widgets.term_text import LessonText

_SIZE = QSize(860, 640)
#: so many other terms are named at the foot of a page
_SEE_ALSO = 8


class TermPage(QWidget):
    """One term. ``term_asked`` names another that was clicked."""

    term_asked = Signal(str)

    def __init__(self, known: Term) -> None:
        super().__init__()
        self.term = known
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 0, 20, 20)
        column.setSpacing(12)
        column.addWidget(label(_title(known), "lesson-title", wrap=True))
        self._add(column, known.sentence, 15)
        if known.example:
            frame = QFrame()
            frame.setProperty("role", "card")
            inside = QVBoxLayout(frame)
            inside.setContentsMargins(16, 12, 16, 12)
            self.example = example_widget(known.example)
            inside.addWidget(self.example)
            column.addWidget(frame)
        self._add(column, known.text, 14)
        if known.also:
            column.addWidget(label(f"Also: {', '.join(known.also)}.", "secondary", wrap=True))
        others = _mentioned_by(known)
        if others:
            self._add(column, "See also " + ", ".join(f"[{other}]" for other in others) + ".", 13, links=False)
        column.addStretch(1)

    def _add(self, column: QVBoxLayout, text: str, pixels: int, *, links: bool = True) -> None:
        made = LessonText(linked(text, self.term) if links else text, pixels)
        made.term_asked.connect(self.term_asked)
        column.addWidget(made)


class GlossaryBook(QWidget):
    """The list, the search, the open page and the way back."""

    def __init__(self) -> None:
        super().__init__()
        self._before: list[str] = []
        self.page: TermPage | None = None
        self.search = QLineEdit()
        TextUndo(self.search, seeks=True)
        self.search.setPlaceholderText("Search the glossary")
        self.search.setToolTip("Type a word; Down leads into the list of terms")
        self.search.setAccessibleName("Search the glossary")
        self.search.setClearButtonEnabled(True)
        self.list = QListWidget()
        self.list.setAccessibleName("Terms")
        self.list.setToolTip("The terms of the field; the arrow keys walk through their pages")
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for known in glossary():
            item = QListWidgetItem(_title(known))
            item.setData(Qt.ItemDataRole.UserRole, known.name)
            item.setToolTip(plain_tip(known.sentence))
            self.list.addItem(item)
        self.nothing = label("No term has this word.", "soft", wrap=True)
        self.back = QPushButton("Back")
        self.back.setProperty("role", "link")
        self.back.setToolTip("The page before (Alt+Left)")
        self.back.clicked.connect(self.go_back)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.viewport().setAutoFillBackground(False)
        self.area.setAccessibleName("The term")
        self._lay_out()
        self.search.textChanged.connect(self._filter)
        self.list.currentItemChanged.connect(self._chosen)
        down = QShortcut(Qt.Key.Key_Down, self.search, context=Qt.ShortcutContext.WidgetShortcut)
        down.activated.connect(self.list.setFocus)
        enter = QShortcut(QKeySequence("Alt+Left"), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        enter.activated.connect(self.go_back)
        self._filter("")

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(8)
        for widget in (self.search, self.list, self.nothing):
            left.addWidget(widget)
        right = QVBoxLayout()
        right.setSpacing(4)
        right.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeft)
        right.addWidget(self.area, 1)
        for widget in (self.search, self.list, self.nothing):
            widget.setFixedWidth(216)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 4, 8, 16)
        row.setSpacing(8)
        row.addLayout(left)
        row.addLayout(right, 1)

    @property
    def shown(self) -> list[str]:
        """The terms in the list that the search has left."""
        items = (self.list.item(row) for row in range(self.list.count()))
        return [item.data(Qt.ItemDataRole.UserRole) for item in items if not item.isHidden()]

    def open_term(self, name: str) -> None:
        """Show the page of a term; other words are searched for."""
        known = term(name)
        if known is None:
            self.search.setText(name)
            return
        if self.page is not None and self.page.term != known:
            self._before.append(self.page.term.name)
        self._show(known)

    def go_back(self) -> None:
        """The page before."""
        if self._before:
            known = term(self._before.pop())
            assert known is not None
            self._show(known)

    def forget_way(self) -> None:
        """The page that is open is the first."""
        self._before.clear()
        self.back.hide()

    def _show(self, known: Term) -> None:
        if self.page is None or self.page.term != known:
            self.page = TermPage(known)
            self.page.setProperty("role", "scrolled")
            self.page.term_asked.connect(self.open_term)
            put_instead(self.area, self.page)
            self.page.setAutoFillBackground(False)
        self.back.setVisible(bool(self._before))
        row = next(row for row, other in enumerate(glossary()) if other is known)
        if self.list.item(row).isHidden():
            self.search.clear()
        self.list.blockSignals(True)
        self.list.setCurrentRow(row)
        self.list.blockSignals(False)
        self.list.scrollToItem(self.list.item(row))

    def _chosen(self, item: QListWidgetItem | None, _before: QListWidgetItem | None) -> None:
        if item is not None and not item.isHidden():
            self.open_term(item.data(Qt.ItemDataRole.UserRole))

    def _filter(self, typed: str) -> None:
        wanted = typed.casefold().strip()
        named = [known for known in glossary() if any(wanted in w.casefold() for w in (known.name, *known.also))]
        if not named:
            named = [known for known in glossary() if wanted in f"{known.sentence} {known.text}".casefold()]
        names = {known.name for known in named}
        for row in range(self.list.count()):
            item = self.list.item(row)
            item.setHidden(item.data(Qt.ItemDataRole.UserRole) not in names)
        self.nothing.setVisible(not names)
        if named and (self.page is None or self.page.term.name not in names):
            # the one that begins with what was typed, rather than one that holds it somewhere
            self._show(min(named, key=lambda known: not known.name.casefold().startswith(wanted)))


def linked(text: str, own: Term) -> str:
    """A text whose first mention of every other term is a link."""
    parts, place, seen = [], 0, {own.name}
    for begin, end, known in terms_named(text):
        if known.name not in seen:
            seen.add(known.name)
            parts += [text[place:begin], f"[{text[begin:end]}]"]
            place = end
    return "".join([*parts, text[place:]])


def _title(known: Term) -> str:
    return known.name[:1].upper() + known.name[1:]


def _mentioned_by(known: Term) -> list[str]:
    """Terms whose pages speak of this one, and which it does not name itself."""
    own = {other.name for _, _, other in terms_named(f"{known.sentence} {known.text}")} | {known.name}
    naming = (other for other in glossary() if other.name not in own)
    found = [o.name for o in naming if any(t is known for _, _, t in terms_named(f"{o.sentence} {o.text}"))]
    return found[:_SEE_ALSO]


def open_glossary(window: QWidget, search: str = "") -> Overlay:
    """Show the glossary over a window, at one term or from the beginning; one that is open turns its pages."""
    for sheet in window.findChildren(Overlay):
        book = sheet.findChild(GlossaryBook)
        if book is not None and not sheet.isHidden():
            book.open_term(search)
            return sheet
    content = GlossaryBook()
    sheet = Overlay(window, "Glossary", content, _SIZE)
    if search:
        content.open_term(search)
        content.forget_way()
    content.search.setFocus(Qt.FocusReason.PopupFocusReason)
    return sheet
