"""Every format of data and pictures, with sound files of it and how it is opened; each of its mutants must open, or be
refused in one sentence that names it."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from tests.robustness.formats import MANY, SOME, Files, Format, put

PICTURES = ("PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF")


def _pictures() -> list[Files]:
    from painted import painted
    from PIL import Image

    exif = Image.Exif()
    exif[0x0112] = 6
    found: list[Files] = []
    for kind in PICTURES:
        held = io.BytesIO()
        around = {"exif": exif} if kind in ("PNG", "JPEG", "WEBP", "TIFF") else {}
        Image.fromarray(np.random.default_rng(1).integers(0, 255, (24, 24, 3), np.uint8)).save(held, kind, **around)
        found += [{"a.png": held.getvalue()}, {"a.png": painted(2, kind, channels=1)}]
    for kind, how in (("JPEG", {"progressive": True}), ("TIFF", {"compression": "tiff_lzw"})):
        held = io.BytesIO()
        Image.fromarray(np.random.default_rng(2).integers(0, 255, (20, 28, 3), np.uint8)).save(held, kind, **how)
        found.append({"a.png": held.getvalue()})
    for mode in ("1", "P", "LA", "RGBA", "I;16"):
        held = io.BytesIO()
        grey = Image.fromarray(np.arange(120, dtype=np.uint8).reshape(10, 12))
        (Image.new("I;16", (12, 10), 700) if mode == "I;16" else grey.convert(mode)).save(held, "PNG")
        found.append({"a.png": held.getvalue()})
    return found


def _read_picture(home: Path, name: str) -> None:
    from cnnstudio.data.pictures.picture import read_picture

    assert read_picture(home / name, (8, 8, 3)).pixels.shape == (8, 8, 3)


def _idx() -> list[Files]:
    from small_mnist import small_mnist

    with tempfile.TemporaryDirectory() as folder:
        home = small_mnist(Path(folder), 12, 6)
        files = {path.name: path.read_bytes() for path in home.iterdir()}
    return [files, {f"{name}.gz": gzip.compress(content, 1, mtime=0) for name, content in files.items()}]


def _zip() -> list[Files]:
    from painted import classes_of

    found: list[Files] = []
    for how in (zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED):
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w", how) as archive:
            for name, content in classes_of("cat", "dog", count=3).items():
                archive.writestr(name, content)
        found.append({"a.zip": held.getvalue()})
    return found


def _npz() -> list[Files]:
    x, y = np.arange(480).reshape(20, 4, 6), np.arange(20) % 3
    found: list[Files] = []
    for save, kind in ((np.savez, np.uint8), (np.savez_compressed, np.float32)):
        held = io.BytesIO()
        save(held, x=x.astype(kind) % 200, y=y)
        found.append({"a.npz": held.getvalue()})
    return found


def _npy() -> list[Files]:
    files = {}
    for name, array in (("x", np.arange(480, dtype=np.float32).reshape(20, 4, 6) / 480), ("y", np.arange(20) % 3)):
        held = io.BytesIO()
        np.save(held, array)
        files[f"{name}.npy"] = held.getvalue()
    return [files]


def _csv() -> list[Files]:
    rows = [f"{at % 3}," + ",".join(str((at * 7 + place) % 256) for place in range(9)) for at in range(20)]
    table = ("label," + ",".join(f"p{at}" for at in range(9)) + "\n" + "\n".join(rows)).encode()
    return [{"a.csv": table}, {"a.csv.gz": gzip.compress(table, 1, mtime=0)}]


def _names() -> list[Files]:
    from painted import painted

    rows = ["file,label", *(f"{at}.png,{'cat' if at % 2 else 'dog'}" for at in range(6))]
    return [{"about.csv": "\n".join(rows).encode()} | {f"{at}.png": painted(at) for at in range(6)}]


def _cifar() -> list[Files]:
    row = b"".join(bytes([at % 3]) + bytes(3072) for at in range(3))
    ten = {f"data_batch_{number}.bin": row for number in range(1, 6)}
    two = b"".join(bytes([at % 2, at % 3]) + bytes(3072) for at in range(3))
    return [
        {**ten, "test_batch.bin": row, "batches.meta.txt": b"cat\ndog\neel\n"},
        {"train.bin": two, "test.bin": two, "fine_label_names.txt": b"cat\ndog\neel\n"},
    ]


def _class_folders() -> list[Files]:
    from painted import painted

    return [{f"{name}/{kind}.{kind.lower()}": painted(3, kind) for kind in PICTURES for name in "ab"}]


def _read_data(home: Path, name: str) -> None:
    """Opened as a whole, by the file itself where there is only one."""
    from cnnstudio.data.library import open_data

    os.environ["CNNSTUDIO_CACHE"] = str(home.parent / "cache")
    path = home / name if len(list(home.iterdir())) == 1 and (home / name).parent == home else home
    try:
        data = open_data(path)
        assert len(data.classes) >= 2 and len(data.train) and len(data.test)
        assert data.train.pixels.dtype == np.uint8 and data.train.labels.max() < len(data.classes)
    finally:
        shutil.rmtree(home.parent / "cache", ignore_errors=True)


def _drawn() -> list[Files]:
    from tiny_set import tiny

    from cnnstudio.data import cache

    with tempfile.TemporaryDirectory() as folder:
        os.environ["CNNSTUDIO_CACHE"] = folder
        cache.store("tiny", 1, tiny(np.arange(240, dtype=np.uint8).reshape(12, 4, 5, 1)), tiny)
        return [{path.name: path.read_bytes() for path in Path(folder).iterdir()}]


def _read_drawn(home: Path, name: str) -> bool:
    from tiny_set import tiny

    from cnnstudio.data import cache

    os.environ["CNNSTUDIO_CACHE"] = str(home)
    found = cache.load("tiny", 1, (12, 4, 5, 1), tiny)
    if found is None:
        assert not (home / name).exists(), "a damaged file stays"
        return False
    assert (np.concatenate([found.train.pixels, found.test.pixels]).ravel() == np.arange(240)).all(), "other pixels"
    return True


def _imports() -> list[Files]:
    from painted import classes_of, write_files

    from cnnstudio.data.library import open_data

    with tempfile.TemporaryDirectory() as folder:
        os.environ["CNNSTUDIO_CACHE"] = f"{folder}/cache"
        open_data(write_files(Path(folder) / "in", classes_of("cat", "dog") | {"eel/bad.png": b"", "eel/x.txt": b""}))
        kept = Path(folder) / "cache"
        files = {str(path.relative_to(kept)): path.read_bytes() for path in kept.rglob("*") if path.is_file()}
    assert len(files) == 2, sorted(files)
    return [files]


def _notes() -> list[Files]:
    """The notes without their checksums, so that mutants are looked into; the pixels stay."""
    return [
        {f"imports/a{Path(name).suffix}": content[content.find(b"{") :] if name.endswith(".json") else content
         for name, content in files.items()}
        for files in _imports()
    ]  # fmt: skip


def _read_notes(home: Path, name: str) -> bool:
    note, pixels = (home / "imports" / f"a{ending}" for ending in (".json", ".pixels"))
    signed = home.parent / "signed"
    put(signed / "imports" / pixels.name, pixels.read_bytes())
    text = note.read_bytes()
    put(signed / "imports" / note.name, hashlib.sha256(text).hexdigest().encode() + b"\n" + text)
    return _read_imports(signed, name)


def _read_imports(home: Path, name: str) -> bool:
    from cnnstudio.data.importing import stored
    from cnnstudio.data.wording.found import layout_words, notice_words
    from cnnstudio.data.wording.left_out import why_left_out

    os.environ["CNNSTUDIO_CACHE"] = str(home)
    found = stored.load(Path(name).stem)
    if found is not None:
        assert len(found.train) + len(found.test) == 10 and found.train.pixels.sum() >= 0
        assert found.train.labels.max() < len(found.classes) and layout_words(found.layout)
        assert notice_words(found) and all(str(why_left_out(each.why)) for each in found.left_out)
    return found is not None


_READERS: dict[str, Callable[[], list[Files]]] = {
    "IDX": _idx, "zips of pictures": _zip, ".npz": _npz, ".npy": _npy, "tables of pixels": _csv,
    "tables of names": _names, "CIFAR": _cifar, "folders of pictures": _class_folders,
}  # fmt: skip
DATA_FORMATS = (
    Format("pictures", _pictures, _read_picture, MANY),
    *(Format(name, sound, _read_data, SOME) for name, sound in _READERS.items()),
    Format("drawn data in the cache", _drawn, _read_drawn),
    Format("imports in the cache", _imports, _read_imports),
    Format("notes of imports with a new sum", _notes, _read_notes, kept=("imports/a.pixels",)),
)
