"""What is said of a design without running it."""

import time

import pytest

from cnnstudio.design.analysis.analysis import Analysis, analyse
from cnnstudio.design.edits import edits
from cnnstudio.design.facts.receptive_fields import receptive_field_of
from cnnstudio.design.templates import template
from cnnstudio.design.value.design import Design
from cnnstudio.design.wording.problems import problem_words, why_not_trainable
from cnnstudio.nn.graph.graph import Edge, Graph, Node
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.nn.parameters.parameters import layouts


def codes(analysis: Analysis) -> list[tuple[str, str | None]]:
    return [(problem.code, problem.node) for problem in analysis.problems]


def test_the_sums_are_those_of_the_layers_and_of_the_engine() -> None:
    for name in ("lenet5", "article", "first_conv"):
        graph = template(name).graph
        analysis = analyse(graph)
        assert analysis.parameters == sum(facts.parameters for facts in analysis.layers.values())
        assert analysis.macs == sum(facts.macs for facts in analysis.layers.values())
        assert analysis.parameters == layouts(graph)[0].size


def test_receptive_fields_grow_along_lenet() -> None:
    """Conv 5: 5; pool: 5 + 1 = 6; conv 5: 6 + 4·2 = 14; pool: 14 + 2 = 16; then all."""
    graph = template("lenet5").graph
    fields = {i: receptive_field_of(graph, i) for i in graph.order}
    seen = {i: (f.height, f.width) for i, f in fields.items() if f is not None}
    assert seen["input_1"] == (1, 1)
    assert seen["conv2d_1"] == seen["relu_1"] == (5, 5)
    assert seen["max_pool2d_1"] == (6, 6)
    assert seen["conv2d_2"] == (14, 14)
    assert seen["max_pool2d_2"] == (16, 16)
    assert seen["dense_1"] == (28, 28)


def test_a_window_that_does_not_fit_says_so_and_what_follows_waits() -> None:
    design = template("lenet5")
    big = design.graph["conv2d_2"].layer.replace(kernel=(15, 15))
    analysis = analyse(edits.configure(design, "conv2d_2", big).graph)
    assert codes(analysis) == [("window", "conv2d_2")]
    (problem,) = analysis.problems
    assert problem.told.code == "window" and dict(problem.told.values)["reach"] == (15, 15)
    assert dict(problem.told.values)["image"] == (14, 14)
    assert analysis.layers["relu_2"].waiting
    assert analysis.layers["relu_2"].problem is None
    assert analysis.layers["max_pool2d_1"].shape == (14, 14, 6)
    assert analysis.parameters == 156 + 16 * (15 * 15 * 6 + 1), "its filters are known all the same"


def test_a_missing_wire_is_a_problem_of_that_layer_only() -> None:
    design = edits.disconnect(template("lenet5"), Edge("relu_1", "max_pool2d_1"))
    analysis = analyse(design.graph)
    assert codes(analysis) == [("unreachable", "max_pool2d_1")]
    assert analysis.layers["softmax_1"].waiting


def test_an_empty_design_is_no_error_and_cannot_be_trained() -> None:
    found = analyse(Design().graph)
    assert codes(found) == [] and [(p.code, p.prevents_training) for p in found.findings] == [("empty", True)]


def test_a_circle_is_blamed_on_its_layers_and_not_on_those_behind() -> None:
    relu, image = layer_kinds()["relu"](), layer_kinds()["input"]()
    nodes = (Node("i", image), Node("a", relu, ("b",)), Node("b", relu, ("a",)), Node("behind", relu, ("b",)))
    analysis = analyse(Graph(nodes))
    assert set(codes(analysis)) == {("cycle", "a"), ("cycle", "b")}
    assert analysis.layers["behind"].waiting


def test_a_second_input_is_advice_and_no_problem() -> None:
    design, node = edits.add(template("lenet5"), layer_kinds()["input"](), (0, 900))
    analysis = analyse(design.graph)
    assert not analysis.problems
    assert [advice.node for advice in analysis.advice] == [node]


@pytest.mark.parametrize(
    ("shape", "classes", "says"),
    [((32, 32, 3), 10, "32×32×3"), ((28, 28, 1), 12, "12 classes"), ((28, 28, 1), 10, "")],
)
def test_the_data_must_fit_the_design(shape: tuple[int, ...], classes: int, says: str) -> None:
    sentence = why_not_trainable(template("lenet5"), shape, classes)
    assert says in sentence
    assert bool(sentence) == bool(says)


def test_the_first_problem_is_the_reason_with_its_layers_name() -> None:
    design = edits.rename(template("lenet5"), "max_pool2d_1", "Smaller")
    design = edits.disconnect(design, Edge("relu_1", "max_pool2d_1"))
    assert "Smaller needs an input" in why_not_trainable(design)


def test_volumes_beyond_any_memory_are_a_problem_of_the_layer_that_makes_them() -> None:
    """Sixteen-fold upsampling again and again: nobody may compute that, and least of all on opening a file."""
    design = template("first_conv")
    for _ in range(4):
        design, last = edits.append(design, layer_kinds()["upsample2d"](factor=(16, 16)))
    begun = time.process_time()
    analysis = analyse(design.graph)
    (problem,) = analysis.problems
    words = problem_words(design, problem)
    assert (problem.node, words.title) == ("upsample2d_2", "Too large to compute")
    assert "7\u202f168×7\u202f168×6" in words.sentence
    assert analysis.layers[last].waiting
    assert {node.id for node in design.graph.computable} == {"input_1", "conv2d_1", "upsample2d_1"}
    assert time.process_time() - begun < 1


def test_many_layers_together_may_not_fill_the_memory_either() -> None:
    design, _ = edits.append(Design(), layer_kinds()["input"](height=1024, width=1024, channels=64))
    for _ in range(6):
        design, _ = edits.append(design, layer_kinds()["relu"]())
    assert codes(analyse(design.graph)) == [("too-large", "relu_3")]
