"""Zips of pictures and CIFAR's files made to hurt."""

from __future__ import annotations

import io
import os
import pickle
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

from painted import classes_of, painted

from cnnstudio.data.library import open_data
from tests.robustness.cases import Case, holding

#: what a reader says that leaves some members out and opens the rest
OPENS = ""
_Changes = dict[str, bytes]


def zip_of(files: _Changes, how: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these members."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", how) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return held.getvalue()


def _good() -> _Changes:
    return classes_of("cat", "dog", count=3)


def _everywhere(content: bytes, mark: bytes, offset: int, value: bytes) -> bytes:
    """A pattern written behind every one of the zip's marks."""
    found, at = bytearray(content), content.find(mark)
    while at >= 0:
        found[at + offset : at + offset + len(value)] = value
        at = content.find(mark, at + 4)
    return bytes(found)


def _directory(offset: int, value: bytes) -> Callable[[], bytes]:
    return lambda: _everywhere(zip_of(_good()), b"PK\x01\x02", offset, value)


def _end(offset: int, value: bytes) -> Callable[[], bytes]:
    return lambda: _everywhere(zip_of(_good()), b"PK\x05\x06", offset, value)


def _link() -> bytes:
    held = io.BytesIO(zip_of(_good()))
    info = zipfile.ZipInfo("cat/link.png")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(held, "a") as archive:
        archive.writestr(info, "/etc/passwd")
    return held.getvalue()


def _with(name: str, content: bytes) -> Callable[[], bytes]:
    return lambda: zip_of(_good() | {name: content})


