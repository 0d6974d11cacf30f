"""Whatever bytes of a file are changed, cut or put in: it opens, or is refused in a sentence that names it."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from painted import classes_of, painted

from cnnstudio.data.dataset import DataError
from cnnstudio.data.library import open_data


def _zip() -> dict[str, bytes]:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in classes_of("cat", "dog", count=3).items():
            archive.writestr(name, content)
    return {"a.zip": held.getvalue()}


def _npz() -> dict[str, bytes]:
    held = io.BytesIO()
    np.savez(held, x=np.arange(480, dtype=np.uint8).reshape(20, 4, 6), y=np.arange(20) % 3)
    return {"a.npz": held.getvalue()}


def _npy() -> dict[str, bytes]:
    files = {}
    for name, array in (("x", np.arange(480, dtype=np.float32).reshape(20, 4, 6) / 480), ("y", np.arange(20) % 3)):
        held = io.BytesIO()
        np.save(held, array)
        files[f"{name}.npy"] = held.getvalue()
    return files


def _csv() -> dict[str, bytes]:
    rows = [f"{at % 3}," + ",".join(str((at * 7 + place) % 256) for place in range(9)) for at in range(20)]
    return {"a.csv": ("label," + ",".join(f"p{at}" for at in range(9)) + "\n" + "\n".join(rows)).encode()}


def _names() -> dict[str, bytes]:
    rows = ["file,label", *(f"{at}.png,{'cat' if at % 2 else 'dog'}" for at in range(6))]
    return {"about.csv": "\n".join(rows).encode()} | {f"{at}.png": painted(at) for at in range(6)}


def _cifar() -> dict[str, bytes]:
    row = b"".join(bytes([at % 3]) + bytes(3072) for at in range(3))
    return {f"data_batch_{number}.bin": row for number in range(1, 6)} | {
        "test_batch.bin": row, "batches.meta.txt": b"cat\ndog\neel\n"
    }  # fmt: skip


def _pictures() -> dict[str, bytes]:
    kinds = ("PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF")
    return {f"{name}/{kind}.{kind.lower()}": painted(3, kind) for kind in kinds for name in "ab"}


FORMATS: dict[str, Callable[[], dict[str, bytes]]] = {
    "zip": _zip, "npz": _npz, "npy": _npy, "csv": _csv, "names": _names, "cifar": _cifar, "pictures": _pictures
}  # fmt: skip
CHANGES = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 8), st.binary(max_size=6)), min_size=1, max_size=4)


@pytest.mark.parametrize("kind", FORMATS)
@given(st.floats(0, 1, exclude_max=True), CHANGES)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_mutant_opens_or_is_refused_by_name(
    kind: str, monkeypatch: pytest.MonkeyPatch, which: float, changes: list[tuple[float, int, bytes]]
) -> None:
    files = FORMATS[kind]()
    name = sorted(files)[int(which * len(files))]
    for place, removed, inserted in changes:
        content = files[name]
        at = int(place * len(content))
        files[name] = content[:at] + inserted + content[at + removed :]
    with tempfile.TemporaryDirectory() as temporary:
        monkeypatch.setenv("CNNSTUDIO_CACHE", f"{temporary}/cache")
        home = Path(temporary) / "in"
        for file, content in files.items():
            (home / file).parent.mkdir(parents=True, exist_ok=True)
            (home / file).write_bytes(content)
        path = home / name if kind in ("zip", "npz", "csv") else home
        try:
            data = open_data(path)
        except DataError as refusal:
            assert str(home) in str(refusal) and str(refusal).endswith(".")
        else:
            assert len(data.classes) >= 2 and len(data.train) and len(data.test)
            assert data.train.pixels.dtype == np.uint8
