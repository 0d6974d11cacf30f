"""Mutants of files, each drawn from a seed: bytes changed at random and, where the format is known, changed so that
everything around still fits, which leads deeper into a reader than damage does."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import random
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape, unescape

#: what numbers, texts and names in JSON become
VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2, 3, 7, 64, 255, 1000, 65_536, 2**31, 2**53, -(2**63), 10**30, 10**400,
    0.5, -0.0, 1e-300, 1e308, "", "x", "same", "\0", "é" * 300, "\ud800", "../../etc/passwd", "conv2d_1", "relu",
    [], {}, [[]], [0], [1, 2], [None], {"kind": "relu"}, {"from": 1, "to": 9}, "n//0", "(n)", "1e999", "9" * 5000,
)  # fmt: skip
#: what is put in among bytes
TOKENS = (
    b"\0", b"\xff", b"\xff" * 4, b"\0" * 9, b'"', b"[" * 2000, b"{", b"}", b",", b"-1", b"1e999", b"9" * 400, b"NaN",
    b"\\ud800", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"<", b"&", b"&#0;", b"]]>", b"<!DOCTYPE a>", b"\n", b"\r", b"\t",
    b"../", b"%s", b"PK\x03\x04", b"\x89PNG\r\n\x1a\n", b"IEND", b"\x1f\x8b", b"\xff\xd9", b"\xff\xda",
)  # fmt: skip
#: numbers that headers lie with
LIES = (
    0,
    1,
    2,
    127,
    128,
    255,
    256,
    32_767,
    65_535,
    65_536,
    2**24,
    2**31 - 1,
    2**31,
    2**32 - 1,
    2**53,
    2**63,
    2**64 - 1,
)
PNG = b"\x89PNG\r\n\x1a\n"
_TEXT_OF_DESIGN = re.compile(rb">(\{.*?\})<", re.DOTALL)


def mutant(sample: bytes, other: bytes, chance: random.Random) -> bytes:
    """The sample with one to four changes; ``other`` gives what is spliced into it."""
    for _ in range(chance.choice((1, 1, 1, 2, 3, 4))):
        sample = _changed(sample, other, chance)
    return sample


def _changed(sample: bytes, other: bytes, chance: random.Random) -> bytes:
    if chance.random() < 0.4:
        return _bytes_changed(sample, other, chance)
    try:
        if sample.startswith(b"PK\x03\x04"):
            return _zip_changed(sample, other, chance)
        if sample.startswith(b"\x1f\x8b"):
            return gzip.compress(_changed(gzip.decompress(sample), other, chance), 1, mtime=0)
        if sample.startswith(PNG):
            return _png_changed(sample, other, chance)
        if sample[8:9] == b"{" and len(sample) > int.from_bytes(sample[:8], "little"):
            return _tensors_changed(sample, chance)
        if sample[:1] in (b"{", b"["):
            return _json_changed(sample, chance)
        if found := _TEXT_OF_DESIGN.search(sample):
            text = unescape(found[1].decode(), {"&quot;": '"'}).encode()
            text = escape(_json_changed(text, chance).decode("utf-8", "replace")).encode()
            return sample[: found.start(1)] + text + sample[found.end(1) :]
    except (
        ValueError,
        OSError,
        EOFError,
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
        RuntimeError,
        KeyError,
        OverflowError,
    ):
        pass  # an earlier change has broken it: then there are only bytes
    return _bytes_changed(sample, other, chance)


def _bytes_changed(sample: bytes, other: bytes, chance: random.Random) -> bytes:
    found = bytearray(sample)
    at = _place(len(found), chance)
    match chance.randrange(10):
        case 0 | 1:  # a bit
            if found:
                found[min(at, len(found) - 1)] ^= 1 << chance.randrange(8)
        case 2:  # a byte
            found[at : at + 1] = bytes([chance.randrange(256)])
        case 3:  # cut
            del found[at:]
        case 4:  # taken out
            del found[at : at + chance.choice((1, 2, 8, 100))]
        case 5:  # twice
            length = chance.choice((1, 4, 30, 500))
            found[at:at] = found[at : at + length]
        case 6:  # put in, or put over
            token = chance.choice(TOKENS)
            found[at : at + chance.choice((0, len(token)))] = token
        case 7:  # from elsewhere
            start = _place(len(other), chance)
            length = chance.choice((4, 60, 1000, len(other)))
            found[at : at + chance.choice((0, length))] = other[start : start + length]
        case 8:  # a number in a head
            kind = chance.choice(("<H", ">H", "<I", ">I", "<Q", ">Q"))
            size = struct.calcsize(kind)
            found[at : at + size] = struct.pack(kind, chance.choice(LIES) % 256**size)
        case _:  # one number in words
            numbers = list(re.finditer(rb"-?\d+(\.\d+)?", bytes(found[:20_000])))
            if numbers:
                number = chance.choice(numbers)
                words = (b"0", b"-1", b"1e9", b"999999999999", b"1.5", b"nan", b"", b"2", b"65536", b"1e-400")
                found[number.start() : number.end()] = chance.choice(words)
    return bytes(found)


def _place(length: int, chance: random.Random) -> int:
    """Anywhere, but rather at the two ends, where heads and directories are."""
    where = chance.random()
    if where < 0.3:
        return chance.randrange(min(length, 64) + 1)
    return length - chance.randrange(min(length, 64) + 1) if where < 0.45 else chance.randrange(length + 1)


def places(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The ways to every value in a JSON document."""
    yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inside:
        yield from places(item, (*path, key))


