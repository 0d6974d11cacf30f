"""What lessons say of the network that is shown is true of it, whosever network it is."""

from __future__ import annotations

import math
import re

import pytest

from cnnstudio.design.facts.layer_facts import layer_facts
from cnnstudio.design.facts.receptive_fields import receptive_fields
from cnnstudio.design.templates import template
from cnnstudio.lessons.figures import FIGURES, About, figures, said
from cnnstudio.lessons.lesson import Formula, Lesson, Paragraph, Task
from cnnstudio.lessons.reading.reader import built_in
from cnnstudio.nn.graph.graph import Graph, chain
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.nn.telling.told import worded

L = layer_kinds()
ONE_CONV = chain(
    ("i", L["input"](height=20, width=24, channels=2)),
    ("c", L["conv2d"](filters=9, kernel=(3, 7), stride=(2, 1))),
    ("f", L["flatten"]()),
    ("d", L["dense"](units=4)),
    ("s", L["softmax"]()),
)
DENSE_ONLY = chain(
    ("i", L["input"](height=11, width=13, channels=1)),
    ("f", L["flatten"]()),
    ("d", L["dense"](units=10)),
    ("s", L["softmax"]()),
)
OWN = {
    **{name: template(name).graph for name in ("lenet5", "vgg_mini", "resnet_mini", "mobile_mini")},
    "one convolution": ONE_CONV,
    "dense only": DENSE_ONLY,
    "empty": Graph(()),
}
COURSE = built_in()
#: a plain space would let a line end within it
NUMBER = re.compile(r"\d+(?:\u202f\d{3})*")

#: Numbers that stand in lessons as they are: what is asked to be done, and examples that say that they are some.
#: lesson → the beginning of the text → why its numbers are true beside every network.
AS_THEY_ARE = {
    "volumes": {"Change how deep": "asked for", "Click a Conv 2D": "follows from what is asked for"},
    "one_filter": {
        "And one thing": "0 is what it is about",
        "Give a Conv": "asked for",
        "Select the layer": "asked for",
    },
    "sliding": {
        "The weights stay": "0 is a colour",
        "How far": "of every stride 2",
        "Let a": "the name of a layer",
        "Select the layer": "asked for",
    },
    "why_28": {
        "A filter 5 wide": "as the bench beside it begins",
        "⌊": "a formula of all places",
        "Try stride": "to be tried on the bench",
        "Have a Conv": "asked for",
        "It takes": "asked for",
    },
    "six_filters": {"Add a Conv": "asked for", "Select the layer": "asked for"},
    "in_sequence": {"The volume of maps": "ReLU gives 0", "Build Conv": "the name of a layer", "Drag": "its name"},
    "learning": {"At first": "the least loss there is"},
    "what_filters_learn": {"Give the first": "asked for", "Select the layer": "asked for", "Train for": "asked for"},
    "sharing": {"Put a Locally": "the name of a layer", "Drag": "the name of a layer"},
    "zero_padding": {
        "A convolution makes": "an example with its own sizes",
        "With stride 1": "of every odd kernel",
        "On the bench": "asked for",
        "Make the output": "asked for",
        "Select the layer": "asked for",
        "⌊": "formulas of all places",
        "One number of the window": "an example with its own sizes",
    },
    "pooling": {
        "Once it is known": "an example that says so",
        "Put a 2×2": "asked for",
        "Click Max": "asked for",
    },
    "typical": {"Build it": "asked for", "Reach": "asked for"},
}


def texts(lesson: Lesson) -> list[tuple[str, About | None]]:
    found: list[tuple[str, About | None]] = []
    for item in lesson.items:
        if isinstance(item, Paragraph | Formula):
            found.append((item.text, item.about))
        elif isinstance(item, Task):
            found += [(item.text, None), (item.hint, None)]
    return found


def numbers(text: str) -> list[int]:
    plain = text.replace("Conv 2D", "").replace("connected 2D", "")
    return [int(re.sub(r"\s", "", found)) for found in NUMBER.findall(plain)]


