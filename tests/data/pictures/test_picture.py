"""Pictures of one's own: fitted, turned upright, on white, inverted like the data; hostile files are one sentence."""

from __future__ import annotations

import os
import socket
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnnstudio.data.dataset import DataError
from cnnstudio.data.pictures.picture import read_picture

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
    assert (read_picture(saved(tmp_path, deep), (8, 8, 1)).pixels == round(40_000 / 257)).all()


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


def test_cut_off_too_large_and_of_the_wrong_kind(tmp_path: Path) -> None:
    path = saved(tmp_path, Image.fromarray(np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8)))
    with pytest.raises(DataError, match="neither grey"):
        read_picture(path, (28, 28, 7))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError, match="cannot be read"):
        read_picture(path, (28, 28, 3))
    path.write_bytes(whole)
    with pytest.raises(DataError, match="cannot be read"):
        read_picture(tmp_path / "nowhere.png", (28, 28, 3))


POSTSCRIPT = b"""%!PS-Adobe-3.0 EPSF-3.0
%%BoundingBox: 0 0 8 8
(touched) (w) file closefile showpage
"""


@pytest.mark.slow
def test_a_picture_starts_no_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Ghostscript that leaves a trace stands first on the path."""
    for name in ("gs", "gswin32c", "gswin64c"):
        (tmp_path / name).write_text(f"#!/bin/sh\ntouch {tmp_path}/started\n")
        (tmp_path / name).chmod(0o755)
    path = tmp_path / "a.png"
    path.write_bytes(POSTSCRIPT)
    script = """
import sys
from pathlib import Path
from PIL import Image, EpsImagePlugin
from cnnstudio.data.pictures.picture import DataError, read_picture
try:
    read_picture(Path(sys.argv[1]), (8, 8, 3))
except DataError as error:
    print(error)
"""
    around = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = subprocess.run([sys.executable, "-c", script, path], capture_output=True, text=True, env=around)
    assert done.stdout == "a.png: It is no picture that can be read. Use a PNG or JPEG.\n", done.stderr
    assert not (tmp_path / "started").exists()


@pytest.mark.parametrize("kind", ["PPM", "ICO", "TGA", "PCX", "SGI", "DDS", "JPEG2000"])
def test_other_formats_are_refused_whatever_they_are_called(tmp_path: Path, kind: str) -> None:
    Image.new("RGB", (16, 16), "red").save(tmp_path / "a.png", format=kind)
    with pytest.raises(DataError, match="no picture that can be read"):
        read_picture(tmp_path / "a.png", (8, 8, 3))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF"])
def test_six_formats_are_read_whatever_they_are_called(tmp_path: Path, kind: str) -> None:
    Image.new("RGB", (16, 16), "white").save(tmp_path / "a", format=kind)
    assert (read_picture(tmp_path / "a", (8, 8, 3)).pixels > 250).all()


@pytest.mark.parametrize("brand", [b"heic", b"mif1", b"avif", b"avis"])
def test_heic_and_avif_are_refused_with_a_way_out(tmp_path: Path, brand: bytes) -> None:
    (tmp_path / "a.jpg").write_bytes(struct.pack(">I", 24) + b"ftyp" + brand + bytes(100))
    with pytest.raises(DataError, match=r"HEIC or AVIF are not read\. Save it as a PNG or JPEG"):
        read_picture(tmp_path / "a.jpg", (8, 8, 3))


def png(width: int, height: int, rows: bytes, bits: int = 8, colour: int = 0, interlaced: int = 0) -> bytes:
    """A PNG whose data say what they want, with sums that are right."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, interlaced)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("rows", [0, 100, 2999])
