"""The tidy layout: ranks from left to right, no card over another, few crossings, straight shortcuts."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnstudio.design import blocks, edits
from cnnstudio.design.design import Design
from cnnstudio.design.edits import COLUMN, ROW
from cnnstudio.design.kept_blocks import built_in_blocks
from cnnstudio.design.templates import template
from cnnstudio.design.tidy import crossings, tidied
from cnnstudio.nn.layer import layer_kinds

KINDS = layer_kinds()
BRICK, RESIDUAL, INCEPTION = built_in_blocks()


def stacked(*parts: Design, flat: bool = True) -> Design:
    """An input, some kept blocks one after the other, and a classifier."""
    design, _ = edits.append(Design(), KINDS["input"](height=32, width=32, channels=16))
    for part in parts:
        design, _ = blocks.append(design, part, edits.end_of_stack(design) or "")
    for layer in (KINDS["global_average_pool"](), KINDS["dense"](units=10), KINDS["softmax"]()):
        design, _ = edits.append(design, layer)
    for block_id in list(design.blocks) if flat else ():
        design = blocks.ungroup(design, block_id)
    return design


def shaken(design: Design, seed: int = 0) -> Design:
    chance = random.Random(seed)
    places = {shown: (chance.randrange(-900, 900), chance.randrange(-900, 900)) for shown in design.places}
    return edits.move_shown(design, places)


def is_apart(design: Design) -> bool:
    places = sorted(design.places.values())
    return all(
        abs(x - u) >= COLUMN or abs(y - v) >= ROW for i, (x, y) in enumerate(places) for u, v in places[i + 1 :]
    )


@pytest.mark.parametrize(
    ("parts", "most"),
    [((RESIDUAL,), 0), ((INCEPTION,), 2), ((RESIDUAL, RESIDUAL), 0), ((INCEPTION, INCEPTION), 5), ((BRICK,) * 4, 0)],
)
def test_wires_cross_seldom(parts, most: int) -> None:
    design = stacked(*(part.part for part in parts))
    tidy = tidied(shaken(design))
    assert is_apart(tidy)
    assert crossings(tidy) <= most
    assert crossings(shaken(design)) > most


def test_the_count_of_crossings_counts() -> None:
    design = Design()
    ids = []
    for x, y in ((0, 0), (0, 190), (150, 0), (150, 190)):
        design, node = edits.add(design, KINDS["relu"](), (x, y))
        ids.append(node)
    assert crossings(edits.connect(edits.connect(design, ids[0], ids[2]), ids[1], ids[3])) == 0
    assert crossings(edits.connect(edits.connect(design, ids[0], ids[3]), ids[1], ids[2])) == 1


def test_a_shortcut_runs_straight_and_its_branch_beside_it() -> None:
    design = tidied(shaken(stacked(RESIDUAL.part)))
    add = next(n.id for n in design.graph if n.layer.kind == "add")
    assert design.cards[add].y == design.cards["input_1"].y
    branch = {design.cards[n.id].y for n in design.graph if n.layer.kind in ("conv2d", "batch_norm")}
    assert branch == {design.cards[add].y + ROW}


def test_wires_run_from_left_to_right_within_a_row() -> None:
    design = tidied(shaken(stacked(INCEPTION.part)), columns=20)
    for edge in design.graph.edges:
        assert design.cards[edge.source].x < design.cards[edge.target].x


def test_a_long_chain_is_in_rows() -> None:
    design = template("lenet5")
    tidy = tidied(shaken(design))
    left, top = (min(axis) for axis in zip(*tidy.places.values(), strict=True))
    for number, node in enumerate(tidy.graph.order):
        card = tidy.cards[node]
        assert (card.x - left, card.y - top) == (number % 6 * COLUMN, number // 6 * ROW)


def test_no_card_is_alone_in_a_row_of_its_own() -> None:
    design = edits.remove(template("lenet5"), ["relu_4"], rejoin=True)
    assert len(design.graph) == 13
    rows = [y for _, y in tidied(design).places.values()]
    assert sorted(rows.count(y) for y in set(rows)) == [6, 7]


def test_collapsed_blocks_are_one_card_and_expanded_ones_keep_together() -> None:
    design = tidied(shaken(stacked(RESIDUAL.part, INCEPTION.part, flat=False)))
    assert is_apart(design) and crossings(design) == 0
    assert len({y for _, y in design.places.values()}) == 1
    for block_id in design.blocks:
        design = blocks.expand(design, block_id)
    design = tidied(shaken(design))
    assert is_apart(design)
    for block_id in design.blocks:
        left, top, right, bottom = blocks.extent(design, block_id)
        inside = design.folding.within[block_id]
        strangers = {place for node, place in design.places.items() if node not in inside}
        assert not [1 for x, y in strangers if left <= x < right and top <= y < bottom]


def test_it_is_at_rest() -> None:
    tidy = tidied(shaken(stacked(RESIDUAL.part, INCEPTION.part)))
    assert tidied(tidy) == tidy


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_any_graph_is_laid_out_without_overlap(data: st.DataObject) -> None:
    design, ids = Design(), list[str]()
    for number in range(data.draw(st.integers(1, 14))):
        design, node = edits.add(design, KINDS["add" if number % 2 else "relu"](), (0.0, 0.0))
        for source in data.draw(st.lists(st.sampled_from(ids), max_size=2, unique=True)) if ids else ():
            design = edits.connect(design, source, node)
        ids.append(node)
    if data.draw(st.booleans()):
        some = data.draw(st.sets(st.sampled_from(ids), min_size=1))
        design, block = blocks.group(design, some)
        design = blocks.toggle(design, block) if data.draw(st.booleans()) else design
    tidy = tidied(design)
    assert is_apart(tidy) and tidy.graph is design.graph
