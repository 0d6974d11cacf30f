"""Icons from ``resources/icons``: one SVG per layer kind and per action, in one colour, tinted here."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from cnnstudio.resources import resource
from cnnstudio.ui.look import theme


def icon(name: str, colour: QColor | None = None) -> QIcon:
    """The icon in ``colour`` (the theme's text when None), sharp at any scale, grey where disabled."""
    chosen = theme.current()
    tint = colour or chosen.text
    return _icon(name, tint.name(), chosen.field_border.name())


def window_icon() -> QIcon:
    """The program's own mark, for title bars and task bars."""
    made = QIcon()  # window systems ask for sizes: they do not take an engine
    for size in (16, 32, 64, 128):
        made.addPixmap(_pixmap("logo", size, theme.current().accent.name(), 1.0))
    return made


def pixmap(name: str, size: int, colour: QColor, scale: float = 1.0) -> QPixmap:
    """The icon ``size`` device-independent pixels wide for a screen with ``scale`` pixels to each."""
    return _pixmap(name, size, colour.name(), scale)


def has_icon(name: str) -> bool:
    """Whether there is an icon with this name."""
    return resource("icons", f"{name}.svg").is_file()


_clones: list[QIconEngine] = []


class _Drawn(QIconEngine):
    """Drawn when it is seen, in the size that is asked for: most icons of a window lie in closed menus."""

    def __init__(self, name: str, colour: str, disabled: str) -> None:
        super().__init__()
        self._name, self._colour, self._disabled = name, colour, disabled

    def pixmap(self, size: QSize, mode: QIcon.Mode, _state: QIcon.State) -> QPixmap:
        if size.isEmpty():  # a button that has no room yet
            return QPixmap()
        colour = self._disabled if mode == QIcon.Mode.Disabled else self._colour
        return _pixmap(self._name, min(size.width(), size.height()), colour, 1.0)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        ratio = painter.device().devicePixelRatio()
        picture = QPixmap(self.pixmap(rect.size() * ratio, mode, state))
        picture.setDevicePixelRatio(ratio)
        painter.drawPixmap(rect.topLeft(), picture)

    def clone(self) -> QIconEngine:
        made = _Drawn(self._name, self._colour, self._disabled)
        _clones.append(made)  # Qt owns it, which Python would not know
        return made


@lru_cache(maxsize=512)
def _icon(name: str, colour: str, disabled: str) -> QIcon:
    return QIcon(_Drawn(name, colour, disabled))


@lru_cache(maxsize=1024)
def _pixmap(name: str, size: int, colour: str, scale: float) -> QPixmap:
    path = resource("icons", f"{name if has_icon(name) else 'layer'}.svg")  # a new layer kind may have none yet
    text = path.read_text(encoding="utf-8").replace("currentColor", colour)
    renderer = QSvgRenderer(QByteArray(text.encode()))
    picture = QPixmap(round(size * scale), round(size * scale))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    renderer.render(painter, QRectF(picture.rect()))
    painter.end()
    picture.setDevicePixelRatio(scale)
    return picture
