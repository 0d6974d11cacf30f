"""The text of functions of this program that come along in exported code, so that they are written once."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Collection, Iterable
from types import ModuleType


def sources(module: ModuleType, wanted: Collection[str], without: Collection[str] = ()) -> list[str]:
    """What of a module is wanted and all of it that this needs, but for ``without``: functions, classes and constants
    as they are written, in the order in which they stand there."""
    text = inspect.getsource(module)
    known = {name: each for each in ast.parse(text).body for name in _defined(each)}
    needed: set[str] = set()
    waiting = list(wanted)
    while waiting:
        if (name := waiting.pop()) not in needed:
            needed.add(name)
            used = {each.id for each in ast.walk(known[name]) if isinstance(each, ast.Name)}
            waiting += used & known.keys() - set(without)
    return [
        "\n".join(text.splitlines()[_first(each) - 1 : each.end_lineno])
        for name, each in known.items()
        if name in needed
    ]


def _defined(statement: ast.stmt) -> list[str]:
    match statement:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.Assign(targets=[ast.Name(id=name)]):
            return [name]
    return []


def _first(statement: ast.stmt) -> int:
    """The line in which it begins."""
    decorators = statement.decorator_list if isinstance(statement, ast.FunctionDef | ast.ClassDef) else []
    return min([statement.lineno, *(each.lineno for each in decorators)])


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
