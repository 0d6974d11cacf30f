"""Many points at once, as Qt paints them."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtGui import QPolygonF
from shiboken6 import VoidPtr

from cnnstudio.ui.panels.curves.thinned import Values

#: what is described of it knows neither its size nor whether one may write
_memory: Any = VoidPtr


def polygon(across: Values, down: Values) -> QPolygonF:
    """The points at these pixels."""
    made = QPolygonF()
    made.resize(len(across))
    if len(across):
        memory: Any = _memory(made.data(), 16 * len(across), True)
        points = np.frombuffer(memory, np.float64).reshape(-1, 2)
        points[:, 0], points[:, 1] = across, down
    return made
