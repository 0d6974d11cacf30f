"""The data of a design is one value that goes through JSON unchanged; whatever is none is refused with its place."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from small_mnist import small_mnist

from cnnstudio.data.dataset import DataError
from cnnstudio.data.library import open_data, preview
from cnnstudio.data.preparation.changes import Added, Changes
from cnnstudio.data.preparation.choice import ChoiceError, DataChoice
from cnnstudio.data.preparation.split import APART, Split

CHOICE = DataChoice(
    "/pictures/birds",
    {"size": [32, 48], "colour": "grey", "crop": True, "share": 0.25},  # type: ignore[arg-type]
    Changes(
        "ab" * 32,
        (("train", 3, 1),),
        (("test", 0),),
        (("train", 9, "test"),),
        (Added("train", 1, (2, 1, 3), b"abcdef"),),
    ),
    Split(20, 2**63 - 1),
)


@pytest.mark.parametrize("choice", [CHOICE, DataChoice(), DataChoice("shapes", split=Split(30, 4))])
def test_it_goes_through_json_unchanged(choice: DataChoice) -> None:
    again = DataChoice.from_json(json.loads(json.dumps(choice.to_json())))
    assert again == choice
    assert hash(again) == hash(choice)
    assert again.to_json() == choice.to_json()


def test_a_recipe_that_named_its_data_by_a_text_split_it_by_the_seed_of_the_run() -> None:
    assert DataChoice.before_it_was_a_value("digits", 7) == DataChoice("digits", split=Split(10, 7, APART))


Damage = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    ("damage", "place"),
    [
        (lambda d: d.pop("source"), ""),
        (lambda d: d["changes"]["added"][0].__setitem__(2, [2, 1, 4]), "changes.added[0]"),
        (lambda d: d["changes"]["added"][0].__setitem__(3, "eJw="), "changes.added[0]"),
        (lambda d: d["changes"]["added"][0].__setitem__(2, [9999, 9999, 9999]), "changes.added[0]"),
        (lambda d: d.update(more=1), ""),
        (lambda d: d.update(source=3), "source"),
        (lambda d: d.update(source="a" * 4097), "source"),
        (lambda d: d.update(source="\ud800"), "source"),
        (lambda d: d.update(choices=[]), "choices"),
        (lambda d: d["choices"].update(size=[1.5]), "choices.size"),
        (lambda d: d["choices"].update(size=float("nan")), "choices.size"),
        (lambda d: d["choices"].update(size=None), "choices.size"),
        (lambda d: d.update(split={"share": 10}), "split"),
        (lambda d: d["split"].update(share="10"), "split"),
        (lambda d: d["split"].update(seed=2**63), "split"),
        (lambda d: d.update(changes=[]), "changes"),
        (lambda d: d["changes"].update(data=None), "changes.data"),
        (lambda d: d["changes"].update(data=""), "changes"),
        (lambda d: d["changes"].update(labels={}), "changes.labels"),
        (lambda d: d["changes"]["labels"].append(["train", 1]), "changes.labels[1]"),
        (lambda d: d["changes"]["labels"].append(["train", True, 1]), "changes.labels[1]"),
        (lambda d: d["changes"]["labels"].append(["train", 3, 2]), "changes"),
        (lambda d: d["changes"]["excluded"].append(["trial", 1]), "changes.excluded[1]"),
        (lambda d: d["changes"]["excluded"].append([["train"], 1]), "changes.excluded[1]"),
        (lambda d: d["changes"]["moved"].append(["test", -1, "train"]), "changes.moved[1]"),
    ],
)
def test_what_is_no_choice_is_refused_with_its_place(damage: Damage, place: str) -> None:
    written = copy.deepcopy(CHOICE.to_json())
    damage(written)
    with pytest.raises(ChoiceError) as caught:
        DataChoice.from_json(written)
    assert caught.value.place == place
    assert str(caught.value.reason).endswith(".")


@pytest.mark.parametrize("value", [None, [], "digits", 3])
def test_what_is_no_object_is_refused(value: object) -> None:
    with pytest.raises(ChoiceError, match="object"):
        DataChoice.from_json(value)


def test_opening_a_choice_makes_its_changes(tmp_path: Path) -> None:
    folder = small_mnist(tmp_path)
    plain = open_data(folder)
    changes = Changes(plain.fingerprint, (("train", 2, 1),), (("train", 0),))
    choice = DataChoice(str(folder), changes=changes)
    found = open_data(choice)
    assert len(found.train) == len(plain.train) - 1
    assert found.train.labels[1] == 1
    assert preview(choice).train.labels.tolist() == found.train.labels.tolist()[: len(preview(choice).train)]
    assert open_data(folder).fingerprint == plain.fingerprint, "the folder is as it was"


@pytest.mark.parametrize("source", ["digits", "folder"])
def test_a_choice_that_the_reader_does_not_know_is_refused(source: str, tmp_path: Path) -> None:
    where = str(small_mnist(tmp_path)) if source == "folder" else source
    with pytest.raises(DataError, match=r"no setting called “crop”"):
        open_data(DataChoice(where, (("crop", 3),)))