def test_a_png_without_all_of_its_rows_is_refused(tmp_path: Path, rows: int) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(png(30, 3000, (b"\0" + b"\xff" * 30) * rows))
    with pytest.raises(DataError, match="cannot be read"):
        read_picture(path, (28, 28, 1))
    path.write_bytes(png(30, 3000, (b"\0" + b"\xff" * 30) * 3000))
    assert (read_picture(path, (28, 28, 1)).pixels == 255).all()


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "I;16"])
@pytest.mark.parametrize("size", [(1, 1), (3, 2), (5, 9), (33, 17)])
def test_a_whole_png_of_any_kind_has_all_its_rows(tmp_path: Path, mode: str, size: tuple[int, int]) -> None:
    path = saved(tmp_path, Image.new(mode, size))
    assert read_picture(path, (8, 8, 3)).pixels.shape == (8, 8, 3)


def test_an_interlaced_png_is_counted_pass_by_pass(tmp_path: Path) -> None:
    """5×3 of 8 bits: passes of 1×1, 1×1, 2×0, 1×1, 3×1, 2×2 and 5×1 columns and rows."""
    passes = [(1, 1), (1, 1), (0, 0), (1, 1), (3, 1), (2, 2), (5, 1)]
    rows = b"".join((b"\0" + b"\xff" * width) * height for width, height in passes)
    path = tmp_path / "a.png"
    path.write_bytes(png(5, 3, rows, interlaced=1))
    assert (read_picture(path, (3, 3, 1)).pixels == 255).all()
    path.write_bytes(png(5, 3, rows[:-1], interlaced=1))
    with pytest.raises(DataError, match="cannot be read"):
        read_picture(path, (3, 3, 1))


