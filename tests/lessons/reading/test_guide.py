"""The page for teachers is complete and true, and what is wrong in a lesson is found by its line."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from cnnstudio.design.format.strict import FileFormatError
from cnnstudio.lessons.figures import FIGURES
from cnnstudio.lessons.lesson import NUMBERS, VIEWS
from cnnstudio.lessons.questions.puzzles import PUZZLES
from cnnstudio.lessons.questions.subject import FINDS
from cnnstudio.lessons.reading.lines import line_of
from cnnstudio.lessons.reading.reader import read_course, read_lesson
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.resources import resource

GUIDE = (Path(__file__).parents[3] / "docs" / "lessons.md").read_text("utf-8")
EXAMPLE = resource("lesson_example", "1_one_by_one.json").read_text("utf-8")


def test_the_example_in_the_guide_is_the_one_that_is_saved_and_it_can_be_read():
    assert re.search(r"```json\n(.*?)```", GUIDE, re.DOTALL)[1] == EXAMPLE
    course = read_course(resource("lesson_example"))
    assert course.title == "My own lessons"
    assert course.lessons == (read_lesson(EXAMPLE.encode(), "1_one_by_one.json"),)


def test_the_guide_names_every_field_view_number_and_layer():
    known = set(re.findall(r"`([\w-]+)`", GUIDE)) | set(re.findall(r'"(\w+)"', GUIDE))
    fields = {"format", "format_version", "id", "title", "items", "views", "network", "text", "formula", "task", "when",
              "hint", "question", "draw", "answer", "why", "where", "wrong", "value", "reply", "unit", "otherwise",
              "layer", "path", "direct", "trained", "view", "classifier", "all", "settings", "input", "output", "count",
              "steps", "epochs", "accuracy", "find", "layers", "pixels", "weights", "bias", "at", "arriving",
              "gradient", "step", "weight", "rate", "kind", "recipe", "from", "to", "about", "without",
              "same_size", "choose", "ask", "right", "order", "take", "puzzle", "picture"}  # fmt: skip
    assert fields - known == set()
    assert VIEWS.keys() == NUMBERS.keys()
    assert {*VIEWS, *FINDS, *FIGURES, *PUZZLES} - known == set()
    assert {number for numbers in NUMBERS.values() for number in numbers} - known == set()
    for kind, layer in layer_kinds().items():
        line = re.search(rf"^- `{kind}` \({re.escape(layer.title)}\)(.*(?:\n  .*)*)", GUIDE, re.MULTILINE)
        assert line is not None, kind
        assert re.findall(r"`(\w+)`", line[1]) == [about.name for about in layer.settings()], kind


def test_a_place_is_found_by_its_line():
    text = '{\n "a": [1, {"b": "x:,{",\n  "c": [\n   2,\n   {"d.e": 3}]}],\n "f": null}'
    lines = {"": 1, "a": 2, "a[0]": 2, "a[1].b": 2, "a[1].c": 3, "a[1].c[0]": 4, "a[1].c[1].d.e": 5, "f": 6}
    assert {place: line_of(text, place) for place in lines} == lines
    assert line_of(text, "a[1].c[1].missing") == 5


@pytest.mark.parametrize(
    ("written", "instead", "where", "words"),
    [
        ('"kernel": [1, 1], "filters": 2', '"colour": 2', "items[2].when.settings.colour", "has no setting “colour”."),
        ('"id": "make",', "", "items[2]", "“id” is missing."),
        ('"find": "parameters"', '"find": "cost"', "items[3].answer.find", "It may be height,"),
        ('"value": "f * c"', '"value": "f * k"', "items[3].wrong[0].value", "“k” is not drawn."),
        ('"view": "volumes"', '"view": "video"', "views[1]", "There is no view “video”"),
        ('"units": 10', '"units": "ten"', "network.layers[4].settings.units", "whole number"),
        ('"find": "parameters"', '"find": "paramters"', "items[3].answer.find", "“paramters” is nothing"),
        ('"find": "parameters"', '"find": "paramters"', "items[3].answer.find", "Did you mean “parameters”?"),
        ("place into new ones.\"", "{depht}.\", \"about\": \"conv2d\"", "items[0].text", "Did you mean “depth”?"),
        ("place into new ones.\"", "{depth:# map}.\", \"about\": \"conv2d\"", "items[0].text", "not two forms"),
        ("place into new ones.\"", "place.\", \"about\": \"conv2\"", "items[0].about", "Did you mean “conv2d”?"),
        ("place into new ones.\"", "place.\", \"without\": \"Maps\"", "items[0].without", "“about” says of which kind"),
        ('"hint"', '"hints"', "items[2]", "unknown entry “hints”. Did you mean “hint”?"),
    ],
)  # fmt: skip
def test_a_teachers_mistake_is_told_with_file_line_and_field(written, instead, where, words):
    assert EXAMPLE.count(written) == 1
    wrong = EXAMPLE.replace(written, instead)
    with pytest.raises(FileFormatError) as caught:
        read_lesson(wrong.encode(), "1_one_by_one.json")
    said = str(caught.value)
    line = line_of(wrong, where)
    assert said.startswith(f"1_one_by_one.json, line {line}: {where}: ")
    assert words in said
    assert said.endswith("Correct the lesson file and open the folder again.")
    assert "\n" not in said


def test_a_task_about_a_number_that_no_view_has_is_refused():
    lesson = json.loads(EXAMPLE)
    lesson["items"][2]["when"] = {"all": [{"view": "visited > 3"}, {"view": "dropped > 1"}]}
    with pytest.raises(FileFormatError, match="No view of this lesson has the number “dropped”; there are position,"):
        read_lesson(json.dumps(lesson).encode(), "x.json")
    del lesson["views"]
    with pytest.raises(FileFormatError, match="they have none"):
        read_lesson(json.dumps(lesson).encode(), "x.json")


def test_what_is_no_json_is_told_with_its_line():
    with pytest.raises(FileFormatError, match=r"not valid JSON \(line 4"):
        read_lesson(EXAMPLE.replace('"id": "one_by_one",', '"id" "one_by_one",').encode(), "x.json")
