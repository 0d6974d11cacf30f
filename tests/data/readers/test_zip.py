"""A zip is read as its folder would be, with nothing unpacked and no member believed further than it can be checked."""

from __future__ import annotations

import os
import stat
import struct
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
from painted import classes_of, painted, write_files

from cnnstudio.data.dataset import Cancelled, DataError
from cnnstudio.data.library import open_data
from cnnstudio.data.reader import reader_of
from cnnstudio.data.wording.found import layout_words
from cnnstudio.data.wording.left_out import why_left_out

pytestmark = pytest.mark.usefixtures("empty_cache")


def packed(path: Path, files: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", how) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize("inside", ["", "pets/", "a/b/"])
def test_a_zip_is_the_folder_it_was_made_of(inside: str, tmp_path: Path) -> None:
    files = classes_of("cat", "dog", inside=f"{inside}train/") | classes_of(
        "cat", "dog", count=2, first=50, inside=f"{inside}test/"
    )
    litter = {f"__MACOSX/{inside}train/cat/._0.png": b"x", f"{inside}.DS_Store": b"x", f"{inside}train/cat/": b""}
    data = open_data(packed(tmp_path / "pets.zip", files | litter))
    assert data.fingerprint == open_data(write_files(tmp_path / "in", files)).fingerprint
    assert data.left_out == ()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cache", "in", "pets.zip"], "nothing is unpacked"


def test_each_zip_keeps_its_place_though_its_pictures_are_those_of_another(tmp_path: Path) -> None:
    one, other = (packed(tmp_path / name, classes_of("cat", "dog")) for name in ("one.zip", "other.zip"))
    assert open_data(one).source == str(one)
    assert open_data(other).source == str(other)
    before = open_data(one).fingerprint
    packed(one, classes_of("cat", "dog", first=1))
    assert open_data(one).fingerprint != before


@pytest.mark.parametrize("how", [zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_every_usual_way_of_packing_is_read(how: int, tmp_path: Path) -> None:
    assert len(open_data(packed(tmp_path / "a.zip", classes_of("cat", "dog"), how)).train) == 8


def test_empty_folders_names_from_windows_and_names_in_other_alphabets(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", classes_of("cat", "dog") | {"eel/": b"", "Äpfel/1.png": painted(900)})
    content = path.read_bytes()
    assert b"cat/0.png" in content
    path.write_bytes(content.replace(b"cat/", b"cat\\"))
    data = open_data(path)
    assert data.classes == ("cat", "dog", "eel", "Äpfel")
    assert int((data.train.labels == 0).sum() + (data.test.labels == 0).sum()) == 5


def _flagged(content: bytes, name: bytes, flag: int) -> bytes:
    """A zip in whose two headers of a member a flag is set."""
    found = bytearray(content)
    start = 0
    while (start := found.find(name, start)) >= 0:
        for size, place in ((30, 6), (46, 8)):
            head = start - size
            if head >= 0 and found[head : head + 4] == (b"PK\x03\x04" if size == 30 else b"PK\x01\x02"):
                found[head + place] |= flag
        start += 1
    return bytes(found)


LINK = zipfile.ZipInfo("cat/link.png")
LINK.external_attr = (stat.S_IFLNK | 0o777) << 16
#: members that are left out, and what is said of each
MEMBERS: dict[str, tuple[bytes, str]] = {
    "../out.png": (painted(1), "leads out of the zip"),
    "cat/../../out.png": (painted(1), "leads out of the zip"),
    "/etc/out.png": (painted(1), "leads out of the zip"),
    "C:/out.png": (painted(1), "leads out of the zip"),
    "cat//twice.png": (painted(1), "leads out of the zip"),
    "cat/" + "d/" * 9 + "deep.png": (painted(1), "more than 8 folders deep"),
    "cat/bomb.png": (bytes(30 << 20), "more than 200 times its size"),
    "cat/large.png": (np.random.default_rng(0).bytes(1000) + bytes(65 << 20), "more than the 64\u202fMB"),
    "cat/secret.png": (painted(1), "It is encrypted"),
    "cat/inner.zip": (b"PK\x03\x04", "unpack it first"),
    "cat/empty.png": (b"", "empty"),
    "cat/bad.png": (b"\x89PNG", "no picture"),
    "notes.txt": (b"about", "It is no picture."),
    "cat/damaged.png": (painted(6), "damaged within the zip"),
}


@pytest.mark.slow
def test_members_that_cannot_be_trusted_are_left_out_by_name(tmp_path: Path) -> None:
    path = packed(
        tmp_path / "a.zip", classes_of("cat", "dog") | {name: content for name, (content, _) in MEMBERS.items()}
    )
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(LINK, "../../secret.png")
        archive.writestr("cat/0.png", painted(999))
        archive.writestr(zipfile.ZipInfo(""), painted(1))
    content = _flagged(path.read_bytes(), b"cat/secret.png", 1)
    at = content.find(b"cat/damaged.png") + 60
    path.write_bytes(content[:at] + b"\xff" * 20 + content[at + 20 :])
    data = open_data(path)
    said = {each.file: str(why_left_out(each.why)) for each in data.left_out}
    expected = {name: told for name, (_, told) in MEMBERS.items()}
    expected |= {"cat/link.png": "It is a link.", "cat/0.png": "another file of this name"}
    expected |= {"": "leads out of the zip"}
    assert set(said) == set(expected)
    for name, told in expected.items():
        assert told in said[name], f"{name}: {said[name]}"
    assert len(data.train) + len(data.test) == 10
    assert not (tmp_path.parent / "out.png").exists()


NO_ZIPS: dict[str, tuple[bytes, str]] = {
    "text": (b"Dear reader", "damaged zip"),
    "empty": (b"", "damaged zip"),
    "only the beginning": (b"PK\x03\x04" + bytes(100), "damaged zip"),
    "only the end": (b"PK\x05\x06" + bytes(18), "holds no pictures"),
    "a directory that is not there": (b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 9, 9, 999, 9, 0), "damaged zip"),
    "a directory beyond measure": (
        b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 9, 9, 2**31, 9, 0),
        "more than 300\u202f000",
    ),
}


@pytest.mark.parametrize("case", NO_ZIPS)
def test_what_is_no_sound_zip_is_refused(case: str, tmp_path: Path) -> None:
    content, told = NO_ZIPS[case]
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(DataError) as refusal:
        open_data(tmp_path / "a.zip")
    assert told in str(refusal.value) and str(tmp_path / "a.zip") in str(refusal.value)


def test_zips_of_another_kind_are_none_of_pictures(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"manifest.json": b"{}", "thumbnail.png": painted(1)})
    assert reader_of(path) is None
    with pytest.raises(DataError, match="holds no pictures: unpack it"):
        open_data(packed(tmp_path / "b.zip", {"train-images-idx3-ubyte": b"x"}))


def test_a_cancel_is_heard_at_once(tmp_path: Path, empty_cache: Path) -> None:
    path = packed(tmp_path / "a.zip", classes_of("cat", "dog", count=200))
    told: list[float] = []
    with pytest.raises(Cancelled):
        open_data(path, told.append, lambda: bool(told) and told[-1] > 0.3)
    assert told[-1] < 0.5
    assert [file for file in empty_cache.rglob("*") if file.is_file()] == []


@pytest.mark.slow
@pytest.mark.real_data
def test_three_thousand_photographs_open_in_a_few_seconds_and_again_at_once() -> None:
    path = Path(os.environ["CNNSTUDIO_REAL_DATA"]) / "cifar10-small.zip"
    began = time.monotonic()
    data = open_data(path)
    first = time.monotonic() - began
    assert data.image_shape == (32, 32, 3)
    assert (len(data.train), len(data.test), len(data.classes)) == (2500, 500, 10)
    assert np.bincount(data.train.labels).tolist() == [250] * 10
    assert data.left_out == () and layout_words(data.layout) == "training and test, a folder for each class"
    began = time.monotonic()
    assert open_data(path).fingerprint == data.fingerprint
    assert time.monotonic() - began < first / 2