def _json_changed(sample: bytes, chance: random.Random) -> bytes:
    document = json.loads(sample)
    ways = [way for way in places(document) if way]
    if not ways:
        return sample
    *way, key = chance.choice(ways)
    inside = document
    for step in way:
        inside = inside[step]
    match chance.randrange(8):
        case 0:  # another value of the same kind
            inside[key] = _like(inside[key], chance)
        case 1:
            del inside[key]
        case 2:  # twice, or under another name
            if isinstance(inside, list):
                inside.insert(key, inside[key])
            else:
                inside[chance.choice(("x", "", f"{key}_", "kind", "settings"))] = inside.pop(key)
        case 3:  # exchanged with another place
            *other_way, other_key = chance.choice(ways)
            other = document
            for step in other_way:
                other = other[step]
            # a value within itself is no JSON
            inside[key], other[other_key] = json.loads(json.dumps([other[other_key], inside[key]]))
        case _:
            inside[key] = chance.choice(VALUES)
    return json.dumps(document, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass")


def _like(value: Any, chance: random.Random) -> Any:
    match value:
        case bool():
            return not value
        case int():
            return chance.choice((value + 1, value - 1, -value, value * 1000, value**5, float(value)))
        case float():
            return chance.choice((-value, value * 1e10, value / 1e10, int(value) if abs(value) < 1e15 else 0))
        case str():
            return chance.choice((value + "x", value[1:], value * 400, value.upper(), value + "\n", str(len(value))))
        case list():
            return chance.choice((value[1:], value * 2, value[::-1], [value], value * 300 if len(value) < 9 else []))
        case _:
            return chance.choice(VALUES)


def _zip_changed(sample: bytes, other: bytes, chance: random.Random) -> bytes:
    """A member changed, left out, named otherwise or packed otherwise; sums are made anew, also those that a manifest
    of a project states."""
    with zipfile.ZipFile(io.BytesIO(sample)) as archive:
        packing = {info.filename: info.compress_type for info in archive.infolist()}
        members = {name: archive.read(name) for name in packing}
    if not members:
        return sample
    name = chance.choice(sorted(members))
    match chance.randrange(12):
        case 0:
            del members[name]
        case 1:
            renamed = chance.choice(("x", "../x", "/x", "x/", name.upper(), "a" * 300, "design.json", "x.png"))
            members[renamed], packing[renamed] = members.pop(name), packing[name]
        case 2:
            packing[name] = chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2))
        case _:
            members[name] = _changed(members[name], other, chance)
    if "manifest.json" in members and name != "manifest.json":
        manifest = json.loads(members["manifest.json"])
        sums = {each: hashlib.sha256(data).hexdigest() for each, data in members.items() if each != "manifest.json"}
        members["manifest.json"] = json.dumps(manifest | {"members": sums}).encode()
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for each, data in members.items():
            archive.writestr(zipfile.ZipInfo(each), data, packing[each])
    return held.getvalue()


def _png_changed(sample: bytes, other: bytes, chance: random.Random) -> bytes:
    """A part of a PNG changed, doubled, moved or left out, each with a right sum."""
    parts: list[tuple[bytes, bytes]] = []
    at = len(PNG)
    while at + 12 <= len(sample):
        length, kind = struct.unpack_from(">I4s", sample, at)
        parts.append((kind, sample[at + 8 : at + 8 + length]))
        at += 12 + length
    number = chance.randrange(len(parts))
    kind, body = parts[number]
    match chance.randrange(8):
        case 0:
            del parts[number]
        case 1:
            parts.insert(chance.randrange(len(parts)), parts[number])
        case 2:
            parts[number] = (chance.choice((b"IDAT", b"iTXt", b"tRNS", b"PLTE", b"eXIf", b"acTL", b"fdAT")), body)
        case 3 if kind == b"IDAT":
            parts[number] = (kind, zlib.compress(_bytes_changed(zlib.decompress(body), other, chance)))
        case _:
            parts[number] = (kind, _changed(body, other, chance))
    return PNG + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    )


def _tensors_changed(sample: bytes, chance: random.Random) -> bytes:
    """The head of arrays changed, its length made right."""
    length = int.from_bytes(sample[:8], "little")
    head = _json_changed(sample[8 : 8 + length], chance)
    return len(head).to_bytes(8, "little") + head + sample[8 + length :]
