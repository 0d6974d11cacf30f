"""What was written in an older format means now what it meant then, and rubbish stays for the reader to refuse."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnstudio.data.preparation.choice import DataChoice
from cnnstudio.data.preparation.split import APART, Split
from cnnstudio.design.format.design_format import design_from_json, read_design, settings_from_json, write_design
from cnnstudio.design.format.migrations import VERSION, migrated
from cnnstudio.design.format.strict import Checked, FileFormatError
from cnnstudio.design.value.recipe import Recipe
from cnnstudio.nn.rules.losses import LOSSES, CrossEntropy, MeanSquaredError
from cnnstudio.nn.rules.optimizers import OPTIMIZERS, SGD, Adam, AdamW
from cnnstudio.nn.rules.schedules import SCHEDULES, OneCycle

FILES = Path(__file__).parent / "files"

#: all that a recipe of format 1 could say
RECIPES_1 = st.fixed_dictionaries(
    {},
    optional={
        "data": st.text(st.characters(codec="utf-8"), max_size=20),
        "batch_size": st.integers(1, 4096),
        "epochs": st.integers(1, 10_000),
        "optimizer": st.sampled_from(sorted(OPTIMIZERS)),
        "learning_rate": st.floats(1e-8, 100),
        "momentum": st.floats(0, 0.9999),
        "schedule": st.sampled_from(sorted(SCHEDULES)),
        "warm_up": st.integers(0, 1_000_000),
        "weight_decay": st.floats(0, 10),
        "clipping": st.floats(0, 1e6),
        "label_smoothing": st.floats(0, 0.99),
        "loss": st.sampled_from(sorted(LOSSES)),
        "seed": st.integers(0, 2**63 - 1),
        "flip": st.sampled_from(["none", "horizontal"]),
        "shift": st.integers(0, 64),
        "rotation": st.floats(0, 180),
        "crop": st.floats(0, 0.9),
        "brightness": st.floats(0, 1),
        "cutout": st.integers(0, 256),
    },
)
RUBBISH = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["recipe", "runs", "design", "commands", "network", "optimizer", "learning_rate", "kind"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@pytest.mark.slow
@given(RECIPES_1)
def test_a_recipe_says_what_it_said(old: dict) -> None:
    before = copy.deepcopy(old)
    new = migrated("design", {"recipe": old}, 1)["recipe"]
    assert old == before, "a step changes nothing that it is given"
    recipe = settings_from_json(Recipe, Checked(new, "old.json"))
    said = {"momentum": 0.9, "learning_rate": 0.001, "weight_decay": 0.0, "warm_up": 0, "label_smoothing": 0.0, **old}
    assert recipe.optimizer.kind == said.get("optimizer", "adam")
    assert recipe.optimizer.learning_rate == said["learning_rate"]
    assert recipe.optimizer.weight_decay == said["weight_decay"], "also AdamW's, whose own default is another"
    if isinstance(recipe.optimizer, SGD):
        assert (recipe.optimizer.momentum, recipe.optimizer.nesterov) == (said["momentum"], False)
    elif isinstance(recipe.optimizer, Adam):
        assert (recipe.optimizer.beta1, recipe.optimizer.beta2, recipe.optimizer.epsilon) == (0.9, 0.999, 1e-8)
    assert (recipe.schedule.kind, recipe.schedule.warm_up) == (said.get("schedule", "constant"), said["warm_up"])
    assert recipe.schedule == SCHEDULES[recipe.schedule.kind](warm_up=said["warm_up"])
    expected = CrossEntropy(said["label_smoothing"]) if said.get("loss") != "mean_squared_error" else MeanSquaredError()
    assert recipe.loss == expected
    for name in ("flip", "shift", "rotation", "crop", "brightness", "cutout"):
        assert getattr(recipe.augmentation, name) == old.get(name, recipe.augmentation.setting_at(name).default)
    split = Split(10, recipe.seed, APART)
    assert recipe.data == DataChoice(old.get("data", "digits"), split=split), "the seed of the run was the split's"
    for name in ("batch_size", "epochs", "clipping", "seed"):
        assert getattr(recipe, name) == old.get(name, recipe.setting_at(name).default)


@pytest.mark.parametrize("stored", ["design", "history", "lesson"])
@given(value=RUBBISH)
def test_rubbish_is_left_to_the_reader(stored: str, value: object) -> None:
    before = copy.deepcopy(value)
    json.dumps(migrated(stored, value, 1))
    assert value == before
    with pytest.raises(FileFormatError):
        design_from_json(Checked(migrated("design", value, 1), "rubbish.json"))


@pytest.mark.parametrize(
    ("recipe", "place"),
    [
        ({"optimizer": "eval"}, "recipe.optimizer.kind"),
        ({"optimizer": ["adam"]}, "recipe.optimizer.kind"),
        ({"learning_rate": "fast"}, "recipe.optimizer.learning_rate"),
        ({"learning_rat": 0.1}, "recipe"),
        ({"data": 3}, "recipe.data.source"),
        ([], "recipe"),
    ],
)
def test_what_was_wrong_stays_wrong(recipe: object, place: str) -> None:
    document = {"format": "cnnstudio design", "format_version": 1}
    document |= {"design": {"title": "", "nodes": [], "recipe": recipe}}
    with pytest.raises(FileFormatError) as refused:
        read_design(json.dumps(document).encode(), "old.json")
    assert refused.value.place.startswith(f"design.{place}")


def test_a_design_file_of_format_1_opens_as_it_was() -> None:
    design, sentence = read_design((FILES / "vgg_digits_v1.json").read_bytes(), "vgg_digits_v1.json")
    assert (design.recipe.optimizer, design.recipe.schedule) == (Adam(0.001), OneCycle())
    assert design.recipe.augmentation.changes and design.recipe.epochs == 12
    assert json.loads(write_design(design, sentence))["format_version"] == VERSION


def test_commands_of_format_1_have_a_kind() -> None:
    commands = [{"step": 3, "learning_rate": 0.1}, {"step": 5, "locks": {"locked": ["a"]}}, {"step": 1}, 7]
    (run,) = migrated("history", {"runs": [{"commands": commands}]}, 1)["runs"]
    assert run["commands"][0] == {"step": 3, "kind": "set", "settings": {"optimizer.learning_rate": 0.1}}
    assert run["commands"][1] == {"step": 5, "kind": "lock", "locks": {"locked": ["a"]}}
    assert run["commands"][2:] == [{"step": 1}, 7]
    assert (run["parent"], run["began"]) == ("", {"epoch": 0, "picture": 0})


def test_a_split_of_its_own_comes_along() -> None:
    old = {"recipe": {"data": "shapes", "seed": 4}, "split": {"share": 20, "seed": 7}}
    new = migrated("design", old, 1)
    assert new.keys() == {"recipe"} and old["split"] == {"share": 20, "seed": 7}
    recipe = settings_from_json(Recipe, Checked(new["recipe"], "old.json"))
    assert recipe.data == DataChoice("shapes", split=Split(20, 7, APART))


def test_adamw_of_format_1_never_decayed() -> None:
    new = migrated("design", {"recipe": {"optimizer": "adamw"}}, 1)["recipe"]
    assert settings_from_json(Recipe, Checked(new, "old.json")).optimizer == AdamW(weight_decay=0.0) != AdamW()
    assert Recipe().choose(optimizer="adamw").optimizer == AdamW()
