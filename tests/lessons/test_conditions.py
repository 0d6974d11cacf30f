"""Tasks are true of the real document, and only when they are."""

from __future__ import annotations

import json

import pytest

from cnnstudio.design import edits
from cnnstudio.design.strict import parse
from cnnstudio.design.templates import template
from cnnstudio.lessons.condition import Standing
from cnnstudio.lessons.reading_conditions import condition
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
