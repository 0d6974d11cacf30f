"""Changes by hand: what is undone by hand leaves no trace, and what is left is what the data set becomes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnstudio.data.dataset import PARTS, DataError, DataSet, Examples, Part, fingerprint
from cnnstudio.data.preparation.changes import Changes, changed
from cnnstudio.data.preparation.split import Split
from cnnstudio.data.review.catalogue import LEFT_OUT, Catalogue
from cnnstudio.data.review.editing import left_out, relabelled, used_for
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
