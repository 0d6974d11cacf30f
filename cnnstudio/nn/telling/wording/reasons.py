"""Questions and remarks about the numbers of a layer: code → words. Most formulas are notation and need none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from cnnstudio.nn.telling.phrases import Phrase, Phrases
from cnnstudio.nn.telling.told import Sentence, Told, worded


def _unread(values: Mapping[str, Any]) -> str:
    forms = {
        "rows": "The last {count:row is|# rows are} never looked at.",
        "columns": "The last {count:column is|# columns are} never looked at.",
        "both": "The last {count:row and column are|# rows and columns are} never looked at.",
    }
    return _PHRASES.said(forms[values["side"]], values)


def _bent(values: Mapping[str, Any]) -> str:
    shown = ", ".join(f"{value:.3g}".replace("-", "−") for value in values["values"])
    return f"−2, −1, 0, 1, 2 become {shown}."


def _scaled(values: Mapping[str, Any]) -> str:
    channels = (
        f"channel {place}: mean {mean:g}, deviation {spread:g}"
        for place, (mean, spread) in enumerate(values["scalings"], start=1)
    )
    said = "; ".join(channels)
    return f"{said[0].upper()}{said[1:]}{'; …' if values['more'] else ''}."


#: what a reason is about → its question; ``size`` is what comes out
QUESTIONS: dict[str, Phrase] = {
    "size": "Why {size:shape}?",
    "parameters": "Parameters",
    "cost": "Cost of one image",
    "number": "What becomes of a number?",
    "pixel": "What becomes of a pixel?",
}

REMARKS: dict[str, Phrase] = {
    "unread": _unread,
    "bent": _bent,
    "mac": "One MAC is a multiplication and an addition.",
    "dense-instead": "A dense layer of the same size would need {parameters:thousands}.",
    "full-instead": "A full convolution with {filters} filters would need {parameters:thousands}.",
    "shared-instead": "A convolution, which shares its filters between all positions, needs {parameters:thousands}.",
    "unit-bias": "The 1 is each unit's bias.",
    "scale-and-shift": "A scale and a shift for each. {kept} running figures are kept beside them, not learned.",
    "scale-and-shift-a-map": "A scale and a shift for every map.",
    "scale-and-shift-a-cell": "A scale and a shift for every cell.",
    "a-slope-each": "One learned slope for {slopes:the map or unit|each of the # maps or units}.",
    "scaled-by-channel": _scaled,
    "black-and-white": "Black is {black:.4g}, white is {white:.4g}.",
}

_PHRASES = Phrases()


class ReasonWords(NamedTuple):
    """A question, the formula that answers it, and a remark or ""."""

    question: str
    formula: str
    remark: str = ""


def reason_words(about: str, size: tuple[int, ...], formula: str | Sentence, remarks: tuple[Told, ...]) -> ReasonWords:
    """The words of a reason; a line that holds for rows and columns alike is said once."""
    question = _PHRASES.said(QUESTIONS[about], {"size": size})
    said = " ".join(_PHRASES.said(REMARKS[remark.code], dict(remark.values)) for remark in remarks)
    notation = "\n".join(dict.fromkeys(formula.split("\n"))) if isinstance(formula, str) else worded(formula)
    return ReasonWords(question, notation, said)
