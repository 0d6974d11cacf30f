"""The ways to look at a layer, as segments above the stage."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from cnnstudio.ui.widgets.choosing.segments import Segments

FORWARD, BACKWARD, FIELD, SHARING, LOOKS = "Forward", "Backward", "Field", "Sharing", "Looks for"
SURGERY, NETWORK = "Surgery", "Network"

_TIPS = {
    NETWORK: "All maps of the network, and what each is made from (Esc)",
    FORWARD: "How the numbers of this layer come about (B)",
    BACKWARD: "How the gradients of the loss come back through this layer (B)",
    FIELD: "What a cell depends on, on every map and on the image: its receptive field",
    SHARING: "What the layer saves by sharing its filters and looking only nearby",
    LOOKS: "Which pieces of the images excite each filter most",
    SURGERY: "Paint a filter's weights and see what becomes of its map and of the accuracy",
}


class ModeSwitch(QWidget):
    """One segment for each mode."""

    chosen = Signal(str)

    def __init__(self, modes: tuple[str, ...]) -> None:
        super().__init__()
        self.current = modes[0]
        tips = {mode: _TIPS.get(mode, mode) for mode in modes}
        self._segments = Segments("Ways to look", modes, self.current, tips=tips, tight=False, evenly=False)
        self._segments.changed.connect(self.chosen)
        self.buttons, self.be_tight = self._segments.buttons, self._segments.be_tight
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 16, 0)
        row.addWidget(self._segments, 0, Qt.AlignmentFlag.AlignVCenter)

    def show_chosen(self, mode: str) -> None:
        """Mark a mode as the one that is shown."""
        self.current = mode
        self._segments.show_choice(mode)
