"""What is told is data, and its words are for people alone: held over the syntax trees of the whole program."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import cnnstudio
from cnnstudio.data.wording.found import LAYOUTS
from cnnstudio.data.wording.found import REMARKS as DATA_REMARKS
from cnnstudio.data.wording.left_out import LEFT_OUT
from cnnstudio.design.problems.kind import problem_kinds
from cnnstudio.design.wording.problems import PROBLEMS
from cnnstudio.design.wording.repairs import MEANINGS, REPAIRS
from cnnstudio.nn.telling.phrases import Phrase
from cnnstudio.nn.telling.wording.misfits import MISFITS, NO_ANSWER
from cnnstudio.nn.telling.wording.reasons import QUESTIONS, REMARKS
from cnnstudio.resources import resource
from cnnstudio.runs.verdicts.wording import VERDICTS
from cnnstudio.worker.wording import JOBS
from tests.kept import kept

pytestmark = pytest.mark.slow  # whichever comes first takes all sources apart

PACKAGE = Path(cnnstudio.__file__).parent
SOURCES = sorted(PACKAGE.rglob("*.py"))
TABLES = (
    PROBLEMS, REPAIRS, MEANINGS, MISFITS, NO_ANSWER, QUESTIONS, REMARKS, VERDICTS, JOBS, LAYOUTS, DATA_REMARKS,
    LEFT_OUT,
)  # fmt: skip

#: what is read to people: attributes, what widgets show, and the names it usually has
SHOWN = {
    "title", "sentence", "sentences", "question", "remark", "caption", "heading", "tip", "words", "said", "told",
    "label", "reason", "remedy", "notice", "refusal", "failure", "trouble", "complaint", "why",
}  # fmt: skip
WIDGETS = {"text", "toolTip", "windowTitle", "accessibleName", "accessibleDescription", "statusTip", "undoText"}
#: ways to look into a text
LOOKS = {
    "startswith", "endswith", "partition", "rpartition", "split", "rsplit", "find", "rfind", "index", "count",
    "removeprefix", "removesuffix",
}  # fmt: skip
#: whose text is no sentence of ours, or is taken apart only to be drawn: file → why
ALLOWED = {
    "worker/guard.py": "reads the names of Qt's methods",
    "ui/start/display.py": "reads what Qt complains of; there is no code for it",
}


@kept
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@kept
def nodes_of(tree: ast.AST) -> tuple[ast.AST, ...]:
    """All of a tree, those within others after them; walking is slow, and is done once."""
    return tuple(ast.walk(tree))


def is_shown(found: ast.expr) -> bool:
    """Whether an expression is text made for people, as far as its form tells."""
    match found:
        case ast.JoinedStr(values=parts):
            return any(isinstance(part, ast.Constant) and " " in str(part.value) for part in parts)
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name in SHOWN
        case ast.Call(func=ast.Attribute(attr=name), args=[]):
            return name in WIDGETS
        case ast.Call(func=ast.Name(id="worded")):
            return True
        case ast.Call(func=ast.Name(id="str"), args=[ast.Name(id="error" | "refusal" | "failure")]):
            return True
        case ast.Call(func=ast.Attribute(value=inner, attr="lower" | "casefold" | "strip" | "capitalize")):
            return is_shown(inner)
        case ast.BoolOp(values=parts):
            return any(is_shown(part) for part in parts)
    return False


def is_prose(found: ast.expr) -> bool:
    """A constant with the beginning of a sentence, or several words of one, in it."""
    if not isinstance(found, ast.Constant) or not isinstance(found.value, str):
        return False
    words = found.value.split()
    return len(words) > 1 and (found.value[0].isupper() or len(words) > 2)


def readings(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Where code looks into text made for people, or takes words out of it."""
    for node in nodes_of(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=text, attr=look), args=args) if (
                look in LOOKS and args and is_shown(text)
            ):
                yield node.lineno, ast.unparse(node)
            case ast.Call(func=ast.Attribute(attr="startswith" | "endswith"), args=[start]) if is_prose(
                start
            ) or _is_capitalised(start):
                yield node.lineno, ast.unparse(node)
            case ast.Call(func=ast.Attribute(attr="replace"), args=[ast.Constant(value=str(old)) as first, _]) if (
                old[:1].isspace() and any(letter.isalpha() for letter in old)
            ) or is_prose(first):
                yield node.lineno, ast.unparse(node)
            case ast.Compare(
                left=ast.Attribute() as left, ops=[ast.Eq() | ast.NotEq()], comparators=[ast.Name(id=name)]
            ) if is_shown(left) and name.isupper():
                yield node.lineno, ast.unparse(node)
            case ast.Call(func=ast.Attribute(value=ast.Name(id="re")), args=[_, text, *_]) if is_shown(text):
                yield node.lineno, ast.unparse(node)
            case ast.Compare(left=left, ops=[ast.In() | ast.NotIn()], comparators=[right]) if (
                is_shown(right) or is_prose(left)
            ) and not isinstance(right, ast.Tuple | ast.Set):
                yield node.lineno, ast.unparse(node)
            case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq()], comparators=[right]) if (
                is_prose(left) or is_prose(right) or (is_shown(left) and _is_word(right))
            ):
                yield node.lineno, ast.unparse(node)


