"""The look: colours, spacing and fonts. The colours lie in ``resources/look``; a test holds their contrast.

Whoever paints asks ``current()`` while painting; nobody keeps a colour. A widget is painted anew by itself, and tells
``dressing.follow`` what else it does then; what is no widget hears ``changed``.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from string import Template

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from cnnstudio.resources import resource
from cnnstudio.ui.look import dressing
from cnnstudio.ui.look.living import living_widgets, living_windows

#: everything is laid out in multiples of this many device-independent pixels
GRID = 4
RADIUS = 6
#: how much of a signal colour a tinted card has
TINT = 0.09
BODY_PX, SMALL_PX, HEADING_PX, FORMULA_PX = 13, 11, 15, 12
#: the text sizes that can be chosen, in percent of those sizes
TEXT_SIZES = (90, 100, 110, 125, 150)

#: more widgets than this are another window
FEW = 60

NAMES = ("dark", "light")

ColourTable = NDArray[np.uint8]


@dataclass(frozen=True)
class Theme:
    """All colours of one look. Tables are (256, 3) uint8, red, green, blue."""

    name: str
    background: QColor
    panel: QColor
    card: QColor
    hover: QColor
    line: QColor
    field_border: QColor
    text: QColor
    secondary: QColor
    accent: QColor
    on_accent: QColor
    good: QColor
    warning: QColor
    error: QColor
    categories: tuple[tuple[str, QColor], ...]

    @property
    def dark(self) -> bool:
        return self.name == "dark"

    def category(self, category: str) -> QColor:
        """The colour of a layer category's stripe and swatch."""
        return self._by_category.get(category, self.secondary)

    @cached_property
    def _by_category(self) -> Mapping[str, QColor]:
        return dict(self.categories)

    @property
    def viridis(self) -> ColourTable:
        """For activations: dark is the smallest, yellow the largest value."""
        return _table("viridis")

    @property
    def diverging(self) -> ColourTable:
        """For weights and signed maps: blue below, white at, red above zero (entry 128 is white)."""
        return _table("diverging")


class _Signals(QObject):
    changed = Signal()


_signals = _Signals()
#: emitted after another theme was applied
changed = _signals.changed
_current: list[Theme] = []
_text_size: list[int] = [100]
#: what in the style sheet grows with the text
_GROWING = re.compile(r"(font-size|(?:min|max)-height): (\d+)px")


def current() -> Theme:
    """The theme in force (light before any was applied)."""
    if not _current:
        _current.append(load("light"))
    return _current[0]


@cache
def load(name: str) -> Theme:
    """The theme ``"dark"`` or ``"light"``."""
    values = json.loads(resource("look", f"{name}.json").read_text(encoding="utf-8"))
    colours = {key: QColor(value) for key, value in values.items() if isinstance(value, str)}
    categories = tuple((key, QColor(value)) for key, value in values["categories"].items())
    return Theme(name=name, categories=categories, **colours)


def apply(app: QApplication, name: str) -> None:
    """Make a theme the current one for the whole application."""
    chosen = load(name)
    if not _current or not app.styleSheet():
        app.setStyle("Fusion")  # the same everywhere; the stylesheet refines it
    _current[:] = [chosen]
    if app.font().pixelSize() == body_font().pixelSize():
        dressing.change(app, _palette(chosen), stylesheet(chosen))
    else:
        dressing.resize(app, body_font(), _palette(chosen), stylesheet(chosen), _grow)
    changed.emit()


def text_size() -> int:
    """The text size in percent."""
    return _text_size[0]


def set_text_size(app: QApplication, percent: int) -> None:
    """Make all text larger or smaller, one of ``TEXT_SIZES``, but for drawings, which have a zoom or cells of their
    own. Before a first ``apply`` that one takes it up."""
    if percent == text_size():
        return
    _text_size[0] = percent
    if _current:
        apply(app, current().name)


def scaled(pixels: float) -> int:
    """So many pixels of text, or of what holds a line of it, at the text size there is."""
    return round(pixels * text_size() / 100)


def wear(widget: QWidget, font: str) -> None:
    """Give a widget a font that follows the text size: small, small-figures, strong-small-figures, figures, title,
    heading-figures, formula or lesson-formula."""
    widget.setProperty("wears", font)
    widget.setFont(_WORN[font]())


@contextmanager
def undressed() -> Iterator[None]:
    """Make many widgets without the style sheet and dress them all at once when they are in their places.

    Qt styles a widget and all in it anew whenever it is put into another. Other windows would lose their style and get
    it back, at the same cost and to be seen: where there are any, this does nothing.
    """
    app = QApplication.instance()
    assert isinstance(app, QApplication)  # or there would be no widgets
    sheet = app.styleSheet()
    if not sheet or len(living_widgets()) > FEW or any(window.isVisible() for window in living_windows()):
        yield
        return
    app.setStyleSheet("")
    try:
        yield
    finally:
        app.setStyleSheet(sheet)


def system_name() -> str:
    """What the desktop asks for; light when it says nothing."""
    scheme = QGuiApplication.styleHints().colorScheme()
    return "dark" if scheme == Qt.ColorScheme.Dark else "light"


def body_font() -> QFont:
    """The text of the interface."""
    return _font(scaled(BODY_PX))


def small_font() -> QFont:
    """Secondary text."""
    return _font(scaled(SMALL_PX))


def heading_font() -> QFont:
    """A panel's or a layer's title."""
    return _strong(_font(scaled(HEADING_PX)))


def title_font() -> QFont:
    """A line of body text that stands above others."""
    return _strong(body_font())


