"""A lesson file is read strictly: what is wrong is named with its place, and nothing is run."""

from __future__ import annotations

import copy
import json
import shutil
from pathlib import Path

import pytest

from cnnstudio.design.format.strict import FileFormatError
from cnnstudio.lessons.glossary import glossary, term
from cnnstudio.lessons.lesson import Formula, Paragraph
from cnnstudio.lessons.questions.choosing import Choice
from cnnstudio.lessons.questions.puzzles import PUZZLES, Puzzle
from cnnstudio.lessons.reading.reader import built_in, read_course, read_lesson
from cnnstudio.resources import resource

LESSON = {
    "format": "cnnstudio-lesson",
    "format_version": 1,
    "id": "mine",
    "title": "Mine",
    "items": [
        {"text": "Words about a [filter]."},
        {"task": "Do it", "id": "do", "when": {"layer": "conv2d", "settings": {"filters": 6}}},
        {
            "question": "How many in {n}×{n}?",
            "id": "ask",
            "draw": {"n": {"from": 2, "to": 9}},
            "answer": {"find": "numbers", "input": ["n", "n", 1], "layers": [{"kind": "relu"}]},
            "wrong": [{"value": "n + n", "reply": "Multiply."}],
            "where": "n > 2",
            "why": "{n} · {n} = {answer}",
        },
    ],
    "views": [{"view": "bench", "size": 32}],
    "network": {"title": "Net", "layers": [{"kind": "input"}, {"kind": "relu"}]},
}


def read(lesson: object):
    return read_lesson(json.dumps(lesson).encode(), "mine.json")


def test_a_teachers_lesson_is_read():
    lesson = read(LESSON)
    assert lesson.title == "Mine"
    assert lesson.goals == ("do", "ask")
    assert isinstance(lesson.items[0], Paragraph)
    assert [node.layer.kind for node in lesson.network.graph] == ["input", "relu"]


def damaged(*path, value):
    lesson = copy.deepcopy(LESSON)
    place = lesson
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return lesson


