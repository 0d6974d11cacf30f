"""Every question of every lesson, with many drawn numbers: right ones are right, known mistakes get their own reply."""

from __future__ import annotations

import math
import re

import pytest

from cnnstudio.lessons.questions.question import drawn, read_number
from cnnstudio.lessons.reading.reader import built_in
from cnnstudio.nn.telling.told import worded

QUESTIONS = [
    pytest.param(question, id=f"{lesson.id}-{question.id}")
    for lesson in built_in().lessons
    for question in lesson.questions
]
DRAWINGS = 200
#: “the last 1 columns”
ONE_AND_MANY = re.compile(r"(?<![\d.,·×+−] )(?<![\d.,·×+−-])\b1 (?!is\b|was\b|has\b)[a-z]+s\b")


@pytest.mark.parametrize("question", QUESTIONS)
def test_right_and_wrong_answers(question):
    numbers = set()
    for turn in range(DRAWINGS):
        asked = drawn(question, 7, turn)
        numbers.add(tuple(asked.numbers.items()))
        assert math.isfinite(asked.answer)
        assert asked.judge(float(asked.answer)).right
        replies = set()
        for value, reply in asked.wrong:
            verdict = asked.judge(float(value))
            assert not verdict.right
            assert verdict.known
            assert verdict.reply == reply
            assert "{" not in worded(reply)
            replies.add(reply)
        assert len(replies) == len(asked.wrong)
        far = asked.judge(float(asked.answer) + 1e5)
        assert not far.right
        assert not far.known
        said = " ".join(map(worded, (asked.text, asked.why, far.reply, *replies)))
        assert "{" not in said and not ONE_AND_MANY.search(said), said
    assert len(numbers) >= 7  # freshly drawn, not always the same


#: the same answers by the field's own formulas, so that a question cannot ask the engine for the wrong thing
BY_HAND = {
    "volumes-count": lambda h, w, c: h * w * c,
    "one_filter-sum": lambda a, b, c, d, p, q, r, s, t: a * p + b * q + c * r + d * s + t,
    "one_filter-parameters": lambda k, c: k * k * c + 1,
    "sliding-places": lambda n, k: (n - k + 1) ** 2,
    "why_28-places": lambda n, k: n - k + 1,
    "why_28-stride": lambda n, k, s: (n - k) // s + 1,
    "six_filters-depth": lambda f, c: f,
    "six_filters-parameters": lambda f, k, c: f * (k * k * c + 1),
    "in_sequence-filter": lambda f, k: k * k * f + 1,
    "in_sequence-field": lambda k: 2 * k - 1,
    "learning-step": lambda w, g, r: w - r * g,
    "learning-shared": lambda a, b, c, g, h: a * g + b * h,
    "what_filters_learn-edge": lambda a, b: 2 * (b - a),
    "sharing-shared": lambda f, k, n: f * (3 * k * k + 1),
    "sharing-unshared": lambda f, k, n: (n - k + 1) ** 2 * f * (3 * k * k + 1),
    "sharing-dense": lambda f, k, n: (n - k + 1) ** 2 * f * (3 * n * n + 1),
    "zero_padding-width": lambda n, k, p: n + 2 * p - k + 1,
    "pooling-max": lambda a, b, c, d: max(a, b, c, d),
    "pooling-width": lambda n, c: n // 2 * (n // 2) * c,
    "typical-flatten": lambda n, f: (n // 4) ** 2 * f,
    "typical-dense": lambda m, u: u * (m + 1),
}


def test_the_engine_and_the_formulas_of_the_field_agree():
    asked = {f"{lesson.id}-{q.id}": q for lesson in built_in().lessons for q in lesson.questions}
    assert asked.keys() == BY_HAND.keys()
    for name, question in asked.items():
        for turn in range(20):
            one = drawn(question, 3, turn)
            assert one.answer == pytest.approx(BY_HAND[name](**one.numbers), abs=1e-9), (name, dict(one.numbers))


def test_the_same_seed_and_turn_draw_the_same_numbers():
    question = built_in().lessons[3].questions[0]
    assert drawn(question, 5, 2).numbers == drawn(question, 5, 2).numbers
    assert len({tuple(drawn(question, seed, 0).numbers.values()) for seed in range(30)}) > 20


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("28", 28), (" 357 504 ", 357504), ("357,504", 357504), ("14\u202f455\u202f392", 14455392), ("−3", -3),
        ("0,5", 0.5), ("-0.5", -0.5), ("1,5", 1.5), ("", None), ("many", None), ("nan", None), ("inf", None),
    ],
)  # fmt: skip
def test_numbers_as_people_type_them(text, value):
    assert read_number(text) == value