def _many(count: int) -> bytes:
    """More members than are read, each of them empty, told of by a directory alone."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for number in range(count):
            archive.writestr(f"a/{number}.png", b"")
    return held.getvalue()


def _nested(depth: int) -> bytes:
    content = zip_of(_good())
    for _ in range(depth):
        content = zip_of({"a.zip": content}, zipfile.ZIP_STORED)
    return content


NONE_LEFT = "None of the [0-9\u202f]+ pictures in .* can be read|holds no pictures|damaged zip"
ZIPS: dict[str, tuple[bytes | Callable[[], bytes], str]] = {
    "empty": (b"", "damaged zip"),
    "text": (b"Dear reader", "damaged zip"),
    "only a beginning": (b"PK\x03\x04" + bytes(100), "damaged zip"),
    "only an end": (b"PK\x05\x06" + bytes(18), "holds no pictures"),
    "a rar": (b"Rar!\x1a\x07\0" + bytes(90), "packed file|damaged zip"),
    "a picture": (painted(1), "damaged zip"),
    "cut in half": (lambda: zip_of(_good())[:400], "damaged zip"),
    "cut by a byte": (lambda: zip_of(_good())[:-1], "damaged zip"),
    "something before": (lambda: b"#!/bin/sh\n" + zip_of(_good()), OPENS),
    "something behind": (lambda: zip_of(_good()) + b"more", OPENS),
    "a comment of 64 KB": (lambda: zip_of(_good())[:-2] + b"\xff\xff" + b"c" * 65_535, OPENS),
    "a directory elsewhere": (_end(16, struct.pack("<I", 5)), NONE_LEFT),
    "a directory of 4 GB": (_end(12, b"\xff\xff\xff\xfe"), "300\u202f000 files"),
    "more entries than there are": (_end(8, struct.pack("<2H", 60_000, 60_000)), OPENS),
    "several disks": (_end(4, struct.pack("<2H", 3, 3)), OPENS),
    "encrypted": (_directory(8, struct.pack("<H", 1)), NONE_LEFT),
    "strongly encrypted": (_directory(8, struct.pack("<H", 0x41)), NONE_LEFT),
    "an unknown compression": (_directory(10, struct.pack("<H", 99)), NONE_LEFT),
    "claims to be stored": (_directory(10, struct.pack("<H", 0)), NONE_LEFT),
    "claims to be bzip2": (_directory(10, struct.pack("<H", 12)), NONE_LEFT),
    "claims to be lzma": (_directory(10, struct.pack("<H", 14)), NONE_LEFT),
    "claims four gigabytes": (_directory(20, struct.pack("<2L", 2**32 - 2, 2**32 - 2)), NONE_LEFT),
    "claims to be empty": (_directory(20, struct.pack("<2L", 0, 0)), NONE_LEFT),
    "another crc": (_directory(16, b"\0\0\0\0"), NONE_LEFT),
    "members at one place": (_directory(42, struct.pack("<L", 0)), "are of one class, “cat”"),
    "members beyond the end": (_directory(42, struct.pack("<L", 2**31)), NONE_LEFT),
    "names that are no UTF-8": (
        lambda: _everywhere(
            _everywhere(zip_of(_good()), b"PK\x01\x02", 46, b"\xff\xfe"), b"PK\x03\x04", 30, b"\xff\xfe"
        ),
        OPENS,
    ),
    "no names": (_directory(28, struct.pack("<H", 0)), NONE_LEFT),
    "names of 64 KB": (_directory(28, struct.pack("<H", 65_535)), NONE_LEFT),
    "a path out of the folder": (_with("../../etc/out.png", painted(9)), OPENS),
    "an absolute path": (_with("/etc/out.png", painted(9)), OPENS),
    "a path of another system": (_with("C:\\out.png", painted(9)), OPENS),
    "a name of 60,000 characters": (_with("cat/" + "n" * 60_000 + ".png", painted(9)), OPENS),
    "folders 5,000 deep": (_with("d/" * 5_000 + "a.png", painted(9)), OPENS),
    "control characters in a name": (_with("cat/\x1b[31m\r\n.png", painted(9)), OPENS),
    "a link": (_link, OPENS),
    "a bomb": (_with("cat/bomb.png", bytes(40 << 20)), OPENS),
    "a bomb of text": (_with("about.csv", b"," * (40 << 20)), OPENS),
    "zips in zips": (lambda: _nested(30), "holds no pictures"),
    "no pictures": (lambda: zip_of({"a/a.txt": b"x", "b/b.txt": b"y"}), "holds no pictures"),
    "one class": (lambda: zip_of(classes_of("cat")), "class"),
    "pictures that are none": (lambda: zip_of({f"{c}/{n}.png": b"x" for c in "ab" for n in range(3)}), NONE_LEFT),
    "only a project": (lambda: zip_of({"manifest.json": b"{}", "design.json": b"{}"}), "holds no pictures"),
    "twenty thousand empty pictures": (lambda: _many(20_000), NONE_LEFT),
}


def zips() -> list[Case]:
    """All of them."""
    return [Case(name, holding("a.zip", content), open_data, answer) for name, (content, answer) in ZIPS.items()]


_ROW, _ROW_100 = 3073, 3074
TEN = tuple(f"data_batch_{number}.bin" for number in range(1, 6))


def _ten() -> _Changes:
    rows = b"".join(bytes([at % 3]) + bytes([at]) * 3072 for at in range(6))
    return {**dict.fromkeys(TEN, rows), "test_batch.bin": rows, "batches.meta.txt": b"cat\ndog\neel\n"}


def _hundred() -> _Changes:
    rows = b"".join(bytes([at % 2, at % 3]) + bytes([at]) * 3072 for at in range(6))
    names = {"fine_label_names.txt": b"cat\ndog\neel\n", "coarse_label_names.txt": b"pet\nfish\n"}
    return {"train.bin": rows, "test.bin": rows, **names}


class _Trap:
    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, ("trapped",)


DAMAGED = "it is damaged, fetch it again"
#: the set, what is changed in it (None takes a file away), and what must be said
CIFAR: dict[str, tuple[Callable[[], _Changes], dict[str, bytes | None], str]] = {
    **{
        f"without {name}": (_ten, {name: None}, f"incomplete CIFAR-10: add {name}") for name in (*TEN, "test_batch.bin")
    },
    "without a training file": (_hundred, {"train.bin": None}, "incomplete CIFAR-100: add train.bin"),
    "without a test file": (_hundred, {"test.bin": None}, "incomplete CIFAR-100: add test.bin"),
    "empty": (_ten, {TEN[0]: b""}, DAMAGED),
    "an empty test": (_ten, {"test_batch.bin": b""}, DAMAGED),
    "one byte": (_ten, {TEN[1]: b"\0"}, DAMAGED),
    "a byte short": (_ten, {TEN[2]: bytes(_ROW * 3 - 1)}, DAMAGED),
    "a byte long": (_ten, {TEN[3]: bytes(_ROW * 3 + 1)}, DAMAGED),
    "rows of the other set": (_ten, {TEN[4]: bytes(_ROW_100 * 5)}, DAMAGED),
    "a hundred with rows of ten": (_hundred, {"train.bin": bytes(_ROW * 5)}, DAMAGED),
    "a hundred that is cut": (_hundred, {"test.bin": bytes(_ROW_100 * 5 - 7)}, DAMAGED),
    "text": (_ten, {TEN[0]: b"Dear reader"}, DAMAGED),
    "a page that says it is not there": (_ten, {"test_batch.bin": b"<html>404</html>"}, DAMAGED),
    "a gzip": (_ten, {TEN[1]: b"\x1f\x8b" + bytes(900)}, DAMAGED),
    "a pickle": (_ten, {TEN[2]: pickle.dumps(_Trap())}, DAMAGED),
    "a label without a name": (_ten, {TEN[0]: b"\x09" + bytes(_ROW - 1)}, "names 3 classes, but its labels go"),
    "a label of 255": (_ten, {TEN[0]: b"\xff" + bytes(_ROW - 1)}, "names 3 classes, but its labels go"),
    "a fine label without a name": (_hundred, {"train.bin": b"\0\x63" + bytes(3072)}, "names 3 classes"),
    "one class": (
        _ten,
        dict.fromkeys((*TEN, "test_batch.bin"), bytes(_ROW * 3)) | {"batches.meta.txt": None},
        "one class",
    ),
    "one name": (_ten, {"batches.meta.txt": b"cat\n"}, "names 1 class"),
    "names twice": (_ten, {"batches.meta.txt": b"cat\ncat\ncat\n"}, OPENS),
    "names that are no text": (_ten, {"batches.meta.txt": b"\xff\xfe" * 40}, OPENS),
    "names without an end": (_ten, {"batches.meta.txt": b"n" * (4 << 20)}, "names 1 class"),
    "names with control characters": (_ten, {"batches.meta.txt": b"c\x1b[31mat\nd\0og\ne\teel\n"}, OPENS),
    "a million names": (_ten, {"batches.meta.txt": b"a\n" * 1_000_000}, OPENS),
    "no names": (_ten, {"batches.meta.txt": None}, OPENS),
    "a folder for names": (_ten, {"batches.meta.txt": None, "batches.meta.txt/x": b""}, OPENS),
    "a folder for a file": (_ten, {TEN[3]: None, f"{TEN[3]}/x": b""}, "incomplete CIFAR-10"),
    "both sets": (lambda: _ten() | _hundred(), {}, OPENS),
    "both sets, the second damaged": (lambda: _ten() | _hundred(), {"train.bin": b"x"}, OPENS),
}


def _cifar_files(made: Callable[[], _Changes], changes: dict[str, bytes | None]) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        for name, content in (made() | changes).items():
            if content is not None:
                holding(f"cifar/{name}", content)(folder)
        return folder / "cifar"

    return make


def cifar() -> list[Case]:
    """All of them, and some that are no files."""
    found = [Case(name, _cifar_files(*how), open_data, answer) for name, (*how, answer) in CIFAR.items()]
    return [*found, *(Case(f"{kind} for a file", _odd(kind), open_data, "incomplete|cannot be read") for kind in _ODD)]


_ODD = ("a pipe", "a device", "a link to nothing")


def _odd(kind: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        home = _cifar_files(_ten, {TEN[1]: None})(folder)
        match kind:
            case "a pipe":
                os.mkfifo(home / TEN[1])
            case "a device":
                (home / TEN[1]).symlink_to("/dev/zero")
            case _:
                (home / TEN[1]).symlink_to("nowhere")
        return home

    return make
