"""Damaged and hostile lesson files: refused with a reason, quickly, and never with any other exception."""

from __future__ import annotations

import json

import pytest

from cnnstudio.design.format.strict import FileFormatError
from cnnstudio.lessons.reading.reader import read_lesson
from cnnstudio.resources import resource


@pytest.mark.parametrize("data", [b"", b"[]", b"[" * 100_000, b'{"id": 1, "id": 2}', b"\xff", b'{"id": NaN}'])
def test_what_is_no_lesson(data):
    with pytest.raises(FileFormatError):
        read_lesson(data, "x.json")


@pytest.mark.parametrize("rate", [-1, 1e6, [1, 2]])
def test_a_step_the_optimizer_refuses(rate):
    document = json.loads(resource("lessons", "07_learning.json").read_text())
    question = next(item for item in document["items"] if item.get("id") == "step")
    question["answer"]["rate"] = rate
    with pytest.raises(FileFormatError, match="No numbers fit"):
        read_lesson(json.dumps(document).encode(), "x.json")
