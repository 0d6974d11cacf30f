"""A slider for each thing that can be done to a picture."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QSlider, QWidget

from cnnstudio.data.preparation.picture_change import PictureChange
from cnnstudio.nn.settings import Setting
from cnnstudio.ui.look.labels import label, plain_tip
from cnnstudio.ui.look.numbers import number_text
from cnnstudio.ui.widgets.icon_button import IconButton

#: what a slider moves by where a setting does not say
_STEP = 1.0
#: the part of a picture's side beyond which moving it shows nothing new
_REACH = {"right": 0.5, "down": 0.5, "patch": 1.0, "blur": 0.25}


def reach(about: Setting, side: int) -> tuple[float, float]:
    """From where to where a slider goes, for pictures whose shorter side is ``side`` pixels."""
    if about.name in _REACH:
        most = min(about.high, max(1, round(_REACH[about.name] * side)))
        return max(about.low, -most), most
    return about.low, about.high


def of_type(about: Setting, value: float) -> float:
    """A value as a setting takes it: whole, or so many digits as its steps have."""
    return round(value) if about.type == "integer" else round(value, 6)


def value_text(about: Setting, value: float) -> str:
    """A value with its unit, as it stands beside the slider."""
    unit = f"\u202f{about.unit}" if about.unit and about.unit != "°" else about.unit
    signed = about.low < 0 < value
    return f"{'+' * signed}{number_text(value, 3)}{unit}"


class Sliders(QWidget):
    """``moved`` carries the name of a setting and its value."""

    moved = Signal(str, object)

    def __init__(self) -> None:
        super().__init__()
        self.sliders: dict[str, QSlider] = {}
        self._values: dict[str, QLabel] = {}
        self._back: dict[str, IconButton] = {}
        self._side = 0
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        for row, about in enumerate(PictureChange.settings()):
            name, slider, value = label(about.title, "soft"), QSlider(Qt.Orientation.Horizontal), label("", "secondary")
            back = IconButton("reset", f"{about.title} as it was")
            back.clicked.connect(partial(self._go_back, about))
            slider.setAccessibleName(about.title)
            for widget in (name, slider, value):
                widget.setToolTip(plain_tip(about.sentence))
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            value.setMinimumWidth(value.fontMetrics().horizontalAdvance("+180.5°"))
            policy = back.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            back.setSizePolicy(policy)
            slider.valueChanged.connect(partial(self._move, about))
            self.sliders[about.name], self._values[about.name], self._back[about.name] = slider, value, back
            parts: tuple[QWidget, ...] = (name, slider, value, back)
            for column, part in enumerate(parts):
                grid.addWidget(part, row, column)
        self.show_change(PictureChange(), 32)

    def show_change(self, change: PictureChange, side: int) -> None:
        """Stand where a change is, of pictures whose shorter side is ``side`` pixels."""
        for about in PictureChange.settings():
            slider, value = self.sliders[about.name], float(getattr(change, about.name))
            low, high = reach(about, side)
            blocked = slider.blockSignals(True)
            slider.setRange(round(low / _step(about)), round(high / _step(about)))
            slider.setValue(round(value / _step(about)))
            slider.blockSignals(blocked)
            self._values[about.name].setText(value_text(about, value))
            self._back[about.name].setVisible(value != about.default)

    def _move(self, about: Setting, place: int) -> None:
        self.moved.emit(about.name, of_type(about, min(max(place * _step(about), about.low), about.high)))

    def _go_back(self, about: Setting) -> None:
        self.sliders[about.name].setFocus()  # the button that was pressed goes
        self.moved.emit(about.name, about.default)


def _step(about: Setting) -> float:
    return about.step or _STEP
