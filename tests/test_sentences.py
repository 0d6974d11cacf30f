"""Errors, undo steps and layers say what they say as a template with values: held over the syntax trees of all."""

from __future__ import annotations

import ast
import itertools
import re
import string
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

import cnnstudio
from cnnstudio.data.dataset import DataError
from cnnstudio.nn.telling.phrases import Phrases, amount
from cnnstudio.nn.telling.told import Sentence, worded
from tests.kept import kept
from tests.test_wording import TABLES, is_prose, nodes_of, parsed

pytestmark = pytest.mark.slow  # whichever comes first takes all sources apart

PACKAGE = Path(cnnstudio.__file__).parent
SOURCES = sorted(PACKAGE.rglob("*.py"))
#: who says something, and at which place its template stands
SPEAKERS = {
    "Sentence": 0, "Background": 0, "edit": 0, "change_weights": 0, "refuse": 0, "_refuse": 1, "_unreadable": 1,
}  # fmt: skip
#: errors whose template does not come first
PLACES = {"ChoiceError": 1, "FileFormatError": 2}
#: where nothing is put into words: all below the window and the command line
BELOW = (
    "data", "design", "exchange", "export", "files", "lessons", "nn", "project", "runs", "worker", "model.py",
    "opening.py", "resources.py",
)  # fmt: skip
#: words in a text that is put together
WORDS = re.compile(r"[A-Za-z]{3,}[,;:.]? |[ (][A-Za-z]{2,}")
#: texts that are read by programs or by whoever writes one, or numbers with their units
NO_WORDS = {
    "design/edits/stacking.py": "tells programmers how a layer is written in Python",
    "exchange/c/": "C",
    "exchange/code/": "Python",
    "exchange/keras/": "Python",
    "exchange/numpy/": "Python",
    "exchange/torch/": "Python",
    "export/notebook.py": "HTML",
    "export/svg.py": "SVG",
    "nn/network/": "names of buffers",
    "nn/telling/phrases.py": "puts numbers into words, for all",
    "nn/settings.py": "documents settings in Python",
}
#: finished sentences that are right as they are
ALONE = {
    "data/arrays/from_arrays.py": "the title of data that somebody gives in a notebook",
    "exchange/c/": "C",
    "exchange/code/framework.py": "Python",
    "exchange/code/keyed.py": "Python",
    "exchange/code/schedule.py": "Python",
    "exchange/keras/": "Python",
    "exchange/numpy/": "Python",
    "exchange/onnx/exporting.py": "for programs that read the metadata of a model",
    "exchange/onnx/kinds.py": "names what is within a model",
    "exchange/onnx/writing.py": "the name of the program",
    "exchange/torch/": "Python",
    "export/svg.py": "SVG",
    "files/plain.py": "stands where the system's own words for an error do",
    "lessons/lesson.py": "documents the numbers of views for whoever writes a lesson",
    "nn/graph/layer.py": "the titles of the categories of layers",
    "nn/layers/convolution/_sliding.py": "describes settings",
    "nn/network/team.py": "Python",
}
#: methods of these names that say nothing to people
OTHERS = {("edit", "view"), ("refuse", "row"), ("refuse", "rows")}
#: what people count here; a number before one of them chooses its form
NOUNS = (
    "arrays|batches|branches|bytes|cells|channels|characters|classes|columns|copies|designs|entries|epochs|examples|"
    "files|filters|frames|gradients|groups|images|inputs|labels|layers|lessons|lines|maps|members|notes|numbers|outputs|"
    "parameters|parts|patterns|pictures|pixels|positions|probabilities|problems|products|rows|seconds|settings|steps|"
    "tasks|threads|times|units|weights|windows|wires|words"
)
PLURAL = re.compile(rf"^ (?!holds? |lays |of |million )(?:[a-z]+ )?(?:{NOUNS})\b(?!/)")


@kept
def error_kinds() -> frozenset[str]:
    """The classes of errors that people read, by name."""
    bases = {
        node.name: {ast.unparse(base) for base in node.bases}
        for path in SOURCES
        for node in nodes_of(parsed(path))
        if isinstance(node, ast.ClassDef)
    }
    found = {"WordedError"}
    while more := {name for name, of in bases.items() if of & found} - found:
        found |= more
    return frozenset(found - {"PictureError", "ShapeError"})  # which are told by a code


