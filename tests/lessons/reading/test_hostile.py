"""Damaged and hostile lesson files: refused with a reason, quickly, and never with any other exception."""

from __future__ import annotations

import copy
import json
import random
import time
from collections.abc import Iterator

import pytest

from cnnstudio.design.format.strict import FileFormatError
from cnnstudio.lessons.reading.reader import read_lesson
from cnnstudio.resources import resource

VALUES = (
    None, True, 0, -1, -5, 0.5, 64, 1000, 1e308, 10**30, "", "x", "n", [], {}, [[]], ["n"], "same",
    {"from": 1, "to": 9}, "n//0", "(n)", "9999999*9999999*9999999*n", "n/0.0001/0.0001/0.0001/0.0001/0.0001",
)  # fmt: skip
MUTANTS = 60
#: seconds for one file
PATIENCE = 2.0


def places(value: object, path: tuple = ()) -> Iterator[tuple]:
    yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inside:
        yield from places(item, (*path, key))


def mutant(document: dict, chance: random.Random) -> dict:
    changed = copy.deepcopy(document)
    path = chance.choice([path for path in places(changed) if path])
    place = changed
    for key in path[:-1]:
        place = place[key]
    if chance.random() < 0.7:
        place[path[-1]] = copy.deepcopy(chance.choice(VALUES))
    elif isinstance(place, dict):
        place.pop(path[-1])
    else:
        place.insert(path[-1], copy.deepcopy(place[path[-1]]))
    return changed


@pytest.mark.parametrize("path", sorted(resource("lessons").glob("[01]*.json")), ids=lambda path: path.stem)
def test_mutants(path):
    document, chance, refused = json.loads(path.read_text()), random.Random(path.stem), 0
    for _ in range(MUTANTS):
        changed = mutant(document, chance)
        begun = time.monotonic()
        try:
            read_lesson(json.dumps(changed).encode(), path.name)
        except FileFormatError as error:
            refused += 1
            assert path.name in str(error)
        assert time.monotonic() - begun < PATIENCE
    assert refused > MUTANTS / 4


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
