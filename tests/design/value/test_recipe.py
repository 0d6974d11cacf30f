"""A recipe holds values: choosing another kind brings its own defaults; only a learning rate set by hand stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from settings_drawn import recipes

from cnnstudio.data.preparation.changes import Changes
from cnnstudio.data.preparation.choice import DataChoice
from cnnstudio.data.preparation.split import Split
from cnnstudio.design.value.recipe import Recipe
from cnnstudio.nn.rules.losses import CrossEntropy, MeanSquaredError
from cnnstudio.nn.rules.optimizers import OPTIMIZERS, SGD, Adam, AdamW
from cnnstudio.nn.rules.schedules import Cosine, Step
from cnnstudio.nn.settings import SettingError, differences


@pytest.mark.parametrize("before", OPTIMIZERS)
@pytest.mark.parametrize("now", OPTIMIZERS)
def test_what_is_chosen_is_the_optimizer_as_it_is_by_itself(before: str, now: str) -> None:
    begun = Recipe().choose(optimizer=before)
    assert begun.optimizer == OPTIMIZERS[before]()
    assert begun.choose(optimizer=now).optimizer == OPTIMIZERS[now]()


def test_a_learning_rate_set_by_hand_stays_and_so_does_all_that_is_no_optimizers() -> None:
    begun = Recipe(epochs=7, schedule=Cosine(last=0.5), clipping=1.0, optimizer=Adam(0.02, weight_decay=0.3))
    chosen = begun.choose(optimizer="adamw")
    assert chosen == begun.replace(optimizer=AdamW(0.02))
    assert chosen.choose(optimizer="sgd").optimizer == SGD(0.02)


def test_what_is_named_beside_it_counts() -> None:
    chosen = Recipe().choose(weight_decay=0.2, momentum=0.5, nesterov=True, learning_rate=0.001, optimizer="sgd")
    assert chosen.optimizer == SGD(0.001, 0.5, True, weight_decay=0.2)
    assert chosen == Recipe().choose(optimizer=SGD(0.001, 0.5, True, weight_decay=0.2))


def test_the_same_optimizer_again_changes_nothing() -> None:
    begun = Recipe(optimizer=AdamW(0.5, weight_decay=0.0))
    assert begun.choose(optimizer="adamw") == begun
    assert begun.choose(epochs=9) == begun.replace(epochs=9)


def test_warm_up_and_class_weights_set_by_hand_stay_too() -> None:
    begun = Recipe().choose(schedule="cosine", last=0.2, warm_up=50, class_weights="balanced", label_smoothing=0.1)
    chosen = begun.choose(schedule="step", loss="mean_squared_error")
    assert chosen.schedule == Step(warm_up=50)
    assert chosen.loss == MeanSquaredError(class_weights="balanced")


def test_a_setting_has_a_path_and_a_name_of_its_own() -> None:
    by_path = Recipe().choose(**{"loss.label_smoothing": 0.1, "augmentation.rotation": 7})
    assert by_path == Recipe().choose(label_smoothing=0.1, rotation=7)
    assert by_path.setting_at("rotation") == by_path.setting_at("augmentation.rotation")


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"optimizer": "adamm"}, "optimizer must be one of sgd, rmsprop, adam, adamw, not “adamm”"),
        ({"optimizer": ["adam"]}, "optimizer must be one of"),
        ({"optimizer": Cosine()}, "optimizer must be one of"),
        ({"optimizer": {"kind": "adam", "speed": 1}}, "Adam has no setting called “speed”"),
        ({"weight_dekay": 1.0}, "did you mean “weight_decay”"),
        ({"nesterov": True}, "Adam has no setting called “nesterov”, but SGD has: choose optimizer=sgd"),
        ({"optimizer.nesterov": True}, "but SGD has: choose optimizer=sgd"),
        ({"optimizer.nesterow": True}, "Adam has no setting called “nesterow”: there are learning_rate"),
        ({"optimizer": "sgd", "optimizer.nesterov": 1}, "SGD: nesterov must be true or false, not 1"),
        ({"data.sauce": "digits"}, "Data has no setting called “sauce”: did you mean “source”?"),
        ({"class_weights": 3}, "must be equal, balanced or a number from 0 to 1\u202f000\u202f000 for each class"),
        ({"class_weights": (1.0, -1.0)}, "class weights must be"),
    ],
)
def test_what_there_is_not_is_refused(settings: dict, says: str) -> None:
    with pytest.raises(SettingError) as refused:
        Recipe().choose(**settings)
    assert says in str(refused.value)


def test_other_data_keeps_the_split_and_none_of_what_was_changed_in_it() -> None:
    changes = Changes("print", excluded=(("train", 3),))
    begun = Recipe(data=DataChoice("/pictures", {"size": 32}, changes, Split(20, 3)))  # type: ignore[arg-type]
    assert begun.choose(data="/pictures") == begun
    assert begun.choose(data="shapes").data == DataChoice("shapes", split=Split(20, 3))
    assert begun.choose(**{"data.split.seed": 9}).data == begun.data.replace(split=Split(20, 9))


@given(recipes())
def test_every_recipe_is_what_its_json_says(recipe: Recipe) -> None:
    assert Recipe.from_json(recipe.to_json()) == recipe


@pytest.mark.slow
@given(recipes(), recipes())
def test_two_recipes_are_equal_where_nothing_is_different(one: Recipe, two: Recipe) -> None:
    assert (one == two) or list(differences(one, two)) or type(one.optimizer) is not type(two.optimizer)
    assert not list(differences(one, one))


@pytest.mark.slow
@given(recipes())
def test_what_is_different_is_told_by_its_path(recipe: Recipe) -> None:
    changed = recipe.choose(label_smoothing=0.25, loss="cross_entropy", flip="horizontal")
    told = {found.path: found.after for found in differences(recipe, changed)}
    assert told.get("augmentation.flip", "horizontal") == "horizontal"
    assert ("augmentation.flip" in told) == (recipe.augmentation.flip == "none")
    assert ("loss" in told) == (recipe.loss.kind != "cross_entropy")
    if isinstance(recipe.loss, CrossEntropy):
        assert ("loss.label_smoothing" in told) == (recipe.loss.label_smoothing != 0.25)
