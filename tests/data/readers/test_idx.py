"""IDX: what MNIST is made of is read, and nothing else is believed."""

from __future__ import annotations

import gzip
import shutil
import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from cnnstudio.data.dataset import Cancelled, DataError, DataSet
from cnnstudio.data.library import open_data, preview
from cnnstudio.data.readers.idx import open_idx
from cnnstudio.data.wording.found import notice_words

TRAIN_IMAGES, TRAIN_LABELS = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
TEST_IMAGES, TEST_LABELS = "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"
FOUR = (TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS)
MEGABYTE = 1 << 20


def images(count: int, height: int = 4, width: int = 6) -> bytes:
    pixels = np.arange(count * height * width, dtype=np.uint8)
    return struct.pack(">IIII", 0x803, count, height, width) + pixels.tobytes()


def labels(count: int, highest: int = 2) -> bytes:
    return struct.pack(">II", 0x801, count) + bytes(i % (highest + 1) for i in range(count))


def write(folder: Path, **changed: bytes) -> Path:
    """A sound set of 30 and 12 pictures, but for the files given by name (with _ for -)."""
    folder.mkdir(exist_ok=True)
    sound = dict(zip(FOUR, (images(30), labels(30), images(12), labels(12)), strict=True))
    for name, content in (sound | {name.replace("_", "-"): data for name, data in changed.items()}).items():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "clocks")


def test_a_folder_becomes_a_data_set(folder: Path) -> None:
    data = open_idx(folder)
    assert data.train.pixels.shape == (30, 4, 6, 1)
    assert data.test.pixels.shape == (12, 4, 6, 1)
    assert data.train.pixels[1, 2, 3, 0] == 24 + 2 * 6 + 3
    assert data.train.labels[:5].tolist() == [0, 1, 2, 0, 1]
    assert data.classes == ("0", "1", "2")
    assert (data.name, data.source) == ("clocks", str(folder))
    assert open_data(data.source).fingerprint == data.fingerprint


@pytest.mark.parametrize("name", FOUR)
def test_any_of_the_four_finds_the_others(folder: Path, name: str) -> None:
    assert open_idx(folder / name).fingerprint == open_idx(folder).fingerprint


def test_gzipped_and_renamed_with_a_dot_is_the_same(folder: Path) -> None:
    before = open_idx(folder).fingerprint
    for name in (TRAIN_IMAGES, TEST_LABELS):
        with gzip.open(folder / f"{name}.gz", "wb") as file:
            file.write((folder / name).read_bytes())
        (folder / name).unlink()
    (folder / TRAIN_LABELS).rename(folder / TRAIN_LABELS.replace("-idx", ".idx"))
    assert open_idx(folder).fingerprint == before
    assert open_idx(folder / f"{TRAIN_IMAGES}.gz").fingerprint == before


def test_the_file_that_was_asked_for_is_read_where_there_are_two(folder: Path) -> None:
    with gzip.open(folder / f"{TRAIN_LABELS}.gz", "wb") as file:
        file.write(labels(30, highest=7))
    assert len(open_idx(folder / TRAIN_LABELS).classes) == 3
    assert len(open_idx(folder / f"{TRAIN_LABELS}.gz").classes) == 8


def test_a_preview_is_the_head(folder: Path) -> None:
    write(folder, train_images_idx3_ubyte=images(1200), train_labels_idx1_ubyte=labels(1200))
    head, whole = preview(folder), open_data(folder)
    assert (len(head.train), len(head.test), len(whole.train)) == (1000, 12, 1200)
    assert np.array_equal(head.train.pixels, whole.train.pixels[:1000])


@pytest.mark.parametrize("gone", [(TEST_IMAGES, TEST_LABELS), (TRAIN_LABELS,)])
def test_missing_files_are_named_and_present_ones_not(folder: Path, gone: tuple[str, ...]) -> None:
    for name in gone:
        (folder / name).unlink()
    with pytest.raises(DataError) as refusal:
        open_idx(folder)
    assert [name for name in FOUR if name in str(refusal.value)] == list(gone)
    assert str(folder) in str(refusal.value)


def test_a_folder_of_something_else_and_a_foreign_file_are_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "holiday.png").write_bytes(b"\x89PNG")
    with pytest.raises(DataError, match="is no IDX data set"):
        open_idx(tmp_path)
    with pytest.raises(DataError, match=r"holiday\.png is not named like"):
        open_idx(tmp_path / "holiday.png")


