"""What is told to people, as data: words are made of it where it is shown.

What is told of one thing in many places has a code, and its words stand in the folders called ``wording``. What is
told once is a sentence, written where it is told, with places for its values.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from cnnstudio.nn.telling.phrases import Phrases


class NodeId(str):
    """The id of a node among the values of what is told; its name is looked up in the drawing when it is shown."""

    __slots__ = ()


@dataclass(frozen=True)
class Told:
    """``code`` says what is told, ``values`` are the numbers, shapes, layers and nodes that its words are made with.

    Whoever has to decide something looks at these, never at the words.
    """

    code: str
    values: tuple[tuple[str, Hashable], ...] = ()


def told(code: str, **values: Hashable) -> Told:
    """What is told, with its values by name."""
    return Told(code, tuple(values.items()))


@dataclass(frozen=True, init=False)
class Sentence:
    """A sentence, or a part of one, with places for its values: ``Sentence("{file} has {size:thousands} bytes",
    file=…, size=…)``.

    The template is the key by which it can be translated, so it is a literal; ``phrases`` says what a place can ask
    for. Values are numbers, shapes, names and other sentences; an error stands for what it says.
    """

    template: str
    values: tuple[tuple[str, Hashable], ...]

    def __init__(self, template: str | Sentence, /, **values: Hashable) -> None:
        given = tuple((name, _frozen(value)) for name, value in values.items())
        if isinstance(template, Sentence):
            given = template.values
            template = template.template
        object.__setattr__(self, "template", template)
        object.__setattr__(self, "values", given)

    def __str__(self) -> str:
        return _PHRASES.said(self.template, dict(self.values))


class WordedError(Exception):
    """An error that people read: it is raised with a template and its values, or with a sentence.

    Code decides by its class and ``values``; ``worded`` is for people.
    """

    def __init__(self, template: str | Sentence, /, **values: Hashable) -> None:
        self.sentence = Sentence(template, **values)
        super().__init__(self.sentence)

    def __str__(self) -> str:
        return str(self.sentence)


def worded(what: object) -> str:
    """The words of a sentence or of an error, in the language of whoever reads them: every edge of the program asks
    here."""
    return str(what)


_PHRASES = Phrases()


def _frozen(value: Hashable) -> Hashable:
    """What remains of an error once it has been told."""
    if isinstance(value, WordedError):
        return value.sentence
    return str(value) if isinstance(value, BaseException) else value
