"""The cache: never believed when damaged, never in the way when it cannot be written."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tiny_set import tiny

from cnnstudio.data import cache
from cnnstudio.data.dataset import DataSet, Pixels
from cnnstudio.files.atomic import hold

SHAPE = (12, 4, 5, 1)


def drawn() -> DataSet:
    return tiny(np.arange(240, dtype=np.uint8).reshape(SHAPE))


def load() -> DataSet | None:
    return cache.load("tiny", 1, SHAPE, tiny)


def only_file(folder: Path) -> Path:
    (file,) = folder.iterdir()
    return file


def test_what_is_stored_comes_back_over_a_memory_map(empty_cache: Path) -> None:
    assert load() is None
    stored = cache.store("tiny", 1, drawn(), tiny)
    found = load()
    assert found is not None
    assert found.fingerprint == stored.fingerprint == drawn().fingerprint
    assert np.array_equal(found.test.pixels, drawn().test.pixels)
    for data in (stored, found):
        assert _rests_on_a_map(data.train.pixels)
    assert only_file(empty_cache).name == f"tiny-v1-{found.fingerprint}.npy"


def _rests_on_a_map(array: Pixels) -> bool:
    base: object = array
    while isinstance(base, np.ndarray):
        if isinstance(base, np.memmap):
            return True
        base = base.base
    return False


def test_another_version_is_not_taken(empty_cache: Path) -> None:
    cache.store("tiny", 1, drawn(), tiny)
    assert cache.load("tiny", 2, SHAPE, tiny) is None
    assert cache.load("tin", 1, SHAPE, tiny) is None
    assert load() is not None


@pytest.mark.parametrize(
    "damage", ["flip", "cut", "grow", "empty", "text", "header", "bracket", "pickle", "other shape"]
)
def test_a_damaged_file_is_removed_and_not_believed(empty_cache: Path, damage: str) -> None:
    cache.store("tiny", 1, drawn(), tiny)
    file = only_file(empty_cache)
    sound = file.read_bytes()
    if damage == "other shape":
        np.save(file, np.zeros((12, 5, 4, 1), dtype=np.uint8))
    elif damage == "pickle":
        np.save(file, np.full(30, None, dtype=object), allow_pickle=True)
    else:
        file.write_bytes({
            "flip": sound[:-7] + bytes([sound[-7] ^ 1]) + sound[-6:],
            "cut": sound[:-1],
            "grow": sound + b"\0",
            "empty": b"",
            "text": b"x" * len(sound),
            "header": sound.replace(b"(12, 4", b"(99, 9"),
            "bracket": sound.replace(b"(12, 4", b"((2, 4"),
        }[damage])  # fmt: skip
    assert load() is None
    assert not file.exists()
    assert cache.store("tiny", 1, drawn(), tiny).fingerprint == drawn().fingerprint
    assert load() is not None


def test_without_a_usable_folder_the_data_are_still_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file stands where the folder should be: that stops even an administrator."""
    (tmp_path / "file").write_bytes(b"in the way")
    monkeypatch.setenv("CNNSTUDIO_CACHE", str(tmp_path / "file" / "cache"))
    assert load() is None
    data = cache.store("tiny", 1, drawn(), tiny)
    assert np.array_equal(data.train.pixels, drawn().train.pixels)


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="permissions do not bind here")
def test_a_read_only_folder_is_no_trouble(empty_cache: Path) -> None:
    empty_cache.mkdir()
    empty_cache.chmod(0o500)
    try:
        assert cache.store("tiny", 1, drawn(), tiny).fingerprint == drawn().fingerprint
        assert list(empty_cache.iterdir()) == []
    finally:
        empty_cache.chmod(0o700)


FULL_DISK = """
import resource, signal, sys
import numpy as np
sys.path.insert(0, sys.argv[1])
from tiny_set import tiny
from cnnstudio.data import cache
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
data = tiny(np.zeros((12, 4, 5, 1), dtype=np.uint8))
assert cache.store("tiny", 1, data, tiny) is data
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on file sizes")
def test_a_full_disk_leaves_nothing_behind(empty_cache: Path) -> None:
    _run(FULL_DISK)
    assert list(empty_cache.iterdir()) == []


WRITE_AND_READ = """
import sys
import numpy as np
sys.path.insert(0, sys.argv[1])
from tiny_set import tiny
from cnnstudio.data import cache
data = tiny(np.arange(240, dtype=np.uint8).reshape(12, 4, 5, 1))
for _ in range(40):
    assert cache.store("tiny", 1, data, tiny).fingerprint == data.fingerprint
    found = cache.load("tiny", 1, (12, 4, 5, 1), tiny)
    assert found is not None and found.fingerprint == data.fingerprint
"""


@pytest.mark.slow
def test_processes_that_write_at_once_do_not_disturb_each_other(empty_cache: Path) -> None:
    others = [_start(WRITE_AND_READ) for _ in range(2)]
    assert [other.wait(60) for other in others] == [0, 0]
    assert only_file(empty_cache).suffix == ".npy"


@pytest.mark.skipif(sys.platform == "win32", reason="there age decides")
def test_what_a_killed_process_left_is_swept_but_not_what_is_being_written(empty_cache: Path) -> None:
    empty_cache.mkdir()
    old, new = empty_cache / ".1.cnnstudio-tmp", empty_cache / ".2.cnnstudio-tmp"
    for file in (old, new):
        file.write_bytes(b"half")
    with new.open("ab") as writing:
        assert hold(writing.fileno())
        cache.store("tiny", 1, drawn(), tiny)
        assert (old.exists(), new.exists()) == (False, True)


def _start(program: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", program, str(Path(__file__).parent)])


def _run(program: str) -> None:
    assert _start(program).wait(60) == 0
