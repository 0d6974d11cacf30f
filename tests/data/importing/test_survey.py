"""The first look at pictures: all by their names at once, the heads of a sample, the rest afterwards."""

from __future__ import annotations

from contextlib import closing
from itertools import islice
from pathlib import Path

import pytest
from painted import classes_of, painted, write_files

from cnnstudio.data.dataset import Cancelled, DataError
from cnnstudio.data.importing.choices import PictureChoices
from cnnstudio.data.importing.listing import list_folder
from cnnstudio.data.importing.pictures import import_pictures
from cnnstudio.data.importing.survey import FIRST, READ, Survey, surveyed
from cnnstudio.data.importing.zip_listing import list_zip
from cnnstudio.data.library import open_data

ANY = PictureChoices()


def looked(folder: Path) -> list[Survey]:
    return list(surveyed(list_folder(folder), ANY))


def test_the_first_answer_counts_all_and_has_looked_at_a_sample_of_every_class(tmp_path: Path) -> None:
    one = painted(0)
    files = {f"{part}/{name}/{at}.png": one for part in ("train", "val") for name in "ab" for at in range(150)}
    first, *_, last = looked(write_files(tmp_path / "in", files))
    assert not first.complete and len(first.looks) == FIRST
    assert {each.label for each in first.pictures[:FIRST]} == {"a", "b"}
    assert first.counts == last.counts == {(part, name): 150 for part in ("train", "validation") for name in "ab"}
    assert first.parts == ("train", "validation") and first.count("train") == 300 and first.count(name="a") == 300
    assert last.complete and last.sizes == ((6, 8, 600),)
    assert first.read == 0 and not first.heads_known and last.heads_known


def test_what_the_heads_tell_is_what_an_import_finds(tmp_path: Path) -> None:
    odd = {"cat/wide.png": painted(1, height=9, width=12), "cat/empty.png": b"", "dog/text.jpg": b"Dear reader"}
    folder = write_files(tmp_path / "in", classes_of("cat", "dog") | odd | {"dog/notes.txt": b"about"})
    (survey,) = looked(folder)
    data = open_data(folder)
    assert survey.complete and survey.classes == data.classes and survey.layout == data.layout
    assert survey.sizes == data.sizes == ((6, 8, 10), (9, 12, 1))
    assert set(survey.left_out) == set(data.left_out)
    assert survey.count() == len(survey.readable) == 11
    assert survey.parts == ()


def test_what_breaks_off_is_left_out_as_in_the_import_and_nothing_is_written(tmp_path: Path, empty_cache: Path) -> None:
    whole = painted(0)
    cut = {f"cat/cut {at}.png": painted(at)[: len(whole) // 2] for at in range(3)}
    folder = write_files(tmp_path / "in", classes_of("cat", "dog") | cut)
    (survey,) = looked(folder)
    assert not empty_cache.exists()
    data = open_data(folder)
    assert {each.file for each in survey.left_out} == cut.keys()
    assert set(survey.left_out) == set(data.left_out)
    assert survey.count() == len(survey.readable) == sum(count for *_, count in data.sizes)


@pytest.mark.slow
def test_how_far_it_has_read_is_said(tmp_path: Path) -> None:
    """Until all are read to their end, a picture may still turn out to be broken."""
    one = painted(0)
    files = {f"{name}/{at}.png": one if at else one[: len(one) // 2] for name in "ab" for at in range(READ)}
    answers = looked(write_files(tmp_path / "in", files))
    assert [each.read for each in answers] == [0, 0, READ, 2 * READ]
    assert [each.complete for each in answers] == [False, False, False, True]
    assert answers[1].heads_known and answers[1].count() == 2 * READ and answers[-1].count() == 2 * READ - 2


def test_at_most_so_many_of_a_class_are_those_that_the_import_takes(tmp_path: Path) -> None:
    """A broken one among the first of a class is not made up for."""
    ones = [painted(at) for at in range(80)]
    files = {f"{'ab'[at % 2]}/{at}.png": one if at % 3 else one[: len(one) // 2] for at, one in enumerate(ones)}
    folder = write_files(tmp_path / "in", files)
    (survey,) = looked(folder)
    choices = ANY.replace(per_class=10)
    data = import_pictures(list_folder(folder), choices)
    taken = survey.taken(10)
    assert sum(taken.values()) == sum(count for *_, count in data.sizes) < 20
    assert survey.taken(0) == survey.counts


def test_a_cancel_ends_it_and_what_has_no_classes_is_refused(tmp_path: Path) -> None:
    folder = write_files(tmp_path / "in", classes_of("cat", "dog"))
    with pytest.raises(Cancelled):
        next(surveyed(list_folder(folder), ANY, lambda: True))
    with pytest.raises(DataError, match="nothing says of which class"):
        next(surveyed(list_folder(folder / "cat"), ANY))


@pytest.mark.slow
@pytest.mark.real_data
def test_three_thousand_photographs_in_a_zip(real_data: Path) -> None:
    with closing(list_zip(real_data / "cifar10-small.zip")) as listing:
        first = next(surveyed(listing, ANY))
        assert (first.count("train"), first.count("test"), len(first.classes)) == (2500, 500, 10)
        *_, last = islice(surveyed(listing, ANY), 9)
    assert last.complete and last.sizes == ((32, 32, 3000),) and not last.left_out
