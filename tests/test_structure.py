"""How the modules of the package know each other, and how large they and their folders are."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import grimp

PACKAGE = Path(__file__).parent.parent / "cnnstudio"

#: who imports inside a function, and why start-up needs it
LATE = {
    "cnnstudio.__main__": "chooses between the window and the command line, which knows no Qt",
    "cnnstudio.app": "the welcome and the offer to restore are made after the first paint",
    "cnnstudio.cli.main": "--help and --version need not wait for NumPy",
    "cnnstudio.data.picture": "Pillow is for those who open a picture",
    "cnnstudio.design.format.strict": "difflib is for files with a mistake in them",
    "cnnstudio.opening": "lessons are read by those who open a folder with some",
    "cnnstudio.nn.settings": "difflib is for files with a mistake in them",
    "cnnstudio.ui.learn.views.curve_view": "of all lessons' views only this one needs pyqtgraph",
    "cnnstudio.ui.panels.compare.comparing": "the sheet is made for those who compare",
    "cnnstudio.ui.shell.window": "the glossary is read when a term is asked for",
    "cnnstudio.ui.start.display": "without a display Qt must be asked carefully, not at import",
    "cnnstudio.ui.start.without_screen": "the command line asks for it only where a PDF or PNG is wanted",
    "cnnstudio.worker.guard": "loads before Qt does, and also where Qt's libraries are missing",
}

MOST_MODULES, MOST_LINES = 14, 500


def in_circles(knows: dict[str, set[str]]) -> set[str]:
    """The modules on a circle, or on a way from one circle to another: what is left after those that know nobody, or
    that nobody knows, have been taken away again and again."""
    left = {module: set(others) for module, others in knows.items()}
    while True:
        known = set().union(*left.values())
        ends = {module for module, others in left.items() if not others or module not in known}
        if not ends:
            return set(left)
        left = {module: others - ends for module, others in left.items() if module not in ends}


@cache
def import_graph() -> dict[str, set[str]]:
    """Whom each module imports anywhere in it, for types alone or inside functions too."""
    graph = grimp.build_graph("cnnstudio", cache_dir=None)
    return {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        yield ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts), path


def test_circles_are_found_and_what_hangs_on_them_is_not() -> None:
    knows = {"a": {"b"}, "b": {"c"}, "c": {"b", "d"}, "d": set(), "e": set()}
    assert in_circles(knows) == {"b", "c"}


def test_no_modules_know_each_other_in_a_circle() -> None:
    knows = import_graph()
    assert len(knows) > 500
    assert not in_circles(knows)


def test_imports_wait_only_where_start_up_needs_it() -> None:
    late = {
        module
        for module, path in modules()
        if not module.endswith(".declaration")  # it says when its part is made, and what that needs comes with it
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        and any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(function))
    }
    assert late - LATE.keys() == set(), "a late import without a reason"
    assert LATE.keys() - late == set(), "a reason without an import"


def test_folders_and_modules_can_be_read_at_a_glance() -> None:
    folders: dict[Path, int] = {}
    for _, path in modules():
        if path.name != "__init__.py":
            folders[path.parent] = folders.get(path.parent, 0) + 1
    assert {str(folder): count for folder, count in folders.items() if count > MOST_MODULES} == {}
    lines = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in modules()}
    assert {name: count for name, count in lines.items() if count > MOST_LINES} == {}
