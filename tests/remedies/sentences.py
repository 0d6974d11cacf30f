"""Which sentences of the program advise something, found in its source, and what one looks like once it is said."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.kept import kept
from tests.test_sentences import PACKAGE, PLACES, SOURCES, said, templates_of
from tests.test_wording import nodes_of, parsed

#: what refuses or warns, and never only in the window
AREAS = ("cli", "data", "design", "exchange", "export", "files", "nn", "project", "runs", "model.py", "opening.py")
#: what these say explains what layers do, and refuses nothing
EXPLAINING = ("nn/explaining/", "nn/layers/")
#: where the remedy of a file's error stands among its arguments
REMEDY_PLACE = {"FileFormatError": 3, "PictureError": 2, "refuse": 1}
#: what misfits of layers say is put into words here
WORDS_OF_MISFITS = ("nn/telling/wording/misfits.py",)
#: verbs that ask somebody to do something, at the beginning of a sentence or of its last part
VERBS = (
    "add|ask|begin|build|check|choose|clear|close|connect|convert|copy|correct|create|delete|divide|download|draw|export|fetch|"
    "first|fit|free|give|insert|install|keep|leave|let|load|lower|make|mend|merge|move|name|open|pack|place|put|raise|"
    "place|read|remove|rename|replace|reset|restore|run|save|say|see|select|set|split|start|take|train|try|turn|undo|unlock|unpack|"
    "update|use|wait|write"
)
_ADVICE = re.compile(rf"(?:^|[.;:,…] |\b(?:or|and|Or) )(?:{VERBS})\b(?! once)", re.IGNORECASE)


@kept
def constants(path: Path) -> dict[str, str]:
    """Texts that have a name of their own in a module, or in one it takes them from: “RESTORE”, “_CHOOSE”."""
    found: dict[str, str] = {}
    for node in parsed(path).body:
        match node:
            case ast.ImportFrom(module=str(module), names=names):
                source = PACKAGE.parent / (module.replace(".", "/") + ".py")
                theirs = constants(source) if source.is_file() and source.is_relative_to(PACKAGE) else {}
                found |= {each.name: theirs[each.name] for each in names if each.name in theirs}
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(text))):
                found[name] = text
    return found


def _texts(found: ast.expr, names: dict[str, str]) -> Iterator[str]:
    match found:
        case ast.Name(id=name) if name in names:
            yield names[name]
        case ast.JoinedStr(values=parts):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in parts)
        case _:
            yield from templates_of(found)


def advising() -> dict[str, str]:
    """Every template that advises something, with the module that it stands in."""
    found: dict[str, str] = {}
    for path in SOURCES:
        where = path.relative_to(PACKAGE).as_posix()
        if not where.startswith(AREAS) or where.startswith(EXPLAINING):
            continue
        told: list[ast.expr] = [text for call, text in said(parsed(path)) if _is_told(call)]
        for node in nodes_of(parsed(path)):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                place = REMEDY_PLACE.get(name, 0 if name == "Refused" else None)
                if place is not None and len(node.args) > place:
                    told.append(node.args[place])
        if where in WORDS_OF_MISFITS:
            told += [node for node in nodes_of(parsed(path)) if isinstance(node, ast.JoinedStr | ast.Constant)]
        for text in told:
            for template in _texts(text, constants(path)):
                if _ADVICE.search(_words(template)):
                    found.setdefault(template, where)
    return found


def _is_told(call: ast.Call) -> bool:
    """Undo steps tell what was done, and what layers say of themselves is no advice."""
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    return name in PLACES or name.endswith(("Error", "Refused", "refuse", "_unreadable")) or name == "Sentence"


def _words(template: str) -> str:
    """A template without its places."""
    return "".join(text + ("…" if name is not None else "") for text, name, *_ in string.Formatter().parse(template))


def is_said(template: str, words: str) -> bool:
    """Whether words hold this template, whatever stands in its places."""
    parts: list[str] = []
    for text, name, _, _ in string.Formatter().parse(template):
        parts += [re.escape(text), ".*?" if name is not None else ""]
    return re.search("".join(parts), words, re.DOTALL) is not None


def words_of(do: Any, *given: Any) -> str:
    """What is said when something is done: the error's words, or what it answers where that is a text; "" where
    nothing is wrong."""
    from cnnstudio.nn.telling.told import WordedError, worded

    try:
        answer = do(*given)
    except WordedError as error:
        return worded(error)
    return answer if isinstance(answer, str) else ""
