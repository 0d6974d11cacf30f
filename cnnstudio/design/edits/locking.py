"""Locking layers and muting filters: edits from a design to a new one, and what is left to learn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from cnnstudio.design.edits.edits import EditRefused
from cnnstudio.design.facts.layer_facts import layer_facts
from cnnstudio.design.value.design import Design
from cnnstudio.nn.parameters.locks import movable
from cnnstudio.nn.parameters.parameters import layouts
from cnnstudio.nn.telling.told import Sentence


def lockable(design: Design, nodes: Iterable[str]) -> frozenset[str]:
    """Those of some layers that learn anything, or are locked already."""
    layers = layer_facts(design.graph)
    return frozenset(i for i in nodes if i in layers and (layers[i].parameters or i in design.locks.layers))


def lock(design: Design, nodes: Iterable[str], locked: bool = True) -> Design:
    """Lock these layers, or let them learn again; those that learn nothing are passed over.

    Raises:
        EditRefused: none of them learns anything.
    """
    nodes = frozenset(nodes)
    chosen = lockable(design, nodes)
    if not chosen:
        name = design.cards[next(iter(nodes))].name if len(nodes) == 1 else ""
        if name:
            raise EditRefused("{name} learns nothing, so there is nothing to lock.", name=name)
        raise EditRefused("Select a layer that learns, such as a convolution or a Dense layer, to lock it.")
    layers = design.locks.layers | chosen if locked else design.locks.layers - chosen
    return design.with_changes(locks=replace(design.locks, layers=layers))


def all_locked(design: Design, nodes: Iterable[str]) -> bool:
    """Whether every one of these layers that could be locked is, and there is one."""
    chosen = lockable(design, nodes)
    return bool(chosen) and chosen <= design.locks.layers


def toggle(design: Design, nodes: Iterable[str]) -> tuple[Design, Sentence]:
    """Lock these layers, or unlock them if all are locked; and what was done, for the undo step.

    Raises:
        EditRefused: none of them learns anything.
    """
    nodes = frozenset(nodes)
    locked = not all_locked(design, nodes)
    changed, chosen = lock(design, nodes, locked), sorted(lockable(design, nodes))
    what = design.cards[chosen[0]].name if len(chosen) == 1 else Sentence("{count:# layer|# layers}", count=len(chosen))
    return changed, Sentence("Lock {what}" if locked else "Unlock {what}", what=what)


def mute(design: Design, node: str, number: int, muted: bool = True) -> Design:
    """Keep a filter (from 0) at zero while training, or let it learn again. Its weights are not the design's: see
    ``cnnstudio.nn.parameters.locks.silenced``."""
    filters = design.locks.filters
    filters = filters | {(node, number)} if muted else filters - {(node, number)}
    return design.with_changes(locks=replace(design.locks, filters=filters))


def trainable_parameters(design: Design, nodes: Iterable[str] | None = None) -> int:
    """How many parameters training may move, in all or of some layers."""
    each = trainable_each(design)
    return sum(each.values() if nodes is None else (each.get(node, 0) for node in set(nodes)))


def trainable_each(design: Design) -> Mapping[str, int]:
    """How many parameters of each layer training may move; layers without any are left out."""
    return movable(layouts(design.graph)[0], design.locks)
