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
from cnnstudio.data.importing.survey import FIRST, Survey, surveyed
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


def test_nothing_is_decoded_and_nothing_written(tmp_path: Path, empty_cache: Path) -> None:
    cut = {f"cat/cut {at}.png": painted(at)[:-30] for at in range(3)}
    (survey,) = looked(write_files(tmp_path / "in", classes_of("cat", "dog") | cut))
    assert survey.left_out == () and not empty_cache.exists()


def test_a_cancel_ends_it_and_what_has_no_classes_is_refused(tmp_path: Path) -> None:
    folder = write_files(tmp_path / "in", classes_of("cat", "dog"))
    with pytest.raises(Cancelled):
        next(surveyed(list_folder(folder), ANY, lambda: True))
    with pytest.raises(DataError, match="nothing says of which class"):
        next(surveyed(list_folder(folder / "cat"), ANY))


@pytest.mark.real_data
def test_three_thousand_photographs_in_a_zip(real_data: Path) -> None:
    with closing(list_zip(real_data / "cifar10-small.zip")) as listing:
        first = next(surveyed(listing, ANY))
        assert (first.count("train"), first.count("test"), len(first.classes)) == (2500, 500, 10)
        *_, last = islice(surveyed(listing, ANY), 9)
    assert last.complete and last.sizes == ((32, 32, 3000),) and not last.left_out
