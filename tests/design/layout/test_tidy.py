"""The tidy layout: ranks from left to right, no card over another, few crossings, straight shortcuts."""

from __future__ import annotations

import random
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnstudio.design.edits import blocks, edits
from cnnstudio.design.edits.edits import COLUMN, ROW
from cnnstudio.design.kept_blocks import built_in_blocks
from cnnstudio.design.layout.tidy import tidied
from cnnstudio.design.layout.wire_route import Obstacles, port_offset, wire_route
from cnnstudio.design.templates import template, template_names
from cnnstudio.design.value.design import Design
from cnnstudio.export.card_figure import HEIGHT, PORT, WIDTH
from cnnstudio.nn.graph.layer import layer_kinds

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


def tangled(count: int, seed: int) -> Design:
    """Layers that each read one or two of the six before them."""
    chance = random.Random(seed)
    design, last = edits.add(Design(), KINDS["input"](height=32, width=32, channels=8), (0.0, 0.0))
    ids = [last]
    while len(ids) < count:
        merges = len(ids) > 2 and chance.random() < 0.35
        layer = KINDS["add" if merges else "relu"]()
        design, last = edits.add(design, layer, (chance.randrange(2000), chance.randrange(2000)))
        for source in chance.sample(ids[-6:], 2 if merges else 1):
            design = edits.connect(design, source, last)
        ids.append(last)
    return design


def drawn(design: Design) -> list[tuple[str, str, list[tuple[float, float]]]]:
    """The wires as they are drawn: the cards at their ends, and points along their way."""
    obstacles = Obstacles((x, y, x + WIDTH, y + HEIGHT) for x, y in design.places.values())
    folding, found = design.folding, []
    for edge in design.graph.edges:
        source, target = folding.shown(edge.source), folding.shown(edge.target)
        if source == target:
            continue
        exits, (x, y), (u, v) = folding.exits(source), design.places[source], design.places[target]
        start = (x + WIDTH, y + PORT + port_offset(exits.index(edge.source), len(exits)))
        end = (u, v + PORT + port_offset(folding.entry_of(edge), len(folding.entries(target))))
        route, points = wire_route(start, end, obstacles.free), [start]
        for at in range(0, len(route) - 1, 3):
            a, b, c, d = route[at : at + 4]
            for step in range(1, 9):
                t = step / 8
                points.append(tuple(
                    (1 - t) ** 3 * p + 3 * t * (1 - t) ** 2 * q + 3 * t * t * (1 - t) * r + t**3 * s
                    for p, q, r, s in zip(a, b, c, d, strict=True)
                ))  # fmt: skip
        found.append((source, target, points))
    return found


def crossings(design: Design) -> int:
    """How many pairs of wires without a card in common cross each other."""

    def side(p, a, b):
        return (b[..., 0] - a[..., 0]) * (p[..., 1] - a[..., 1]) - (b[..., 1] - a[..., 1]) * (p[..., 0] - a[..., 0])

    def cross(first, second) -> bool:
        """Whether any piece of the one (down) has its ends on both sides of a piece of the other (across)."""
        a, b, c, d = first[:-1, None], first[1:, None], second[None, :-1], second[None, 1:]
        ends_of_second, ends_of_first = side(c, a, b) * side(d, a, b), side(a, c, d) * side(b, c, d)
        return bool(((ends_of_second < 0) & (ends_of_first < 0)).any())

    def apart(first, second) -> bool:
        return bool(((first.max(0) < second.min(0)) | (second.max(0) < first.min(0))).any())

    wires = [({source, target}, np.array(points)) for source, target, points in drawn(design)]
    return sum(
        not (cards & others) and not apart(first, second) and cross(first, second)
        for (cards, first), (others, second) in combinations(wires, 2)
    )


def below_cards(design: Design) -> list[str]:
    """The sources of wires that pass below a card."""
    inside = [(x + 2, y + 2, x + WIDTH - 2, y + HEIGHT - 2) for x, y in design.places.values()]
    return [
        source
        for source, _, points in drawn(design)
        if any(x < p < u and y < q < v for p, q in points for x, y, u, v in inside)
    ]


def is_apart(design: Design) -> bool:
    places = sorted(design.places.values())
    return all(abs(x - u) >= COLUMN or abs(y - v) >= ROW for i, (x, y) in enumerate(places) for u, v in places[i + 1 :])


@pytest.mark.parametrize(
    "parts", [(RESIDUAL,), (INCEPTION,), (RESIDUAL, RESIDUAL), (INCEPTION, INCEPTION), (BRICK,) * 4]
)
def test_no_wires_cross_in_what_people_build_and_none_passes_below_a_card(parts) -> None:
    design = stacked(*(part.part for part in parts))
    tidy = tidied(shaken(design))
    assert is_apart(tidy)
    assert crossings(tidy) == 0
    assert below_cards(tidy) == []
    assert crossings(shaken(design)) > 3


@pytest.mark.parametrize("name", template_names())
def test_templates_lie_as_tidy_would_lay_them(name: str) -> None:
    design = tidied(shaken(template(name)))
    assert crossings(design) == 0 and below_cards(design) == []


@pytest.mark.parametrize("seed", range(4))
def test_of_sixty_layers_wired_at_random_few_wires_cross(seed: int) -> None:
    design = tangled(60, seed)
    tidy = tidied(design)
    assert is_apart(tidy)
    assert crossings(tidy) < 0.1 * crossings(design)
    assert below_cards(tidy) == []


def test_the_counts_count() -> None:
    design = Design()
    ids = []
    for x, y in ((0, 0), (0, 190), (150, 0), (150, 190), (300, 0)):
        design, node = edits.add(design, KINDS["relu"](), (x, y))
        ids.append(node)
    assert crossings(edits.connect(edits.connect(design, ids[0], ids[2]), ids[1], ids[3])) == 0
    assert crossings(edits.connect(edits.connect(design, ids[0], ids[3]), ids[1], ids[2])) == 1
    assert below_cards(edits.connect(design, ids[0], ids[4])) == []
    walled = edits.move(design, {ids[2]: (115, 0)})
    assert below_cards(edits.connect(walled, ids[1], ids[2])) == [ids[1]]


def test_the_trunk_stays_in_its_lane_past_projected_shortcuts() -> None:
    design = tidied(shaken(template("resnet_mini")), columns=100)
    trunk = ["input_1", "relu_1", "add_1", "relu_3", "conv2d_4", "add_2", "relu_5", "conv2d_7", "add_3", "softmax_1"]
    assert len({design.cards[node].y for node in trunk}) == 1


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
    assert is_apart(design) and crossings(design) == 0 and below_cards(design) == []
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
