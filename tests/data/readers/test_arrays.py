"""Arrays in .npz and .npy: by their names, of every type of numbers, and nothing else."""

from __future__ import annotations

import io
import pickle
import struct
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cnnstudio.data.arrays.to_npz import write_npz
from cnnstudio.data.dataset import Cancelled, DataError
from cnnstudio.data.library import open_data
from cnnstudio.data.preparation.choice import DataChoice
from cnnstudio.data.wording.found import notice_words
from tests.one_line import is_one_line

X = np.random.default_rng(0).integers(0, 256, (30, 4, 6, 1), dtype=np.uint8)
Y = np.arange(30) % 3
FOUR = {"x_train": X[:20], "y_train": Y[:20], "x_test": X[20:], "y_test": Y[20:]}


def npz(path: Path, **arrays: Any) -> Path:
    np.savez(path, **arrays)
    return path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "clocks.npz"


NAMED: dict[str, dict[str, Any]] = {
    "keras": FOUR,
    "packed words": {"xtrain": X[:20], "ytrain": Y[:20], "xtest": X[20:], "ytest": Y[20:]},
    "capitals": {"X_train": X[:20], "Y_train": Y[:20], "X_test": X[20:], "Y_test": Y[20:]},
    "camels": {"trainImages": X[:20], "trainLabels": Y[:20], "testImages": X[20:], "testLabels": Y[20:]},
    "medical": {
        "train_images": X[:20, ..., 0], "train_labels": Y[:20, None], "test_images": X[20:], "test_labels": Y[20:, None]
    },
    "one of K": {**FOUR, "y_train": np.eye(3)[Y[:20]], "y_test": np.eye(3, dtype=np.int32)[Y[20:]]},
    "other orders": {**FOUR, "x_train": np.asfortranarray(X[:20]), "y_test": Y[20:].astype(">i2")},
    "whole floats": {**FOUR, "y_train": Y[:20].astype(np.float64), "x_test": X[20:].astype(np.float32)},
    "wide numbers": {**FOUR, "x_train": X[:20].astype(np.int64), "x_test": X[20:].astype("<u2")},
    "others beside": {**FOUR, "ids": np.arange(3), "note": np.array("about")},
}  # fmt: skip


@pytest.mark.parametrize("case", NAMED)
def test_arrays_are_known_by_their_names_whatever_their_type_and_form(case: str, file: Path) -> None:
    data = open_data(npz(file, **NAMED[case]))
    assert np.array_equal(data.train.pixels, X[:20]) and np.array_equal(data.test.pixels, X[20:])
    assert data.train.labels.tolist() == Y[:20].tolist()
    assert data.classes == ("0", "1", "2")
    assert data.fingerprint == open_data(npz(file.with_name("plain.npz"), **FOUR)).fingerprint


def test_two_arrays_need_no_names_and_a_fifth_is_held_back(file: Path) -> None:
    data = open_data(npz(file, arr_0=X, arr_1=Y))
    assert (len(data.train), len(data.test)) == (24, 6)
    assert np.bincount(data.test.labels).tolist() == [2, 2, 2]
    half = open_data(DataChoice(str(file), (("per_class", 4), ("test_share", 0.5))))
    assert (len(half.train), len(half.test)) == (6, 6)


def test_four_arrays_need_no_names_either(file: Path) -> None:
    data = open_data(npz(file, arr_0=X[20:], arr_1=Y[20:], arr_2=X[:20], arr_3=Y[:20]))
    assert data.fingerprint == open_data(npz(file.with_name("plain.npz"), **FOUR)).fingerprint


def test_files_with_one_array_each_go_by_their_names(file: Path) -> None:
    """As KMNIST is published."""
    folder = file.parent / "kmnist"
    folder.mkdir()
    for name, array in FOUR.items():
        kind, _, part = name.partition("_")
        npz(folder / f"kmnist-{part}-{'imgs' if kind == 'x' else 'labels'}.npz", arr_0=array)
    data = open_data(folder)
    assert data.fingerprint == open_data(npz(file, **FOUR)).fingerprint
    assert open_data(folder / "kmnist-test-imgs.npz").fingerprint == data.fingerprint


