"""A figure as an SVG document that holds its design."""

from __future__ import annotations

import base64
from functools import lru_cache
from html import escape

from cnnstudio.export.figure import Figure, Label, Line, Mark, Picture, Point, Rectangle

#: the element in <metadata> that holds the design file
NAMESPACE, ELEMENT = "https://cnn-studio.example/design", "design"
_FONTS = "Inter, Helvetica, Arial, 'DejaVu Sans', sans-serif"


def svg(figure: Figure, scale: float = 1.0, design: bytes = b"") -> bytes:
    """The figure, ``scale`` times as large as its pixels; ``design`` is a design file to be kept inside."""
    width, height = _number(figure.width * scale), _number(figure.height * scale)
    box = f"0 0 {_number(figure.width)} {_number(figure.height)}"
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="{box}" '
        f'font-family="{_FONTS}">',
        f"<title>{_text(figure.title)}</title>",
    ]
    if design:
        held = escape(design.decode("ascii"), quote=False)
        lines.append(f'<metadata><d:{ELEMENT} xmlns:d="{NAMESPACE}">{held}</d:{ELEMENT}></metadata>')
    if figure.background:
        size = f'width="{_number(figure.width)}" height="{_number(figure.height)}"'
        lines.append(f'<rect {size} fill="{figure.background}"/>')
    lines += [_mark(mark) for mark in figure.marks]
    return "\n".join((*lines, "</svg>", "")).encode()


def _mark(mark: Mark) -> str:
    if isinstance(mark, Label):
        anchor = "" if mark.anchor == "start" else f' text-anchor="{mark.anchor}"'
        bold = ' font-weight="600"' if mark.bold else ""
        place = f'x="{_number(mark.x)}" y="{_number(mark.y)}" font-size="{_number(mark.size)}"'
        return f'<text {place} fill="{mark.colour}"{anchor}{bold}>{_text(mark.text)}</text>'
    if isinstance(mark, Rectangle):
        place = f'x="{_number(mark.x)}" y="{_number(mark.y)}" width="{_number(mark.width)}"'
        place += f' height="{_number(mark.height)}"'
        corner = f' rx="{_number(mark.radius)}"' if mark.radius else ""
        return f"<rect {place}{corner}{_paint(mark.fill, mark.stroke, mark.line, mark.dashed)}/>"
    if isinstance(mark, Picture):
        place = f'x="{_number(mark.x)}" y="{_number(mark.y)}" width="{_number(mark.width)}"'
        held = base64.b64encode(mark.png).decode("ascii")
        place += f' height="{_number(mark.height)}" style="image-rendering:pixelated"'
        return f'<image {place} href="data:image/png;base64,{held}"/>'
    opacity = f' opacity="{_number(mark.opacity)}"' if mark.opacity < 1 else ""
    return f'<path d="{_path(mark)}"{_paint(mark.fill, mark.stroke, mark.width, mark.dashed)}{opacity}/>'


def _paint(fill: str, stroke: str, width: float, dashed: bool) -> str:
    drawn = f' fill="{fill or "none"}"'
    if stroke:
        drawn += f' stroke="{stroke}" stroke-width="{_number(width)}" stroke-linejoin="round"'
        drawn += ' stroke-dasharray="4 3"' if dashed else ""
    return drawn


def _path(line: Line) -> str:
    words = [f"M{_point(line.points[0])}"]
    if line.curved:
        points = line.points[1:]
        words += [f"C{' '.join(_point(p) for p in points[i : i + 3])}" for i in range(0, len(points), 3)]
    else:
        words += [f"L{_point(point)}" for point in line.points[1:]]
    return "".join(words) + ("Z" if line.closed else "")


def _point(point: Point) -> str:
    return f"{_number(point[0])} {_number(point[1])}"


@lru_cache(maxsize=1 << 16)  # cards and lanes lie on a grid: most numbers come again and again
def _number(value: float) -> str:
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _text(text: str) -> str:
    """Only what XML may hold: names come from files. Thin and fixed spaces stay what they are."""
    return escape("".join(c if c.isprintable() or c in "\u202f\u00a0" else " " for c in text), quote=False)
