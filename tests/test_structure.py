"""How the modules of the package know each other, and how large they and their folders are."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest

from tests.kept import kept

PACKAGE = Path(__file__).parent.parent / "cnnstudio"

#: who imports inside a function, and why start-up needs it
LATE = {
    "cnnstudio.__main__": "chooses between the window and the command line, which knows no Qt",
    "cnnstudio.app": "the welcome and the offer to restore are made after the first paint",
    "cnnstudio.cli.main": "--help and --version need not wait for NumPy",
    "cnnstudio.data.downloads.fetching": "urllib is for those who fetch something",
    "cnnstudio.data.pictures.film": "opencv is there for those who have installed it",
    "cnnstudio.data.pictures.picture": "Pillow is for those who open a picture",
    "cnnstudio.design.format.strict": "difflib is for files with a mistake in them",
    "cnnstudio.exchange.keras.archive": "pyfive is there for those who have installed it",
    "cnnstudio.exchange.curves": "tensorboardX is there for those who have installed it",
    "cnnstudio.exchange.models": "onnx and pyfive are there for those who have installed them",
    "cnnstudio.exchange.targets": "onnx is there for those who have installed it",
    "cnnstudio.exchange.onnx.judging": "onnxruntime is there for those who have installed it",
    "cnnstudio.opening": "lessons are read by those who open a folder with some",
    "cnnstudio.nn.settings": "difflib is for files with a mistake in them",
    "cnnstudio.ui.learn.views.curve_view": "of all lessons' views only this one needs pyqtgraph",
    "cnnstudio.ui.panels.compare.comparing": "the sheet is made for those who compare",
    "cnnstudio.ui.shell.files": "what files hold is asked when one is opened or saved",
    "cnnstudio.ui.shell.opening": "what lies at a path is asked when something is dropped or chosen",
    "cnnstudio.ui.shell.window": "the glossary is read when a term is asked for",
    "cnnstudio.ui.start.display": "without a display Qt must be asked carefully, not at import",
    "cnnstudio.ui.start.without_screen": "the command line asks for it only where a PDF or PNG is wanted",
    "cnnstudio.worker.guard": "loads before Qt does, and also where Qt's libraries are missing",
}

MOST_ENTRIES, MOST_LINES = 14, 500
#: folders with one entry for each storey of a stack, and how many those are
STACKS = {"cnnstudio": 17, "cnnstudio/ui": 17}

#: folders of the window that show the network: they follow what is looked at (``ui/run/looked_at.py``)
SHOWING = ("board", "canvas", "evaluate", "explain", "learn", "panels", "problems")
#: what they may ask a session: how far training is, for buttons, progress and curves
OF_SESSIONS = {"active", "begun", "beside", "log", "state", "state_changed", "status", "waits_for"}
#: wherever these are asked for, somebody decides alone whose weights are shown
NOBODYS = {"ask_snapshot", "latest", "with_newest_weights"}


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


@kept
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


@pytest.mark.slow
def test_imports_wait_only_where_start_up_needs_it() -> None:
    late = {
        module
        for module, path in modules()
        if not module.endswith(".declaration")  # it says when its part is made, and what that needs comes with it
        if re.search(r"^[ \t]+(import|from) ", text := path.read_text(encoding="utf-8"), re.MULTILINE)
        for function in ast.walk(ast.parse(text))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        and any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(function))
    }
    assert late - LATE.keys() == set(), "a late import without a reason"
    assert LATE.keys() - late == set(), "a reason without an import"


def test_folders_and_modules_can_be_read_at_a_glance() -> None:
    entries = [path.parent if path.name == "__init__.py" else path for _, path in modules()]
    folders = Counter(entry.relative_to(PACKAGE.parent).parent.as_posix() for entry in entries)
    assert {folder: n for folder, n in folders.items() if n > STACKS.get(folder, MOST_ENTRIES)} == {}
    lines = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in modules()}
    assert {name: count for name, count in lines.items() if count > MOST_LINES} == {}


def own_looks(code: str) -> list[str]:
    """Where code finds out by itself which network, run or weights to show, instead of following what is looked at."""
    found = []
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.ImportFrom) and any(name.name == "TrainingSession" for name in node.names):
            found.append("import of TrainingSession")
        if not isinstance(node, ast.Attribute):
            continue
        of = ast.unparse(node.value).split(".")[-1].lstrip("_")
        own_weights = of == "project" and node.attr == "weights"
        if own_weights or node.attr in NOBODYS or (of == "session" and node.attr not in OF_SESSIONS):
            found.append(f"{of}.{node.attr}")
    return found


def test_what_shows_the_network_follows_what_is_looked_at() -> None:
    found = {
        f"{name}: {look}"
        for name, path in modules()
        if name.split(".")[1:2] == ["ui"] and name.split(".")[2] in SHOWING
        for look in own_looks(path.read_text(encoding="utf-8"))
    }
    assert found == set()


def test_whoever_looks_for_weights_alone_is_found() -> None:
    for code in (
        "graph = self._session.graph",
        "run = studio.session.run",
        "weights = document.project.weights",
        "lane = anything.latest",
        "session.finished.connect(show)",
        "from cnnstudio.worker.training.session import TrainingSession",
    ):
        assert own_looks(code), code
    assert not own_looks("busy = self._run_control.session.active\nnow = looking.now.snapshot")
