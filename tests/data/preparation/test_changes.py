"""Changes to labels and parts are made when data is opened; its files and the data set itself stay as they were."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from numbered import numbered_set

from cnnstudio.data.dataset import DataError
from cnnstudio.data.preparation.changes import Changes, changed

DATA = numbered_set(6, test=3, validation=2)


def made(**what: Any) -> Changes:
    return Changes(DATA.fingerprint, **what)


def test_labels_exclusions_and_moves_are_made_together() -> None:
    data = changed(
        DATA,
        made(
            labels=(("train", 1, 9), ("test", 0, 2)),
            excluded=(("train", 0), ("validation", 1)),
            moved=(("train", 4, "validation"), ("test", 0, "train"), ("train", 2, "test")),
        ),
    )
    assert data.validation is not None
    parts = {"train": data.train, "validation": data.validation, "test": data.test}
    shown = {name: part.read(slice(None))[:, 0, 0, 0].tolist() for name, part in parts.items()}
    assert shown == {"train": [1, 3, 5, 6], "validation": [9, 4], "test": [7, 8, 2]}
    assert data.train.labels.tolist() == [9, 3, 5, 2]
    assert data.test.labels.tolist() == [7, 8, 2]
    assert data.train.indices[:3].tolist() == [1, 3, 5], "what stays keeps its place"
    assert DATA.train.labels.tolist() == list(range(6)), "the data set itself is as it was"


def test_each_change_makes_other_data_and_the_same_changes_the_same() -> None:
    kinds: list[dict[str, Any]] = [
        {"labels": (("train", 1, 9),)}, {"excluded": (("train", 1),)}, {"moved": (("train", 1, "test"),)},
    ]  # fmt: skip
    prints = [changed(DATA, made(**kind)).fingerprint for kind in kinds]
    assert len({*prints, DATA.fingerprint}) == 4
    assert prints == [changed(DATA, made(**kind)).fingerprint for kind in kinds]
    assert changed(DATA, Changes()) is DATA


def test_the_order_in_which_changes_were_made_is_of_no_account() -> None:
    assert made(excluded=(("train", 3), ("train", 1))) == made(excluded=(("train", 1), ("train", 3)))


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ({"labels": (("train", 6, 0),)}, "no picture 6"),
        ({"labels": (("train", 1, 11),)}, "no class"),
        ({"excluded": (("test", 0), ("test", 1), ("test", 2))}, "no picture in the part “test”"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_a_sentence(what: dict[str, Any], told: str) -> None:
    with pytest.raises(DataError, match=told):
        changed(DATA, made(**what))


def test_changes_belong_to_their_data() -> None:
    other = replace(DATA, fingerprint="other")
    with pytest.raises(DataError, match="were made on other images"):
        changed(other, made(excluded=(("train", 1),)))


def test_nothing_is_moved_to_a_validation_that_the_data_leaves_to_a_share() -> None:
    data = numbered_set(6)
    with pytest.raises(DataError, match="sets no pictures aside for validation"):
        changed(data, Changes(data.fingerprint, moved=(("train", 1, "validation"),)))


@pytest.mark.parametrize(
    "what",
    [
        {"excluded": (("train", 1), ("train", 1))},
        {"excluded": (("train", 1),), "moved": (("train", 1, "test"),)},
        {"labels": (("train", 1, 2), ("train", 1, 3))},
        {"moved": (("train", 1, "train"),)},
        {},
    ],
)
def test_contradictions_are_no_changes(what: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        made(**what)
