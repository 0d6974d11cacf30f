"""The recipe of a new design follows its network until somebody chooses another."""

from __future__ import annotations

import pytest

from benchmarks.first_recipe import random_design, small_digits, small_shapes, two_residual_blocks
from cnnstudio.design.edits import edits
from cnnstudio.design.edits.stacking import of_graph, stacked
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.first_recipe import first_recipe, rule
from cnnstudio.design.value.recipe import FIRST_RECIPE
from cnnstudio.nn.layers.convolution.conv2d import Conv2D
from cnnstudio.nn.layers.dense.dense import Dense
from cnnstudio.nn.layers.input import Input
from cnnstudio.nn.layers.normalization.batch_norm import BatchNorm
from cnnstudio.nn.layers.pooling.global_average_pool import GlobalAveragePool
from cnnstudio.nn.layers.softmax import Softmax
from cnnstudio.nn.rules.optimizers import SGD


def pooled(*middle: object) -> Design:
    layers = (Input(28, 28, 1), Conv2D(8, (3, 3)), *middle, GlobalAveragePool(), Dense(10), Softmax())
    return stacked(layers)


def deep(convolutions: int, *behind: object) -> Design:
    inside = [layer for _ in range(convolutions) for layer in (Conv2D(4, (3, 3), padding="same"), *behind)]
    return stacked((Input(28, 28, 1), *inside, Dense(10), Softmax()))


@pytest.mark.parametrize("graph", [small_digits(), small_shapes(), two_residual_blocks(), random_design(7)[0]])
def test_most_networks_have_one_recipe(graph) -> None:
    assert first_recipe(graph) == of_graph(graph).recipe == FIRST_RECIPE
    assert not rule(graph).reasons


def test_small_networks_with_global_pooling_learn_longer_and_at_a_higher_rate() -> None:
    recipe = pooled().recipe
    assert recipe.epochs > FIRST_RECIPE.epochs
    assert recipe.optimizer.learning_rate > FIRST_RECIPE.optimizer.learning_rate
    bare = pooled(*[Conv2D(8, (3, 3))] * 3).recipe
    assert bare == FIRST_RECIPE.choose(epochs=recipe.epochs), "high rates break four layers that nothing normalizes"
    assert pooled(*[Conv2D(8, (3, 3))] * 4).recipe == FIRST_RECIPE, "with six layers it is not small"


def test_deep_networks_learn_at_a_lower_rate_unless_they_are_normalized() -> None:
    assert deep(9).recipe.optimizer.learning_rate < FIRST_RECIPE.optimizer.learning_rate
    assert deep(9).recipe.epochs == FIRST_RECIPE.epochs
    assert deep(9, BatchNorm()).recipe == FIRST_RECIPE
    assert deep(8).recipe == FIRST_RECIPE


def test_what_somebody_has_chosen_stays() -> None:
    design = stacked((Input(28, 28, 1), Conv2D(8, (3, 3))))
    chosen = design.with_changes(recipe=design.recipe.choose(epochs=9))
    grown, _ = edits.append(chosen, GlobalAveragePool())
    assert grown.recipe.epochs == 9
    assert grown.recipe.optimizer == pooled().recipe.optimizer, "of the rate nobody has said anything"
    slow = design.with_changes(recipe=design.recipe.choose(learning_rate=0.001))
    grown, _ = edits.append(slow, GlobalAveragePool())
    assert grown.recipe.optimizer.learning_rate == 0.001 and grown.recipe.epochs == pooled().recipe.epochs
    assert rule(grown.graph).followed(grown.recipe) == {"epochs"}


def test_it_goes_back_where_the_network_does() -> None:
    design = stacked((Input(28, 28, 1), Conv2D(8, (3, 3))))
    grown, added = edits.append(design, GlobalAveragePool())
    assert grown.recipe != design.recipe
    assert edits.remove(grown, [added]).recipe == design.recipe


def test_another_optimizer_brings_its_own_rate_whatever_the_network() -> None:
    for design in (pooled(), deep(9)):
        assert design.recipe.choose(optimizer="sgd").optimizer == SGD()
