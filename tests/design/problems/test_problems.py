"""Every kind of problem: a design that shows it, and repairs that remove it and do what they say."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from broken_designs import BROKEN, CONV, DIGITS, IMAGE, branches, designed, look_build, made
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnstudio.design.analysis.analysis import analyse
from cnnstudio.design.analysis.effects import effect
from cnnstudio.design.analysis.repairs import Repair, environment_after, repairs
from cnnstudio.design.edits import blocks, edits
from cnnstudio.design.format.design_format import read_design, write_design
from cnnstudio.design.problems.kind import problem_kinds
from cnnstudio.design.templates import template, template_names
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.environment import NOTHING_KNOWN, Environment
from cnnstudio.design.value.problem import Problem
from cnnstudio.design.wording.effects import effect_text
from cnnstudio.design.wording.problems import problem_words
from cnnstudio.design.wording.repairs import repair_words
from cnnstudio.nn.graph.graph import Edge
from cnnstudio.nn.graph.layer import layer_kinds

every_broken = pytest.mark.parametrize(
    ("code", "design", "around"), BROKEN, ids=[f"{code}-{place}" for place, (code, _, _) in enumerate(BROKEN)]
)


def title(design: Design, repair: Repair) -> str:
    return repair_words(design, repair).title


def of_kind(code: str, design: Design, around: Environment) -> list[Problem]:
    return [problem for problem in analyse(design.graph, around).findings if problem.code == code]


@every_broken
def test_a_design_shows_the_problem_and_its_repairs_remove_it(code: str, design: Design, around: Environment) -> None:
    found = of_kind(code, design, around)
    assert found
    for problem in found:
        words = problem_words(design, problem)
        assert words.title
        assert words.sentence.endswith(".")
        offered = repairs(design, problem, around)
        assert offered
        assert len({title(design, repair) for repair in offered}) == len(offered)
        for repair in offered:
            after = repair.edit(design)
            left = of_kind(code, after, environment_after(after, around))
            assert problem.node not in [other.node for other in left], repair.what


@every_broken
def test_previews_equal_what_applying_gives(code: str, design: Design, around: Environment) -> None:
    for problem in of_kind(code, design, around):
        for repair in repairs(design, problem, around):
            after = repair.edit(design)
            then, now = analyse(after.graph), analyse(design.graph)
            assert repair.effect == effect(design, after, problem.node)
            if repair.effect.output is not None and problem.node is not None:
                assert then.layers[problem.node].shape == repair.effect.output
            assert now.macs + repair.effect.macs == then.macs
            assert now.parameters + repair.effect.parameters == then.parameters
            for node, shape in repair.effect.shapes.items():
                assert then.layers[node].shape == shape


def test_repairs_are_those_of_the_design_that_is_asked_about() -> None:
    """What was found for one is kept, and not given to another that differs in what is drawn around its layers."""
    (code, design, around), *_ = (entry for entry in BROKEN if entry[0] == "merge")
    (problem, *_) = of_kind(code, design, around)
    grouped, block = blocks.group(design, ["merge"])
    for drawn in (design, grouped, design):
        for repair in repairs(drawn, problem, around):
            assert (block in repair.edit(drawn).blocks) == (drawn is grouped)
            assert repair.effect == effect(drawn, repair.edit(drawn), problem.node)


def test_every_kind_has_a_design_that_shows_it() -> None:
    shown = {code for code, _, _ in BROKEN}
    # the rest kind is for layers with limits of their own
    assert set(problem_kinds()) - shown == {"shape"}


@pytest.mark.parametrize("name", template_names())
def test_templates_are_free_of_problems_and_advice(name: str) -> None:
    found = analyse(template(name).graph).findings
    assert [p.code for p in found] == (["no-softmax"] if name == "first_conv" else [])


def test_the_repairs_of_the_picture() -> None:
    """A 5×5 window behind a pooling that leaves 3×3: stride, kernel and padding, with these very numbers."""
    design = look_build()
    (problem,) = of_kind("window", design, NOTHING_KNOWN)
    assert problem_words(design, problem).title == "A 5×5 window does not fit into a 3×3 image"
    offered = repairs(design, problem)[:3]
    assert [title(design, repair) for repair in offered] == [
        "pool2: stride 3 → 2",
        "conv3: kernel 5×5 → 3×3",
        "conv3: padding “same”",
    ]
    first, second, third = (effect_text(repair.effect) for repair in offered)
    assert first == "5×5×10 → 1×1×16 · +0.8\u202f%\u202fMACs"
    assert second.startswith("3×3×10 → 1×1×16 · −2\u202f560 parameters")
    assert third.startswith("3×3×10 → 3×3×16 · +") and "parameters" not in third


def test_a_repair_of_advice_says_what_changes_and_only_that() -> None:
    heavy = designed(
        ("image", made("input", height=32, width=32, channels=3), ""),
        ("conv", made("conv2d", filters=4, padding="same"), "image"),
        ("flatten", made("flatten"), "conv"),
        ("dense", made("dense", units=10), "flatten"),
    )
    (problem,) = of_kind("heavy-dense", heavy, NOTHING_KNOWN)
    assert problem_words(heavy, problem).title == "Holds 99.7\u202f% of all parameters"
    best = repairs(heavy, problem)[0]
    assert "Global average" in title(heavy, best)
    assert effect_text(best.effect).startswith("reads 4 instead of 4\u202f096 · −40\u202f920 parameters")
    for code, design, around in BROKEN:
        for found in of_kind(code, design, around):
            for repair in repairs(design, found, around):
                assert not any(
                    noise in effect_text(repair.effect) for noise in ("+0 parameters", "+0\u202f%\u202fMACs", "<0.1")
                )


def test_a_layer_without_its_wire_is_wired_before_it_is_removed() -> None:
    shortcut = designed(
        IMAGE, ("one", CONV, "image"), ("relu", made("relu"), "one"), ("two", CONV, "relu"), ("add", made("add"), "two")
    )
    (problem,) = of_kind("no-wire", shortcut, NOTHING_KNOWN)
    offered = repairs(shortcut, problem)
    assert title(shortcut, offered[0]) == "Draw a wire from relu, two: padding “same”"
    assert offered[0].effect.output == (26, 26, 8) and title(shortcut, offered[-1]) == "Remove add"
    dense = designed(IMAGE, ("conv", CONV, "image"), ("dense", made("dense", units=10), ""))
    (problem,) = of_kind("no-wire", dense, NOTHING_KNOWN)
    best = repairs(dense, problem)[0]
    assert title(dense, best).startswith("Draw a wire from conv") and not analyse(best.edit(dense).graph).problems


def test_maps_are_averaged_where_a_dense_layer_on_all_cells_would_outweigh_the_rest() -> None:
    endless = designed(IMAGE, ("conv", CONV, "image"))
    (problem,) = of_kind("no-softmax", endless, DIGITS)
    first, second = repairs(endless, problem, DIGITS)[:2]
    assert "Global average pooling" in title(endless, first) and "Flatten" in title(endless, second)
    codes = [p.code for p in analyse(first.edit(endless).graph, DIGITS).findings]
    assert "heavy-dense" not in codes
    bare = designed(IMAGE, ("conv", CONV, "image"), ("dense", made("dense", units=10), "conv"))
    (problem,) = of_kind("unflattened", bare, NOTHING_KNOWN)
    assert "Global average pooling" in title(bare, repairs(bare, problem)[0])


def test_the_first_repair_brings_no_error_of_its_own() -> None:
    for code, design, around in BROKEN:
        for problem in of_kind(code, design, around):
            best = repairs(design, problem, around)[0].edit(design)
            known = {(p.code, p.node) for p in analyse(design.graph, around).problems}
            new = [
                p
                for p in analyse(best.graph, environment_after(best, around)).problems
                if (p.code, p.node) not in known
            ]
            assert new == [], (code, new)


def test_a_residual_branch_that_lost_size_and_maps_gets_both_back_at_once() -> None:
    design = template("resnet_mini")
    layer = design.graph["conv2d_3"].layer
    broken = edits.configure(design, "conv2d_3", layer.replace(padding="valid", filters=24))
    (problem,) = of_kind("merge", broken, NOTHING_KNOWN)
    best = repairs(broken, problem)[0]
    assert title(broken, best) == "Conv 2D 3: filters 24 → 16, padding “same”"
    assert best.edit(broken).graph["conv2d_3"].layer == layer


def test_dropping_padded_pixels_only_is_no_problem() -> None:
    design = designed(
        ("image", made("input", height=8, width=8), ""),
        ("conv", made("conv2d", kernel=(3, 3), stride=(2, 2), padding="same"), "image"),
    )
    assert not of_kind("dropped", design, NOTHING_KNOWN)
    bare = edits.configure(design, "conv", made("conv2d", kernel=(3, 3), stride=(2, 2)))
    (problem,) = of_kind("dropped", bare, NOTHING_KNOWN)
    assert "row and column 8" in problem_words(bare, problem).sentence


def test_a_shortcut_may_skip_what_the_other_branch_reads() -> None:
    strided = branches(
        made("conv2d", filters=8, kernel=(3, 3), stride=(2, 2), padding="same"),
        made("conv2d", filters=8, kernel=(1, 1), stride=(2, 2)),
        made("add"),
    )
    assert not of_kind("dropped", strided, NOTHING_KNOWN)
    alone = edits.remove(strided, ["one", "merge"])
    assert of_kind("dropped", alone, NOTHING_KNOWN)


def test_a_design_without_a_classifier_can_be_computed_but_not_trained() -> None:
    graph = template("first_conv").graph
    for around in (NOTHING_KNOWN, Environment((32, 32, 3), 10)):
        found = analyse(graph, around)
        assert found.problems == () and [(p.code, p.prevents_training) for p in found.advice] == [("no-softmax", True)]


def test_a_pooling_between_bends_enough_but_an_average_does_not() -> None:
    def between(kind: str) -> Design:
        conv = made("conv2d", filters=4)
        return designed(("i", made("input"), ""), ("a", conv, "i"), ("m", made(kind), "a"), ("b", conv, "m"))

    assert not of_kind("linear", between("max_pool2d"), NOTHING_KNOWN)
    assert of_kind("linear", between("average_pool2d"), NOTHING_KNOWN)


def test_errors_are_what_cannot_be_computed() -> None:
    for code, design, around in BROKEN:
        analysis = analyse(design.graph, around)
        blamed = {problem.node for problem in analysis.problems}
        for node, facts in analysis.layers.items():
            if facts.shape is None and not facts.waiting:
                assert node in blamed, code
            if facts.problem is not None and facts.problem.code != "unreachable":
                assert facts.shape is None


@st.composite
def random_designs(draw: st.DrawFn) -> Design:
    """A template that has been through a few thoughtless edits."""
    design = template(draw(st.sampled_from(("lenet5", "resnet_mini", "inception_mini"))))
    for _ in range(draw(st.integers(1, 3))):
        nodes = [node.id for node in design.graph]
        node = draw(st.sampled_from(nodes))
        layer = design.graph[node].layer
        way = draw(st.sampled_from(("setting", "setting", "remove", "cut", "add", "wire")))
        try:
            if way == "setting":
                names = [s.name for s in layer.settings() if s.name in ("kernel", "stride", "padding", "filters")]
                if not names:
                    continue
                name = draw(st.sampled_from(names))
                value: object = draw(st.integers(1, 9))
                if name in ("kernel", "stride"):
                    value = (value, draw(st.integers(1, 9)))
                if name == "padding":
                    value = draw(st.sampled_from(("valid", "same", (0, 1, 2, 3))))
                design = edits.configure(design, node, layer.replace(**{name: value}))
            elif way == "remove":
                design = edits.remove(design, [node], rejoin=draw(st.booleans()))
            elif way == "cut" and design.graph[node].inputs:
                design = edits.disconnect(design, Edge(design.graph[node].inputs[0], node, 0))
            elif way == "add":
                kind = draw(st.sampled_from([k for k in layer_kinds() if k != "input"]))
                design, _ = edits.append(design, layer_kinds()[kind]())
            else:
                design = edits.connect(design, draw(st.sampled_from(nodes)), node)
        except edits.EditRefused:
            continue
    return design


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(random_designs())
def test_any_repair_of_a_random_broken_design_is_valid_and_removes_its_problem(design: Design) -> None:
    for problem in analyse(design.graph, DIGITS).findings:
        for repair in repairs(design, problem, DIGITS):
            after = repair.edit(design)
            assert repair.edit(design) == after, "an edit is a pure function"
            assert read_design(write_design(after), "again")[0] == after, "it can be saved and read"
            left = [(p.code, p.node) for p in analyse(after.graph, DIGITS).findings]
            assert (problem.code, problem.node) not in left
            for node, shape in repair.effect.shapes.items():
                assert analyse(after.graph).layers[node].shape == shape


def test_linear_layers_are_those_that_compute_weighted_sums() -> None:
    """f(x) + f(y) − f(0) = f(x + y), for every layer that says it is linear, and for no other."""
    from cnnstudio.nn.network.network import compile_network
    from cnnstudio.nn.parameters.parameters import initial_parameters

    generator = np.random.default_rng(3)
    for kind in layer_kinds().values():
        if kind.category == "input":
            continue
        inputs = " ".join(["image"] * max(1, kind.fewest_inputs))
        layers = [("image", made("input", height=6, width=6, channels=4), ""), ("layer", kind(), inputs)]
        if kind.kind in ("dense", "softmax"):
            layers[1:] = [("flat", made("flatten"), "image"), ("layer", kind(), "flat")]
        graph = designed(*layers).graph
        network = compile_network(graph, initial_parameters(graph, 1).copy(np.float64), 1, mode="probe")

        def run(image: np.ndarray, network=network) -> np.ndarray:
            network.forward(image)
            return network.value("layer")

        one, two = (generator.normal(0, 1, (1, 6, 6, 4)) for _ in range(2))
        bent = np.abs(run(one) + run(two) - run(0 * one) - run(one + two)).max()
        assert (bent < 1e-9) == kind.linear, kind.kind


def test_analysis_is_the_same_however_often_it_is_asked() -> None:
    designs = [design for _, design, _ in BROKEN]
    for one, two in itertools.pairwise(designs):
        assert analyse(one.graph) is analyse(one.graph)
        assert analyse(one.graph) is not analyse(two.graph) or one.graph == two.graph


@pytest.mark.parametrize("name", template_names())
def test_a_hole_is_closed_by_the_wire_between_its_neighbours(name: str) -> None:
    """Whichever layer of a chain or of a branch is deleted, the first repair reads what it read."""
    design = template(name)
    for node in design.graph:
        if len(node.inputs) == 1 == len(design.graph.consumers[node.id]):
            (reader,) = design.graph.consumers[node.id]
            if len(design.graph[reader].inputs) != 1:
                continue
            hole = edits.remove(design, [node.id])
            (problem,) = (p for p in analyse(hole.graph).problems if p.code in ("no-wire", "unreachable"))
            best = repairs(hole, problem)[0]
            assert dict(best.what.values)["source"] == node.inputs[0], node.id
            assert design.graph[node.inputs[0]].id in best.edit(hole).graph.ancestors(reader)


def test_what_multiplies_the_cost_stands_behind_what_does_not() -> None:
    design = branches(CONV, made("conv2d", filters=8, kernel=(21, 21)), made("add"))
    (problem,) = of_kind("merge", design, NOTHING_KNOWN)
    dear = [r.effect.macs > r.effect.macs_before for r in repairs(design, problem)]
    assert dear == sorted(dear) and dear[-1] and "19×19" in title(design, repairs(design, problem)[-1])


def test_a_repair_inside_a_block_stays_inside_it() -> None:
    """Collapsed or not, and where the wire comes from outside."""
    design = branches(CONV, made("conv2d", filters=6, kernel=(3, 3)), made("add"))
    for nodes in (("one", "two", "merge"), ("merge",)):
        opened, block = blocks.group(design, nodes)
        for drawn in (opened, blocks.collapse(opened, block)):
            (problem,) = of_kind("merge", drawn, NOTHING_KNOWN)
            inserting = [r for r in repairs(drawn, problem) if r.what.code == "insert"]
            assert inserting
            for repair in inserting:
                assert set(repair.effect.added) <= repair.edit(drawn).folding.within[block]


def test_softmax_on_a_volume_is_led_to_the_classes() -> None:
    design = designed(IMAGE, ("conv", CONV, "image"), ("softmax", made("softmax"), "conv"))
    (problem,) = of_kind("unflattened", design, DIGITS)
    best = repairs(design, problem, DIGITS)[0]
    assert title(design, best).startswith("Insert Global average pooling (mean of each map) and Dense (10 units)")
    assert best.edit(design).graph.shape("softmax") == (10,)
