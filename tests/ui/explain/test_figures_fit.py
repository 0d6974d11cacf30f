"""A number in a narrow cell keeps what it can: it is never left out beside zeros that fit."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFontMetricsF

from cnnstudio.ui.explain.parts.ledger_view import NARROWEST_WITH_NUMBERS
from cnnstudio.ui.explain.pictures.inks import figure_fitting
from cnnstudio.ui.look import theme

VALUES = (0.0, 1.0, -1.0, 0.09481, -0.007325, 1e-5, -2.345e-5, 12.34, -1234.5, 0.5, 99999.0, 1.5e-12, -3.2e7)


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("room", [NARROWEST_WITH_NUMBERS - 3, 34, 60])
def test_every_number_has_a_form_that_fits(qapp, room, signed):
    font = theme.tabular(theme.drawn_font())
    if room < 38:
        font.setPixelSize(9)
    metrics = QFontMetricsF(font)
    for value in VALUES:
        text = figure_fitting(metrics, room, value, signed=signed)
        assert metrics.horizontalAdvance(text) * 0.6 <= room, (value, text)
        read = float(text.replace("−", "-"))
        assert read == pytest.approx(value, rel=0.5 if value else 0), (value, text)
        assert (read > 0) == (value > 0) and (read < 0) == (value < 0)


def test_where_there_is_room_it_has_its_four_digits(qapp):
    metrics = QFontMetricsF(theme.drawn_font())
    assert figure_fitting(metrics, 200, -0.0073254) == "−0.007325"
    assert figure_fitting(metrics, 200, 0.5, signed=True) == "+0.5"
