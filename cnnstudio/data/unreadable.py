"""Files that hold data but are not opened, each with the reason and the way out."""

from __future__ import annotations

import stat
from pathlib import Path

from cnnstudio.nn.telling.told import Sentence

_PACKED = Sentence("is a packed file that is not unpacked here: unpack it and open the folder, or pack it as a zip")
_ARRAYS = Sentence("save its arrays with numpy.savez(FILE, x_train=…, y_train=…, x_test=…, y_test=…) and open that")
_KINDS: dict[tuple[str, ...], Sentence] = {
    (".rar", ".7z", ".tar", ".tgz", ".tbz2", ".txz", ".tar.gz", ".tar.bz2", ".tar.xz", ".zst", ".bz2", ".xz"): _PACKED,
    (".mat",): Sentence("is MATLAB's own format, which is not read: {arrays}", arrays=_ARRAYS),
    (".tfrecord", ".tfrecords"): Sentence("is TensorFlow's own format, which is not read: {arrays}", arrays=_ARRAYS),
    (".parquet", ".arrow", ".feather"): Sentence(
        "is a table that is not read: save its pictures as files in a folder for each class, or as a CSV of pixels"
    ),
    (".h5", ".hdf5", ".hdf"): Sentence("is HDF5, which is not read: {arrays}", arrays=_ARRAYS),
    (".pkl", ".pickle", ".p", ".joblib"): Sentence(
        "is a Python pickle, which may run a program when it is opened: {arrays}", arrays=_ARRAYS
    ),
    (".pt", ".pth", ".safetensors", ".keras", ".onnx"): Sentence(
        "holds a network, no pictures: choose pictures to learn from"
    ),
    (".xls", ".xlsx", ".ods"): Sentence("is a spreadsheet: save it as CSV and open that"),
    (".heic", ".heif", ".avif"): Sentence("is a picture in a format that is not read: save it as PNG or JPEG"),
    (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff"): Sentence(
        "is a single picture, which is nothing to learn from: give a folder that holds a folder of pictures for each "
        "class"
    ),
    (".mp4", ".mov", ".avi", ".mkv", ".webm"): Sentence("is a film: save pictures of it in a folder for each class"),
}
#: what a pickle begins with: its protocol
_PICKLES = tuple(b"\x80" + bytes([protocol]) for protocol in range(2, 6))
_HEADS: dict[bytes | tuple[bytes, ...], str] = {
    b"Rar!": ".rar",
    b"7z\xbc\xaf": ".7z",
    b"\x89HDF": ".h5",
    b"PAR1": ".parquet",
    _PICKLES: ".pkl",
}
#: files of a folder that are looked at
_FEW = 100
_CIFAR = ("data_batch_1", "test_batch", "batches.meta", "train", "test", "meta")


def why_unreadable(path: Path) -> Sentence | None:
    """The reason and the way out for an existing path of a kind that is known and not opened; None for all others."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            return _folder_of_pickles(path) or _folder_of_others(path)
        if not stat.S_ISREG(mode):
            return None
        with path.open("rb") as file:
            head = file.read(4)
    except OSError:
        return None
    if path.name in _CIFAR and head.startswith(_PICKLES):
        return _cifar(path)
    name = path.name.lower() + next((ending for start, ending in _HEADS.items() if head.startswith(start)), "")
    for endings, reason in _KINDS.items():
        if name.endswith(endings):
            return Sentence("{path} {reason}.", path=path, reason=reason)
    return None


def _folder_of_pickles(folder: Path) -> Sentence | None:
    for name in _CIFAR:
        file = folder / name
        if file.is_file():
            with file.open("rb") as opened:
                if opened.read(2).startswith(_PICKLES):
                    return _cifar(folder)
    return None


def _folder_of_others(folder: Path) -> Sentence | None:
    """What is wrong with the first file in a folder that is of such a kind."""
    files = [file for file in sorted(folder.iterdir())[:_FEW] if not file.name.startswith(".") and file.is_file()]
    for file in files:
        if file.suffix.lower() == ".zip":
            return Sentence("{folder} holds a zip and no pictures: open {file} itself.", folder=folder, file=file)
        if (sentence := why_unreadable(file)) is not None:
            return sentence
    return None


def _cifar(path: Path) -> Sentence:
    return Sentence(
        "{path} is CIFAR as a Python pickle, which may run a program when it is opened: fetch "
        "the binary version of the data set (its files end in .bin) and open that.",
        path=path,
    )
