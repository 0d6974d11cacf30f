"""Which bench would give an answer away."""

from __future__ import annotations

from cnnstudio.lessons.questions.on_a_row import places_asked_for
from cnnstudio.lessons.questions.question import drawn
from cnnstudio.lessons.reading.reader import built_in


def test_the_places_that_are_asked_for_are_those_of_the_answer():
    asked = {f"{lesson.id}-{q.id}": q for lesson in built_in().lessons for q in lesson.questions}
    on_a_row = set()
    for name, question in asked.items():
        for turn in range(20):
            one = drawn(question, 5, turn)
            places = places_asked_for(question, one)
            if places is not None:
                on_a_row.add(name)
                assert places.count == one.answer
    assert on_a_row == {"why_28-places", "why_28-stride", "zero_padding-width"}