def test_names_of_classes_and_validation_are_read_and_what_was_written_opens_as_the_same(file: Path) -> None:
    data = open_data(npz(file, **FOUR, x_val=X[:6], y_val=Y[:6], classes=np.array(["cat", "dog", "eel", "fox"])))
    assert data.classes == ("cat", "dog", "eel", "fox") and notice_words(data) == "No picture is of class “fox”."
    assert data.validation is not None and len(data.validation) == 6
    written = file.with_name("again.npz")
    write_npz(data, written)
    again = open_data(written)
    assert (again.fingerprint, again.content) == (data.fingerprint, data.content)
    with np.load(written) as arrays:
        assert sorted(arrays) == ["classes", "x_test", "x_train", "x_validation", "y_test", "y_train", "y_validation"]
        assert arrays["x_train"].dtype == np.uint8 and arrays["x_train"].shape == (20, 4, 6, 1)


@pytest.mark.parametrize(
    ("given", "factor"),
    [
        (np.float16, 1 / 255),
        (np.float32, 1 / 255),
        (np.float64, 1.0),
        (np.uint16, 257),
        (np.int32, 257),
        (np.float32, 257),
    ],
)
def test_brightness_of_every_range_becomes_bytes(given: Any, factor: float, file: Path) -> None:
    wide = X.astype(np.float64) * factor
    wide[0, 0, 0, 0], wide[0, 0, 1, 0] = 0, 255 * factor
    data = open_data(
        npz(file, **FOUR | {"x_train": np.rint(wide[:20]).astype(given) if factor > 1 else wide[:20].astype(given)})
    )
    assert np.abs(data.train.pixels.astype(int)[1:] - X[1:20]).max() == 0
    assert ("256 are left" in notice_words(data)) == (factor > 1)


def test_truth_is_black_and_white_and_channels_may_come_first(file: Path) -> None:
    bits = np.zeros((20, 3, 4, 6), bool)
    bits[:, 1] = True
    bits[:, 0, 1] = X[:20, 0, :, 0] > 99
    data = open_data(npz(file, x=bits, y=Y[:20]))
    assert data.image_shape == (4, 6, 3)
    assert data.train.pixels[0, 0, 0].tolist() == [0, 255, 0]
    assert set(np.unique(data.train.pixels)) == {0, 255}


def member(header: bytes, body: bytes = b"", version: bytes = b"\x01\x00") -> bytes:
    return b"\x93NUMPY" + version + struct.pack("<H", len(header)) + header + body


def header(descr: str = "'|u1'", shape: str = "(20, 4, 6, 1)", order: str = "False") -> bytes:
    return f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}\n".encode()


class Trap:
    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (Path("trapped"),))