def pack(content: bytes) -> bytes:
    return gzip.compress(content, 1, mtime=0)


LYING = struct.pack(">IIII", 0x803, 30, 4000, 4000)
BOMB_HEADER = struct.pack(">IIII", 0x803, 600_000, 28, 28)

HOSTILE: dict[str, tuple[dict[str, bytes], str]] = {
    "empty": ({TRAIN_IMAGES: b""}, "no IDX file of images"),
    "short header": ({TRAIN_IMAGES: images(30)[:13]}, "no IDX file of images"),
    "foreign": ({TRAIN_IMAGES: b"\x89PNG\r\n\x1a\n" + bytes(1000)}, "89 50 4e 47"),
    "labels for images": ({TRAIN_IMAGES: labels(30)}, "an IDX file with 1 dimension; images have 3"),
    "images for labels": ({TRAIN_LABELS: images(30)}, "an IDX file with 3 dimensions; labels have 1"),
    "signed bytes below zero": ({TRAIN_IMAGES: b"\0\0\x09\x03" + images(30)[4:]}, "numbers from −128 to 127"),
    "a type that is none": ({TRAIN_IMAGES: b"\0\0\x0a\x03" + images(30)[4:]}, "00 00 0a 03"),
    "five dimensions": (
        {TRAIN_IMAGES: b"\0\0\x08\x05" + images(30)[4:]},
        "an IDX file with 5 dimensions; images have 3",
    ),
    "short numbers of half the length": (
        {TRAIN_IMAGES: b"\0\0\x0b\x03" + images(30)[4:]},
        "numbers of 2 bytes in its header but 720 follow",
    ),
    "labels that are no numbers": (
        {TRAIN_LABELS: struct.pack(">II", 0xD01, 30) + np.full(30, np.nan, ">f4").tobytes()},
        "holds no labels",
    ),
    "one class": ({TRAIN_LABELS: labels(30, 0), TEST_LABELS: labels(12, 0)}, "of one class, “0”"),
    "truncated": ({TRAIN_IMAGES: images(30)[:-1]}, "719 follow"),
    "one byte more": ({TRAIN_IMAGES: images(30) + b"\0"}, "721 follow"),
    "lying header": ({TRAIN_IMAGES: LYING + bytes(100)}, "30 × 4\u202f000 × 4\u202f000 bytes"),
    "beyond all bounds": ({TRAIN_IMAGES: struct.pack(">IIII", 0x803, *(3 * [2**32 - 1]))}, "more than"),
    "product that overflows": ({TRAIN_IMAGES: struct.pack(">IIII", 0x803, 2**32 - 1, 2**16, 2**16)}, "more"),
    "product that overflows to zero": (
        {TRAIN_IMAGES: struct.pack(">IIII", 0x803, 2**31, 2**17, 2**16)},
        "more than this program reads",
    ),
    "no pictures": ({TRAIN_IMAGES: images(0), TRAIN_LABELS: labels(0)}, "nothing"),
    "no width": ({TRAIN_IMAGES: struct.pack(">IIII", 0x803, 30, 4, 0)}, "nothing"),
    "fewer labels": ({TRAIN_LABELS: labels(29)}, "30 pictures but train-labels-idx1-ubyte 29 labels"),
    "more labels": ({TEST_LABELS: labels(13)}, "12 pictures but t10k-labels-idx1-ubyte 13 labels"),
    "sizes differ": ({TEST_IMAGES: images(12, 6, 4)}, "different size"),
    "not gzip at all": ({f"{TRAIN_IMAGES}.gz": b"plainly not"}, "no IDX file of images"),
    "gzip magic only": ({f"{TRAIN_IMAGES}.gz": b"\x1f\x8b"}, "damaged gzip"),
    "gzip cut": ({f"{TRAIN_IMAGES}.gz": pack(images(30))[:-12]}, "damaged gzip"),
    "gzip of less": ({f"{TRAIN_IMAGES}.gz": pack(images(30)[:-5])}, "715 follow"),
    "gzip of more": ({f"{TRAIN_IMAGES}.gz": pack(images(30) + bytes(99))}, "at least 721 follow"),
    "gzip of a lying header": ({f"{TRAIN_IMAGES}.gz": pack(LYING + bytes(100))}, "more than"),
    "gzip checksum": ({f"{TRAIN_IMAGES}.gz": pack(images(30))[:-8] + bytes(8)}, "damaged gzip"),
    "gzip with a bad block": ({f"{TRAIN_IMAGES}.gz": pack(images(30))[:10] + b"\xff" * 60}, "damaged gzip"),
    "bomb": ({f"{TRAIN_IMAGES}.gz": pack(BOMB_HEADER) + 45 * pack(bytes(10 * MEGABYTE))}, "more than"),
    "bomb behind an honest header": (
        {f"{TRAIN_IMAGES}.gz": pack(images(30)) + 60 * pack(bytes(10 * MEGABYTE))},
        "at least 721 follow",
    ),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_files_are_refused_by_name_and_without_memory(folder: Path, case: str) -> None:
    files, reason = HOSTILE[case]
    for name, content in files.items():
        (folder / name.removesuffix(".gz")).unlink()
        (folder / name).write_bytes(content)
    tracemalloc.start()
    try:
        with pytest.raises(DataError) as refusal:
            open_idx(folder)
        assert tracemalloc.get_traced_memory()[1] < 24 * MEGABYTE
    finally:
        tracemalloc.stop()
    said = str(refusal.value)
    assert reason in said
    assert any(name in said for name in files) or str(folder) in said


def test_a_large_raw_file_with_a_lying_header_is_refused_unread(folder: Path) -> None:
    with (folder / TRAIN_IMAGES).open("wb") as file:
        file.write(struct.pack(">IIII", 0x803, 100, 2000, 2000))
        file.truncate(200 * MEGABYTE)
    tracemalloc.start()
    try:
        with pytest.raises(DataError, match=r"100 × 2\u202f000 × 2\u202f000 bytes .* 209\u202f715\u202f184 follow"):
            open_idx(folder)
        assert tracemalloc.get_traced_memory()[1] < MEGABYTE
    finally:
        tracemalloc.stop()


def test_a_folder_in_place_of_a_file_is_missing(folder: Path) -> None:
    (folder / TEST_LABELS).unlink()
    (folder / TEST_LABELS).mkdir()
    with pytest.raises(DataError, match=TEST_LABELS):
        open_idx(folder)


TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


def idx(array: np.ndarray, kind: int) -> bytes:
    sides = struct.pack(f">{array.ndim}I", *array.shape)
    return bytes((0, 0, kind, array.ndim)) + sides + array.astype(TYPES[kind]).tobytes()


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("shape", [(30, 4, 6), (30, 4, 6, 1), (30, 4, 6, 3), (30, 3, 4, 6), (30, 25)])
def test_every_element_type_and_rank_is_read(folder: Path, kind: int, shape: tuple[int, ...]) -> None:
    pixels = np.arange(np.prod(shape)).reshape(shape) % 128
    write(folder, train_images_idx3_ubyte=idx(pixels, kind), train_labels_idx1_ubyte=idx(np.arange(30) % 3, kind))
    write_test = idx(pixels[:12], kind)
    (folder / TEST_IMAGES).write_bytes(write_test)
    data = open_idx(folder)
    height, width, channels = (5, 5, 1) if len(shape) == 2 else (4, 6, 3 if 3 in shape else 1)
    assert data.image_shape == (height, width, channels)
    first = pixels[7].transpose(1, 2, 0) if shape[1] == 3 else pixels[7]
    assert np.array_equal(data.train.pixels[7].ravel(), first.ravel())
    assert data.train.labels[:4].tolist() == [0, 1, 2, 0]


def test_floating_point_and_16_bits_are_brought_to_eight(folder: Path) -> None:
    for kind, white, told in ((0x0D, 1.0, ""), (0x0E, 255.0, ""), (0x0C, 65_535, "of 65\u202f536 levels 256 are left")):
        steps = np.linspace(0, white, 720).reshape(30, 4, 6)
        write(folder, train_images_idx3_ubyte=idx(steps, kind))
        data = open_idx(folder)
        assert np.abs(data.train.pixels[..., 0] - steps / white * 255).max() <= 1
        assert told in notice_words(data) and bool(told) == bool(notice_words(data))


@pytest.mark.parametrize(
    ("numbers", "classes", "said"),
    [
        (range(1, 11), tuple(map(str, range(1, 11))), ""),
        ((0, 1, 3), ("0", "1", "3"), "No picture is of class 2."),
        ((2, 5, 9), ("2", "5", "9"), "No pictures are of the classes 3, 4, 6, 7 and 8."),
        ((0, 100), ("0", "100"), "No pictures are of the classes 1, 2, 3, 4, 5 and 94 more."),
    ],
)
def test_classes_are_the_labels_that_occur_in_order(
    folder: Path, numbers: tuple[int, ...], classes: tuple[str, ...], said: str
) -> None:
    given = np.array([numbers[at % len(numbers)] for at in range(30)], np.uint8)
    write(folder, train_labels_idx1_ubyte=idx(given, 8), t10k_labels_idx1_ubyte=idx(given[:12], 8))
    data = open_idx(folder)
    assert data.classes == classes
    assert [data.classes[label] for label in data.train.labels] == list(map(str, given))
    assert notice_words(data) == said


PUBLISHED = {
    "EMNIST": [f"emnist-letters-{name}-ubyte" for name in (
        "train-images-idx3", "train-labels-idx1", "test-images-idx3", "test-labels-idx1")],
    "QMNIST": ["qmnist-train-images-idx3-ubyte", "qmnist-train-labels-idx2-int", "qmnist-test-images-idx3-ubyte",
               "qmnist-test-labels-idx2-int"],
    "MNIST/raw": list(FOUR),
    "copies": [f"{name} (1)" for name in FOUR],
    "packed copies": [f"{FOUR[0]} (1).gz", f"{FOUR[1]}.gz (2)", f"{FOUR[2]}.gz", FOUR[3]],
    "dots": [name.replace("-idx", ".idx") for name in FOUR],
    "folder in folder": [f"{name}/{name}" for name in FOUR],
    "SHOUTED": [name.upper() for name in FOUR],
}  # fmt: skip


@pytest.mark.parametrize("case", PUBLISHED)
def test_sets_open_under_the_names_they_are_published_and_copied_under(case: str, tmp_path: Path) -> None:
    wide = np.stack([np.arange(30) % 3, *np.ones((7, 30))], 1)
    contents = [images(30), idx(wide, 0x0C) if "QMNIST" in case else labels(30), images(12), labels(12)]
    if "QMNIST" in case:
        contents[3] = idx(wide[:12], 0x0C)
    for name, content in zip(PUBLISHED[case], contents, strict=True):
        file = tmp_path / "home" / case.partition("/")[2] / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(pack(content) if ".gz" in name else content)
    data = open_data(tmp_path / "home")
    plain = open_data(write(tmp_path / "plain"))
    assert data.train.labels.tolist() == plain.train.labels.tolist()
    turned = data.train.pixels.swapaxes(1, 2) if case == "EMNIST" else data.train.pixels
    assert np.array_equal(turned, plain.train.pixels)
    assert open_data(file).fingerprint == data.fingerprint, "one of the files finds the others"


def test_several_sets_in_a_folder_are_told_apart_by_a_file(tmp_path: Path) -> None:
    for name, count in (("letters", 2), ("digits", 3)):
        for plain, content in zip(FOUR, (images(30), labels(30, count), images(12), labels(12, count)), strict=True):
            (tmp_path / f"emnist-{name}-{plain.replace('t10k', 'test')}").write_bytes(content)
    with pytest.raises(DataError, match="several IDX data sets: open one of the files emnist-digits-train-images"):
        open_data(tmp_path)
    data = open_data(tmp_path / "emnist-digits-test-labels-idx1-ubyte")
    assert len(data.classes) == 4 and data.title == "emnist-digits"
    assert open_data(data.source).fingerprint == data.fingerprint


def test_progress_and_cancelling(folder: Path) -> None:
    heard: list[float] = []
    open_idx(folder, heard.append)
    assert heard == sorted(heard) and heard[-1] == 1
    with pytest.raises(Cancelled):
        open_idx(folder, cancelled=lambda: True)


def _same(a: DataSet, b: DataSet) -> bool:
    return a.fingerprint == b.fingerprint


@pytest.mark.slow
@pytest.mark.real_data
def test_mnist_as_published(mnist: DataSet, tmp_path: Path) -> None:
    assert mnist.train.pixels.shape == (60_000, 28, 28, 1)
    assert mnist.test.pixels.shape == (10_000, 28, 28, 1)
    assert mnist.classes == tuple("0123456789")
    assert mnist.train.labels[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert np.bincount(mnist.test.labels).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    for name in FOUR:
        with gzip.open(Path(mnist.source) / f"{name}.gz") as packed, (tmp_path / name).open("wb") as raw:
            shutil.copyfileobj(packed, raw)
    assert _same(open_idx(tmp_path), mnist)
