"""What belongs to a picture of the overview that is pointed at: what it is made from, and its way onward."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from cnnstudio.nn.looking.contributions import Contribution, contributions
from cnnstudio.nn.looking.probed import Probed, dependences
from cnnstudio.ui.explain.overview.columns import WHOLE, Columns, Link, Spot

#: so many lines of a whole vector are drawn one by one
MOST_LINES = 20


@dataclass(frozen=True)
class Strand:
    """A line with what is known of it: ``share`` of the largest beside it (0…1), the ``product`` it adds where it is
    one number, how many lines it stands for."""

    link: Link
    share: float
    size: float
    product: float | None = None
    count: int = 1


@dataclass(frozen=True, eq=False)
class Trace:
    """``found`` are all contributions, () until they have been worked out; ``answers`` what each unit of a dense layer
    behind gets from the map, by its lines."""

    spot: Spot
    sources: tuple[Strand, ...]
    onward: tuple[Link, ...]
    found: tuple[Contribution, ...] = ()
    answers: tuple[Strand, ...] = ()

    @property
    def spots(self) -> frozenset[Spot]:
        """All pictures that belong to it."""
        links = [strand.link for strand in (*self.sources, *self.answers)] + list(self.onward)
        return frozenset({self.spot, *(link.source for link in links), *(link.target for link in links)})

    def contribution(self, link: Link) -> Contribution | None:
        """What a line adds, where it is one map or number."""
        for each in self.found:
            if (each.port, each.channel) == (link.port, link.channel):
                return each
        return None


def begun(columns: Columns, spot: Spot) -> Trace:
    """What is known at once: which pictures it is made from."""
    strands = tuple(Strand(link, 0.0, 0.0) for link in columns.reads(spot))
    return Trace(spot, strands, columns.onward(spot))


@dataclass(frozen=True, eq=False)
class Measured:
    """What was worked out about a picture, for which network with which numbers."""

    probed: Probed
    spot: Spot
    found: tuple[Contribution, ...]
    #: what each unit of the dense layer at the end of the way onward gets from the map
    products: tuple[float, ...]
    reader: str


def measured(columns: Columns, spot: Spot) -> Measured:
    """Work out how much each thing adds. May take a while for large maps."""
    probed, products, reader = columns.probed, [], ""
    found = contributions(probed, spot.node, spot.number)
    for link in columns.onward(spot):
        if link.target.number != WHOLE:
            continue
        for node in probed.graph.consumers[link.target.node]:
            site = probed.site(node)
            weights = site.arrays.get("weights")
            if node not in probed.values or weights is None or weights.ndim != 2 or reader:
                continue
            seen = dependences(probed.graph, link.target.node)[link.port]
            count = site.inputs[0].size
            own = seen.channels.readers(link.channel, count)
            if seen.view is not None:
                own = np.arange(count).reshape(seen.view)[:, :, link.channel].ravel()
            with np.errstate(all="ignore"):  # weights of a run that diverged are shown as they are
                products = (weights[:, own].astype(np.float64) @ site.inputs[0][own]).tolist()
            reader = node
    return Measured(probed, spot, found, tuple(products), reader)


def complete(columns: Columns, trace: Trace, told: Measured) -> Trace:
    """The trace with what was worked out. Of many numbers the largest have lines of their own."""
    grouped: dict[Link, list[Contribution]] = {}
    links = {link.source: link for link in columns.reads(trace.spot)}
    single: list[tuple[Link, Contribution]] = []
    for each in told.found:
        source = columns.probed.graph[trace.spot.node].inputs[each.port]
        link = links.get(columns.spot_of(source, each.channel))
        if link is None:
            continue
        if link.source.number == WHOLE and each.product is not None:
            single.append((Link(link.source, link.target, each.port, each.channel), each))
        else:
            grouped.setdefault(Link(link.source, link.target, each.port, link.channel), []).append(each)
    single.sort(key=lambda pair: -pair[1].size)
    strands = [Strand(link, 0.0, each.size, each.product) for link, each in single[:MOST_LINES]]
    if rest := single[MOST_LINES:]:
        link = rest[0][0]
        products = [each.product for _, each in rest if each.product is not None]
        whole = Link(link.source, link.target, link.port, -1)
        strands.append(Strand(whole, 0.0, abs(sum(products)), sum(products), len(rest)))
    for link, some in grouped.items():
        size = float(np.sqrt(sum(each.size**2 for each in some)))
        product = some[0].product if len(some) == 1 else None
        strands.append(Strand(link, 0.0, size, product, len(some)))
    answers = _answers(columns, told)
    return Trace(trace.spot, _shared(strands), trace.onward, told.found, _shared(answers))


def _answers(columns: Columns, told: Measured) -> list[Strand]:
    if not told.reader or columns.spot_of(told.reader, 0).number == WHOLE:
        return []
    source = Spot(columns.probed.graph[told.reader].inputs[0], WHOLE)
    lines = ((Link(source, Spot(told.reader, unit), 0, -1), product) for unit, product in enumerate(told.products))
    return [Strand(link, 0.0, abs(product), product) for link, product in lines]


def _shared(strands: list[Strand]) -> tuple[Strand, ...]:
    """Each with its share of the largest."""
    most = max((strand.size for strand in strands if np.isfinite(strand.size)), default=0.0) or 1.0
    shares = (min(each.size / most, 1.0) if np.isfinite(each.size) else 1.0 for each in strands)
    return tuple(replace(each, share=share) for each, share in zip(strands, shares, strict=True))
