"""Progress is kept, survives damage, and never takes a good file with it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cnnstudio.design.format.strict import FileFormatError
from cnnstudio.lessons.progress import Progress, load_progress, open_progress, save_progress
from cnnstudio.lessons.reading.reader import built_in
from cnnstudio.nn.telling.told import worded


def test_goals_are_kept(tmp_path: Path):
    course = built_in()
    first, second = course.lessons[:2]
    progress = Progress().at(second)
    for goal in first.goals:
        assert not progress.whole(first)
        progress = progress.with_goal(first, goal)
    save_progress(progress, tmp_path / "deeper" / "lessons.json")
    again = load_progress(tmp_path / "deeper" / "lessons.json")
    assert again == progress
    assert again.whole(first)
    assert again.count(second) == 0
    assert again.last == second.id
    assert again.without(course).count(first) == 0


def test_no_file_is_no_progress(tmp_path: Path):
    assert open_progress(tmp_path / "lessons.json") == (Progress(), None)


@pytest.mark.parametrize(
    "text",
    ["", "[]", '{"reached": {"a": [1]}, "last": ""}', '{"reached": {}, "last": "", "x\\u001b[31m": 1}', "\x00"],
)
def test_a_damaged_file_is_set_aside_and_told(tmp_path: Path, text: str):
    path = tmp_path / "lessons.json"
    path.write_text(text)
    with pytest.raises(FileFormatError):
        load_progress(path)
    progress, sentence = open_progress(path)
    assert progress == Progress()
    assert sentence is not None and "begins anew" in worded(sentence)
    assert (tmp_path / "lessons.json.bad").read_text() == text
    assert not path.exists()


def test_what_is_written_is_plain_json(tmp_path: Path):
    path = tmp_path / "lessons.json"
    lesson = built_in().lessons[0]
    save_progress(Progress().with_goal(lesson, "look"), path)
    assert json.loads(path.read_text()) == {"reached": {"volumes": ["look"]}, "last": ""}
