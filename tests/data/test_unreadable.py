"""Files of known kinds that are not opened are refused with what to do instead."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from cnnstudio.data.dataset import DataError
from cnnstudio.data.library import open_data
from cnnstudio.nn.telling.told import worded
from cnnstudio.opening import what_is

REFUSED: dict[str, tuple[bytes, str]] = {
    "pets.rar": (b"Rar!\x1a\x07", "unpack it and open the folder"),
    "PETS.7Z": (b"7z\xbc\xaf\x27\x1c", "unpack it and open the folder"),
    "pets.tar.gz": (b"\x1f\x8b", "unpack it and open the folder"),
    "pets.tgz": (b"\x1f\x8b", "unpack it and open the folder"),
    "pets": (b"Rar!\x1a\x07", "unpack it and open the folder"),
    "svhn.mat": (b"MATLAB 5.0", "save its arrays with numpy.savez"),
    "a.tfrecord": (b"\0" * 9, "save its arrays with numpy.savez"),
    "train.parquet": (b"PAR1", "save its pictures as files"),
    "train-00000-of-00001": (b"PAR1", "save its pictures as files"),
    "signs.h5": (b"\x89HDF", "save its arrays with numpy.savez"),
    "digits.pkl": (pickle.dumps([1]), "may run a program when it is opened"),
    "nameless": (pickle.dumps([1]), "may run a program when it is opened"),
    "net.onnx": (b"\x08\x07", "holds a network, no pictures"),
    "table.xlsx": (b"PK\x03\x04", "save it as CSV"),
    "film.mp4": (b"\0\0\0\x18ftyp", "save pictures of it"),
    "cat.png": (b"\x89PNG", "is a single picture"),
    "photo.heic": (b"\0\0\0\x18ftypheic", "save it as PNG or JPEG"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_each_is_refused_in_a_sentence_that_says_what_to_do(name: str, tmp_path: Path) -> None:
    content, told = REFUSED[name]
    path = tmp_path / name
    path.write_bytes(content + bytes(40))
    with pytest.raises(DataError) as refusal:
        open_data(path)
    assert told in str(refusal.value)
    assert str(refusal.value).startswith(str(path)) and str(refusal.value).endswith(".")
    if not name.endswith((".xlsx", ".heic", ".onnx", ".png")):
        assert worded(what_is(path).sentence) == str(refusal.value)


@pytest.mark.parametrize(
    ("name", "told"), [("pets.rar", "unpack it"), ("svhn.mat", "numpy.savez"), ("pets.zip", "pets.zip itself")]
)
def test_a_folder_of_nothing_else_is_refused_as_what_it_holds(name: str, told: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(bytes(40))
    (tmp_path / "readme.txt").write_text("about")
    with pytest.raises(DataError) as refusal:
        open_data(tmp_path)
    assert told in str(refusal.value)
