"""One picture from a file, as the images of a data set are: for a look at what a network says to it.

What the file is called says nothing of what is in it, so the formats are named: Pillow would otherwise start other
programs for some.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal

import numpy as np
import numpy.typing as npt

from cnnstudio.data.dataset import DataError
from cnnstudio.data.pictures.jpeg_scan import without_end
from cnnstudio.data.pictures.png_rows import holds_all_rows
from cnnstudio.data.wording.left_out import NotTaken
from cnnstudio.files.plain import open_plain
from cnnstudio.nn.telling.told import Told, told

if TYPE_CHECKING:
    from PIL import Image

#: endings of the files that are read as pictures, and of those that people take for pictures
ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff")
OTHER_ENDINGS = (".heic", ".heif", ".avif")
FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF")
#: of the file; of the picture as it is decoded, and before a JPEG reduces itself
MOST_BYTES, MOST_PIXELS, MOST_REDUCED = 64 << 20, 25_000_000, 100_000_000
#: of a progressive JPEG, which is held whole, six bytes a pixel, before it can reduce itself
MOST_PROGRESSIVE = 64_000_000
#: what HEIC and AVIF call themselves after “ftyp”
_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis")
#: the tag that says how the camera was held, and what turns such a picture upright; the last four lie on a side
_ORIENTATION = 0x0112
_TURNS = {
    2: "FLIP_LEFT_RIGHT", 3: "ROTATE_180", 4: "FLIP_TOP_BOTTOM",
    5: "TRANSPOSE", 6: "ROTATE_270", 7: "TRANSVERSE", 8: "ROTATE_90",
}  # fmt: skip
_LYING = 5
#: what becomes of a picture of another form
Fit = Literal["crop", "fit", "pad"]
#: 16 bits as 8: divided by 257, so that white stays white
_EIGHT_BITS = ((np.arange(1 << 16) + 128) // 257).astype(np.uint8)


class PictureError(DataError):
    """A picture cannot be taken: ``why`` says it of whatever name the picture has."""

    def __init__(self, name: str, why: Told) -> None:
        self.why = why
        super().__init__("{name}: {why}", name=name, why=NotTaken(why))


def reason_of(error: Exception) -> Told:
    """Why a picture is not taken whose reading has ended with an error; what the system says of it is its own words."""
    if isinstance(error, PictureError):
        return error.why
    if isinstance(error, OSError) and error.strerror:
        return told("unreadable", why=error.strerror)
    return told("damaged")


@dataclass(frozen=True, eq=False)
class Picture:
    """``pixels`` uint8 (H, W, C); ``inverted`` where light and dark were exchanged to be as in the data."""

    pixels: npt.NDArray[np.uint8]
    inverted: bool = False


@dataclass(frozen=True)
class Look:
    """What the head of a picture tells: its size once upright, whether it has colours and more than eight bits."""

    height: int
    width: int
    coloured: bool
    deep: bool


def look_at(file: BinaryIO, name: str) -> Look:
    """What the head of a picture tells; nothing is decoded. Runs within ``in_silence``.

    Raises:
        DataError: it is no picture that can be read.
    """
    with _opened(file, name) as opened:
        # asked for its notes, a PNG that has none at its head is decoded to see whether some follow
        held = 1 if opened.format == "PNG" and "exif" not in opened.info else _held(opened)
        return _look(opened, held)


def made_to_fit(
    file: BinaryIO, name: str, shape: tuple[int, ...], fit: Fit = "crop", ground: str = "white"
) -> tuple[npt.NDArray[np.uint8], Look]:
    """A picture, upright and opaque, in a shape (height, width, channels), uint8; and what it was like. Runs within
    ``in_silence``, as it may in several threads.

    Pictures of another form lose their edges (crop), are squeezed (fit) or get bars (pad); ``ground`` lies under what
    is transparent.

    Raises:
        DataError: it is no picture, too large or damaged.
    """
    from PIL import Image

    height, width, channels = shape
    with _opened(file, name, whole=True) as opened:
        look = _look(opened, 1)
        _reduce(opened, name, 3 * max(height, width))
        if opened.format == "PNG" and not holds_all_rows(file):
            raise PictureError(name, told("rows-missing"))
        held = _held(opened)
        if held >= _LYING:
            look = replace(look, height=look.width, width=look.height)
        size = (height, width) if held >= _LYING else (width, height)
        fitted = _fitted(_plain(opened, name), size, fit)
        upright = fitted.transpose(Image.Transpose[_TURNS[held]]) if held in _TURNS else fitted
        opaque = _on_ground(upright, ground).convert("L" if channels == 1 else "RGB")
        return np.asarray(opaque, dtype=np.uint8).reshape(height, width, channels), look


def can_be_fitted(shape: tuple[int, ...]) -> bool:
    """Whether ``fitted`` makes pictures of this shape (height, width, channels)."""
    return len(shape) == 3 and shape[2] in (1, 3)


def fitted(pixels: npt.NDArray[np.uint8], shape: tuple[int, ...], fit: Fit = "crop") -> npt.NDArray[np.uint8]:
    """Pixels (H, W, 1 or 3) in another shape (height, width, 1 or 3), as ``made_to_fit`` does it with files."""
    from PIL import Image

    height, width, channels = shape
    image = Image.fromarray(pixels if pixels.shape[2] == 3 else pixels[:, :, 0])
    made = _fitted(image, (width, height), fit).convert("L" if channels == 1 else "RGB")
    return np.asarray(made, dtype=np.uint8).reshape(height, width, channels)


@contextmanager
def in_silence() -> Iterator[None]:
    """Pillow's warnings are not heard: sizes are looked at here, and what else is odd is nobody's concern. Python keeps
    what is heard for all threads together, so the thread that starts the others says this."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def read_picture(
    path: Path,
    shape: tuple[int, ...],
    like: npt.NDArray[np.uint8] | None = None,
    *,
    fit: Fit = "crop",
    ground: str = "white",
) -> Picture:
    """A picture in the given shape (height, width, channels), grey or in colours, made to fit as ``made_to_fit`` says.

    ``like`` are some images (N, H, W, C) of the data: where they are grey on a dark ground and the picture is on a
    light one, or the other way round, it is inverted.

    Raises:
        DataError: it is no picture, too large, damaged, or a layer wants neither one nor three channels.
    """
    try:
        with open_plain(path) as file:
            return picture_in(file, path.name, shape, like, fit=fit, ground=ground)
    except DataError:
        raise
    except OSError as error:
        raise PictureError(path.name, reason_of(error)) from error


