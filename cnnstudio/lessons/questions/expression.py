"""Small formulas in lesson files: + − × ÷, whole division, comparisons and names. Nothing in them can be run.

The text is parsed to a syntax tree of which only a few kinds of nodes are known here; any other is refused.
"""

from __future__ import annotations

import ast
import operator
import re
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cnnstudio.nn.telling.phrases import number_text
from cnnstudio.nn.telling.told import WordedError

Number = int | float

_LONGEST = 200
_LARGEST = 10**9
#: no formula may come to more than this
_MOST = 10**15
_SIGNS = str.maketrans({"−": "-", "×": "*", "÷": "/"})
_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
}
_COMPARED: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
#: a formula in braces, and the two forms of the noun behind its value where it has one
_HOLE = re.compile(r"\{([^{}:]*)(?::([^{}]*))?\}")


class ExpressionError(WordedError, ValueError):
    """A formula cannot be read or has no value. ``str()`` is one sentence."""


@dataclass(frozen=True)
class Expression:
    """A formula over named numbers."""

    text: str
    names: frozenset[str]

    def value(self, numbers: Mapping[str, Number]) -> Number:
        """Its value; a comparison is 1 or 0.

        Raises:
            ExpressionError: a name is not there, it divides by zero, or it comes to more than 10¹⁵.
        """
        try:
            value = _value(_tree(self.text), numbers)
        except KeyError as error:
            raise ExpressionError(
                "“{text}” names {args!r}, which is not there.", text=self.text, args=error.args[0]
            ) from error
        except (ZeroDivisionError, OverflowError) as error:
            raise ExpressionError("“{text}” has no value here: {error}.", text=self.text, error=error) from error
        if not abs(value) <= _MOST:  # so written, no number is refused as well
            raise ExpressionError("“{text}” is larger than any number in a lesson.", text=self.text)
        return value

    @property
    def goal(self) -> tuple[str, int] | None:
        """The name and the whole number of a formula such as ``visited >= 5``; None of any other."""
        match _tree(self.text):
            case ast.Compare(left=ast.Name(id=name), ops=[ast.GtE()], comparators=[ast.Constant(value=int(count))]):
                return name, count
        return None


def expression(text: str) -> Expression:
    """Read a formula such as ``(n - k) // s + 1``.

    Raises:
        ExpressionError: it is too long or holds anything but numbers, names, + - * / // and comparisons.
    """
    tree = _tree(text)
    names = frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
    return Expression(text, names)


def holes(text: str) -> tuple[Expression, ...]:
    """The formulas in braces in a text.

    Raises:
        ExpressionError: one cannot be read, or the noun behind it has not two forms.
    """
    found = _HOLE.findall(text)
    for formula, forms in found:
        if forms and len(forms.split("|")) != 2:
            raise ExpressionError(
                "“{forms}” behind “{formula}” are not two forms, as in “# map|# maps”.", forms=forms, formula=formula
            )
    return tuple(expression(formula) for formula, _ in found)


def filled(text: str, numbers: Mapping[str, Number]) -> str:
    """A text with each formula in braces replaced by its value, thousands set apart: ``{n - k}``; with a noun,
    ``{n:# map|# maps}``.

    Raises:
        ExpressionError: as ``Expression.value``.
    """
    return _HOLE.sub(lambda found: _with_noun(expression(found[1]).value(numbers), found[2] or "#"), text)


def _with_noun(value: Number, forms: str) -> str:
    """``forms``: one for 1 and, behind a stroke, one for all other numbers; # is the number."""
    one, _, many = forms.partition("|")
    return (one if value == 1 or not many else many).replace("#", number_text(value))


@lru_cache(maxsize=2048)
def _tree(text: str) -> ast.expr:
    if len(text) > _LONGEST:
        raise ExpressionError(
            "A formula may have {longest} characters, this one has {text}.", longest=_LONGEST, text=len(text)
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text.translate(_SIGNS).strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ExpressionError("“{text}” is no formula.", text=text) from error
    _check(tree, text)
    return tree


def _check(node: ast.AST, text: str) -> None:
    match node:
        case ast.Name():
            return
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool) and abs(number) <= _LARGEST:
            return
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _BINARY:
            _check(left, text)
            _check(right, text)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            _check(operand, text)
        case ast.BoolOp(op=ast.And(), values=parts):
            for part in parts:
                _check(part, text)
        case ast.Compare(left=left, ops=[sign], comparators=[right]) if type(sign) in _COMPARED:
            _check(left, text)
            _check(right, text)
        case _:
            raise ExpressionError("“{text}” may hold numbers, names, + − × / // and comparisons only.", text=text)


def _value(node: ast.expr, numbers: Mapping[str, Number]) -> Number:
    match node:
        case ast.Name(id=name):
            return numbers[name]
        case ast.Constant(value=value):
            assert isinstance(value, int | float)
            return value
        case ast.BinOp(left=left, op=sign, right=right):
            result: Number = _BINARY[type(sign)](_value(left, numbers), _value(right, numbers))
            return result
        case ast.UnaryOp(operand=operand):
            return -_value(operand, numbers)
        case ast.BoolOp(values=values):
            return int(all(_value(value, numbers) for value in values))
        case ast.Compare(left=left, ops=[sign], comparators=[right]):
            return int(_COMPARED[type(sign)](_value(left, numbers), _value(right, numbers)))
    raise ExpressionError("a node that was not checked")
