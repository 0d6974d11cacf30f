"""Formulas in lesson files compute, and can do nothing else."""

from __future__ import annotations

import pytest

from cnnstudio.lessons.questions.expression import ExpressionError, expression, filled
from cnnstudio.nn.telling.phrases import number_text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("(n - k) // s + 1", 14),
        ("n × n − 1", 1088),
        ("-k * 2", -14),
        ("n / s", 16.5),
        ("n > k and k == 7", 1),
        ("n > k and k == 8", 0),
    ],
)
def test_values(text, value):
    assert expression(text).value({"n": 33, "k": 7, "s": 2}) == value


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')", "n.real", "n[0]", "f(n)", "lambda: 1", "[n for n in n]", "n ** 999",
        "'a' * 999", "n if n else k", "True", "1j", "n << 9", "99999999999", "1 < n < 3", "n or k", "", "n =", "(" * 90,
        "n " * 101, "{n}", "n := 3", "~n",
    ],
)  # fmt: skip
def test_anything_else_is_refused(text):
    with pytest.raises(ExpressionError):
        expression(text)


def test_what_has_no_value_says_so():
    with pytest.raises(ExpressionError, match="names 'q'"):
        expression("q + 1").value({"n": 1})
    with pytest.raises(ExpressionError, match="no value"):
        expression("n // (n - 1)").value({"n": 1})


def test_texts_are_filled_with_numbers_for_people():
    assert filled("{n} × {k} = {n*k}, {n/8}", {"n": 357, "k": 1000}) == "357 × 1\u202f000 = 357\u202f000, 44.625"
    assert number_text(-0.5) == "−0.5"
    assert number_text(14455392) == "14\u202f455\u202f392"