def picture_in(
    file: BinaryIO,
    name: str,
    shape: tuple[int, ...],
    like: npt.NDArray[np.uint8] | None = None,
    *,
    fit: Fit = "crop",
    ground: str = "white",
) -> Picture:
    """The same of a file that is open, or a copy of one in memory.

    Raises:
        DataError: as ``read_picture``.
    """
    if not can_be_fitted(shape):
        raise PictureError(name, told("no-such-input"))
    with in_silence():
        pixels, _ = made_to_fit(file, name, shape, fit, ground)
    if shape[2] == 1 and like is not None and len(like) and _dark_ground(pixels[None]) != _dark_ground(like):
        return Picture(255 - pixels, inverted=True)
    return Picture(pixels)


@contextmanager
def _opened(file: BinaryIO, name: str, *, whole: bool = False) -> Iterator[Image.Image]:
    """A picture whose head was read, and of which ``whole`` says whether it will be decoded; whatever decoders stumble
    over is refused in a sentence."""
    from PIL import Image, UnidentifiedImageError  # only those who look at pictures wait for it

    _check(file, name)
    try:
        with Image.open(without_end(file) if whole else file, formats=FORMATS) as opened:
            yield opened
    except DataError:
        raise
    except Image.DecompressionBombError as error:
        raise PictureError(name, told("endless-pixels")) from error
    except UnidentifiedImageError as error:
        raise PictureError(name, told("unknown-format")) from error
    except MemoryError as error:
        raise PictureError(name, told("no-memory")) from error
    except Exception as error:
        # Decoders raise whatever they stumble over: SyntaxError, struct.error, IndexError, TypeError, …
        raise PictureError(name, reason_of(error)) from error


