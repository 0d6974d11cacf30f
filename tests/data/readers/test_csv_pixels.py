"""Tables of pixels are read with the label wherever it stands; a damaged row is named."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from cnnstudio.data.dataset import Cancelled, DataError
from cnnstudio.data.library import open_data
from cnnstudio.data.preparation.choice import DataChoice
from cnnstudio.data.reader import reader_of
from cnnstudio.data.wording.found import notice_words

PIXELS = np.random.default_rng(0).integers(0, 256, (30, 16), dtype=np.uint8)
PIXELS[:, -1] = 0  # as in MNIST, where the edges are black
LABELS = [number % 3 for number in range(30)]
NAMES = ("cat", "dog", "eel")
HEADING = ",".join(["label", *(f"pixel{at}" for at in range(16))])


def rows(first: int = 0, last: int = 30, comma: str = ",", label: str = "first", names: bool = False) -> list[str]:
    found = []
    for at in range(first, last):
        said = NAMES[LABELS[at]] if names else str(LABELS[at])
        cells = list(map(str, PIXELS[at]))
        found.append(comma.join([said, *cells] if label == "first" else [*cells, said]))
    return found


def write(path: Path, lines: list[str], end: str = "\n") -> Path:
    content = end.join(lines).encode() + end.encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


FORMS: dict[str, tuple[str, list[str]]] = {
    "heading": ("a.csv", [HEADING, *rows()]),
    "no heading": ("a.csv", rows()),
    "label last": ("a.csv", rows(label="last")),
    "label last with a heading": ("a.csv", [",".join([*HEADING.split(",")[1:], "Class"]), *rows(label="last")]),
    "names": ("a.csv", [HEADING, *rows(names=True)]),
    "names without a heading": ("a.csv", rows(names=True)),
    "names last without a heading": ("a.csv", rows(names=True, label="last")),
    "semicolons": ("a.csv", rows(comma=";")),
    "tabs": ("a.tsv", rows(comma="\t")),
    "packed": ("a.csv.gz", [HEADING, *rows()]),
    "capital ending, BOM": ("A.CSV", ["\ufeff" + HEADING, *rows()]),
    "quotes": ("a.csv", [HEADING, *(",".join(f'"{cell}"' for cell in row.split(",")) for row in rows())]),
    "empty lines": ("a.csv", [HEADING, "", *rows(), "", ""]),
    "a column of numbers beside": ("a.csv", [f"id,{HEADING}", *(f"{at},{row}" for at, row in enumerate(rows()))]),
    "fractions of one": (
        "a.csv",
        [",".join([str(LABELS[at]), *(f"{value / 255:.6f}" for value in PIXELS[at])]) for at in range(30)],
    ),
    "all pixels in a cell": (
        "a.csv", ["emotion,pixels", *(f"{LABELS[at]},{' '.join(map(str, PIXELS[at]))}" for at in range(30))]
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", FORMS)
def test_every_form_of_table_is_read_without_a_question(case: str, tmp_path: Path) -> None:
    name, lines = FORMS[case]
    data = open_data(write(tmp_path / name, lines, "\r\n" if case == "heading" else "\n"))
    assert data.image_shape == (4, 4, 1)
    assert data.classes == (NAMES if "names" in case else ("0", "1", "2"))
    found = {
        (picture.tobytes(), int(label))
        for part in (data.train, data.test)
        for picture, label in zip(part.pixels, part.labels, strict=True)
    }
    assert found == {(PIXELS[at].tobytes(), LABELS[at]) for at in range(30)}
    assert np.bincount(data.test.labels).tolist() == [2, 2, 2], "a fifth is held back"


def test_tables_for_training_and_test_belong_together(tmp_path: Path) -> None:
    train = write(tmp_path / "mnist_train.csv", rows(0, 20))
    write(tmp_path / "mnist_test.csv", rows(20, 30))
    write(tmp_path / "fashion_test.csv", rows(0, 5))
    data = open_data(train)
    assert np.array_equal(data.train.pixels.reshape(-1, 16), PIXELS[:20])
    assert np.array_equal(data.test.pixels.reshape(-1, 16), PIXELS[20:])
    (tmp_path / "fashion_test.csv").unlink()
    assert open_data(tmp_path).fingerprint == data.fingerprint


def test_a_test_table_without_labels_is_told_of_and_left_out(tmp_path: Path) -> None:
    write(tmp_path / "train.csv", [HEADING, *rows()])
    write(tmp_path / "test.csv", [HEADING.partition(",")[2], *(row.partition(",")[2] for row in rows(0, 5))])
    data = open_data(tmp_path)
    assert (len(data.train), len(data.test)) == (24, 6)
    assert notice_words(data) == "test.csv has no labels and is left out."


def test_a_column_names_the_part(tmp_path: Path) -> None:
    usage = ["Training"] * 20 + ["PublicTest"] * 4 + ["PrivateTest"] * 6
    lines = [f'{LABELS[at]},"{" ".join(map(str, PIXELS[at]))}",{usage[at]}' for at in range(30)]
    data = open_data(write(tmp_path / "fer.csv", ["emotion,pixels,Usage", *lines]))
    assert data.validation is not None
    assert [len(data.train), len(data.validation), len(data.test)] == [20, 4, 6]


def test_what_is_chosen_holds(tmp_path: Path) -> None:
    lines = [f"{at % 2},{row}" for at, row in enumerate(rows())]
    path = write(tmp_path / "a.csv", [f"Odd,{HEADING}", *lines])
    odd = open_data(DataChoice(str(path), (("label_column", "odd"),)))
    assert odd.classes == ("0", "1") and odd.image_shape == (4, 4, 1)
    path = write(tmp_path / "b.csv", rows())
    wide = open_data(DataChoice(str(path), (("size", (2, 8)), ("label_column", "1"))))
    assert wide.image_shape == (2, 8, 1)
    with pytest.raises(DataError, match="no column “nose”"):
        open_data(DataChoice(str(path), (("label_column", "nose"),)))


def test_numbers_that_are_too_long_are_names(tmp_path: Path) -> None:
    long = "9" * 400
    lines = [(long if at % 2 else "7") + row[1:] for at, row in enumerate(rows())]
    assert open_data(write(tmp_path / "a.csv", lines)).classes == ("7", long)


UNLABELLED = [HEADING.partition(",")[2], *(row.partition(",")[2] for row in rows())]
#: tables that cannot be learned from, and what must be said
HOSTILE: dict[str, tuple[list[str], str]] = {
    "no labels": (UNLABELLED, "has no labels: its pictures can be classified"),
    "a short row": ([*rows(), "1,2,3"], "row 31: it does not hold 16 numbers"),
    "a long row": ([HEADING, *rows(), rows()[0] + ",5"], "row 32: it does not hold 16 numbers"),
    "a word among pixels": ([*rows(), rows()[0].replace(",", ",x", 1)], "row 31: it does not hold 16 numbers"),
    "an empty cell": ([*rows(), "1" + ",5" * 15 + ","], "row 31: it does not hold 16 numbers"),
    "below zero": ([*rows(), "1" + ",-5" * 16], "numbers from −5"),
    "beyond brightness": ([*rows(), "1" + ",1e9" * 16], "to 1e+09 are no pixels"),
    "no number": ([*rows(), "1" + ",nan" * 16], "are no pixels"),
    "infinite": ([*rows(), "1" + ",inf" * 16], "are no pixels"),
    "one class": (["1" + row[1:] for row in rows()], "of one class, “1”"),
    "labels that are missing": ([HEADING, *("" + row[1:] for row in rows())], "of one class, “”"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_damaged_tables_are_refused_with_the_row(case: str, tmp_path: Path) -> None:
    lines, told = HOSTILE[case]
    path = write(tmp_path / "a.csv", lines)
    with pytest.raises(DataError) as refusal:
        open_data(path)
    assert told in str(refusal.value) and str(path) in str(refusal.value)


NO_TABLES: dict[str, bytes] = {
    "empty": b"",
    "a word": b"word",
    "one row": b"1,2,3,4,5",
    "words": b"name,age\nAnna,3\nBert,4\n",
    "a table of measures": b"\n".join(b"5.1,3.5,1.4,iris" for _ in range(20)),
    "no text": bytes(range(256)) * 20,
    "UTF-16": "1,2\n".encode("utf-16") * 50,
    "no square": b"\n".join(b"1" + b",5" * 14 for _ in range(9)),
    "an endless line": b"1," * (5 << 20),
    "a zip": b"PK\x03\x04" + bytes(100),
    "gzip of nothing": gzip.compress(b""),
    "a damaged gzip": gzip.compress("\n".join(rows()).encode())[:-30],
    "an open quote": b'1,"2\n' + b"3,4\n" * 50,
    "a page": b"<html><body>404, not found</body></html>\n" * 3,
}


@pytest.mark.parametrize("case", NO_TABLES)
def test_what_is_no_table_of_pictures_is_none(case: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(NO_TABLES[case])
    if case != "a damaged gzip":
        assert reader_of(path) is None
    with pytest.raises(DataError, match=r"a\.csv (holds no pictures to learn from|is damaged)"):
        open_data(path)


def test_a_gzip_that_breaks_off_after_the_first_look_is_damaged(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv.gz", rows() * 100)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(DataError, match="is damaged"):
        open_data(path)


def test_progress_and_cancelling(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", rows() * 100)
    heard: list[float] = []
    open_data(path, heard.append)
    assert heard == sorted(heard) and heard[-1] == 1.0 and len(heard) >= 6
    with pytest.raises(Cancelled):
        open_data(path, cancelled=lambda: True)