def numbers_of(graph: Graph, kind: str) -> set[int]:
    """All that is true of the first layer of a kind, found in other ways than lessons find it: in arrays and shapes."""
    node = next((graph[node_id] for node_id in graph.order if graph[node_id].layer.kind == kind), None)
    if node is None:
        return set()
    facts = layer_facts(graph)[node.id]
    field = receptive_fields(graph)[node.id]
    true = {*facts.shape, math.prod(facts.shape), *(field.height, field.width), facts.parameters}
    for shape in facts.inputs:
        true |= {*shape, math.prod(shape)}
    kernel = getattr(node.layer, "kernel", ())
    true |= set(kernel)
    weights = next((spec.shape for spec in node.layer.parameters(facts.inputs) if spec.name == "weights"), ())
    if kernel and weights:
        one = math.prod(kernel) * facts.inputs[0][2]
        bias = bool(node.layer.bias)
        true |= {
            one,
            math.prod(facts.shape) * (one + bias),
            math.prod(facts.shape) * (math.prod(facts.inputs[0]) + bias),
        }
    return true


@pytest.mark.parametrize("own", OWN)
@pytest.mark.parametrize("name", [lesson.id for lesson in COURSE.lessons])
def test_the_numbers_said_are_those_of_the_network_shown(name, own):
    graph, lesson = OWN[own], COURSE.lesson(name)
    for shown in (graph, lesson.network.graph):
        for text, about in texts(lesson):
            sentence = said(text, about, shown)
            if about is None or sentence is None:
                continue
            true = numbers_of(shown, about.kind)
            words = worded(sentence)
            if not true:
                assert words == about.without
                continue
            # of what is no figure: a filter of the next layer and six filters, both in the sentence as what would be
            would_be = {"in_sequence": {5, 5 * 5 * next(iter(layer_facts(shown)[_first(shown, about.kind)].shape[2:]))},
                        "six_filters": {6}}.get(name, set())  # fmt: skip
            assert set(numbers(words)) - would_be <= true, (words, true)
            assert "{" not in words


def _first(graph: Graph, kind: str) -> str:
    return next(node_id for node_id in graph.order if graph[node_id].layer.kind == kind)


@pytest.mark.parametrize("name", [lesson.id for lesson in COURSE.lessons])
def test_a_number_that_is_written_down_is_asked_for_or_an_example(name):
    """Whoever writes a number of the lesson's network into a text has it said of every other network."""
    allowed = AS_THEY_ARE.get(name, {})
    stand = [text for text, about in texts(COURSE.lesson(name)) if about is None and re.search(r"\d", text)]
    assert [text for text in stand if not text.startswith(tuple(allowed))] == []
    assert [start for start in allowed if not any(text.startswith(start) for text in stand)] == []


def test_where_there_is_no_such_layer_examples_say_that_they_are():
    for lesson in COURSE.lessons:
        for text, about in texts(lesson):
            if about is not None and numbers(about.without):
                assert re.search(r"\bsay\b|\bwith windows of 2×2\b|\ba 5×5 filter on 32×32×3\b", about.without), text


def test_a_number_chooses_its_noun_and_what_cannot_be_said_is_left_out():
    text = "{depth:one map|# maps} of {kernel_height}×{kernel_width}"
    assert worded(said(text, About("conv2d"), ONE_CONV)) == "9 maps of 3×7"
    single = chain(("i", L["input"]()), ("c", L["conv2d"](filters=1, kernel=(5, 5))))
    assert worded(said(text, About("conv2d"), single)) == "one map of 5×5"
    assert said(text, About("conv2d"), DENSE_ONLY) is None
    assert worded(said(text, About("dense", "No maps."), DENSE_ONLY)) == "No maps.", "a Dense layer has no window"
    assert worded(said("{no braces}", None, ONE_CONV)) == "{no braces}"


def test_every_figure_is_had_by_a_convolution():
    assert figures(ONE_CONV, "conv2d").keys() == FIGURES


def test_a_grouped_filter_lies_on_its_group_alone():
    grouped = chain(("i", L["input"](channels=4)), ("c", L["conv2d"](filters=8, kernel=(3, 3), groups=2)))
    assert figures(grouped, "conv2d")["filter_depth"] == 2