def noise(height: int, width: int, mode: str = "RGB") -> Image.Image:
    pixels = np.random.default_rng(height).integers(0, 256, (height, width, 3), np.uint8)
    return Image.fromarray(pixels).convert(mode)


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
@pytest.mark.parametrize("how", [{}, {"subsampling": 0}, {"restart_marker_blocks": 3}, {"optimize": True}], ids=str)
def test_a_jpeg_whose_data_end_early_is_refused_though_it_has_a_mark_of_the_end(
    tmp_path: Path, mode: str, how: dict[str, object]
) -> None:
    path = saved(tmp_path, noise(48, 64, mode), "a.jpg", **how)
    whole = path.read_bytes()
    with Image.open(path) as image:
        ground = np.asarray(image.convert("RGB"))
    for content in (whole, whole + b"what others append"):
        path.write_bytes(content)
        assert (read_picture(path, (48, 64, 3)).pixels == ground).all()
    for length in (len(whole) * 4 // 5, len(whole) - 160):
        cut = whole[:length]
        path.write_bytes(cut + (b"\0" if cut.endswith(b"\xff") else b"") + b"\xff\xd9")
        with pytest.raises(DataError, match="cannot be read"):
            read_picture(path, (48, 64, 3))


@pytest.mark.slow
@pytest.mark.parametrize("size", [(1, 1), (8, 8), (7, 9), (3000, 2000)])
@pytest.mark.parametrize("colour", [None, "white"])
def test_a_whole_jpeg_of_any_size_is_read(tmp_path: Path, size: tuple[int, int], colour: str | None) -> None:
    image = noise(*size) if colour is None else Image.new("RGB", size[::-1], colour)
    for how in ({"quality": 95}, {"progressive": True}):
        path = saved(tmp_path, image, "a.jpg", **how)
        pixels = read_picture(path, (8, 8, 3)).pixels
        assert colour is None or (pixels == 255).all()


def test_several_jpegs_in_one_file_are_the_first_of_them(tmp_path: Path) -> None:
    path = saved(tmp_path, noise(40, 40), "a.jpg", format="MPO", save_all=True, append_images=[noise(41, 41)])
    first = saved(tmp_path, noise(40, 40), "b.jpg")
    assert (read_picture(path, (40, 40, 3)).pixels == read_picture(first, (40, 40, 3)).pixels).all()


@pytest.mark.parametrize("brightest", [1, 255, 256, 40_000, 65_535])
@pytest.mark.parametrize("ending", ["png", "tif"])
def test_sixteen_bits_are_divided_by_257_whatever_the_brightest(tmp_path: Path, brightest: int, ending: str) -> None:
    values = np.full((8, 8), brightest, np.uint16)
    found = read_picture(saved(tmp_path, Image.fromarray(values), f"a.{ending}"), (8, 8, 1)).pixels
    assert (found == round(brightest / 257)).all()


@pytest.mark.parametrize(
    ("brightest", "shown"), [(0.5, 128), (1.0, 255), (1.5, 2), (255.0, 255), (257.0, 1), (65_535.0, 255)]
)
def test_floats_are_taken_by_their_range(tmp_path: Path, brightest: float, shown: int) -> None:
    path = saved(tmp_path, Image.fromarray(np.full((8, 8), brightest, np.float32)), "a.tif")
    assert (read_picture(path, (8, 8, 1)).pixels == shown).all()


@pytest.mark.parametrize("value", [-1.0, 65_536.0, float("nan"), float("inf")])
def test_floats_of_no_known_range_are_refused(tmp_path: Path, value: float) -> None:
    path = saved(tmp_path, Image.fromarray(np.full((8, 8), value, np.float32)), "a.tif")
    with pytest.raises(DataError, match="0 to 1, 255 or 65\u202f535 are read"):
        read_picture(path, (8, 8, 1))


def test_integers_of_32_bits_are_taken_by_their_range(tmp_path: Path) -> None:
    for value, shown in ((200, 200), (65_535, 255)):
        path = saved(tmp_path, Image.fromarray(np.full((8, 8), value, np.int32)), "a.tif")
        assert (read_picture(path, (8, 8, 1)).pixels == shown).all()
    for value in (-1, 70_000):
        path = saved(tmp_path, Image.fromarray(np.full((8, 8), value, np.int32)), "a.tif")
        with pytest.raises(DataError, match="are read"):
            read_picture(path, (8, 8, 1))


@pytest.mark.slow
def test_too_many_pixels_are_refused_before_any_memory_is_taken(tmp_path: Path) -> None:
    """In a process that may take 300 MB more: a PNG of 64 million pixels, one that promises 2³¹, a JPEG that reduces
    itself and one too large even for that."""
    Image.new("L", (8000, 8000)).save(tmp_path / "many.png")
    (tmp_path / "bomb.png").write_bytes(png(1 << 16, 1 << 15, b""))
    Image.new("L", (9000, 9000), 200).save(tmp_path / "photo.jpg")
    Image.new("L", (10_001, 10_000), 200).save(tmp_path / "huge.jpg")
    script = """
import resource, sys
from pathlib import Path
from PIL import Image
from cnnstudio.data.pictures.picture import DataError, read_picture
used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + (300 << 20),) * 2)
for name in ("many.png", "bomb.png", "photo.jpg", "huge.jpg"):
    try:
        print(read_picture(Path(sys.argv[1]) / name, (8, 8, 1)).pixels.min())
    except DataError as error:
        print(error)
"""
    if not Path("/proc/self/statm").exists():
        pytest.skip("the memory in use is not told here")
    done = subprocess.run([sys.executable, "-c", script, tmp_path], capture_output=True, text=True)
    assert done.stdout.splitlines() == [
        "many.png: 8000×8000 pixels are too many. Make it smaller first.",
        "bomb.png: It has too many pixels. Make it smaller first.",
        "200",
        "huge.jpg: 10001×10000 pixels are too many. Make it smaller first.",
    ], done.stderr


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names are Unix")
def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket.png"))
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "zero.png").symlink_to("/dev/zero")
    for name in ("pipe.png", "socket.png", "folder.png", "zero.png"):
        with pytest.raises(DataError, match=r"cannot be read \(it is no file\)"):
            read_picture(tmp_path / name, (8, 8, 3))
