"""A JPEG whose data end too early but that has a mark of the end: decoders fill the rest with grey and say nothing.

Without the mark they wait for more data, and Pillow says that the file is truncated. Marks and segments are those of
ITU-T T.81 (1992), B.1 and B.2.
"""

from __future__ import annotations

import io
import re
from typing import BinaryIO

_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
#: frames of Huffman-coded rows from top to bottom, and marks without a length
_FRAMES, _ALONE = (0xC0, 0xC1), (0x01, *range(0xD0, 0xD8))
#: a mark among the data of a scan, in which 0xFF is followed by 0 and intervals may be numbered
_MARK = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
#: decoders look this many bytes ahead; only ones, with which no code begins (T.81, C.2)
_AHEAD = 8 * b"\xff\x00"


def without_end(file: BinaryIO) -> BinaryIO:
    """The same file, or a JPEG in one scan without its mark of the end, which decodes as before where its data are
    whole, or lack no more than the last few squares of 8×8 pixels. Progressive ones, and those in several scans, need
    the mark. The position in the file is its beginning."""
    file.seek(0)
    if file.read(2) != bytes((0xFF, _START)):
        file.seek(0)
        return file
    file.seek(0)
    data = file.read()
    file.seek(0)
    end = _end_of_scan(data)
    return io.BytesIO(data[:end] + _AHEAD) if end else file


def _end_of_scan(data: bytes) -> int:
    """Where the mark of the end is in a JPEG in one scan; 0 for any other."""
    at, frame, scans = 2, 0, 0
    while at + 4 <= len(data) and data[at] == 0xFF:
        mark = data[at + 1]
        if 0xC0 <= mark <= 0xCF and mark not in (0xC4, 0xC8, 0xCC):
            frame = mark
        if mark == 0xFF:
            at += 1
        elif mark in _ALONE:
            at += 2
        elif mark == _SCAN:
            scans += 1
            found = _MARK.search(data, at + 2 + int.from_bytes(data[at + 2 : at + 4], "big"))
            if found is None:
                return 0
            at = found.start()
            if data[at + 1] == _END:
                return at if scans == 1 and frame in _FRAMES else 0
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return 0
