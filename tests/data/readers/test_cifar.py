"""CIFAR's binary files are read as published; as a Python pickle it is refused with the way out."""

from __future__ import annotations

import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest

from cnnstudio.data.dataset import Cancelled, DataError
from cnnstudio.data.library import open_data
from cnnstudio.data.preparation.choice import DataChoice
from cnnstudio.data.reader import reader_of

NAMES = ("airplane", "automobile", "bird")


def rows(count: int, labels: int = 1, first: int = 0) -> bytes:
    pixels = np.random.default_rng(first).integers(0, 256, (count, 3072), dtype=np.uint8)
    said = np.stack([(np.arange(count) + at) % (2 if at == 0 and labels == 2 else 3) for at in range(labels)], 1)
    return np.concatenate([said.astype(np.uint8), pixels], 1).tobytes()


def ten(folder: Path) -> Path:
    folder.mkdir(parents=True)
    for number in range(1, 6):
        (folder / f"data_batch_{number}.bin").write_bytes(rows(6, first=number))
    (folder / "test_batch.bin").write_bytes(rows(9, first=9))
    (folder / "batches.meta.txt").write_text("\n".join(NAMES) + "\n\n")
    return folder


def hundred(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "train.bin").write_bytes(rows(12, 2))
    (folder / "test.bin").write_bytes(rows(6, 2, first=3))
    (folder / "fine_label_names.txt").write_text("apple\nbaby\nbear\n")
    (folder / "coarse_label_names.txt").write_text("fruit\npeople\n")
    return folder


def test_cifar_10_is_read_with_its_names_and_in_the_order_of_its_files(tmp_path: Path) -> None:
    home = ten(tmp_path / "cifar-10-batches-bin")
    data = open_data(home)
    assert (len(data.train), len(data.test), data.image_shape) == (30, 9, (32, 32, 3))
    assert data.classes == NAMES
    assert data.train.labels.tolist() == [number % 3 for _ in range(5) for number in range(6)]
    raw = np.frombuffer((home / "data_batch_2.bin").read_bytes(), np.uint8).reshape(6, 3073)[4, 1:]
    assert np.array_equal(data.train.pixels[6 + 4], raw.reshape(3, 32, 32).transpose(1, 2, 0))
    for path in (tmp_path, home / "data_batch_3.bin", home / "test_batch.bin"):
        assert open_data(path).fingerprint == data.fingerprint


def test_cifar_100_has_fine_or_coarse_classes(tmp_path: Path) -> None:
    home = hundred(tmp_path / "cifar-100-binary")
    assert open_data(home).classes == ("apple", "baby", "bear")
    coarse = open_data(DataChoice(str(home), (("labels", "coarse"),)))
    assert coarse.classes == ("fruit", "people")
    assert coarse.train.labels[:4].tolist() == [0, 1, 0, 1]
    (home / "fine_label_names.txt").unlink()
    assert open_data(home).classes == ("0", "1", "2")


@pytest.mark.parametrize("damage", ["missing", "cut", "longer", "empty", "label without a name", "folder for a file"])
def test_damaged_files_are_refused_by_name(damage: str, tmp_path: Path) -> None:
    home = ten(tmp_path / "cifar")
    file = home / "data_batch_4.bin"
    sound = file.read_bytes()
    file.unlink()
    told = "it is damaged, fetch it again"
    match damage:
        case "missing":
            told = "is an incomplete CIFAR-10: add data_batch_4.bin"
        case "folder for a file":
            file.mkdir()
            told = "is an incomplete CIFAR-10: add data_batch_4.bin"
        case "label without a name":
            file.write_bytes(b"\x09" + sound[1:])
            told = "names 3 classes, but its labels go from 0 to 9"
        case _:
            file.write_bytes({"cut": sound[:-1], "longer": sound + b"x", "empty": b""}[damage])
    with pytest.raises(DataError, match=told):
        open_data(home)


def test_a_pickle_is_refused_with_the_way_out_and_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, ...]:
            return (Path.touch, (Path("trapped"),))

    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "cifar-10-batches-py"
    folder.mkdir()
    for name in ("data_batch_1", "test_batch", "batches.meta"):
        (folder / name).write_bytes(pickle.dumps(Trap(), 2))
    for path in (folder, folder / "data_batch_1"):
        assert reader_of(path) is None
        with pytest.raises(DataError, match=r"Python pickle, which may run a program .* fetch the binary version"):
            open_data(path)
    assert not (tmp_path / "trapped").exists()
    shutil.copytree(ten(tmp_path / "bin"), folder, dirs_exist_ok=True)
    assert len(open_data(folder).train) == 30, "where both are, the binary files are read"


def test_progress_and_cancelling(tmp_path: Path) -> None:
    home = ten(tmp_path / "cifar")
    heard: list[float] = []
    open_data(home, heard.append)
    assert heard == sorted(heard) and heard[-1] == 1.0 and len(heard) == 6
    with pytest.raises(Cancelled):
        open_data(home, cancelled=lambda: True)
