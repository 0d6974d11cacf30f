"""The text of functions of this program that come along in exported code, so that they are written once."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Collection, Iterable
from types import ModuleType
from typing import Any


def source_of(thing: Callable[..., Any]) -> str:
    """A function or class as it is written here."""
    return textwrap.dedent(inspect.getsource(thing)).rstrip()


def plain_functions(module: ModuleType, wanted: Collection[str]) -> list[str]:
    """The functions of a module that are wanted and those that these call, without types, in the order in which they
    stand there."""
    text = inspect.getsource(module)
    known = {each.name: each for each in ast.parse(text).body if isinstance(each, ast.FunctionDef)}
    needed: set[str] = set()
    waiting = [name for name in wanted if name in known]
    while waiting:
        if (name := waiting.pop()) not in needed:
            needed.add(name)
            waiting += called_in(known[name]) & known.keys()
    return [_plain(text, function) for name, function in known.items() if name in needed]


def called_in(*trees: ast.AST) -> set[str]:
    """The plain names that are called in code."""
    calls = (each for tree in trees for each in ast.walk(tree) if isinstance(each, ast.Call))
    return {call.func.id for call in calls if isinstance(call.func, ast.Name)}


def called_in_lines(expressions: Iterable[str]) -> set[str]:
    """The plain names that are called in expressions."""
    return called_in(*map(ast.parse, expressions))


def _plain(text: str, function: ast.FunctionDef) -> str:
    arguments = function.args
    for each in (*arguments.args, *arguments.kwonlyargs):
        each.annotation = None
    body = text.splitlines()[function.body[0].lineno - 1 : function.end_lineno]
    return "\n".join([f"def {function.name}({ast.unparse(arguments)}):", *body])