@kept
def _named(tree: ast.AST) -> dict[int, dict[str, ast.expr]]:
    """What names stand for in the function that a call is in; one that stands for several texts for one or another."""
    found: dict[int, dict[str, ast.expr]] = defaultdict(dict)
    for function in nodes_of(tree):  # those within others come after them
        if not isinstance(function, ast.FunctionDef):
            continue
        values: dict[str, ast.expr] = {}
        for node in nodes_of(function):
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    known = values.get(name)
                    values[name] = ast.IfExp(ast.Constant(True), known, value) if known is not None else value
                case ast.AugAssign(target=ast.Name(id=name) as target, op=op, value=value):
                    values[name] = ast.BinOp(target, op, value)
        for node in nodes_of(function):
            if isinstance(node, ast.Call):
                found[id(node)] |= values
    return found


@kept
def said(tree: ast.AST) -> tuple[tuple[ast.Call, ast.expr], ...]:
    """Every call that says something to people, with the argument that is its template, or what it is a name of."""
    return tuple(_said(tree))


def _said(tree: ast.AST) -> Iterator[tuple[ast.Call, ast.expr]]:
    named = _named(tree)
    for node in nodes_of(tree):
        if not isinstance(node, ast.Call):
            continue
        match node.func:
            case ast.Name(id=name):
                whose = ""
            case ast.Attribute(attr=name, value=ast.Name(id=whose) | ast.Attribute(attr=whose)):
                pass
            case ast.Attribute(attr=name):
                whose = ""
            case _:
                continue
        place = PLACES.get(name, 0) if name in error_kinds() else SPEAKERS.get(name)
        if place is not None and (name, whose) not in OTHERS and len(node.args) > place:
            template = node.args[place]
            yield node, named[id(node)].get(template.id, template) if isinstance(template, ast.Name) else template


def is_put_together(found: ast.expr) -> bool:
    """Whether a text is made of pieces, so that nobody could look it up to translate it."""
    match found:
        case ast.JoinedStr() | ast.BinOp(op=ast.Add() | ast.Mod()):
            return True
        case ast.Call(func=ast.Attribute(attr="format" | "join" | "replace")) | ast.Call(func=ast.Name(id="str")):
            return True
        case ast.IfExp(body=one, orelse=other):
            return is_put_together(one) or is_put_together(other)
        case ast.BoolOp(values=parts):
            return any(map(is_put_together, parts))
    return False


def templates_of(found: ast.expr) -> Iterator[str]:
    """The templates that an expression can be."""
    match found:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=one, orelse=other):
            yield from templates_of(one)
            yield from templates_of(other)


def places_of(template: str) -> dict[str, str]:
    """The names that a template has places for, with how each is written."""
    return {name: spec or "" for _, name, spec, _ in string.Formatter().parse(template) if name is not None}


def all_templates() -> Iterator[tuple[str, str]]:
    """Every template of the program, with where it stands."""
    for path in SOURCES:
        for call, found in said(parsed(path)):
            for template in templates_of(found):
                yield template, f"{path.relative_to(PACKAGE)}:{call.lineno}"
    for table in TABLES:
        for code, entry in table.items():
            for phrase in entry[:2] if isinstance(entry, tuple) else (entry,):
                if isinstance(phrase, str):
                    yield phrase, code


def test_what_is_said_is_a_template_with_its_values() -> None:
    assert {"DataError", "EditRefused", "FileFormatError", "GraphError", "JobFailed"} <= error_kinds()
    found = [
        f"{path.relative_to(PACKAGE)}:{call.lineno}: {ast.unparse(text)[:90]}"
        for path in SOURCES
        for call, text in said(parsed(path))
        if is_put_together(text)
    ]
    assert not found, "give a template and its values, such as (“{name} is missing”, name=name):\n" + "\n".join(found)


