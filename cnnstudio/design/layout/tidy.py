"""A tidy layout: layers in ranks by their distance from the input, branches beside each other with few crossings,
long chains in rows as text is read. Values in, values out.

The unit of the layout is a card, or an expanded block, which is laid out in itself first and then keeps its form.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from cnnstudio.design.edits import edits
from cnnstudio.design.edits.edits import COLUMN, ROW
from cnnstudio.design.layout.ranks import ordered, ranked, straightened
from cnnstudio.design.value.design import Design

#: columns before the next row begins, if the wires allow; large designs take more, until they are so many times as wide
#: as high: so a window can show them largest
COLUMNS, _ASPECT = 6, 1.5

#: so many lanes are left above a row with an expanded block, for its name and the wire that comes from the row before
_HEAD = 0.25

Cell = tuple[float, float]
#: stands for everything that feeds a block from outside
_OUTSIDE = "→"


@dataclass
class _Unit:
    """Something with a place: its width in columns, its height in lanes, and the cards in it relative to its corner."""

    width: float = 1.0
    height: float = 1.0
    cards: dict[str, Cell] = field(default_factory=dict)


def tidied(design: Design, columns: int = 0) -> Design:
    """The design with every card at its tidy place, in rows of about so many columns, or of as many as suit a window.
    Layers without any wire come last, in a row of their own. The top left corner stays where it is."""
    if not len(design.graph):
        return design
    whole = _laid_out(design, "", columns or COLUMNS)
    suited = round(math.sqrt(whole.width * whole.height * _ASPECT * ROW / COLUMN))
    if not columns and suited > COLUMNS:
        whole = _laid_out(design, "", suited)
    left = min(x for x, _ in design.places.values())
    top = min(y for _, y in design.places.values())
    places = {card: (left + x * COLUMN, top + y * ROW) for card, (x, y) in whole.cards.items()}
    return edits.move_shown(design, places)


def _laid_out(design: Design, block: str, columns: int) -> _Unit:
    """What lies directly in a block (“” for the whole design) as one unit."""
    units = _units(design, block, columns)
    unit_of = {card: unit for unit, found in units.items() for card in found.cards}
    edges = _edges(design, unit_of)
    if block and (fed := _fed_from_outside(design, unit_of)):
        units = {_OUTSIDE: _Unit(), **units}  # so that wires from outside that reach far in get a lane, too
        edges = [*((_OUTSIDE, unit) for unit in fed), *edges]
    wired = {unit for edge in edges for unit in edge}
    if not wired:
        wired = set(units) if len(units) == 1 else set()
    chain = [unit for unit in units if unit in wired]
    loose = [unit for unit in units if unit not in wired]
    ranks = ranked(chain, edges)
    rows = _rows(ranks, edges, units, columns if not block else 10_000)
    whole, top = _Unit(0.0, 0.0), 0.0
    for row in rows:
        placed = _row(row, edges, units)
        if top and not set(design.folding.expanded).isdisjoint(unit for layer in row for unit in layer):
            top += _HEAD
        height = _add(whole, placed, units, top)
        top += height
    if loose:
        placed, x, y = {}, 0.0, 0.0
        for unit in loose:
            if x and x + units[unit].width > max(columns, whole.width):
                x, y = 0.0, y + max(units[u].height for u in loose)
            placed[unit] = (x, y)
            x += units[unit].width
        top += _add(whole, placed, units, top)
    whole.height = max(1.0, top)
    return whole


def _units(design: Design, block: str, columns: int) -> dict[str, _Unit]:
    """The cards and expanded blocks directly in a block, in the order in which the network computes them."""
    folding, found = design.folding, dict[str, _Unit]()
    order = [*design.graph.order, *(i for i in design.cards if i in design.graph.cyclic)]
    for node in order:
        home, unit = folding.owner.get(node, ""), folding.shown(node)
        path = [home, *folding.around(home)] if home else []
        if block and block not in path:
            continue
        # the outermost block between the node and the block that is laid out
        inner = path[: path.index(block)] if block else path
        if inner and not design.blocks[inner[-1]].collapsed:
            unit = inner[-1]
        if unit in found:
            continue
        if unit in design.blocks and not design.blocks[unit].collapsed:
            found[unit] = _laid_out(design, unit, columns)
        else:
            found[unit] = _Unit(cards={folding.shown(node): (0.0, 0.0)})
    return found


def _fed_from_outside(design: Design, unit_of: Mapping[str, str]) -> list[str]:
    """The units that read a layer outside, or that still miss an input."""
    shown, found = design.folding.shown, dict[str, None]()
    for node in design.graph:
        unit = unit_of.get(shown(node.id))
        missing = len(node.inputs) < node.layer.fewest_inputs
        if unit is not None and (missing or any(shown(source) not in unit_of for source in node.inputs)):
            found[unit] = None
    return list(found)


def _edges(design: Design, unit_of: Mapping[str, str]) -> list[tuple[str, str]]:
    """Wires between units, in the order of the ports they enter."""
    found: dict[tuple[str, str], None] = {}
    for edge in design.graph.edges:
        source = unit_of.get(design.folding.shown(edge.source))
        target = unit_of.get(design.folding.shown(edge.target))
        if source is not None and target is not None and source != target:
            found[source, target] = None
    return list(found)


def _rows(
    ranks: Mapping[str, int], edges: Iterable[tuple[str, str]], units: Mapping[str, _Unit], columns: int
) -> list[list[list[str]]]:
    """The ranks in rows. A row ends only where a single wire goes on, so that no branch is torn apart."""
    layers: list[list[str]] = [[] for _ in range(max(ranks.values(), default=-1) + 1)]
    for unit, rank in ranks.items():
        layers[rank].append(unit)
    over = [0] * (len(layers) + 1)
    for source, target in edges:
        for rank in range(ranks[source] + 1, ranks[target] + 1):
            over[rank] += 1
    widths = [max(units[u].width for u in layer) for layer in layers]
    starts = [rank for rank, layer in enumerate(layers) if not rank or (over[rank] <= 1 and len(layer) == 1)]
    return [layers[first:last] for first, last in _breaks(starts, widths, columns)]


def _breaks(starts: Sequence[int], widths: Sequence[float], columns: int) -> list[tuple[int, int]]:
    """Where rows begin and end, among the ranks at which one may: they are full, seldom too wide, and no card is left
    alone (after Knuth and Plass, 1981)."""
    stops = [*starts, len(widths)]
    reached = [0.0, *itertools.accumulate(widths)]
    best: list[tuple[float, int]] = [(0.0, 0)]  # for each stop the badness up to there, and where the last row began
    for last in range(1, len(stops)):
        choices: list[tuple[float, int]] = []
        for first in range(last - 1, -1, -1):
            wide = reached[stops[last]] - reached[stops[first]]
            if choices and wide > 2 * columns:
                break
            choices.append((best[first][0] + _badness(wide, columns, last == len(starts)), first))
        best.append(min(choices))
    rows: list[tuple[int, int]] = []
    last = len(starts)
    while last:
        first = best[last][1]
        rows.insert(0, (stops[first], stops[last]))
        last = first
    return rows


def _badness(wide: float, columns: int, is_last: bool) -> float:
    if wide > columns:
        return 1.5 + 2.0 * (wide - columns) ** 2
    lonely = 9.0 if wide <= 1 else 0.0
    return 1.5 + lonely + (0.0 if is_last else (columns - wide) ** 2)


def _row(
    layers: Sequence[Sequence[str]], edges: Iterable[tuple[str, str]], units: Mapping[str, _Unit]
) -> dict[str, Cell]:
    """The places of one row's units: columns by rank, lanes so that wires cross seldom and run straight."""
    order = ordered(layers, edges)
    lanes = straightened(order, {unit: found.height for unit, found in units.items()})
    placed: dict[str, Cell] = {}
    x = 0.0
    for layer in layers:
        for unit in layer:
            if unit != _OUTSIDE:
                placed[unit] = (x, lanes[unit])
        x += max((units[unit].width for unit in layer if unit != _OUTSIDE), default=0.0)
    return placed


def _add(whole: _Unit, placed: Mapping[str, Cell], units: Mapping[str, _Unit], top: float) -> float:
    """Put placed units into a whole below ``top``; returns how many lanes they take."""
    highest = min(y for _, y in placed.values())
    for unit, (x, y) in placed.items():
        for card, (dx, dy) in units[unit].cards.items():
            whole.cards[card] = (x + dx, top + y - highest + dy)
        whole.width = max(whole.width, x + units[unit].width)
    return math.ceil(max(y - highest + units[unit].height for unit, (_, y) in placed.items()))
