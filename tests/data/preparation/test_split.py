"""One function says what is learned from and what is validated on; only the split's own seed decides."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numbered import numbered, numbered_set

from cnnstudio.data.dataset import PARTS, DataSet, Examples, fingerprint
from cnnstudio.data.preparation.changes import Changes, applied
from cnnstudio.data.preparation.split import APART, Split, divided, held_back
from cnnstudio.data.review.catalogue import Catalogue
from cnnstudio.nn.settings import SettingError


@given(st.integers(2, 200), st.integers(0, 2**32))
def test_validation_is_a_tenth_and_the_rest_is_training(count: int, seed: int) -> None:
    training, validation = divided(numbered_set(count), Split(seed=seed))
    assert len(validation) == max(1, count // 10)
    assert sorted([*training.indices, *validation.indices]) == list(range(count))
    for part in (training, validation):
        assert np.array_equal(part.labels, part.indices)
        assert np.array_equal(part.read(slice(None))[:, 0, 0, 0], part.labels)
        assert np.array_equal(part.pixels, part.read(slice(None)))


@given(st.integers(2, 200), st.integers(1, 90))
def test_any_share_leaves_something_to_learn_from_and_something_to_check_with(count: int, share: int) -> None:
    training, validation = divided(numbered_set(count), Split(share))
    assert len(training) >= 1
    assert len(validation) == max(1, count * share // 100)
    assert not set(training.indices) & set(validation.indices)


def test_a_larger_share_of_the_same_seed_keeps_what_the_smaller_one_kept() -> None:
    few, many = (set(divided(numbered_set(200), Split(share, 3))[1].indices.tolist()) for share in (10, 30))
    assert few < many


def test_the_split_follows_its_seed_and_nothing_else() -> None:
    whole = numbered_set(200)
    first, again, other = (divided(whole, Split(seed=seed))[1].indices for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    # The split belongs to saved runs: it may never change for a given seed.
    assert divided(numbered_set(50), Split(seed=7))[1].indices.tolist() == [13, 24, 30, 34, 44]


def test_what_the_data_sets_aside_is_taken_as_it_is() -> None:
    data = numbered_set(20, test=5, validation=7)
    for split in (Split(), Split(50, 9)):
        training, validation = divided(data, split)
        assert training.labels.tolist() == list(range(20))
        assert validation.labels.tolist() == list(range(25, 32))


@pytest.mark.parametrize("validation", [0, 7])
def test_the_test_pictures_are_never_in_it(validation: int) -> None:
    data = numbered_set(40, test=5, validation=validation)
    seen = {label for part in divided(data, Split()) for label in part.labels.tolist()}
    assert seen == set(range(40 + 5 + validation)) - set(data.test.labels.tolist())


def test_a_split_needs_two_examples() -> None:
    with pytest.raises(ValueError, match="at least two"):
        divided(numbered_set(1), Split())


@pytest.mark.parametrize("settings", [{"share": 0}, {"share": 91}, {"share": 10.0}, {"seed": -1}, {"seed": True}])
def test_a_share_and_a_seed_have_limits(settings: dict[str, object]) -> None:
    with pytest.raises(SettingError, match="Validation split"):
        Split(**settings)  # type: ignore[arg-type]


def test_equal_pictures_are_on_one_side_and_changes_move_no_others() -> None:
    """Pictures are numbers here; equal numbers are equal pictures."""
    shown = [place * 7 % 61 for place in range(200)]
    whole, split = of(shown, test=[70, 71, shown[0]]), Split(20, 3)
    learned, validated = divided(whole, split)
    assert not set(learned.labels) & set(validated.labels) and 25 <= len(validated) <= 55
    # as runs had it before
    assert np.array_equal(divided(whole, Split(20, 3, APART))[1].indices, np.flatnonzero(held_back(200, split)))
    before, away = set(validated.indices.tolist()), {0, 5, *validated.indices[:3].tolist()}
    by_hand = shown.index(shown[int(validated.indices[-1])])
    twin = of(shown, test=[70, 71, shown[by_hand]])
    changes = Changes(twin.fingerprint, (), tuple(("train", place) for place in away), (("test", 2, "train"),))
    now, checked = divided(applied(twin, changes), split)
    equal = {place for place in before if shown[place] == shown[by_hand]}
    assert set(checked.indices.tolist()) == before - away - equal and equal
    assert 200 in now.indices  # what was moved there by hand is learned from
    catalogue = Catalogue(twin, changes, split)
    assert (catalogue.parts == PARTS.index("validation")).nonzero()[0].tolist() == checked.indices.tolist()
    for few in ([5, 5], [5, 6]):  # one side is never empty
        assert [len(part) for part in divided(of(few, [7]), split)] == [1, 1]


def of(shown: list[int], test: list[int]) -> DataSet:
    train, tested = (
        Examples(np.repeat(np.array(part, np.uint8), 6).reshape(-1, 2, 3, 1), np.array(part)) for part in (shown, test)
    )
    classes = tuple(map(str, range(80)))
    return DataSet("few", "Few", classes, train, tested, fingerprint(classes, train, tested), "few")


def test_the_parts_share_the_stored_pixels() -> None:
    whole = numbered(30)
    assert np.shares_memory(whole.take(slice(3, 9)).pixels, whole.pixels)
