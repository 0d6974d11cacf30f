"""A file that somebody else wrote is told from one that was only touched, copied there again or taken away."""

from __future__ import annotations

import os

import pytest

from cnnstudio.files.stamp import stamp


def test_only_what_it_holds_makes_a_file_another(tmp_path) -> None:
    path, other = tmp_path / "a", tmp_path / "b"
    path.write_bytes(b"mine")
    then = stamp(path)
    os.utime(path, ns=(5, 5))
    assert then.still(path) and stamp(path) != then, "touched"
    other.write_bytes(b"mine")
    other.replace(path)
    assert then.still(path), "copied there again"
    path.write_bytes(b"your")
    os.utime(path, ns=(then.time + 1, then.time + 1))
    assert not then.still(path), "as long, and later"
    path.unlink()
    assert then.still(path), "nothing is there that could be lost"
    path.mkdir()
    with pytest.raises(OSError):
        then.still(path)