def _check(file: BinaryIO, name: str) -> None:
    """Refuse what can be refused before any decoder sees it."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    if size > MOST_BYTES:
        raise PictureError(name, told("too-many-bytes", most=MOST_BYTES >> 20))
    if not size:
        raise PictureError(name, told("nothing-in-it"))
    head = file.read(12)
    file.seek(0)
    if head[4:8] == b"ftyp" and head[8:12] in _BRANDS:
        raise PictureError(name, told("unread-format"))


def _look(opened: Image.Image, held: int) -> Look:
    height, width = (opened.width, opened.height) if held >= _LYING else (opened.height, opened.width)
    stored = getattr(opened, "tile", ()) if opened.format in ("PNG", "TIFF") else ()
    deep = opened.mode[0] in "IF" or any("16" in str(tile[3]) for tile in stored)
    return Look(height, width, opened.mode[0] not in "1LIF", deep)


def _held(opened: Image.Image) -> int:
    held = opened.getexif().get(_ORIENTATION, 1)
    return held if held in _TURNS else 1


def _fitted(image: Image.Image, size: tuple[int, int], fit: Fit) -> Image.Image:
    from PIL import Image, ImageOps

    if image.size == size:
        return image
    match fit:
        case "crop":
            return ImageOps.fit(image, size, Image.Resampling.BOX)
        case "fit":
            return image.resize(size, Image.Resampling.BOX)
        case "pad":
            return ImageOps.pad(image, size, Image.Resampling.BOX)


def _reduce(opened: Image.Image, name: str, side: int) -> None:
    """Have a JPEG decode no more than it must for pictures of this side; refuse what is too large even so."""
    if _too_large(opened, MOST_PROGRESSIVE if opened.info.get("progressive") else MOST_REDUCED):
        raise _too_many(opened, name)
    if opened.format in ("JPEG", "MPO"):
        opened.draft(None, (side, side))
    if _too_large(opened, MOST_PIXELS):
        raise _too_many(opened, name)


def _too_large(opened: Image.Image, most: int) -> bool:
    return opened.width * opened.height > most


def _too_many(opened: Image.Image, name: str) -> DataError:
    return PictureError(name, told("too-many-pixels", size=(opened.width, opened.height)))


def _plain(image: Image.Image, name: str) -> Image.Image:
    """Grey or colours of 8 bits, with what is transparent."""
    from PIL import Image

    if image.mode[0] in "IF":
        return Image.fromarray(_eight_bits(np.asarray(image), image.format == "PNG", name))
    if "transparency" in image.info or image.mode in ("PA", "RGBa"):
        return image.convert("RGBA")
    return image if image.mode in ("L", "LA", "RGB", "RGBA") else image.convert("L" if image.mode == "1" else "RGB")


def _eight_bits(values: npt.NDArray[Any], deep: bool, name: str) -> npt.NDArray[np.uint8]:
    """Numbers of 16 or more bits as 8, by what their range must be; ``deep`` ones have 16 though they may be stored in
    more."""
    if values.dtype.itemsize == 2:
        return np.take(_EIGHT_BITS, values)
    low, high = float(values.min()), float(values.max())
    if not (low >= 0 and high <= 65_535):  # also for what is no number
        raise PictureError(name, told("no-brightness", low=low, high=high))
    if values.dtype.kind == "f":
        times = 255.0 if high <= 1 else 1.0 if high <= 255 else 1 / 257
        return np.asarray(np.rint(values.astype(np.float32) * np.float32(times)), np.uint8)
    return np.asarray(values, np.uint8) if high <= 255 and not deep else np.take(_EIGHT_BITS, values)


def _on_ground(image: Image.Image, colour: str) -> Image.Image:
    """On a colour where it is transparent."""
    from PIL import Image

    if "A" not in image.getbands():
        return image
    layered = image.convert("RGBA")
    ground = Image.new("RGBA", layered.size, colour)
    ground.alpha_composite(layered)
    return ground


def _dark_ground(images: npt.NDArray[np.uint8]) -> bool:
    """Whether the edges of images (N, H, W, 1) are rather dark."""
    edges = (images[:, 0], images[:, -1], images[:, :, 0], images[:, :, -1])
    return float(np.median(np.concatenate([edge.reshape(-1) for edge in edges]))) < 128