GOOD_BODY = X[:20].tobytes()
#: the bytes of x_train.npy, and what must be said
HOSTILE: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "no .npy file"),
    "text": (b"Dear reader", "no .npy file"),
    "pickle": (pickle.dumps([1, 2]), "no .npy file"),
    "objects": (member(header("'|O'"), pickle.dumps(Trap())), "objects may run a program"),
    "records": (member(header("[('a', '<i4')]")), "no numbers"),
    "dates": (member(header("'<M8[s]'")), "no numbers"),
    "complex": (member(header("'<c8'")), "no numbers"),
    "bytes": (member(header("'|S9'")), "no numbers"),
    "a type that is none": (member(header("'<i3'")), "no numbers"),
    "a type of control characters": (member(header("'\x1cf4'")), "no numbers"),
    "long text": (member(header("'<U99999'")), "no numbers"),
    "short": (member(header(), GOOD_BODY[:-1]), "480 bytes, but 479 follow"),
    "long": (member(header(), GOOD_BODY + b"x"), "480 bytes, but 481 follow"),
    "lying": (member(header(shape="(1000000, 4096, 4096, 3)"), bytes(100)), "but 100 follow"),
    "overflowing": (member(header(shape="(2**62, 4)")), "damaged header"),
    "beyond all numbers": (member(header(shape=f"({2**63}, {2**63})"), b""), "but 0 follow"),
    "negative": (member(header(shape="(-1, 4)")), "damaged header"),
    "truth for a side": (member(header(shape="(True, 4)")), "damaged header"),
    "nine dimensions": (member(header(shape="(1,) * 9")), "damaged header"),
    "really nine dimensions": (member(header(shape="(1, 1, 1, 1, 1, 1, 1, 1, 1)"), b"x"), "damaged header"),
    "order that is none": (member(header(order="2"), GOOD_BODY), "damaged header"),
    "program in the header": (member(b"{'descr': __import__('os').getcwd()}\n"), "damaged header"),
    "deep header": (member(b"(" * 5000), "damaged header"),
    "long header": (b"\x93NUMPY\x02\x00" + struct.pack("<I", 1 << 30), "damaged header"),
    "version": (member(header(), GOOD_BODY, b"\x09\x00"), "no .npy file"),
    "cut header": (b"\x93NUMPY\x01\x00\x76", "damaged header"),
    "no header": (member(b""), "damaged header"),
    "one number": (member(header(shape="()"), b"x"), "1 number, which is no picture"),
    "a line": (member(header(shape="(480,)"), GOOD_BODY), "480 numbers, which are no pictures"),
    "five dimensions": (member(header(shape="(20, 1, 4, 6, 1)"), GOOD_BODY), "are no pictures"),
    "two channels": (member(header(shape="(20, 4, 3, 2)"), GOOD_BODY), "are no pictures"),
    "no width": (member(header(shape="(20, 4, 0, 1)")), "pictures of 4×0"),
    "huge sides": (member(header(shape="(1, 1, 5000, 1)"), bytes(5000)), "pictures of 1×5\u202f000"),
    "below zero": (member(header("'|i1'"), bytes([200]) * 480), "numbers from −56 to −56"),
    "no number": (member(header("'<f4'"), np.full(480, np.nan, "<f4").tobytes()), "numbers from nan"),
    "beyond brightness": (member(header("'<f4'"), np.full(480, 1e9, "<f4").tobytes()), "numbers from 1e+09"),
    "fewer pictures": (member(header(shape="(12, 4, 10, 1)"), GOOD_BODY), "12 pictures but"),
    "another size": (member(header(shape="(20, 6, 4, 1)"), GOOD_BODY), "pictures of different size"),
}  # fmt: skip


