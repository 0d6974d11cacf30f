"""Changes by hand: what is undone by hand leaves no trace, and what is left is what the data set becomes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnstudio.data.dataset import PARTS, DataError, DataSet, Examples, Part, fingerprint
from cnnstudio.data.preparation.changes import Changes, changed
from cnnstudio.data.preparation.split import Split, divided
from cnnstudio.data.review.catalogue import LEFT_OUT, Catalogue
from cnnstudio.data.review.editing import left_out, relabelled, used_for, with_picture
from cnnstudio.data.review.oddities import across, oddities, remaining


def data_of(*, aside: bool = True) -> DataSet:
    parts = [Examples(np.full((8, 4, 4, 1), number, np.uint8), np.arange(8) % 3) for number in range(3)]
    train, validation, test = parts[0], parts[1] if aside else None, parts[2]
    mark = fingerprint(("a", "b", "c"), train, test, validation)
    return DataSet("some", "Some", ("a", "b", "c"), train, test, mark, "some", validation)


DATA = data_of()
edits = st.one_of(
    st.tuples(st.just("label"), st.integers(0, 23), st.integers(0, 2)),
    st.tuples(st.just("out"), st.integers(0, 23), st.booleans()),
    st.tuples(st.just("use"), st.integers(0, 23), st.sampled_from(PARTS)),
)


@given(st.lists(edits, max_size=12))
def test_a_picture_is_what_was_last_said_of_it(made: list[tuple[str, int, int | bool | Part]]) -> None:
    changes = Changes()
    plain = Catalogue(DATA, changes, Split())
    labels, parts = plain.labels.tolist(), plain.parts.tolist()
    for kind, row, value in made:
        now = Catalogue(DATA, changes, Split())
        if kind == "label":
            changes = relabelled(now, changes, [row], value)
            labels[row] = value
        elif kind == "out":
            changes = left_out(now, changes, [row], value)
            parts[row] = LEFT_OUT if value else int(plain.stored[row])
        else:
            changes = used_for(now, changes, [row], value)
            parts[row] = PARTS.index(value)
    after = Catalogue(DATA, changes, Split())
    assert after.labels.tolist() == labels and after.parts.tolist() == parts
    assert bool(changes) == (labels != plain.labels.tolist() or parts != plain.parts.tolist())
    if all(parts.count(place) for place in range(3)):
        assert [len(found) for found in changed(DATA, changes).parts.values()] == [parts.count(p) for p in range(3)]


def test_none_is_moved_to_a_validation_that_is_a_share() -> None:
    data = data_of(aside=False)
    with pytest.raises(DataError, match="a share of the training pictures"):
        used_for(Catalogue(data, Changes(), Split()), Changes(), [1], "validation")


def test_oddities_that_were_dealt_with_are_none_any_more() -> None:
    catalogue = Catalogue(DATA, Changes(), Split())
    found = oddities(catalogue)
    assert sorted(map(len, found.exact)) == [8, 8, 8] and len(found.blank) == 24 and found.near == ()
    assert across(found.exact, catalogue) == 0
    first = found.exact[0]
    without = left_out(catalogue, Changes(), first[1:], True)
    assert remaining(found.exact, Catalogue(DATA, without, Split())) == found.exact[1:]
    moved = Catalogue(DATA, used_for(catalogue, Changes(), first[:1], "test"), Split())
    assert across(found.exact, moved) == 1


def test_a_picture_that_is_added_is_learned_from_and_dealt_with_like_any_other() -> None:
    plain = data_of(aside=False)
    several = Examples(np.arange(8 * 16, dtype=np.uint8).reshape(8, 4, 4, 1), plain.train.labels)
    data = replace(plain, train=several)
    drawn, other = np.full((4, 4, 1), 77, np.uint8), np.full((4, 4, 1), 78, np.uint8)
    changes = with_picture(data, with_picture(data, Changes(), drawn, 2), other, 1)
    catalogue = Catalogue(data, changes, Split())
    assert len(catalogue) == 18 and catalogue.data is Catalogue(data, changes, Split()).data
    row = catalogue.row_of("train", 8)
    assert row is not None and np.array_equal(catalogue.read(np.array([row]))[0], drawn) and catalogue.labels[row] == 2
    after = changed(data, changes)
    assert len(after.train) == 10 and after.fingerprint != data.fingerprint
    assert divided(after, Split())[0].labels[-2:].tolist() == [2, 1]
    changes = left_out(catalogue, relabelled(catalogue, changes, [row + 1], 0), [row], True)
    after = changed(data, changes)
    assert after.train.labels[-1] == 0 and np.array_equal(after.train.pixels[-1], other) and len(after.train) == 9
    with pytest.raises(DataError, match="4×4×1, this one is 5×4×1"):
        with_picture(data, changes, np.zeros((5, 4, 1), np.uint8), 0)
    with pytest.raises(DataError, match="does not fit it"):
        changed(data, with_picture(data, Changes(), drawn, 3))
