"""The arrow at the head of the curves: how they are smoothed, and what they are exported as."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton

from cnnstudio.ui.look import dressing, icons
from cnnstudio.ui.panels.curves.curve_export import ENDINGS
from cnnstudio.ui.panels.curves.plot_axes import EPOCHS, UNITS
from cnnstudio.ui.panels.curves.smoothing import WEIGHTS


class CurveOptions(QToolButton):
    """Calls ``smooth`` with a weight, ``export`` with the end of a file's name, and ``run_time`` with a unit of time
    and whether it runs by powers of ten."""

    def __init__(
        self,
        smooth: Callable[[float], object],
        export: Callable[[str], object],
        run_time: Callable[[str, bool], object],
    ) -> None:
        super().__init__()
        self.setAccessibleName("Time, smoothing and export")
        self.setToolTip("Count time otherwise, smooth the curves, or write them to a file")
        self.setProperty("role", "more")
        self.setFixedWidth(22)
        self.setIconSize(QSize(10, 10))
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.offered = QMenu(self)
        self.offered.setToolTipsVisible(True)
        self._one = QActionGroup(self)
        self.weights = {}
        for weight in WEIGHTS:
            action = self.offered.addAction(f"Smooth by {weight:g}" if weight else "Not smoothed")
            action.setCheckable(True)
            action.setChecked(not weight)
            action.setToolTip("A mean in which each step counts by so much less than the next" if weight else "")
            action.triggered.connect(lambda _on, weight=weight: smooth(weight))
            self._one.addAction(action)
            self.weights[weight] = action
        self.offered.addSeparator()
        self._unit = QActionGroup(self)
        self.units = {}
        powers = self.powers = QAction("Logarithmic time", self.offered)
        for unit in UNITS:
            action = self.offered.addAction(f"Time in {unit}")
            action.setCheckable(True)
            action.setChecked(unit == EPOCHS)
            action.triggered.connect(lambda _on, unit=unit: run_time(unit, powers.isChecked()))
            self._unit.addAction(action)
            self.units[unit] = action
        powers.setCheckable(True)
        powers.setToolTip("Equal factors of time are equally far apart: the beginning gets more room")
        powers.triggered.connect(lambda on: run_time(self.unit, on))
        self.offered.addAction(powers)
        self.offered.addSeparator()
        for ending, title in ENDINGS.items():
            action = self.offered.addAction(f"Export as {title}…")
            action.triggered.connect(lambda _on, ending=ending: export(ending))
        self.setMenu(self.offered)
        dressing.follow(self, self._dress)
        self._dress()

    @property
    def unit(self) -> str:
        """What time is counted in."""
        return next(unit for unit, action in self.units.items() if action.isChecked())

    def _dress(self) -> None:
        self.setIcon(icons.icon("chevron_down"))
