"""What notebooks show of a design: the figure of its volumes."""

from __future__ import annotations

import base64
from html import escape

from cnnstudio.design.value.design import Design
from cnnstudio.export.writing import figure_of, svg_of


def html_of(design: Design) -> str:
    """The figure as a picture in HTML, on paper's colours; it opens as a design once it is saved."""
    packed = base64.b64encode(svg_of(design, figure_of(design, "volumes", "print"))).decode("ascii")
    alt = escape(design.title, quote=True)
    return f'<img src="data:image/svg+xml;base64,{packed}" alt="{alt}" style="max-width: 100%; height: auto">'


Design.shown = staticmethod(html_of)
