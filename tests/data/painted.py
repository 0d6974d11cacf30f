"""Pictures in files that say which they are."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image


def pixels_of(number: int, height: int = 6, width: int = 8, channels: int = 3) -> np.ndarray:
    """uint8 (H, W, C) that no other number gives."""
    return np.random.default_rng(number).integers(0, 256, (height, width, channels), dtype=np.uint8)


def painted(number: int, kind: str = "PNG", height: int = 6, width: int = 8, channels: int = 3) -> bytes:
    """The bytes of a picture of these pixels."""
    pixels = pixels_of(number, height, width, channels)
    held = io.BytesIO()
    Image.fromarray(pixels if channels == 3 else pixels[..., 0]).save(held, kind)
    return held.getvalue()


def write_files(folder: Path, files: dict[str, bytes]) -> Path:
    """Files by their names with “/” in a folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def classes_of(*names: str, count: int = 5, first: int = 0, inside: str = "") -> dict[str, bytes]:
    """So many pictures in a folder for each class."""
    return {
        f"{inside}{name}/{place}.png": painted(first + place + 100 * number)
        for number, name in enumerate(names)
        for place in range(count)
    }
