"""The button that locks layers, and what locking means for them in words."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtWidgets import QPushButton

from cnnstudio.design.analysis.analysis import analyse
from cnnstudio.design.edits.locking import all_locked, lockable, toggle, trainable_parameters
from cnnstudio.design.value.design import Design
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.look import dressing, icons, theme
from cnnstudio.ui.look.labels import plain_tip


def lock_words(design: Design, node: str) -> str:
    """What training does to a layer, and what locking would change or has changed."""
    facts, layer = analyse(design.graph).layers[node], design.graph[node].layer
    what = amount(facts.parameters, "parameter")
    if node in design.locks.layers:
        words = f"Locked: training leaves {what} exactly as they are. The layers behind it go on learning."
    else:
        words = f"Training moves {what}. Locked, they stay exactly as they are (others say frozen)."
    if facts.shape is not None and layer.state(facts.inputs):
        words += " While locked, its running mean and variance stand still too, and training uses them."
    return words


class LockToggle(QPushButton):
    """Locks some layers of a document as one undo step; hidden where none of them learns anything."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self._nodes: frozenset[str] = frozenset()
        self.setCheckable(True)
        self.clicked.connect(self._toggle)
        dressing.follow(self, self._dress)

    def show_nodes(self, nodes: Iterable[str]) -> None:
        """Show and toggle these layers."""
        self._nodes = frozenset(nodes)
        self._dress()

    def _toggle(self) -> None:
        design, what = toggle(self._document.project.design, self._nodes)
        self._document.edit(what, design)
        self._dress()

    def _dress(self) -> None:
        design = self._document.project.design
        chosen = sorted(lockable(design, self._nodes))
        self.setVisible(bool(chosen))
        if not chosen:
            return
        locked = all_locked(design, chosen)
        self.setChecked(locked)
        self.setText("Locked while training" if locked else "Lock while training")
        look = theme.current()
        self.setIcon(icons.icon("lock" if locked else "unlock", look.text if locked else look.secondary))
        self.setToolTip(plain_tip(lock_words(design, chosen[0]) if len(chosen) == 1 else _words(design, chosen)))


def _words(design: Design, nodes: list[str]) -> str:
    learns = amount(trainable_parameters(design, nodes), "parameter")
    return (
        f"{learns} of these {amount(len(nodes), 'layer')} may move in training. Locked layers stay exactly as they are."
    )