@pytest.mark.parametrize(
    "spoilt",
    [
        "raise DataError(f'{path} is empty.')",
        "raise DataError('The file ' + name)",
        "raise DataError('%s is empty.' % name)",
        "raise DataError('{} is empty.'.format(name))",
        "raise DataError(str(error))",
        "raise ChoiceError('split', f'{name} is missing.')",
        "raise FileFormatError(name, '', f'It has {size} bytes.')",
        "found.refuse(f'{name} is missing.')",
        "document.edit(f'Delete {name}', design)",
        "document.edit('Lock ' + name if locked else f'Unlock {name}', design)",
        "def f(n):\n    text = f'Delete {n}'\n    return Sentence(text)",
        "def f(n):\n    text = 'Delete {n}'\n    text += ' and more'\n    return Sentence(text, n=n)",
    ],
)
def test_the_check_notices(spoilt: str) -> None:
    assert any(is_put_together(text) for _, text in said(ast.parse(spoilt)))


def words_made(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Texts with words in them that are put together where no edge is, except in Python's own errors, which are bugs,
    and in what a value is called in a console."""
    bugs = {
        id(inner)
        for node in nodes_of(tree)
        if isinstance(node, ast.Raise | ast.Assert)
        or (isinstance(node, ast.FunctionDef) and node.name in ("__repr__", "__init_subclass__"))
        for inner in ast.walk(node)
    }
    for node in nodes_of(tree):
        if isinstance(node, ast.JoinedStr) and id(node) not in bugs:
            texts = [str(part.value) for part in node.values if isinstance(part, ast.Constant)]
            if any(WORDS.search(text) for text in texts):
                yield node.lineno, ast.unparse(node)


def test_no_words_are_put_together_below_the_edge() -> None:
    found = [
        f"{file}:{line}: {code[:90]}"
        for file, tree in below_the_edge()
        if not file.startswith(tuple(NO_WORDS))
        for line, code in words_made(tree)
    ]
    assert not found, "give a Sentence with its values, or a code:\n" + "\n".join(found)


def words_alone(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Finished sentences, or pieces of some, that no template of an error or a sentence is, and that describe nothing:
    not settings and not classes."""
    left: set[int] = set()
    for node in nodes_of(tree):
        match node:
            case ast.Raise() | ast.Assert() | ast.JoinedStr() | ast.Expr(value=ast.Constant()):
                inner: list[ast.AST] = [node]
            case ast.FunctionDef(name="__repr__" | "__init_subclass__") | ast.keyword(arg="sentence" | "title"):
                inner = [node]
            case ast.Call(func=ast.Name(id="Sentence" | "draws" | "keyed" | "setting" | "told" | "_setting")):
                inner = [node]
            case ast.Call(func=ast.Attribute(value=ast.Name(id="_log"))):
                inner = [node]
            case ast.ClassDef(body=body):
                inner = [item for item in body if isinstance(item, ast.Assign | ast.AnnAssign)]
            case ast.arguments(defaults=defaults):
                inner = [*defaults]
            case _:
                continue
        left |= {id(each) for outer in inner for each in ast.walk(outer)}
    for call, template in said(tree):
        left |= {id(each) for outer in (call, template) for each in ast.walk(outer)}
    for node in nodes_of(tree):
        if isinstance(node, ast.Constant) and id(node) not in left and is_prose(node) and WORDS.search(node.value):
            yield node.lineno, node.value


def below_the_edge() -> Iterator[tuple[str, ast.Module]]:
    for path in SOURCES:
        inside = path.relative_to(PACKAGE)
        if inside.parts[0] in BELOW and "wording" not in inside.with_suffix("").parts:
            yield inside.as_posix(), parsed(path)


def test_no_finished_sentence_lies_below_the_edge() -> None:
    found = [
        f"{file}:{line}: {words[:90]}"
        for file, tree in below_the_edge()
        if not file.startswith(tuple(ALONE))
        for line, words in words_alone(tree)
    ]
    assert not found, "give a Sentence, or a code:\n" + "\n".join(found)


@pytest.mark.parametrize("place", ALONE)
def test_where_a_finished_sentence_is_right_there_still_is_one(place: str) -> None:
    assert any(list(words_alone(tree)) for file, tree in below_the_edge() if file.startswith(place))


@pytest.mark.parametrize(
    "spoilt",
    [
        "def why(file):\n    return 'It is no picture.'",
        "left_out.append(LeftOut(file.path, 'It lies in no folder of a class.'))",
        "return assembled(path, 'arrays in an .npz', parts)",
        "REMEDY = 'Choose another file.'",
        "write(events, Failed('There is not enough memory.'))",
        "names = {'a': 'a folder for each class'}",
    ],
)
def test_the_check_of_finished_sentences_notices(spoilt: str) -> None:
    assert list(words_alone(ast.parse(spoilt)))


@pytest.mark.parametrize("place", NO_WORDS)
def test_where_texts_are_no_words_for_people_there_still_are_such(place: str) -> None:
    paths = [path for path in SOURCES if path.relative_to(PACKAGE).as_posix().startswith(place)]
    assert any(list(words_made(parsed(path))) for path in paths)


@pytest.mark.parametrize(
    "spoilt",
    [
        "LedgerPart(f'All {count} numbers are added up.', steps)",
        "Step('', f'Σ of {count} products', total)",
        "rule = f'row {row + 1}, the same map'",
        "return f'there is no {title} yet'",
        "name = f'filter {number + 1}'",
    ],
)
def test_the_check_of_words_notices(spoilt: str) -> None:
    assert list(words_made(ast.parse(spoilt)))


def test_every_place_of_a_template_gets_its_value() -> None:
    seen = 0
    for path in SOURCES:
        for call, found in said(parsed(path)):
            given = {keyword.arg for keyword in call.keywords}
            for template in templates_of(found):
                wanted = {name.split(".")[0] for name in places_of(template)}
                assert None in given or wanted <= given, f"{path.relative_to(PACKAGE)}:{call.lineno}: {template}"
                seen += 1
    assert seen > 400


def test_numbers_choose_the_form_of_their_nouns() -> None:
    """Each template with every counted place at 0, 1 and 2."""
    seen = 0
    for template, where in all_templates():
        for name, spec in places_of(template).items():
            if "|" not in spec:
                continue
            seen += 1
            for number in (0, 1, 2):
                words = Phrases().said("{n:" + spec + "}", {"n": number})
                assert "#" not in words and "|" not in words, where
                wrong = rf"^(?:1 (?:{NOUNS})|[02] (?:{'|'.join(noun[:-1] for noun in NOUNS.split('|'))}))\b"
                assert not re.search(wrong, words), f"{where}: “{words}”"
            assert name
    assert seen > 60


def _uncounted(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Where a number that may be 1 stands before a noun in the plural, in f-strings and templates."""
    for node in nodes_of(tree):
        if isinstance(node, ast.JoinedStr):
            for number, text in zip(node.values, node.values[1:], strict=False):
                if isinstance(number, ast.FormattedValue) and isinstance(text, ast.Constant):
                    code = ast.unparse(number.value)
                    if PLURAL.match(str(text.value)) and not _is_never_one(code):
                        yield node.lineno, f"{{{code}}}{str(text.value)[:30]}"
    for call, found in said(tree):
        values = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
        for template in templates_of(found):
            parts = list(string.Formatter().parse(template))
            for (_, name, spec, _), (text, *_) in itertools.pairwise(parts):
                if (
                    name not in (None, "most", "longest")
                    and "|" not in (spec or "")
                    and PLURAL.match(text)
                    and not _is_never_one(values.get(name, ""))
                ):
                    yield call.lineno, f"{{{name}}}{text[:30]}"


def _is_never_one(code: str) -> bool:
    """A constant of the program, a text, or the last of several sides."""
    return bool(re.search(r"\b_?[A-Z]{2}[A-Z_]*\b|amount\(|shape_text|\.title|\.name\b|_text\(", code))


#: texts of several sides, such as 5×5×3, by file
NEVER_ONE = {
    "lessons/questions/parameters.py": "read",
    "ui/explain/around/side.py": "read",
    "ui/panels/evaluation/drawing_card.py": "small",
}


def test_no_noun_is_in_the_plural_after_a_number_that_may_be_one() -> None:
    found = [
        f"{path.relative_to(PACKAGE)}:{line}: {code}"
        for path in SOURCES
        for line, code in _uncounted(parsed(path))
        if not code.startswith(f"{{{NEVER_ONE.get(path.relative_to(PACKAGE).as_posix())}}}")
    ]
    assert not found, "say {count:# row|# rows}, or amount(count, 'row'):\n" + "\n".join(found)


def test_the_edges_ask_for_the_words_of_errors() -> None:
    """What Python's own errors say, and bugs, are no sentences of ours."""
    own = {"ui/start/display.py", "ui/telling/notices.py", "worker/failures.py"}
    found = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in SOURCES
        if path.relative_to(PACKAGE).parts[0] in ("ui", "cli", "worker")
        and path.relative_to(PACKAGE).as_posix() not in own
        for node in nodes_of(parsed(path))
        if (isinstance(node, ast.FormattedValue) and ast.unparse(node.value) in ("error", "refusal"))
        or (isinstance(node, ast.Call) and ast.unparse(node) in ("str(error)", "str(refusal)"))
    ]
    assert not found, "ask worded(error)"


@pytest.mark.parametrize("file", NEVER_ONE)
def test_what_is_never_one_is_still_there(file: str) -> None:
    assert any(code.startswith(f"{{{NEVER_ONE[file]}}}") for _, code in _uncounted(parsed(PACKAGE / file)))


@pytest.mark.parametrize(
    "spoilt",
    [
        "label(f'{len(classes)} classes')",
        "label(f'{thousands(count)} test images')",
        "raise DataError('{path} has {size:thousands} bytes.', path=path, size=size)",
    ],
)
def test_the_check_of_plurals_notices(spoilt: str) -> None:
    assert list(_uncounted(ast.parse(spoilt)))


@pytest.mark.parametrize(
    ("template", "values", "words"),
    [
        ("{count:# class|# classes}", {"count": 1}, "1 class"),
        ("{count:# class|# classes}", {"count": 0}, "0 classes"),
        ("{count:# class|# classes}", {"count": 61706}, "61\u202f706 classes"),
        ("{count:# file was|# files were} left out", {"count": 1234}, "1\u202f234 files were left out"),
        ("{low:thousands} to {high:thousands}", {"low": -5000, "high": 5000}, "−5\u202f000 to 5\u202f000"),
        ("The last {count:column is|# columns are} unread", {"count": 1}, "The last column is unread"),
        ("{shape:# byte|# bytes}", {"shape": (60000, 28, 28)}, "60\u202f000 × 28 × 28 bytes"),
        ("{shape:# number|# numbers}", {"shape": ()}, "1 number"),
        ("{shape:×# cell|# cells}", {"shape": (1, 1, 1)}, "1×1×1 cell"),
        ("{low:g} to {high:.0%}", {"low": -1.5, "high": 0.5}, "−1.5 to 50\u202f%"),
        ("{names:listed}; {names:commas}", {"names": ("a", "b", "c")}, "a, b and c; a, b, c"),
        ("{{…}} {why}", {"why": Sentence("{n:# row|# rows}", n=2)}, "{…} 2 rows"),
    ],
)
def test_values_are_written_as_their_places_ask(template: str, values: dict[str, object], words: str) -> None:
    assert str(Sentence(template, **values)) == words  # type: ignore[arg-type]


def test_an_error_within_another_leaves_its_sentence() -> None:
    inner = DataError("{file} has {count:# byte|# bytes}", file="a.idx", count=1)
    outer = DataError("{source}: {error}.", source="mnist", error=inner)
    assert worded(outer) == str(outer) == "mnist: a.idx has 1 byte."
    assert dict(outer.sentence.values)["error"] == inner.sentence
    assert outer.sentence == DataError("{source}: {error}.", source="mnist", error=inner).sentence


def test_names_with_braces_are_left_as_they_are() -> None:
    assert worded(DataError("{name} is empty.", name="{count:thousands}.csv")) == "{count:thousands}.csv is empty."


def test_amounts() -> None:
    assert [amount(n, "layer") for n in (0, 1, 2)] == ["0 layers", "1 layer", "2 layers"]
    assert amount(2, "piece of advice", "pieces of advice") == "2 pieces of advice"
