"""What pixels alone say of a picture."""

from __future__ import annotations

import numpy as np
import pytest

from cnnstudio.data.pictures.properties import PROPERTIES


def test_each_property_is_what_it_is_called() -> None:
    black, white = np.zeros((8, 8, 3), np.uint8), np.full((8, 8, 3), 255, np.uint8)
    half = black.copy()
    half[:, 4:] = 255
    red, square = black.copy(), np.full((8, 8, 3), 100, np.uint8)
    red[..., 0] = 255
    square[2:6, 2:6] = 250
    pictures = np.stack([black, white, half, red, square])
    found = {name: measure(pictures) for name, measure in PROPERTIES.items()}
    assert found["brightness"] == pytest.approx([0, 1, 0.5, 1 / 3, (100 * 48 + 250 * 16) / 64 / 255])
    assert found["contrast"][[0, 1, 2]] == pytest.approx([0, 0, 0.5])
    assert found["drawn"][[0, 1, 3, 4]] == pytest.approx([0, 0, 0, 0.25])
    assert found["colour"] == pytest.approx([0, 0, 0, 1, 0])
    assert all((values >= 0).all() and (values <= 1).all() for values in found.values())
    grey = pictures[..., :1]
    assert PROPERTIES["colour"](grey) == pytest.approx(0)
