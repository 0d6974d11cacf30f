"""How gradients add up on their way back: accounts that several layer kinds give in the same way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.explaining.accounts import largest_of
from cnnstudio.nn.explaining.dependence import NOWHERE, Cell, Dependence, Places
from cnnstudio.nn.explaining.parts import BackPart, Block, CurvePart, LedgerPart, Part, Site, Step, exact_sum
from cnnstudio.nn.telling.told import Sentence

#: the step that begins every way back
_AFTER = Sentence("gradient after the layer")


def over_positions(site: Site, seen: Dependence, gradient: Floats, index: tuple[int, ...]) -> LedgerPart:
    """The gradient of weight (filter, ky, kx, number of its channel), summed over all positions of the filter."""
    number, ky, kx, place = index
    channel = int(seen.channels.places(number)[place])
    assert seen.rows.table is not None and seen.columns.table is not None
    rows, columns = seen.rows.table[:, ky], seen.columns.table[:, kx]
    inside = _within(rows, seen.shape[0])[:, None] & _within(columns, seen.shape[1])[None, :]
    near = np.ix_(np.clip(rows, 0, seen.shape[0] - 1), np.clip(columns, 0, seen.shape[1] - 1))
    values = np.where(inside, site.inputs[0][:, :, channel][near].astype(np.float64), 0.0)
    name = Sentence("channel {channel}", channel=channel + 1)
    block = Block(name, values, gradient[:, :, number].astype(np.float64), ~inside, channel)
    caption = Sentence(
        "All {count:# position|# positions} share this weight, so each has its say: the number it met there, "
        "times the gradient of the output it helped to make. Their sum is the weight’s gradient.",
        count=values.size,
    )
    steps = (Step("", Sentence("Σ over {count:# position|# positions}", count=values.size), block.total),)
    return LedgerPart(
        caption, steps, (block,), Sentence("numbers this weight met"), Sentence("gradient of the outputs")
    )


def _within(places: Places, extent: int) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    return np.asarray((places != NOWHERE) & (places >= 0) & (places < extent))


def one_product(value: float, gradient: float, where: Sentence) -> LedgerPart:
    """The gradient of a weight that is used once, such as “at this one position”."""
    met, output = Sentence("number it met"), Sentence("gradient of the output")
    caption = Sentence("The weight is used once, {where}: the number it met, times the output’s gradient.", where=where)
    return LedgerPart(caption, (Step("", met, value), Step("×", output, gradient)))


def scaled_back(cell: Cell, gradient: Floats, steps: Sequence[Step]) -> BackPart:
    """A gradient that goes to the cell at its own place of the first input, scaled on the way."""
    begin = Step("", _AFTER, float(gradient[cell]))
    caption = Sentence("The gradient at {cell:place} goes back the same way.", cell=cell)
    return BackPart(0, cell, LedgerPart(caption, (begin, *steps)))


def bent_back(part: Part, gradient: Floats, cell: Cell) -> BackPart:
    """A gradient that goes back through the curve that an account shows."""
    assert isinstance(part, CurvePart)
    return scaled_back(cell, gradient, (Step("×", Sentence("slope of the curve here"), part.slope),))


def passed_back(site: Site, dependences: Sequence[Dependence], gradient: Floats, cell: Cell) -> BackPart | None:
    """Gradients that go back unchanged to where the number came from; None where it came from padding."""
    for port, seen in enumerate(dependences):
        found = seen.sources(cell)
        if found.count and not found.padding:
            volume = (int(found.rows[0]), int(found.columns[0]), int(found.channels[0]))
            source = volume if site.inputs[port].ndim == 3 else (volume[2],)
            readers = seen.readers(source, gradient.shape)
            caption = Sentence(
                "The number was only carried, and so is its gradient: back to {source:place}."
                if len(readers) <= 1
                else "{count:# cell holds|# cells hold} the number of {source:place}; their gradients are added up.",
                source=source,
                count=len(readers),
            )
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
    caption = Sentence(
        "The whole gradient goes to the value that won, at {source:place}; the others get nothing."
        if not lost
        else "The whole gradient goes to the value that won, at {source:place}; the others get nothing. In {lost} more "
        "of the windows over it another value wins.",
        source=source,
        lost=lost,
    )
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
    steps = (*_added(gradient, readers), Step("÷", Sentence("cells in a window"), float(found.count)))
    caption = Sentence(
        "All {count:# cell|# cells} of a window share its gradient equally: here the one at {source:place}.",
        count=found.count,
        source=source,
    )
    return BackPart(0, source, LedgerPart(caption, steps))


def _shared_unequally(source: Cell, gradient: Floats, readers: Sequence[Cell], counts: Sequence[int]) -> LedgerPart:
    """What a cell gets of windows that share their gradients between different numbers of cells."""
    shares = [float(gradient[reader]) / count for reader, count in zip(readers, counts, strict=True)]
    caption = Sentence(
        "The cells of a window share its gradient equally, at the edge fewer of them: here the one at {source:place}.",
        source=source,
    )
    if len(shares) > 6:
        total = Sentence("Σ of {count:# share|# shares}", count=len(shares))
        return LedgerPart(caption, (Step("", total, exact_sum(np.array(shares))),))
    return LedgerPart(
        caption,
        tuple(
            Step("+" if number else "", Sentence("1/{count} of {at:commas}", count=count, at=_counted(reader)), share)
            for number, (reader, count, share) in enumerate(zip(readers, counts, shares, strict=True))
        ),
    )


def _added(gradient: Floats, readers: Sequence[Cell]) -> tuple[Step, ...]:
    """A sum of gradients, each named by its place; many of them as one."""
    if len(readers) > 6:
        total = exact_sum(np.array([float(gradient[reader]) for reader in readers]))
        return (Step("", Sentence("Σ of {count:# gradient|# gradients}", count=len(readers)), total),)
    if len(readers) == 1:
        return (Step("", _AFTER, float(gradient[readers[0]])),)
    return tuple(
        Step("+" if number else "", Sentence("at {at:commas}", at=_counted(reader)), float(gradient[reader]))
        for number, reader in enumerate(readers)
    )


def _counted(cell: Cell) -> tuple[int, int]:
    """Row and column from 1."""
    return cell[0] + 1, cell[1] + 1
