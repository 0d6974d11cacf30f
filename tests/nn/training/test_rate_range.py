"""The learning-rate range test: the same for the same seed, nothing changed by it, and a rate that learns."""

from __future__ import annotations

import itertools

import numpy as np
from networks import Blobs, small_classifier

from cnnstudio.nn.parameters.locks import Locks
from cnnstudio.nn.parameters.parameters import Parameters, initial_parameters
from cnnstudio.nn.rules.optimizers import SGD, Adam, Optimizer
from cnnstudio.nn.training.events import EpochDone
from cnnstudio.nn.training.rate_range import (
    FEWEST,
    HIGHEST,
    LOST,
    LOWEST,
    STEPS,
    RateTried,
    proposed_rate,
    try_rates,
)  # fmt: skip
from cnnstudio.nn.training.trainer import Training, train

IMAGES = Blobs(400)


def tried(parameters: Parameters, optimizer: Optimizer, seed: int = 0, images: Blobs = IMAGES) -> list[RateTried]:
    training = Training.begin(small_classifier(), parameters, optimizer)
    return list(try_rates(training, images, batch_size=16, seed=seed))


def test_the_rates_rise_evenly_by_factors_and_the_test_ends_where_the_loss_is_lost() -> None:
    found = tried(initial_parameters(small_classifier(), 0), SGD(momentum=0.0))
    factors = [later.rate / sooner.rate for sooner, later in itertools.pairwise(found)]
    np.testing.assert_allclose(factors, (HIGHEST / LOWEST) ** (1 / (STEPS - 1)))
    assert found[0].rate == LOWEST and FEWEST < len(found) <= STEPS
    if len(found) < STEPS:
        assert found[-1].smoothed > LOST * min(one.smoothed for one in found)


def test_weights_are_untouched_and_the_same_seed_finds_the_same() -> None:
    parameters = initial_parameters(small_classifier(), 0)
    before = parameters.vector.copy()
    first, again, other = (tried(parameters, Adam(), seed) for seed in (0, 0, 1))
    assert first == again and first != other
    np.testing.assert_array_equal(parameters.vector, before)


def test_few_images_are_seen_again_and_again() -> None:
    assert len(tried(initial_parameters(small_classifier(), 0), SGD(), images=Blobs(24))) > FEWEST


def test_the_rate_it_proposes_learns_and_a_hundredth_of_it_does_not() -> None:
    parameters, losses = initial_parameters(small_classifier(), 0), []
    rate = proposed_rate(tried(parameters, Adam()))
    for factor in (1.0, 0.01):
        training = Training.begin(small_classifier(), parameters, Adam(factor * rate))
        events = train(training, IMAGES, Blobs(80, 1), batch_size=16, epochs=3, seed=0)
        losses.append([event.validation_loss for event in events if isinstance(event, EpochDone)][-1])
    assert losses[0] < 0.5 < losses[1]


def test_where_nothing_learns_no_rate_is_proposed() -> None:
    graph = small_classifier()
    training = Training.begin(graph, initial_parameters(graph, 0), Adam(), locks=Locks(frozenset({"conv", "dense"})))
    assert proposed_rate(list(try_rates(training, IMAGES, batch_size=16, seed=0))) == 0.0
    assert proposed_rate([]) == 0.0
