"""Figures as files: well-formed, everything within, and the same design comes out again; hostile ones are refused."""

from __future__ import annotations

import base64
import errno
import os
import struct
import xml.etree.ElementTree as ET
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from cnnstudio.design.edits import blocks, locking
from cnnstudio.design.format.design_format import write_design
from cnnstudio.design.format.strict import FileFormatError
from cnnstudio.design.templates import template, template_names
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.drawn import Block, Frame, Note
from cnnstudio.export.card_figure import Pictures
from cnnstudio.export.embedding import (
    KEYWORD,
    LARGEST_SVG,
    SIGNATURE,
    design_in_png,
    design_in_svg,
    packed,
    read_figure,
    with_design,
)
from cnnstudio.export.figure import Label, Mark, Rectangle
from cnnstudio.export.lettering import text_width
from cnnstudio.export.writing import VIEW_NAMES, ExportError, figure_of, svg_of, write_figure
from tests.one_line import is_one_line

SVG = "{http://www.w3.org/2000/svg}"


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(*chunks: bytes) -> bytes:
    """A picture of one grey pixel, with more chunks."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return SIGNATURE + head + b"".join(chunks) + chunk(b"IDAT", zlib.compress(b"\0\x80")) + chunk(b"IEND", b"")


def wicked():
    """A design whose words do their worst."""
    design = template("lenet5")
    first = next(iter(design.cards))
    names = "</text><script>&amp; \u202e ]]> “Größe” 層 \x07\ufffe"
    cards = {**design.cards, first: replace(design.cards[first], name=names)}
    members = frozenset(list(design.cards)[2:5])
    return design.with_changes(
        cards=cards,
        title="a <b> & c\n]]>",
        frames={"f1": Frame("<frame>", -300.0, -200.0, 200.0, 90.0)},
        notes={"n1": Note("one\ttwo\n\n" + "long " * 100, 500.0, -300.0)},
        blocks={"b1": Block("A & B", members, "", True)},
    )


@pytest.mark.parametrize("view", VIEW_NAMES)
@pytest.mark.parametrize("name", template_names())
def test_an_exported_svg_opens_as_its_design(tmp_path: Path, name: str, view: str) -> None:
    design, path = template(name), tmp_path / "figure.svg"
    write_figure(path, svg_of(design, figure_of(design, view, "light")), design)
    assert read_figure(path) == design
    assert [file.name for file in tmp_path.iterdir()] == ["figure.svg"]


@pytest.mark.parametrize("view", VIEW_NAMES)
def test_words_that_do_their_worst_come_back_unharmed(view: str) -> None:
    design = wicked()
    data = svg_of(design, figure_of(design, view, "dark"))
    root = ET.fromstring(data)
    assert not [element for element in root.iter() if element.tag.endswith("script")]
    from cnnstudio.design.format.design_format import read_design

    assert read_design(design_in_svg(data, "x.svg"), "x.svg")[0] == design


@pytest.mark.parametrize("view", VIEW_NAMES)
@pytest.mark.parametrize("name", [*template_names(), "wicked"])
def test_the_svg_is_well_formed_and_its_texts_lie_within(name: str, view: str) -> None:
    design = wicked() if name == "wicked" else template(name)
    root = ET.fromstring(svg_of(design, figure_of(design, view, "print"), 2.0))
    _, _, width, height = (float(word) for word in root.attrib["viewBox"].split())
    assert float(root.attrib["width"]) == pytest.approx(2 * width, abs=0.02)
    texts = root.findall(f"{SVG}text")
    assert len(texts) >= (len(design.graph) if name != "wicked" else 5)
    for text in texts:
        size, x, y = (float(text.attrib[key]) for key in ("font-size", "x", "y"))
        wide = text_width(text.text or "", size) * 0.8  # the widths are cautious
        left = {"middle": x - wide / 2, "end": x - wide}.get(text.attrib.get("text-anchor", ""), x)
        assert left >= -0.5 and left + wide <= width + 0.5, text.text
        assert y - size >= -1 and y <= height, text.text
    if view == "cards" and name != "wicked":
        shown = {text.text for text in texts}
        assert {card.name for card in design.cards.values() if len(card.name) < 10} <= shown


def test_cards_hold_the_pictures_they_are_given() -> None:
    design = template("lenet5")
    first, last = design.graph.nodes[0].id, design.graph.nodes[-1].id
    chances = (0.1,) * 9 + (0.9,)
    shown = Pictures({first: (png(), 40.0, 30.0)}, {last: chances})
    root = ET.fromstring(svg_of(design, figure_of(design, "cards", "light", pictures=shown)))
    (image,) = root.findall(f"{SVG}image")
    assert base64.b64decode(image.attrib["href"].partition(",")[2]) == png()
    assert (image.attrib["width"], image.attrib["height"]) == ("40", "30")
    texts = [text.text for text in root.findall(f"{SVG}text")]
    assert "48\u202f120" in texts  # thousands stay set apart by a thin space


def test_an_expanded_block_is_outlined_and_a_collapsed_one_is_a_card() -> None:
    design, inner = blocks.group(template("lenet5"), ["conv2d_1", "relu_1"], "Inner")
    design, _ = blocks.group(design, ["conv2d_1", "relu_1", "max_pool2d_1"], "Outer")

    def boxes(name: str) -> list[Rectangle]:
        marks = figure_of(design, "cards", "print").marks
        labels = [mark for mark in marks if isinstance(mark, Label) and mark.text == name]
        dashed = [mark for mark in marks if isinstance(mark, Rectangle) and mark.dashed]
        return [b for b in dashed for at in labels if b.x < at.x < b.x + b.width and 0 < at.y - b.y < 20]

    (small,), (large,) = boxes("Inner"), boxes("Outer")
    assert large.x < small.x and large.y < small.y
    assert large.x + large.width > small.x + small.width + 120  # it goes around the pooling as well
    design = blocks.toggle(design, inner)
    assert not boxes("Inner") and boxes("Outer")


def test_a_png_keeps_its_design_before_its_end() -> None:
    design = wicked()
    data = with_design(png(), packed(design))
    assert data.endswith(chunk(b"IEND", b""))
    from cnnstudio.design.format.design_format import read_design

    assert read_design(design_in_png(data, "x.png"), "x.png")[0] == design
    import io

    from PIL import Image

    assert Image.open(io.BytesIO(data)).size == (1, 1)


HELD = packed(template("first_conv"))
TEXT = KEYWORD + b"\0\0\0\0\0" + HELD
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + i)} "{("&" + chr(97 + i) + ";") * 10}">' for i in range(10))
    + ']><svg xmlns="http://www.w3.org/2000/svg"><title>&k;</title></svg>'
)


def drawing(inside: str) -> bytes:
    space = 'xmlns="http://www.w3.org/2000/svg" xmlns:d="https://cnn-studio.example/design"'
    return f"<svg {space}>{inside}</svg>".encode()


HELD_TEXT = f"<d:design>{HELD.decode().replace('<', '&lt;')}</d:design>"
HOSTILE_SVG = {
    "empty": b"",
    "text": b"hello",
    "entity bomb": BOMB.encode(),
    "external entity": b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>',
    "external doctype": b'<!DOCTYPE svg SYSTEM "http://example.invalid/a.dtd"><svg xmlns="http://www.w3.org/2000/svg"/>',
    "entity beside a sound design": b'<!DOCTYPE svg [<!ENTITY x "y">]>' + drawing(HELD_TEXT + "&x;"),
    "no design": drawing("<rect/>"),
    "two designs": drawing(HELD_TEXT * 2),
    "element in it": drawing(f"<d:design><b/>{HELD.decode()}</d:design>"),
    "cut off": drawing(HELD_TEXT)[:-40],
    "html": b"<html><body>no</body></html>",
    "not a design": drawing("<d:design>{}</d:design>"),
    "no json": drawing("<d:design>a b c</d:design>"),
    "utf-16": "<svg>".encode("utf-16"),
    "null bytes": b"\0" * 2000,
    "deep": b"<svg xmlns='http://www.w3.org/2000/svg'>" + b"<g>" * 200_000,
    "too large": b"<svg xmlns='http://www.w3.org/2000/svg'>" + b" " * LARGEST_SVG,
    "large in it": drawing("<d:design>" + "[" * 100_000 + "</d:design>"),
    "unknown encoding": b'<?xml version="1.0" encoding="utf-7"?><svg/>',
}
HOSTILE_PNG = {
    "only signature": SIGNATURE,
    "no chunk": SIGNATURE + b"\0\0",
    "no design": png(),
    "longer than the file": SIGNATURE + struct.pack(">I4s", 0x7FFFFFFF, b"iTXt") + TEXT,
    "length of 4 GB": SIGNATURE + struct.pack(">I4s", 0xFFFFFFFF, b"IDAT"),
    "damaged text": png(chunk(b"iTXt", TEXT)[:-1] + b"!"),
    "two designs": png(chunk(b"iTXt", TEXT) * 2),
    "compressed": png(chunk(b"iTXt", KEYWORD + b"\0\1\0\0\0" + zlib.compress(HELD))),
    "no end": png(chunk(b"iTXt", TEXT))[:-12],
    "in a language": png(chunk(b"iTXt", KEYWORD + b"\0\0\0en\0\0" + HELD)),
    "short": png(chunk(b"iTXt", KEYWORD + b"\0")),
    "no json": png(chunk(b"iTXt", KEYWORD + b"\0\0\0\0\0[[[")),
    "many chunks": SIGNATURE + chunk(b"tIME", b"") * 100_100,
    "nothing in it": png(chunk(b"iTXt", KEYWORD + b"\0\0\0\0\0")),
}


@pytest.mark.parametrize(("ending", "case"), [(".svg", c) for c in HOSTILE_SVG] + [(".png", c) for c in HOSTILE_PNG])
def test_hostile_files_give_one_sentence(tmp_path: Path, ending: str, case: str) -> None:
    path = tmp_path / f"figure{ending}"
    path.write_bytes((HOSTILE_SVG if ending == ".svg" else HOSTILE_PNG)[case])
    with pytest.raises(FileFormatError) as refused:
        read_figure(path)
    sentence = str(refused.value)
    assert sentence.startswith(path.name) and is_one_line(sentence) and len(sentence) < 400


def test_the_hostile_files_are_refused_for_what_is_wrong_with_them() -> None:
    assert read_figure_of(drawing(HELD_TEXT), "a.svg") and read_figure_of(png(chunk(b"iTXt", TEXT)), "a.png")


def read_figure_of(data: bytes, name: str) -> bool:
    held = design_in_png(data, name) if name.endswith("png") else design_in_svg(data, name)
    return held == HELD


def test_every_cut_and_every_flipped_byte_is_refused_or_harmless(tmp_path: Path) -> None:
    data, path = png(chunk(b"iTXt", TEXT)), tmp_path / "figure.png"
    wanted = template("first_conv")
    for place in range(0, len(data), 7):
        for damaged in (data[:place], data[:place] + bytes([data[place] ^ 0x41]) + data[place + 1 :]):
            path.write_bytes(damaged)
            try:
                found = read_figure(path)
            except FileFormatError:
                continue
            assert found == wanted  # the damage lay in the picture, which is not looked at


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="cannot be read"):
        read_figure(tmp_path / "nowhere.svg")


def test_a_failed_export_leaves_what_was_there(tmp_path: Path) -> None:
    path, design = tmp_path / "figure.svg", template("lenet5")
    path.write_text("mine")
    with pytest.raises(ExportError, match="could not be written"):
        write_figure(path, b"<svg/>", design)
    assert path.read_text() == "mine" and [file.name for file in tmp_path.iterdir()] == ["figure.svg"]
    with pytest.raises(ExportError, match=os.strerror(errno.ENOENT)):
        write_figure(tmp_path / "nowhere" / "a.svg", write_design(design), design)


def test_a_card_names_the_classes_beside_their_bars_and_a_locked_layer_has_a_lock() -> None:
    design = template("lenet5")
    classes = tuple(f"digit {number}" for number in range(10))
    chances = [0.02] * 10
    chances[7] = 0.82
    shown = Pictures(probabilities={"softmax_1": chances}, classes=classes)

    def marks_of(drawn: Design, node: str) -> list[Mark]:
        return [mark for mark in figure_of(drawn, "cards", "light", pictures=shown).marks if mark.node == node]

    words = [mark.text for mark in marks_of(design, "softmax_1") if isinstance(mark, Label)]
    assert [word for word in words if word.startswith("digit")] == list(classes)
    locked = locking.lock(design, ["conv2d_1"])
    more = len(marks_of(locked, "conv2d_1")) - len(marks_of(design, "conv2d_1"))
    assert more == 2, "a bow and a body"
    assert len(marks_of(locked, "conv2d_2")) == len(marks_of(design, "conv2d_2"))