def _is_capitalised(found: ast.expr) -> bool:
    """A word as it begins a sentence."""
    if not isinstance(found, ast.Constant) or not isinstance(found.value, str):
        return False
    return found.value.isalpha() and found.value == found.value.capitalize() and len(found.value) > 3


def _is_word(found: ast.expr) -> bool:
    return isinstance(found, ast.Constant) and isinstance(found.value, str) and bool(found.value)


def test_no_code_branches_on_text_made_for_people() -> None:
    found = [
        f"{path.relative_to(PACKAGE)}:{line}: {code}"
        for path in SOURCES
        if path.relative_to(PACKAGE).as_posix() not in ALLOWED
        for line, code in readings(parsed(path))
    ]
    assert not found, "decide by the code and values of what is told:\n" + "\n".join(found)


@pytest.mark.parametrize("file", ALLOWED)
def test_what_is_allowed_is_still_needed(file: str) -> None:
    assert list(readings(parsed(PACKAGE / file)))


@pytest.mark.parametrize(
    "spoilt",
    [
        "way = repair.title.rpartition(' → ')[0]",
        "if reason.question.startswith('Why'): pass",
        "shown = 'Too large' in error.title",
        "done = error.title == 'Too large to compute'",
        "brief = anew(changes).replace(' start anew', ' anew')",
        "icon = 'link' if words.startswith('Connect') else 'close'",
        "wrong = self._what.startswith('Mistakes')",
        "busy = button.text() == 'Pause'",
        "known = re.match('Repeat', action.text())",
        "missing = 'Softmax layer' in str(error)",
        "again = worded(error).startswith('There is not enough')",
        "if error.remedy != RESTORE: raise",
        "brief = text.replace('Input volume', 'Input')",
        "told = each.reason.removesuffix('.')",
    ],
)
def test_the_check_notices(spoilt: str) -> None:
    assert list(readings(ast.parse(spoilt)))


#: how Python's own formats set thousands apart, behind the sign and the width
GROUPED = re.compile(r"(?:.?[<>=^])?[ +-]?z?#?0?\d*[,_n](?:\.\d+)?[a-z%]?|[,_].*", re.DOTALL)
#: a number with a comma between its thousands, alone or in words
COMMAS = re.compile(r"(?<![\d,.])[1-9]\d{0,2}(?:,\d{3})+(?![\d,])")
#: what has such numbers in it that nobody reads
STROKES = "data/drawn/skeletons.py"


