"""The layers as a tree that is edited by keyboard: the canvas for those who cannot or would not use the canvas."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeView, QVBoxLayout, QWidget

from cnnstudio.design.edits import chain, edits, locking
from cnnstudio.design.value.design import Design
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.nn.telling.told import Sentence, worded
from cnnstudio.ui.canvas.card_words import layers_named
from cnnstudio.ui.canvas.commands.keys import Table, combination
from cnnstudio.ui.canvas.commands.layer_search import LayerSearch
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.look.model_index import AnyIndex
from cnnstudio.ui.panels.layers import layers_model as columns
from cnnstudio.ui.panels.layers.layers_model import LayersModel

_HINT = "Enter adds the next layer · F2 renames · Del removes · Alt+↑ ↓ moves · W wires · K locks"

Moves = QItemSelectionModel.SelectionFlag


#: pixels of the column of locks, and of names that are long enough to be told apart
_LOCK, _NAME = 26, 118


class LayersTree(QWidget):
    """Shares the document's selection. Every key is one undo step; ``keys`` are the canvas's that hold here, too."""

    #: one sentence why an edit was refused
    told = Signal(str)
    #: the id of the one layer that was chosen here
    picked = Signal(str)
    #: the wires of the selected layer are to be chosen
    wires_asked = Signal()

    def __init__(self, document: Document, keys: Table, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self._document, self.keys = document, keys
        self._following = False
        #: where a layer to add is searched, while it is open
        self.search: LayerSearch | None = None
        self.model = LayersModel(document, self)
        self.model.stay_awake(False)
        self.view = _View(self)
        self._hint = label(_HINT, "secondary", wrap=True)
        self._hint.setContentsMargins(12, 8, 12, 12)
        self._empty = label("No layers yet. Press Enter to add an Input.", "soft", wrap=True)
        self._empty.setContentsMargins(12, 8, 12, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._empty)
        column.addWidget(self.view, 1)
        column.addWidget(self._hint)
        self.setFocusProxy(self.view)
        self.model.replaced.connect(self._restore)
        self.model.dataChanged.connect(self.view.fit)
        self.model.refused.connect(self.told)
        self.view.clicked.connect(self._clicked)
        document.selection_changed.connect(self._follow_selection)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        first = self.view.model() is None
        if first:  # to unfold and measure a thousand rows waits until somebody looks
            self.view.setModel(self.model)
            self.view.selectionModel().selectionChanged.connect(self._selected)
        self.model.stay_awake(True)
        if first:
            self._restore()
        self._follow_selection()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.model.stay_awake(False)

    # the keys

    def rename(self) -> None:
        """Type another name for the current layer."""
        index = self.view.currentIndex().siblingAtColumn(columns.NAME)
        if index.isValid():
            self.view.edit(index)

    def delete(self) -> None:
        """Remove the selected layers; their neighbours are wired to each other."""
        design, chosen = self._document.project.design, self._nodes()
        if not chosen:
            return
        order = list(design.graph.order)
        places = [order.index(node) for node in chosen if node in order]
        after = [node for node in order[max(places, default=-1) + 1 :] if node not in chosen]
        before = [node for node in order if node not in chosen]
        follows = after[:1] or before[-1:]
        what = Sentence("Delete {what}", what=layers_named(design, chosen))
        self._document.edit(what, edits.remove(design, chosen, rejoin=True), select=follows)

    def move_layer(self, by: int) -> None:
        """Move the current layer up (-1) or down (1) in its chain."""
        node = self.current_node()
        if node:
            name = self._document.project.design.cards[node].name
            way = chain.move_up if by < 0 else chain.move_down
            what = Sentence("Move {name} up" if by < 0 else "Move {name} down", name=name)
            self._edit(what, lambda design: (way(design, node), node))

    def toggle_lock(self, nodes: frozenset[str] | None = None) -> None:
        """Lock some layers, by default the selected ones, or let them learn again."""
        try:
            design, what = locking.toggle(self._document.project.design, self._nodes() if nodes is None else nodes)
        except edits.EditRefused as refusal:
            self.told.emit(worded(refusal))
            return
        self._document.edit(what, design)

    def _clicked(self, index: QModelIndex) -> None:
        nodes = self.model.nodes_of(self.model.id_of(index))
        if index.column() == columns.LOCK and locking.lockable(self._document.project.design, nodes):
            self.toggle_lock(nodes)

    def add(self) -> None:
        """Search a layer to put behind the current one."""
        if self.search is not None:
            return
        node = self.current_node()
        design = self._document.project.design
        heading = f"Add behind {design.cards[node].name}" if node else "Add a layer"
        kinds = [kind for kind in layer_kinds().values() if not node or kind.most_inputs > 0]
        self.search = search = LayerSearch(kinds, heading, self)
        search.chosen.connect(lambda kind: self._add(kind, node))
        search.closed.connect(self._search_closed)
        search.setFixedWidth(min(search.width(), self.width() - 16))
        where = self.view.visualRect(self.view.currentIndex())
        top = self.view.mapTo(self, where.bottomLeft()).y() + 26
        search.adjustSize()
        search.move(8, max(8, min(top, self.height() - search.height() - 8)))
        search.show()
        search.raise_()
        search.setFocus(Qt.FocusReason.PopupFocusReason)

    def _add(self, kind: str, node: str) -> None:
        layer = layer_kinds()[kind]()
        what = Sentence("Add {layer}", layer=layer.title)
        if node:
            self._edit(what, lambda design: chain.add_after(design, node, layer))
        else:
            self._edit(what, lambda design: edits.append(design, layer))
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _search_closed(self) -> None:
        self.search = None
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _edit(self, what: Sentence, change: Callable[[Design], tuple[Design, str]]) -> None:
        try:
            design, node = change(self._document.project.design)
        except edits.EditRefused as refusal:
            self.told.emit(worded(refusal))
            return
        self._document.edit(what, design, select=[node])

    # selection

    def _nodes(self) -> frozenset[str]:
        """The selected layers, those of selected blocks included."""
        design = self._document.project.design
        chosen: set[str] = set()
        for index in self.view.selectionModel().selectedRows(columns.NAME):
            item = self.model.id_of(index)
            chosen |= design.folding.within[item] if item in design.blocks else {item}
        return frozenset(chosen)

    def current_node(self) -> str:
        """The layer that has the keyboard, "" for a block or none."""
        index = self.view.currentIndex()
        item = self.model.id_of(index) if index.isValid() else ""
        return item if item in self._document.project.design.graph else ""

    def _selected(self) -> None:
        if not self._following:
            self._following = True
            self._document.select(self._nodes())
            if len(self._document.selection) == 1:
                self.picked.emit(*self._document.selection)
            self._following = False

    def _follow_selection(self) -> None:
        if self._following or not self.isVisible():
            return
        self._following = True
        selection = QItemSelection()
        shown = [self.model.index_of(item) for item in self._document.selection]
        for index in shown:
            if index.isValid():
                selection.select(index, index)
        self.view.selectionModel().select(selection, Moves.ClearAndSelect | Moves.Rows)
        current = next((index for index in shown if index.isValid()), None)
        if current is not None and self.view.currentIndex() not in shown:
            self.view.selectionModel().setCurrentIndex(current, Moves.NoUpdate)
        if current is not None:
            self.view.scrollTo(self.view.currentIndex())
        self._following = False

    def _restore(self) -> None:
        self.view.setRootIsDecorated(bool(self._document.project.design.blocks))
        self.view.expandAll()
        self._empty.setVisible(self.model.rowCount() == 0)
        self._follow_selection()
        self.view.fit()


class _View(QTreeView):
    """The tree's keys, and which columns there is room for."""

    def __init__(self, owner: LayersTree) -> None:
        super().__init__(owner)
        self._owner = owner
        self.setAccessibleName("Layers")
        self.setAccessibleDescription(_HINT)
        self.setRootIsDecorated(True)
        self.setIndentation(14)
        self.setUniformRowHeights(True)
        self.setIconSize(QSize(16, 16))
        self.setAllColumnsShowFocus(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.EditKeyPressed | triggers.DoubleClicked)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.header().setStretchLastSection(False)
        self.header().setSectionsMovable(False)
        self.header().setMinimumSectionSize(20)
        self.header().setResizeContentsPrecision(100)  # rows that are measured, around those in view

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.state() == QAbstractItemView.State.EditingState:  # what a field does not use comes here
            super().keyPressEvent(event)
            return
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Insert if plain:
                self._owner.add()
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace if plain:
                self._owner.delete()
            case Qt.Key.Key_W if plain and self._owner.current_node():
                self._owner.wires_asked.emit()
            case Qt.Key.Key_K if plain:
                self._owner.toggle_lock()
            case Qt.Key.Key_F2:
                self._owner.rename()
            case Qt.Key.Key_Up if alt:
                self._owner.move_layer(-1)
            case Qt.Key.Key_Down if alt:
                self._owner.move_layer(1)
            case _ if do := self._owner.keys.get(combination(event)):
                do()
            case _:
                super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        own = (Qt.Key.Key_Delete, Qt.Key.Key_F2, Qt.Key.Key_Backspace, Qt.Key.Key_Insert)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            taken = event.key() in own or combination(event) in self._owner.keys
            if taken:
                event.accept()  # while the tree has the focus its keys are its own
                return True
        return super().event(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Show as many columns as there is room for; the name takes what is left."""
        header, width = self.header(), self.viewport().width()
        if self.model() is None or header.count() == 0 or not self.isVisible():
            return
        self.setColumnHidden(columns.KIND, width < 420)
        self.setColumnHidden(columns.TROUBLE, not self._owner.model.troubled)
        self.setColumnHidden(columns.PARAMETERS, width < 300)
        room = width - _LOCK - self.sizeHintForColumn(columns.SHAPE)  # a name that is cut says less than a shape
        self.setColumnHidden(columns.SHAPE, room < min(self.sizeHintForColumn(columns.NAME), _NAME))
        header.setSectionResizeMode(columns.NAME, QHeaderView.ResizeMode.Stretch)
        for column in (columns.SHAPE, columns.PARAMETERS, columns.TROUBLE, columns.KIND):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(columns.LOCK, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(columns.LOCK, _LOCK)

    def currentChanged(self, current: AnyIndex, previous: AnyIndex) -> None:
        super().currentChanged(current, previous)
        self.scrollTo(current)
