"""Designs, figures, pictures, journals and paths made to hurt."""

from __future__ import annotations

import io
import json
import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from hostile_projects import FILES
from odd_files import KINDS, READERS, put
from painted import painted
from PIL import Image

from cnnstudio.data.pictures.picture import read_picture
from cnnstudio.design.analysis.analysis import analyse
from cnnstudio.design.format.design_format import write_design
from cnnstudio.design.templates import template
from cnnstudio.export.embedding import packed, with_design
from cnnstudio.export.writing import figure_of, svg_of
from cnnstudio.files.atomic import backup_path
from cnnstudio.opening import open_design
from cnnstudio.project.file import load_project, save_project
from cnnstudio.project.journal import About, Journal, journals
from cnnstudio.project.project import untrained
from tests.robustness.cases import Ask, Case, holding

OPENS = ""


def projects() -> list[Case]:
    """Those of the tests of project files."""
    return [Case(name, holding("evil.cnn", content), load_project, ".") for name, content in FILES.items()]


def no_files() -> list[Case]:
    """Pipes, sockets and devices in the place of every kind of file."""

    def odd(name: str, kind: str) -> Callable[[Path], Path]:
        return lambda folder: put(folder / name, kind)

    return [
        Case(f"a {kind} for a {reader}", odd(name, kind), ask, ".")
        for reader, (name, ask) in READERS.items()
        for kind in KINDS
    ]


def _node(number: int, kind: str = "relu", inputs: list[str] | None = None, **settings: Any) -> dict[str, Any]:
    return {
        "id": f"n{number}", "kind": kind, "name": f"N {number}", "position": [0, 90 * number],
        "inputs": inputs if inputs is not None else [f"n{number - 1}"] if number else [], "settings": settings,
    }  # fmt: skip


def _design(nodes: list[dict[str, Any]] | None = None, **changes: Any) -> Callable[[], bytes]:
    def content() -> bytes:
        document = json.loads(write_design(template("first_conv")))
        document["design"] |= changes if nodes is None else {"nodes": nodes, **changes}
        return json.dumps(document).encode()

    return content


def _chain(count: int) -> list[dict[str, Any]]:
    return [_node(0, "input", height=8, width=8), *(_node(number) for number in range(1, count))]


def _circle(count: int) -> list[dict[str, Any]]:
    return [_node(number, inputs=[f"n{(number + 1) % count}"]) for number in range(count)]


def _block(number: int, parent: int) -> dict[str, Any]:
    return {"id": f"b{number}", "name": "B", "members": [], "parent": f"b{parent}", "collapsed": False}


def _wide(sources: int, readers: int) -> list[dict[str, Any]]:
    """Readers of the same sources."""
    nodes = [_node(number, "input", []) for number in range(sources)]
    names = [node["id"] for node in nodes]
    return [*nodes, *(_node(sources + number, "add", names) for number in range(readers))]


