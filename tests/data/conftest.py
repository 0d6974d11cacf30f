from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from cnnstudio.data.dataset import DataSet, Examples, Pixels, fingerprint
from cnnstudio.data.library import open_data


@pytest.fixture(scope="session")
def digits() -> DataSet:
    """All of Digits, drawn once for the whole session."""
    return open_data("digits")


@pytest.fixture(scope="session")
def mnist() -> DataSet:
    return open_data(Path(os.environ["CNNSTUDIO_REAL_DATA"]) / "mnist")


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("CNNSTUDIO_CACHE", str(folder))
    return folder


def tiny(pixels: Pixels) -> DataSet:
    """Pixels (12, 4, 5, 1) as a data set of ten training and two test examples."""
    train, test = Examples(pixels[:10], np.arange(10) % 3), Examples(pixels[10:], [0, 1])
    classes = ("a", "b", "c")
    return DataSet("tiny", "Tiny", classes, train, test, fingerprint(classes, train, test), "tiny", "Tiny.")
