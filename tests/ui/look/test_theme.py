"""Contrast of both looks (WCAG 2.1 relative luminance), and icons for everything that has one."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QFileDialog, QLineEdit

from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.ui.explain.pictures.inks import text_on
from cnnstudio.ui.look import icons, theme
from tests.ui.screen import colour_at


def luminance(colour: QColor) -> float:
    parts = [
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in (colour.redF(), colour.greenF(), colour.blueF())
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(first: QColor, second: QColor) -> float:
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_of_black_on_white_is_known():
    assert contrast(QColor("#000000"), QColor("#ffffff")) == pytest.approx(21)
    assert contrast(QColor("#777777"), QColor("#ffffff")) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", theme.NAMES)
@pytest.mark.parametrize("ground", ["background", "panel", "card"])
@pytest.mark.parametrize("ink", ["text", "secondary", "accent", "good", "warning", "error"])
def test_text_can_be_read(name: str, ground: str, ink: str):
    look = theme.load(name)
    assert contrast(getattr(look, ink), getattr(look, ground)) >= 4.5


@pytest.mark.parametrize("name", theme.NAMES)
def test_text_on_the_accent_and_on_tinted_cards_can_be_read(name: str):
    look = theme.load(name)
    assert contrast(look.on_accent, look.accent) >= 4.5
    for signal in ("error", "warning", "accent"):
        tint = theme.mixed(getattr(look, signal), look.panel, theme.TINT)
        assert contrast(look.text, tint) >= 4.5
        assert contrast(getattr(look, signal), tint) >= 4.5


@pytest.mark.parametrize("name", theme.NAMES)
@pytest.mark.parametrize("ground", ["background", "panel", "card"])
def test_borders_of_fields_can_be_seen(name: str, ground: str):
    look = theme.load(name)
    assert contrast(look.field_border, getattr(look, ground)) >= 3


def test_numbers_on_any_colour_can_be_read():
    for red, green, blue in itertools.product(range(0, 256, 15), repeat=3):
        ground = QColor(red, green, blue)
        assert contrast(text_on(ground), ground) >= 4.5, ground.name()


def test_the_looks_are_the_ones_agreed_on():
    dark, light = theme.load("dark"), theme.load("light")
    assert [c.name() for c in (dark.background, dark.panel, dark.card, dark.line, dark.text)] == [
        "#14161b", "#1b1e25", "#20242d", "#2e3440", "#e6e9ef",
    ]  # fmt: skip
    assert [c.name() for c in (light.background, light.panel, light.card, light.line, light.text)] == [
        "#f6f7f9", "#ffffff", "#ffffff", "#dde1e8", "#1c2230",
    ]  # fmt: skip
    assert (dark.accent.name(), light.accent.name()) == ("#4f9cf9", "#2563eb")


def test_colour_tables():
    look = theme.load("dark")
    assert look.viridis.shape == look.diverging.shape == (256, 3)
    assert look.viridis[0].tolist() == [68, 1, 84]
    assert look.viridis[255].tolist() == [253, 231, 37]
    assert look.diverging[128].tolist() == [255, 255, 255]
    brightness = look.viridis.astype(float) @ np.array([0.2126, 0.7152, 0.0722])
    assert np.all(np.diff(brightness) > -1.5)


def test_every_layer_kind_has_an_icon(qapp):
    for kind in layer_kinds():
        assert icons.has_icon(kind), kind
        image = icons.pixmap(kind, 16, QColor("#ff0000"), 2.0).toImage()
        painted = [image.pixelColor(x, y) for x in range(32) for y in range(32) if image.pixelColor(x, y).alpha()]
        assert len(painted) > 20
        assert all(c.red() > 200 and c.green() < 60 for c in painted if c.alpha() > 200)


def test_applying_a_theme_tells_everyone(qapp, qtbot):
    with qtbot.waitSignal(theme.changed, timeout=1000):
        theme.apply(qapp, "dark")
    assert theme.current().dark
    assert qapp.palette().window().color().name() == "#1b1e25"
    theme.apply(qapp, "light")
    assert not theme.current().dark


def test_pages_made_under_one_theme_wear_the_next(open_window, qapp):
    """Learn and Explain are made beforehand, and first shown after the theme has changed."""
    window = open_window()
    pages = {"Learn": window.learn, "Explain": window.explain}
    other = "dark" if theme.current().name == "light" else "light"
    before = theme.current().name
    try:
        theme.apply(qapp, other)
        look = theme.current()
        for name, page in pages.items():
            window.workspaces.show(name)
            qapp.processEvents()
            found = colour_at(page.grab().toImage(), page.width() - 3, page.height() - 3)
            grounds = {look.panel.name(), look.background.name(), look.card.name()}
            assert found.name() in grounds, name
    finally:
        theme.apply(qapp, before)


@pytest.mark.qt_log_ignore("does not support")  # popups, without a screen
@pytest.mark.parametrize("look", ["light", "dark"])
def test_lists_that_are_windows_of_their_own_have_a_ground(qapp, qtbot, tmp_path, look) -> None:
    """Completions of a file dialog lie over whatever is there: they would be transparent, dark on dark."""
    theme.apply(qapp, look)
    (tmp_path / "design.cnn").touch()
    (tmp_path / "digits").mkdir()
    dialog = QFileDialog(None, "Open", str(tmp_path))
    qtbot.addWidget(dialog)
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    dialog.open()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    field = dialog.findChild(QLineEdit, "fileNameEdit")
    field.clear()
    field.setFocus()
    qtbot.keyClicks(field, f"{tmp_path}/d")
    popup = field.completer().popup()
    qtbot.waitUntil(popup.isVisible)
    picture = popup.grab().toImage().convertToFormat(QImage.Format.Format_ARGB32)
    card = theme.current().card
    for at in (QPoint(picture.width() - 4, 4), QPoint(picture.width() // 2, picture.height() - 4)):
        assert picture.pixelColor(at) == card, "it is opaque"
