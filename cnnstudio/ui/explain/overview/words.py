"""What the overview says of the picture or the line that is pointed at."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cnnstudio.nn.arrays import shape_text, thousands
from cnnstudio.nn.looking.contributions import channels_read
from cnnstudio.nn.looking.probed import Probed, dependences
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.ui.explain.overview.columns import OTHERS, WHOLE, Link, Spot
from cnnstudio.ui.explain.overview.maps import Maps
from cnnstudio.ui.explain.overview.trace import Strand, Trace
from cnnstudio.ui.explain.parts.sums import written
from cnnstudio.ui.look.numbers import number_text, signed_figure, with_sign

Names = Callable[[str], str]


def heading(maps: Maps, names: Names, spot: Spot) -> str:
    """“Map 6 of Conv 2D 2”."""
    name = maps.name(spot)
    return f"{name[0].upper()}{name[1:]} of {names(spot.node)}"


def sentence(maps: Maps, names: Names, trace: Trace) -> str:
    """What a picture is made from, and what counts most."""
    spot, probed = trace.spot, maps.probed
    layer, values = probed.graph[spot.node].layer, probed.values[spot.node]
    if spot.number == OTHERS:
        return "Click or Enter shows every map of the layer."
    if layer.category == "input":
        own = " Each colour is a map of its own." if values.shape[2] == 3 else ""
        return f"What the network looks at.{own}"
    if spot.number == WHOLE:
        return f"{amount(values.size, 'number')} in a list, too many for a picture each."
    return " ".join(part for part in (_made_of(probed, trace), _most(maps, names, trace)) if part)


def _made_of(probed: Probed, trace: Trace) -> str:
    spot = trace.spot
    site, values = probed.site(spot.node), probed.values[spot.node]
    weights = site.arrays.get("weights")
    cells = f" its {amount(values[..., 0].size, 'cell')}" if values.ndim == 3 else " it"
    seen = dependences(probed.graph, spot.node)
    count = sum(len(channels_read(each, values.shape, spot.number)) for each in seen)
    biased = "bias" in site.arrays
    if weights is not None and weights.ndim > 2:
        if values.shape[:2] == (1, 1):
            cells = " its cell"
        bias = " and one bias" if biased else ""
        return f"{amount(count, 'map')}, {amount(count, 'kernel')}{bias} make{cells}."
    if weights is not None and weights.ndim == 2:
        bias = " and one bias" if biased else ""
        return f"{amount(count, 'number')}, each times its weight,{bias} make{cells}."
    source = site.inputs[0] if site.inputs else values
    if count == 1:
        what = "one map" if source.ndim == 3 else "one number"
        return f"Made from {what} alone."
    kinds = "maps" if source.ndim == 3 else "numbers"
    return f"Made from {thousands(count)} {kinds}."


def _most(maps: Maps, names: Names, trace: Trace) -> str:
    """Which source counts most; nothing where there is one, or it is not known yet."""
    singles = [strand for strand in trace.sources if strand.count == 1]
    if not trace.found or len(trace.found) < 2 or not singles:
        return ""
    best = max(singles, key=lambda strand: strand.size)
    name = source_name(maps, best.link)
    if len({strand.link.source.node for strand in trace.sources}) > 1:
        name = f"{name} of {names(best.link.source.node)}"
    return f"{name[0].upper()}{name[1:]} counts most here."


def source_name(maps: Maps, link: Link) -> str:
    """What a line comes from."""
    if link.source.number == WHOLE and link.channel >= 0:
        return f"number {link.channel + 1}"
    return maps.name(link.source)


def line_heading(maps: Maps, link: Link) -> str:
    """“Kernel: map 2 to map 6”."""
    weights = maps.probed.site(link.target.node).arrays.get("weights")
    sliding = weights is not None and weights.ndim > 2
    start = source_name(maps, link)
    return f"{'Kernel' if sliding else 'Line'}: {start} to {maps.name(link.target)}"


def line_sentence(maps: Maps, trace: Trace, strand: Strand) -> str:
    """What a line adds to the picture it leads to."""
    if not trace.found:
        return "Working it out…"
    each = trace.contribution(strand.link)
    if each is not None and each.kernel is not None:
        partial = f"root mean square {number_text(each.size, 3)}"
        return f"{shape_text(each.kernel.shape)} weights give a partial map ({partial})."
    if each is not None and each.product is not None:
        weights = maps.probed.site(trace.spot.node).arrays["weights"]
        value = float(maps.probed.values[strand.link.source.node][each.channel])
        weight = float(weights[trace.spot.number, each.channel])
        told = written(("", "×"), (value, weight), each.product)
        return f"{told.figures[0]} × weight {with_sign(told.figures[1])} {told.sign} {with_sign(told.result)}"
    if strand.product is not None:
        return f"{amount(strand.count, 'other number')} add {signed_figure(strand.product)} together."
    if strand.link.source.number == OTHERS:
        return f"{amount(strand.count, 'map')} that {'has' if strand.count == 1 else 'have'} no picture here."
    return f"Root mean square of what is read: {number_text(strand.size, 3)}."


def spoken(
    maps: Maps | None, names: Names, trace: Trace | None, line: Link | None, shown: Mapping[Link, Strand]
) -> str:
    """All of it in a sentence, for a screen reader."""
    if maps is None or trace is None:
        return "Arrow keys go from map to map."
    if line is not None and line in shown:
        return f"{line_heading(maps, line)}. {line_sentence(maps, trace, shown[line])}"
    return f"{heading(maps, names, trace.spot)}. {sentence(maps, names, trace)}"
