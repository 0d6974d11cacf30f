"""The button that locks a layer, and what locking means for it in words."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton

from cnnstudio.design.analysis import analyse
from cnnstudio.design.design import Design
from cnnstudio.design.locking import lockable, toggle
from cnnstudio.ui import icons, theme
from cnnstudio.ui.document import Document
from cnnstudio.ui.labels import plain_tip
from cnnstudio.ui.wording import amount


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
    """Locks one layer of a document as one undo step; hidden for layers that learn nothing."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document, self.node = document, ""
        self.setCheckable(True)
        self.clicked.connect(self._toggle)
        theme.changed.connect(self._dress)

    def show_node(self, node: str) -> None:
        """Show and toggle this layer."""
        self.node = node
        self._dress()

    def _toggle(self) -> None:
        design, text = toggle(self._document.project.design, [self.node])
        self._document.edit(text, design)
        self._dress()

    def _dress(self) -> None:
        design = self._document.project.design
        shown = bool(lockable(design, [self.node]))
        self.setVisible(shown)
        if not shown:
            return
        locked = self.node in design.locks.layers
        self.setChecked(locked)
        self.setText("Locked while training" if locked else "Lock while training")
        look = theme.current()
        self.setIcon(icons.icon("lock" if locked else "unlock", look.text if locked else look.secondary))
        self.setToolTip(plain_tip(lock_words(design, self.node)))
