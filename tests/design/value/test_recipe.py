"""Choosing another optimizer brings its own defaults; only a learning rate that was set by hand stays."""

from __future__ import annotations

import json

import pytest

from cnnstudio.design.format.design_format import read_design, write_design
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.recipe import Recipe
from cnnstudio.nn.rules.optimizers import OPTIMIZERS
from cnnstudio.nn.settings import SettingError
from cnnstudio.runs.recorder import optimizer_of


@pytest.mark.parametrize("before", OPTIMIZERS)
@pytest.mark.parametrize("now", OPTIMIZERS)
def test_what_is_chosen_is_the_optimizer_as_it_is_by_itself(before: str, now: str) -> None:
    begun = Recipe().choose(optimizer=before)
    assert optimizer_of(begun) == OPTIMIZERS[before]()
    assert optimizer_of(begun.choose(optimizer=now)) == OPTIMIZERS[now]()


def test_a_learning_rate_set_by_hand_stays_and_so_does_all_that_is_no_optimizers() -> None:
    begun = Recipe(learning_rate=0.02, epochs=7, schedule="cosine", clipping=1.0, weight_decay=0.3)
    chosen = begun.choose(optimizer="adamw")
    assert chosen == begun.replace(optimizer="adamw", weight_decay=0.01)
    assert chosen.choose(optimizer="sgd").learning_rate == 0.02


def test_what_is_named_beside_it_counts() -> None:
    chosen = Recipe().choose(optimizer="sgd", learning_rate=0.001, weight_decay=0.2, momentum=0.5)
    assert (chosen.learning_rate, chosen.weight_decay, chosen.momentum) == (0.001, 0.2, 0.5)


def test_the_same_optimizer_again_changes_nothing() -> None:
    begun = Recipe(optimizer="adamw", weight_decay=0.0, learning_rate=0.5)
    assert begun.choose(optimizer="adamw") == begun
    assert begun.choose(epochs=9) == begun.replace(epochs=9)


def test_a_file_keeps_the_decay_it_had_written_or_left_out() -> None:
    recipe = Recipe(optimizer="adamw", weight_decay=0.0)
    written = write_design(Design(recipe=recipe))
    assert read_design(written, "old.json")[0].recipe == recipe
    content = json.loads(written)
    del content["design"]["recipe"]["weight_decay"]
    read, _ = read_design(json.dumps(content).encode(), "older.json")
    assert optimizer_of(read.recipe).weight_decay == 0.0


@pytest.mark.parametrize("settings", [{"optimizer": "adamm"}, {"optimizer": ["adam"]}, {"weight_dekay": 1.0}])
def test_what_there_is_not_is_refused(settings: dict) -> None:
    with pytest.raises(SettingError):
        Recipe().choose(**settings)
