"""Loss and accuracy of the current run."""

from __future__ import annotations

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QSizePolicy

from cnnstudio.ui.learn.views.live_view import LiveView
from cnnstudio.ui.run.run_control import RunControl


class CurveView(LiveView):
    """The Train workspace's own curves; made when they are first seen, for they bring a plotting library."""

    def __init__(self, run_control: RunControl) -> None:
        super().__init__("The network while it learns", "Curves")
        self._run_control = run_control
        self.setMinimumHeight(300)
        self._made = False

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._made:
            from cnnstudio.ui.panels.curves.curves import CurvesPanel

            self._made = True
            self.curves = CurvesPanel(self._run_control, parent=self)
            # as high as the view: a plot would rather be higher than the canvas leaves room for
            self.curves.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
            self.column.addWidget(self.curves, 1)
