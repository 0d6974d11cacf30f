"""Partial maps, ledger and engine tell the same number of every cell, for whatever settings filters slide with."""

from __future__ import annotations

import math

import numpy as np
import pytest
from bench import Bench, random_layer, some_cells

from cnnstudio.nn.arrays import to_public
from cnnstudio.nn.explaining.partial_maps import PartialMaps, channel_blocks, slides, sum_of
from cnnstudio.nn.explaining.parts import LedgerPart, Site
from cnnstudio.nn.graph.layer import Layer, layer_kinds
from cnnstudio.nn.looking.probed import TOLERANCE

SLIDING = ("conv2d", "conv_transpose2d", "depthwise_conv2d", "locally_connected2d")


def benched(kind: str, seed: int) -> tuple[Layer, Site, np.random.Generator]:
    """A random layer of a kind, computed by the reference algorithm, and its site for the first image."""
    generator = np.random.default_rng([seed, *kind.encode()])
    layer, shapes = random_layer(layer_kinds()[kind], generator)
    bench = Bench(layer, shapes, "reference", np.float32, mode="probe")
    bench.fill(generator)
    bench.forward()
    inputs = tuple(to_public(array)[0] for array in bench.inputs)
    return layer, Site(inputs, to_public(bench.output)[0], bench.parameters, {}), generator


@pytest.mark.parametrize("kind", SLIDING)
@pytest.mark.parametrize("seed", range(12))
def test_partial_maps_and_the_bias_make_the_map(kind: str, seed: int) -> None:
    layer, site, generator = benched(kind, seed)
    assert slides(site)
    (seen,) = layer.dependence(site.shapes)
    for cell in some_cells(site.output.shape, generator):
        maps = PartialMaps(site, seen, cell[2])
        (part,) = layer.parts(site, cell)
        assert isinstance(part, LedgerPart)
        blocks = channel_blocks(part)
        sums = {channel: block.total for channel, block in blocks.items()}
        assert set(sums) <= set(maps.channels.tolist())
        own = maps.whole[cell[:2]]
        for channel, value in zip(maps.channels.tolist(), own.tolist(), strict=True):
            assert value == pytest.approx(sums.get(channel, 0.0), rel=1e-12, abs=1e-12 * part.magnitude)
        bias = sum(step.value for step in part.steps[1:])
        made = math.fsum(sums.values()) + bias
        assert made == pytest.approx(part.result, rel=1e-12, abs=1e-12 * part.magnitude)
        assert abs(made - float(site.output[cell])) <= TOLERANCE * part.magnitude
        assert sum_of(blocks.values()) == part.steps[0].value, "the sum of all is the ledger's, to the bit"


@pytest.mark.parametrize("kind", SLIDING)
def test_rows_are_computed_as_far_as_they_are_asked_for(kind: str) -> None:
    layer, site, _ = benched(kind, 3)
    (seen,) = layer.dependence(site.shapes)
    whole, maps = PartialMaps(site, seen, 0).whole, PartialMaps(site, seen, 0)
    for rows in range(1, len(whole) + 1):
        found = maps.until(rows)
        assert maps.done == rows and not found[rows:].any()
        assert np.array_equal(found[:rows], whole[:rows])


@pytest.mark.parametrize("kind", sorted(layer_kinds().keys() - {"input", *SLIDING}))
def test_layers_without_filters_that_slide_have_none(kind: str) -> None:
    _, site, _ = benched(kind, 1)
    assert not slides(site)
