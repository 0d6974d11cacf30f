"""The layered drawing of a graph: ranks, an order within each rank with few crossings, and straight lanes.

Wires that skip ranks pass through placeholders, one in each rank between their ends, so that they get room too.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right, insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

Edge = tuple[str, str]
#: sweeps of the ordering
SWEEPS = 8
#: the most placeholders; wires that skip the most ranks get none where there would be more
_MOST_HELD = 10_000


@dataclass
class Order:
    """Units and placeholders in each rank from top to bottom, and who is wired to whom in neighbouring ranks."""

    layers: list[list[str]] = field(default_factory=list)
    before: dict[str, list[str]] = field(default_factory=dict)
    after: dict[str, list[str]] = field(default_factory=dict)
    placeholders: set[str] = field(default_factory=set)


def ranked(units: Sequence[str], edges: Iterable[Edge]) -> dict[str, int]:
    """The rank of every unit: one more than the largest of those that feed it. Units on a cycle follow at the end."""
    inputs: dict[str, list[str]] = {unit: [] for unit in units}
    readers: dict[str, list[str]] = {unit: [] for unit in units}
    for source, target in edges:
        inputs[target].append(source)
        readers[source].append(target)
    missing = {unit: len(found) for unit, found in inputs.items()}
    ready = [unit for unit in units if not missing[unit]]
    ranks: dict[str, int] = {}
    for unit in ready:  # which grows meanwhile
        ranks[unit] = max((ranks[source] + 1 for source in inputs[unit]), default=0)
        for reader in readers[unit]:
            missing[reader] -= 1
            if not missing[reader]:
                ready.append(reader)
    last = max(ranks.values(), default=-1)
    for unit in units:
        if unit not in ranks:
            last += 1
            ranks[unit] = last
    # A unit that nothing feeds stands just before its first reader, not at the far left.
    for unit in units:
        if not inputs[unit] and readers[unit]:
            ranks[unit] = max(ranks[unit], min(ranks[reader] for reader in readers[unit]) - 1)
    used = {rank: number for number, rank in enumerate(sorted(set(ranks.values())))}
    return {unit: used[rank] for unit, rank in ranks.items()}


def ordered(layers: Sequence[Sequence[str]], edges: Iterable[Edge]) -> Order:
    """The units of each layer from top to bottom, so that wires cross seldom."""
    order = _with_placeholders(layers, edges)
    best, fewest = [list(layer) for layer in order.layers], crossings(order)
    for sweep in range(SWEEPS):
        if not fewest:
            break
        forward = sweep % 2 == 0
        numbers = range(1, len(order.layers)) if forward else range(len(order.layers) - 2, -1, -1)
        for number in numbers:
            _sort(order, number, order.before if forward else order.after, number + (-1 if forward else 1))
        found = crossings(order)
        if found < fewest:
            best, fewest = [list(layer) for layer in order.layers], found
    order.layers = best
    return order


def straightened(order: Order, heights: Mapping[str, float]) -> dict[str, float]:
    """The top lane of every unit, so that as many wires as possible run straight: each unit shares its lane with at
    most one neighbour on either side, and all that share one are moved together (after Brandes and Köpf)."""
    place = {unit: index for layer in order.layers for index, unit in enumerate(layer)}
    below = {unit: _partner(neighbours, place) for unit, neighbours in order.after.items()}
    root = {unit: unit for unit in place}
    for layer in order.layers[1:]:
        reached = -1
        for unit in layer:
            partner = _partner(order.before.get(unit, ()), place)
            if partner is not None and below[partner] == unit and place[partner] > reached:
                root[unit] = root[partner]
                reached = place[partner]
    above: dict[str, list[tuple[str, float]]] = {unit: [] for unit in set(root.values())}
    for layer in order.layers:
        for upper, lower in itertools.pairwise(layer):
            above[root[lower]].append((root[upper], heights.get(upper, 1.0)))
    lanes: dict[str, float] = {}
    for unit in above:
        _settle(unit, above, lanes)
    return {unit: lanes[root[unit]] for unit in root}


def _partner(neighbours: Sequence[str], place: Mapping[str, int]) -> str | None:
    """The neighbour with which a unit would like to share its lane: the upper one, so that the trunk of the network
    stays in one lane from beginning to end and branches hang below it."""
    return min(neighbours, key=place.__getitem__, default=None)


def _settle(unit: str, above: Mapping[str, list[tuple[str, float]]], lanes: dict[str, float]) -> None:
    """Put a lane below all that lie above it, and these first; without recursion, since stacks can be tall."""
    waiting = [unit]
    while waiting:
        current = waiting[-1]
        if current in lanes:
            waiting.pop()
            continue
        missing = [upper for upper, _ in above[current] if upper not in lanes]
        if missing:
            waiting += missing
        else:
            lanes[current] = max((lanes[upper] + height for upper, height in above[current]), default=0.0)
            waiting.pop()


def crossings(order: Order) -> int:
    """How often wires between neighbouring ranks cross."""
    total = 0
    for number in range(1, len(order.layers)):
        place = {unit: index for index, unit in enumerate(order.layers[number - 1])}
        ends = [
            sorted(place[source] for source in order.before.get(unit, ()) if source in place)
            for unit in order.layers[number]
        ]
        seen: list[int] = []  # in order
        for sources in ends:
            total += sum(len(seen) - bisect_right(seen, source) for source in sources)
            for source in sources:
                insort(seen, source)
    return total


def _with_placeholders(layers: Sequence[Sequence[str]], edges: Iterable[Edge]) -> Order:
    order = Order([list(layer) for layer in layers])
    rank = {unit: number for number, layer in enumerate(layers) for unit in layer}
    forward = [(a, b) for a, b in edges if a in rank and b in rank and rank[a] < rank[b]]
    most = _most_held([rank[target] - rank[source] - 1 for source, target in forward])
    for source, target in forward:
        last, skipped = source, range(rank[source] + 1, rank[target])
        for number in skipped if len(skipped) <= most else ():
            held = f"{source}→{target}@{number}"
            order.placeholders.add(held)
            order.layers[number].insert(0, held)  # above the branch it passes
            _link(order, last, held)
            last = held
        _link(order, last, target)
    return order


def _most_held(skips: Iterable[int]) -> int:
    """How many ranks a wire may skip and still get placeholders."""
    total = most = 0
    for most in sorted(skips):
        total += most
        if total > _MOST_HELD:
            return most - 1
    return most


def _link(order: Order, source: str, target: str) -> None:
    order.before.setdefault(target, []).append(source)
    order.after.setdefault(source, []).append(target)


def _sort(order: Order, number: int, neighbours: Mapping[str, list[str]], beside: int) -> None:
    """Sort one layer by the mean place of its neighbours in the layer beside it."""
    place = {unit: index for index, unit in enumerate(order.layers[beside])}
    old = {unit: index for index, unit in enumerate(order.layers[number])}

    def key(unit: str) -> tuple[float, int]:
        found = [place[other] for other in neighbours.get(unit, ()) if other in place]
        return (sum(found) / len(found) if found else float(old[unit]), old[unit])

    order.layers[number].sort(key=key)
