from __future__ import annotations

import os
from pathlib import Path

import pytest

from cnnstudio.data.dataset import DataSet
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