@pytest.mark.parametrize("packing", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_arrays_are_refused_in_a_sentence_and_without_memory(
    case: str, packing: int, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(file.parent)
    content, told = HOSTILE[case]
    npz(file, **{name: array for name, array in FOUR.items() if name != "x_train"})
    with zipfile.ZipFile(file, "a", packing) as archive:
        archive.writestr("x_train.npy", content)
    tracemalloc.start()
    try:
        with pytest.raises(DataError) as refusal:
            open_data(file)
        assert tracemalloc.get_traced_memory()[1] < 24 << 20
    finally:
        tracemalloc.stop()
    assert told in str(refusal.value) and str(file) in str(refusal.value) and is_one_line(str(refusal.value))
    assert not Path("trapped").exists()


ZIPS: dict[str, tuple[Any, str]] = {
    "no zip": (lambda sound: b"Dear reader", "damaged zip"),
    "empty": (lambda sound: b"", "damaged zip"),
    "cut": (lambda sound: sound[:-200], "damaged zip"),
    "damaged member": (lambda sound: sound[:300] + bytes(100) + sound[400:], "damaged"),
    "name that is no text": (lambda sound: _renamed(sound, b"\xe2\x28\xa1\xff", 0x800), "damaged"),
    "name of another member": (lambda sound: _renamed(sound, b"y\n\x1bx", 0), "damaged"),
}


def _renamed(sound: bytes, name: bytes, flags: int) -> bytes:
    """A zip whose first member has a name of its own in its header, said to be of this kind."""
    return sound[:6] + struct.pack("<H", flags) + sound[8:30] + name + sound[30 + len(name) :]


@pytest.mark.parametrize("case", ZIPS)
def test_damaged_zips_are_refused(case: str, file: Path) -> None:
    damage, told = ZIPS[case]
    file.write_bytes(damage(npz(file, **FOUR).read_bytes()))
    with pytest.raises(DataError, match=told) as refusal:
        open_data(file)
    assert is_one_line(str(refusal.value)) and len(str(refusal.value)) < 300 + len(str(file))


def test_a_bomb_is_refused_before_it_grows(file: Path) -> None:
    held = io.BytesIO()
    np.save(held, np.zeros((200, 400, 400), np.uint8))
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.npy", held.getvalue())
        archive.writestr("y.npy", member(header("'<i8'", "(200,)"), np.zeros(200, "<i8").tobytes()))
    with pytest.raises(DataError, match="would take 30\u202fMB, more than"):
        open_data(file)


MEANINGLESS: dict[str, tuple[dict[str, Any], str]] = {
    "no labels": ({"x_train": X}, "no labels: they can be classified"),
    "no pictures": ({"y_train": Y}, "name arrays x_train"),
    "three nameless": ({"a": X, "b": Y, "c": Y}, "holds arrays called a, b, c"),
    "labels that are fractions": ({"x": X, "y": Y + 0.5}, "holds no labels"),
    "one class": ({"x": X, "y": Y * 0}, "of one class, “0”"),
    "fewer names than classes": ({**FOUR, "classes": np.array(["cat", "dog"])}, "names 2 classes, but its labels go"),
    "a name twice": ({**FOUR, "classes": np.array(["cat", "dog", "cat"])}, "names a class twice"),
    "a class for each picture": (
        {"x": np.zeros((20_000, 1, 1), np.uint8), "y": np.arange(20_000)}, "20\u202f000 different labels"
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", MEANINGLESS)
def test_arrays_that_make_no_data_set_are_refused_in_a_sentence(case: str, file: Path) -> None:
    arrays, told = MEANINGLESS[case]
    with pytest.raises(DataError) as refusal:
        open_data(npz(file, **arrays))
    assert told in str(refusal.value) and str(refusal.value).endswith(".")


def test_npy_files_beside_each_other_are_the_same_and_pictures_stay_on_the_disk(file: Path) -> None:
    folder = file.parent / "arrays"
    folder.mkdir()
    for name, array in FOUR.items():
        np.save(folder / f"{name}.npy", array)
    data = open_data(folder)
    assert data.fingerprint == open_data(npz(file, **FOUR)).fingerprint
    assert open_data(folder / "x_train.npy").fingerprint == data.fingerprint
    base: Any = data.train.pixels
    while isinstance(base, np.ndarray) and not isinstance(base, np.memmap):
        base = base.base
    assert isinstance(base, np.memmap)


def test_a_pair_of_npy_files_and_the_damage_they_may_have(tmp_path: Path) -> None:
    np.save(tmp_path / "pictures.npy", X)
    np.save(tmp_path / "answers.npy", np.array(["cat", "dog", "eel"])[Y])
    data = open_data(tmp_path)
    assert data.classes == ("cat", "dog", "eel") and (len(data.train), len(data.test)) == (24, 6)
    (tmp_path / "pictures.npy").write_bytes((tmp_path / "pictures.npy").read_bytes()[:-5])
    with pytest.raises(DataError, match=r"pictures.npy promises .* but 715 follow"):
        open_data(tmp_path)
    np.save(tmp_path / "pictures.npy", np.array([Trap()], dtype=object), allow_pickle=True)
    with pytest.raises(DataError, match="objects may run a program"):
        open_data(tmp_path)
    (tmp_path / "pictures.npy").unlink()
    with pytest.raises(DataError, match="holds arrays called answers"):
        open_data(tmp_path)


def test_progress_and_cancelling(file: Path) -> None:
    npz(file, **FOUR)
    heard: list[float] = []
    open_data(file, heard.append)
    assert heard == sorted(heard) and heard[-1] == 1.0
    with pytest.raises(Cancelled):
        open_data(file, cancelled=lambda: True)
