"""What refusals of data advise, each tried: what is refused, and the same after the advice was taken."""

from __future__ import annotations

import gzip
import io
import pickle
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from painted import classes_of, painted, write_files
from PIL import Image

from cnnstudio.data.arrays.unlabelled import pictures_of
from cnnstudio.data.importing import stored
from cnnstudio.data.importing.choices import PictureChoices
from cnnstudio.data.importing.listing import list_folder
from cnnstudio.data.importing.pictures import import_pictures
from cnnstudio.data.library import open_data
from cnnstudio.data.pictures.picture import read_picture
from cnnstudio.data.preparation.changes import Changes, changed
from cnnstudio.data.preparation.choice import DataChoice
from cnnstudio.data.preparation.split import Split
from cnnstudio.data.reader import Reader
from cnnstudio.data.readers.cifar import Cifar
from cnnstudio.data.readers.csv_pixels import CsvPixels
from cnnstudio.data.readers.folder import PictureFolder
from cnnstudio.data.readers.idx import Idx
from cnnstudio.data.readers.npy import Npy
from cnnstudio.data.readers.npz import Npz
from cnnstudio.data.readers.zipped import PictureZip
from cnnstudio.data.review.catalogue import Catalogue
from cnnstudio.data.review.clean_copy import write_copy
from cnnstudio.data.wording.left_out import why_left_out

Do = Callable[[Path], object]
#: pictures grey (20, 6, 6) and labels (20,) of two classes
X, Y = np.random.default_rng(7).integers(0, 256, (20, 6, 6), dtype=np.uint8), np.arange(20) % 2
PETS = classes_of("cat", "dog")


def opened(make: Callable[[Path], Path], **choices: Any) -> Do:
    def do(folder: Path) -> None:
        open_data(DataChoice(str(make(folder)), tuple(choices.items())))

    return do


def by(reader: Reader, make: Callable[[Path], Path]) -> Do:
    """Opened by a reader that was asked for by itself."""
    return lambda folder: reader.open(make(folder), reader.choices())


def file(name: str, content: bytes) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
        return folder / name

    return make


def files(**contents: bytes) -> Callable[[Path], Path]:
    """A folder with files of these names, in which “__” stands for a point and “0_” for a hyphen."""
    return lambda folder: write_files(folder, {name.replace("__", "."): data for name, data in contents.items()})


def within(folder_of: Callable[[Path], Path], name: str) -> Callable[[Path], Path]:
    return lambda folder: folder_of(folder) / name


def pets(folder: Path) -> Path:
    return write_files(folder / "pets", PETS)


def copied(folder: Path, to: Path, before: Callable[[Path], object] = lambda source: None) -> None:
    """A clean copy of pets, of which something may have become before it is written."""
    source = pets(folder)
    catalogue = Catalogue(open_data(source), Changes(), Split())
    before(source)
    write_copy(catalogue, to)


def only(beginning: str) -> Callable[[Path], Path]:
    return lambda folder: write_files(folder, {name: data for name, data in PETS.items() if name.startswith(beginning)})


def loose(folder: Path) -> Path:
    return write_files(folder, {f"{place}.png": data for place, data in enumerate(PETS.values())})


