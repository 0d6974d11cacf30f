"""Which places on a row a question is about: a bench with the same numbers would give its answer away."""

from __future__ import annotations

from cnnstudio.lessons.questions.question import Drawn, Question
from cnnstudio.lessons.questions.subject import OfLayers, worked_out
from cnnstudio.nn.explaining.positions import Positions
from cnnstudio.nn.sliding_window import ShapeError


def places_asked_for(question: Question, drawn: Drawn) -> Positions | None:
    """The window on a row whose places the drawn question asks for, in their number or as the width of a map; None
    where it asks for something else."""
    subject = question.subject
    if not isinstance(subject, OfLayers) or subject.find not in ("width", "height") or len(subject.layers) != 1:
        return None
    shape = tuple(int(side) for side in worked_out(subject.input, drawn.numbers))
    try:
        window = subject.layers[0].layer(drawn.numbers).window((shape,))
    except ShapeError:
        return None
    if window is None or window.spreads:
        return None
    side = 0 if subject.find == "height" else 1
    before, after = window.padding[2 * side : 2 * side + 2]
    return Positions(shape[side], window.kernel[side], window.stride[side], before, after, window.dilation[side])
