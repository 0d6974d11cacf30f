"""Every reader keeps what all readers promise; the program finds it by itself."""

from __future__ import annotations

import os
from fnmatch import fnmatch
from pathlib import Path

import pytest
from small_mnist import small_mnist

from cnnstudio.data.dataset import Cancelled, DataError
from cnnstudio.data.library import open_data
from cnnstudio.data.reader import Reader, file_patterns, head, reader_of, readers, why_none


def test_the_idx_reader_is_found_and_recognises_a_folder_and_each_of_its_files(tmp_path: Path) -> None:
    folder = small_mnist(tmp_path)
    for path in (folder, *folder.iterdir()):
        found = reader_of(path)
        assert found is not None and found.kind == "idx"
        assert path is folder or any(fnmatch(path.name, pattern) for pattern in file_patterns()), "dialogs list it"


@pytest.mark.parametrize("reader", readers(), ids=lambda reader: reader.kind)
def test_a_reader_says_what_it_is_for_and_refuses_what_is_none_of_it(reader: Reader, tmp_path: Path) -> None:
    assert reader.kind and reader.paths
    assert reader.choices() == reader.choices.from_json({}), "everything that can be chosen has a default"
    (tmp_path / "letter.txt").write_text("Dear reader")
    (tmp_path / "empty").mkdir()
    for path in (tmp_path / "letter.txt", tmp_path / "empty"):
        sentence = str(reader.why_not(path))
        assert str(path) in sentence and sentence.endswith(".")
        with pytest.raises(DataError) as caught:
            reader.open(path, reader.choices())
        assert str(caught.value) == sentence


def test_no_kind_is_there_twice() -> None:
    assert len({reader.kind for reader in readers()}) == len(readers())


def test_what_nothing_recognises_is_refused_with_what_would_be(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear reader")
    with pytest.raises(DataError) as caught:
        open_data(path)
    sentence = str(why_none(path))
    assert str(caught.value) == sentence
    assert str(path) in sentence and all(reader.paths in sentence for reader in readers())
    with pytest.raises(DataError, match=r"There is no data set .*an IDX folder, such as MNIST's"):
        open_data(tmp_path / "nowhere")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_named_like_data_is_no_data_and_keeps_nobody_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "train-images-idx3-ubyte")
    assert reader_of(tmp_path) is None
    with pytest.raises(DataError, match="holds no pictures to learn from"):
        open_data(tmp_path / "train-images-idx3-ubyte")


def test_opening_tells_how_far_it_is_and_can_be_stopped(tmp_path: Path) -> None:
    folder = small_mnist(tmp_path)
    heard: list[float] = []
    open_data(folder, heard.append)
    assert heard == sorted(heard) and heard[-1] == 1.0
    with pytest.raises(Cancelled):
        open_data(folder, cancelled=lambda: True)


def test_the_head_of_a_set_has_a_fingerprint_of_its_own(tmp_path: Path) -> None:
    data = open_data(small_mnist(tmp_path, train=1200))
    first = head(data)
    assert (len(first.train), len(first.test)) == (1000, 12)
    assert first.fingerprint != data.fingerprint