def empty(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def unreadable(name: str, *beside: str) -> Callable[[Path], Path]:
    """A file that is there and that the system does not let us read."""

    def make(folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).symlink_to("/proc/self/mem")
        for other in beside:
            np.save(folder / other, Y)
        return folder / name

    return make


# arrays


def npz(**arrays: Any) -> Callable[[Path], Path]:
    return file("set.npz", packed(**arrays))


def packed(**arrays: Any) -> bytes:
    held = io.BytesIO()
    np.savez(held, **arrays)
    return held.getvalue()


def npy(x: Any = X, y: Any = Y) -> Callable[[Path], Path]:
    return files(x__npy=saved(x), y__npy=saved(y))


def saved(array: Any) -> bytes:
    held = io.BytesIO()
    np.save(held, np.asarray(array))
    return held.getvalue()


BOTH = npz(x_train=X, y_train=Y, x_test=X, y_test=Y)
WHOLE = packed(x=X, y=Y)


def at_directory(data: bytes, offset: int, value: bytes) -> bytes:
    """A zip whose directory says something else of each member."""
    changed_ = bytearray(data)
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        changed_[at + offset : at + offset + len(value)] = value
        at = data.find(b"PK\x01\x02", at + 4)
    return bytes(changed_)


def twice() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name in ("x.npy", "y.npy", "z.npy"):
            archive.writestr(name, saved(X))
    return held.getvalue().replace(b"z.npy", b"y.npy")


# IDX


def idx(array: np.ndarray[Any, Any]) -> bytes:
    return bytes((0, 0, 8, array.ndim)) + b"".join(struct.pack(">I", side) for side in array.shape) + array.tobytes()


LABELS = Y.astype(np.uint8)
NAMES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
FOUR = dict(zip(NAMES, (idx(X), idx(LABELS), idx(X), idx(LABELS)), strict=True))


def mnist(**changes: bytes) -> Callable[[Path], Path]:
    """The four files, of which some hold something else: by “train_images” and the like."""
    changed_ = {name: changes.get("_".join(name.split("-")[:2]), data) for name, data in FOUR.items()}
    return lambda folder: write_files(folder, {name: data for name, data in changed_.items() if data})


def several(folder: Path) -> Path:
    write_files(folder, FOUR)
    return write_files(folder, {f"emnist-{name.replace('t10k', 'test')}": data for name, data in FOUR.items()})


def unreadable_labels(folder: Path) -> Path:
    write_files(folder, {name: data for name, data in FOUR.items() if name != NAMES[1]})
    unreadable(NAMES[1])(folder)
    return folder


# tables


def table(x: Any = X, y: Any = Y, label: str = "label", encoding: str = "utf-8", pixel: str = "p") -> bytes:
    rows = [",".join(([label] if label else []) + [f"{pixel}{n}" for n in range(np.asarray(x)[0].size)])]
    for picture, answer in zip(x, y, strict=True):
        rows.append(",".join(([str(answer)] if label else []) + [str(number) for number in np.ravel(picture)]))
    return "\n".join(rows).encode(encoding)


def csv(x: Any = X, y: Any = Y, **how: Any) -> Callable[[Path], Path]:
    return file("set.csv", table(x, y, **how))


def broken_row(change: Callable[[bytes], bytes]) -> bytes:
    rows = table().split(b"\n")
    return b"\n".join([*rows[:5], change(rows[5]), *rows[6:]])


LONG = np.random.default_rng(3).integers(0, 256, (3000, 6, 6))
LONG_TABLE = table(LONG, np.arange(3000) % 2)
PACKED_TABLE = gzip.compress(LONG_TABLE)

# CIFAR

ROW = np.random.default_rng(5).integers(0, 256, (4, 3073), dtype=np.uint8)
ROW[:, 0] = np.arange(4) % 2
BATCHES = {**{f"data_batch_{n}.bin": ROW.tobytes() for n in range(1, 6)}, "test_batch.bin": ROW.tobytes()}


def cifar(**changes: bytes) -> Callable[[Path], Path]:
    changed_ = {name: changes.get(name.partition(".")[0], data) for name, data in BATCHES.items()}
    return lambda folder: write_files(folder, {name: data for name, data in changed_.items() if data})


def cifar_unreadable(folder: Path) -> Path:
    write_files(folder, {name: data for name, data in BATCHES.items() if name != "test_batch.bin"})
    unreadable("test_batch.bin")(folder)
    return folder


# zips


def zipped(contents: dict[str, bytes] = PETS) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return held.getvalue()


def one_damaged() -> bytes:
    data = bytearray(zipped())
    at = data.index(b"IDAT") + 8
    data[at : at + 4] = bytes(4)
    return bytes(data)


def left_out(content: bytes) -> Do:
    def do(folder: Path) -> str:
        data = open_data(file("pets.zip", content)(folder))
        return " ".join(str(why_left_out(each.why)) for each in data.left_out)

    return do


# pictures


def picture(content: bytes) -> Do:
    return lambda folder: read_picture(file("cat.png", content)(folder), (8, 8, 3))


def blank(side: int) -> Do:
    def do(folder: Path) -> None:
        held = io.BytesIO()
        Image.new("1", (side, side)).save(held, "PNG")
        picture(held.getvalue())(folder)

    return do


def with_budget(size: tuple[int, int]) -> Do:
    """Two million bytes are what imports may take here."""

    def do(folder: Path) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("CNNSTUDIO_CACHE", str(folder / "cache"))
            stored.set_budget(2_000_000)
            opened(pets, size=size)(folder)

    return do


def imported(make: Callable[[Path], Path]) -> Do:
    return lambda folder: import_pictures(list_folder(make(folder)), PictureChoices())


def of_other_data(same: bool) -> Do:
    def do(folder: Path) -> None:
        data = open_data(BOTH(folder))
        made_on = data.fingerprint if same else open_data(csv()(folder)).fingerprint
        changed(data, Changes(made_on, labels=(("train", 0, 1),)))

    return do


PICTURES = opened(pets)
IDX_OK = opened(mnist())
SAME = painted(1)
#: by a name: what is refused, what its advice says, and the same once that was done
TRIALS: dict[str, tuple[Do, str, Do]] = {
    # what it could be
    "nothing there": (
        opened(lambda folder: Path("digitz")),
        "name one (digits, shapes",
        opened(lambda folder: Path("digits")),
    ),
    "nothing there, a path": (opened(lambda folder: Path("digitz")), "or give the path of", PICTURES),
    "no pictures": (opened(empty), "a folder that holds a folder of pictures for each class", PICTURES),
    "no classes": (opened(loose), "put those of each class in a folder of its name", PICTURES),
    "no classes, named": (
        opened(loose),
        "or name the classes in a CSV file beside them",
        opened(
            lambda folder: write_files(
                loose(folder),
                {"labels.csv": "\n".join(["file,label"] + [f"{n}.png,{'ab'[n % 2]}" for n in range(10)]).encode()},
            )
        ),
    ),
    "one class": (opened(only("cat")), "Give at least two classes", PICTURES),
    "spreadsheet": (opened(file("set.xlsx", zipped())), "save it as CSV and open that", opened(csv())),
    "pickle": (opened(file("set.pkl", pickle.dumps(X))), "save its arrays with numpy.savez", opened(BOTH)),
    "HDF5": (opened(file("set.h5", b"\x89HDF\r\n")), "save its arrays with numpy.savez", opened(BOTH)),
    "parquet": (
        opened(file("set.parquet", b"PAR1")),
        "save its pictures as files in a folder for each class",
        PICTURES,
    ),
    "parquet, a table": (opened(file("set.parquet", b"PAR1")), "or as a CSV of pixels", opened(csv())),
    "a network": (opened(file("net.pt", b"PK")), "choose pictures to learn from", PICTURES),
    "heic": (opened(file("cat.heic", b"\0\0\0\x18ftypheic")), "save it as PNG or JPEG", PICTURES),
    "film": (
        opened(file("cat.mp4", b"\0\0\0\x18ftypmp42")),
        "save pictures of it in a folder for each class",
        PICTURES,
    ),
    "packed": (opened(file("pets.rar", b"Rar!\x1a\x07")), "unpack it and open the folder", PICTURES),
    "packed, as a zip": (
        opened(file("pets.rar", b"Rar!\x1a\x07")),
        "or pack it as a zip",
        opened(file("pets.zip", zipped())),
    ),
    "a zip in a folder": (opened(files(pets__zip=zipped())), "itself", opened(file("pets.zip", zipped()))),
    "a single picture": (
        opened(within(pets, "cat/0.png")),
        "give a folder that holds a folder of pictures for each class",
        PICTURES,
    ),
    "one picture of each class": (
        opened(lambda folder: write_files(folder / "pets", classes_of("cat", "dog", count=1))),
        "add pictures",
        PICTURES,
    ),
    "a table of something else": (
        opened(within(lambda folder: write_files(loose(folder), {"p.csv": b"what,price\ntea,1.5\nice,2.5"}), "p.csv")),
        "give a table with a column of names of files and one of classes",
        opened(
            within(
                lambda folder: write_files(
                    loose(folder),
                    {"p.csv": "\n".join(["file,label"] + [f"{n}.png,{'ab'[n % 2]}" for n in range(10)]).encode()},
                ),
                "p.csv",
            )
        ),
    ),
    "no table to classify": (
        lambda folder: pictures_of(file("t.csv", b"a,b\n1,x\n2,y")(folder)),
        "give one with those of a square picture in each row",
        lambda folder: pictures_of(file("t.csv", b"1,2,3,4\n5,6,7,8")(folder)),
    ),
    "no array to classify": (
        lambda folder: pictures_of(npz(a=Y)(folder)),
        "give an array of them the name x",
        lambda folder: pictures_of(npz(x=X)(folder)),
    ),
    "a copy where something is": (
        lambda folder: copied(folder, pets(folder)),
        "choose a new name for the copy",
        lambda folder: copied(folder, folder / "new"),
    ),
    "a copy where nothing can be": (
        lambda folder: copied(folder, file("file", b"")(folder) / "copy"),
        "choose another place",
        lambda folder: copied(folder, folder / "new"),
    ),
    "a copy of what is gone": (
        lambda folder: copied(folder, folder / "new", lambda source: (source / "cat" / "0.png").unlink()),
        "open the data anew",
        lambda folder: copied(folder, folder / "new"),
    ),
    "a copy of a folder that is gone": (
        lambda folder: copied(folder, folder / "new", lambda source: source.rename(folder / "other")),
        "There are no pictures at",
        lambda folder: copied(folder, folder / "new"),
    ),
    "CIFAR's pickles": (
        opened(within(files(data_batch_1=pickle.dumps(X)), "data_batch_1")),
        "fetch the binary version",
        opened(cifar()),
    ),
    # arrays
    "names": (opened(npz(a=X, b=Y, c=Y)), "name arrays x_train, y_train, x_test and y_test", opened(BOTH)),
    "names, two": (opened(npz(a=X, b=Y, c=Y)), "or x and y", opened(npz(x=X, y=Y))),
    "sizes": (
        opened(npz(x_train=X, y_train=Y, x_test=X[:, 1:, 1:], y_test=Y)),
        "give those of one data set",
        opened(BOTH),
    ),
    "labels that count": (
        opened(npz(x_train=np.zeros((10001, 2, 2), np.uint8), y_train=np.arange(10001))),
        "those are hardly classes; choose others",
        opened(
            npz(
                x_train=np.zeros((10001, 2, 2), np.uint8) + np.arange(10001, dtype=np.uint8)[:, None, None],
                y_train=np.arange(10001) % 2,
            )
        ),
    ),
    "odd shape": (opened(npy(np.zeros((20, 5)))), "give N × height × width", opened(npy())),
    "odd shape, colours": (
        opened(npy(np.zeros((20, 5)))),
        "with 3 more for colours",
        opened(npy(np.stack([X] * 3, -1))),
    ),
    "no pixels": (
        opened(npy(np.zeros((20, 0, 6)))),
        "give sides from 1 to 4\u202f096 and at least one picture",
        opened(npy()),
    ),
    "labels between": (
        opened(npy(y=Y + 0.5)),
        "give one whole number or name for each picture",
        opened(npy(y=np.array(["a", "b"] * 10))),
    ),
    "one label less": (opened(npy(y=Y[1:])), "give two that belong together", opened(npy())),
    "odd range": (opened(npy(X * -3.5)), "give pictures from 0 to 1", opened(npy(X / 255))),
    "odd range, 16 bits": (opened(npy(X * 1000.0)), "or to 65\u202f535", opened(npy(X.astype(np.uint16) * 257))),
    "objects": (opened(npy(np.array([X, None], object)[:1])), "Save an array of numbers", opened(npy())),
    "no npy": (opened(files(x__npy=b"text", y__npy=saved(Y))), "save the array with numpy.save", opened(npy())),
    "npy's header": (
        opened(files(x__npy=saved(X).replace(b"'descr'", b"?descr?"), y__npy=saved(Y))),
        "save it again",
        opened(npy()),
    ),
    "half an npy": (
        opened(files(x__npy=saved(X)[:-9], y__npy=saved(Y))),
        "it is damaged, save it again",
        opened(npy()),
    ),
    "npy not readable": (opened(unreadable("x.npy", "y.npy")), "check that you may open it", opened(npy())),
    "npz with a password": (
        opened(file("set.npz", at_directory(WHOLE, 8, b"\1\0"))),
        "save it without a password",
        opened(npz(x=X, y=Y)),
    ),
    "npz with other bytes": (
        opened(file("set.npz", at_directory(WHOLE, 16, b"\0\0\0\0"))),
        "is damaged: save it again",
        opened(npz(x=X, y=Y)),
    ),
    "npz packed oddly": (
        opened(file("set.npz", at_directory(WHOLE, 10, b"\x63\0"))),
        "): save it again",
        opened(npz(x=X, y=Y)),
    ),
    "npz with one name twice": (
        opened(file("set.npz", twice())),
        "two of one name: save it again",
        opened(npz(x=X, y=Y)),
    ),
    "no npy files": (by(Npy(), empty), "save pictures and labels as x.npy and y.npy", by(Npy(), npy())),
    "no npz": (by(Npz(), file("set.txt", b"")), "save arrays with numpy.savez", by(Npz(), BOTH)),
    "other data's changes": (of_other_data(False), "choose the images they belong to", of_other_data(True)),
    "other data's changes, without": (of_other_data(False), "or remove the changes", opened(BOTH)),
    # IDX
    "IDX cut": (opened(mnist(train_images=idx(X)[:-1])), "it is damaged, fetch it again", IDX_OK),
    "IDX of labels": (opened(mnist(train_images=idx(LABELS))), "Give the file of images", IDX_OK),
    "no IDX": (opened(mnist(train_images=b"<html>")), "give the file as it was published", IDX_OK),
    "IDX of nothing": (opened(mnist(train_images=idx(X[:0]))), "check that it is the right file", IDX_OK),
    "IDX packed badly": (opened(mnist(train_images=gzip.compress(idx(X))[:-9])), "fetch it again", IDX_OK),
    "IDX not readable": (opened(unreadable_labels), "check that you may open it", IDX_OK),
    "two sets": (opened(several), "open one of the files train-images-idx3-ubyte", opened(within(several, NAMES[0]))),
    "IDX incomplete": (opened(mnist(train_labels=b"")), "add train-labels-idx1-ubyte", IDX_OK),
    "IDX of other sizes": (opened(mnist(t10k_images=idx(X[:, 1:]))), "give four files of one data set", IDX_OK),
    "no IDX folder": (by(Idx(), empty), "add train-images-idx3-ubyte", by(Idx(), mnist())),
    "not called so": (
        by(Idx(), file("a.txt", b"")),
        "choose a folder that holds train-images-idx3",
        by(Idx(), mnist()),
    ),
    # CIFAR
    "no CIFAR": (by(Cifar(), empty), "add data_batch_1.bin to 5 and test_batch.bin", by(Cifar(), cifar())),
    "CIFAR incomplete": (opened(cifar(data_batch_3=b"")), "add data_batch_3.bin", opened(cifar())),
    "CIFAR cut": (opened(cifar(test_batch=ROW.tobytes()[:-1])), "it is damaged, fetch it again", opened(cifar())),
    "CIFAR not readable": (opened(cifar_unreadable), "check that you may open it", opened(cifar())),
    # tables
    "no such column": (opened(csv(), label_column="kind"), "name one", opened(csv(), label_column="label")),
    "no such column, number": (
        opened(csv(), label_column="kind"),
        "or give its number from 1 to 37",
        opened(csv(), label_column="1"),
    ),
    "a cell less": (
        opened(file("set.csv", broken_row(lambda row: b'"' + row.replace(b",", b'","', 1).rpartition(b",")[0] + b'"'))),
        "mend the row",
        opened(csv()),
    ),
    "a cell of words": (
        opened(file("set.csv", broken_row(lambda row: row.rpartition(b",")[0] + b",much"))),
        "mend the row",
        opened(csv()),
    ),
    "no pixels' range": (opened(csv(X.astype(int) - 9)), "give those from 0 to 255", opened(csv(X))),
    "no pixels' range, shares": (opened(csv(X.astype(int) - 9)), "or all from 0 to 1", opened(csv(X / 255))),
    "a table packed badly": (
        opened(file("set.csv.gz", PACKED_TABLE[: len(PACKED_TABLE) // 2])),
        "fetch it again",
        opened(file("set.csv.gz", PACKED_TABLE)),
    ),
    "a table of another script": (
        opened(file("set.csv", LONG_TABLE + "\nKäfer".encode("latin-1") + LONG_TABLE.split(b"\n")[-1][1:])),
        "save it as such",
        opened(file("set.csv", LONG_TABLE + "\nKäfer".encode() + LONG_TABLE.split(b"\n")[-1][1:])),
    ),
    "no table": (
        by(CsvPixels(), file("a.csv", b"name,age\nAda,36\n")),
        "give one with a label and the pixels",
        by(CsvPixels(), csv()),
    ),
    "only tests": (
        by(CsvPixels(), files(test__csv=table(), valid__csv=table())),
        "give the table for training, too",
        by(CsvPixels(), files(test__csv=table(), valid__csv=table(), train__csv=table())),
    ),
    "tables of other sizes": (
        by(CsvPixels(), files(test__csv=table(X[:, 1:, 1:]), train__csv=table())),
        "open one of them",
        by(CsvPixels(), within(lambda folder: write_files(folder, {"some.csv": table()}), "some.csv")),
    ),
    "a table without labels": (opened(csv(label="")), "or give a table that has one", opened(csv())),
    # folders and zips
    "no folder": (by(PictureFolder(), file("a", b"")), "choose one that holds a folder", by(PictureFolder(), pets)),
    "no pictures to import": (
        imported(empty),
        "choose a folder that holds a folder of pictures per class",
        imported(pets),
    ),
    "folder not there": (imported(lambda folder: folder / "nothing"), "check that you may open it", imported(pets)),
    "no picture can be read": (
        opened(lambda folder: write_files(folder, dict.fromkeys(PETS, b"\x89PNG\r\n"))),
        "check the files",
        PICTURES,
    ),
    "all equal": (
        opened(lambda folder: write_files(folder, {f"{name}/{n}.png": SAME for name in "ab" for n in range(3)})),
        "add pictures",
        opened(
            lambda folder: write_files(
                folder,
                {f"{name}/{n}.png": SAME for name in "ab" for n in range(3)}
                | {f"b/{n}.png": painted(n) for n in (7, 8)},
            )
        ),
    ),
    "too large to keep": (with_budget((600, 600)), "choose a smaller size", with_budget((20, 20))),
    "half a zip": (opened(file("pets.zip", zipped()[:-400])), "fetch it again", opened(file("pets.zip", zipped()))),
    "a zip not readable": (
        opened(unreadable("pets.zip")),
        "check that you may open it",
        opened(file("pets.zip", zipped())),
    ),
    "a zip of too many": (
        opened(file("pets.zip", b"PK\x05\x06" + bytes(8) + struct.pack("<IIH", 200 << 20, 0, 0))),
        "pack fewer into one zip",
        opened(file("pets.zip", zipped())),
    ),
    "a damaged member": (left_out(one_damaged()), "make the zip again", left_out(zipped())),
    "another zip": (
        by(PictureZip(), file("pets.zip", zipped({"manifest.json": b"{}"}))),
        "choose one that holds a folder",
        by(PictureZip(), file("pets.zip", zipped())),
    ),
    "no zip": (
        by(PictureZip(), file("a.txt", b"")),
        "choose one that holds",
        by(PictureZip(), file("p.zip", zipped())),
    ),
    "a zip without pictures": (
        by(PictureZip(), file("pets.zip", zipped({"set.csv": table()}))),
        "unpack it and open what it holds",
        opened(csv()),
    ),
    # single pictures
    "no picture": (picture(b"GIF8 or so, but none"), "Use a PNG or JPEG", picture(painted(1))),
    "no picture, JPEG": (picture(b"GIF8 or so, but none"), "Use a PNG or JPEG", picture(painted(1, "JPEG"))),
    "HEIC by its content": (
        picture(b"\0\0\0\x18ftypheic" + bytes(50)),
        "Save it as a PNG or JPEG and open that",
        picture(painted(1)),
    ),
    "too many pixels": (blank(20_000), "Make it smaller first", blank(200)),
    "too many bytes": (picture(painted(1) + bytes(65 << 20)), "Make the picture smaller first", picture(painted(1))),
}
