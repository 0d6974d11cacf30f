"""``train --lr-range``: which learning rates make the loss fall."""

from __future__ import annotations

from contextlib import closing

from cnnstudio.cli.console import BAD_ANSWER, GOOD, Output
from cnnstudio.cli.data import advance_to, progress_bar
from cnnstudio.cli.stopping import Stopping
from cnnstudio.data.dataset import DataSet
from cnnstudio.data.preparation.split import divided
from cnnstudio.design.value.design import Design
from cnnstudio.nn.parameters.parameters import initial_parameters
from cnnstudio.nn.training.rate_range import STEPS, RateTried, proposed_rate
from cnnstudio.runs.plans import plan_for
from cnnstudio.runs.rate_range import try_rates_of

#: of so many steps one is told to people
_TOLD = 8


def find_rate(design: Design, data: DataSet, threads: int, as_json: bool, stopping: Stopping) -> int:
    """Print the loss at each rate and the proposal; 1 where no rate makes the loss fall. A signal ends it at once."""
    output, tried = Output(), list[RateTried]()
    learning, _ = divided(data, design.recipe.data.split)
    plan = plan_for(design.graph, design.recipe.batch_size, threads)
    parameters = initial_parameters(design.graph, design.recipe.seed)
    steps = try_rates_of(design, parameters, learning, plan, stopping.wanted)
    with closing(steps), progress_bar("trying learning rates", STEPS, as_json) as bar:
        for one in steps:
            tried.append(one)
            advance_to(bar, len(tried))
            if as_json:
                output.emit({"learning_rate": one.rate, "loss": one.loss, "smoothed_loss": one.smoothed})
            elif len(tried) % _TOLD == 1:
                bar.clear()
                output.say(f"learning rate {one.rate:.1e}: loss {one.smoothed:.4f}")
    rate = proposed_rate(tried)
    if as_json:
        output.emit({"proposed_learning_rate": rate or None})
    elif rate:
        output.say(f"Proposed: --learning-rate {rate:g}, a fifth of the rate at which the loss had done with falling.")
    else:
        output.say("The loss fell at no learning rate.")
    return output.code or (GOOD if rate else BAD_ANSWER)
