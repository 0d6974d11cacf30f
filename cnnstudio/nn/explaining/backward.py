"""How gradients add up on their way back: accounts that several layer kinds give in the same way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.explaining.accounts import largest_of
from cnnstudio.nn.explaining.dependence import NOWHERE, Cell, Dependence, Places
from cnnstudio.nn.explaining.parts import BackPart, Block, LedgerPart, Site, Step, exact_sum, place_text
from cnnstudio.nn.phrases import amount

#: the step that begins every way back
_AFTER = "gradient after the layer"


def over_positions(site: Site, seen: Dependence, gradient: Floats, index: tuple[int, ...]) -> LedgerPart:
    """The gradient of weight (filter, ky, kx, number of its channel), summed over all positions of the filter."""
    number, ky, kx, place = index
    channel = int(seen.channels.places(number)[place])
    assert seen.rows.table is not None and seen.columns.table is not None
    rows, columns = seen.rows.table[:, ky], seen.columns.table[:, kx]
    inside = _within(rows, seen.shape[0])[:, None] & _within(columns, seen.shape[1])[None, :]
    near = np.ix_(np.clip(rows, 0, seen.shape[0] - 1), np.clip(columns, 0, seen.shape[1] - 1))
    values = np.where(inside, site.inputs[0][:, :, channel][near].astype(np.float64), 0.0)
    block = Block(f"channel {channel + 1}", values, gradient[:, :, number].astype(np.float64), ~inside, channel)
    caption = (
        f"All {amount(values.size, 'position')} share this weight, so each has its say: the number it met there, "
        "times the gradient of the output it helped to make. Their sum is the weight's gradient."
    )
    steps = (Step("", f"Σ over {amount(values.size, 'position')}", block.total),)
    return LedgerPart(caption, steps, (block,), "numbers this weight met", "gradient of the outputs")


def _within(places: Places, extent: int) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    return np.asarray((places != NOWHERE) & (places >= 0) & (places < extent))


def one_product(value: float, gradient: float, where: str) -> LedgerPart:
    """The gradient of a weight that is used once."""
    steps = (Step("", "number it met", value), Step("×", "gradient of the output", gradient))
    return LedgerPart(f"The weight is used once, {where}: the number it met, times the output's gradient.", steps)


def scaled_back(cell: Cell, gradient: Floats, steps: Sequence[Step]) -> BackPart:
    """A gradient that goes to the cell at its own place of the first input, scaled on the way."""
    begin = Step("", _AFTER, float(gradient[cell]))
    return BackPart(0, cell, LedgerPart(f"The gradient at {place_text(cell)} goes back the same way.", (begin, *steps)))


def passed_back(site: Site, dependences: Sequence[Dependence], gradient: Floats, cell: Cell) -> BackPart | None:
    """Gradients that go back unchanged to where the number came from; None where it came from padding."""
    for port, seen in enumerate(dependences):
        found = seen.sources(cell)
        if found.count and not found.padding:
            volume = (int(found.rows[0]), int(found.columns[0]), int(found.channels[0]))
            source = volume if site.inputs[port].ndim == 3 else (volume[2],)
            readers = seen.readers(source, gradient.shape)
            caption = f"The number was only carried, and so is its gradient: back to {place_text(source)}."
            if len(readers) > 1:
                cells = amount(len(readers), "cell")
                caption = f"{cells} hold the number of {place_text(source)}; their gradients are added up."
            return BackPart(port, source, LedgerPart(caption, _added(gradient, readers)))
    return None


def won_back(site: Site, seen: Dependence, gradient: Floats, cell: Cell) -> BackPart:
    """Gradients that go only to the value that won, from every window in which it did."""
    source = largest_of(site, seen.sources(cell)).source
    won, lost = [], 0
    for reader in seen.readers(source, gradient.shape):
        if largest_of(site, seen.sources(reader)).source == source:
            won.append(reader)
        else:
            lost += 1
    caption = f"The whole gradient goes to the value that won, at {place_text(source)}; the others get nothing."
    if lost:
        caption += f" In {lost} more of the windows over it another value wins."
    return BackPart(0, source, LedgerPart(caption, _added(gradient, won)))


def shared_back(site: Site, seen: Dependence, gradient: Floats, cell: Cell) -> BackPart | None:
    """Gradients that are shared equally by all cells of each window; looked at in the middle of this one's."""
    found = seen.sources(cell)
    rows = found.rows[(found.rows >= 0) & (found.rows < found.shape[0])]
    columns = found.columns[(found.columns >= 0) & (found.columns < found.shape[1])]
    if not len(rows) or not len(columns):
        return None
    source = (int(rows[len(rows) // 2]), int(columns[len(columns) // 2]), int(found.channels[0]))
    readers = seen.readers(source, gradient.shape)
    counts = [seen.sources(reader).count for reader in readers]
    if len(set(counts)) > 1:
        return BackPart(0, source, _shared_unequally(source, gradient, readers, counts))
    steps = (*_added(gradient, readers), Step("÷", "cells in a window", float(found.count)))
    cells = amount(found.count, "cell")
    caption = f"All {cells} of a window share its gradient equally: here the one at {place_text(source)}."
    return BackPart(0, source, LedgerPart(caption, steps))


def _shared_unequally(source: Cell, gradient: Floats, readers: Sequence[Cell], counts: Sequence[int]) -> LedgerPart:
    """What a cell gets of windows that share their gradients between different numbers of cells."""
    shares = [float(gradient[reader]) / count for reader, count in zip(readers, counts, strict=True)]
    caption = (
        "The cells of a window share its gradient equally, at the edge fewer of them: here the one at "
        f"{place_text(source)}."
    )
    if len(shares) > 6:
        return LedgerPart(caption, (Step("", f"Σ of {amount(len(shares), 'share')}", exact_sum(np.array(shares))),))
    return LedgerPart(
        caption,
        tuple(
            Step("+" if number else "", f"1/{count} of {reader[0] + 1}, {reader[1] + 1}", share)
            for number, (reader, count, share) in enumerate(zip(readers, counts, shares, strict=True))
        ),
    )


def _added(gradient: Floats, readers: Sequence[Cell]) -> tuple[Step, ...]:
    """A sum of gradients, each named by its place; many of them as one."""
    if len(readers) > 6:
        total = exact_sum(np.array([float(gradient[reader]) for reader in readers]))
        return (Step("", f"Σ of {amount(len(readers), 'gradient')}", total),)
    if len(readers) == 1:
        return (Step("", _AFTER, float(gradient[readers[0]])),)
    return tuple(
        Step("+" if number else "", f"at {reader[0] + 1}, {reader[1] + 1}", float(gradient[reader]))
        for number, reader in enumerate(readers)
    )
