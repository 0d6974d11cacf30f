"""The learning-rate range test of a design: the same network, images and recipe as its training would have."""

from __future__ import annotations

from collections.abc import Callable, Generator

from cnnstudio.data.dataset import Examples
from cnnstudio.design.value.design import Design
from cnnstudio.nn.network.plan import Plan
from cnnstudio.nn.network.shard import never
from cnnstudio.nn.parameters.parameters import Parameters
from cnnstudio.nn.training.rate_range import RateTried, try_rates
from cnnstudio.nn.training.trainer import Training
from cnnstudio.runs.recorder import augmenter


def try_rates_of(
    design: Design,
    parameters: Parameters,
    examples: Examples,
    plan: Plan,
    cancelled: Callable[[], bool] = never,
) -> Generator[RateTried, None, None]:
    """See ``cnnstudio.nn.training.rate_range.try_rates``; ``parameters`` stay as they are."""
    recipe = design.recipe
    return try_rates(
        Training.begin(design.graph, parameters, recipe.optimizer, plan=plan, locks=design.locks),
        examples,
        batch_size=recipe.batch_size,
        seed=recipe.seed,
        cancelled=cancelled,
        loss=recipe.loss,
        clipping=recipe.clipping,
        vary=augmenter(recipe, len(examples)),
        drawing=recipe.drawing,
    )
