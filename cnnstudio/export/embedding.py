"""Designs inside pictures: kept when a figure is written, found again when it is opened. Nothing else of such a file is
looked at: no picture is decoded, no entity expanded, nothing outside read."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Hashable, Iterator
from pathlib import Path
from typing import NoReturn
from xml.parsers import expat

from cnnstudio.design.format.design_format import read_design, write_design
from cnnstudio.design.format.strict import LARGEST_JSON, FileFormatError
from cnnstudio.design.value.design import Design
from cnnstudio.export.svg import ELEMENT, NAMESPACE
from cnnstudio.files.plain import read_plain
from cnnstudio.nn.telling.told import Sentence

#: endings of the files that may hold a design
ENDINGS = (".svg", ".png")
LARGEST_SVG, LARGEST_PNG = 8 << 20, 64 << 20
SIGNATURE = b"\x89PNG\r\n\x1a\n"
KEYWORD = b"CNN Studio design"
_MOST_CHUNKS = 100_000
_REMEDY = Sentence("Open a figure that CNN Studio exported, or a .cnn file.")
_WHOLE = f"{NAMESPACE} {ELEMENT}"


def packed(design: Design) -> bytes:
    """The design file for a figure, in ASCII and without line breaks, which XML would rewrite."""
    return json.dumps(json.loads(write_design(design)), separators=(",", ":")).encode("ascii")


def holds_design(path: Path) -> bool:
    """Whether a PNG or SVG looks as if there were a design in it; whether it can be read is another question."""
    try:
        data = read_plain(path, LARGEST_PNG)
    except OSError:
        return True  # reading it will say why it cannot be read
    return KEYWORD in data if data.startswith(SIGNATURE) else path.suffix.lower() == ".svg"


def read_figure(path: Path) -> Design:
    """The design in an exported SVG or PNG.

    Raises:
        FileFormatError: it is too large, damaged, or holds no design.
    """
    most = LARGEST_PNG if path.suffix.lower() == ".png" else LARGEST_SVG
    try:
        data = read_plain(path, most)
    except OSError as error:
        raise FileFormatError(path.name, "", "It cannot be read ({why}).", "", why=error.strerror) from error
    if len(data) > most:
        _refuse(path.name, "It has more than {most:thousands} bytes, the most that is read.", most=most)
    return design_in(data, path.name)


def design_in(data: bytes, file: str) -> Design:
    """The design in the bytes of an exported SVG or PNG.

    Raises:
        FileFormatError: it is damaged, or holds no design.
    """
    held = design_in_png(data, file) if data.startswith(SIGNATURE) else design_in_svg(data, file)
    return read_design(held, file)[0]


def with_design(png: bytes, design: bytes) -> bytes:
    """A PNG with a design file in a text chunk, just before its end."""
    body = KEYWORD + b"\0\0\0\0\0" + design
    end = png.rindex(b"IEND") - 4
    return png[:end] + _chunk(b"iTXt", body) + png[end:]


def design_in_png(data: bytes, file: str) -> bytes:
    """The design file in a PNG. The walk goes from chunk to chunk and decodes none of them.

    Raises:
        FileFormatError: a chunk is longer than the file or damaged, or there is no design in it, or two.
    """
    found = [body for kind, body in _chunks(data, file) if kind == b"iTXt" and body.startswith(KEYWORD + b"\0")]
    if len(found) != 1:
        _refuse(file, "This picture holds no design." if not found else "This picture holds two designs.")
    head, body = found[0][: len(KEYWORD) + 3], found[0][len(KEYWORD) + 3 :]
    if head[-2:] != b"\0\0" or body[:2] != b"\0\0":
        _refuse(file, "The design in this picture is packed in an unknown way.")
    if len(body) - 2 > LARGEST_JSON:
        _refuse(file, "Its design has more than {most:thousands} bytes.", most=LARGEST_JSON)
    return body[2:]


def design_in_svg(data: bytes, file: str) -> bytes:
    """The design file in an SVG.

    Raises:
        FileFormatError: it is no XML, declares entities, or holds no design, or two.
    """
    reader = _SvgReader(file)
    if len(data) > LARGEST_SVG:
        _refuse(file, "It has more than {most:thousands} bytes, the most that is read.", most=LARGEST_SVG)
    try:
        reader.parser.Parse(data, True)
    except expat.ExpatError as error:
        reason = expat.errors.messages.get(error.code) or Sentence("a syntax error")
        _refuse(
            file,
            "It is not valid SVG (line {line}, column {column}: {reason}).",
            line=error.lineno,
            column=error.offset + 1,
            reason=reason,
        )
    if reader.count != 1:
        _refuse(file, "This drawing holds no design." if not reader.count else "This drawing holds two designs.")
    return "".join(reader.texts).encode()


class _SvgReader:
    """Listens to the text of the one element that matters, and refuses a document type: entities begin there."""

    def __init__(self, file: str) -> None:
        self.file, self.count, self.texts = file, 0, list[str]()
        self._inside = False
        self._first = True
        self.parser = expat.ParserCreate("UTF-8", namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._hear
        self.parser.StartDoctypeDeclHandler = self._doctype

    def _start(self, name: str, _attributes: object) -> None:
        if self._first and name != "http://www.w3.org/2000/svg svg":
            _refuse(self.file, "It is not an SVG drawing.")
        self._first = False
        if self._inside:
            _refuse(self.file, "The design in this drawing is damaged.")
        if name == _WHOLE:
            self._inside = True
            self.count += 1

    def _end(self, name: str) -> None:
        if name == _WHOLE:
            self._inside = False

    def _hear(self, text: str) -> None:
        if self._inside:
            self.texts.append(text)

    def _doctype(self, *_: object) -> None:
        _refuse(self.file, "It declares a document type, which no exported figure does.")


def _chunks(data: bytes, file: str) -> Iterator[tuple[bytes, bytes]]:
    """Kind and body of every chunk up to the last; only those that may hold a design are copied and checked."""
    at = len(SIGNATURE)
    for _ in range(_MOST_CHUNKS):
        if at + 12 > len(data):
            _refuse(file, "This PNG ends too early.")
        length, kind = struct.unpack_from(">I4s", data, at)
        if length > len(data) - at - 12:
            _refuse(file, "A part of this PNG is longer than the file.")
        if kind == b"IEND":
            return
        if kind == b"iTXt":
            body = data[at + 8 : at + 8 + length]
            (sum_,) = struct.unpack_from(">I", data, at + 8 + length)
            if zlib.crc32(body, zlib.crc32(kind)) != sum_:
                _refuse(file, "A text in this PNG is damaged.")
            yield kind, body
        at += 12 + length
    _refuse(file, "This PNG has more than {most:thousands} parts.", most=_MOST_CHUNKS)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(body, zlib.crc32(kind)))


def _refuse(file: str, template: str, /, **values: Hashable) -> NoReturn:
    raise FileFormatError(file, "", template, _REMEDY, **values)
