"""One picture from a file, as the images of a data set are: for a look at what a network says to it."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from cnnstudio.data.dataset import DataError

if TYPE_CHECKING:
    from PIL import Image

#: endings of the files that are read as pictures
ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff")
MOST_BYTES, MOST_PIXELS = 64 << 20, 64_000_000


@dataclass(frozen=True, eq=False)
class Picture:
    """``pixels`` uint8 (H, W, C); ``inverted`` where light and dark were exchanged to be as in the data."""

    pixels: npt.NDArray[np.uint8]
    inverted: bool = False


def read_picture(path: Path, shape: tuple[int, ...], like: npt.NDArray[np.uint8] | None = None) -> Picture:
    """The middle of a picture in the given shape (height, width, channels), grey or in colours.

    ``like`` are some images (N, H, W, C) of the data: where they are grey on a dark ground and the picture is on a
    light one, or the other way round, it is inverted.

    Raises:
        DataError: it is no picture, too large, damaged, or a layer wants neither one nor three channels.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError  # only those who look at pictures wait for it

    name = path.name
    if len(shape) != 3 or shape[2] not in (1, 3):
        raise DataError(f"{name}: The Input layer takes neither grey images nor colours, so no picture fits it.")
    height, width, channels = shape
    try:
        if path.stat().st_size > MOST_BYTES:
            raise DataError(f"{name}: It has more than {MOST_BYTES >> 20} MB. Make the picture smaller first.")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # its size is looked at here
            with Image.open(path) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    size = f"{opened.width}×{opened.height}"
                    raise DataError(f"{name}: {size} pixels are too many. Make it smaller first.")
                upright = ImageOps.exif_transpose(opened)
                plain = _opaque(upright).convert("L" if channels == 1 else "RGB")
                fitted = ImageOps.fit(plain, (width, height), Image.Resampling.BOX)
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise DataError(f"{name}: It is no picture that can be read. Use a PNG or JPEG.") from error
    except (OSError, ValueError, SyntaxError) as error:  # Pillow raises SyntaxError for broken PNG chunks
        reason = (error.strerror if isinstance(error, OSError) else None) or "the file is damaged"
        raise DataError(f"{name}: The picture cannot be read ({reason}).") from error
    pixels = np.asarray(fitted, dtype=np.uint8).reshape(height, width, channels)
    if channels == 1 and like is not None and len(like) and _dark_ground(pixels[None]) != _dark_ground(like):
        return Picture(255 - pixels, inverted=True)
    return Picture(pixels)


def _opaque(image: Image.Image) -> Image.Image:
    """On white where it is transparent; 16 bits become 8."""
    from PIL import Image

    if image.mode.startswith("I"):
        wide = np.asarray(image, dtype=np.int64)
        return Image.fromarray((wide >> 8 if wide.max(initial=0) > 255 else wide).astype(np.uint8))
    if "A" not in image.getbands() and "transparency" not in image.info:
        return image
    layered = image.convert("RGBA")
    ground = Image.new("RGBA", layered.size, "white")
    ground.alpha_composite(layered)
    return ground


def _dark_ground(images: npt.NDArray[np.uint8]) -> bool:
    """Whether the edges of images (N, H, W, 1) are rather dark."""
    edges = (images[:, 0], images[:, -1], images[:, :, 0], images[:, :, -1])
    return float(np.median(np.concatenate([edge.reshape(-1) for edge in edges]))) < 128
