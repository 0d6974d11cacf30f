"""Sums as they are written: whoever adds up what is shown gets what is shown."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import pytest

from cnnstudio.nn.explaining.parts import Block, LedgerPart, Step
from cnnstudio.nn.telling.told import Sentence
from cnnstudio.ui.explain.parts.equation import Equation
from cnnstudio.ui.explain.parts.sums import account, added, step_text, written
from cnnstudio.ui.learn.views.looking_view import _sum_text
from cnnstudio.ui.look.numbers import loss_text


def value(figure: str) -> Decimal:
    return Decimal(figure.replace("−", "-"))


def some(rng: np.random.Generator, count: int) -> tuple[float, ...]:
    return tuple(float(x) for x in np.float32(rng.normal(0, 10 ** rng.uniform(-3, 3), count)))


@pytest.mark.parametrize("count", [2, 3, 4, 5])
def test_what_is_shown_adds_up_or_says_that_it_is_rounded(count: int) -> None:
    rng, equal = np.random.default_rng(count), 0
    for _ in range(300):
        values = some(rng, count)
        told = added(values)
        if told.sign == "=":
            assert sum(map(value, told.figures)) == value(told.result)
            equal += 1
        numbers = (*values, math.fsum(values))
        for number, figure in zip(numbers, (*told.figures, told.result), strict=True):
            assert abs(float(value(figure)) - number) <= 1e-3 * max(map(abs, numbers)), "still the number"
    assert equal > 240, "“≈” is the exception"


def test_the_parts_of_a_sum_add_up_to_it_and_it_leads_to_the_result() -> None:
    rng, whole = np.random.default_rng(3), 0
    for _ in range(200):
        parts, bias = some(rng, 3), some(rng, 1)[0]
        total = math.fsum(parts)
        told = written(("", "+"), (total, bias), total + bias, parts)
        assert told.sign == "≈" or sum(map(value, told.figures)) == value(told.result)
        whole += sum(map(value, told.parts)) == value(told.figures[0])
    assert whole > 120


def test_quotients_come_out_as_far_as_they_are_shown() -> None:
    rng = np.random.default_rng(7)
    for _ in range(300):
        x, mean, deviation, gain = some(rng, 4)
        result = (x - mean) / deviation * gain
        told = written(("", "−", "÷", "×"), (x, mean, deviation, gain), result)
        if told.sign == "=":
            figures = [value(figure) for figure in told.figures]
            came = (figures[0] - figures[1]) / figures[2] * figures[3]
            places = len(told.result.partition(".")[2])
            assert abs(came - value(told.result)) <= Decimal(5).scaleb(-places - 1) or round(came, 8) == 0


def test_numbers_that_are_none_are_told_as_such() -> None:
    assert added((math.nan, 1.0)).figures == ("no number", "1")
    assert added((1e30, 1e30)).sign == "=" and added((0.0, 0.0)).result == "0"
    assert added((5e-12, 2e-12)).figures == ("5e−12", "2e−12")


def test_a_step_of_gradient_descent_comes_out() -> None:
    rng = np.random.default_rng(11)
    for rate in (0.01, 0.1, 1.0, 100.0):
        for _ in range(100):
            weight, slope = float(rng.normal()), float(rng.normal())
            left, sign, told = step_text(weight, rate, slope, weight - rate * slope).rpartition(" = ")
            if sign:
                start, _, product = left.partition(" − ")
                share, _, by = product.partition(" × ")
                came = value(start) - value(share) * value(by.strip("()"))
                assert abs(came - value(told)) <= Decimal(5).scaleb(value(told).adjusted() - 4)


def test_a_loss_is_the_logarithm_of_the_probability_that_is_shown() -> None:
    for probability in (0.998714, 0.1234567, 0.99999321, 0.5, 3.2e-7):
        shown, _, told = loss_text(probability, -math.log(probability)).removeprefix("−log ").partition(" = ")
        assert f"{-math.log(float(value(shown))):.4g}" == f"{float(value(told)):.4g}"


def test_view_ledger_and_equation_write_one_sum_alike(qapp) -> None:
    rng = np.random.default_rng(5)
    weights = rng.normal(size=(3, 5, 5)).astype(np.float64)
    blocks = tuple(Block(Sentence(f"channel {k + 1}"), weights[k], weights[k][::-1], channel=k) for k in range(3))
    total = math.fsum(block.total for block in blocks)
    part = LedgerPart(
        Sentence("A sum"), (Step("", Sentence("sum"), total), Step("+", Sentence("bias"), 0.0123456)), blocks
    )
    told, line, equation = account(part), _sum_text(part, of_image=True), Equation()
    equation.show_part(part, part.result, None)
    assert line.startswith(f"red: {told.parts[0]} + green: {told.parts[1]} + blue: {told.parts[2]} + bias ")
    assert line.endswith(f"{told.sign} {told.result}") and told.result in equation.text()
    assert told.figures[1] in line and told.figures[1] in equation.text()
