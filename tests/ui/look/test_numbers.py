"""Numbers as they are written on the screen."""

from __future__ import annotations

import pytest

from cnnstudio.nn.telling.phrases import share_text
from cnnstudio.ui.look.numbers import number_text, probability_text


@pytest.mark.parametrize(
    ("value", "text"), [(0.5, "0.5"), (0.123456, "0.1235"), (0.99997, "0.99997"), (1 - 1e-9, "0.999999999"), (1.0, "1")]
)
def test_what_is_not_certain_does_not_become_1(value: float, text: str) -> None:
    assert probability_text(value) == text


def test_a_figure_has_four_digits_a_true_minus_and_no_minus_zero() -> None:
    assert [number_text(v) for v in (-1.23456, -0.0, 12345.6, float("nan"))] == ["−1.235", "0", "1.235e4", "no number"]


def test_no_share_is_written_as_nothing_or_all() -> None:
    below, above = "<\u202f0.1\u202f%", ">\u202f99.9\u202f%"
    assert [share_text(v) for v in (0.0, 1e-5, 0.00049, 0.99951, 1.0)] == [below, below, below, above, above]
    assert [share_text(v) for v in (0.0006, 0.5, float("nan"))] == ["0.1\u202f%", "50.0\u202f%", "no number"]