def groupings(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Where numbers get something else between their thousands than ``thousands`` puts there."""
    comments = {
        id(node.body[0].value)
        for node in nodes_of(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and isinstance(node.body[0], ast.Expr)
    }
    for node in nodes_of(tree):
        specs: list[str] = []
        match node:
            case ast.FormattedValue(format_spec=ast.JoinedStr() as spec):
                specs = ["".join(str(part.value) for part in spec.values if isinstance(part, ast.Constant))]
            case ast.Call(func=ast.Name(id="format"), args=[_, ast.Constant(value=str(text))]):
                specs = [text]
            case ast.Constant(value=str(text)) if id(node) not in comments:
                specs = _specs(text)
                if COMMAS.search(text):
                    yield node.lineno, text
        if any(GROUPED.fullmatch(spec) for spec in specs):
            yield node.lineno, ast.unparse(node)


def _specs(text: str) -> list[str]:
    """How the places of a template say that their values are written; [] for what is none."""
    if "{" not in text:
        return []
    try:
        return [spec or "" for _, name, spec, _ in string.Formatter().parse(text) if name is not None]
    except ValueError:
        return []


def test_thousands_are_set_apart_in_one_way() -> None:
    found = [
        f"{where}:{line}: {code}"
        for path in SOURCES
        if (where := path.relative_to(PACKAGE).as_posix()) != STROKES
        for line, code in groupings(parsed(path))
    ]
    assert [code for code in found if not code.startswith("nn/arrays.py")] == [], "use thousands()"
    assert len(found) == 1
    lessons = [path for path in resource("lessons").rglob("*.json") if COMMAS.search(path.read_text(encoding="utf-8"))]
    assert lessons == []


@pytest.mark.parametrize(
    "spoilt",
    [
        "label(f'{count:,} images')",
        "label(f'{count:>9,} images')",
        "label(f'{share:,.1f} of them')",
        "label(f'{count:_}')",
        "label(format(count, ','))",
        "label('{:,}'.format(count))",
        "raise DataError('{path} has {size:,} bytes.', path=path, size=size)",
        "raise DataError('{path} has {size:,# byte|# bytes}.', path=path, size=size)",
        "raise DataError('{path} has more than 65,535 bytes.', path=path)",
    ],
)
def test_what_sets_thousands_apart_in_another_way_is_noticed(spoilt: str) -> None:
    assert list(groupings(ast.parse(spoilt)))


@pytest.mark.parametrize(
    "fine",
    ["label(f'{count:thousands}')", "said('{n:# row, it is|# rows, they are}', n=n)", "x[:, 0]", "label('28, 300')"],
)
def test_what_sets_nothing_apart_is_not(fine: str) -> None:
    assert not list(groupings(ast.parse(fine)))


def _places(phrase: Phrase) -> set[str]:
    """The values that a phrase has places for."""
    if not isinstance(phrase, str):
        return set()
    return {name.split(".")[0] for _, name, _, _ in string.Formatter().parse(phrase) if name}


def _told_in(tree: ast.Module) -> Iterator[tuple[str, set[str], bool]]:
    """Every code that is told, with the names of its values, and whether these are all."""
    for node in nodes_of(tree):
        match node:
            case ast.Call(func=ast.Name(id="told" | "ShapeError"), args=[ast.Constant(value=str(code))]):
                given = {keyword.arg for keyword in node.keywords if keyword.arg}
                yield code, given, all(keyword.arg for keyword in node.keywords)
            case ast.ClassDef():
                codes = [
                    item.value.value
                    for item in node.body
                    if isinstance(item, ast.AnnAssign) and isinstance(item.value, ast.Constant)
                    and isinstance(item.target, ast.Name) and item.target.id == "code"
                ]  # fmt: skip
                for call in ast.walk(node) if codes else ():
                    match call:
                        case ast.Call(func=ast.Attribute(value=ast.Name(id="self"), attr="problem")):
                            yield codes[0], {keyword.arg or "" for keyword in call.keywords} | {"node"}, True


def test_whatever_is_told_has_words_for_the_values_it_comes_with() -> None:
    seen = 0
    for path in SOURCES:
        for code, given, whole in _told_in(parsed(path)):
            entries = [table[code] for table in TABLES if code in table]
            assert entries or code in ("wire-fitted", "change-and-pad"), f"{path.name}: no words for “{code}”"
            for entry in entries:
                for phrase in entry[:2] if isinstance(entry, tuple) else (entry,):
                    assert not whole or _places(phrase) <= given | {"node"}, f"{path.name}: “{code}” lacks values"
            seen += 1
    assert seen > 120
    assert (
        set(problem_kinds()) - {"channels", "merge", "flattened", "padding", "groups", "shape", "window"}
        <= PROBLEMS.keys()
    )


def test_jobs_are_submitted_with_data() -> None:
    """The window's code is not type-checked everywhere, and a title in words would end its worker."""
    for path in SOURCES:
        for node in nodes_of(parsed(path)):
            match node:
                case ast.Call(func=ast.Attribute(attr="submit"), args=[ast.JoinedStr() | ast.Constant(), *_]):
                    pytest.fail(f"{path.relative_to(PACKAGE)}:{node.lineno}")


def test_no_words_are_left_over() -> None:
    inside = [path.relative_to(PACKAGE).with_suffix("").parts for path in SOURCES]
    outside = [parsed(path) for path, parts in zip(SOURCES, inside, strict=True) if "wording" not in parts]
    used = {node.value for tree in outside for node in nodes_of(tree) if isinstance(node, ast.Constant)}
    codes = {code for table in TABLES for code in table}
    assert {code for code in codes - used if not code.startswith("reads-all-by-")} == set()


def test_numbers_are_set_apart_by_one_space_at_which_no_line_ends() -> None:
    """A thin space looks the same, and a line may end at it: then a number is torn from its unit, or in two."""
    thin = ("\u2009", "\\u2009")
    for path in (*SOURCES, *resource("lessons").glob("*.json"), resource("glossary.json")):
        assert not any(space in path.read_text(encoding="utf-8") for space in thin), path.name
