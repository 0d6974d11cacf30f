"""What lessons ask, as it stands in a file: for a number, a choice, an order or a place in a picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cnnstudio.design.format.strict import Checked, meant, quoted
from cnnstudio.lessons.figures import FIGURES
from cnnstudio.lessons.lesson import Asked
from cnnstudio.lessons.questions.choosing import Choice, Ordering, Wording, WrongOption, offered
from cnnstudio.lessons.questions.expression import ExpressionError, Number, holes
from cnnstudio.lessons.questions.puzzles import PUZZLES, Puzzle
from cnnstudio.lessons.questions.question import Mistake, Question, drawn
from cnnstudio.lessons.reading.subjects import formula, subject

#: so often numbers are drawn to see that a question has any
_TRIALS = 20
#: so many numbers a question may draw one from
_MOST_NUMBERS = 1000
#: most wordings of a choice, options of one, and steps of an order
_MOST_WORDINGS, _MOST_OPTIONS, _MOST_STEPS = 8, 5, 12


def name_of(found: Checked) -> str:
    """The id of a lesson, a task or a question.

    Raises:
        FileFormatError: it has other signs in it.
    """
    text = found.text(40, 1)
    if not all(c.isascii() and (c.isalnum() or c in "_-") for c in text):
        found.refuse("An id has letters, digits, - and _ only.")
    return text


def _question(found: Checked) -> Question:
    fields = found.fields("question", "id", "draw", "answer", "why", optional=("where", "wrong", "unit", "otherwise"))
    draw = _draw(fields["draw"])
    names = frozenset(draw)
    wrong = tuple(_mistake(item, names) for item in fields["wrong"].items(8)) if "wrong" in fields else ()
    question = Question(
        name_of(fields["id"]),
        template(fields["question"], names),
        draw,
        formula(fields["where"], names) if "where" in fields else None,
        subject(fields["answer"], names),
        wrong,
        template(fields["why"], names | {"answer"}),
        fields["unit"].text(24) if "unit" in fields else "",
        template(fields["otherwise"], names) if "otherwise" in fields else "",
    )
    try:
        drawn(question, 0, 0, _TRIALS)
    except ExpressionError as error:
        found.refuse("{error}", error=error)
    return question


def _draw(found: Checked) -> dict[str, tuple[Number, ...]]:
    return {_name(item, name): _values(item) for name, item in found.mapping().items()}


def _name(found: Checked, name: str) -> str:
    if not (name.isascii() and name.isidentifier() and len(name) <= 20) or name == "answer":
        found.refuse("{name} cannot name a number.", name=quoted(name))
    return name


def _values(found: Checked) -> tuple[Number, ...]:
    if isinstance(found.value, dict):
        fields = found.fields("from", "to", optional=("step",))
        low, high = fields["from"].integer(-(10**6), 10**6), fields["to"].integer(-(10**6), 10**6)
        step = fields["step"].integer(1, 10**6) if "step" in fields else 1
        if not 1 <= len(range(low, high + 1, step)) <= _MOST_NUMBERS:
            found.refuse("There must be 1 to {most:thousands} numbers to draw from.", most=_MOST_NUMBERS)
        return tuple(range(low, high + 1, step))
    return tuple(_number(item) for item in found.items(_MOST_NUMBERS, 1))


def _number(found: Checked) -> Number:
    value = found.number(-1e6, 1e6)
    return int(value) if isinstance(found.value, int) else value


def _mistake(found: Checked, names: frozenset[str]) -> Mistake:
    fields = found.fields("value", "reply")
    return Mistake(formula(fields["value"], names), template(fields["reply"], names))


def template(found: Checked, names: frozenset[str], longest: int = 800) -> str:
    """A text whose formulas in braces use these names: numbers that are drawn, or figures of a layer."""
    text = found.text(longest, 1)
    try:
        for hole in holes(text):
            if missing := sorted(hole.names - names):
                name, likely = quoted(missing[0]), meant(missing[0], names)
                if names == FIGURES:
                    found.refuse("{name} is no figure of a layer.{likely}", name=name, likely=likely)
                found.refuse("{name} is not drawn.", name=name)
    except ExpressionError as error:
        found.refuse("{error}", error=error)
    return text


def _choice(found: Checked) -> Choice:
    fields = found.fields("choose", "id", optional=("draw", "where"))
    draw = _draw(fields["draw"]) if "draw" in fields else {}
    names = frozenset(draw)
    wordings = tuple(_wording(item, names) for item in fields["choose"].items(_MOST_WORDINGS, 1))
    where = formula(fields["where"], names) if "where" in fields else None
    choice = Choice(name_of(fields["id"]), wordings, draw, where)
    try:
        for turn in range(len(wordings)):
            offered(choice, 0, turn)
    except ExpressionError as error:
        found.refuse("{error}", error=error)
    return choice


def _wording(found: Checked, names: frozenset[str]) -> Wording:
    fields = found.fields("ask", "right", "wrong", "why")
    wrong = tuple(_wrong(item, names) for item in fields["wrong"].items(_MOST_OPTIONS - 1, 1))
    right = template(fields["right"], names)
    if right in {option.text for option in wrong}:
        fields["right"].refuse("It stands among the wrong options, too.")
    return Wording(template(fields["ask"], names), right, wrong, template(fields["why"], names))


def _wrong(found: Checked, names: frozenset[str]) -> WrongOption:
    fields = found.fields("text", "reply")
    return WrongOption(template(fields["text"], names), template(fields["reply"], names))


def _ordering(found: Checked) -> Ordering:
    fields = found.fields("order", "id", "steps", "why", optional=("take",))
    steps = tuple(template(item, frozenset(), 120) for item in fields["steps"].items(_MOST_STEPS, 2))
    take = fields["take"].integer(2, len(steps)) if "take" in fields else len(steps)
    if len(set(steps)) != len(steps):
        fields["steps"].refuse("Two steps are the same.")
    text, why = template(fields["order"], frozenset()), template(fields["why"], frozenset())
    return Ordering(name_of(fields["id"]), text, steps, take, why)


def _puzzle(found: Checked) -> Puzzle:
    fields = found.fields("puzzle", "ask", "id")
    kind = fields["puzzle"].text(20)
    if kind not in PUZZLES:
        there = meant(kind, PUZZLES)
        fields["puzzle"].refuse("There is no puzzle {kind}.{there}", kind=quoted(kind), there=there)
    return Puzzle(name_of(fields["id"]), template(fields["ask"], frozenset()), kind)


#: the kinds of items that ask something, and what reads each of them
ASKED: Mapping[str, Callable[[Checked], Question | Asked]] = {
    "question": _question,
    "choose": _choice,
    "order": _ordering,
    "puzzle": _puzzle,
}
