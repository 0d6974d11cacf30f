"""The ways to look at a layer, as segments above the stage."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QWidget

from cnnstudio.ui.look.labels import plain_tip, set_property

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
        frame = QFrame()
        frame.setProperty("role", "switch")
        line = QHBoxLayout(frame)
        line.setContentsMargins(2, 2, 2, 2)
        line.setSpacing(2)
        self.buttons: dict[str, QPushButton] = {}
        group = QButtonGroup(self)
        for mode in modes:
            button = QPushButton(mode)
            button.setProperty("role", "segment")
            button.setCheckable(True)
            button.setToolTip(plain_tip(_TIPS.get(mode, mode)))
            button.clicked.connect(lambda _=False, mode=mode: self.chosen.emit(mode))
            group.addButton(button)
            line.addWidget(button)
            self.buttons[mode] = button
        self.buttons[self.current].setChecked(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 16, 0)
        row.addWidget(frame, 0, Qt.AlignmentFlag.AlignVCenter)

    def be_tight(self, tight: bool) -> None:
        """Narrower segments, for a narrow window."""
        for button in self.buttons.values():
            set_property(button, "tight", "true" if tight else "false")

    def show_chosen(self, mode: str) -> None:
        """Mark a mode as the one that is shown."""
        self.current = mode
        self.buttons[mode].setChecked(True)