def formula_font(pixels: int = 0) -> QFont:
    """Figures in columns and formulas: every digit as wide as the next. Of the text size there is, or of so many
    pixels in a drawing."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPixelSize(pixels or scaled(FORMULA_PX))
    return font


def drawn_font(pixels: int = SMALL_PX, *, strong: bool = False) -> QFont:
    """The text in a drawing that has a zoom or cells of its own: the same at every text size."""
    return _strong(_font(pixels)) if strong else _font(pixels)


def tabular(font: QFont) -> QFont:
    """The same font with digits of equal width, so that changing numbers do not jitter."""
    font = QFont(font)
    if hasattr(QFont, "Tag"):  # Qt 6.7 and later
        font.setFeature(QFont.Tag("tnum"), 1)
    return font


def fix_width(widget: QWidget, pixels: int) -> None:
    """Give a widget with words in it one width, which follows the text size."""
    widget.setProperty("fixed_width", pixels)
    widget.setFixedWidth(scaled(pixels))


def fix_height(widget: QWidget, pixels: int) -> None:
    """Give a widget with words in it one height, which follows the text size."""
    widget.setProperty("fixed_height", pixels)
    widget.setFixedHeight(scaled(pixels))


def _grow(widget: QWidget) -> None:
    if font := widget.property("wears"):
        widget.setFont(_WORN[font]())
    if width := widget.property("fixed_width"):
        widget.setFixedWidth(scaled(width))
    if height := widget.property("fixed_height"):
        widget.setFixedHeight(scaled(height))


_WORN: Mapping[str, Callable[[], QFont]] = {
    "small": small_font,
    "small-figures": lambda: tabular(small_font()),
    "strong-small-figures": lambda: tabular(_strong(small_font())),
    "figures": lambda: tabular(body_font()),
    "heading-figures": lambda: tabular(heading_font()),
    "title": title_font,
    "formula": formula_font,
    "lesson-formula": lambda: formula_font(scaled(HEADING_PX)),
}


def mixed(first: QColor, second: QColor, share: float) -> QColor:
    """``share`` (0…1) of the first colour laid over the second."""
    pairs = (first.red(), second.red()), (first.green(), second.green()), (first.blue(), second.blue())
    return QColor(*(round(a * share + b * (1 - share)) for a, b in pairs))


def _strong(font: QFont) -> QFont:
    font.setWeight(QFont.Weight.DemiBold)
    return font


def _font(pixels: int) -> QFont:
    font = QFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont))
    if QGuiApplication.platformName() == "offscreen" and _has_inter():
        font.setFamily("Inter")  # without a desktop there is no system font to follow
    font.setPixelSize(pixels)
    return font


@cache
def _has_inter() -> bool:
    return "Inter" in QFontDatabase.families()


@cache
def _table(name: str) -> ColourTable:
    text = resource("look", f"{name}.txt").read_text(encoding="ascii")
    table = np.array([list(bytes.fromhex(word)) for word in text.split()], np.uint8)
    table.flags.writeable = False
    return table


def _palette(chosen: Theme) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for name, colour in (
        (role.Window, chosen.panel),
        (role.WindowText, chosen.text),
        (role.Base, chosen.card),
        (role.AlternateBase, chosen.background),
        (role.ToolTipBase, chosen.card),
        (role.ToolTipText, chosen.text),
        (role.Text, chosen.text),
        (role.PlaceholderText, chosen.secondary),
        (role.Button, chosen.card),
        (role.ButtonText, chosen.text),
        (role.BrightText, chosen.error),
        (role.Highlight, chosen.accent),
        (role.HighlightedText, chosen.on_accent),
        (role.Link, chosen.accent),
        (role.LinkVisited, chosen.accent),
        (role.Light, chosen.line),
        (role.Midlight, chosen.line),
        (role.Mid, chosen.line),
        (role.Dark, chosen.field_border),
        (role.Shadow, chosen.background),
    ):
        palette.setColor(name, colour)
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, chosen.secondary)
    return palette


def stylesheet(theme: Theme) -> str:
    """The style sheet of all ordinary widgets in a theme's colours. Widgets are addressed by their ``role`` property,
    never by class names of ours: ``role="heading"`` and so on."""
    colours = {
        field.name: getattr(theme, field.name).name()
        for field in dataclasses.fields(theme)
        if isinstance(getattr(theme, field.name), QColor)
    }
    words = resource("look", "widgets.qss").read_text(encoding="utf-8")
    return Template(_GROWING.sub(lambda found: f"{found[1]}: {scaled(int(found[2]))}px", words)).substitute(
        colours,
        unavailable=mixed(theme.secondary, theme.panel, 0.6).name(),
        accent_hover=mixed(theme.accent, theme.text, 0.85).name(),
        accent_tint=mixed(theme.accent, theme.panel, TINT).name(),
        good_tint=mixed(theme.good, theme.panel, TINT).name(),
        error_tint=mixed(theme.error, theme.panel, TINT).name(),
        error_line=mixed(theme.error, theme.panel, 0.55).name(),
        warning_tint=mixed(theme.warning, theme.panel, TINT).name(),
        warning_line=mixed(theme.warning, theme.panel, 0.5).name(),
        arrow_down=_arrow("chevron_down", theme),
        arrow_up=_arrow("chevron_up", theme),
        arrow_left=_arrow("chevron_left", theme),
        arrow_right=_arrow("chevron_right", theme),
        check=_arrow("check", theme),
    )


def _arrow(icon: str, theme: Theme) -> str:
    """Style sheets can only name files, so the tinted arrows lie beside the icons, one for each theme."""
    return resource("look", f"{icon}_{theme.name}.svg").as_posix()
