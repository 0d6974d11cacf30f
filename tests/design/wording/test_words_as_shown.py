"""What people read of problems and repairs, to the letter: ``words_as_shown.json`` holds it for every broken design."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from broken_designs import BROKEN, CONV, IMAGE, designed, made

from cnnstudio.design.analysis.analysis import analyse
from cnnstudio.design.analysis.repairs import repairs
from cnnstudio.design.analysis.trainable import prevents_training
from cnnstudio.design.edits import edits
from cnnstudio.design.templates import template
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.environment import NOTHING_KNOWN, Environment
from cnnstudio.design.wording.effects import effect_text
from cnnstudio.design.wording.problems import placed_sentence, problem_words, why_not_trainable
from cnnstudio.design.wording.repairs import repair_words

SHOWN = json.loads((Path(__file__).parent / "words_as_shown.json").read_text(encoding="utf-8"))


def shown(design: Design, around: Environment) -> list[object]:
    """Layer, heading, sentence and repairs of every finding."""
    return [
        [
            problem.node,
            *problem_words(design, problem),
            [[*repair_words(design, r), effect_text(r.effect)] for r in repairs(design, problem, around)],
        ]
        for problem in analyse(design.graph, around).findings
    ]


@pytest.mark.parametrize("place", range(len(BROKEN)), ids=[f"{code}-{n}" for n, (code, _, _) in enumerate(BROKEN)])
def test_the_words_are_those(place: int) -> None:
    _, design, around = BROKEN[place]
    now = json.loads(json.dumps(shown(design, around)))
    line = f"if it is meant, line {place + 2} of words_as_shown.json is\n{json.dumps(now, ensure_ascii=False)},"
    assert now == (SHOWN[place] if place < len(SHOWN) else None), line


def test_names_are_those_of_the_drawing_when_it_is_shown() -> None:
    """The problem and the repair are the same values; another name on the canvas is another word."""
    design = designed(IMAGE, ("one", CONV, "image"), ("two", CONV, "one"))
    (problem,) = [p for p in analyse(design.graph).findings if p.code == "linear"]
    renamed = edits.rename(edits.rename(design, "one", "edges"), "two", "shapes")
    assert analyse(renamed.graph).findings == analyse(design.graph).findings
    last, again = repairs(design, problem)[-1], repairs(renamed, problem)[-1]
    assert (last.what, last.means) == (again.what, again.means)
    assert tuple(repair_words(design, last)) == ("Remove two, one: kernel 3×3 → 5×5", "one alone can learn the same.")
    assert tuple(repair_words(renamed, again)) == (
        "Remove shapes, edges: kernel 3×3 → 5×5",
        "edges alone can learn the same.",
    )
    assert repair_words(renamed, last) == repair_words(renamed, again)


def test_of_several_layers_of_a_kind_the_one_is_named() -> None:
    design = template("lenet5")
    broken = edits.configure(design, "conv2d_2", design.graph["conv2d_2"].layer.replace(kernel=(15, 15)))
    (problem,) = analyse(broken.graph).problems
    sentence = "Max pooling before it leaves 14×14×6. Conv 2D 2 needs at least 15×15."
    assert problem_words(broken, problem).sentence == sentence
    assert placed_sentence(broken, problem) == f"Conv 2D 2: {sentence}"


def test_two_inputs_prevent_training_and_are_repaired() -> None:
    design = designed(
        IMAGE,
        ("other", made("input"), ""),
        ("add", made("add"), "image other"),
        ("flat", made("flatten"), "add"),
        ("dense", made("dense", units=10), "flat"),
        ("softmax", made("softmax"), "dense"),
    )
    first = prevents_training(design)
    assert first is not None and (first.code, first.severity, first.node) == ("no-softmax", "advice", None)
    assert why_not_trainable(design) == "The network needs one Input layer, but its answer depends on 2."
    best = repairs(design, first)[0]
    assert repair_words(design, best).title == "Let add read image" and why_not_trainable(best.edit(design)) == ""


def test_an_error_comes_first_and_nothing_is_said_of_the_end_meanwhile() -> None:
    design = template("lenet5")
    broken = edits.configure(design, "conv2d_2", design.graph["conv2d_2"].layer.replace(kernel=(15, 15)))
    broken = edits.remove(broken, ["softmax_1"])
    found = analyse(broken.graph, Environment((28, 28, 1), 10, missing_data="Holiday")).findings
    assert [p.code for p in found if p.prevents_training] == ["window", "no-images"]
    assert problem_words(broken, found[1]).sentence == (
        "There are no images: Holiday could not be opened. Choose other data."
    )


def test_every_error_prevents_training() -> None:
    for _, design, around in BROKEN:
        for problem in analyse(design.graph, around).findings:
            assert problem.prevents_training or problem.severity == "advice"
    assert analyse(template("lenet5").graph, NOTHING_KNOWN).findings == ()