_SVG = b"http://www.w3.org/2000/svg"
_ENTITIES = b"".join(b'<!ENTITY e%d "%s">' % (at, b"&e%d;" % (at - 1) * 10 if at else b"ha") for at in range(12))
#: contents of a design file or figure by name, and what must be said
DESIGNS: dict[str, tuple[str, bytes | Callable[[], bytes], str]] = {
    "500 million parameters": (
        "a.json",
        _design([_node(0, "input", height=1024, width=1024), _node(1, "flatten"), _node(2, "dense", units=65_536)]),
        "more than 536\u202f870\u202f912 parameters",
    ),
    "a layer that reads itself": ("a.json", _design([_node(0), _node(1, inputs=["n1"])]), OPENS),
    "a circle of a hundred": ("a.json", _design(_circle(100)), OPENS),
    "a circle of two thousand": ("a.json", _design(_circle(2_000)), OPENS),
    "two thousand layers": ("a.json", _design(_chain(2_000)), OPENS),
    "one layer too many": ("a.json", _design(_chain(2_001)), "2\u202f000"),
    "a wire too many": ("a.json", _design(_wide(8, 1_990)), "wires; at most 10\u202f000|at most|entries"),
    "a wire to nowhere": ("a.json", _design([_node(0), _node(1, inputs=["n7"])]), "is not there"),
    "one id twice": ("a.json", _design([_node(0), _node(0)]), "is used twice"),
    "an unknown layer": ("a.json", _design([_node(0, "quantum")]), "no layer of the kind"),
    "an unknown setting": ("a.json", _design([_node(0, "dense", evil=1)]), "has no setting"),
    "a kernel of a million": ("a.json", _design([_node(0, "conv2d", kernel=[10**6, 10**6])]), "."),
    "a title of 300 characters": ("a.json", _design(title="t" * 300), "256"),
    "a title with half a character": ("a.json", _design(title="\ud800"), "half a character"),
    "a title of a million characters": ("a.json", _design(title="t" * 10**6), "256"),
    "ten thousand classes and one": ("a.json", _design(classes=["c"] * 10_001), "10\u202f000"),
    "a node at infinity": ("a.json", _design([_node(0) | {"position": [1e308, 0]}]), "."),
    "a node nowhere": ("a.json", _design([_node(0) | {"position": [float("nan"), 0]}]), "not a number"),
    "blocks in each other in a circle": (
        "a.json",
        _design(blocks=[_block(0, 1), _block(1, 0)]),
        ".",
    ),
    "a recipe without an end": ("a.json", _design(recipe={"epochs": 10**30}), "."),
    "nested brackets": ("a.json", b'{"format": ' + b"[" * 100_000, "more than 50\u202f000 times"),
    "nested objects": ("a.json", b'{"a":' * 40_000, "nested too deep|not valid JSON|more than"),
    "nine megabytes": ("a.json", b'{"a": "' + b" " * 9_000_000 + b'"}', "at most"),
    "a million empty lists": ("a.json", b'{"a": [' + b"[]," * 1_000_000 + b"[]]}", "more than"),
    "a number of 10,000 digits": ("a.json", b'{"a": ' + b"9" * 10_000 + b"}", "too long"),
    "a key twice": ("a.json", b'{"format": 1, "format": 2}', "is there twice"),
    "another program's JSON": ("a.json", b'{"name": "x", "version": "1.0"}', "not a CNN Studio design"),
    "UTF-16": ("a.json", '{"format": 1}'.encode("utf-16"), "."),
    "a byte order mark": ("a.json", lambda: b"\xef\xbb\xbf" + write_design(template("first_conv")), "."),
    "a billion laughs": (
        "a.svg",
        b"<!DOCTYPE svg [" + _ENTITIES + b']><svg xmlns="' + _SVG + b'">&e11;</svg>',
        "document type",
    ),
    "an entity from outside": (
        "a.svg",
        b'<!DOCTYPE svg [<!ENTITY e SYSTEM "file:///etc/passwd">]><svg xmlns="' + _SVG + b'">&e;</svg>',
        "document type",
    ),
    "a drawing of somebody else": ("a.svg", b'<svg xmlns="' + _SVG + b'"/>', "holds no design"),
    "a page": ("a.svg", b"<html><body/></html>", "not an SVG"),
    "a drawing of nine megabytes": (
        "a.svg",
        b'<svg xmlns="' + _SVG + b'">' + b" " * 9_000_000 + b"</svg>",
        "8\u202f388\u202f608",
    ),
    "elements 100,000 deep": ("a.svg", b'<svg xmlns="' + _SVG + b'">' + b"<g>" * 100_000, "not valid SVG"),
    "two designs in a drawing": ("a.svg", lambda: _twice(_drawing()), "two"),
    "two designs in a picture": ("a.png", lambda: _figure(2), "two designs"),
    "a picture without a design": ("a.png", painted(1), "holds no design"),
    "a design in a picture that is cut": ("a.png", lambda: _figure(1)[:-60], "longer than the file|ends too early"),
    "a damaged design in a picture": ("a.png", lambda: _figure(1).replace(b'"dense"', b'"dance"'), "is damaged"),
    "100,000 parts in a picture": (
        "a.png",
        lambda: painted(1)[:8] + _part(b"iTXt", b"x") * 100_001 + _part(b"IEND", b""),
        "100\u202f000 parts|no design",
    ),
}


def _drawing() -> bytes:
    return svg_of(template("first_conv"), figure_of(template("first_conv"), "cards", "print"))


def _figure(times: int) -> bytes:
    content = painted(1)
    for _ in range(times):
        content = with_design(content, packed(template("lenet5")))
    return content


def _twice(drawing: bytes) -> bytes:
    start, end = drawing.index(b"<metadata"), drawing.index(b"</metadata>") + len(b"</metadata>")
    return drawing[:end] + drawing[start:]