@pytest.mark.parametrize(
    ("lesson", "words"),
    [
        (damaged("format", value="x"), "not a CNN Studio lesson"),
        (damaged("format_version", value=3), "newer version"),
        (damaged("format_version", value=True), "whole number"),
        (damaged("id", value="../x"), "letters"),
        (damaged("extra", value=1), "unknown entry"),
        (damaged("items", 1, "id", value="ask"), "same id"),
        (damaged("items", 1, "when", value={"layer": "nothing"}), "no layer"),
        (damaged("items", 1, "when", value={"layer": "conv2d", "settings": {"filters": "6"}}), "whole number"),
        (damaged("items", 1, "when", value={"layer": "conv2d", "settings": {"colour": 6}}), "no setting “colour”"),
        (damaged("items", 1, "when", value={"run": "rm"}), "one of layer"),
        (damaged("items", 1, "when", value={"view": "().__class__"}), "numbers, names"),
        (damaged("items", 1, "when", value={"all": [{"all": [{"classifier": True}]}]}), "within"),
        (damaged("items", 2, "wrong", 0, "value", value="m"), "is not drawn"),
        (damaged("items", 2, "wrong", 0, "reply", value="{m}"), "is not drawn"),
        (damaged("items", 2, "wrong", 0, "value", value="n * n"), "No numbers fit"),
        (damaged("items", 2, "where", value="n > 99"), "No numbers fit"),
        (damaged("items", 2, "draw", value={"n": {"from": 1, "to": 10**6}}), "1 to 1\u202f000"),
        (damaged("items", 2, "draw", value={"answer": [1]}), "cannot name"),
        (damaged("items", 2, "answer", value={"find": "eval"}), "It may be"),
        (damaged("items", 2, "answer", "input", value=["n", "n"]), "entries"),
        (damaged("items", 2, "answer", "layers", value=[{"kind": "relu"}] * 13), "entries"),
        (damaged("views", value=[{"view": "web"}]), "no view"),
        (damaged("views", value=[{"view": "bench", "size": 10**6}]), "from 1 to 64"),
        (damaged("network", "layers", value=[{"kind": "conv2d", "settings": {"filters": -1}}]), "from 1 to"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(lesson, words):
    with pytest.raises(FileFormatError, match=words):
        read(lesson)


def test_a_folder_of_lessons(tmp_path: Path):
    (tmp_path / "1.json").write_text(json.dumps(LESSON))
    assert [lesson.id for lesson in read_course(tmp_path).lessons] == ["mine"]
    (tmp_path / "course.json").write_text('{"title": "My course"}')
    assert read_course(tmp_path).title == "My course"
    (tmp_path / "2.json").write_text(json.dumps(LESSON))
    with pytest.raises(FileFormatError, match="Another lesson has the id"):
        read_course(tmp_path)
    for path in tmp_path.glob("*.json"):
        path.unlink()
    with pytest.raises(FileFormatError, match="0 lessons"):
        read_course(tmp_path)


def test_the_built_in_lessons_are_those_of_the_article_and_survive_a_copy(tmp_path: Path):
    assert [lesson.title for lesson in built_in().lessons] == [
        "Volumes", "One filter, one number", "Sliding: a feature map", "Why 28?", "Six filters, six maps",
        "Layers in sequence", "Learning: loss and backpropagation", "What filters learn",
        "Sharing and local connectivity", "Zero padding", "Pooling", "The typical architecture",
    ]  # fmt: skip
    shutil.copytree(resource("lessons"), tmp_path / "copy")
    assert read_course(tmp_path / "copy") == built_in()


def test_every_lesson_has_something_to_do_to_ask_and_to_see():
    for lesson in built_in().lessons:
        assert lesson.tasks, lesson.id
        assert lesson.questions, lesson.id
        assert len(lesson.choices) >= 2, f"{lesson.id} asks for numbers alone"
        assert lesson.views, lesson.id
        assert lesson.network is not None, lesson.id
        for question in lesson.questions:
            assert len(question.mistakes) >= 2, (lesson.id, question.id)


def test_half_of_all_that_is_asked_asks_why_which_where_or_in_which_order():
    numbers = sum(len(lesson.questions) for lesson in built_in().lessons)
    others = [asked for lesson in built_in().lessons for asked in lesson.choices]
    assert len(others) >= numbers
    assert {type(asked).__name__ for asked in others} == {"Choice", "Ordering", "Puzzle"}
    assert {asked.kind for asked in others if isinstance(asked, Puzzle)} == set(PUZZLES)
    for choice in (asked for asked in others if isinstance(asked, Choice)):
        assert len(choice.wordings) >= 2, f"{choice.id} has nothing else to ask once its answer was shown"


def test_padding_and_dilation_wait_for_their_lesson():
    lessons = built_in().lessons
    place = [lesson.id for lesson in lessons].index("zero_padding")
    for lesson in lessons[:place]:
        said = json.dumps([getattr(item, "text", "") for item in lesson.items if isinstance(item, Paragraph)])
        assert "padding" not in said.lower() and "dilation" not in said.lower(), lesson.id
        assert all(view.name != "bench" for view in lesson.views), lesson.id


#: what the founding article says, word for word or nearly so, and the lesson that has its place for it
STATEMENTS = {
    "volumes": ("[vector]", "[scalar]", "[volume]"),
    "one_filter": ("[dot product]", "[bias]", "standardised", "*bright*"),
    "sliding": ("[feature map]", "about half the width and height"),
    "in_sequence": ("[neuron]", "weighted sum + bias → activation → output"),
    "what_filters_learn": ("*changed*", "edges, bars and blobs"),
    "sharing": ("grid of [neuron|neurons]", "[local connectivity]", "[parameter sharing]"),
    "zero_padding": ("zero [padding]", "[dilation|Dilation]"),
    "pooling": ("[max pooling]", "*each map by itself*"),
    "typical": ("CONV – RELU – POOL – FC", "[fully connected]", "not pictures alone", "many variations", "[vector]"),
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_every_statement_of_the_article_has_its_place(name):
    items = built_in().lesson(name).items
    said = " ".join(item.text for item in items if isinstance(item, Paragraph | Formula))
    assert [words for words in STATEMENTS[name] if words not in said] == []


def test_every_term_in_the_lessons_is_in_the_glossary():
    words = {
        found.split("|")[0]
        for lesson in built_in().lessons
        for item in lesson.items
        if isinstance(item, Paragraph)
        for text in (item.text, item.about.without if item.about else "")
        for found in _brackets(text)
    }
    assert len(words) > 15
    assert [word for word in sorted(words) if term(word) is None] == []


def _brackets(text: str) -> list[str]:
    return [part.split("]")[0] for part in text.split("[")[1:]]


def test_no_word_of_the_glossary_means_two_things():
    words = [word.casefold() for found in glossary() for word in (found.name, *found.also)]
    assert len(words) == len(set(words))
    assert all(found.sentence.endswith(".") and found.text.endswith((".", "’")) for found in glossary())
