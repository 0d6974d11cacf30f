"""Pictures of one's own: fitted, turned upright, on white, inverted like the data; hostile files are one sentence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnnstudio.data.dataset import DataError
from cnnstudio.data.picture import read_picture

DARK = np.zeros((5, 28, 28, 1), np.uint8)


def saved(tmp_path: Path, image: Image.Image, name: str = "a.png", **options: object) -> Path:
    image.save(tmp_path / name, **options)
    return tmp_path / name


def test_the_middle_of_a_photo_in_the_shape_of_the_layer(tmp_path: Path) -> None:
    pixels = np.zeros((40, 80, 3), np.uint8)
    pixels[:, 20:60] = (200, 100, 50)
    found = read_picture(saved(tmp_path, Image.fromarray(pixels)), (10, 10, 3)).pixels
    assert found.shape == (10, 10, 3) and found.dtype == np.uint8
    assert (found == (200, 100, 50)).all()


def test_dark_ink_on_paper_becomes_light_on_dark_where_the_data_are(tmp_path: Path) -> None:
    paper = Image.new("L", (28, 28), 250)
    paper.paste(10, (12, 4, 16, 24))
    path = saved(tmp_path, paper)
    found = read_picture(path, (28, 28, 1), DARK)
    assert found.inverted and found.pixels[0, 0, 0] == 5 and found.pixels[14, 14, 0] == 245
    assert not read_picture(path, (28, 28, 1), 255 - DARK).inverted
    assert not read_picture(path, (28, 28, 1)).inverted


def test_what_is_transparent_lies_on_white_and_deep_grey_keeps_its_range(tmp_path: Path) -> None:
    glass = Image.new("RGBA", (8, 8), (0, 0, 0, 0))
    assert (read_picture(saved(tmp_path, glass), (8, 8, 3)).pixels == 255).all()
    deep = Image.fromarray(np.full((8, 8), 40_000, np.uint16))
    assert (read_picture(saved(tmp_path, deep), (8, 8, 1)).pixels == 40_000 >> 8).all()


def test_a_photo_taken_sideways_is_turned_upright(tmp_path: Path) -> None:
    pixels = np.zeros((16, 16), np.uint8)
    pixels[:8] = 255
    exif = Image.Exif()
    exif[0x0112] = 3  # upside down
    found = read_picture(saved(tmp_path, Image.fromarray(pixels), "a.jpg", exif=exif, quality=95), (16, 16, 1)).pixels
    assert found[0].max() < 20 and found[-1].min() > 235


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"", "no picture"), (b"hello", "no picture"), (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "picture")],
)
def test_what_is_no_picture_is_one_sentence(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(data)
    with pytest.raises(DataError, match=words) as error:
        read_picture(path, (28, 28, 1))
    assert str(error.value).startswith("a.png: ") and "\n" not in str(error.value)


def test_cut_off_too_large_and_of_the_wrong_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(tmp_path, Image.fromarray(np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8)))
    with pytest.raises(DataError, match="neither grey"):
        read_picture(path, (28, 28, 7))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError, match="cannot be read"):
        read_picture(path, (28, 28, 3))
    path.write_bytes(whole)
    monkeypatch.setattr("cnnstudio.data.picture.MOST_PIXELS", 1000)
    with pytest.raises(DataError, match="64×64 pixels are too many"):
        read_picture(path, (28, 28, 3))
    with pytest.raises(DataError, match="cannot be read"):
        read_picture(tmp_path / "nowhere.png", (28, 28, 3))
