"""What is made of a lesson's network is there again, whoever else has the lesson open."""

from __future__ import annotations

import os

import pytest

from cnnstudio.design.edits import edits
from cnnstudio.design.format.strict import FileFormatError
from cnnstudio.lessons.kept_network import KeptNetwork
from cnnstudio.lessons.reading.reader import built_in
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.project.file import load_project
from cnnstudio.project.project import Project, untrained


def made(project: Project, kind: str) -> Project:
    return project.edited(edits.append(project.design, layer_kinds()[kind]())[0])


def test_each_who_has_a_lesson_open_keeps_a_network_of_their_own(tmp_path) -> None:
    lesson = next(lesson for lesson in built_in().lessons if lesson.network is not None)
    assert lesson.network is not None
    begins = untrained(lesson.network)
    first = KeptNetwork(tmp_path / "kept", lesson)
    first.keeping(begins)()
    assert first.read() is None and not first.file.exists(), "who has only looked keeps nothing"

    late, newest = first.keeping(made(begins, "relu")), made(begins, "dropout")
    first.keeping(newest)()
    late()
    assert load_project(first.file).design == newest.design, "what comes late takes nothing newer away"

    second = KeptNetwork(tmp_path / "kept", lesson)
    assert second.read() is None
    theirs = made(begins, "relu")
    second.keeping(theirs)()
    os.utime(first.file, ns=(5, 5))
    for one in (first, second):
        one.release()
    first.keeping(begins)()
    again = KeptNetwork(tmp_path / "kept", lesson)
    assert (again.read() or begins).design == theirs.design, "the newest comes first"
    other = KeptNetwork(tmp_path / "kept", lesson)
    assert (other.read() or begins).design == newest.design, "and the other is there for another window"

    again.file.write_bytes(b"PK and no more")
    with pytest.raises(FileFormatError):
        again.read()
    assert again.set_aside().read_bytes() == b"PK and no more" and again.read() is None
    for one in (again, other):
        one.release()
