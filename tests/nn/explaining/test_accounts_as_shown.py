"""What people read in the accounts of every kind of layer, to the letter: ``accounts_as_shown.json`` holds it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from bench import Bench, random_layer

from cnnstudio.nn.arrays import to_public
from cnnstudio.nn.explaining.parts import BackPart, BarsPart, CurvePart, LedgerPart, MappingPart, Part, Site
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.nn.layers.input import Input
from cnnstudio.nn.telling.told import Sentence, worded

SHOWN = json.loads((Path(__file__).parent / "accounts_as_shown.json").read_text(encoding="utf-8"))
KINDS = sorted(layer_kinds())


def said(part: Part) -> list[Sentence]:
    """Whatever a part says."""
    match part:
        case LedgerPart():
            names = (*(step.name for step in part.steps), *(block.name for block in part.blocks))
            return [part.caption, part.left_name, part.right_name, *names]
        case CurvePart():
            return [part.caption, part.formula]
        case MappingPart():
            return [part.caption, part.rule]
        case BarsPart():
            return [part.caption, *(column.name for column in part.columns)]
    return [part.caption]


def shown(kind: str) -> list[str]:
    """All that a kind of layer says of its first and its last cell, of both ways, with three sets of settings."""
    found: dict[str, None] = {}
    for seed in range(3):
        generator = np.random.default_rng([seed, *kind.encode()])
        if kind == "input":
            layer, shapes = Input(3, 4, 1, mean=0.5 * seed, deviation=1 + seed), []
            site = Site((), generator.random((3, 4, 1)).astype(np.float32))
        else:
            layer, shapes = random_layer(layer_kinds()[kind], generator)
            bench = Bench(layer, shapes, "reference", np.float32, mode="probe")
            bench.fill(generator)
            bench.forward()
            inputs = tuple(to_public(array)[0] for array in bench.inputs)
            site = Site(inputs, to_public(bench.output)[0], bench.parameters, bench.parameters)
        gradient = generator.standard_normal(site.output.shape).astype(np.float32)
        for cell in (tuple(0 for _ in site.output.shape), tuple(extent - 1 for extent in site.output.shape)):
            parts = list(layer.parts(site, cell))
            back = layer.back_account(site, gradient, cell, 0) if shapes else None
            parts += [back.part] if isinstance(back, BackPart) else []
            found |= {worded(sentence): None for part in parts for sentence in said(part)}
        found |= {reason.words.formula: None for reason in layer.reasons(shapes)}
        if "weights" in site.arrays:
            index = tuple(extent - 1 for extent in site.arrays["weights"].shape)
            account = layer.weight_account(site, gradient, index)
            found |= {worded(sentence): None for sentence in said(account)} if account is not None else {}
    return list(found)


@pytest.mark.parametrize("kind", KINDS)
def test_the_words_are_those(kind: str) -> None:
    now = shown(kind)
    line = f"if it is meant, accounts_as_shown.json has\n{json.dumps({kind: now}, ensure_ascii=False)[1:-1]},"
    assert now == SHOWN.get(kind), line


def test_one_template_says_it_of_all_numbers() -> None:
    """Numbers and places are values, so that a template can be looked up whatever they are."""
    layer = Input(3, 4, 1)
    dark, light = (
        layer.parts(Site((), np.full((3, 4, 1), value, np.float32)), (0, 0, 0))[0].caption for value in (0.0, 1.0)
    )
    assert dark.template == light.template and dark.values != light.values
