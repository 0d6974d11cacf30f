"""What a refusal advises helps: each of these is refused, its advice is taken to the letter, and then it is read."""

from __future__ import annotations

import io
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from painted import classes_of, write_files
from programs import Said

Run = Callable[..., Said]
Make = Callable[[Path], Path]
PETS = classes_of("cat", "dog", inside="")
X, Y = np.arange(20 * 36, dtype=np.uint8).reshape(20, 6, 6), np.arange(20) % 2


@pytest.fixture(autouse=True)
def _empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CNNSTUDIO_CACHE", str(tmp_path / "cache"))


def pets(folder: Path) -> Path:
    return write_files(folder / "pets", PETS)


def flat(folder: Path) -> Path:
    return write_files(folder / "pets", {f"{n}.png": content for n, content in enumerate(PETS.values())})


def cats(folder: Path) -> Path:
    return write_files(folder / "pets", {name: content for name, content in PETS.items() if name.startswith("cat")})


def file(name: str, content: bytes) -> Make:
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return make


def empty(folder: Path) -> Path:
    (folder / "nothing").mkdir()
    return folder / "nothing"


def arrays(x: object = X, y: object = Y) -> Make:
    def make(folder: Path) -> Path:
        np.savez(folder / "set.npz", x_train=x, y_train=y, x_test=x, y_test=y)
        return folder / "set.npz"

    return make


def npy(x: object = X, y: object = Y) -> Make:
    def make(folder: Path) -> Path:
        (folder / "arrays").mkdir()
        for name, array in (("x.npy", x), ("y.npy", y)):
            np.save(folder / "arrays" / name, np.asarray(array))
        return folder / "arrays"

    return make


def table(encoding: str) -> bytes:
    rows = ["label," + ",".join(f"p{n}" for n in range(36))]
    rows += [f"{'Käfer' if label else 'Hund'}," + ",".join(map(str, x.ravel())) for x, label in zip(X, Y, strict=True)]
    return "\n".join(rows).encode(encoding)


def zipped() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in PETS.items():
            archive.writestr(name, content)
    return held.getvalue()


#: what is refused, what is said of it, and what it advises to give
REMEDIES: tuple[tuple[str, Make, str, Make], ...] = (
    ("no pictures", empty, "a folder that holds a folder of pictures for each class", pets),
    ("no classes", flat, "put those of each class in a folder of its name", pets),
    ("one class", cats, "Give at least two classes", pets),
    ("unknown name", lambda folder: Path("digitz"), "or give the path of", pets),
    ("pickle", file("set.pkl", pickle.dumps(X)), "save its arrays with numpy.savez", arrays()),
    ("spreadsheet", file("set.xlsx", zipped()), "save it as CSV and open that", file("set.csv", table("utf-8"))),
    ("heic", file("cat.heic", b"\0\0\0\x18ftypheic"), "save it as PNG or JPEG", pets),
    ("packed", file("pets.rar", b"Rar!\x1a\x07"), "pack it as a zip", file("pets.zip", zipped())),
    ("half a zip", file("pets.zip", zipped()[:-400]), "fetch it again", file("whole.zip", zipped())),
    ("objects", npy(np.array([X, None], object)[:1]), "Save an array of numbers", npy()),
    ("odd range", npy(X * -3.5), "give pictures from 0 to 1, to 255 or to 65,535", npy(X / 255)),
    ("one label less", npy(y=Y[1:]), "give two that belong together", npy()),
)


@pytest.mark.parametrize(("_name", "refused", "advice", "advised"), REMEDIES, ids=[case[0] for case in REMEDIES])
def test_what_a_refusal_advises_helps(
    cnnstudio: Run, tmp_path: Path, _name: str, refused: Make, advice: str, advised: Make
) -> None:
    for name in ("before", "after"):
        (tmp_path / name).mkdir()
    said = cnnstudio("data", refused(tmp_path / "before"))
    assert said.code == 2 and advice in said.err, said
    said = cnnstudio("data", advised(tmp_path / "after"))
    assert said.code == 0, said