def _part(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _open_and_analyse(path: Path) -> None:
    analyse(open_design(path).design.graph)


def designs() -> list[Case]:
    """All of them."""
    return [Case(name, holding(*how), _open_and_analyse, answer) for name, (*how, answer) in DESIGNS.items()]


def _png(width: int, height: int, rows: bytes = b"", *more: bytes, depth: int = 8, colour: int = 2) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    data = _part(b"IDAT", zlib.compress(rows))
    return b"\x89PNG\r\n\x1a\n" + _part(b"IHDR", head) + b"".join(more) + data + _part(b"IEND", b"")


def _bomb(kind: bytes) -> bytes:
    return _part(kind, b"a\0\0" + zlib.compress(bytes(1 << 27)))


def _bitmap(width: int, height: int) -> bytes:
    return b"BM" + struct.pack("<IHHIIiiHHI", 90, 0, 0, 54, 40, width, height, 1, 24, 0) + bytes(90)


def _saved(image: Image.Image, kind: str, **how: Any) -> bytes:
    held = io.BytesIO()
    image.save(held, kind, **how)
    return held.getvalue()


def _noise(side: int = 64) -> Image.Image:
    return Image.fromarray(np.random.default_rng(3).integers(0, 256, (side, side, 3), np.uint8))


NO_PICTURE = "no picture that can be read|cannot be read"
PICTURES: dict[str, tuple[bytes | Callable[[], bytes], str]] = {
    "a program of PostScript": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", NO_PICTURE),
    "8,000×8,000": (lambda: _saved(Image.new("L", (8000, 8000)), "PNG"), "8000×8000 pixels are too many"),
    "100 of its 3,000 rows": (lambda: _png(200, 3000, bytes(601 * 100)), "some of its rows are missing"),
    "no row": (lambda: _png(50, 50), "missing|cannot be read"),
    "two thousand million pixels": (_png(1 << 16, 1 << 15), "too many pixels"),
    "sides beyond all numbers": (_png(2**31 - 1, 2**31 - 1), "too many|cannot be read|no picture"),
    "no width": (_png(0, 9), NO_PICTURE),
    "16 bits": (lambda: _saved(Image.new("I;16", (9, 9), 40_000), "PNG"), OPENS),
    "16 bits of three colours": (lambda: _png(2, 2, (b"\0" + bytes(12)) * 2, depth=16), OPENS),
    "HEIC": (b"\0\0\0\x18ftypheic" + bytes(90), "HEIC or AVIF are not read"),
    "AVIF": (b"\0\0\0\x18ftypavif" + bytes(90), "HEIC or AVIF are not read"),
    "a film": (b"\0\0\0\x18ftypisom" + bytes(90), NO_PICTURE),
    "65 MB": (bytes(65 << 20), "more than 64\u202fMB"),
    "empty": (b"", "It is empty"),
    "an icon": (lambda: _saved(_noise(), "ICO"), NO_PICTURE),
    "a PDF": (lambda: _saved(_noise(), "PDF"), NO_PICTURE),
    "a Targa": (lambda: _saved(_noise(), "TGA"), NO_PICTURE),
    "a bomb in a text": (lambda: _png(4, 4, bytes(13 * 4), _bomb(b"zTXt")), "cannot be read"),
    "a bomb in a profile": (lambda: _png(4, 4, bytes(13 * 4), _bomb(b"iCCP")), "cannot be read"),
    "a bomb in the rows": (lambda: _png(4, 4, bytes(1 << 27)), OPENS),
    "half a JPEG": (lambda: _saved(_noise(), "JPEG")[:2000], "cannot be read"),
    "half a JPEG with an end": (lambda: _saved(_noise(), "JPEG")[:2000] + b"\xff\xd9", "cannot be read"),
    "half a progressive JPEG": (lambda: _saved(_noise(), "JPEG", progressive=True)[:2000], "cannot be read"),
    "a JPEG of a head": (lambda: _saved(_noise(), "JPEG")[:300], NO_PICTURE),
    "a GIF of 65,535×65,535": (b"GIF89a\xff\xff\xff\xff\x80\0\0" + bytes(20), "."),
    "a BMP of −5×−5": (_bitmap(-5, -5), "too many|cannot be read"),
    "a BMP that promises 4 GB": (_bitmap(30_000, 30_000), "too many"),
    "a TIFF that goes in a circle": (b"II*\0\x08\0\0\0\x01\0" + bytes(12) + b"\x08\0\0\0", NO_PICTURE),
    "a TIFF of four thousand million tags": (b"II*\0\x08\0\0\0\xff\xff" + b"\xff" * 900, NO_PICTURE),
    "a TIFF of no numbers": (
        lambda: _saved(Image.fromarray(np.full((4, 4), np.nan, np.float32)), "TIFF"),
        "Its numbers go from",
    ),
    "a WebP that is cut": (lambda: _saved(_noise(), "WEBP")[:300], NO_PICTURE),
    "another program's thousand frames": (
        lambda: _saved(_noise().convert("P"), "GIF", save_all=True, append_images=[_noise().convert("P")] * 99),
        OPENS,
    ),
}


def pictures() -> list[Case]:
    """All of them, named alike."""

    def ask(path: Path) -> None:
        assert read_picture(path, (8, 8, 3)).pixels.shape == (8, 8, 3)

    return [Case(name, holding("a.png", content), ask, answer) for name, (content, answer) in PICTURES.items()]


def _journal(folder: Path, **about: object) -> Path:
    journal = Journal(folder, "1-abc")
    journal.write(untrained(template("first_conv")), About("a", None, 5.0))
    journal.about_file.write_text(json.dumps({"name": "a", "path": "", "time": 1} | about))
    return folder


def _about(**about: object) -> Callable[[Path], Path]:
    return lambda folder: _journal(folder, **about)


def _offered(folder: Path) -> None:
    """The journal is found and comes back, whatever is said about it; its lock, if nobody holds it, is taken."""
    from cnnstudio.ui.shell import recovery

    (journal,) = journals(folder)
    assert 0 <= journal.about().time < 253_402_300_800 and journal.about().name.isprintable() and not journal.needless
    journal.read()
    lock = recovery.taken(journal)
    assert lock is not None
    lock.unlock()


def _with_lock(content: bytes | str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        _journal(folder)
        lock = folder / "1-abc.lock"
        match content:
            case bytes():
                lock.write_bytes(content)
            case "a folder":
                lock.mkdir()
            case _:
                put(lock, content)
        return folder

    return make


def journal_cases() -> list[Case]:
    """What is said of a journal, and its lock."""
    about: dict[str, Callable[[Path], Path]] = {
        "a time beyond all calendars": _about(time=1e18),
        "a time before all of them": _about(time=-1e18),
        "a NUL in its path": _about(path="/tmp/a\0b"),
        "a device for its path": _about(path="/dev/zero"),
        "a path of 5,000 characters": _about(path="/" + "a" * 5000),
        "a relative path": _about(path="../a.cnn"),
        "a name over lines": _about(name="a\n\x1b[31m"),
        "an empty lock": _with_lock(b""),
        "the lock of another host": _with_lock(b"1\ncnnstudio\nelsewhere\n\nboot\n"),
        "a lock that is no text": _with_lock(b"\xff\0\xfe" * 9),
        "a lock of 10 MB": _with_lock(b"9" * (10 << 20)),
        "a pipe for a lock": _with_lock("pipe"),
        "a folder for a lock": _with_lock("a folder"),
    }
    return [Case(name, make, _offered, OPENS) for name, make in about.items()]


def _saved_and_loaded(path: Path) -> None:
    for _ in range(2):
        save_project(untrained(template("first_conv")), path)
    load_project(path)
    load_project(backup_path(path))


def _in(name: str) -> Callable[[Path], Path]:
    return lambda folder: folder / name


def _read_only(folder: Path) -> Path:
    """A folder that nobody but an administrator can write to, or one that not even that one can."""
    folder.chmod(0o500)
    return Path("/proc/a.cnn") if os.access(folder, os.W_OK) else folder / "a.cnn"


def path_cases() -> list[Case]:
    """Paths that are long, odd or of no file."""
    both: list[tuple[str, str, Ask]] = [("saved", r"could not be saved", _saved_and_loaded)]
    both.append(("opened", "cannot be read", open_design))
    found = [
        Case(f"{name}, {done}", _in(path), ask, answer)
        for name, path in {
            "a name of 256 bytes": "a" * 252 + ".cnn",
            "a path of 5,000 characters": "/".join(["a" * 100] * 50) + "/a.cnn",
            "a name of 5,000 characters": "a" * 5000,
            "a NUL in its name": "a\0b.cnn",
            "half a character in its name": "a\ud800.cnn",
            "a folder that is not there": "nowhere/a.cnn",
        }.items()
        for done, answer, ask in both
    ]
    good = {
        "a name of 255 bytes": "é" * 125 + "x.cnn",
        "a name of line breaks": "a\nb\r.cnn",
        "a name of control characters": "\x1b[31m.cnn",
        "a name of blanks": "   .cnn",
        "a name that is no Unicode": os.fsdecode(b"caf\xe9.cnn"),
        "a name like an option": "--out.cnn",
        "a name like a pattern": "[a]*?.cnn",
    }
    found += [Case(name, _in(path), _saved_and_loaded, OPENS) for name, path in good.items()]
    found.append(Case("a read-only folder", _read_only, _saved_and_loaded, "could not be saved"))
    return found
