"""Steps, done and undone, and whether all is saved; and a document that is garbage goes in peace."""

from __future__ import annotations

import gc

from hypothesis import given
from hypothesis import strategies as st

from cnnstudio.design.templates import template
from cnnstudio.project.project import untrained
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.document.history import History


@given(st.lists(st.sampled_from(["push", "undo", "redo", "save", "drop"]), max_size=30))
def test_it_is_what_a_list_of_states_would_be(actions: list[str]) -> None:
    now: list[int] = []

    def travel(step: int, forward: bool) -> None:
        if forward:
            now.append(step)
        else:
            assert now.pop() == step

    heard = []
    history: History[int] = History(travel, lambda: heard.append(1))
    states, place, saved, number = [[]], 0, [], 0
    for action in actions:
        if action == "push":
            number += 1
            history.push(number)
            states, place = [*states[: place + 1], [*states[place], number]], place + 1
        elif action == "undo":
            history.undo()
            place = max(place - 1, 0)
        elif action == "redo":
            history.redo()
            place = min(place + 1, len(states) - 1)
        elif action == "save":
            history.set_clean()
            saved = states[place]
        elif place:
            now.pop()
            history.drop()
            states, place = states[:place], place - 1
        assert now == states[place] and history.index() == place and history.count() == len(states) - 1
        assert history.can_undo() == (place > 0) and history.can_redo() == (place < len(states) - 1)
        assert history.is_clean() == (states[place] == saved)


class _Holder:
    document: Document


def test_a_document_that_is_garbage_goes_with_its_history(qapp: object) -> None:
    for _ in range(20):
        holder = _Holder()
        document = holder.document = Document(untrained(template("lenet5")))
        for number in range(5):
            design = document.project.design
            document.edit("Name it", design.with_changes(title=f"Number {number}"))
        document.history.undo()
        document.holder = holder  # a circle, as those who follow a document make
    del document, design, holder
    gc.collect()
