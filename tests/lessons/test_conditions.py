"""Tasks are true of the real document, and only when they are."""

from __future__ import annotations

import json

import pytest

from cnnstudio.design.edits import edits
from cnnstudio.design.format.strict import parse
from cnnstudio.design.templates import template
from cnnstudio.lessons.condition import Standing
from cnnstudio.lessons.reading.conditions import condition
from cnnstudio.lessons.reading.reader import built_in
from cnnstudio.nn.telling.told import worded
from cnnstudio.project.project import untrained

LENET = untrained(template("lenet5"))


def met(value: object, standing: Standing | None = None) -> bool:
    return condition(parse(json.dumps(value).encode(), "task.json")).met(standing or Standing(LENET))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"layer": "conv2d", "settings": {"filters": 6, "kernel": [5, 5]}}, True),
        ({"layer": "conv2d", "settings": {"filters": 7}}, False),
        ({"layer": "conv2d", "count": 2}, True),
        ({"layer": "conv2d", "count": 3}, False),
        ({"layer": "conv2d", "input": [28, 28, 1], "output": [28, 28, 6]}, True),
        ({"layer": "conv2d", "output": [28, 28, 5]}, False),
        ({"layer": "conv2d", "input": [28, 28], "output": [28, 28]}, True),
        ({"layer": "conv2d", "input": [28, 28], "output": [24, 24]}, False),
        ({"layer": "dense", "output": [10, 1]}, False),
        ({"path": ["conv2d", "max_pool2d", "dense"]}, True),
        ({"path": ["dense", "conv2d"]}, False),
        ({"path": ["conv2d", "relu", "max_pool2d"], "direct": True}, True),
        ({"path": ["conv2d", "max_pool2d"], "direct": True}, False),
        ({"path": ["conv2d", "relu", "conv2d"], "direct": True}, False),
        ({"classifier": True}, True),
        ({"trained": {"epochs": 1}}, False),
        ({"view": "place == places"}, False),
        ({"all": [{"layer": "relu"}, {"classifier": True}]}, True),
        ({"all": [{"layer": "relu"}, {"layer": "dropout"}]}, False),
    ],
)
def test_of_lenet(value, expected):
    assert met(value) is expected


def test_of_a_run_and_of_views():
    standing = Standing(LENET, steps=100, epochs=1, accuracy=0.93, views={"place": 28, "places": 28})
    assert met({"trained": {"epochs": 1, "steps": 100, "accuracy": 0.9}}, standing)
    assert not met({"trained": {"accuracy": 0.95}}, standing)
    assert not met({"trained": {"steps": 101}}, standing)
    assert met({"view": "place == places"}, standing)
    assert not met({"view": "place < places"}, standing)
    assert not met({"view": "steps > 3"}, standing)


def test_a_broken_network_is_no_classifier():
    design = edits.remove(LENET.design, ["flatten_1"])
    assert not met({"classifier": True}, Standing(LENET.edited(design)))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"layer": "dropout"}, "there is no Dropout yet"),
        ({"layer": "conv2d", "settings": {"filters": 6, "kernel": [3, 3]}}, "Conv 2D has kernel 5×5"),
        ({"layer": "conv2d", "settings": {"filters": 1}}, "Conv 2D has 6 filters"),
        ({"layer": "conv2d", "settings": {"padding": [0, 1, 2, 3]}}, "Conv 2D has padding same"),
        ({"layer": "conv2d", "output": [9, 9, 9]}, "Conv 2D turns 28×28×1 into 28×28×6"),
        ({"layer": "conv2d", "count": 3}, "2 of 3 so far"),
        ({"path": ["input", "conv2d", "dropout"]}, "2 of 3 layers in order, Dropout is next"),
        ({"path": ["dropout", "relu"]}, "there is no Dropout yet"),
        ({"path": ["relu", "relu"], "direct": True}, "1 of 2 layers in order, ReLU is next"),
        ({"trained": {"epochs": 1}}, "not trained yet"),
        ({"view": "place == places"}, ""),
        ({"all": [{"layer": "relu"}, {"layer": "dropout"}]}, "there is no Dropout yet"),
    ],
)
def test_how_things_stand_is_said(value, words):
    found = condition(parse(json.dumps(value).encode(), "task.json"))
    assert not found.met(Standing(LENET))
    assert worded(found.now(Standing(LENET)) or "") == words


def test_how_many_of_several_have_been_looked_at_is_said():
    three = condition(parse(b'{"view": "looked >= 3"}', "task.json"))
    assert worded(three.now(Standing(LENET, views={"looked": 2}))) == "2 of 3 so far"
    assert three.now(Standing(LENET, views={"looked": 2.5})) is None, "a measure is no count: the view shows it"
    assert three.now(Standing(LENET)) is None


def test_how_far_training_has_come_is_said():
    trained = condition(parse(b'{"trained": {"epochs": 2, "steps": 50, "accuracy": 0.9}}', "task.json"))
    assert worded(trained.now(Standing(LENET, steps=20))) == "20 of 50 steps"
    assert worded(trained.now(Standing(LENET, steps=80, epochs=1))) == "1 of 2 epochs"
    assert worded(trained.now(Standing(LENET, steps=80, epochs=2, accuracy=0.853))) == "validation accuracy 85.3\u202f%"
    accurate = condition(parse(b'{"trained": {"accuracy": 0.9}}', "task.json"))
    assert worded(accurate.now(Standing(LENET, steps=80))) == "the first epoch is not over yet"
    alone = untrained(built_in().lesson("typical").network)
    sentence = worded(condition(parse(b'{"classifier": true}', "task.json")).now(Standing(alone)))
    assert sentence.startswith("The network ends in Input")
