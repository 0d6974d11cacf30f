"""Whether a PNG holds all its rows: Pillow fills those that are missing with black and says nothing.

The numbers of bytes are those of the PNG specification (W3C, 3rd edition, 2025), 7.2 and 8.1.
"""

from __future__ import annotations

import os
import struct
import zlib
from typing import BinaryIO

_START = 8
#: channels by colour type
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
#: first column and row, and steps, of the seven passes of Adam7; one pass without
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
_WHOLE = ((0, 0, 1, 1),)
_BLOCK = 1 << 20


def holds_all_rows(file: BinaryIO) -> bool:
    """Whether the picture's data are as long as its header says. Nothing is kept of them; the position in the file
    stays.

    Raises:
        zlib.error, struct.error, KeyError: it is damaged.
    """
    place = file.tell()
    try:
        file.seek(_START)
        return _holds_all(file)
    finally:
        file.seek(place)


def _holds_all(file: BinaryIO) -> bool:
    left, packed = -1, zlib.decompressobj()
    while left:
        length, kind = struct.unpack(">I4s", file.read(8))
        if kind == b"IHDR":
            left = _bytes(*struct.unpack(">IIBBxxB", file.read(13)))
            length -= 13
        elif kind == b"IDAT":
            data = file.read(length)
            length = 0
            while left and (out := packed.decompress(data, min(left, _BLOCK))):
                left -= len(out)
                data = packed.unconsumed_tail
            if packed.eof:
                break
        elif kind == b"IEND":
            break
        file.seek(length + 4, os.SEEK_CUR)
    return left == 0


def _bytes(width: int, height: int, bits: int, colour: int, interlaced: int) -> int:
    """How many bytes the rows of a picture have, each with one that names its filter."""
    in_all = 0
    for x, y, across, down in _PASSES if interlaced else _WHOLE:
        columns, rows = -(-(width - x) // across), -(-(height - y) // down)
        if columns > 0 and rows > 0:
            in_all += rows * (1 + -(-columns * bits * _CHANNELS[colour] // 8))
    return in_all
