"""The words on a card, cut to its width once and not at every repaint."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont

from cnnstudio.design.analysis.analysis import LayerFacts
from cnnstudio.export.lettering import fitted_lines
from cnnstudio.nn.arrays import shape_text, ways_to_count
from cnnstudio.nn.graph.layer import Layer
from cnnstudio.nn.telling.told import worded
from cnnstudio.ui.canvas import measures as m
from cnnstudio.ui.look.labels import elided_name

#: the width that a line of words has
_ROOM = m.CARD_WIDTH - 2 * m.INSET


@dataclass(frozen=True)
class CardTexts:
    """Each as it is drawn; ``narrow`` when the lines of the summary only fit in smaller letters, ``narrow_shape`` when
    the shape does beside the parameters; ``title_font`` is the largest in which the name fits."""

    title: str
    title_font: Callable[[], QFont]
    summary: tuple[str, ...]
    narrow: bool
    shape: str
    parameters: str
    narrow_shape: bool


def card_texts(layer: Layer, name: str, facts: LayerFacts | None, title_width: float) -> CardTexts:
    """The words for a layer; without facts (a ghost) it has no numbers yet."""
    shape = shape_text(facts.shape) if facts and facts.shape is not None else "—"
    learned = facts.parameters if facts and facts.shape and layer.most_inputs else None
    waits = facts is not None and facts.waiting and facts.problem is None
    summary = "waits for a shape" if waits else worded(layer.summary())
    brief = summary if waits else worded(layer.brief())
    return fitted_texts(name, summary, shape, learned, title_width, brief)


def fitted_texts(
    name: str, summary: str, shape: str, parameters: int | None, title_width: float, brief: str = ""
) -> CardTexts:
    """These words in the width there is; a summary that is too long is said ``brief``ly, or in several lines."""
    lines, narrow = _fitted_summary(summary, brief or summary)
    shown, figures, narrow_shape = _fitted_figures(shape, parameters)
    fonts = (m.title_font, m.narrow_title_font, m.narrowest_title_font, m.condensed_title_font)
    font = next((font for font in fonts if _width(font, name) <= title_width), m.condensed_title_font)
    return CardTexts(elided_name(m.metrics(font), name, title_width), font, lines, narrow, shown, figures, narrow_shape)


@lru_cache(maxsize=2048)  # of a thousand layers many say the same
def _fitted_summary(summary: str, brief: str) -> tuple[tuple[str, ...], bool]:
    """Its lines, and whether they are to be written in smaller letters."""
    lines = fitted_lines(summary, brief, lambda text: _width(m.narrow_font, text) <= _ROOM)
    narrow = len(lines) > 1 or _width(m.line_font, lines[0]) > _ROOM
    font = m.narrow_font if narrow else m.line_font
    return tuple(_cut(font, line, _ROOM) for line in lines), narrow


@lru_cache(maxsize=2048)
def _fitted_figures(shape: str, parameters: int | None) -> tuple[str, str, bool]:
    """The shape, the number of parameters beside it, and whether the shape is to be written in smaller letters."""
    font, figures = next(
        (
            (font, figures)
            for figures in (ways_to_count(parameters) if parameters is not None else ("",))
            for font in (m.shape_font, m.narrow_shape_font)
            if _width(font, shape) + _width(m.line_font, figures) <= _ROOM - (4 if figures else 0)
        ),
        (m.narrow_shape_font, ""),
    )
    return _cut(font, shape, _ROOM), figures, font is m.narrow_shape_font


def _width(font: Callable[[], QFont], text: str) -> float:
    return m.metrics(font).horizontalAdvance(text)


def _cut(font: Callable[[], QFont], text: str, width: float) -> str:
    return m.metrics(font).elidedText(text, Qt.TextElideMode.ElideRight, width)
