"""The layers of the document as a tree: blocks hold their layers; in the order in which the network computes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, overload

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QBrush, QIcon

from cnnstudio.design.analysis.analysis import Analysis, analyse
from cnnstudio.design.edits import blocks, edits, locking
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.problem import Problem
from cnnstudio.design.wording.problems import problem_words
from cnnstudio.nn.arrays import shape_text, thousands
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.nn.telling.told import worded
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.document.lock_toggle import lock_words
from cnnstudio.ui.look import icons, theme
from cnnstudio.ui.look.labels import plain_tip
from cnnstudio.ui.look.model_index import AnyIndex

NAME, SHAPE, PARAMETERS, LOCK, TROUBLE, KIND = range(6)
TITLES = ("Layer", "Shape", "Parameters", "", "", "Kind")

Roles = Qt.ItemDataRole


@dataclass
class Row:
    """A layer, or a block with its layers."""

    id: str
    parent: Row | None
    place: int = 0
    children: list[Row] = field(default_factory=list)


class LayersModel(QAbstractItemModel):
    """Follows the document; renaming is an edit of it. ``replaced`` comes after the rows were made anew."""

    replaced = Signal()
    refused = Signal(str)

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._awake, self._asleep_since = True, document.project.design
        self._root = Row("", None)
        self._rows: dict[str, Row] = {}
        self._made_from: tuple[object, ...] = ()
        self._analysed = self._design
        self._analysis: Analysis = analyse(self._design.graph)
        document.changed.connect(self._follow)
        theme.changed.connect(self._recolour)
        self._follow()

    @property
    def _design(self) -> Design:
        return self._document.project.design if self._awake else self._asleep_since

    @property
    def troubled(self) -> bool:
        """Whether there is anything to say about any layer."""
        return any(problem.node is not None for problem in self._analysis.findings)

    # structure

    def index(self, row: int, column: int, parent: AnyIndex | None = None) -> QModelIndex:
        above = self._at(parent)
        if not 0 <= row < len(above.children) or not 0 <= column < len(TITLES):
            return QModelIndex()
        return self.createIndex(row, column, above.children[row])

    @overload
    def parent(self) -> QObject | None: ...
    @overload
    def parent(self, index: AnyIndex, /) -> QModelIndex: ...
    def parent(self, index: AnyIndex | None = None) -> QObject | QModelIndex | None:
        if index is None:
            return super().parent()
        row = self._at(index)
        if row.parent is None or row.parent is self._root:
            return QModelIndex()
        return self.createIndex(row.parent.place, 0, row.parent)

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        if parent is not None and parent.isValid() and parent.column() > 0:
            return 0
        return len(self._at(parent).children)

    def columnCount(self, parent: AnyIndex | None = None) -> int:
        return len(TITLES)

    def id_of(self, index: AnyIndex) -> str:
        """The node or block of a row."""
        return self._at(index).id

    def index_of(self, item_id: str, column: int = NAME) -> QModelIndex:
        """Where a node or block stands."""
        row = self._rows.get(item_id)
        return QModelIndex() if row is None else self.createIndex(row.place, column, row)

    # what is shown

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Roles.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Roles.DisplayRole:
            return TITLES[section]
        if role == Roles.TextAlignmentRole and section == PARAMETERS:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        found = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return found | Qt.ItemFlag.ItemIsEditable if index.column() == NAME else found

    def data(self, index: AnyIndex, role: int = Roles.DisplayRole) -> Any:
        if not index.isValid():
            return None
        item, column = self.id_of(index), index.column()
        if role == Roles.DisplayRole:
            return self._text(item, column)
        if role == Roles.EditRole and column == NAME:
            return self._name(item)
        if role == Roles.DecorationRole and column == NAME:
            return self._icon(item)
        if role == Roles.DecorationRole and column == LOCK:
            return self._lock(item)
        if role == Roles.AccessibleTextRole:
            return self.words(item) if column == NAME else self._text(item, column)
        if role == Roles.ToolTipRole:
            return self._lock_tip(item) if column == LOCK else self._tip(item)
        if role == Roles.TextAlignmentRole and column in (PARAMETERS, TROUBLE):
            side = Qt.AlignmentFlag.AlignRight if column == PARAMETERS else Qt.AlignmentFlag.AlignHCenter
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        if role == Roles.ForegroundRole:
            return self._ink(item, column)
        if role == Roles.FontRole and column in (SHAPE, PARAMETERS):
            return theme.tabular(theme.small_font())
        return None

    def setData(self, index: AnyIndex, value: Any, role: int = Roles.EditRole) -> bool:
        if role != Roles.EditRole or index.column() != NAME:
            return False
        item, design = self.id_of(index), self._design
        try:
            renamed = blocks.rename if item in design.blocks else edits.rename
            changed = renamed(design, item, str(value))
        except edits.EditRefused as refusal:
            self.refused.emit(worded(refusal))
            return False
        self._document.edit("Rename", changed)
        return True

    def words(self, item: str) -> str:
        """A row in words, for those who hear it."""
        design = self._design
        if item in design.blocks:
            return f"Block {design.blocks[item].name}, {amount(len(design.folding.within[item]), 'layer')}"
        facts = self._analysis.layers[item]
        parts = [design.cards[item].name, design.graph[item].layer.title]
        parts.append(shape_text(facts.shape) if facts.shape is not None else "no shape")
        if facts.parameters:
            parts.append(amount(facts.parameters, "parameter"))
        if locking.all_locked(design, [item]):
            parts.append("locked")
        parts += [problem_words(self._analysed, problem).title for problem in self._problems(item)]
        return ", ".join(parts)

    def _name(self, item: str) -> str:
        design = self._design
        return design.blocks[item].name if item in design.blocks else design.cards[item].name

    def _text(self, item: str, column: int) -> str:
        design, layers = self._design, self._analysis.layers
        block = item in design.blocks
        if column == NAME:
            return self._name(item)
        if column == TROUBLE:
            problems = self._problems(item)
            errors = any(problem.severity == "error" for problem in problems)
            mark = "" if not problems else "✕" if errors else "⚠"
            return f"{len(problems)} {mark}" if len(problems) > 1 else mark
        if column == KIND:
            return "Block" if block else design.graph[item].layer.title
        if column == LOCK:
            return ""
        if column == SHAPE:
            if block:
                return ""
            shape = layers[item].shape
            return shape_text(shape) if shape is not None else "—"
        inside = design.folding.within[item] if block else (item,)
        total = sum(layers[node].parameters for node in inside)
        return thousands(total) if total else ""

    def _problems(self, item: str) -> list[Problem]:
        design = self._design
        inside = design.folding.within[item] if item in design.blocks else (item,)
        return [problem for problem in self._analysis.findings if problem.node in inside]

    def _ink(self, item: str, column: int) -> QBrush | None:
        look = theme.current()
        if column == TROUBLE:
            errors = any(problem.severity == "error" for problem in self._problems(item))
            return QBrush(look.error if errors else look.warning)
        return QBrush(look.secondary) if column in (PARAMETERS, KIND) else None

    def _icon(self, item: str) -> QIcon:
        look = theme.current()
        if item in self._design.blocks:
            return icons.icon("block", look.category("merge"))
        layer = self._design.graph[item].layer
        return icons.icon(layer.kind, look.category(layer.category))

    def _lock(self, item: str) -> QIcon | None:
        """Closed, or open and faint where there is something to lock."""
        design, look = self._design, theme.current()
        inside = self.nodes_of(item)
        if not locking.lockable(design, inside):
            return None
        locked = locking.all_locked(design, inside)
        return icons.icon("lock" if locked else "unlock", look.text if locked else look.field_border)

    def _lock_tip(self, item: str) -> str:
        design, inside = self._design, self.nodes_of(item)
        if not locking.lockable(design, inside):
            return ""
        if item not in design.blocks:
            return plain_tip(f"{lock_words(design, item)}\nClick, or K, to change it.")
        learns = amount(locking.trainable_parameters(design, inside), "parameter")
        return plain_tip(f"{learns} of the block can learn. Click, or K, to lock or unlock all of it.")

    def nodes_of(self, item: str) -> frozenset[str]:
        """The layer, or the layers of a block."""
        design = self._design
        return frozenset(design.folding.within[item]) if item in design.blocks else frozenset({item})

    def _tip(self, item: str) -> str:
        problems = self._problems(item)
        return "\n".join(problem_words(self._analysed, problem).sentence for problem in problems)

    # following

    def stay_awake(self, awake: bool) -> None:
        """Follow the document, or rest while nobody sees the layers: a thousand rows take their time at every edit."""
        self._asleep_since = self._design  # its rows are those of this design until it wakes
        self._awake = awake
        self._follow()

    def _follow(self) -> None:
        if not self._awake:
            return
        design = self._design
        made_from = (design.graph, design.blocks, tuple(card.name for card in design.cards.values()), design.locks)
        if made_from == self._made_from:
            return
        same_rows = self._made_from and _rows_of(design) == _rows_of_key(self._rows)
        self._made_from = made_from
        self._analysed = design
        self._analysis = analyse(design.graph)
        if same_rows:
            self._recolour()
            return
        self.beginResetModel()
        self._build(design)
        self.endResetModel()
        self.replaced.emit()

    def _build(self, design: Design) -> None:
        self._root, self._rows = Row("", None), {}
        for node_id, owner in _rows_of(design):
            self._add(design, node_id, owner)

    def _add(self, design: Design, item: str, owner: str) -> None:
        if owner and owner not in self._rows:
            self._add(design, owner, design.blocks[owner].parent)
        above = self._rows[owner] if owner else self._root
        row = Row(item, above, len(above.children))
        above.children.append(row)
        self._rows[item] = row

    def _recolour(self) -> None:
        for row in (self._root, *self._rows.values()):
            if row.children:
                first, last = row.children[0], row.children[-1]
                corner = self.createIndex(last.place, len(TITLES) - 1, last)
                self.dataChanged.emit(self.createIndex(first.place, 0, first), corner)

    def _at(self, index: AnyIndex | None) -> Row:
        if index is None or not index.isValid():
            return self._root
        row = index.internalPointer()
        return row if isinstance(row, Row) else self._root


def _rows_of(design: Design) -> list[tuple[str, str]]:
    """The layers in the order of the network, each with its innermost block or ""."""
    order = [*design.graph.order, *(n.id for n in design.graph.nodes if n.id in design.graph.cyclic)]
    return [(node_id, design.folding.owner.get(node_id, "")) for node_id in order]


def _rows_of_key(rows: dict[str, Row]) -> list[tuple[str, str]]:
    return [(row.id, row.parent.id if row.parent else "") for row in rows.values() if not row.children]
