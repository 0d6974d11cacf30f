"""The drawings of a report: pictures as PNG, curves and bars as SVG, each as an address that needs no other file."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from html import escape

import numpy as np
from PIL import Image

from cnnstudio.nn.arrays import Array, Floats

#: pixels of the longer side of a picture, which has whole cells
_LARGE = 96
SOFT, LINE, BLUE, RED = "#5d6675", "#d9dee7", "#2563eb", "#b4400f"


def address(kind: str, content: bytes) -> str:
    """A file as an address of its own."""
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def picture(pixels: Array) -> str:
    """A picture uint8 (H, W, C) as a PNG in whole cells."""
    shown = pixels[:, :, :3] if pixels.shape[2] >= 3 else pixels[:, :, 0]
    times = max(1, round(_LARGE / max(shown.shape[:2])))
    large = np.repeat(np.repeat(shown, times, 0), times, 1)
    file = io.BytesIO()
    Image.fromarray(large).save(file, "PNG", optimize=True)
    return address("image/png", file.getvalue())


def curves(rows: Sequence[tuple[str, str, Sequence[float]]]) -> str:
    """Lines over epochs, each with its name, its colour and a number for each; what is no number is left out."""
    known = [value for _, _, values in rows for value in values if np.isfinite(value)]
    low, high = min([0.0, *known]), max([*known, 1e-9])
    count = max(len(values) for _, _, values in rows)
    wide, high_px, left, top = 300, 150, 40, 10

    def x(place: int) -> float:
        return left + (place / max(1, count - 1)) * (wide - left - 12)

    def y(value: float) -> float:
        return top + (high - value) / (high - low) * (high_px - top - 24)

    parts = []
    for share in (0.0, 0.5, 1.0):
        level = low + share * (high - low)
        parts.append(f'<line x1="{left}" y1="{y(level):.1f}" x2="{wide - 12}" y2="{y(level):.1f}" stroke="{LINE}"/>')
        parts.append(_words(left - 5, y(level) + 3.5, f"{level:.3g}", "end"))
    for number, (name, colour, values) in enumerate(rows):
        points = [f"{x(place):.1f},{y(value):.1f}" for place, value in enumerate(values) if np.isfinite(value)]
        if len(points) > 1:
            parts.append(f'<polyline points="{" ".join(points)}" fill="none" stroke="{colour}" stroke-width="1.6"/>')
        elif points:
            across, down = points[0].split(",")
            parts.append(f'<circle cx="{across}" cy="{down}" r="2.5" fill="{colour}"/>')
        parts.append(_words(wide - 14, top + 10 + 13 * number, name, "end", colour))
    parts.append(_words(left, high_px - 6, "epoch 1", "start"))
    parts.append(_words(wide - 12, high_px - 6, str(count), "end"))
    return _drawn(wide, high_px, parts)


def interval_bar(low: float, share: float, high: float, guessing: float) -> str:
    """A share of 1 with its 95 % range, and what guessing would reach."""
    wide = 300

    def x(value: float) -> float:
        return 8 + value * (wide - 16)

    parts = [
        f'<rect x="8" y="13" width="{wide - 16}" height="4" rx="2" fill="{LINE}"/>',
        f'<line x1="{x(guessing):.1f}" y1="6" x2="{x(guessing):.1f}" y2="24" stroke="{SOFT}" stroke-dasharray="2 2"/>',
        f'<rect x="{x(low):.1f}" y="11" width="{max(1.0, x(high) - x(low)):.1f}" height="8" fill="{BLUE}" '
        'opacity="0.35"/>',
        f'<circle cx="{x(share):.1f}" cy="15" r="5" fill="{BLUE}"/>',
        _words(x(guessing), 36, "guessing", "middle"),
    ]
    return _drawn(wide, 40, parts)


def believed(sureness: Floats, right: Floats, images: Array) -> str:
    """How often it is right beside how sure it was."""
    side, left, top = 170, 34, 8
    room = side - left - 8

    def place(across: float, up: float) -> tuple[float, float]:
        return left + across * room, top + (1 - up) * room

    parts = [f'<rect x="{left}" y="{top}" width="{room}" height="{room}" fill="none" stroke="{LINE}"/>']
    (x1, y1), (x2, y2) = place(0, 0), place(1, 1)
    parts.append(f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{SOFT}" stroke-dasharray="3 3"/>')
    whole = max(1, int(images.max(initial=0)))
    for sure, often, count in zip(sureness, right, images, strict=True):
        if count:
            across, down = place(float(sure), float(often))
            size = 2 + 4 * float(np.sqrt(count / whole))
            parts.append(f'<circle cx="{across:.1f}" cy="{down:.1f}" r="{size:.1f}" fill="{BLUE}"/>')
    for share in (0.0, 1.0):
        across, down = place(share, share)
        parts.append(_words(left - 4, down + 3, f"{share:.0%}", "end"))
    parts.append(_words(left + room / 2, side - 4, "how sure it says it is", "middle"))
    return _drawn(side, side, parts)


def falling(own: Floats, others: Floats) -> str:
    """The probability of a class as the pixels of a map (N,) and of other orders (orders, N) are taken away."""
    wide, high = 150, 70

    def line(values: Floats) -> str:
        points = zip(np.linspace(2, wide - 2, len(values)), high - 4 - values * (high - 8), strict=True)
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)

    parts = [f'<rect x="1" y="1" width="{wide - 2}" height="{high - 2}" fill="none" stroke="{LINE}"/>']
    parts += [f'<polyline points="{line(each)}" fill="none" stroke="{SOFT}" opacity="0.35"/>' for each in others]
    parts.append(f'<polyline points="{line(own)}" fill="none" stroke="{BLUE}" stroke-width="2"/>')
    return _drawn(wide, high, parts)


def _drawn(wide: int, high: int, parts: Sequence[str]) -> str:
    text = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" viewBox="0 0 {wide} {high}" '
        f'font-family="sans-serif">{"".join(parts)}</svg>'
    )
    return address("image/svg+xml", text.encode())


def _words(x: float, y: float, words: str, anchor: str, colour: str = SOFT) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="10" text-anchor="{anchor}" fill="{colour}">{escape(words)}</text>'
